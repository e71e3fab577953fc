"""Takes our own voice out of what the live microphone takes, before anything listens to it.

What the voice plays lies in memory that it shares. Only while it plays, and for a moment after, is the sound
worked on, in a lane of threads of its own. Whatever fails or takes too long, the sound goes on as it was taken,
and that is counted: without a canceller the ear hears itself, but it is never deaf.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from jarvisd.audio.own_voice.echo_stage import EchoStage
from jarvisd.audio.own_voice.played_timeline import LEEWAY_SAMPLES, PlayedTimeline
from jarvisd.audio.own_voice.steady_times import SteadyTimes
from jarvisd.audio.ports import EchoCanceller, Resampler, StreamAlignment
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError
from jarvisd.core.pcm import CHUNK_BYTES, AudioChunk
from jarvisd.core.played_ring import PlayedRingReader
from jarvisd.runtime.component import Component
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

PART = LANE = "echo"
SILENCE = bytes(CHUNK_BYTES)
LIMIT_S = 2.0
"""Chosen: several times what the longest work takes, to learn the room anew; the microphone holds ten seconds."""
AWAITED_S = 10.0
"""Chosen: a voice that is on the bus shares its sound in a fraction of it, on a machine that just starts, too."""
MOST_FAILURES = 3
"""Chosen: an engine that fails so often in a row does not work, and is loaded anew. Once is a busy machine."""
STUCK_CHUNKS = 50
"""Chosen: four seconds behind its limit it is no busy machine any more."""


@dataclass
class EchoCounts:
    """What became of the sound since the unit started, and how much quieter our voice was behind the canceller."""

    blocks: int = 0
    """That the voice played and the ear was given."""
    missed: int = 0
    """How often such were overwritten before they were read."""
    breaks: int = 0
    """How often a stretch of sound began whose times are only about right."""
    jumps: int = 0
    """How often the microphone's times were others than its samples tell."""
    cleaned: int = 0
    """Chunks of 80 ms that went through the canceller."""
    bypassed: int = 0
    """Chunks that went on as they were, because it failed or took too long."""
    reduction_db: float = 0.0
    """The median of all chunks since the voice shared its sound, of the canceller alone; 0 before."""


@dataclass(frozen=True, slots=True)
class EchoEngines:
    """How to make what the canceller works with."""

    canceller: Callable[[], EchoCanceller]
    alignment: Callable[[], StreamAlignment]
    resampler: Callable[[], Resampler]
    ring: Callable[[int], PlayedRingReader]
    """From a descriptor, which stays the caller's; raises why it cannot be used."""


class _Played:
    """What one voice shares; used in the lane alone, but for ``has_news``."""

    def __init__(self, ring: PlayedRingReader, engines: EchoEngines, canceller: EchoCanceller) -> None:
        self.ring = ring
        self.timeline = PlayedTimeline(engines.resampler())
        canceller.reset()
        self.stage = EchoStage(canceller, engines.alignment(), self.timeline, LEEWAY_SAMPLES)

    def clean(self, chunk: AudioChunk, counts: EchoCounts) -> AudioChunk:
        """``chunk`` without our voice; blocks."""
        missed, breaks = self.ring.missed, self.timeline.breaks
        blocks = self.ring.take()
        if self.ring.missed > missed:
            self.timeline.missed()
        for block in blocks:
            self.timeline.take(block)
        counts.blocks += len(blocks)
        counts.missed += self.ring.missed - missed
        counts.breaks += self.timeline.breaks - breaks
        cleaned = self.stage.clean(chunk)
        counts.reduction_db = round(self.stage.reduction_db or 0.0, 1)
        return cleaned


