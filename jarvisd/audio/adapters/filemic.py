"""A microphone that is a pipe: whoever writes raw 16 kHz 16-bit mono into it is heard, in real time.

For machines without a microphone. Only the configuration can choose it (decision 12).
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncGenerator
from pathlib import Path

from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.pcm import BYTES_PER_SAMPLE, CHUNK_BYTES, CHUNK_MS, AudioChunk

CHUNK_US = CHUNK_MS * 1000
LEAST_BEHIND_US = 5_000_000
"""Beyond this the machine slept: silence is not made up for."""


class ChunkFeed:
    """Cuts what arrives into chunks and fills up with silence. Pure.

    A stream that begins is held for one chunk, so that a writer who is himself paced in real time leaves no gaps.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._is_flowing = False

    @property
    def wanted_bytes(self) -> int:
        """How much to read for the next chunk."""
        return max(0, 2 * CHUNK_BYTES - len(self._buffer))

    def take(self, data: bytes) -> bytes:
        """The next chunk after ``data`` arrived."""
        self._buffer += data
        if not self._is_flowing:
            has_begun, self._is_flowing = bool(self._buffer), bool(self._buffer)
            if not has_begun or len(self._buffer) < 2 * CHUNK_BYTES:
                return bytes(CHUNK_BYTES)
        sound, self._buffer = self._buffer[:CHUNK_BYTES], self._buffer[CHUNK_BYTES:]
        if len(sound) < CHUNK_BYTES:
            # The stream ended; half a sample would shift the next one by a byte.
            sound = sound[: len(sound) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE]
            self._is_flowing = False
        return sound.ljust(CHUNK_BYTES, b"\0")


class FileMicrophone:
    """The pipe at ``path``, made if it is not there."""

    gives_zeros = True

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    @property
    def engine(self) -> str:
        """Name and path."""
        return f"file {self._path}"

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """Yield 80 ms every 80 ms, late ones at once; MICROPHONE_GONE if there can be no pipe at the path."""
        descriptor = open_pipe(self._path)
        try:
            feed = ChunkFeed()
            began_us = self._clock.monotonic_us()
            while True:
                wait_us = began_us + CHUNK_US - self._clock.monotonic_us()
                if wait_us < -LEAST_BEHIND_US:
                    began_us = self._clock.monotonic_us() - CHUNK_US
                # Also without a need to wait, others must have their turn.
                await asyncio.sleep(max(0, wait_us) / 1e6)
                yield AudioChunk(feed.take(_read(descriptor, feed.wanted_bytes)), began_us)
                began_us += CHUNK_US
        finally:
            os.close(descriptor)


def open_pipe(path: Path) -> int:
    """A descriptor on the pipe. It holds the writing end too, so that the pipe has no end when writers leave."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.mkfifo(path, 0o600)
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        text = f"{path} cannot be opened as a microphone: {error.strerror}"
        raise Unavailable(text, code=ErrorCode.MICROPHONE_GONE) from error
    if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unavailable(f"{path} is not a pipe", code=ErrorCode.MICROPHONE_GONE)
    return descriptor


def _read(descriptor: int, size: int) -> bytes:
    try:
        return os.read(descriptor, size) if size else b""
    except BlockingIOError:
        return b""
