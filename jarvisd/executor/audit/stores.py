"""The audit log and the undo journal as parts of the unit, with what is written into them."""

from __future__ import annotations

from jarvisd.core.clock import Clock
from jarvisd.core.errors import JarvisError
from jarvisd.executor.audit.writer import AUDIT_LANE, AuditWriter
from jarvisd.executor.ports.audit import AuditLog
from jarvisd.executor.ports.journal import Journal
from jarvisd.runtime.component import Component
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.workers import Workers


class Stores:
    """``file_lane`` is the lane of file effects, in which the journal is opened and closed."""

    def __init__(
        self, audit: AuditLog, journal: Journal, *, workers: Workers, clock: Clock, parts: Parts, file_lane: str
    ) -> None:
        self.journal = journal
        self.writer = AuditWriter(audit, journal, workers, clock, self._report)
        self._audit_part = Component(
            "audit",
            lambda: audit,
            parts,
            open_=lambda log: workers.run(AUDIT_LANE, log.open),
            close=lambda log: workers.run(AUDIT_LANE, log.close),
        )
        self._journal_part = Component(
            "journal",
            lambda: journal,
            parts,
            open_=lambda store: workers.run(file_lane, store.open),
            close=lambda store: workers.run(file_lane, store.close),
        )

    async def open(self) -> None:
        """Open both; a failure becomes the state of the part."""
        await self._audit_part.open()
        await self._journal_part.open()

    async def close(self) -> None:
        """Release both, after the last record."""
        await self._journal_part.close()
        await self._audit_part.close()

    def _report(self, part: str, error: JarvisError | None) -> None:
        (self._audit_part if part == self._audit_part.part else self._journal_part).report(error)
