"""The turn: from a wake or a request to a spoken answer, one at a time (decision 21).

Everything that can interrupt arrives here: a new wake, a request over the bus, stop, the executor's questions.
What to do is decided by the thinker, what may be done by the executor; this loop only moves a turn along.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from jarvisd.brain.dialogue.context import DialogueContexts, told_before
from jarvisd.brain.dialogue.reply_stream import ReplyStream
from jarvisd.brain.dialogue.turn_runner import TurnRunner
from jarvisd.brain.events import Emit
from jarvisd.brain.plan.prompt import demand_short
from jarvisd.brain.ports import AudioClient, TraceLog, TtsClient
from jarvisd.brain.turn import intents, reply
from jarvisd.brain.turn.turn import Channel, Turn, TurnMachine, TurnOutcome
from jarvisd.bus.signals.brain import ReplySpoken, StateChanged, TurnFinished, TurnStarted
from jarvisd.config.schema import Brain
from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, InternalError, JarvisError, RequestError, Unavailable
from jarvisd.core.states import Edge, TurnState
from jarvisd.core.timeout import within
from jarvisd.lang.intent import Control
from jarvisd.lang.pack import LanguagePack
from jarvisd.runtime.logging.logs import TURN
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

COURTESY_S = 1.0
"""Longest wait for another unit while a turn is being stopped, which takes two seconds at most."""


class Dialogue:
    """Owns the current turn and the records of finished ones.

    ``speculate`` begins to think about words that may not be all; "" forgets what was begun.
    """

    def __init__(
        self,
        *,
        settings: Brain,
        min_confidence: float,
        clock: Clock,
        tasks: Tasks,
        turn_runner: TurnRunner,
        speculate: Callable[[str], None],
        voice: TtsClient,
        ears: AudioClient,
        traces: TraceLog,
        emit: Emit,
        language: LanguagePack,
        contexts: DialogueContexts,
    ) -> None:
        self._settings = settings
        self._min_confidence = min_confidence
        self._clock = clock
        self._tasks = tasks
        self._turn_runner = turn_runner
        self._speculate = speculate
        self._voice = voice
        self._ears = ears
        self._traces = traces
        self._emit = emit
        self._language = language
        self._contexts = contexts
        self._machine = TurnMachine(self._moved)
        self._turn: Turn | None = None
        self._work: asyncio.Task[None] | None = None
        self._overheard = ""
        self._endings: set[asyncio.Task[None]] = set()
        self._records: OrderedDict[str, Turn] = OrderedDict()

    def reconfigure(self, settings: Brain, min_confidence: float) -> None:
        """Other settings from the next turn on."""
        self._settings, self._min_confidence = settings, min_confidence

    @property
    def state(self) -> TurnState:
        """Where the current turn is; IDLE without one."""
        return self._machine.state

    @property
    def current_turn(self) -> str:
        """Id of the current turn, or empty."""
        return self._turn.turn_id if self._turn else ""

    def record(self, turn_id: str) -> Turn:
        """A turn as it is or went; raises RequestError(NOT_FOUND) when it is unknown or long gone."""
        turn = self._turn if self._turn and self._turn.turn_id == turn_id else self._records.get(turn_id)
        if turn is None:
            raise RequestError(f"no turn {turn_id!r}", code=ErrorCode.NOT_FOUND)
        return turn

    # --- from the ears ---

    def wake(self, turn_id: str, at_us: int, score: float) -> None:
        """The wake word was heard. It interrupts speech, and a turn that has changed nothing yet."""
        if self._turn is not None and self._turn.has_effects and self.state is not TurnState.RESPONDING:
            # Steps are running: only stop and cancel are listened for.
            self._overheard = turn_id
            return
        if self._turn is not None:
            self._drop_current()
        turn = Turn(turn_id=turn_id, channel=Channel.VOICE, began_us=at_us, wake_score=score)
        self._begin(turn, Edge.WAKE)

    def speech_ended(self, turn_id: str, at_us: int) -> None:
        """The utterance is complete and is being transcribed."""
        if turn := self._listening(turn_id, TurnState.LISTENING):
            turn.mark("speech_end", at_us)
            self._machine.go(Edge.SPEECH_ENDED)

    def partial(self, turn_id: str, text: str, confidence: float) -> None:
        """What was said before a pause that may be the end; empty when the speaker went on."""
        if self._listening(turn_id, TurnState.LISTENING):
            self._speculate(text if confidence >= self._min_confidence else "")

    def transcript(self, turn_id: str, at_us: int, text: str, confidence: float) -> None:
        """What was said."""
        if turn_id and turn_id == self._overheard:
            self._overheard = ""
            self._tasks.start("interruption", self._interruption(text))
        elif turn := self._listening(turn_id, TurnState.TRANSCRIBING):
            turn.utterance, turn.stt_confidence = text, confidence
            turn.mark("transcript", at_us)
            self._machine.go(Edge.TRANSCRIPT)
            is_clear = confidence >= self._min_confidence
            failure = "" if is_clear else ErrorCode.NOT_UNDERSTOOD.value
            self._work = self._tasks.start(f"turn-{turn_id}", self._process(turn, failure))

    def listening_ended(self, turn_id: str, reason: str, code: str = "") -> None:
        """The ear gave up: "silence", "cancelled", or "failed" with its code."""
        turn = self._turn
        if turn is None or turn.turn_id != turn_id or self._work is not None:
            return
        if reason == "failed":
            failure = code or ErrorCode.INTERNAL.value
            self._work = self._tasks.start(f"turn-{turn_id}", self._process(turn, failure))
            return
        is_cancel = reason == "cancelled"
        turn.outcome = TurnOutcome.CANCELLED if is_cancel else TurnOutcome.NOTHING_HEARD
        turn.code = "" if is_cancel else ErrorCode.NOTHING_HEARD.value
        self._leave(turn, Edge.CANCELLED if is_cancel else Edge.NOTHING_HEARD)

    def stop_heard(self) -> None:
        """Somebody said "stop" without the wake word."""
        self._tasks.start("stop-heard", self.cancel())

    # --- from the bus ---

    def ask(
        self,
        text: str,
        origin: str,
        *,
        is_dry_run: bool,
        by_voice: bool,
        is_pasted: bool = False,
        asker: str = "",
        asks_in_reply: bool = False,
    ) -> str:
        """Begin a turn with a written request; returns its id. Raises Unavailable(BUSY) during a turn.

        What has several lines counts as pasted, since nobody gives an order so. ``asker`` is whose dialogue it is.
        """
        if not text.strip():
            raise RequestError("the request is empty")
        demand_short(text)
        if self._turn is not None:
            raise Unavailable(f"turn {self._turn.turn_id} is in progress", code=ErrorCode.BUSY)
        turn = Turn(
            turn_id=secrets.token_hex(6),
            channel=Channel.VOICE if by_voice else Channel.DBUS,
            began_us=self._clock.monotonic_us(),
            origin=origin,
            is_dry_run=is_dry_run,
            is_pasted=is_pasted or len(text.strip().splitlines()) > 1,
            utterance=text,
            asker=f"voice {asker}" if by_voice else asker or origin,
            asks_in_reply=asks_in_reply,
        )
        self._begin(turn, Edge.ASK)
        self._work = self._tasks.start(f"turn-{turn.turn_id}", self._process(turn))
        return turn.turn_id

    async def cancel(self, turn_id: str = "") -> bool:
        """Stop the current turn, or ``turn_id`` if it is the current one; False when there is nothing to stop.

        The turn is over when this returns; units that do not answer do not delay it for long.
        """
        turn = self._turn
        silences = [self._voice.stop()]
        is_meant = turn is not None and turn_id in ("", turn.turn_id)
        if is_meant:
            if self._work is None:
                silences.append(self._ears.cancel())
            self._drop_current()
        await asyncio.gather(*(self._soon(silence) for silence in silences))
        return is_meant

    async def settled(self) -> None:
        """Return when every turn that was stopped has ended and been told of."""
        while self._endings:
            await asyncio.wait(set(self._endings))

    # --- from the executor ---

    def question(self, turn_id: str) -> None:
        """The executor asks for consent."""
        if self._turn and self._turn.turn_id == turn_id and self._machine.can(Edge.QUESTION):
            self._machine.go(Edge.QUESTION)

    def answered(self, turn_id: str) -> None:
        """The question was answered, or nobody answered."""
        is_of_turn = self._turn and self._turn.turn_id == turn_id and not self._turn.is_clarifying
        if is_of_turn and self._machine.can(Edge.ANSWERED):
            self._machine.go(Edge.ANSWERED)

    def plan_moved(self) -> None:
        """The executor has finished a plan, or has gone: look at the result now."""
        self._turn_runner.plan_moved.set()

    # --- from the bus itself ---

    def bus_lost(self) -> None:
        """A turn ends with its bus: whoever asked is somebody else on the next one, and cannot be told."""
        if (turn := self._turn) is not None:
            turn.outcome, turn.code = TurnOutcome.FAILED, ErrorCode.BUS_GONE.value
            turn.reply = self._apology(turn.code)
            self._leave(turn, Edge.CANCELLED)

    # --- the turn ---

    def _begin(self, turn: Turn, edge: Edge) -> None:
        self._turn, self._work = turn, None
        self._machine.go(edge)
        self._emit(TurnStarted(turn.turn_id, turn.began_us, turn.channel.value))

    async def _process(self, turn: Turn, failure: str = "") -> None:
        TURN.set(turn.turn_id)
        stream = ReplyStream(
            turn,
            voice=self._voice,
            replies=self._language.replies,
            clock=self._clock,
            start=self._tasks.start,
            emit=self._emit,
        )
        try:
            if failure:
                self._speculate("")
                raise Unavailable(failure, code=ErrorCode.named(failure))
            await within(self._respond(turn, stream), self._settings.turn_deadline_s)
        except asyncio.TimeoutError:
            await self._fail(turn, stream, Unavailable("the turn took too long", code=ErrorCode.TIMEOUT))
        except JarvisError as error:
            await self._fail(turn, stream, error)
        except Exception as error:
            logger.exception("turn failed")
            await self._fail(turn, stream, InternalError(repr(error)))
        finally:
            stream.drop()

    async def _respond(self, turn: Turn, stream: ReplyStream) -> None:
        turn.told_before = told_before(next(reversed(self._records.values()), None), turn)
        context = self._contexts.of(turn.asker, self._clock.monotonic_us())
        turn.context = replace(context, now=self._clock.now())
        reply_text = await self._turn_runner.reply_to(turn, stream, self._machine.go, self._past())
        if self.state is TurnState.REASONING:
            self._machine.go(Edge.ANSWER_READY)
        await self._speak(turn, stream, reply_text)
        turn.outcome = TurnOutcome.DONE if turn.plan_id or turn.plans_before else TurnOutcome.ANSWERED
        await self._finish(turn)

    async def _speak(self, turn: Turn, stream: ReplyStream, text: str) -> None:
        turn.mark("reply", self._clock.monotonic_us())
        turn.reply = text
        turn.reply = await stream.finish(text)
        await stream.heard_out()

    async def _fail(self, turn: Turn, stream: ReplyStream, error: JarvisError) -> None:
        logger.warning("turn failed code=%s detail=%s", error.code, error.message)
        if self._turn is not turn:
            # It was stopped in the same moment, and that is how it ended.
            return
        turn.outcome, turn.code = TurnOutcome.FAILED, error.code.value
        turn.reply = self._apology(error.code.value)
        await self._turn_runner.abandon(turn)
        if self._turn is turn and self.state is not TurnState.RESPONDING:
            self._machine.go(Edge.FAILED)
            await self._speak(turn, stream, turn.reply)
        await self._finish(turn)

    async def _finish(self, turn: Turn) -> None:
        if self._turn is turn and self._machine.can(Edge.SPOKEN):
            self._machine.go(Edge.SPOKEN)
        await self._close(turn)

    async def _close(self, turn: Turn) -> None:
        """Write the record of a turn and tell of its end, once however many paths lead here."""
        if self._turn is turn:
            self._turn, self._work = None, None
        if turn.turn_id in self._records:
            return
        turn.mark("end", self._clock.monotonic_us())
        reply.note_heard(turn, self._records.values(), self._voice.heard_chars)
        self._records[turn.turn_id] = turn
        if turn.was_heard_out:
            # Now, since who was asked answers at once.
            self._emit(ReplySpoken(turn.turn_id, self._clock.monotonic_us(), turn.asks_back))
        self._contexts.note(turn, self._clock.monotonic_us())
        while len(self._records) > self._settings.history_turns:
            self._records.popitem(last=False)
        try:
            await self._traces.write(turn.turn_id, turn.to_json(), turn.began_us)
        except JarvisError as error:
            logger.warning("trace not written code=%s detail=%s", error.code, error.message)
        finally:
            outcome = turn.outcome or TurnOutcome.FAILED
            self._emit(TurnFinished(turn.turn_id, self._clock.monotonic_us(), outcome.value, turn.code))

    def _past(self) -> Mapping[Control, str]:
        return reply.past([turn for turn in reversed(self._records.values()) if turn.reply], self._language)

    def _apology(self, code: str) -> str:
        return reply.apology(code, self._language.replies)

    # --- interruptions ---

    def _drop_current(self) -> None:
        turn = self._turn
        if turn is None:
            return
        is_answered = self.state is TurnState.RESPONDING
        turn.outcome = turn.outcome or (TurnOutcome.DONE if is_answered else TurnOutcome.CANCELLED)
        self._leave(turn, Edge.CANCELLED)

    def _leave(self, turn: Turn, edge: Edge) -> None:
        """The turn is over from now on; what it leaves behind is cleared up in the background."""
        work = self._work
        if self._machine.can(edge):
            self._machine.go(edge)
        self._turn, self._work = None, None
        self._speculate("")
        ending = self._tasks.start(f"end-{turn.turn_id}", self._clear_up(turn, work))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def _clear_up(self, turn: Turn, work: asyncio.Task[None] | None) -> None:
        TURN.set(turn.turn_id)
        if work is not None and not work.done():
            work.cancel()
            await asyncio.wait([work])
            await self._soon(self._voice.hush())
        if turn.is_acting:
            # What was changed before is reported; the executor stops before its next effect.
            await self._turn_runner.abandon(turn)
            turn.parts.clear()
            turn.reply = f"{self._apology('Cancelled')} {reply.summary(turn.steps, self._language.replies)}"
            if turn.channel is Channel.VOICE:
                await self._soon(self._voice.say(turn.reply, turn.turn_id))
        await self._close(turn)

    async def _interruption(self, text: str) -> None:
        if intents.is_stop(text, self._language.intents):
            await self.cancel()
        elif self._turn is not None:
            await self._soon(self._voice.say(self._apology(ErrorCode.BUSY.value), self._turn.turn_id))

    async def _soon(self, call: Coroutine[Any, Any, object]) -> None:
        """Await a call whose failure or delay must not hold up a cancellation."""
        try:
            await within(call, COURTESY_S)
        except JarvisError as error:
            logger.info("ignored code=%s detail=%s", error.code, error.message)
        except asyncio.TimeoutError:
            logger.warning("a unit did not answer in time while a turn was stopped")

    def _listening(self, turn_id: str, state: TurnState) -> Turn | None:
        turn = self._turn
        return turn if turn is not None and turn.turn_id == turn_id and self.state is state else None

    def _moved(self, source: TurnState, target: TurnState, edge: Edge) -> None:
        logger.info("state from=%s to=%s edge=%s", source.value, target.value, edge.value)
        now_us = self._clock.monotonic_us()
        self._emit(StateChanged(self.current_turn, now_us, source.value, target.value, edge.value))
