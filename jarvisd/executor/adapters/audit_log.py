"""The audit log as a file of JSON lines, only ever appended to and synced before an effect."""

from __future__ import annotations

import os
import threading
from datetime import datetime
from pathlib import Path

from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.jsonvalue import JsonObject
from jarvisd.executor import audit

_TAIL_BYTES = 1 << 20
"""The last record is looked for in this much of the end of the file."""


class AuditFile:
    """An :class:`~jarvisd.executor.ports.AuditLog` in ``audit.jsonl``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._fd = -1
        self._count = 0
        self._previous = audit.GENESIS

    @property
    def engine(self) -> str:
        """What keeps the log, for reports."""
        return f"jsonl {self._path.name}"

    def open(self) -> None:
        """Open the log, find the end of its chain, and close a half-written line with a ``recovered`` record."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            self._fd = os.open(self._path, flags, 0o640)
            torn_bytes = self._find_end()
        except OSError as error:
            self.close()
            raise _unwritable(error) from error
        if torn_bytes:
            at = datetime.now().astimezone().isoformat(timespec="milliseconds")
            self._write(b"\n", durable=False)
            self.append(audit.event("recovered", at, torn_bytes=torn_bytes), durable=True)

    def append(self, record: JsonObject, *, durable: bool) -> str:
        """Add ``record``; with ``durable`` it is on the disk when this returns."""
        with self._lock:
            line, link = audit.seal(self._previous, record)
            self._write(line.encode("utf-8", "backslashreplace"), durable=durable)
            self._previous = link
            self._count += 1
            return link

    def head(self) -> tuple[int, str]:
        """Records written or found, and the hash of the last."""
        return self._count, self._previous

    def check(self) -> None:
        """Raise AUDIT_UNWRITABLE unless the file is there, is ours to write and has room.

        A log that could not be opened before is tried again, so that safe mode ends when its cause does.
        """
        if self._fd < 0:
            self.open()
        try:
            if os.fstat(self._fd).st_nlink == 0:
                raise Unavailable("the audit log has been removed", code=ErrorCode.AUDIT_UNWRITABLE)
            folder = os.statvfs(self._path.parent)
            if folder.f_bavail == 0 or folder.f_flag & os.ST_RDONLY:
                raise Unavailable("no room for the audit log", code=ErrorCode.AUDIT_UNWRITABLE)
        except OSError as error:
            raise _unwritable(error) from error

    def close(self) -> None:
        """Release the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _write(self, data: bytes, *, durable: bool) -> None:
        start = -1
        try:
            start = os.fstat(self._fd).st_size
            if os.write(self._fd, data) != len(data):
                raise OSError(28, "no space left on device")
            if durable:
                os.fdatasync(self._fd)
        except OSError as error:
            self._cut(start)
            raise _unwritable(error) from error

    def _cut(self, length_bytes: int) -> None:
        """Take back part of a line that did not fit, so that the chain stays whole."""
        try:
            if length_bytes >= 0:
                os.ftruncate(self._fd, length_bytes)
        except OSError:
            # What is left is closed as a torn line at the next start.
            return

    def _find_end(self) -> int:
        """Set count and last hash; returns the length of a half-written last line."""
        size = os.fstat(self._fd).st_size
        tail = os.pread(self._fd, _TAIL_BYTES, max(0, size - _TAIL_BYTES))
        complete, _, torn = tail.rpartition(b"\n")
        for line in reversed(complete.split(b"\n")):
            record = audit.parse(line.decode("utf-8", "replace"))
            if record is not None:
                self._previous = str(record["hash"])
                break
        self._count = self._lines(size) if size else 0
        return len(torn)

    def _lines(self, size: int) -> int:
        count = 0
        for offset in range(0, size, _TAIL_BYTES):
            count += os.pread(self._fd, _TAIL_BYTES, offset).count(b"\n")
        return count


def _unwritable(error: OSError) -> Unavailable:
    return Unavailable(f"the audit log cannot be written: {error.strerror}", code=ErrorCode.AUDIT_UNWRITABLE)
