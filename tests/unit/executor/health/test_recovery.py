"""What a crash left is settled once, when that can be done, and told."""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.executor.audit.service_clock import ServiceClock
from jarvisd.executor.audit.writer import AuditWriter
from jarvisd.executor.health.maintenance import Maintenance
from jarvisd.executor.health.recovery import Recovery
from jarvisd.executor.ports.journal import EntryState, JournalEntry
from jarvisd.executor.undo.retention import KeepLimits, Retention
from jarvisd.runtime.parts import Parts
from tests.fakes.executor import ScriptedKeptList
from tests.unit.executor.conftest import Bench

HALF = JournalEntry(7, EntryState.ROLLED_BACK, "p1", 0, "file_move", "move a.txt", "2026-10-01T00:00:00Z", ())
STUCK = JournalEntry(8, EntryState.STUCK, "p1", 1, "file_move", "move b.txt", "2026-10-01T00:00:00Z", ())
LOCKED = Unavailable("the journal is locked", code=ErrorCode.AUDIT_UNWRITABLE)


class Crash:
    """What recovery finds, one after the other: entries, or why it cannot look."""

    def __init__(self, bench: Bench, *found: Sequence[JournalEntry] | Unavailable) -> None:
        self.bench = bench
        self.found = list(found)
        self.parts = Parts()
        writer = AuditWriter(bench.audit, bench.journal, bench.workers, bench.clock, lambda part, error: None)
        time = ServiceClock(ScriptedKeptList(), bench.clock, bench.uptime)
        retention = Retention(bench.journal, bench.workspaces, KeepLimits())
        self.recovery = Recovery(
            bench.workspaces,
            self._recover,
            Maintenance(retention, time, writer, bench.speech, bench.workers),
            parts=self.parts,
            workers=bench.workers,
            start_task=bench.tasks.start,
        )

    def _recover(self) -> Sequence[JournalEntry]:
        found = self.found.pop(0)
        if isinstance(found, Unavailable):
            raise found
        return found

    @property
    def state(self) -> str:
        return self.parts.states()["workspaces"]

    def recorded(self) -> list[object]:
        return [record["entry"] for record in self.bench.audit.records if record["event"] == "recovery"]


async def test_what_was_settled_is_recorded_and_the_files_are_usable(bench: Bench) -> None:
    crash = Crash(bench, [HALF])
    assert (crash.state, crash.recovery.is_done) == ("loading", False)
    await crash.recovery.run()
    assert (crash.state, crash.recovery.is_done) == ("ready", True)
    assert crash.parts.engines() == {"workspaces": "openat2"}
    assert crash.recorded() == [7]


async def test_a_journal_that_cannot_be_used_is_tried_again_later(bench: Bench) -> None:
    crash = Crash(bench, LOCKED, [])
    await crash.recovery.run()
    assert (crash.state, crash.recovery.is_done) == ("failed: AuditUnwritable: the journal is locked", False)
    await crash.recovery.run()
    assert (crash.state, crash.recovery.is_done) == ("ready", True)


async def test_what_could_not_be_settled_is_a_fault_that_stays(bench: Bench) -> None:
    crash = Crash(bench, [HALF, STUCK])
    await crash.recovery.run()
    assert crash.state == "degraded: UndoConflict: could neither finish nor take back: move b.txt"
    assert crash.recovery.is_done
    assert crash.recorded() == [7, 8]
