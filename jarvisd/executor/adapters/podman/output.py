"""What comes back from a container: the program's output as it is written, then the launcher's report. Pure.

Everything in it is hostile: it is bounded, and what does not fit the form ends the run.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator
from typing import Any

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.executor.ports.sandbox import FolderItem

FLOOD_BYTES = 1 << 20
"""A program that has written this much is killed; below it, output past the limit is only dropped."""
ROW_BYTES = 1 << 16
"""Longest line of a report that describes one file; the first line may be longer by the names of what is gone."""
HEAD_BYTES = 16 << 20
"""Chosen: every file of a folder may be gone, each with a long name."""
REPORT_ENTRIES = 20_000
"""Most files, folders and links that a program may change."""
_KINDS = ("file", "folder", "link", "special")
OnOutput = Callable[[str, str], None]


class OutputSplitter:
    """Separates and caps the two streams of a program, fed with Podman's attach stream as it arrives."""

    def __init__(
        self, limit_bytes: int, mark: str = "", report_bytes: int = 0, on_output: OnOutput | None = None
    ) -> None:
        self._left = limit_bytes
        self._pending = bytearray()
        sentinel = b"\0" + mark.encode("ascii") if mark else b""
        self._streams = {1: _Stream("stdout", sentinel, on_output), 2: _Stream("stderr", sentinel, on_output)}
        self.report = LauncherReport(report_bytes)
        self.total_bytes = 0
        """Bytes that the program has written, kept or not."""

    @property
    def truncated(self) -> bool:
        """Whether the program has written more than was kept."""
        return self.total_bytes > sum(len(stream.kept) for stream in self._streams.values())

    @property
    def stdout(self) -> str:
        """Standard output, undecodable bytes replaced."""
        return self._streams[1].kept.decode("utf-8", "replace")

    @property
    def stderr(self) -> str:
        """Standard error, undecodable bytes replaced."""
        return self._streams[2].kept.decode("utf-8", "replace")

    @property
    def is_flood(self) -> bool:
        """Whether the program has written so much that it is to be stopped."""
        return self.total_bytes > FLOOD_BYTES

    @property
    def is_complete(self) -> bool:
        """Whether the program has ended and its report has come in whole."""
        return self._streams[2].has_ended and self.report.is_complete

    def feed(self, data: bytes) -> None:
        """Take a piece of the attach stream: frames of an eight-byte head (stream, length) and their content.

        Raises REFUSED when a report is too large or has no sense.
        """
        self._pending += data
        for number, content in self._frames():
            stream = self._streams[2 if number == 2 else 1]
            written, rest = stream.split(content)
            self.total_bytes += len(written)
            kept = written[: self._left]
            self._left -= len(kept)
            stream.take(kept)
            if rest and number != 2:
                self.report.feed(rest)

    def finish(self) -> None:
        """The connection has ended: what was held back as the beginning of a mark was output."""
        for stream in self._streams.values():
            kept = stream.held[: self._left]
            self.total_bytes += len(stream.held)
            self._left -= len(kept)
            stream.take(kept)
            stream.held = b""

    def _frames(self) -> Iterator[tuple[int, bytes]]:
        while len(self._pending) >= 8:
            length = int.from_bytes(self._pending[4:8], "big")
            if len(self._pending) < 8 + length:
                return
            stream, content = self._pending[0], bytes(self._pending[8 : 8 + length])
            del self._pending[: 8 + length]
            yield stream, content


class _Stream:
    def __init__(self, name: str, mark: bytes, on_output: OnOutput | None) -> None:
        self.kept = bytearray()
        self.held = b""
        """The end of what came, as long as it may be the beginning of the mark."""
        self.has_ended = False
        self._name = name
        self._mark = mark
        self._on_output = on_output
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def split(self, content: bytes) -> tuple[bytes, bytes]:
        """What the program wrote, and what follows its mark."""
        if self.has_ended:
            return b"", content
        if not self._mark:
            return content, b""
        data = self.held + content
        self.held = b""
        found = data.find(self._mark)
        if found >= 0:
            self.has_ended = True
            return data[:found], data[found + len(self._mark) :]
        for start in range(max(0, len(data) - len(self._mark) + 1), len(data)):
            if self._mark.startswith(data[start:]):
                self.held = data[start:]
                return data[:start], b""
        return data, b""

    def take(self, kept: bytes) -> None:
        self.kept += kept
        if kept and self._on_output is not None:
            text = self._decoder.decode(kept)
            if text:
                self._on_output(self._name, text)


class LauncherReport:
    """What the launcher tells after the program: a line of JSON, then each changed file with its content."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._buffer = bytearray()
        self._row: tuple[Any, ...] | None = None
        self._received = 0
        self.told: dict[str, Any] = {}
        self.items: list[FolderItem] = []

    @property
    def is_complete(self) -> bool:
        """Whether everything that was announced is there."""
        return bool(self.told) and len(self.items) == self.told["changed"]

    def feed(self, data: bytes) -> None:
        """Take the next piece; raises REFUSED when it is too much or has no sense."""
        self._received += len(data)
        if self._received > self._limit_bytes + HEAD_BYTES + REPORT_ENTRIES * 1024:
            raise RequestError("the program's changes are too large", code=ErrorCode.REFUSED)
        self._buffer += data
        try:
            while self._advance():
                pass
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise RequestError("the sandbox gave no sensible report", code=ErrorCode.REFUSED) from error

    def _advance(self) -> bool:
        if self.is_complete:
            return False
        if self._row is not None:
            return self._take_content(*self._row)
        end = self._buffer.find(b"\n")
        if end < 0:
            if len(self._buffer) > (ROW_BYTES if self.told else HEAD_BYTES):
                raise ValueError("a line without end")
            return False
        line = json.loads(self._buffer[:end])
        del self._buffer[: end + 1]
        if self.told:
            self._row = _checked_row(*line)
        else:
            self.told = _checked_head(line)
        return True

    def _take_content(self, path: str, kind: Any, mode: int, mtime_ns: int, size: int) -> bool:
        if len(self._buffer) < size:
            return False
        content = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._row = None
        self.items.append(FolderItem(path, kind, mode, mtime_ns, content))
        return True


def _checked_head(told: object) -> dict[str, Any]:
    if not isinstance(told, dict) or not _is_count(told.get("changed"), REPORT_ENTRIES):
        raise ValueError("no head")
    deleted = told.setdefault("deleted", [])
    if not isinstance(deleted, list) or not all(isinstance(path, str) for path in deleted):
        raise ValueError("no list of names")
    if "unfit" not in told and not _is_count(told.get("exit"), 255):
        raise ValueError("no status")
    return told


def _checked_row(path: object, kind: object, mode: object, mtime_ns: object, size: object) -> tuple[Any, ...]:
    if not isinstance(path, str) or kind not in _KINDS:
        raise ValueError("no such thing")
    if not _is_count(mode, 0o7777) or not _is_count(size, 1 << 32) or not _is_count(mtime_ns, 1 << 63):
        raise ValueError("no such number")
    return path, kind, mode, mtime_ns, size


def _is_count(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= limit
