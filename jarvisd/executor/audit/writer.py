"""The audit log as the dispatcher uses it: off the event loop, and a wall before every effect."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from jarvisd.core import audit_chain
from jarvisd.core.clock import Clock
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.timeout import within
from jarvisd.executor.ports.audit import AuditLog
from jarvisd.executor.ports.journal import Journal
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

# The head is told whatever else the journal gets (general.log_level).
heads = logging.getLogger(audit_chain.HEAD_LOGGER)
heads.setLevel(logging.INFO)

AUDIT_LANE = "audit"
VERIFY_LANE = "audit-verify"
"""Reading a large log takes seconds; nothing that is written waits for it."""
JOURNAL_LANE = "journal"
"""Not the lane of file effects: a long one there says nothing about the journal."""
CHECK_DEADLINE_S = 5.0
"""D3."""
OnHealth = Callable[[str, "JarvisError | None"], None]
"""Told of the health of ``audit`` and ``journal`` whenever they are used."""


class AuditWriter:
    """Writes records. What changes nothing goes on without them; what changes something does not."""

    def __init__(
        self, log: AuditLog, journal: Journal, workers: Workers, clock: Clock, on_health: OnHealth
    ) -> None:
        self._log = log
        self._journal = journal
        self._workers = workers
        self._clock = clock
        self._on_health = on_health

    def now(self) -> str:
        """Wall time of a record."""
        return self._clock.now().isoformat(timespec="milliseconds")

    async def demand(self, record: JsonObject) -> None:
        """Write ``record`` and sync it, or raise AUDIT_UNWRITABLE."""
        try:
            await self._workers.run(AUDIT_LANE, lambda: self._log.append(record, durable=True))
        except JarvisError as error:
            self._on_health("audit", error)
            raise
        self._on_health("audit", None)

    async def note(self, record: JsonObject) -> None:
        """Write ``record`` if that is possible; it tells what has already happened."""
        try:
            await self._workers.run(AUDIT_LANE, lambda: self._log.append(record, durable=False))
        except JarvisError as error:
            logger.error("audit record lost event=%s detail=%s", record.get("event"), error.message)
            self._on_health("audit", error)

    async def close_turn(self, record: JsonObject) -> None:
        """Write the last record of a plan or an undo, sync the log, and tell the system journal its head.

        The journal is another user's: who cuts off the end of the log cannot take back what the journal knows.
        """
        try:
            await self._workers.run(AUDIT_LANE, lambda: self._log.append(record, durable=True))
        except JarvisError as error:
            logger.error("audit record lost event=%s detail=%s", record.get("event"), error.message)
            self._on_health("audit", error)
            return
        heads.info("%s", audit_chain.head_text(*self._log.head()))

    async def verify(self) -> int:
        """Follow the whole chain and tell the system journal its head; the number of records.

        Errors: AUDIT_BROKEN, FORMAT_NEWER, AUDIT_UNWRITABLE while the log is not open.
        """
        found = await self._workers.run(VERIFY_LANE, self._log.verify)
        if found.problems:
            first = found.problems[0]
            where = f"{first.file}:{first.line}: " if first.line else ""
            message = f"{where}{first.problem}; {len(found.problems)} places in all"
            raise EngineError(message, code=ErrorCode.AUDIT_BROKEN)
        if found.newer:
            message = f"{found.newer} records are of a newer format and cannot be verified"
            raise EngineError(message, code=ErrorCode.FORMAT_NEWER)
        if found.count:
            heads.info("%s", audit_chain.head_text(found.count, found.head))
        return found.count

    async def check(self) -> None:
        """Raise AUDIT_UNWRITABLE unless audit log and undo journal can be written now, TIMEOUT if that is slow."""
        for part, lane, check in (
            ("audit", AUDIT_LANE, self._log.check),
            ("journal", JOURNAL_LANE, self._journal.check),
        ):
            try:
                await self._in_time(part, self._workers.run(lane, check))
            except JarvisError as error:
                self._on_health(part, error)
                raise
            self._on_health(part, None)

    async def _in_time(self, part: str, work: Awaitable[None]) -> None:
        try:
            await within(work, CHECK_DEADLINE_S)
        except asyncio.TimeoutError as error:
            raise EngineError(f"writing the {part} takes too long", code=ErrorCode.TIMEOUT) from error
