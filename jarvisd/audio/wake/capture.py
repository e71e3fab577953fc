"""Keeps the microphone open: hands on every chunk, and when it is gone tries again with growing pauses."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable

from jarvisd.audio.ports import Microphone
from jarvisd.core.backoff import Backoff
from jarvisd.core.errors import JarvisError
from jarvisd.core.pcm import AudioChunk
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.parts import Parts

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

    ``heartbeat`` is due while a chunk is awaited; it owes nothing while the microphone is known to be gone.
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
    ) -> None:
        self._on_chunk = on_chunk
        self._on_works = on_works
        self._on_failed = on_failed
        self._heartbeat = heartbeat
        self._component = Component(
            PART,
            lambda: _Sound(microphone, heartbeat),
            parts,
            open_=_Sound.advance,
            close=_Sound.close,
            backoff=Backoff(RETRY_FIRST_S, RETRY_LIMIT_S),
            on_failed=self._failed,
        )

    async def run(self) -> None:
        """Capture for ever."""
        await self._component.run(self._hand_on)

    async def _hand_on(self, sound: _Sound) -> None:
        while sound.chunk is not None:
            self._on_works()
            await self._on_chunk(sound.chunk)
            await sound.advance()

    def _failed(self, error: JarvisError) -> None:
        self._heartbeat.idle()
        self._on_failed(error)
