"""What a turn asks for within its dialogue, with a question back where something is missing (decision 2).

References and what goes on from an earlier request are resolved by code; only what is left goes to the planner. An
answer to a question back is words: what comes of it is judged and asked about like any other request.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from jarvisd.brain.dialogue.reply_stream import ReplyStream
from jarvisd.brain.plan.planner import Planner
from jarvisd.brain.ports import ExecutorClient
from jarvisd.brain.turn.turn import Channel, Turn
from jarvisd.brain.turn.turn_decision import TurnDecision, decided
from jarvisd.config.conversation import FollowUp
from jarvisd.core.errors import JarvisError
from jarvisd.core.planning.plan import Plan
from jarvisd.core.states import Edge
from jarvisd.lang.dialogue import Clarification, Resolution
from jarvisd.lang.intent import Control
from jarvisd.lang.pack import LanguagePack
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

QUESTIONS_LIMIT = 3
"""Chosen: who has been asked so often wants something else."""


class AskingBack:
    """Decides what turns ask for, by what words of ``language`` mean within a dialogue.

    ``asks_aloud``: who spoke in the room is asked within the turn and needs no wake word to answer; otherwise the
    question is the reply.
    """

    def __init__(
        self,
        planner: Planner,
        hands: ExecutorClient,
        language: LanguagePack,
        tasks: Tasks,
    ) -> None:
        self.asks_aloud = True
        self._planner = planner
        self._hands = hands
        self._rules = language.dialogue
        self._scope = language.scope
        self._tasks = tasks

    def reconfigure(self, settings: FollowUp) -> None:
        """Other settings from the next question on."""
        self.asks_aloud = settings.question_s > 0

    async def decide(self, turn: Turn, stream: ReplyStream, go: Callable[[Edge], None]) -> TurnDecision:
        """What ``turn`` asks for, by code within its dialogue or else by the planner, which may tell ``stream``.

        Raises what the planner raises.
        """
        found = None
        if not turn.is_pasted:
            found = self._rules.resolve(turn.utterance, turn.context, self._planner.sure)
        is_first = found is not None and found.question is not None and not found.said
        if is_first and self._scope.outside(turn.utterance) is not None:
            # No answer would make it possible. What is itself an answer is no request by its own words.
            found = None
        reply = ""
        if found is not None and found.question is not None:
            reply = found.question.question
            if self._can_ask(turn):
                found, reply = await self._asked(turn, found, go)
        turn.resolution = found
        if found is None:
            return await self._planner.decide(turn, stream)
        self._planner.speculate("")
        return _decision(found, reply or found.answer)

    def _can_ask(self, turn: Turn) -> bool:
        """Whether who asked can be asked within the turn. Who had it spoken in the room may be elsewhere."""
        is_within_hearing = turn.channel is Channel.DBUS or (self.asks_aloud and not turn.origin)
        return is_within_hearing and not (turn.asks_in_reply or turn.is_dry_run)

    async def _asked(self, turn: Turn, found: Resolution, go: Callable[[Edge], None]) -> tuple[Resolution, str]:
        """What answers make of a request, and what is said where none does."""
        for _ in range(QUESTIONS_LIMIT):
            question = found.question
            if question is None:
                return found, ""
            answer = await self._ask(turn, question, go)
            if answer is None:
                return found, question.question
            answered = self._rules.answer_to(question, answer, self._planner.sure)
            if not answer:
                # Still open: what is said next may answer it. Who has just heard it in the room did not want to.
                is_heard = turn.channel is Channel.VOICE
                return found, "" if is_heard else f"{question.question} {answered.answer}"
            found = answered
        return found, found.question.question if found.question is not None else ""

    async def _ask(self, turn: Turn, question: Clarification, go: Callable[[Edge], None]) -> str | None:
        """The words of an answer; empty for none, ``None`` where the question may not have been heard."""
        turn.is_clarifying = True
        go(Edge.QUESTION)
        choices = question.names if question.is_pick else ()
        answer: str | None = None
        try:
            answer = await self._hands.clarify(turn.turn_id, turn.origin, question.question, choices)
        except JarvisError as error:
            logger.warning("question back not answered code=%s detail=%s", error.code, error.message)
        except asyncio.CancelledError:
            self._tasks.start("withdraw-question", self._withdraw(turn.turn_id))
            raise
        finally:
            turn.is_clarifying = False
        go(Edge.CLARIFIED)
        return answer

    async def _withdraw(self, turn_id: str) -> None:
        try:
            await self._hands.cancel(turn_id)
        except JarvisError as error:
            logger.info("question back not withdrawn code=%s", error.code)


def _decision(found: Resolution, reply: str) -> TurnDecision:
    if found.intent is not None:
        return decided(found.intent)
    if found.undo:
        return TurnDecision(plan=Plan(Control.UNDO.value, 1.0), control=Control.UNDO)
    return TurnDecision(plan=Plan("ask back" if found.question else "answer from the dialogue", 1.0), reply=reply)
