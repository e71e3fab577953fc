"""Runs plans: freezes and hashes them, keeps the order of dependencies, stops on cancel, reports (A11, A12)."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from secrets import token_hex

from jarvisd.bus.signals.executor import (
    PlanFinished,
    StepAnnounced,
    StepFinished,
    StepOutput,
    StepProgress,
    StepStarted,
)
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject, parse
from jarvisd.core.planning.plan import (
    MAX_ROUNDS,
    Action,
    Outcome,
    Plan,
    PlanReport,
    StepReport,
    UndoReport,
    parse_action,
    parse_plan,
)
from jarvisd.executor.audit import records
from jarvisd.executor.consent.asker import DBUS, VOICE
from jarvisd.executor.events import Emit
from jarvisd.executor.plan.heard_requests import HeardRequests
from jarvisd.executor.plan.output import OutputBatcher
from jarvisd.executor.plan.plan_request import PlanRequest
from jarvisd.executor.plan.prefetch import ReadPrefetch
from jarvisd.executor.plan.readings import AskerKey, Readings
from jarvisd.executor.plan.round_before import RoundBefore, round_before
from jarvisd.executor.plan.step import StepRun
from jarvisd.executor.plan.step_services import StepServices
from jarvisd.executor.policy import risk, verdict
from jarvisd.executor.policy.provenance import Sources, tracer_of
from jarvisd.executor.ports.consent import Identities
from jarvisd.executor.tools.context import Progress, ToolContext
from jarvisd.executor.tools.registry import brought_by
from jarvisd.executor.tools.url_provenance import is_linked

logger = logging.getLogger(__name__)

KEPT_PLANS = 50
"""Reports of this many plans can still be read."""
PLAN_LIMIT_CHARACTERS = 500_000
"""Chosen: ten steps with a long program in most of them."""


@dataclass(slots=True)
class _Run:
    order: PlanRequest
    sender: str
    reports: list[StepReport] = field(default_factory=list)
    is_finished: bool = False
    is_cancelled: bool = False
    task: asyncio.Task[StepReport] | None = None
    plan_task: asyncio.Task[None] | None = None

    def report(self) -> PlanReport:
        outcome = outcome_of(self.reports, is_cancelled=self.is_cancelled) if self.is_finished else ""
        return PlanReport(self.order.plan_id, self.is_finished, outcome, tuple(self.reports))


class Dispatcher:
    """One plan at a time."""

    def __init__(
        self, means: StepServices, identities: Identities, emit: Emit, heard: HeardRequests | None = None
    ) -> None:
        self._means = means
        self._identities = identities
        self._emit = emit
        self._runs: OrderedDict[str, _Run] = OrderedDict()
        self._current: _Run | None = None
        self._is_undoing = False
        self._early = ReadPrefetch(means)
        self._readings = Readings()
        self._heard = heard or HeardRequests()

    # --- members of the interface ----------------------------------------------------------------------

    async def submit(self, plan_json: str, options: Mapping[str, object], sender: str) -> str:
        """Freeze a plan and start it; returns its id. Raises BUSY while another one runs, INVALID_REQUEST."""
        plan = parse_plan(_json(plan_json))
        if not self.is_idle:
            busy = self._current.order.plan_id if self._current else "an undo"
            raise RequestError(f"busy with {busy}", code=ErrorCode.BUSY)
        order = await self._order(plan, options, sender)
        if self._current is not None:
            raise RequestError(f"busy with {self._current.order.plan_id}", code=ErrorCode.BUSY)
        run = self._current = _Run(order, sender)
        self._runs[order.plan_id] = run
        while len(self._runs) > KEPT_PLANS:
            self._runs.popitem(last=False)
        run.plan_task = self._means.kit.start_task(f"plan {order.plan_id}", self._run(run))
        return order.plan_id

    def result(self, plan_id: str) -> PlanReport:
        """How a plan went, or is going; raises NOT_FOUND."""
        run = self._runs.get(plan_id)
        if run is None:
            raise RequestError(f"there is no plan {plan_id!r}", code=ErrorCode.NOT_FOUND)
        return run.report()

    async def check(self, text: str) -> JsonObject:
        """The verdict on an action, or ``{"verdict","anomalies","steps"}`` of a plan, without side effects.

        Either may come with ``utterance`` and ``taint``. The steps have the form of a report, each as if the ones
        before it had not run.
        """
        value = _json(text)
        known = verdict.request_context(value) if isinstance(value, Mapping) else (Sources(), False)
        asked = verdict.without_context(value)
        if isinstance(asked, Mapping) and "plan" in asked:
            asked = asked["plan"]
        if not isinstance(asked, Mapping) or "actions" not in asked:
            order = self._checked(Plan("", 1.0, (parse_action(asked),)), *known)
            report = await StepRun(self._means, order, 0).look()
            return _glance(report)
        order = self._checked(parse_plan(asked), *known)
        reports = [await StepRun(self._means, order, index).look() for index in range(len(order.plan.actions))]
        return {
            "verdict": verdict.strictest(report.verdict.kind for report in reports).value,
            "anomalies": [anomaly.to_json() for anomaly in order.screening.anomalies],
            "steps": [report.to_json() for report in reports],
        }

    async def begin(self, turn_id: str, index: int, action_json: str) -> JsonObject:
        """The verdict on a step of a plan that is still being written; a read that may run by itself begins.

        With the action comes ``utterance``, as in :meth:`check`; what the ear told of the turn counts before it.
        """
        value = _json(action_json)
        reported = verdict.request_context(value)[0].said if isinstance(value, Mapping) else ""
        action = parse_action(verdict.without_context(value), index)
        said = self._heard.words_of(turn_id, reported)
        return _glance(await self._early.begin(turn_id, index, action, said, lambda: self.is_idle))

    def heard(self, turn_id: str, text: str) -> None:
        """The ear has understood a request; a plan of that turn is held against these words and no others."""
        self._heard.note(turn_id, text)

    async def cancel(self, plan_id: str) -> None:
        """Stop a plan, or whatever runs, between two effects; what has ended stays as it is."""
        if not plan_id:
            self._early.drop()
        run = self._current
        if run is None or (plan_id and run.order.plan_id != plan_id):
            return
        run.is_cancelled = True
        if run.task is not None:
            run.task.cancel()

    def reconfigure(self, means: StepServices) -> None:
        """Other means from the next step on; a step that runs keeps those that it began with."""
        self._means = means
        self._early.reconfigure(means)

    async def left(self, sender: str) -> None:
        """The connection ``sender`` is gone: nobody waits any more for what it submitted, so that is stopped."""
        self._early.drop()
        if self._current is not None and self._current.sender == sender:
            await self.cancel(self._current.order.plan_id)

    @property
    def is_idle(self) -> bool:
        """Whether neither a plan nor an undo is under way."""
        return self._current is None and not self._is_undoing

    async def ended(self) -> None:
        """Return when no plan runs any more."""
        if self._current is not None and self._current.plan_task is not None:
            await asyncio.wait({self._current.plan_task})

    async def undo(self, what: str) -> UndoReport:
        """Reverse the last step, an entry or a plan."""
        if not self.is_idle:
            raise RequestError("busy", code=ErrorCode.BUSY)
        self._is_undoing = True
        try:
            trail, kit = self._means.trail, self._means.kit
            await trail.check()
            await trail.demand(records.event("undo", trail.now(), what=what))
            entries = await ToolContext(kit, tool="undo").blocking(kit.changes.undo, what or "last")
            undone = [entry.id for entry in entries]
            await trail.close_turn(records.event("undone", trail.now(), entries=undone))
            summaries = "; ".join(entry.summary for entry in entries)
            return UndoReport(tuple(undone), f"Undone: {summaries}.")
        finally:
            self._is_undoing = False

    def list_tools(self) -> list[JsonObject]:
        """What the planner may use at the present service level."""
        level = self._means.level()
        tools = [tool for tool in self._means.registry.all() if risk.is_offered(tool.name, level)]
        return [{**tool.to_json(), "things": brought_by(tool)} for tool in tools]

    # --- running ---------------------------------------------------------------------------------------

    async def _order(self, plan: Plan, options: Mapping[str, object], sender: str) -> PlanRequest:
        origin = str(options.get("origin") or sender)
        asker_uid = await self._identities.uid_of(origin)
        channel = VOICE if options.get("channel") == VOICE else DBUS
        is_from_afar = channel == VOICE and bool(options.get("origin"))
        sources = self._sources(options, plan, (channel, asker_uid))
        return PlanRequest(
            plan_id=token_hex(8),
            plan=plan,
            plan_hash=plan.plan_hash,
            turn_id=str(options.get("turn", "")),
            channel=channel,
            asker_uid=asker_uid,
            asked_by=self._identities.name_of(asker_uid) if is_from_afar else "",
            utterance=self._as_one(sources.said),
            is_dry_run=_flag(options.get("dry_run")),
            is_tainted=_flag(options.get("tainted")),
            asks_in_reply=_flag(options.get("ask_in_reply")),
            after=self._after(options),
            screening=self._means.screen(plan, sources.said, sources.links),
            tracer=tracer_of(sources, self._means.words),
            licences=self._means.licensor.licences(
                plan, sources.said, sources.remembered, is_pasted=sources.is_pasted
            ),
        )

    def _as_one(self, said: str) -> str:
        """What was said as one request, where its last line surely goes on from the others; else all of it."""
        intent, request = self._means.licensor.going_on(said)
        return said if intent is None else request

    def _sources(self, options: Mapping[str, object], plan: Plan, asker: AskerKey) -> Sources:
        """What is known when a plan is frozen; nothing that its own steps read can name anything in it."""
        now_s = self._now_us() / 1e6
        is_heard = asker[0] == VOICE and not options.get("origin")
        before = self._heard.going_on_from(str(options.get("before", "")), is_heard=is_heard)
        now = self._heard.words_of(str(options.get("turn", "")), str(options.get("utterance", "")))
        return Sources(
            said=f"{before}\n{now}" if before else now,
            remembered=_listed(str(options.get("remembered", ""))),
            read=self._readings.texts(asker, now_s),
            links=_followed_once(plan, self._readings.links(asker, now_s)),
            is_pasted=_flag(options.get("pasted")),
        )

    def _after(self, options: Mapping[str, object]) -> RoundBefore | None:
        """What the earlier plans of a turn brought that this one was made after; REFUSED after too many rounds."""
        if not (names := _listed(str(options.get("after", "")))):
            return None
        if len(names) >= MAX_ROUNDS:
            raise RequestError(f"a turn has {MAX_ROUNDS} plans at most", code=ErrorCode.REFUSED)
        runs = [run for name in names if (run := self._runs.get(name))]
        turn_id = str(options.get("turn", ""))
        return round_before([each for run in runs if run.order.turn_id == turn_id for each in run.reports])

    async def _run(self, run: _Run) -> None:
        order, trail = run.order, self._means.trail
        records = order.records(with_content=self._means.with_content)
        tools = [action.tool for action in order.plan.actions]
        try:
            await trail.note(records.submitted(trail.now(), order.channel, tools, order.utterance))
            for index in range(len(order.plan.actions)):
                run.reports.append(await self._step(run, index))
        finally:
            run.is_finished = True
            self._current = None
            self._early.drop()
            outcome = outcome_of(run.reports, is_cancelled=run.is_cancelled)
            self._readings.note(order.asker, order.links, run.reports, self._means.registry, self._now_us() / 1e6)
            self._emit(PlanFinished(order.turn_id, self._now_us(), order.plan_id, outcome))
        await trail.close_turn(records.finished(trail.now(), outcome))

    async def _step(self, run: _Run, index: int) -> StepReport:
        attempt = StepRun(self._means, run.order, index, earlier=run.reports)
        turn_id, tool = run.order.turn_id, attempt.action.tool
        attempt.progress = self._progress(turn_id, index, tool)
        live = OutputBatcher(
            lambda stream, text: self._emit(StepOutput(turn_id, self._now_us(), index, tool, stream, text))
        )
        attempt.output = live.write
        attempt.announced = lambda text: self._emit(StepAnnounced(turn_id, self._now_us(), index, text))
        self._emit(StepStarted(turn_id, self._now_us(), index, tool))
        report = await self._attempt(run, attempt)
        live.flush()
        self._emit(StepFinished(turn_id, self._now_us(), index, tool, report.outcome.value))
        return report

    def _now_us(self) -> int:
        return self._means.kit.clock.monotonic_us()

    def _progress(self, turn_id: str, index: int, tool: str) -> Progress:
        loop = asyncio.get_running_loop()

        def tell(done: int, total: int) -> None:
            progress = StepProgress(turn_id, self._now_us(), index, tool, done, total)
            loop.call_soon_threadsafe(self._emit, progress)

        return tell

    async def _attempt(self, run: _Run, attempt: StepRun) -> StepReport:
        if run.is_cancelled:
            return attempt.report(Outcome.CANCELLED)
        missing = _missing(attempt.action, run.reports)
        if missing is not None:
            attempt.spoken = self._means.sentences.skipped(attempt.action.tool, missing)
            return await attempt.note(attempt.report(Outcome.SKIPPED))
        # A task of its own, so that cancelling the step does not cancel the report about it.
        early = self._early.take(run.order, attempt.index)
        task: asyncio.Task[StepReport] = early or self._means.kit.start_task(
            f"step {attempt.index}", attempt.run()
        )
        run.task = task
        try:
            await asyncio.wait({task})
        finally:
            run.task = None
            task.cancel()
        if not task.cancelled():
            report = replace(task.result(), index=attempt.index)
            return report if early is None else await attempt.note(report)
        attempt.error = str(ErrorCode.CANCELLED)
        return await attempt.note(attempt.report(Outcome.CANCELLED))

    def _checked(self, plan: Plan, sources: Sources, is_tainted: bool) -> PlanRequest:
        return PlanRequest(
            plan_id="",
            plan=plan,
            plan_hash=plan.plan_hash,
            utterance=sources.said,
            is_dry_run=True,
            is_tainted=is_tainted,
            screening=self._means.screen(plan, sources.said),
            tracer=tracer_of(sources, self._means.words),
            licences=self._means.licensor.licences(plan, sources.said, sources.remembered),
        )


def _glance(report: StepReport) -> JsonObject:
    """What is told of a step that was only looked at."""
    told: JsonObject = {
        "error": report.error,
        "question": report.question,
        "origins": dict(report.origins),
        "licence": dict(report.licence),
    }
    return {**report.verdict.to_json(), **told}


def _followed_once(plan: Plan, links: frozenset[str]) -> frozenset[str]:
    """``links`` where a plan takes one of them at most: several choices tell more than one."""
    taken = sum(is_linked(str(action.args.get("url", "")), links) for action in plan.actions)
    return links if taken <= 1 else frozenset()


def _listed(text: str) -> tuple[str, ...]:
    try:
        items = parse(text) if text else []
    except ValueError:
        return ()
    return tuple(item for item in items if isinstance(item, str)) if isinstance(items, list) else ()


def outcome_of(reports: list[StepReport], *, is_cancelled: bool) -> str:
    """One word for a plan: done, dry_run, cancelled, partly, or how its first step ended when none was done."""
    if is_cancelled:
        return Outcome.CANCELLED.value
    good = [report for report in reports if report.outcome in (Outcome.DONE, Outcome.DRY_RUN)]
    if len(good) == len(reports):
        return good[0].outcome.value if good else Outcome.DONE.value
    return "partly" if good else reports[0].outcome.value


def _missing(action: Action, reports: list[StepReport]) -> int | None:
    """The first dependency that was not done."""
    for needed in action.depends_on:
        if reports[needed].outcome not in (Outcome.DONE, Outcome.DRY_RUN):
            return needed
    return None


def _flag(value: object) -> bool:
    return value is True or str(value).casefold() == "true"


def _json(text: str) -> object:
    if len(text) > PLAN_LIMIT_CHARACTERS:
        raise RequestError("the plan is too long")
    try:
        return parse(text)
    except ValueError as error:
        raise RequestError("this is not JSON") from error
