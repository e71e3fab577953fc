"""A list in a JSON file that is replaced as a whole, and the clock of the boot."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.disk import fault
from jarvisd.linux import boot
from jarvisd.linux.durable import replace_file

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
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, json.dumps(list(values)), 0o600)
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
            self._boot_id = boot.boot_id()
        return self._boot_id

    def boot_s(self) -> float:
        """CLOCK_BOOTTIME in seconds."""
        return boot.boot_s()
