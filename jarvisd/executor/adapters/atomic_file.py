"""A list in a JSON file that is replaced as a whole, and the clock of the boot."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.disk import fault, sync_folder

logger = logging.getLogger(__name__)


class AtomicFile:
    """A :class:`~jarvisd.executor.audit.service_clock.StateStore` in one file; ``what`` is how people call it."""

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self._what = what

    def load(self) -> list[JsonObject]:
        """What was saved last. A damaged file is set aside, so that it can be looked at and does not stay."""
        try:
            kept = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            logger.error("%s cannot be read error=%s", self._what, error)
            self._set_aside()
            return []
        return [value for value in kept if isinstance(value, dict)] if isinstance(kept, list) else []

    def save(self, values: Sequence[JsonObject]) -> None:
        """Write a new file beside the old one, make it durable, and put it in its place."""
        fresh = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            with os.fdopen(fd, "w", encoding="utf-8") as file:
                json.dump(list(values), file)
                file.flush()
                os.fsync(fd)
            fresh.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise fault(error, self._what) from error

    def _set_aside(self) -> None:
        try:
            self._path.replace(self._path.with_suffix(".damaged"))
        except OSError as error:
            logger.warning("the damaged file of %s cannot be set aside error=%s", self._what, error)


class KernelUptime:
    """An :class:`~jarvisd.executor.audit.service_clock.Uptime` from the kernel."""

    def __init__(self) -> None:
        self._boot_id = ""

    def boot_id(self) -> str:
        """The kernel's random id of this boot."""
        if not self._boot_id:
            self._boot_id = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return self._boot_id

    def boot_s(self) -> float:
        """CLOCK_BOOTTIME in seconds."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)
