"""The whole thing as a person meets it: spoken to through the sound card, it answers through the sound card."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jarvisd.bus.names import UnitName
from tests.system.people import BOB
from tests.system.sound import RECORD, speak
from tests.system.speech import utterance
from tests.system.suite import Suite

logger = logging.getLogger(__name__)

ANSWER_DEADLINE_S = 120
RECORDED = "/root/answer.wav"
BUSY = ("busy-1", "busy-2")
BUSY_LIMIT_S = 300
"""Whatever becomes of the test, they end."""

pytestmark = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed: it is the person")


def test_a_spoken_question_gets_a_spoken_answer(ready: Suite, tmp_path: Path) -> None:
    """E6, E8: wake word, transcript, answer, heard on the loudspeaker by transcribing it."""
    guest = ready.guest
    wanted = ["WakeDetected", "Transcript", "TurnStarted", "SpeakingStarted", "SpeakingFinished"]
    seen = ready.signals({*wanted, "ListeningEnded"}, ANSWER_DEADLINE_S)
    next(seen)
    recorder = guest.start(*(RECORD[:-1]), "1", "-t", "wav", RECORDED)
    speak(guest, utterance(tmp_path, "hey jarvis", "what time is it"))
    order = []
    for name, _ in seen:
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


@contextmanager
def busy(suite: Suite) -> Iterator[None]:
    """As many threads of somebody else as there are cores, which never rest."""
    limit = f"--property=RuntimeMaxSec={BUSY_LIMIT_S}"
    for name in BUSY:
        command = ["systemd-run", "--quiet", f"--unit={name}", "--slice=user.slice", f"--uid={BOB}", limit]
        suite.guest.run(*command, "sh", "-c", "while :; do :; done")
    try:
        yield
        assert suite.guest.output("systemctl", "is-active", *BUSY).split() == ["active"] * len(BUSY)
    finally:
        suite.guest.run("systemctl", "stop", *BUSY, check=False)


def test_on_a_machine_that_is_busy_a_spoken_question_is_answered_all_the_same(
    ready: Suite, tmp_path: Path
) -> None:
    """Issue 14: the ear hears under full load, and what it loses it counts and says; every wait has an end."""
    guest, ear, before = ready.guest, UnitName.AUDIO, ready.pids()
    with busy(ready):
        seen = ready.signals({"Transcript", "SpeakingFinished", "ListeningEnded"}, ANSWER_DEADLINE_S)
        next(seen)
        speak(guest, utterance(tmp_path, "hey jarvis", "what time is it"))
        told = {}
        for name, body in seen:
            told[name] = body
            if name != "Transcript":
                break
        seen.close()
        counts = ready.property(ear, "CaptureCounts")
        status = guest.output("jarvisctl", "status")
    assert set(told) == {"Transcript", "SpeakingFinished"}, told
    assert "time" in told["Transcript"][2]
    logger.info("of the sound since the ear began: %s", counts)
    assert (f"  sound: lost {counts['overruns']} times, " in status) is bool(counts["overruns"]), status
    assert ready.pids() == before


def test_it_is_idle_again(ready: Suite) -> None:
    """A3."""
    brain = UnitName.BRAIN
    ready.until(f"busctl get-property {brain.bus_name} {brain.path} {brain.bus_name} State | grep -q IDLE", 60)
