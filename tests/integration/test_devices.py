"""A sound card that is silent, taken, odd or stuck: a state with reason and remedy, and back by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from demo import person
from jarvisd.bus.names import UnitName
from jarvisd.core.pcm import SAMPLE_RATE_HZ
from tests.fakes.audio import spoken
from tests.fakes.card import DEFAULTS, Card
from tests.integration.conftest import SCRIPTED, WAIT_S
from tests.integration.manager import Watch, Watched, tick, watching

SETTINGS: dict[str, dict[str, Any]] = {
    **SCRIPTED,
    "audio": {"microphone": "alsa", "device": "ear", "dead_after_s": 1.0},
    "tts": {**SCRIPTED["tts"], "speaker": "alsa", "device": "mouth"},
}
PLAIN, ODD = (SAMPLE_RATE_HZ, 1), (44_100, 2)
STOPPED_TICKS = 15
"""Of a tenth of a second: twice as long as a device holds sound for a process that does not run."""


@dataclass(frozen=True)
class Bench:
    """A watched suite on a sound card."""

    watch: Watch
    card: Card
    settings: Path

    def plug_in(self, ear: tuple[int, int]) -> None:
        """A microphone of this rate and so many channels, for whoever opens it from now on."""
        self.settings.write_text(DEFAULTS + self.card.devices(ear=ear, mouth=ODD))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("devices")
    card, settings = Card(folder), folder / "asoundrc"
    settings.write_text(DEFAULTS + card.devices(ear=PLAIN, mouth=ODD))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALSA_CONFIG_PATH", str(settings))
        with watching(folder, SETTINGS) as watch:
            watch.suite.pipe = card.sound
            yield Bench(watch, card, settings)


@pytest.fixture
async def home(bench: Bench) -> AsyncIterator[Watched]:
    async with bench.watch.home() as home:
        yield home
        await is_answered(home)
        assert home.manager.restarted == []


async def is_answered(home: Watched) -> None:
    """A spoken request is, aloud."""
    report = await home.report(await home.request("what time is it"))
    assert report["outcome"] == "done", report
    await home.event("SpeakingFinished", lambda body: bool(body[3]))


async def becomes(home: Watched, unit: UnitName, part: str, state: str) -> str:
    """The state of a part, once it begins so."""

    async def is_so() -> bool:
        return (await home.part(unit, part)).startswith(state)

    await home.until(is_so)
    return await home.part(unit, part)


async def is_told(home: Watched, words: str, remedy: str) -> None:
    """Aloud, and to whoever asks, with what helps."""
    await home.event("ClauseStarted", lambda body: words in str(body[3]))
    shown = home.jarvisctl("status").stdout
    [line] = [line for line in shown.splitlines() if line.startswith("  microphone: ")]
    assert line.endswith(f"; try: {remedy}"), shown
    assert "audio: not ready" in shown


async def test_a_microphone_that_gives_nothing_is_never_ready(home: Watched, bench: Bench) -> None:
    home.forget()
    bench.card.hear(0)
    state = await becomes(home, UnitName.AUDIO, "microphone", "degraded: MicrophoneSilent: ")
    assert "nothing but zeros" in state
    await is_told(home, "my microphone gives no sound", "jarvisctl audio test")
    bench.card.hear(1)
    await becomes(home, UnitName.AUDIO, "microphone", "ready")


async def test_a_microphone_that_another_program_has_is_heard_once_that_ends(home: Watched) -> None:
    home.forget()
    await home.link.audio.call("SetMuted", "b", [True])
    with recording("ear") as recorder:
        await home.until(lambda: is_open(recorder.pid, home.suite.pipe))
        await home.link.audio.call("SetMuted", "b", [False])
        state = await becomes(home, UnitName.AUDIO, "microphone", "failed: MicrophoneBusy: ")
        assert '"ear" is in use by another program' in state
        await is_told(home, "another program is using my microphone", "sudo fuser -v /dev/snd/*")
    await becomes(home, UnitName.AUDIO, "microphone", "ready")


@contextmanager
def recording(device: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another program has the device."""
    command = ["arecord", "-q", "-D", device, "-f", "S16_LE", "-r", str(SAMPLE_RATE_HZ), "/dev/null"]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(WAIT_S)


