"""A loudspeaker for machines without sound: every utterance becomes a WAV file, written in real time."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from jarvisd.core.clock import Clock
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.core.pcm import BYTES_PER_SAMPLE, bytes_for_ms, duration_ms
from jarvisd.runtime.workers import Workers
from jarvisd.tts.ports import QUEUED_MS

logger = logging.getLogger(__name__)

T = TypeVar("T")

LANE = "speaker"
PARTIAL = ".partial"
HEADER_BYTES = 44
"""Of a WAV file with plain samples: RIFF, fmt and data."""


class FileSpeaker:
    """Plays into ``<folder>/<utterance_id>.wav``, paced like a device by the monotonic clock.

    A file holds exactly what would have been heard: an utterance that is stopped is cut there. Files appear when
    they are complete.
    """

    def __init__(self, folder: Path, workers: Workers, clock: Clock) -> None:
        self._folder = folder
        self._workers = workers
        self._clock = clock
        self._target = folder
        self._file: BinaryIO | None = None
        self._rate_hz = 0
        self._handed_bytes = 0
        self._written_bytes = 0
        self._waiting = b""
        self._ends_us = 0
        """When the last sample handed over so far will have been played."""

    @property
    def engine(self) -> str:
        """Name and folder."""
        return f"file {self._folder}"

    async def check(self) -> None:
        """Make the folder and see that it can be written; unfinished files of an earlier run are removed."""
        await self._run(self._prepare)

    async def begin(self, utterance_id: str, rate_hz: int) -> None:
        """Open the file of an utterance."""
        await self.stop()
        self._handed_bytes, self._rate_hz = 0, rate_hz
        await self._run(self._open, utterance_id)
        self._ends_us = self._clock.monotonic_us()

    async def write(self, pcm: bytes) -> None:
        """Hand over a block; sleeps while enough waits to be played."""
        self._waiting += pcm
        self._handed_bytes += len(pcm)
        length_us = round(duration_ms(pcm, self._rate_hz) * 1000)
        self._ends_us = max(self._ends_us, self._clock.monotonic_us()) + length_us
        await self._sleep_until(self._ends_us - QUEUED_MS * 1000)
        await self._run(self._flush, self._played_bytes())

    async def finish(self) -> None:
        """Return when the last sample is due to have been played; the file is complete."""
        await self._sleep_until(self._ends_us)
        await self._run(self._complete, self._handed_bytes)

    async def stop(self) -> None:
        """Cut the file at what has been played by now, and complete it."""
        try:
            await self._run(self._cut, self._played_bytes())
        except JarvisError as error:
            logger.debug("file speaker stop error=%s", error.message)

    def abandon(self) -> None:
        """Forget a file that a disk does not take; nothing else waits for it."""
        self._file, self._waiting = None, b""

    async def _sleep_until(self, at_us: int) -> None:
        await asyncio.sleep(max(0, at_us - self._clock.monotonic_us()) / 1e6)

    def _played_bytes(self) -> int:
        left_ms = max(0, self._ends_us - self._clock.monotonic_us()) / 1000
        return max(0, self._handed_bytes - bytes_for_ms(left_ms, self._rate_hz))

    async def _run(self, function: Callable[..., T], *arguments: object) -> T:
        try:
            return await self._workers.run(LANE, function, *arguments)
        except OSError as error:
            await self._workers.run(LANE, self._abandon)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise EngineError(f"no space left in {self._folder}", code=ErrorCode.DISK_FULL) from error
            raise Unavailable(f"cannot write to {self._folder}: {error}", code=ErrorCode.SPEAKER_GONE) from error

    def _prepare(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._file is None:
            for left_over in self._folder.glob(f"*{PARTIAL}"):
                left_over.unlink()
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "the folder is read-only", str(self._folder))

    def _open(self, utterance_id: str) -> None:
        self._target = self._folder / f"{utterance_id}.wav"
        # Unbuffered, so that a full disk is noticed by the write that meets it.
        self._file = self._partial().open("wb", buffering=0)
        self._written_bytes, self._waiting = 0, b""
        self._file.write(_header(0, self._rate_hz))

    def _flush(self, played_bytes: int) -> None:
        """Write what has been played; the rest can still be cut."""
        if self._file is None:
            raise OSError(errno.EBADF, "the file is not open")
        due = self._waiting[: max(0, played_bytes - self._written_bytes)]
        self._file.write(due)
        self._written_bytes += len(due)
        self._waiting = self._waiting[len(due) :]

    def _cut(self, played_bytes: int) -> None:
        # Looked up here, in the lane, because an opening whose waiter was cancelled may only just have ended.
        if self._file is not None:
            self._complete(played_bytes)

    def _complete(self, played_bytes: int) -> None:
        self._flush(played_bytes)
        if self._file is not None:
            self._file.seek(0)
            self._file.write(_header(self._written_bytes, self._rate_hz))
            self._file.close()
            self._file = None
        self._partial().rename(self._target)

    def _abandon(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self._partial().unlink(missing_ok=True)

    def _partial(self) -> Path:
        return self._target.with_name(self._target.name + PARTIAL)


def _header(data_bytes: int, rate_hz: int) -> bytes:
    """The 44 bytes before the samples of a 16-bit mono WAV file."""
    form = (1, 1, rate_hz, rate_hz * BYTES_PER_SAMPLE, BYTES_PER_SAMPLE, 8 * BYTES_PER_SAMPLE)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", HEADER_BYTES - 8 + data_bytes, b"WAVE", b"fmt ", 16, *form, b"data", data_bytes),
    )
