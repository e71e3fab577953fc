"""From an utterance to a decision: an intent that needs no model, or a plan that the model streams.

The model sees the tools, what a person once said, and the request. What it writes is data: each action is offered
to the executor for a verdict as soon as it is complete, and nothing is done here.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from jarvisd.brain import intents, reply
from jarvisd.brain.intents import Control
from jarvisd.brain.memory import Memories
from jarvisd.brain.opinion import parse_risk, risk_request
from jarvisd.brain.planning import PlanReader, Reading
from jarvisd.brain.ports import Completion, Hands, LanguageModel, Memory, MemoryKind, Recollection
from jarvisd.brain.prompt import PlannerPrompt
from jarvisd.brain.turn import Turn
from jarvisd.config.schema import Config
from jarvisd.core.clock import Clock
from jarvisd.core.errors import JarvisError, RequestError
from jarvisd.core.jsonvalue import parse
from jarvisd.core.plan import Action, Plan
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

RISK_DEADLINE_S = 20.0
TOLD_KINDS = frozenset({MemoryKind.FACT, MemoryKind.PREFERENCE, MemoryKind.CONTACT})
"""Memories that may inform a plan: what a person said. What tools produced may not (decision 4)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done: steer the suite, carry out a plan, or just say something."""

    plan: Plan
    reply: str = ""
    control: Control | None = None
    count: int = 1
    """How many changes the control is about."""
    is_tainted: bool = False
    """The plan was made where untrusted text could be read, so every step of it is confirmed (decision 4)."""


class ModelSource(Protocol):
    """Gives the language model once it is loaded."""

    def current(self) -> LanguageModel:
        """The model; raises Unavailable(LLM_GONE or LLM_LOADING) or MODEL_* while there is none."""
        ...


class Thinker:
    """Decides what an utterance asks for and puts outcomes into words."""

    def __init__(
        self,
        *,
        config: Config,
        clock: Clock,
        tasks: Tasks,
        models: ModelSource,
        memories: Memories,
        hands: Hands,
        informs: Callable[[Memory], bool] | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._tasks = tasks
        self._models = models
        self._memories = memories
        self._hands = hands
        self._informs = informs or may_inform
        self._prompt: PlannerPrompt | None = None

    def reconfigure(self, config: Config) -> None:
        """Other settings from the next decision on."""
        self._config = config

    def forget_tools(self) -> None:
        """The tool set has changed: describe it anew before the next plan."""
        self._prompt = None

    async def prompt(self) -> PlannerPrompt:
        """The prompt for the tools that the executor has now."""
        if self._prompt is None:
            self._prompt = PlannerPrompt(await self._hands.list_tools())
        return self._prompt

    async def decide(self, turn: Turn) -> Decision:
        """What ``turn.utterance`` asks for. Raises LLM_GONE, PLAN_UNREADABLE, TIMEOUT or UNIT_DOWN."""
        intent = intents.recognise(turn.utterance)
        if intent is not None:
            plan = intent.plan or Plan(thought=intent.control.value if intent.control else "", confidence=1.0)
            return Decision(plan=plan, control=intent.control, count=intent.count)
        turn.memories = await self._recall(turn.utterance)
        turn.mark("memories", self._clock.monotonic_us())
        request = self._request(turn, await self.prompt())
        reading = await self._read(turn, request)
        return Decision(plan=reading.plan, reply=reading.reply, is_tainted=request.is_tainted)

    async def conclude(self, turn: Turn, remark: str) -> str:
        """What to say about the steps of ``turn``; keeps what was done as a memory (A12, A13)."""
        if outcome := reply.lasting(turn.steps):
            self._tasks.start("remember-outcome", self._remember(turn, outcome))
        return " ".join(part for part in (reply.summary(turn.steps), remark) if part)

    async def assess_risk(self, action_json: str) -> str:
        """The model's opinion on an action as JSON, or an empty text when it has none."""
        try:
            action = parse(action_json)
        except ValueError as error:
            raise RequestError(f"not JSON: {error}") from error
        if not isinstance(action, dict):
            raise RequestError("an action is an object")
        prompt = await self.prompt()
        request = risk_request(prompt.prefix, action, "", RISK_DEADLINE_S)
        pieces = [piece async for piece in self._models.current().stream(request)]
        opinion = parse_risk("".join(pieces))
        return json.dumps({"risk": opinion.risk, "reason": opinion.reason}) if opinion else ""

    async def _recall(self, utterance: str) -> list[Recollection]:
        try:
            found = await self._memories.recall(utterance, self._config.brain.recall_count)
        except JarvisError as error:
            # Planning without memories is the reduced state, not a failed turn (D4).
            logger.warning("no recall code=%s detail=%s", error.code, error.message)
            return []
        return found

    def _request(self, turn: Turn, prompt: PlannerPrompt) -> Completion:
        memories = [item.memory for item in turn.memories if self._informs(item.memory)]
        request = prompt.plan(turn.utterance, memories, now=self._clock.now())
        settings = self._config.llm
        return replace(request, max_tokens=settings.max_tokens, deadline_s=settings.deadline_s)

    async def _read(self, turn: Turn, request: Completion) -> Reading:
        reader = PlanReader(turn.utterance)
        checks: list[asyncio.Task[None]] = []
        await self._stream(turn, request, reader, checks)
        await asyncio.gather(*checks, return_exceptions=True)
        return reader.finish()

    async def _stream(
        self, turn: Turn, request: Completion, reader: PlanReader, checks: list[asyncio.Task[None]]
    ) -> None:
        async with aclosing(self._models.current().stream(request)) as pieces:  # type: ignore[type-var] # a generator
            async for piece in pieces:
                turn.mark("first_token", self._clock.monotonic_us())
                for action in reader.feed(piece):
                    if request.is_tainted:
                        # Nothing of such a plan happens before it is complete and somebody has agreed.
                        continue
                    begin = self._begin(turn, len(checks), action)
                    checks.append(self._tasks.start("early-step", begin))

    async def _begin(self, turn: Turn, index: int, action: Action) -> None:
        """Have a step looked at, or read, while the rest of the plan is still being written (B1)."""
        if turn.is_dry_run:
            return
        try:
            verdict = await self._hands.begin(turn.turn_id, index, action.to_json())
            logger.info("early verdict tool=%s verdict=%s", action.tool, verdict.get("verdict"))
        except JarvisError as error:
            logger.info("early verdict tool=%s code=%s", action.tool, error.code)

    async def _remember(self, turn: Turn, outcome: str) -> None:
        try:
            await self._memories.note_outcome(turn.utterance, outcome)
        except JarvisError as error:
            logger.warning("outcome not remembered code=%s detail=%s", error.code, error.message)


def may_inform(memory: Memory) -> bool:
    """Whether the planner may see ``memory``."""
    return memory.kind in TOLD_KINDS and not memory.tainted
