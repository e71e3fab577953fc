"""One step of a plan: validate, preview, risk, consent, validate again, note the intent, do, report."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import JsonObject, canonical
from jarvisd.core.planning.plan import (
    Action,
    Consent,
    Outcome,
    QuestionKind,
    StepReport,
    Verdict,
    VerdictKind,
)
from jarvisd.executor.audit.records import PlanRecords
from jarvisd.executor.consent import question
from jarvisd.executor.consent.asker import VOICE, Question
from jarvisd.executor.consent.grants import Grant, Ledger, binding_of
from jarvisd.executor.files.pathname import SeveralFit
from jarvisd.executor.plan import dataflow
from jarvisd.executor.plan.plan_request import PlanRequest
from jarvisd.executor.plan.several import asked_of, choice_of, doubted, in_place, shortened
from jarvisd.executor.plan.step_services import StepServices
from jarvisd.executor.policy import provenance, targets
from jarvisd.executor.policy import risk as policy
from jarvisd.executor.policy import verdict as judging
from jarvisd.executor.policy.provenance import StepProvenance
from jarvisd.executor.tools.context import Output, Progress, Settled, ToolContext, settle
from jarvisd.executor.tools.spec import Effect, Preview, Tool, ToolResult

logger = logging.getLogger(__name__)
T = TypeVar("T")

OPINION_DEADLINE_S = 20.0
"""How long the brain has to give an opinion on a risk; none counts as the highest (A9)."""
_REFUSALS = frozenset(
    {ErrorCode.REFUSED, ErrorCode.PATH_REFUSED, ErrorCode.INVALID_REQUEST, ErrorCode.NOT_PERMITTED}
)


@dataclass(slots=True)
class StepRun:
    """The run of one step; holds what is known so far, so that every ending can be reported."""

    means: StepServices
    order: PlanRequest
    index: int
    verdict: Verdict = field(default_factory=lambda: policy.refuse("not judged"))
    consent: Consent = Consent.NOT_ASKED
    question: str = ""
    spoken: str = ""
    error: str = ""
    result: ToolResult | None = None
    wants_opinion: bool = True
    progress: Progress = lambda done, total: None
    earlier: Sequence[StepReport] = ()
    """The reports of the steps before this one."""
    output: Output = lambda stream, text: None
    announced: Callable[[str], None] = lambda text: None
    """Told what is about to be done without a question (TIER_2)."""
    measured: Preview | None = None
    """What has just been measured for this very step, so that it is not measured again."""
    _preview: Preview | None = None
    _warnings: tuple[str, ...] = ()
    """Why the gate wants a person to be asked."""
    _makes_new: bool = False
    """What it would be done to is not there yet."""
    _provenance: StepProvenance = field(default_factory=StepProvenance)
    _meant: Mapping[str, str] = field(default_factory=dict)
    """Names that fitted several things, and which of them was said to be meant."""
    _ledger: Ledger = field(default_factory=Ledger)

    @property
    def action(self) -> Action:
        """The tool call of this step."""
        return self.order.plan.actions[self.index]

    async def run(self) -> StepReport:
        """Run the step. Only cancellation leaves this as an exception."""
        clock = self.means.kit.clock
        began_us = clock.monotonic_us()
        outcome = await self._outcome()
        return await self.note(self.report(outcome, (clock.monotonic_us() - began_us) / 1000))

    async def note(self, report: StepReport) -> StepReport:
        """Write down how the step ended."""
        await self.means.trail.note(self.records().outcome(self.means.trail.now(), report))
        return report

    @property
    def preview(self) -> Preview | None:
        """What was measured, if it came so far."""
        return self._preview

    async def look(self) -> StepReport:
        """The report of a dry run, without a trace of it and without asking the brain for an opinion."""
        self.wants_opinion = False
        return self.report(await self._outcome())

    def report(self, outcome: Outcome, took_ms: float = 0.0) -> StepReport:
        """What is known of the step, as it is told."""
        result = self.result
        return StepReport(
            index=self.index,
            tool=self.action.tool,
            outcome=outcome,
            verdict=self.verdict,
            consent=self.consent,
            question=self.question,
            spoken=self.spoken,
            result=self._capped(result.data) if result else {},
            undo_id=result.undo_id if result else 0,
            reversal=self._preview.reversal.value if self._preview else "",
            profile=self._preview.profile if self._preview else {},
            origins=self._provenance.to_json(),
            licence=self.order.licences.of(self.index).to_json() if self.order.licences else {},
            error=self.error,
            took_ms=took_ms,
        )

    def records(self) -> PlanRecords:
        """The writer of this plan's audit records."""
        return self.order.records(with_content=self.means.with_content)

    # --- the way of a step -----------------------------------------------------------------------------

    async def _outcome(self) -> Outcome:
        try:
            return await self._filled() or await self._go()
        except JarvisError as error:
            return self._ended_by(error)
        except Exception:  # the dispatcher answers for faults of tools, plugins included
            logger.exception("tool failed tool=%s", self.action.tool)
            return self._ended_by(JarvisError("a fault in the tool", code=ErrorCode.INTERNAL))

    async def _filled(self) -> Outcome | None:
        """Put in what the step takes from earlier ones; how it ends where there is nothing to take."""
        if not dataflow.is_open(self.action):
            return None
        if self.order.is_dry_run:
            # What it would be done to is known when the steps before it are done.
            return Outcome.DRY_RUN
        filled = await dataflow.fill(self.order, self.index, self.earlier, self.means, self._choice)
        if isinstance(filled, PlanRequest):
            self.order = filled
            return None
        if filled is Outcome.DECLINED and not self.spoken:
            self.spoken = self.means.sentences.not_chosen(self.means.sentences.doing(self.action.tool))
        return filled

    async def _go(self) -> Outcome:
        tool, args = self._validate()
        if self.order.licences is not None:
            self.order.licences.demand(self.index)
        self._provenance = provenance.trace(tool, self.action.args, self.order.tracer)
        # What holds while nothing is measured; a check of something that is not there ends with it.
        self.verdict = policy.decide(self._risk(tool), level=self.means.level())
        context = self._context(tool)
        changes = tool.spec.has_effects and not self.order.is_dry_run
        if changes:
            await self.means.trail.check()
        preview = await self._measured(tool, args, context)
        if preview is None:
            return Outcome.DECLINED
        tool, args = self._validate()
        preview = self._gated(tool, preview)
        self._preview = preview
        context.selection = preview.selection
        context.judged = frozenset(target.place for target in preview.targets)
        self.verdict = await self._judge(tool, preview)
        if preview.nothing:
            self.spoken = preview.nothing
            self.result = preview.ended
            return Outcome.DRY_RUN if self.order.is_dry_run else self._finished(preview.ended)
        if self.verdict.kind is VerdictKind.ASK:
            self.question = question.compose(self.means.sentences, preview)
        if self.order.is_dry_run:
            return Outcome.DRY_RUN
        if not await self._agreed(preview):
            return Outcome.DECLINED
        again = self._validate()
        if again != (tool, args):
            raise RequestError("the step changed while it was asked about", code=ErrorCode.REFUSED)
        if changes:
            bound = binding_of(preview.selection)
            origins = self._provenance.to_json()
            intent = self.records().intent(
                self.means.trail.now(), self.index, self.action, self.verdict, bound, origins
            )
            await self.means.trail.demand(intent)
        self.result = result = await self._within(tool, tool.run(context, args))
        self.spoken = result.spoken
        return self._finished(result)

    async def _measured(self, tool: Tool, args: Mapping[str, Any], context: ToolContext) -> Preview | None:
        """What the step would do; ``None`` when nobody said which of several things it is to be done to."""
        preview = self.measured
        if preview is None:
            try:
                preview = await self._within(tool, tool.measure(context, args))
            except SeveralFit as several:
                return await self._one_of(several, tool, context)
        if not preview.choices:
            return preview
        self.question = self.means.sentences.which(preview.choices)
        if self.order.is_dry_run:
            return preview
        context.answer = await self._choice(preview)
        if context.answer:
            found = await self._within(tool, tool.measure(context, args))
            if not found.choices:
                return found
            self.spoken = self.means.sentences.not_chosen(preview.phrase)
        return None

    async def _one_of(self, several: SeveralFit, tool: Tool, context: ToolContext) -> Preview | None:
        """What would be done to the one of several things that a person names; ``None`` where nobody does."""
        preview, self.result = asked_of(several, self.action.args)
        self.question = self.means.sentences.which(preview.choices)
        if self.order.is_dry_run:
            return preview
        answer = await self._choice(preview)
        index = self.means.sentences.chosen(answer, preview.choices) if answer else None
        if index is None:
            self.spoken = self.spoken or self.means.sentences.not_chosen(preview.phrase)
            return None
        self.result, self._meant = None, {several.text.strip(): preview.choices[index]}
        return await self._within(tool, tool.measure(context, self._validate()[1]))

    async def _choice(self, preview: Preview) -> str:
        """What was answered to the choices of ``preview``; empty for no answer, which is then told."""
        answer, spoken = await choice_of(self.means, self.order, self.index, self._asked(preview), self.question)
        self.spoken = spoken or self.spoken
        return answer

    def _asked(self, preview: Preview) -> Question:
        order = self.order
        return Question(order.turn_id, order.channel, order.asker_uid, preview, order.asked_by)

    def _finished(self, result: ToolResult | None) -> Outcome:
        self.error = str(result.error) if result and result.error else ""
        return Outcome.FAILED if self.error else Outcome.DONE

    def _validate(self) -> tuple[Tool, dict[str, Any]]:
        tool = judging.admitted(self.means.registry, self.action, self.means.level())
        judging.demand_passed(tool, self.order.screening, self.index)
        args = in_place(tool.validate(self.action.args), self._meant)
        tool.vet(self.means.kit.reach, args)
        return tool, args

    def _gated(self, tool: Tool, preview: Preview) -> Preview:
        """The preview with what a question has to say of its targets; raises PATH_REFUSED where one is closed."""
        found = targets.findings(preview.targets, changes=tool.spec.has_effects)
        if found and found[0].refuses:
            closed = Effect.EXECUTE in tool.spec.effects
            code = ErrorCode.REFUSED if closed else ErrorCode.PATH_REFUSED
            raise RequestError(found[0].reason, code=code)
        self._warnings, self._makes_new = targets.shortened(found), preview.makes_new
        self._provenance = provenance.trace(tool, self.action.args, self.order.tracer, is_new=preview.makes_new)
        is_left = bool(self._unaccounted(tool))
        doubts = doubted(self.order, self.index, tool, self._provenance, self.means.sentences, is_left=is_left)
        told = (preview.consequence, targets.told(preview.targets), *doubts)
        return replace(preview, consequence=" ".join(part for part in told if part))

    def _unaccounted(self, tool: Tool) -> tuple[str, ...]:
        """Why a step with an effect is asked about that leaves words of its request over."""
        licences = self.order.licences
        return licences.warnings(self.index, is_new=self._makes_new) if licences and tool.spec.changes else ()

    def _context(self, tool: Tool) -> ToolContext:
        return ToolContext(
            kit=self.means.kit,
            plan_id=self.order.plan_id,
            step=self.index,
            tool=tool.name,
            is_tainted=self.order.taints(tool, self.action.args),
            utterance=self.order.utterance,
            earlier=self._told_before(),
            progress=self.progress,
            output=self.output,
            is_dry_run=self.order.is_dry_run,
            links=self.order.links,
        )

    def _told_before(self) -> tuple[str, ...]:
        if self.order.is_dry_run:
            actions = self.order.plan.actions[: self.index]
            return tuple(f"(what comes of {self.means.sentences.readable(action.tool)})" for action in actions)
        return tuple(report.spoken for report in self.earlier if report.spoken)

    async def _judge(self, tool: Tool, preview: Preview) -> Verdict:
        risk = self._risk(tool, preview)
        opinion = None
        if self.wants_opinion and policy.wants_opinion(risk) and not preview.nothing:
            described: JsonObject = {
                **self.action.to_json(),
                "facts": preview.facts.to_json(),
                "factors": list(risk.factors),
                "asked": self.order.utterance,
            }
            opinion = await self.means.assessor.assess(described, OPINION_DEADLINE_S)
        return policy.decide(risk, opinion, level=self.means.level())

    def _risk(self, tool: Tool, preview: Preview | None = None) -> policy.Risk:
        return judging.weigh(
            tool,
            self.action.args,
            self.order.screening,
            self.index,
            factors=preview.factors if preview else (),
            facts=preview.facts if preview else None,
            is_tainted=self.order.taints(tool, self.action.args),
            warnings=(*self._warnings, *self._unaccounted(tool)),
            provenance=self._provenance,
        )

    async def _agreed(self, preview: Preview) -> bool:
        if self.verdict.kind is not VerdictKind.ASK:
            if self.verdict.tier == 2:
                await self._announce(preview)
            return True
        order, trail, records = self.order, self.means.trail, self.records()
        bound = binding_of(preview.selection)
        consent = QuestionKind.CONSENT
        await trail.note(records.asked(trail.now(), self.index, consent, order.channel, self.question, bound))
        answer = await self.means.asker.ask(self._asked(preview))
        self.consent = answer.consent
        told: JsonObject = {"consent": answer.consent.value, "by": answer.by, "reason": answer.reason}
        await trail.note(records.answered(trail.now(), self.index, answer.request_id, told))
        grant = Grant(order.plan_hash, self.index, answer.request_id, bound)
        if answer.consent is Consent.YES:
            self._ledger.give(grant)
        # Computed anew: what is about to be done must be what was asked, to the last letter.
        now_bound = binding_of(preview.selection)
        if self._ledger.spend(Grant(order.plan.plan_hash, self.index, answer.request_id, now_bound)):
            return True
        cause = answer.reason if answer.consent is Consent.UNAVAILABLE else ""
        self.spoken = self.means.sentences.not_done(
            preview.phrase, answer.consent, cause, is_unclear=answer.may_ask_again
        )
        return False

    async def _announce(self, preview: Preview) -> None:
        text = self.means.sentences.announce(preview.phrase)
        self.announced(text)
        if self.order.channel != VOICE:
            return
        try:
            await self.means.speech.say(text, self.order.turn_id)
        except JarvisError as error:
            logger.info("announcement not spoken code=%s", error.code)

    async def _within(self, tool: Tool, work: Awaitable[T]) -> T:
        limit_s = tool.spec.deadline_s or self.means.step_deadline_s
        running = self.means.kit.start_task(f"{tool.name} of step {self.index}", settle(work))
        try:
            await asyncio.wait({running}, timeout=limit_s)
        except asyncio.CancelledError:
            if not await _ended(running):
                raise
        if not running.done() and not await _ended(running):
            raise RequestError(f"not done within {limit_s:g} s", code=ErrorCode.TIMEOUT)
        settled: Settled[T] = running.result()
        return settled.take()

    # --- endings ---------------------------------------------------------------------------------------

    def _ended_by(self, error: JarvisError) -> Outcome:
        self.error = str(error.code)
        logger.info("step ended tool=%s code=%s", self.action.tool, error.code)
        said = error.details.get("spoken", "")
        if error.code in _REFUSALS and self.result is None:
            if self.verdict.kind is not VerdictKind.REFUSE or self._preview is None:
                self.verdict = policy.refuse(error.message)
            self.spoken = said or self.means.sentences.refused(self.action.tool, error.message)
            return Outcome.REFUSED
        told = "" if error.code in (ErrorCode.INTERNAL, ErrorCode.AUDIT_UNWRITABLE) else error.message
        self.spoken = said or self.means.sentences.failed(self.action.tool, error.code, told)
        return Outcome.FAILED

    def _capped(self, data: JsonObject) -> JsonObject:
        """``data`` when it is small enough, else its short values and the mark ``truncated``."""
        limit_bytes = self.means.kit.limits.output_limit_bytes
        if self.means.registry.has(self.action.tool):
            limit_bytes = self.means.registry.find(self.action.tool).spec.output_limit_bytes or limit_bytes
        return data if len(canonical(data).encode("utf-8", "backslashreplace")) <= limit_bytes else shortened(data)


async def _ended(running: asyncio.Task[Settled[T]]) -> bool:
    """Stop what runs and wait for it: whether it was past its last stop, and so has a result that must be told."""
    running.cancel()
    await asyncio.wait({running})
    return not running.cancelled()
