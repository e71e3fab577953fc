"""Reads that begin while the plan is still being written, so that their time is hidden behind the model's (B1).

Only what runs by itself and changes nothing may begin early, and only as an unbroken row from the first step on:
a read after a change would see the world too soon. A result is handed out only to the plan of the same turn that
holds the same step at the same place, once that plan is complete; until then nobody sees it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from jarvisd.core.planning.plan import Action, Plan, StepReport, VerdictKind
from jarvisd.executor.plan.plan_request import PlanRequest
from jarvisd.executor.plan.step import StepRun
from jarvisd.executor.plan.step_services import StepServices

PLAN_ID = "early"
"""Stands for a plan that has no id yet, in the audit log."""


class ReadPrefetch:
    """The row of reads of the one plan that is being written."""

    def __init__(self, means: StepServices) -> None:
        self._means = means
        self._turn = self._said = ""
        self._row: list[tuple[Action, asyncio.Task[StepReport]]] = []
        self._is_closed = True
        self._one_at_a_time = asyncio.Lock()

    def reconfigure(self, means: StepServices) -> None:
        """Other means from the next read on."""
        self._means = means

    async def begin(
        self, turn_id: str, index: int, action: Action, said: str, is_free: Callable[[], bool]
    ) -> StepReport:
        """Judge step ``index`` of the plan of a turn and begin it when it may; the report is that of a dry run.

        ``said`` are the words of the request, and ``is_free`` tells whether no other plan is running.
        """
        async with self._one_at_a_time:
            if (turn_id, said) != (self._turn, self._said):
                self.drop()
                self._turn, self._said, self._is_closed = turn_id, said, False
            attempt = self._attempt(action, is_dry_run=True)
            report = await attempt.look()
            if self._is_closed or index != len(self._row) or not self._may_begin(action, report) or not is_free():
                self._is_closed = True
                return report
            begun = self._attempt(action, is_dry_run=False)
            begun.measured = attempt.preview
            self._row.append((action, self._means.kit.start_task(f"early step {index}", begun.run())))
            return report

    def take(self, order: PlanRequest, index: int) -> asyncio.Task[StepReport] | None:
        """The work of step ``index`` of ``order`` if it was begun early; nothing may have changed before it."""
        is_of_turn = (order.turn_id, order.utterance) == (self._turn, self._said)
        if not is_of_turn or order.is_dry_run or order.is_tainted or index >= len(self._row):
            return None
        wanted = [(action.tool, action.args) for action in order.plan.actions[: index + 1]]
        begun = [(action.tool, action.args) for action, _ in self._row[: index + 1]]
        return self._row[index][1] if wanted == begun else None

    def drop(self) -> None:
        """Forget the row; reads that still run are stopped."""
        for _, task in self._row:
            task.cancel()
        self._row, self._turn, self._said, self._is_closed = [], "", "", True

    def _may_begin(self, action: Action, report: StepReport) -> bool:
        reads = (
            not report.error
            and not report.question
            and not self._means.registry.find(action.tool).spec.has_effects
        )
        return (
            reads and report.verdict.kind is VerdictKind.RUN and report.verdict.tier == 1 and not action.depends_on
        )

    def _attempt(self, action: Action, *, is_dry_run: bool) -> StepRun:
        plan = Plan("", 1.0, (replace(action, depends_on=()),))
        order = PlanRequest(
            plan_id=PLAN_ID,
            plan=plan,
            plan_hash=plan.plan_hash,
            turn_id=self._turn,
            utterance=self._said,
            is_dry_run=is_dry_run,
            screening=self._means.screen(plan, ""),
            licences=self._means.licensor.licences(plan, self._said),
        )
        return StepRun(self._means, order, 0)
