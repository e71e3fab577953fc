"""Keeps the microphone open unless it is muted: hands on every chunk, and when it is gone tries again with growing
pauses. Muted the device is closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from jarvisd.audio.ports import Microphone
from jarvisd.audio.wake.sound_watch import CaptureCounts, SoundWatch
from jarvisd.core.backoff import Backoff
from jarvisd.core.clock import Clock
from jarvisd.core.errors import JarvisError
from jarvisd.core.pcm import AudioChunk
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks

PART = "microphone"
RETRY_FIRST_S = 1.0
RETRY_LIMIT_S = 15.0
"""Chosen: a microphone that is plugged in is heard within a quarter of a minute."""


class _Sound:
    """What one opening of a microphone gives; it is open once it has given a chunk."""

    def __init__(self, microphone: Microphone, heartbeat: Heartbeat) -> None:
        self.engine = microphone.engine
        self.chunk: AudioChunk | None = None
        self._chunks: AsyncGenerator[AudioChunk, None] = microphone.chunks()
        self._heartbeat = heartbeat

    async def advance(self) -> None:
        """Wait for the next chunk. A device that is stuck must not go unnoticed."""
        self._heartbeat.busy()
        self.chunk = await anext(self._chunks, None)
        # What the listeners do with the chunk is theirs to prove.
        self._heartbeat.idle()

    async def close(self) -> None:
        """Close the device."""
        await self._chunks.aclose()


class Capture:
    """``on_chunk`` gets every chunk; ``on_works`` hears before it that sound comes, ``on_failed`` that none does.

    ``heartbeat`` is due while a chunk is awaited; it owes nothing while the microphone is known to be gone, or is
    shut. It begins shut. ``dead_after_s`` of nothing but zeros, of a device that does not give them for silence,
    are told as a failure too, as :class:`~jarvisd.audio.wake.sound_watch.SoundWatch` says; it goes on listening.
    """

    def __init__(
        self,
        microphone: Microphone,
        *,
        on_chunk: Callable[[AudioChunk], Awaitable[None]],
        on_works: Callable[[], None],
        on_failed: Callable[[JarvisError], None],
        parts: Parts,
        heartbeat: Heartbeat,
        tasks: Tasks,
        clock: Clock,
        dead_after_s: float,
    ) -> None:
        self._clock = clock
        self._watch = SoundWatch(0.0 if microphone.gives_zeros else dead_after_s)
        self._parts = parts
        self._tasks = tasks
        self._may_open, self._must_shut, self._is_closed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._has_sound = asyncio.Event()
        self._is_closed.set()
        self._on_chunk = on_chunk
        self._on_works = on_works
        self._on_failed = on_failed
        self._heartbeat = heartbeat
        self._component = Component(
            PART,
            lambda: self._open(microphone),
            parts,
            open_=_Sound.advance,
            close=_Sound.close,
            problem=lambda sound: self._watch.problem,
            backoff=Backoff(RETRY_FIRST_S, RETRY_LIMIT_S),
            on_failed=self._failed,
        )

    def open(self) -> None:
        """Capture from now on."""
        self._must_shut.clear()
        self._may_open.set()

    def shut(self) -> None:
        """Close the device and leave it closed; :meth:`closed` tells when it is."""
        self._may_open.clear()
        self._must_shut.set()

    async def closed(self) -> None:
        """Return once the device is closed."""
        await self._is_closed.wait()

    async def run(self) -> None:
        """Capture for ever, while it may."""
        while True:
            if self._must_shut.is_set():
                self._heartbeat.idle()
                self._parts.muted(PART)
            await self._may_open.wait()
            if self._must_shut.is_set():
                # Shut again before this had its turn: what was promised to be closed is not opened.
                continue
            self._is_closed.clear()
            self._parts.declare(PART)
            try:
                await self._until_shut()
            finally:
                self._is_closed.set()

    async def check(self) -> None:
        """Return when the next sound arrives, at once where nobody wants any; raises why none comes."""
        if not self._may_open.is_set():
            return
        self._component.require()
        self._has_sound.clear()
        await self._has_sound.wait()

    async def _until_shut(self) -> None:
        capturing = self._tasks.start("microphone", self._component.run(self._hand_on))
        shutting = self._tasks.start("shut-microphone", self._must_shut.wait())
        try:
            await asyncio.wait({capturing, shutting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            capturing.cancel()
            shutting.cancel()
            await asyncio.wait({capturing, shutting})
        if not capturing.cancelled():
            # It ends by itself only with a fault of ours.
            capturing.result()

    def _open(self, microphone: Microphone) -> _Sound:
        # What another opening gave counts no more.
        self._watch.reset()
        return _Sound(microphone, self._heartbeat)

    @property
    def counts(self) -> CaptureCounts:
        """What became of the sound."""
        return self._watch.counts

    async def _hand_on(self, sound: _Sound) -> None:
        self._watch.counts.openings += 1
        while sound.chunk is not None:
            self._has_sound.set()
            if self._watch.take(sound.chunk, self._clock.monotonic_us()):
                self._component.works()
                if self._watch.problem is not None and self._watch.is_dead:
                    self._on_failed(self._watch.problem)
            if not self._watch.is_dead:
                self._on_works()
            await self._on_chunk(sound.chunk)
            await sound.advance()

    def _failed(self, error: JarvisError) -> None:
        self._heartbeat.idle()
        self._on_failed(error)
