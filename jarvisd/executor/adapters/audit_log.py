"""The audit log as files of JSON lines, only ever appended to and synced before an effect.

``audit.jsonl`` is the file that grows. When it is large it becomes ``audit-<records so far>.jsonl``, and the next
one begins with a record that continues the chain.
"""

from __future__ import annotations

import logging
import math
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from jarvisd.core import audit_chain
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.audit import records
from jarvisd.executor.ports.audit import AuditRetention
from jarvisd.linux.durable import sync_folder

logger = logging.getLogger(__name__)

_DAY_S = 86_400
_LONGEST_LINE_BYTES = 32 << 20
"""No record is longer; what is, is no record, and is not read into memory as a whole."""


class AuditFile:
    """An :class:`~jarvisd.executor.ports.AuditLog` in ``audit.jsonl``.

    The record that continues the chain in a file says at what time in service its predecessor was closed, so that
    age does not depend on the wall clock. Without such a measure no file grows old.
    """

    def __init__(
        self, path: Path, retention: AuditRetention | None = None, service_s: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._path = path
        self._service_s = service_s
        self._retention = retention or AuditRetention()
        self._lock = threading.Lock()
        self._fd = -1
        self._why_closed = "it is not open"
        self._count = 0
        self._previous = audit_chain.GENESIS

    @property
    def engine(self) -> str:
        """What keeps the log, for reports."""
        return f"jsonl {self._path.name}"

    def open(self) -> None:
        """Open the log, find the end of its chain, and close a half-written line with a ``recovered`` record."""
        with self._lock:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                torn_bytes = self._open_newest()
                if torn_bytes:
                    self._write(b"\n", durable=False)
                    self._add(records.event(audit_chain.RECOVERED, _now(), torn_bytes=torn_bytes), durable=True)
            except OSError as error:
                self._release()
                self._why_closed = str(error.strerror)
                raise _unwritable(error) from error
            except Unavailable as error:
                self._release()
                self._why_closed = error.message
                raise

    def append(self, record: JsonObject, *, durable: bool) -> str:
        """Add ``record``; with ``durable`` it is on the disk when this returns."""
        with self._lock:
            if self._fd < 0:
                raise _closed(self._why_closed)
            link = self._add(record, durable=durable)
            try:
                if os.fstat(self._fd).st_size >= self._retention.rotate_bytes:
                    self._rotate()
            except OSError as error:
                raise _unwritable(error) from error
            return link

    def head(self) -> tuple[int, str]:
        """Records written or found since the log began, and the hash of the last."""
        return self._count, self._previous

    def verify(self) -> audit_chain.ChainVerifier:
        """Follow the chain through all files as far as they go now; appending goes on. 256 MB take 6 s."""
        follower = audit_chain.ChainVerifier()
        try:
            with ExitStack() as files:
                with self._lock:
                    # Opened together, so that none is renamed or removed in between.
                    if self._fd < 0:
                        raise _closed(self._why_closed)
                    opened = [(path, files.enter_context(_reading(path))) for path in (*self._older(), self._path)]
                    end_bytes = os.fstat(self._fd).st_size
                for path, file in opened:
                    limit_bytes = end_bytes if path == self._path else os.fstat(file.fileno()).st_size
                    follower.follow(path.name, _lines(file, limit_bytes))
        except OSError as error:
            raise _unwritable(error) from error
        follower.end()
        return follower

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
        with self._lock:
            self._release()

    # --- private ---------------------------------------------------------------------------------------

    def _open_newest(self) -> int:
        """Open the file that grows and find the end of the chain; returns the length of a torn last line."""
        if not self._path.exists():
            older = self._older()
            self._count, self._previous = 0, audit_chain.GENESIS
            if older:
                # A crash came between renaming the old file and beginning the new one.
                self._find_end(older[-1].read_bytes())
            self._begin()
            return 0
        self._fd = self._opened(0)
        self._count, self._previous = 0, audit_chain.GENESIS
        size = os.fstat(self._fd).st_size
        return self._find_end(os.pread(self._fd, size, 0))

    def _opened(self, flags: int) -> int:
        wanted = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        return os.open(self._path, wanted | flags, 0o640)

    def _begin(self) -> None:
        """Make the file that grows; it says what it continues."""
        self._fd = self._opened(os.O_EXCL)
        sync_folder(self._path.parent)
        if self._count:
            chain: JsonObject = {"count": self._count, "previous": self._previous}
            since = round(self._service_s(), 3)
            self._add(records.event(audit_chain.CONTINUED, _now(), **chain, service_s=since), durable=True)

    def _rotate(self) -> None:
        os.fsync(self._fd)
        self._path.rename(self._path.with_name(f"{self._path.stem}-{self._count:012}{self._path.suffix}"))
        os.close(self._fd)
        self._fd = -1
        self._begin()
        self._prune()

    def _prune(self) -> None:
        """Remove the oldest files beyond the limits, and say so in the log first."""
        older = [(path, path.stat().st_size) for path in self._older()]
        successors = [*(path for path, _ in older[1:]), self._path]
        left_bytes = sum(size for _, size in older) + self._retention.rotate_bytes
        limit_s = self._service_s() - self._retention.keep_days * _DAY_S
        for (path, size), successor in zip(older, successors, strict=True):
            if left_bytes <= self._retention.keep_bytes and _closed_s(successor) >= limit_s:
                return
            through = int(path.stem.rpartition("-")[2])
            logger.warning("audit records removed file=%s through=%d", path.name, through)
            self._add(records.event(audit_chain.PRUNED, _now(), file=path.name, through=through), durable=True)
            path.unlink()
            left_bytes -= size

    def _older(self) -> list[Path]:
        return sorted(self._path.parent.glob(audit_chain.OLDER_FILES))

    def _add(self, record: JsonObject, *, durable: bool) -> str:
        line, link = audit_chain.seal(self._previous, record)
        self._write(line.encode("utf-8", "backslashreplace"), durable=durable)
        self._previous = link
        self._count += 1
        return link

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

    def _find_end(self, data: bytes) -> int:
        """Take count and last hash from a file's content; returns the length of a half-written last line."""
        complete, _, torn = data.rpartition(b"\n")
        for record in _records(complete):
            if audit_chain.is_newer(record):
                message = "the audit log was written by a newer version, so nothing is added to it"
                raise Unavailable(message, code=ErrorCode.FORMAT_NEWER)
            before = record.get("count")
            if record.get("event") == audit_chain.CONTINUED and isinstance(before, int):
                self._count = before
            self._count += 1
            self._previous = str(record["hash"])
        return len(torn)

    def _release(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _records(data: bytes) -> Iterator[JsonObject]:
    for line in data.split(b"\n"):
        record = audit_chain.parse(line.decode("utf-8", "replace"))
        if record is not None:
            yield record


def _reading(path: Path) -> BinaryIO:
    """An old file is one of ours, not what a link or a pipe in its place leads to."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    return os.fdopen(fd, "rb")


def _lines(file: BinaryIO, limit_bytes: int) -> Iterator[str]:
    """The lines up to a place where one ends."""
    while limit_bytes > 0 and (line := file.readline(min(limit_bytes, _LONGEST_LINE_BYTES))):
        limit_bytes -= len(line)
        yield line.decode("utf-8", "replace").rstrip("\n")


def _closed_s(successor: Path) -> float:
    """When the file before this one was closed, in time of service; of one that does not say so, never."""
    with successor.open("rb") as file:
        first = audit_chain.parse(file.readline().decode("utf-8", "replace"))
    since = first.get("service_s") if first is not None else None
    return float(since) if isinstance(since, (int, float)) else math.inf


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def _unwritable(error: OSError) -> Unavailable:
    return _closed(str(error.strerror))


def _closed(reason: str) -> Unavailable:
    return Unavailable(f"the audit log cannot be written: {reason}", code=ErrorCode.AUDIT_UNWRITABLE)
