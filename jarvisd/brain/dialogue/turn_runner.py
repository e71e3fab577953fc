"""One turn from its words to what will be said: think, have it done, put the outcome into words.

Knows nothing of microphones, loudspeakers or other turns; :mod:`jarvisd.brain.dialogue.dialogue` does.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from jarvisd.brain.dialogue.asking_back import AskingBack
from jarvisd.brain.dialogue.reply_stream import ReplyStream
from jarvisd.brain.plan.planner import Planner
from jarvisd.brain.ports import AudioClient, ExecutorClient, TtsClient
from jarvisd.brain.turn import reply
from jarvisd.brain.turn.turn import Channel, Turn
from jarvisd.brain.turn.turn_decision import TurnDecision
from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import MAX_ROUNDS, PlanReport, StepReport
from jarvisd.core.states import Edge
from jarvisd.core.timeout import within
from jarvisd.lang.intent import Control
from jarvisd.lang.pack import ReplySentences
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

SPEED_STEP_PERCENT = 15
"""Chosen: heard at once, and four of them are as slow as it gets."""
NORMAL_SPEED_PERCENT = 100
RESULT_POLL_S = 5.0
"""How often the executor is asked about a plan when its signal does not come."""


class TurnRunner:
    """Carries turns out, one after another. Set ``plan_moved`` when the executor says that a plan has moved on."""

    def __init__(
        self,
        *,
        planner: Planner,
        asking_back: AskingBack,
        hands: ExecutorClient,
        ears: AudioClient,
        voice: TtsClient,
        replies: ReplySentences,
        clock: Clock,
        tasks: Tasks,
        has_button: bool = False,
    ) -> None:
        self._planner = planner
        self._asking_back = asking_back
        self._tasks = tasks
        self._hands = hands
        self._ears = ears
        self._voice = voice
        self._replies = replies
        self._clock = clock
        self._has_button = has_button
        self.plan_moved = asyncio.Event()

    async def reply_to(
        self, turn: Turn, stream: ReplyStream, go: Callable[[Edge], None], past: Mapping[Control, str]
    ) -> str:
        """Do what ``turn.utterance`` asks and return what to say; ``go`` moves the state machine.

        What is certain before goes to ``stream``. ``past`` holds the answers of the controls that ask for earlier
        turns.
        """
        decision = await self._asking_back.decide(turn, stream, go)
        turn.begin_round(decision.plan)
        turn.rounds = 1 if decision.route in ("sentence", "plan", "chat") else 0
        turn.route, turn.sentence = decision.route, decision.sentence
        turn.mark("plan", self._clock.monotonic_us())
        if decision.control is not None:
            if decision.control in past:
                told = self._replies.spelled(decision.to_spell) if decision.to_spell else past[decision.control]
                return _joined(told, decision.unable)
            if turn.is_dry_run and decision.control is not Control.STATUS:
                return _joined(self._replies.rehearsed(), decision.unable)
            return _joined(await self._steer(turn, decision.control, decision), decision.unable)
        if not decision.plan.actions:
            return _joined(decision.reply, decision.unable)
        return await self._act(turn, decision, stream, go)

    async def abandon(self, turn: Turn) -> None:
        """Stop the plan of ``turn`` before its next effect and take down what had been done; never fails."""
        if not turn.plan_id:
            return
        try:
            await self._hands.cancel(turn.plan_id)
            turn.take_steps((await within(self._result(turn.plan_id), RESULT_POLL_S)).steps)
        except (JarvisError, asyncio.TimeoutError) as error:
            logger.warning("no result of an abandoned plan error=%r", error)

    async def _act(
        self, turn: Turn, decision: TurnDecision, stream: ReplyStream, go: Callable[[Edge], None]
    ) -> str:
        options = {
            "turn": turn.turn_id,
            "channel": turn.channel.value,
            "origin": turn.origin,
            "utterance": turn.utterance,
            "dry_run": str(turn.is_dry_run).lower(),
            "tainted": str(decision.is_tainted).lower(),
            "remembered": json.dumps(decision.remembered),
            "pasted": str(turn.is_pasted).lower(),
            "before": json.dumps(turn.resolution.said if turn.resolution else ()),
            "ask_in_reply": str(turn.asks_in_reply).lower(),
        }
        go(Edge.PLAN_READY)
        if not decision.by_model and not turn.is_dry_run:
            stream.started(decision.plan.actions[0])
        await self._carry_out(turn, decision, stream, options)
        remark = await self._go_on(turn, decision, stream, options)
        turn.mark("acted", self._clock.monotonic_us())
        if turn.is_dry_run:
            text = _joined(self._replies.rehearsed(), decision.unable)
        else:
            text = await self._planner.conclude(turn, _joined(remark, decision.unable))
        go(Edge.STEPS_DONE)
        return text

    async def _go_on(
        self, turn: Turn, decision: TurnDecision, stream: ReplyStream, options: Mapping[str, str]
    ) -> str:
        """Plan once more with what was read, as long as that is wanted; what is said beside the steps."""
        remark = decision.reply
        while turn.rounds < MAX_ROUNDS:
            again = await self._planner.decide_further(turn, decision)
            if again is None:
                break
            turn.begin_round(again.plan)
            try:
                await self._carry_out(turn, again, stream, {**options, "after": json.dumps(turn.plans_before)})
            except JarvisError as error:
                # What was read before is told all the same.
                logger.warning("no further round code=%s detail=%s", error.code, error.message)
                break
            remark = again.reply
        return remark

    async def _carry_out(
        self, turn: Turn, decision: TurnDecision, stream: ReplyStream, options: Mapping[str, str]
    ) -> None:
        """Have the plan of ``decision`` done, and tell what is certain meanwhile."""

        async def moved(steps: Sequence[StepReport]) -> None:
            if turn.rounds == 1 and await self._may_tell(turn, decision, len(steps)):
                await stream.advance(reply.so_far(steps, self._replies))

        await self._submit(turn, decision.plan.to_json(), options)
        turn.take_steps((await self._result(turn.plan_id, moved)).steps)

    async def _may_tell(self, turn: Turn, decision: TurnDecision, done: int) -> bool:
        """Whether what ``done`` steps say may be told before the others have ended.

        A question would break off what is being spoken, so that by voice only reads may follow.
        """
        rest = decision.plan.actions[done:]
        if turn.is_dry_run or not rest or turn.channel is not Channel.VOICE:
            return not turn.is_dry_run and bool(rest)
        reads = await self._planner.reading_tools()
        return not decision.is_tainted and all(action.tool in reads for action in rest)

    async def _submit(self, turn: Turn, plan: JsonObject, options: Mapping[str, str]) -> None:
        turn.has_effects = True
        submitting = self._tasks.start("submit", self._offer(plan, options))
        try:
            answer = await asyncio.shield(submitting)
        except asyncio.CancelledError:
            # The plan may have been taken all the same, and then it has to be stopped by its id.
            await asyncio.wait({submitting}, timeout=RESULT_POLL_S)
            late = submitting.result() if submitting.done() else ""
            turn.plan_id = late if isinstance(late, str) else ""
            submitting.cancel()
            raise
        if isinstance(answer, JarvisError):
            raise answer
        turn.plan_id = answer

    async def _offer(self, plan: JsonObject, options: Mapping[str, str]) -> str | JarvisError:
        """An error is a value here: whoever offered may have been cancelled."""
        try:
            return await self._hands.submit(plan, options)
        except JarvisError as error:
            return error

    async def _result(
        self, plan_id: str, moved: Callable[[Sequence[StepReport]], Awaitable[None]] | None = None
    ) -> PlanReport:
        """How a plan ended; ``moved`` hears of the steps that have ended while others have not."""
        told = 0
        while True:
            self.plan_moved.clear()
            result = await self._look(plan_id)
            if result is None:
                continue
            if result.is_finished:
                return result
            if moved is not None and len(result.steps) > told:
                told = len(result.steps)
                await moved(result.steps)
                continue
            try:
                # The signal hastens; the executor's own answer is what counts.
                await within(self.plan_moved.wait(), RESULT_POLL_S)
            except asyncio.TimeoutError:
                continue

    async def _look(self, plan_id: str) -> PlanReport | None:
        """The executor's answer, or ``None`` when it is too busy to give one: the plan goes on all the same."""
        try:
            return await self._hands.result(plan_id)
        except JarvisError as error:
            if error.code is ErrorCode.TIMEOUT:
                logger.warning("no answer about a plan yet, asking again detail=%s", error.message)
                return None
            if error.code is not ErrorCode.NOT_FOUND:
                raise
            # Another executor than the one that took the plan.
            raise Unavailable("the executor was restarted", code=ErrorCode.UNIT_DOWN) from error

    async def _steer(self, turn: Turn, control: Control, decision: TurnDecision) -> str:
        if control is Control.UNDO:
            last = "last" if decision.count == 1 else f"last {decision.count}"
            return await self._undo(turn.resolution.undo if turn.resolution and turn.resolution.undo else last)
        if control is Control.VOLUME:
            to, by = decision.volume.to_percent, decision.volume.by_percent
            now = await (self._voice.change_volume(by) if to is None else self._voice.set_volume(to))
            return self._replies.volume(now)
        if control in (Control.SLOWER, Control.FASTER, Control.NORMAL_SPEED):
            return self._replies.speed(await self._change_speed(control))
        if control is Control.GO_ON:
            return await self._go_on_speaking(turn)
        if control is Control.STATUS:
            level, reasons = await self._hands.level()
            return self._replies.status(level, reasons)
        if control is Control.STOP:
            await self._voice.stop()
        if control is Control.MUTE:
            await self._ears.mute(decision.length_s)
            return self._replies.muted(decision.length_s, has_button=self._has_button)
        if control is Control.UNMUTE:
            if turn.channel is Channel.VOICE:
                # Speech cannot unmute (decision 28), not even if it was heard just before the microphone closed.
                return self._replies.heard_unmute(has_button=self._has_button)
            await self._ears.unmute()
        return self._replies.steered(control)

    async def _change_speed(self, control: Control) -> int:
        if control is Control.NORMAL_SPEED:
            by = NORMAL_SPEED_PERCENT - await self._voice.change_speed(0)
        else:
            by = SPEED_STEP_PERCENT if control is Control.FASTER else -SPEED_STEP_PERCENT
        return await self._voice.change_speed(by)

    async def _go_on_speaking(self, turn: Turn) -> str:
        """Have spoken what was broken off: that is the answer, so nothing is said beside it."""
        try:
            turn.gone_on_as = await self._voice.go_on()
            await self._voice.spoken(turn.gone_on_as)
        except JarvisError as error:
            if error.code is ErrorCode.NOT_FOUND:
                return self._replies.nothing_to_go_on_with()
            raise
        return ""

    async def _undo(self, what: str) -> str:
        try:
            return (await self._hands.undo(what)).spoken
        except JarvisError as error:
            if error.code is ErrorCode.NOT_FOUND:
                return self._replies.nothing_to_undo()
            raise


def _joined(*said: str) -> str:
    return " ".join(filter(None, said))
