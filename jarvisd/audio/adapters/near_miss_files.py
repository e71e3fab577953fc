"""Near-misses as WAV files for the unit's user alone."""

from __future__ import annotations

import os
import wave
from pathlib import Path

from jarvisd.core.errors import EngineError
from jarvisd.core.pcm import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from jarvisd.linux.durable import new_file
from jarvisd.runtime.workers import Workers

LANE = "near-misses"
"""One thread, so that nothing is kept while everything is wiped."""
SUFFIX, PARTIAL = ".wav", ".partial"


class NearMissFiles:
    """A :class:`~jarvisd.audio.ports.NearMissStore` in ``folder``, where nothing else is."""

    def __init__(self, folder: Path, workers: Workers) -> None:
        self._folder = folder
        self._workers = workers

    async def keep(self, name: str, pcm: bytes) -> None:
        """Keep one; EngineError when that fails, and then nothing of it is left."""
        await self._workers.run(LANE, self._keep, name, pcm)

    async def prune(self, before_unix_s: float, most_bytes: int) -> None:
        """Remove what is older, and of the rest the oldest until there are at most so many bytes."""
        await self._workers.run(LANE, self._prune, before_unix_s, most_bytes)

    async def wipe(self) -> int:
        """Remove everything, what an interrupted try has left too; how many pieces that were."""
        return await self._workers.run(LANE, self._wipe)

    def _keep(self, name: str, pcm: bytes) -> None:
        path = self._folder / f"{name}{SUFFIX}"
        fresh = path.with_suffix(PARTIAL)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(new_file(fresh), "wb") as file, wave.open(file, "wb") as wav:
                wav.setnchannels(1)
                wav.setsampwidth(BYTES_PER_SAMPLE)
                wav.setframerate(SAMPLE_RATE_HZ)
                wav.writeframes(pcm)
            fresh.replace(path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise EngineError(f"{path}: {error.strerror}") from error

    def _prune(self, before_unix_s: float, most_bytes: int) -> None:
        try:
            left = 0
            for path in sorted(self._files(), reverse=True):
                found = path.lstat()
                left += found.st_size
                if found.st_mtime < before_unix_s or left > most_bytes:
                    path.unlink()
        except OSError as error:
            raise EngineError(f"{self._folder}: {error.strerror}") from error

    def _wipe(self) -> int:
        count = 0
        try:
            for path in self._files():
                path.unlink()
                count += path.suffix == SUFFIX
        except OSError as error:
            raise EngineError(f"{self._folder}: {error.strerror}") from error
        return count

    def _files(self) -> list[Path]:
        try:
            return list(self._folder.iterdir())
        except FileNotFoundError:
            return []
