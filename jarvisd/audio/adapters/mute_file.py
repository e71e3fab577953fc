"""Whether the microphone is muted, in a file of its own."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from jarvisd.audio.turn.mute import MUTED, Mute
from jarvisd.core.errors import EngineError
from jarvisd.linux.durable import replace_file
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

LANE = "settings"
FORMAT = 1
_LONGEST = 1000


class MuteFile:
    """A :class:`~jarvisd.audio.ports.MuteStore` at ``path``."""

    def __init__(self, path: Path, workers: Workers) -> None:
        self._path = path
        self._workers = workers

    async def load(self) -> Mute | None:
        """What was kept; a file that cannot be read, or is of a newer format, mutes: nobody is heard by it."""
        return await self._workers.run(LANE, self._load)

    async def save(self, mute: Mute) -> None:
        """Keep it durably."""
        await self._workers.run(LANE, self._save, mute)

    def _load(self) -> Mute | None:
        try:
            with self._path.open(encoding="ascii") as file:
                value = json.loads(file.read(_LONGEST))
            if value["format"] != FORMAT:
                raise ValueError(f"format {value['format']}")
            length_s = value["length_s"]
            return Mute(
                is_muted=value["muted"] is not False,
                length_s=None if length_s is None else float(length_s),
                ends_unix_s=float(value["ends_unix_s"]),
                ends_boot_s=float(value["ends_boot_s"]),
                boot_id=str(value["boot_id"]),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            logger.warning("the kept mute cannot be read, so the microphone stays closed error=%s", error)
            return MUTED

    def _save(self, mute: Mute) -> None:
        value = {
            "format": FORMAT,
            "muted": mute.is_muted,
            "length_s": mute.length_s,
            "ends_unix_s": mute.ends_unix_s,
            "ends_boot_s": mute.ends_boot_s,
            "boot_id": mute.boot_id,
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, json.dumps(value) + "\n", 0o600)
        except OSError as error:
            raise EngineError(f"{self._path}: {error.strerror}") from error
