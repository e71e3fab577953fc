"""A sound card, a transcriber and a model that fail under the real ear: told, with what helps, and heard again
without a restart once they work.

A loudspeaker that blocks, and sound that is lost, are in ``tests/integration/test_devices.py``, on the same card.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jarvisd.bus.names import UnitName
from tests.fakes.card import Card
from tests.system import sound
from tests.system.people import ALICE
from tests.system.speech import utterance
from tests.system.suite import Suite

EAR, VOICE = UnitName.AUDIO, UnitName.TTS
INSIDE = "/opt/card"
SETTINGS = "/etc/jarvisd/conf.d/30-card.toml"
MODEL = "/var/cache/jarvisd/models/whisper-base/model.bin"
RATE_HZ, CHANNELS = 44_100, 2
"""Of a card that gives nothing else."""
DEADLINE_S = 120

pytestmark = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed: it is the person")


@dataclass(frozen=True)
class Bench:
    """The suite with a card in the hands of the test as its microphone and loudspeaker."""

    suite: Suite
    card: Card

    def speak(self, folder: Path, *phrases: str) -> None:
        """Say it to the card, as the card gives it."""
        raw = folder / "spoken.raw"
        shape = ["-t", "raw", "-r", str(RATE_HZ), "-c", str(CHANNELS), "-b", "16", "-e", "signed-integer"]
        subprocess.run(["sox", str(utterance(folder, *phrases)), *shape, str(raw)], check=True)
        # A pipe that nobody reads any more would be waited for.
        command = ["sh", "-c", 'exec cat "$1" >"$2"', "sh", str(raw), str(self.card.sound)]
        subprocess.run(command, check=True, timeout=DEADLINE_S)

    def transcriber(self) -> str:
        """Process id of what transcribes for the ear."""
        return self.suite.guest.output("pgrep", "--parent", str(self.suite.pid(EAR)))

    def remedy(self, part: str, code: str) -> str:
        """What ``jarvisctl status`` says that helps, once the part of the ear is in that state."""
        self.suite.until_property(EAR, "Parts", f'"{part}" "[a-z]*: {code}: ')
        assert self.suite.property(EAR, "Ready") is False
        shown = self.suite.guest.output("jarvisctl", "status", user=ALICE)
        [line] = [line for line in shown.splitlines() if line.startswith(f"  {part}: ")]
        return line.rpartition("; try: ")[2]


@pytest.fixture(scope="module")
def bench(ready: Suite) -> Iterator[Bench]:
    guest = ready.guest
    folder = guest.root / INSIDE.lstrip("/")
    folder.mkdir()
    made = Bench(ready, Card(folder, INSIDE))
    guest.write(SETTINGS, '[audio]\ndevice = "card"\ndead_after_s = 2\n[tts]\ndevice = "card"\n')
    guest.write("/etc/asound.conf", sound.ALSA + made.card.devices(card=(RATE_HZ, CHANNELS)))
    guest.run("systemctl", "restart", ready.service(EAR), ready.service(VOICE))
    ready.settle()
    yield made
    guest.write("/etc/asound.conf", sound.ALSA)
    guest.run("rm", "-r", INSIDE, SETTINGS)
    guest.run("systemctl", "restart", ready.service(EAR), ready.service(VOICE))
    ready.settle()


@pytest.fixture(autouse=True)
def _nobody_restarts(bench: Bench) -> Iterator[None]:
    before = bench.suite.pids()
    yield
    bench.suite.settle()
    assert bench.suite.pids() == before


def answered(bench: Bench, folder: Path, *phrases: str) -> None:
    """Spoken to, it speaks, and has understood."""
    seen = bench.suite.signals({"Transcript", "SpeakingFinished", "ListeningEnded"}, DEADLINE_S)
    next(seen)
    bench.speak(folder, *phrases)
    told = {}
    for name, body in seen:
        told[name] = body
        if name != "Transcript":
            break
    seen.close()
    assert set(told) == {"Transcript", "SpeakingFinished"}, told
    assert "time" in told["Transcript"][2]


def test_a_card_of_another_rate_is_understood(bench: Bench, tmp_path: Path) -> None:
    answered(bench, tmp_path, "hey jarvis", "what time is it")


def test_a_silent_card_is_never_ready(bench: Bench) -> None:
    bench.card.hear(0)
    assert bench.remedy("microphone", "MicrophoneSilent") == "jarvisctl audio test"
    bench.card.hear(1)


def test_a_card_that_another_program_has_is_heard_once_that_ends(bench: Bench) -> None:
    guest = bench.suite.guest
    guest.run("jarvisctl", "mute")
    recorder = guest.start(
        "timeout", str(DEADLINE_S), "arecord", "-q", "-D", "card", "-f", "cd", "/dev/null", user=ALICE
    )
    try:
        bench.suite.until(f"ls -l /proc/$(pgrep -x arecord)/fd | grep -q {INSIDE}/sound")
        guest.run("jarvisctl", "unmute")
        assert bench.remedy("microphone", "MicrophoneBusy") == "sudo fuser -v /dev/snd/*"
    finally:
        guest.run("pkill", "-x", "arecord", check=False)
        recorder.communicate(timeout=DEADLINE_S)


def test_a_transcriber_that_dies_at_its_work_costs_one_request(bench: Bench, tmp_path: Path) -> None:
    """It is held still, so that it is killed while it works."""
    suite, child = bench.suite, bench.transcriber()
    seen = suite.signals({"SpeechSegment", "TurnFinished"}, DEADLINE_S)
    next(seen)
    suite.guest.run("kill", "-STOP", child)
    suite.guest.run("jarvisctl", "listen")
    bench.speak(tmp_path, "what time is it")
    assert next(seen)[0] == "SpeechSegment"
    suite.guest.run("kill", "-KILL", child)
    name, body = next(seen)
    seen.close()
    assert (name, body[2:]) == ("TurnFinished", ["failed", "TranscriberGone"])
    suite.settle()
    assert bench.transcriber() not in ("", child)
    answered(bench, tmp_path, "hey jarvis", "what time is it")


def test_a_model_that_is_damaged_meanwhile_is_told_at_its_next_load_and_taken_again(bench: Bench) -> None:
    suite, guest = bench.suite, bench.suite.guest
    guest.run("sh", "-c", f"head -c 4096 {MODEL} >/var/tmp/head")
    try:
        guest.run("sh", "-c", f"head -c 4096 /dev/urandom | dd of={MODEL} conv=notrunc status=none")
        guest.run("kill", "-KILL", bench.transcriber())
        assert bench.remedy("stt", "ModelCorrupt") == "jarvisctl models fetch --repair"
    finally:
        guest.run("dd", "if=/var/tmp/head", f"of={MODEL}", "conv=notrunc", "status=none")
    suite.until_ready(EAR)
