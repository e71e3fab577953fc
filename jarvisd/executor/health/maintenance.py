"""Tells what a crash had left and what became of it, and lets go of what is kept for undoing when it is time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.audit import records
from jarvisd.executor.audit.service_clock import ServiceClock
from jarvisd.executor.audit.writer import AuditWriter
from jarvisd.executor.ports.consent import QuestionSpeaker
from jarvisd.executor.ports.journal import EntryState, JournalEntry
from jarvisd.executor.tools.context import FILE_LANE
from jarvisd.executor.undo.retention import Retention
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

PRUNE_EVERY_S = 3600.0
"""Chosen: limits are in days and gigabytes."""
TELL_TRIES, TELL_EVERY_S = 15, 4.0
"""The voice may still be starting when there is something to tell."""
SHOWN = 3
"""Chosen: they are spoken."""


class Maintenance:
    """One for the unit. What it tells goes to the audit log, the system journal and the voice."""

    def __init__(
        self,
        retention: Retention,
        time: ServiceClock,
        trail: AuditWriter,
        speech: QuestionSpeaker,
        workers: Workers,
    ) -> None:
        self._retention = retention
        self._time = time
        self._trail = trail
        self._speech = speech
        self._workers = workers

    async def note_recovery(self, settled: Sequence[JournalEntry]) -> None:
        """Record what recovery has settled."""
        for entry in settled:
            record = records.event("recovery", self._trail.now(), entry=entry.id, state=entry.state.value)
            await self._trail.note(record)

    async def tell_recovery(self, settled: Sequence[JournalEntry]) -> None:
        """Say what recovery has settled, once somebody can speak."""
        text = recovery_sentence(settled)
        for _ in range(TELL_TRIES if text else 0):
            try:
                await self._speech.say(text, "")
            except JarvisError as error:
                logger.info("recovery not told yet code=%s", error.code)
                await asyncio.sleep(TELL_EVERY_S)
            else:
                return

    async def prune(self) -> None:
        """Remove what is too old or too much, record it, and wait for the next time."""
        await self._workers.run(FILE_LANE, self._time.save)
        try:
            expired = await self._workers.run(FILE_LANE, self._retention.prune)
        except JarvisError as error:
            logger.warning("nothing was let go code=%s detail=%s", error.code, error.message)
        else:
            for entry in expired:
                await self._trail.note(
                    records.event("expired", self._trail.now(), entry=entry.id, tool=entry.tool)
                )
        await asyncio.sleep(PRUNE_EVERY_S)


def stuck(settled: Sequence[JournalEntry]) -> JarvisError | None:
    """The reason why the service level is not full after a recovery that could not settle everything."""
    for state, code in (
        (EntryState.STUCK, ErrorCode.UNDO_CONFLICT),
        (EntryState.DAMAGED, ErrorCode.STATE_DAMAGED),
    ):
        if names := [entry.summary for entry in settled if entry.state is state]:
            message = f"could neither finish nor take back: {'; '.join(names[:SHOWN])}"
            return RequestError(message, code=code)
    return None


def recovery_sentence(settled: Sequence[JournalEntry]) -> str:
    """What recovery did, as it is said; empty when there was nothing to do."""
    told = {
        "I finished": {EntryState.DONE, EntryState.UNDONE},
        "I took back": {EntryState.ROLLED_BACK},
        "I could neither finish nor take back, because files had changed": {EntryState.STUCK},
        "I could neither finish nor take back, because what I know of it is damaged": {EntryState.DAMAGED},
    }
    sentences = []
    for beginning, states in told.items():
        entries = [entry for entry in settled if entry.state in states]
        if entries:
            more = f", and {len(entries) - SHOWN} more" if len(entries) > SHOWN else ""
            named = ", and ".join(_named(entry) for entry in entries[:SHOWN])
            sentences.append(f"{beginning}: {named}{more}.")
    return f"I was interrupted while I was working. {' '.join(sentences)}" if sentences else ""


def _named(entry: JournalEntry) -> str:
    return f"undo {entry.summary}" if entry.state is EntryState.UNDONE else entry.summary
