"""From an utterance to a decision: an intent that needs no model, or a plan that the model streams.

The model sees the tools, what a person once said, and the request. What it writes is data: each action is offered
to the executor for a verdict as soon as it is complete, and nothing is done here. While a request may still go on,
a plan is drafted at most; it is read only if the request turns out to be that very one (decision 7).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Protocol

from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.plan.brought import brought_by
from jarvisd.brain.plan.chat_words import words_so_far
from jarvisd.brain.plan.further_round import further_request, left_over
from jarvisd.brain.plan.only_object import only_object
from jarvisd.brain.plan.plan_parser import ParsedPlan, PlanParser
from jarvisd.brain.plan.prompt import MAX_UTTERANCE_CHARS, PlannerPrompt, demand_short
from jarvisd.brain.plan.repair import REPAIR_FROM_S, repair_request
from jarvisd.brain.plan.reply_listener import ReplyListener, Unheard
from jarvisd.brain.plan.risk_prompt import risk_request
from jarvisd.brain.plan.speculative_plan import PlanPrompt, SpeculativePlan
from jarvisd.brain.plan.tool_effects import reading_tools
from jarvisd.brain.ports import Completion, ExecutorClient, LanguageModel, Memory, MemoryKind, Recollection
from jarvisd.brain.turn import reply
from jarvisd.brain.turn.turn import Turn
from jarvisd.brain.turn.turn_decision import TurnDecision, decided
from jarvisd.config.schema import Config
from jarvisd.core.clock import Clock
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError
from jarvisd.core.json_types import parse_object
from jarvisd.core.planning.opinion import parse_opinion
from jarvisd.core.planning.plan import Action, Plan, VerdictKind
from jarvisd.lang.intent import AddedIntents, Intent
from jarvisd.lang.pack import LanguagePack
from jarvisd.lang.scope import RequestScope
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

TOLD_KINDS = frozenset({MemoryKind.FACT, MemoryKind.PREFERENCE, MemoryKind.CONTACT})
"""Memories that may inform a plan: what a person said. What tools produced may not (decision 4)."""

FORGET = "forget"
"""The tool; a turn with it says what is to be forgotten, so its words are not kept."""


class ModelSource(Protocol):
    """Gives the language model once it is loaded."""

    def current(self) -> LanguageModel:
        """The model; raises Unavailable(LLM_GONE or LLM_LOADING) or MODEL_* while there is none."""
        ...


class Planner:
    """Decides what an utterance asks for and puts outcomes into words."""

    def __init__(
        self,
        *,
        config: Config,
        clock: Clock,
        tasks: Tasks,
        models: ModelSource,
        memories: Memories,
        hands: ExecutorClient,
        language: LanguagePack,
        informs: Callable[[Memory], bool] | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._tasks = tasks
        self._models = models
        self._memories = memories
        self._hands = hands
        self._language = language
        self._informs = informs or may_inform
        self._prompt: PlannerPrompt | None = None
        self._brought: frozenset[str] = frozenset()
        self._reading: frozenset[str] = frozenset()
        self._foreseen: SpeculativePlan | None = None
        self._added: AddedIntents | None = None

    def add_sentences(self, added: AddedIntents | None) -> None:
        """Take requests by these sentences from the next decision on, after everything that is the suite's own."""
        self._added = added

    def reconfigure(self, config: Config) -> None:
        """Other settings from the next decision on."""
        self._config = config

    def forget_tools(self) -> None:
        """The tool set has changed: describe it anew before the next plan."""
        self._prompt = None

    async def prompt(self) -> PlannerPrompt:
        """The prompt for the tools that the executor has now."""
        if self._prompt is None:
            tools = await self._hands.list_tools()
            self._prompt, self._brought = PlannerPrompt(tools), brought_by(tools)
            self._reading = reading_tools(tools)
        return self._prompt

    async def reading_tools(self) -> frozenset[str]:
        """The tools that only read."""
        await self.prompt()
        return self._reading

    def speculate(self, text: str) -> None:
        """Draft a plan for words that may not be all, in place of an earlier draft; "" only drops that."""
        if self._foreseen is not None:
            self._foreseen.drop()
            self._foreseen = None
        if not text or len(text) > MAX_UTTERANCE_CHARS or self.sure(text):
            return
        rest = self._language.scope.apart(text, self._brought).rest
        if rest and (rest == text or self.sure(rest) is None):
            self._foreseen = self._draft(rest)

    async def decide(self, turn: Turn, listener: ReplyListener) -> TurnDecision:
        """What ``turn.utterance`` asks for. Raises REQUEST_TOO_LONG, LLM_GONE, PLAN_UNREADABLE, ..."""
        demand_short(turn.utterance)
        speculated, self._foreseen = self._foreseen, None
        intent, apart = None, RequestScope(rest=turn.utterance)
        if not turn.is_pasted and (intent := self._intent(turn)) is None:
            apart = await self._apart(turn)
            intent = self.sure(apart.rest) if apart.outside else None
        if speculated is not None and (intent is not None or speculated.text != apart.rest):
            speculated.drop()
            speculated = None
        if intent is not None:
            return replace(decided(intent), unable=apart.spoken)
        if not apart.rest:
            thought = ", ".join(part.domain for part in apart.outside)
            plan = Plan(f"out of reach: {thought}", 1.0)
            return TurnDecision(plan=plan, unable=apart.spoken, is_outside=True)
        decision = await self._planned(turn, apart.rest, speculated, listener)
        return replace(decision, unable=apart.spoken)

    async def _apart(self, turn: Turn) -> RequestScope:
        """What of the request no tool here is for, as far as its words alone tell."""
        if self._prompt is None:
            # Without the executor nothing brings anything.
            with suppress(JarvisError):
                await self.prompt()
        apart = self._language.scope.apart(turn.utterance, self._brought)
        if apart.outside:
            turn.mark("outside", self._clock.monotonic_us())
        return apart

    async def _planned(
        self, turn: Turn, text: str, speculated: SpeculativePlan | None, listener: ReplyListener
    ) -> TurnDecision:
        """What the model makes of ``text``, which is the request or what is left of it."""
        async with self._drafted(text, speculated) as draft:
            if draft is speculated:
                turn.mark("partial", draft.began_us)
            inquiry = await draft.inquiry()
            turn.memories = inquiry.memories
            turn.mark("memory", draft.recalled_us)
            is_tainted = inquiry.request.is_tainted or turn.is_pasted
            reading = await self._read(turn, draft, listener, is_tainted=is_tainted)
        remembered = _told_by_people(turn)
        said = self._admitted(reading, turn.utterance, remembered)
        return TurnDecision(
            plan=reading.plan, reply=said, is_tainted=is_tainted, remembered=remembered, by_model=True
        )

    def _admitted(self, reading: ParsedPlan, utterance: str, told: Sequence[str]) -> str:
        """What of the model's own words is said: beside steps, which are measured, only what can't be done."""
        rules = self._language.chat
        if reading.plan.actions:
            return rules.unable_alone(reading.reply)
        return rules.admitted(reading.reply, utterance, told, may_believe=self._may_believe)

    @property
    def _may_believe(self) -> bool:
        return self._config.brain.general_knowledge == "believed"

    async def _tell(self, turn: Turn, words: str, listener: ReplyListener) -> None:
        """Tell what of ``words``, the beginning of an answer, will be said whatever follows."""
        rules, remembered = self._language.chat, _told_by_people(turn)
        said = rules.admitted_so_far(words, turn.utterance, remembered, may_believe=self._may_believe)
        await listener.advance(said)

    def _intent(self, turn: Turn) -> Intent | None:
        rules = self._language.intents
        intent = self.sure(turn.utterance)
        if intent is None and turn.told_before:
            intent = rules.corrected(turn.utterance, turn.told_before)
        return intent

    def sure(self, text: str) -> Intent | None:
        """The intent of ``text``; one by a template only where these are wanted."""
        intent = self._language.intents.recognise(text)
        if intent is None and self._added is not None:
            intent = self._added.recognise(text)
        is_unwanted = intent is not None and intent.sentence and not self._config.brain.sentences
        return None if is_unwanted else intent

    async def decide_further(self, turn: Turn, decision: TurnDecision) -> TurnDecision | None:
        """What else ``turn`` wants done with what its steps have brought; ``None`` for nothing."""
        is_closed = turn.is_dry_run or turn.is_pasted or decision.is_tainted or not decision.by_model
        reading = await self.reading_tools()
        left = "" if is_closed else left_over(turn.utterance, turn.steps, reading, self._language)
        if not left or turn.plan is None:
            return None
        asked = self._language.scope.apart(turn.utterance, self._brought).rest
        first = await self._request(asked, turn.memories)
        if (request := further_request(first, turn.plan, turn.steps, left)) is None:
            return None
        draft = self._draft(asked, PlanPrompt(request, turn.memories))
        try:
            found = await self._read(turn, draft, Unheard(), is_tainted=True)
        except JarvisError as error:
            # What was read is told all the same.
            logger.warning("no further plan code=%s detail=%s", error.code, error.message)
            return None
        finally:
            draft.drop()
        said = self._language.chat.unable_alone(found.reply)
        return replace(decision, plan=found.plan, reply=said) if found.plan.actions else None

    async def conclude(self, turn: Turn, remark: str) -> str:
        """What to say about the steps of ``turn``; keeps what was done as a memory (A12, A13)."""
        if outcome := reply.lasting(turn.steps, self._language.replies):
            self._tasks.start("remember-outcome", self._remember(turn, outcome))
        summary = reply.summary(turn.told_steps(), self._language.replies)
        return " ".join(part for part in (summary, remark) if part)

    async def assess_risk(self, action_json: str) -> str:
        """The model's opinion on an action as JSON, or an empty text when it has none."""
        action = parse_object(action_json, "an action")
        prompt = await self.prompt()
        request = risk_request(prompt.prefix, action)
        pieces = [piece async for piece in self._models.current().stream(request)]
        opinion = None
        with suppress(EngineError):
            opinion = parse_opinion(only_object("".join(pieces)))
        return opinion.to_text() if opinion else ""

    async def _recall(self, utterance: str) -> list[Recollection]:
        try:
            found = await self._memories.recall(utterance, self._config.brain.recall_count)
        except JarvisError as error:
            # Planning without memories is the reduced state, not a failed turn (D4).
            logger.warning("no recall code=%s detail=%s", error.code, error.message)
            return []
        return found

    def _draft(self, text: str, inquiry: PlanPrompt | None = None) -> SpeculativePlan:
        async def prepare(said: str) -> PlanPrompt:
            return inquiry or await self._inquiry(said)

        return SpeculativePlan(text, prepare, self._models.current, clock=self._clock, start=self._tasks.start)

    @asynccontextmanager
    async def _drafted(self, text: str, speculated: SpeculativePlan | None) -> AsyncIterator[SpeculativePlan]:
        """``speculated`` if it asks what would be asked now, else a new draft; it ends with the block."""
        draft = speculated
        try:
            if draft is None or not await self._still_holds(draft):
                if draft is not None:
                    draft.drop()
                draft = self._draft(text)
            yield draft
        finally:
            if draft is not None:
                draft.drop()

    async def _still_holds(self, draft: SpeculativePlan) -> bool:
        """Whether the tools, the settings and the time, if it is told, are still what the model was shown."""
        try:
            inquiry = await draft.inquiry()
        except JarvisError:
            return False
        return not draft.has_failed and inquiry.request == await self._request(draft.text, inquiry.memories)

    async def _inquiry(self, text: str) -> PlanPrompt:
        memories = await self._recall(text)
        return PlanPrompt(await self._request(text, memories), memories)

    async def _request(self, text: str, found: Sequence[Recollection]) -> Completion:
        memories = [item.memory for item in found if self._informs(item.memory)]
        request = (await self.prompt()).plan(text, memories, now=self._clock.now())
        settings = self._config.llm
        return replace(request, max_tokens=settings.max_tokens, deadline_s=settings.deadline_s)

    async def _read(
        self, turn: Turn, draft: SpeculativePlan, listener: ReplyListener, *, is_tainted: bool
    ) -> ParsedPlan:
        """The plan in ``draft``; what cannot be read is asked for once more, with what was wrong."""
        try:
            return await self._read_pieces(turn, draft, listener, is_tainted=is_tainted)
        except EngineError as error:
            inquiry = await draft.inquiry()
            left_s = inquiry.request.deadline_s - (self._clock.monotonic_us() - draft.began_us) / 1e6
            if error.code is not ErrorCode.PLAN_UNREADABLE or left_s < REPAIR_FROM_S:
                raise
            logger.info("asking for a plan once more detail=%s", error.message)
            again = PlanPrompt(repair_request(inquiry.request, error.message, left_s), inquiry.memories)
        draft.drop()
        second = self._draft(draft.text, again)
        try:
            return await self._read_pieces(turn, second, listener, is_tainted=is_tainted)
        finally:
            second.drop()

    async def _read_pieces(
        self, turn: Turn, draft: SpeculativePlan, listener: ReplyListener, *, is_tainted: bool
    ) -> ParsedPlan:
        reader = PlanParser(self._language.replies, turn.utterance)
        checks: list[asyncio.Task[None]] = []
        text = words = ""
        async for piece in draft.pieces():
            turn.mark("first_token", draft.first_token_us)
            text += piece
            if (more := words_so_far(text)) != words:
                words = more
                await self._tell(turn, words, listener)
            for action in reader.feed(piece):
                turn.mark("first_action", self._clock.monotonic_us())
                if is_tainted:
                    # Nothing of such a plan happens before it is complete and somebody has agreed.
                    continue
                begin = self._begin(turn, len(checks), action, listener)
                checks.append(self._tasks.start("early-step", begin))
        await asyncio.gather(*checks, return_exceptions=True)
        return reader.finish()

    async def _begin(self, turn: Turn, index: int, action: Action, listener: ReplyListener) -> None:
        """Have a step looked at, or read, while the rest of the plan is still being written (B1)."""
        if turn.is_dry_run:
            return
        try:
            verdict = await self._hands.begin(
                turn.turn_id, index, {**action.to_json(), "utterance": turn.utterance}
            )
            logger.info("early verdict tool=%s verdict=%s", action.tool, verdict.kind.value)
            if index == 0 and verdict.kind is VerdictKind.RUN:
                listener.started(action)
        except JarvisError as error:
            logger.info("early verdict tool=%s code=%s", action.tool, error.code)

    async def _remember(self, turn: Turn, outcome: str) -> None:
        may_quote = self._config.general.log_content and all(step.tool != FORGET for step in turn.steps)
        try:
            if may_quote:
                await self._memories.note_outcome(turn.utterance, outcome)
            else:
                await self._memories.note_kinds([step.tool for step in reply.changing(turn.steps)])
        except JarvisError as error:
            logger.warning("outcome not remembered code=%s detail=%s", error.code, error.message)


def _told_by_people(turn: Turn) -> tuple[str, ...]:
    """Whatever the planner was shown, what tools produced is nothing that a person told."""
    return tuple(item.memory.text for item in turn.memories if may_inform(item.memory))


def may_inform(memory: Memory) -> bool:
    """Whether the planner may see ``memory``."""
    return memory.kind in TOLD_KINDS and not memory.tainted
