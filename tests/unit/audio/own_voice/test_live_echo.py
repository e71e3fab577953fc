"""Whatever happens to the canceller, the ear hears: sound as it was taken, where it cannot be cleaned."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from jarvisd.audio.own_voice import live_echo
from jarvisd.audio.own_voice.live_echo import EchoEngines, LiveEcho
from jarvisd.audio.ports import MeasuredLag
from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.pcm import CHUNK_BYTES, AudioChunk
from jarvisd.core.played_ring import RING_BYTES, PlayedBlock, PlayedRingReader, PlayedRingWriter
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers

WAIT_S = 60
LOUD = b"\0\x10" * (CHUNK_BYTES // 2)
CLEANED = b"\1\0" * (CHUNK_BYTES // 2)


class Breakable:
    """Leaves next to nothing of what it hears. ``failure`` is raised while set; a clear ``gate`` holds it up."""

    engine = "breakable"

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.loads = 0

    def load(self) -> None:
        self.loads += 1
        if self.failure is not None:
            raise self.failure

    def cancel(self, near: bytes, far: bytes) -> bytes:
        self.gate.wait(WAIT_S)
        if self.failure is not None:
            raise self.failure
        return CLEANED

    def reset(self) -> None:
        return None


class NoLag:
    """Finds nothing, and sets nothing off."""

    def lag(self, near: bytes, far: bytes) -> MeasuredLag:
        return MeasuredLag(0, 0.0)

    def shifted(self, pcm: bytes, start: float, step: float, count: int) -> bytes:
        return pcm[: 2 * count]


class AsItIs:
    def begin(self, rate_hz: int) -> None:
        return None

    def take(self, pcm: bytes) -> bytes:
        return pcm


class World:
    """An ear with a breakable canceller, and a voice."""

    def __init__(self) -> None:
        self.canceller = Breakable()
        self.memory = bytearray(RING_BYTES)
        self.ring = PlayedRingWriter(self.memory)
        self.heard: list[bytes] = []
        self.parts, self.tasks, self.workers = Parts(), Tasks(), Workers()
        self.told = asyncio.Event()
        self.parts.subscribe(self.told.set)
        engines = EchoEngines(lambda: self.canceller, NoLag, AsItIs, self._shared)
        self.echo = LiveEcho(
            engines, on_chunk=self._hear, workers=self.workers, parts=self.parts, tasks=self.tasks
        )
        self._now_us = 1_000_000

    def _shared(self, descriptor: int) -> PlayedRingReader:
        if descriptor:
            raise EngineError("not sealed", code=ErrorCode.ECHO_GONE)
        return PlayedRingReader(self.memory)

    async def _hear(self, chunk: AudioChunk) -> None:
        self.heard.append(chunk.pcm)

    async def speak(self, chunks: int = 1) -> list[bytes]:
        """The voice plays, and comes back; what the ear is given."""
        before = len(self.heard)
        for _ in range(chunks):
            for late_us in (0, 40_000):
                self.ring.write(PlayedBlock(LOUD[: CHUNK_BYTES // 2], 16_000, self._now_us + late_us, 1))
            await self.silence()
        return self.heard[before:]

    async def silence(self) -> None:
        """One chunk is taken."""
        await self.echo.hear(AudioChunk(LOUD, self._now_us))
        self._now_us += 80_000

    async def idle(self) -> None:
        """What works in the lane has ended."""
        await self.workers.run(live_echo.LANE, lambda: None)

    async def until(self, state: str) -> None:
        while state not in self.parts.states()["echo"]:
            self.told.clear()
            await asyncio.wait_for(self.told.wait(), WAIT_S)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    yield made
    made.canceller.gate.set()
    await made.tasks.cancel_all()
    made.workers.close()


async def test_what_the_voice_plays_is_taken_out(world: World) -> None:
    await world.echo.component.open()
    world.echo.share(0)
    # The first chunk is of before it sounded, for what is played counts as played a little earlier.
    given = await world.speak(5)
    assert all(pcm != LOUD for pcm in given[1:])
    assert (world.echo.counts.cleaned, world.echo.counts.bypassed) == (5, 0)
    assert world.parts.states() == {"echo": "ready"}


async def test_without_the_library_it_hears_on_and_says_so(world: World) -> None:
    world.canceller.failure = EngineError("the package libspeexdsp1 is missing", code=ErrorCode.ECHO_GONE)
    await world.echo.component.open()
    world.echo.share(0)
    assert await world.speak(3) == [LOUD] * 3
    assert world.parts.states() == {"echo": "failed: EchoGone: the package libspeexdsp1 is missing"}


async def test_without_the_sound_of_the_voice_it_hears_on_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_echo, "AWAITED_S", 0.01)
    await world.echo.component.open()
    assert world.parts.states() == {"echo": "ready"}, "where there is no voice there is no echo"
    world.echo.voice_moved(is_there=True)
    await world.until("degraded: EchoGone: the voice has not shared")
    assert await world.speak(2) == [LOUD] * 2
    world.echo.share(0)
    assert world.parts.states() == {"echo": "ready"}
    assert (await world.speak(3))[-1] != LOUD


async def test_memory_that_is_not_what_it_should_be_is_refused(world: World) -> None:
    await world.echo.component.open()
    with pytest.raises(EngineError):
        world.echo.share(1)
    assert world.parts.states() == {"echo": "degraded: EchoGone: not sealed"}
    assert await world.speak(2) == [LOUD] * 2


async def test_another_voice_is_another_sound(world: World) -> None:
    await world.echo.component.open()
    world.echo.share(0)
    await world.speak(3)
    world.echo.voice_moved(is_there=False)
    assert await world.speak(2) == [LOUD] * 2
    assert world.parts.states() == {"echo": "ready"}
    world.echo.share(0)
    assert (await world.speak(3))[-1] != LOUD


@pytest.mark.parametrize("failure", [EngineError("broke"), ValueError("odd")])
async def test_a_canceller_that_breaks_costs_nothing_but_itself(world: World, failure: Exception) -> None:
    await world.echo.component.open()
    world.echo.share(0)
    await world.speak(3)
    for _ in range(2):
        # Once in a while is no reason to say that it does not work.
        world.canceller.failure = failure
        assert await world.speak(live_echo.MOST_FAILURES - 1) == [LOUD] * (live_echo.MOST_FAILURES - 1)
        world.canceller.failure = None
        assert (await world.speak(2))[-1] != LOUD
    assert world.parts.states() == {"echo": "ready"}
    assert world.echo.counts.bypassed == 2 * (live_echo.MOST_FAILURES - 1)


async def test_one_that_breaks_again_and_again_is_loaded_anew(world: World) -> None:
    await world.echo.component.open()
    world.echo.share(0)
    await world.speak(3)
    world.canceller.failure = ValueError("odd")
    assert await world.speak(live_echo.MOST_FAILURES) == [LOUD] * live_echo.MOST_FAILURES
    assert "failed: EchoGone: the canceller failed" in world.parts.states()["echo"]
    world.canceller.failure = None
    await world.until("ready")
    assert world.canceller.loads == 2
    assert (await world.speak(3))[-1] != LOUD


async def test_one_that_does_not_return_is_left_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it a second time."""
    await world.echo.component.open()
    world.echo.share(0)
    await world.speak(3)
    monkeypatch.setattr(live_echo, "LIMIT_S", 0.01)
    world.canceller.gate.clear()
    assert await world.speak() == [LOUD]
    monkeypatch.setattr(live_echo, "LIMIT_S", 3600.0)
    assert await world.speak(4) == [LOUD] * 4
    assert (world.echo.counts.bypassed, world.parts.states()) == (5, {"echo": "ready"})
    await world.speak(live_echo.STUCK_CHUNKS)
    assert world.parts.states() == {"echo": "degraded: EchoGone: the canceller does not return"}
    world.canceller.gate.set()
    await world.idle()
    assert (await world.speak(3))[-1] != LOUD
    assert world.parts.states() == {"echo": "ready"}
