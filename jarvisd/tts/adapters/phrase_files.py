"""Phrases as files of a folder, each with a sum that tells half a file from a whole one."""

from __future__ import annotations

import hashlib
import logging
import struct
from pathlib import Path

from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.runtime.workers import Workers
from jarvisd.tts.ports import Speech

logger = logging.getLogger(__name__)

LANE = "phrases"
ENDING = ".phrase"
LIMIT_BYTES = 24_000_000
"""Chosen: twice what all phrases of a voice take (measured: 80 of them, 90 to 300 KB each)."""
_HEAD = struct.Struct("<4sI")
_MARK = b"JVP1"
_SUM_BYTES = 32
"""Of SHA-256."""


class PhraseFiles:
    """A :class:`~jarvisd.tts.phrases.phrase_cache.PhraseStore`; what has not been used for longest goes first."""

    def __init__(self, folder: Path, workers: Workers, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._workers = workers
        self._limit_bytes = limit_bytes

    async def load(self, name: str) -> Speech | None:
        """What is kept."""
        return await self._workers.run(LANE, self._load, name)

    async def save(self, name: str, speech: Speech) -> None:
        """Keep it."""
        await self._workers.run(LANE, self._save, name, speech)

    def _load(self, name: str) -> Speech | None:
        path = self._folder / f"{name}{ENDING}"
        try:
            data = path.read_bytes()
            path.touch()
        except FileNotFoundError:
            return None
        except OSError as error:
            logger.info("phrase cannot be read error=%s", error.strerror)
            return None
        body, kept_sum = data[:-_SUM_BYTES], data[-_SUM_BYTES:]
        if len(body) <= _HEAD.size or hashlib.sha256(body).digest() != kept_sum or body[:4] != _MARK:
            logger.info("a damaged phrase is made anew")
            return None
        _, rate_hz = _HEAD.unpack_from(body)
        return Speech(body[_HEAD.size :], rate_hz)

    def _save(self, name: str, speech: Speech) -> None:
        body = _HEAD.pack(_MARK, speech.rate_hz) + speech.pcm
        target = self._folder / f"{name}{ENDING}"
        partial = target.with_suffix(".partial")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room(len(body) + _SUM_BYTES)
            # Not durable: what a power cut takes is made anew, and half a file has another sum.
            partial.write_bytes(body + hashlib.sha256(body).digest())
            partial.replace(target)
        except OSError as error:
            raise EngineError(f"{self._folder}: {error.strerror}", code=ErrorCode.DISK_FULL) from error

    def _make_room(self, wanted_bytes: int) -> None:
        found = sorted((path.stat().st_mtime_ns, path.stat().st_size, path) for path in self._folder.iterdir())
        total = sum(size for _, size, _ in found) + wanted_bytes
        for _, size, path in found:
            if total <= self._limit_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size
