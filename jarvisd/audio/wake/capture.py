"""Keeps the microphone open: hands on every chunk, and when it is gone tries again with growing pauses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from jarvisd.audio.ports import Microphone
from jarvisd.core.backoff import Backoff
from jarvisd.core.errors import JarvisError, Unavailable
from jarvisd.core.pcm import AudioChunk
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.parts import Parts

PART = "microphone"
RETRY_FIRST_S = 1.0
RETRY_LIMIT_S = 15.0


@dataclass(frozen=True, slots=True)
class CaptureListeners:
    """Who is told: of each chunk, of sound coming back, of the microphone failing."""

    chunk: Callable[[AudioChunk], Awaitable[None]]
    works: Callable[[], None]
    failed: Callable[[JarvisError], None]


class Capture:
    """``heartbeat`` is due while a chunk is awaited; it owes nothing while the microphone is known to be gone."""

    def __init__(
        self, microphone: Microphone, hearers: CaptureListeners, parts: Parts, heartbeat: Heartbeat
    ) -> None:
        self._microphone = microphone
        self._hearers = hearers
        self._parts = parts
        self._heartbeat = heartbeat
        self._backoff = Backoff(RETRY_FIRST_S, RETRY_LIMIT_S)

    async def run(self) -> None:
        """Capture for ever."""
        self._parts.declare(PART)
        while True:
            try:
                await self._capture()
            except Unavailable as error:
                self._heartbeat.idle()
                self._parts.failed(PART, error)
                self._hearers.failed(error)
                await asyncio.sleep(self._backoff.failed())

    async def _capture(self) -> None:
        # Opening a device that is stuck must not go unnoticed.
        self._heartbeat.busy()
        async with aclosing(self._microphone.chunks()) as chunks:
            async for chunk in chunks:
                # What the hearers do with the chunk is theirs to prove.
                self._heartbeat.idle()
                self._backoff.succeeded()
                self._parts.ready(PART, self._microphone.engine)
                self._hearers.works()
                await self._hearers.chunk(chunk)
                self._heartbeat.busy()
