"""Logging: the turn and the code of every event, in fields of the journal or in plain lines elsewhere.

A queue stands between the event loop and whoever writes, so that the loop never waits.
"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import os
import queue
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.runtime.logging import journal
from jarvisd.runtime.logging.journal import NO_TURN, JournalHandler, priority_of

TURN: ContextVar[str] = ContextVar("jarvisd_turn", default=NO_TURN)
"""The turn that the current work belongs to."""


class _LineFormatter(logging.Formatter):
    def __init__(self, unit: str, for_journal: bool) -> None:
        super().__init__("%(message)s" if for_journal else "%(asctime)s %(levelname)-7s %(message)s")
        self._unit = unit
        self._for_journal = for_journal

    def format(self, record: logging.LogRecord) -> str:
        turn = getattr(record, "turn", NO_TURN)
        text = f"{super().format(record)} unit={self._unit} turn={turn} at={record.name}"
        if not self._for_journal:
            return text
        # Every line of a traceback needs the prefix of its own.
        return "\n".join(f"<{priority_of(record.levelno)}>{line}" for line in text.splitlines())


class _ContextFilter(logging.Filter):
    """Notes what is known only where the event happens: the turn, and the code of the error it tells of."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.turn = TURN.get()
        record.code = _code_of(record)
        return True


def _code_of(record: logging.LogRecord) -> str:
    given = record.args if isinstance(record.args, tuple) else ()
    raised = record.exc_info[1] if record.exc_info is not None else None
    for value in (*given, raised):
        if isinstance(value, JarvisError):
            return value.code.value
        if isinstance(value, ErrorCode):
            return value.value
    return ""


class _Queueing(logging.handlers.QueueHandler):
    """Drops a line rather than wait when the journal does not keep up."""

    def enqueue(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(queue.Full):
            self.queue.put_nowait(record)

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        # The default formats here and drops exc_info; formatting is the listener's work.
        record.message = record.getMessage()
        record.msg, record.args = record.message, None
        return record


@contextlib.contextmanager
def logging_to_stderr(
    unit: str, level: str, journal_path: Path = journal.SOCKET, reads: Callable[[int], bool] = journal.reads
) -> Iterator[None]:
    """Log for the duration: to the journal with fields where standard error goes there, else to standard error.

    ``reads`` says of a descriptor whether the journal reads what is written to it.
    """
    lines: queue.Queue[logging.LogRecord] = queue.Queue(10_000)
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(_LineFormatter(unit, for_journal="JOURNAL_STREAM" in os.environ))
    sink = JournalHandler(unit, stream, journal_path) if reads(2) else stream
    handler = _Queueing(lines)
    handler.addFilter(_ContextFilter())
    listener = logging.handlers.QueueListener(lines, sink)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("jarvisd").setLevel(level.upper())
    logging.captureWarnings(True)
    listener.start()
    try:
        yield
    finally:
        listener.stop()
        root.handlers.remove(handler)
        sink.close()
