"""A list in a JSON file that is replaced as a whole, and the clock of the boot."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path

from jarvisd.core import formats
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.executor.files.disk import fault
from jarvisd.linux import boot
from jarvisd.linux.durable import replace_file

logger = logging.getLogger(__name__)


class AtomicFile:
    """A :class:`~jarvisd.executor.audit.service_clock.StateStore` in one file; ``what`` is how people call it.

    The list ends with an object that tells its format. Versions that know of no format read it all the same.
    """

    def __init__(self, path: Path, what: str, version: int = formats.LISTS) -> None:
        self._path = path
        self._what = what
        self._version = version
        self._newer: JarvisError | None = None
        self.problem: JarvisError | None = None
        """What people must know of the file as it was found."""

    def load(self) -> list[JsonObject]:
        """What was saved last. A damaged file is set aside, so that it can be looked at and does not stay."""
        self._newer = None
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            if not isinstance(kept, list):
                raise ValueError("it is no list")
        except FileNotFoundError:
            return []
        except (OSError, ValueError, RecursionError) as error:
            self._set_aside(str(error))
            return []
        values: list[JsonObject] = [value for value in kept if isinstance(value, dict)]
        others = [value for value in kept if not isinstance(value, dict)]
        version = values.pop().get("format") if values and set(values[-1]) == {"format"} else 1
        if not isinstance(version, int) or version > self._version:
            message = f"{self._what} have format {version}; this version knows formats up to {self._version}"
            self.problem = self._newer = Unavailable(message, code=ErrorCode.FORMAT_NEWER)
            raise self._newer
        if others:
            self._keep_aside(others)
        return values

    def set_aside(self, values: Sequence[JsonObject]) -> None:
        """Keep values that cannot be understood in a file of their own."""
        self._keep_aside(values)

    def _keep_aside(self, values: Sequence[JsonValue]) -> None:
        aside = self._aside()
        try:
            fd = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            with os.fdopen(fd, "w", encoding="utf-8") as file:
                json.dump(list(values), file)
                file.flush()
                os.fsync(fd)
        except OSError as error:
            raise fault(error, self._what) from error
        self._tell(f"{len(values)} of {self._what} cannot be read", aside)

    def save(self, values: Sequence[JsonObject]) -> None:
        """Write a new file beside the old one, make it durable, and put it in its place."""
        if self._newer is not None:
            raise Unavailable(self._newer.message, code=self._newer.code)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, json.dumps([*values, {"format": self._version}]), 0o600)
        except OSError as error:
            raise fault(error, self._what) from error

    def _set_aside(self, reason: str) -> None:
        aside = self._aside()
        try:
            self._path.rename(aside)
        except OSError as error:
            logger.warning("the damaged file of %s cannot be set aside error=%s", self._what, error)
        else:
            self._tell(f"{self._what} cannot be read: {reason}", aside)

    def _aside(self) -> Path:
        """A name that no earlier damage has taken."""
        return self._path.with_name(f"damaged-{self._path.stem}-{time.time_ns()}{self._path.suffix}")

    def _tell(self, what: str, aside: Path) -> None:
        message = f"{what}; set aside as {aside}"
        logger.error("%s", message)
        self.problem = RequestError(message, code=ErrorCode.STATE_DAMAGED)


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