class LiveEcho:
    """Hands every chunk that it :meth:`hear`\\ s to ``on_chunk``, without our own voice where that is possible."""

    def __init__(
        self,
        engines: EchoEngines,
        *,
        on_chunk: Callable[[AudioChunk], Awaitable[None]],
        workers: Workers,
        parts: Parts,
        tasks: Tasks,
    ) -> None:
        self._engines = engines
        self._on_chunk = on_chunk
        self._workers = workers
        self._tasks = tasks
        self._times = SteadyTimes()
        self._ring: PlayedRingReader | None = None
        self._played: _Played | None = None
        self._problem: JarvisError | None = None
        self._awaiting: asyncio.Task[None] | None = None
        self._work: asyncio.Future[AudioChunk] | None = None
        self._failures = self._stuck = 0
        self.counts = EchoCounts()
        self.component: Component[EchoCanceller] = Component(
            PART,
            engines.canceller,
            parts,
            open_=lambda engine: workers.run(LANE, self._load, engine),
            problem=lambda engine: self._problem,
        )

    def _load(self, engine: EchoCanceller) -> None:
        engine.load()
        # What it takes to load the library of numbers nobody has to wait for in the middle of a sentence.
        self._engines.alignment().lag(SILENCE, SILENCE)

    def share(self, descriptor: int) -> None:
        """The voice shares what it plays from now on; raises EngineError where it does not."""
        self._ring, self._played = None, None
        try:
            self._ring = self._engines.ring(descriptor)
        except EngineError as error:
            self._settle(error)
            raise
        self._settle(None)

    def voice_moved(self, *, is_there: bool) -> None:
        """The voice has left the bus, or another has come, which shares its sound anew."""
        self._ring, self._played = None, None
        self._settle(None)
        if is_there:
            self.expect()

    def expect(self) -> None:
        """The voice is there: its sound is due, unless it came before."""
        if self._ring is None and self._awaiting is None:
            self._awaiting = self._tasks.start("await-played", self._await_ring())

    async def hear(self, chunk: AudioChunk) -> None:
        """Hand on ``chunk``."""
        await self._on_chunk(await self._cleaned(chunk))

    async def _cleaned(self, chunk: AudioChunk) -> AudioChunk:
        played = self._prepared()
        is_silent = played is None or not (played.ring.has_news or played.timeline.may_sound(chunk.began_us))
        began_us, has_jumped = self._times.began_us(chunk, may_follow=is_silent)
        if played is None or is_silent:
            if self._is_busy:
                self._note_stuck()
            return chunk
        self.counts.jumps += has_jumped
        steady = AudioChunk(chunk.pcm, began_us, max(chunk.lost_ms, float(has_jumped)))
        cleaned = await self._try(played, steady)
        return chunk if cleaned is None else AudioChunk(cleaned.pcm, chunk.began_us, chunk.lost_ms)

    @property
    def _is_busy(self) -> bool:
        return self._work is not None and not self._work.done()

    def _note_stuck(self) -> None:
        """What still works in the lane may never return."""
        self.counts.bypassed += 1
        self._stuck += 1
        if self._stuck == STUCK_CHUNKS:
            self._settle(EngineError("the canceller does not return", code=ErrorCode.ECHO_GONE))

    def _prepared(self) -> _Played | None:
        engine = self.component.now
        if self._ring is None or engine is None:
            self._played = None
        elif self._played is None and not self._is_busy:
            if self._stuck >= STUCK_CHUNKS:
                self._settle(None)
            self._stuck = 0
            self._played = _Played(self._ring, self._engines, engine)
        return self._played

    async def _try(self, played: _Played, chunk: AudioChunk) -> AudioChunk | None:
        """``chunk`` without our voice; ``None`` where that fails, or takes so long that the ear would be late."""
        lane = self._workers.lane(LANE)
        work = self._work = asyncio.wrap_future(lane.submit(played.clean, chunk, self.counts))
        await asyncio.wait({work}, timeout=LIMIT_S)
        if work.done() and not work.cancelled() and work.exception() is None:
            self.counts.cleaned += 1
            self._failures = 0
            return work.result()
        self.counts.bypassed += 1
        self._failed(work)
        return None

    def _failed(self, work: asyncio.Future[AudioChunk]) -> None:
        """The next chunk begins with a filter that knows nothing."""
        self._failures += 1
        self._played = None
        why = f"took longer than {LIMIT_S:g} s" if not work.done() else f"failed: {work.exception()!r}"
        error = EngineError(f"the canceller {why}", code=ErrorCode.ECHO_GONE)
        logger.warning("own voice not taken out detail=%s", error.message)
        if self._failures >= MOST_FAILURES:
            self._failures = 0
            self.component.failed(error)
            self._tasks.start("load-echo", self.component.run())

    def _settle(self, problem: JarvisError | None) -> None:
        """``problem`` is how it stands from now on."""
        if self._awaiting is not None:
            self._awaiting.cancel()
            self._awaiting = None
        self._problem = problem
        if self.component.now is not None:
            self.component.works()

    async def _await_ring(self) -> None:
        await asyncio.sleep(AWAITED_S)
        text = f"the voice has not shared what it plays for {AWAITED_S:g} s"
        self._awaiting = None
        self._settle(EngineError(text, code=ErrorCode.ECHO_GONE))
