"""Repairs what a crash left, as soon as files can be reached safely and the undo journal can be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jarvisd.executor.files.paths import Workspaces
from jarvisd.executor.health.maintenance import Maintenance, stuck
from jarvisd.executor.ports.journal import JournalEntry
from jarvisd.executor.tools.context import FILE_LANE
from jarvisd.runtime.component import Component
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import StartTask
from jarvisd.runtime.workers import Workers


class Recovery:
    """One for the unit. ``recover`` settles the entries that a crash left open and gives them back; it blocks."""

    def __init__(
        self,
        workspaces: Workspaces,
        recover: Callable[[], Sequence[JournalEntry]],
        maintenance: Maintenance,
        *,
        parts: Parts,
        workers: Workers,
        start_task: StartTask,
    ) -> None:
        self._recover = recover
        self._maintenance = maintenance
        self._workers = workers
        self._start_task = start_task
        self._settled: Sequence[JournalEntry] = ()
        self._part = Component(
            "workspaces", lambda: workspaces, parts, open_=self._open, problem=lambda opened: stuck(self._settled)
        )

    @property
    def is_done(self) -> bool:
        """Whether nothing that a crash left is open any more."""
        return self._part.now is not None

    async def run(self) -> None:
        """Try once; what was settled is recorded now and told when somebody can speak."""
        await self._part.open()
        if self.is_done:
            await self._maintenance.note_recovery(self._settled)
            self._start_task("tell-recovery", self._maintenance.tell_recovery(self._settled))

    async def _open(self, workspaces: Workspaces) -> None:
        await self._workers.run(FILE_LANE, workspaces.check)
        self._settled = await self._workers.run(FILE_LANE, self._recover)
