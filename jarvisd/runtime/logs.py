"""Logging for the journal: priorities, the turn in every line, and a queue so that the loop never waits."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import os
import queue
import sys
from collections.abc import Iterator
from contextvars import ContextVar

TURN: ContextVar[str] = ContextVar("jarvisd_turn", default="-")
"""The turn that the current work belongs to."""

_PRIORITIES = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (logging.DEBUG, 7))


class _JournalFormatter(logging.Formatter):
    def __init__(self, unit: str, for_journal: bool) -> None:
        super().__init__("%(message)s" if for_journal else "%(asctime)s %(levelname)-7s %(message)s")
        self._unit = unit
        self._for_journal = for_journal

    def format(self, record: logging.LogRecord) -> str:
        turn = getattr(record, "turn", "-")
        text = f"{super().format(record)} unit={self._unit} turn={turn} at={record.name}"
        if not self._for_journal:
            return text
        priority = next((value for level, value in _PRIORITIES if record.levelno >= level), 7)
        # Every line of a traceback needs the prefix of its own.
        return "\n".join(f"<{priority}>{line}" for line in text.splitlines())


class _TurnFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.turn = TURN.get()
        return True


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
def logging_to_stderr(unit: str, level: str) -> Iterator[None]:
    """Log to standard error for the duration, with journal prefixes when the journal reads it."""
    lines: queue.Queue[logging.LogRecord] = queue.Queue(10_000)
    sink = logging.StreamHandler(sys.stderr)
    sink.setFormatter(_JournalFormatter(unit, for_journal="JOURNAL_STREAM" in os.environ))
    handler = _Queueing(lines)
    handler.addFilter(_TurnFilter())
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
