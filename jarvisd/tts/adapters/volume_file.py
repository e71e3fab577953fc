"""The volume in a file of its own, one number."""

from __future__ import annotations

import logging
from pathlib import Path

from jarvisd.core.errors import EngineError
from jarvisd.linux.durable import replace_file
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

LANE = "settings"
_LONGEST = 16


class VolumeFile:
    """A :class:`~jarvisd.tts.ports.VolumeStore` at ``path``."""

    def __init__(self, path: Path, workers: Workers) -> None:
        self._path = path
        self._workers = workers

    async def load(self) -> int | None:
        """What was kept; nothing where there is no file, or one that cannot be read."""
        return await self._workers.run(LANE, self._load)

    async def save(self, percent: int) -> None:
        """Keep it durably."""
        await self._workers.run(LANE, self._save, percent)

    def _load(self) -> int | None:
        try:
            with self._path.open(encoding="ascii") as file:
                return int(file.read(_LONGEST))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            logger.warning("the kept volume cannot be read error=%s", error)
            return None

    def _save(self, percent: int) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, f"{percent}\n", 0o600)
        except OSError as error:
            raise EngineError(f"{self._path}: {error.strerror}") from error
