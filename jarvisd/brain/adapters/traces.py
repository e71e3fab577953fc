"""Records of turns as JSON files, one for each turn (A12)."""

from __future__ import annotations

import contextlib
import errno
import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from jarvisd.core.clock import FILE_STAMP, Clock, oldest_first
from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.core.redaction import redact_object
from jarvisd.linux import durable
from jarvisd.runtime.workers import Workers

CONTENT_KEYS = frozenset(
    {"utterance", "reply", "memories", "args", "question", "spoken", "result", "thought"}
    | {"words", "doubt", "why"}
)
"""What holds spoken words or results; hidden unless ``general.log_content`` is on."""

_HIDDEN = re.compile(r"<\w+ of \d+>")
"""What has been hidden before."""
KEPT_TRACES = 1000
"""The oldest go when there are more."""


class TraceFiles:
    """Writes ``<folder>/<date>T<time>-<turn>.json``, complete or not at all."""

    def __init__(
        self, folder: Path, clock: Clock, workers: Workers, *, with_content: bool, kept: int = KEPT_TRACES
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._workers = workers
        self._with_content = with_content
        self._kept = kept
        self._hidden_us = -1

    async def write(self, turn_id: str, record: JsonObject, began_us: int) -> None:
        """Store the record of a finished turn, without content if something was forgotten meanwhile."""
        at = self._clock.now()
        may_show = self._with_content and began_us > self._hidden_us
        shown = redact_object(record) if may_show else redacted(record)
        path = self._folder / f"{at:{FILE_STAMP}}-{turn_id}.json"
        text = json.dumps({"at": at.isoformat(), **shown}, indent=1, ensure_ascii=False)
        await self._workers.run("traces", self._store, path, text, at)

    async def hide_content(self) -> None:
        """Leave nothing of what was said in any trace, also of turns that have begun; times and codes stay.

        Something is being forgotten, and which traces say it in which words nobody can tell.
        """
        self._hidden_us = self._clock.monotonic_us()
        await self._workers.run("traces", self._hide)

    def _hide(self) -> None:
        try:
            for path in sorted(self._folder.glob("*")):
                _hide_in(path)
        except OSError as error:
            raise EngineError(
                f"cannot write {self._folder}: {error.strerror}", code=ErrorCode.DISK_FULL
            ) from error

    def _store(self, path: Path, text: str, at: datetime) -> None:
        partial = path.with_suffix(".partial")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            partial.write_text(text, "utf-8")
            partial.replace(path)
            names = [path.name for path in self._folder.iterdir() if path.suffix == ".json"]
            for old in oldest_first(names, at)[: -self._kept]:
                (self._folder / old).unlink(missing_ok=True)
        except OSError as error:
            with contextlib.suppress(OSError):
                partial.unlink()
            code = ErrorCode.DISK_FULL if error.errno == errno.ENOSPC else ErrorCode.AUDIT_UNWRITABLE
            raise EngineError(f"cannot write {path}: {error.strerror}", code=code) from error


def _hide_in(path: Path) -> None:
    if not path.is_file():
        return
    try:
        record = json.loads(path.read_text("utf-8")) if path.suffix == ".json" else None
    except ValueError:
        record = None
    if not isinstance(record, dict):
        # Half written, or nothing that can be told apart.
        path.unlink()
    elif (hidden := redacted(record)) != record:
        durable.replace_file(path, json.dumps(hidden, indent=1, ensure_ascii=False), path.stat().st_mode & 0o777)


def redacted(record: JsonObject) -> JsonObject:
    """``record`` with every content field replaced by its kind and size, at any depth."""
    return {key: _hidden(value) if key in CONTENT_KEYS else _walk(value) for key, value in record.items()}


def _walk(value: JsonValue) -> JsonValue:
    if isinstance(value, Mapping):
        return redacted(value)
    if isinstance(value, list):
        return [_walk(item) for item in value]
    return value


def _hidden(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and _HIDDEN.fullmatch(value):
        return value
    size = len(value) if isinstance(value, (str, list, Mapping)) else 0
    return f"<{type(value).__name__} of {size}>"