async def is_open(pid: int, path: Path) -> bool:
    found = Path(f"/proc/{pid}/fd")
    return any(os.path.samefile(each, path) for each in found.iterdir() if each.exists())


async def test_a_card_of_another_rate_hears_and_speaks_all_the_same(home: Watched, bench: Bench) -> None:
    """Words of scripted sound do not outlive a conversion; that somebody speaks does."""
    await home.link.audio.call("SetMuted", "b", [True])
    bench.plug_in(ODD)
    await home.link.audio.call("SetMuted", "b", [False])
    try:
        await becomes(home, UnitName.AUDIO, "microphone", "ready")
        assert home.jarvisctl("say", "good morning").returncode == 0
        assert await home.part(UnitName.TTS, "speaker") == "ready"
        began = asyncio.Event()
        home.link.audio.on("SpeechStarted", lambda body: began.set())
        await home.link.audio.call("Listen")
        await person.say(at_rate(spoken("hello", 1600), ODD), home.suite.pipe)
        await asyncio.wait_for(began.wait(), WAIT_S)
        await home.link.audio.call("Cancel")
    finally:
        await home.link.audio.call("SetMuted", "b", [True])
        bench.plug_in(PLAIN)
        await home.link.audio.call("SetMuted", "b", [False])


def at_rate(pcm: bytes, device: tuple[int, int]) -> bytes:
    """16 kHz mono as such a device gives it."""
    rate_hz, channels = device
    samples = np.frombuffer(pcm, "<i2")
    times = np.arange(len(samples) * rate_hz // SAMPLE_RATE_HZ) * SAMPLE_RATE_HZ / rate_hz
    other = np.interp(times, np.arange(len(samples)), samples).astype("<i2")
    return np.repeat(other, channels).tobytes()


async def test_a_loudspeaker_that_blocks_is_opened_anew_once_it_plays_again(home: Watched, bench: Bench) -> None:
    states: list[str] = []
    home.link.tts.on_properties(lambda values: states.append(values.get("Parts", {}).get("speaker", "")))
    bench.card.block(True)
    try:
        said = home.jarvisctl("say", "can you hear me")
        assert said.returncode != 0
        await becomes(home, UnitName.TTS, "speaker", "failed: SpeakerGone: ")
        assert [state for state in states if "did not return" in state], states
        assert "; try: aplay -l" in home.jarvisctl("status").stdout
    finally:
        bench.card.block(False)

    async def speaks() -> bool:
        return home.jarvisctl("say", "here I am").returncode == 0

    await home.until(speaks)
    assert await home.part(UnitName.TTS, "speaker") == "ready"


async def test_sound_that_is_lost_is_counted_and_said(home: Watched) -> None:
    """An ear that was kept from running for a while: what was said then is gone, what is said next is heard."""

    async def counts() -> dict[str, int]:
        values = await home.link.properties(home.link.audio)
        return dict(values["CaptureCounts"]) if values else {}

    before = await counts()
    ear = home.suite.process("audio")
    ear.send_signal(signal.SIGSTOP)
    for _ in range(STOPPED_TICKS):
        await tick()
    ear.send_signal(signal.SIGCONT)

    async def has_lost() -> bool:
        return (await counts())["overruns"] > before["overruns"]

    await home.until(has_lost)
    lost_ms = (await counts())["lost_ms"] - before["lost_ms"]
    assert lost_ms > 300, lost_ms
    assert f"  sound: lost {(await counts())['overruns']} times, " in home.jarvisctl("status").stdout
