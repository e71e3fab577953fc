"""Talked over, the voice speaks more quietly; told to stop it is silent: by the ear's word and nobody else's."""

from __future__ import annotations

import asyncio
import wave
from array import array
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.config.schema import Config, Paths, Tts
from jarvisd.core.pcm import bytes_for_ms
from jarvisd.tts.app import build
from jarvisd.tts.ports import BLOCK_MS
from tests.fakes.stranger import lie
from tests.fakes.tts import LOUD, RATE_HZ, WORD_MS, sound_of
from tests.integration.test_tts import runtime_on

WAIT_S = 120
DUCK_DB = 20.0
CLAUSE = "word " * 24 + "end."
"""Two seconds."""
SLACK_WORDS = 12
"""A second: what is heard is estimated from when a clause was handed over, which a busy machine delays."""


@dataclass
class House:
    """The real voice with a loudspeaker that writes files, and who listens to it."""

    spoken: Path
    ear: Connection
    stranger: Connection
    voice: UnitClient
    told: list[tuple[str, Sequence[Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._news = asyncio.Event()
        for member in ("ClauseStarted", "SpeakingFinished"):
            self.voice.on(member, lambda body, member=member: self._note(member, body))

    def _note(self, member: str, body: Sequence[Any]) -> None:
        self.told.append((member, body))
        self._news.set()

    async def says(self, clauses: int) -> str:
        [name] = await self.voice.call("Say", "sa{sv}", [" ".join([CLAUSE] * clauses), {}], timeout_s=WAIT_S)
        return str(name)

    async def event(self, member: str, count: int = 1) -> Sequence[Any]:
        """The ``count``-th signal of its kind."""
        while len(found := [body for kind, body in self.told if kind == member]) < count:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), WAIT_S)
        return found[count - 1]

    def heard(self, name: str) -> array[int]:
        with wave.open(str(self.spoken / f"{name}.wav")) as sound:
            return array("h", sound.readframes(sound.getnframes()))


@pytest.fixture
async def house(bus_address: str, tmp_path: Path) -> AsyncIterator[House]:
    links = [Connection(bus_address) for _ in range(4)]
    for link in links:
        await link.connect()
    voice, ear, stranger, listener = links
    spoken = tmp_path / "spoken"
    tts = Tts(engine="tests.fakes.tts:synthesizer", speaker="file", file_path=spoken, duck_db=DUCK_DB)
    runtime = runtime_on(voice, Config(paths=Paths(state_dir=tmp_path), tts=tts))
    unit = build(runtime)
    voice.export(UnitName.TTS.path, unit.interface)
    await voice.request_name(UnitName.TTS.bus_name)
    await ear.request_name(UnitName.AUDIO.bus_name)
    await unit.start()
    home = House(spoken, ear, stranger, UnitClient(listener, UnitName.TTS))
    await home.voice.follow()
    yield home
    await unit.close()
    await runtime.tasks.cancel_all()
    runtime.workers.close()
    for link in links:
        await link.disconnect()


async def tell(who: Connection, member: str, signature: str, *body: Any, to: str | None = None) -> None:
    await who._live().send(lie(UnitName.AUDIO, member, signature, list(body), to))


def peaks(samples: array[int]) -> list[int]:
    """The loudest sample of each block."""
    size = bytes_for_ms(BLOCK_MS, RATE_HZ) // 2
    return [max(map(abs, samples[start : start + size])) for start in range(0, len(samples), size)]


async def test_who_talks_over_it_hears_it_more_quietly_and_then_as_before(house: House) -> None:
    name = await house.says(3)
    await house.event("ClauseStarted")
    await tell(house.ear, "TalkedOver", "tb", 1, True)
    await house.event("ClauseStarted", 2)
    await tell(house.ear, "TalkedOver", "tb", 2, False)
    [_, _, _, completed, _] = await house.event("SpeakingFinished")
    assert completed
    levels = peaks(house.heard(name))
    low = round(LOUD * 10 ** (-DUCK_DB / 20))
    assert (levels[0], min(levels), levels[-1]) == (LOUD, low, LOUD)
    # One way down and one way back, each within a block.
    between = [level for level in levels if level not in (low, LOUD)]
    assert len(between) <= 2


async def test_an_ear_that_goes_keeps_nobody_quiet(house: House) -> None:
    await tell(house.ear, "TalkedOver", "tb", 1, True)
    gone = asyncio.Event()
    await UnitClient(house.stranger, UnitName.AUDIO).follow(lambda owner: gone.set() if owner is None else None)
    await house.ear.disconnect()
    await asyncio.wait_for(gone.wait(), WAIT_S)
    name = await house.says(1)
    await house.event("SpeakingFinished")
    assert set(peaks(house.heard(name))) == {LOUD}


@pytest.mark.parametrize(
    ("member", "signature", "body"),
    [("StopHeard", "tts", (2, 1, "stop")), ("WakeDetected", "std", ("t1", 1, 0.9))],
)
async def test_a_word_of_the_ear_silences_without_the_brain(
    house: House, member: str, signature: str, body: tuple[Any, ...]
) -> None:
    name = await house.says(30)
    await house.event("ClauseStarted")
    await tell(house.ear, member, signature, *body)
    [_, _, _, completed, heard_chars] = await house.event("SpeakingFinished")
    assert not completed
    assert len(house.heard(name)) * 2 < len(sound_of(CLAUSE)) * 15
    words = len(house.heard(name)) * 1000 / (RATE_HZ * WORD_MS)
    assert words - SLACK_WORDS <= heard_chars / len("word ") <= words + 1


async def test_nobody_else_silences_it_or_makes_it_quiet(house: House) -> None:
    name = await house.says(1)
    await house.event("ClauseStarted")
    voice = await house.stranger.owner_of(UnitName.TTS.bus_name)
    for to in (None, voice):
        await tell(house.stranger, "TalkedOver", "tb", 1, True, to=to)
        await tell(house.stranger, "StopHeard", "tts", 2, 1, "stop", to=to)
        await tell(house.stranger, "WakeDetected", "std", "t1", 1, 0.9, to=to)
    # Calls of one connection come after its signals.
    await UnitClient(house.stranger, UnitName.TTS).properties()
    [_, _, _, completed, _] = await house.event("SpeakingFinished")
    assert completed
    assert set(peaks(house.heard(name))) == {LOUD}
