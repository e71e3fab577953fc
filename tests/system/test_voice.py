"""The whole thing as a person meets it: spoken to through the sound card, it answers through the sound card."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvisd.bus.names import UnitName
from tests.system.sound import RECORD, speak
from tests.system.speech import utterance
from tests.system.suite import UNITS, Suite
from tests.system.waiting import lines

ANSWER_DEADLINE_S = 120
RECORDED = "/root/answer.wav"

pytestmark = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed: it is the person")


def signals(suite: Suite, names: set[str]) -> Iterator[str]:
    """Names of the signals of turns among ``names``, as ``sudo busctl monitor`` sees them; earcons have none."""
    process = suite.guest.start("busctl", "--json=short", "monitor", *(unit.bus_name for unit in UNITS))
    assert process.stdout is not None
    yield ""
    try:
        for line in lines(process.stdout, ANSWER_DEADLINE_S):
            message = json.loads(line)
            if message.get("type") != "signal" or message.get("member") not in names:
                continue
            if message["payload"]["data"][0]:
                yield message["member"]
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def test_a_spoken_question_gets_a_spoken_answer(ready: Suite, tmp_path: Path) -> None:
    """E6, E8: wake word, transcript, answer, heard on the loudspeaker by transcribing it."""
    guest = ready.guest
    wanted = ["WakeDetected", "Transcript", "TurnStarted", "SpeakingStarted", "SpeakingFinished"]
    seen = signals(ready, {*wanted, "ListeningEnded"})
    next(seen)
    recorder = guest.start(*(RECORD[:-1]), "1", "-t", "wav", RECORDED)
    speak(guest, utterance(tmp_path, "hey jarvis", "what time is it"))
    order = []
    for name in seen:
        order.append(name)
        if name in ("SpeakingFinished", "ListeningEnded"):
            break
    seen.close()
    guest.run("pkill", "-INT", "arecord")
    recorder.communicate(timeout=30)
    assert set(wanted) <= set(order), order
    report = json.loads(guest.output("jarvisctl", "hear", RECORDED, "--no-wake", "--json", user="root"))
    heard = " ".join(segment["text"] for segment in report["segments"])
    assert re.search(r"\d|o'clock|twelve|one|two|three|four|five|six|seven|eight|nine|ten|eleven", heard), report


def test_it_is_idle_again(ready: Suite) -> None:
    """A3."""
    brain = UnitName.BRAIN
    ready.until(f"busctl get-property {brain.bus_name} {brain.path} {brain.bus_name} State | grep -q IDLE", 60)
