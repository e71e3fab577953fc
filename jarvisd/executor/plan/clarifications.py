"""Questions back that the brain asks before there is a plan: what a request lacks (decision 2).

They agree to nothing. What was answered is told to the brain, and kept here by turn: a plan of that turn is held
against these words, whatever the brain makes of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from jarvisd.core.errors import ErrorCode, RequestError, Unavailable
from jarvisd.core.planning.plan import Consent
from jarvisd.executor.consent.asker import DBUS, VOICE, Asker, Question
from jarvisd.executor.consent.heard_answer import AMONG_VOICES, TOO_EARLY
from jarvisd.executor.plan.heard_requests import HeardRequests
from jarvisd.executor.ports.consent import Identities
from jarvisd.executor.tools.spec import Preview
from jarvisd.runtime.tasks import StartTask

QUESTION_CHARACTERS = 500
"""Chosen: longer questions nobody can answer in a few words."""
CHOICES_LIMIT = 20
"""As many as a search tells."""


class Clarifications:
    """Asks who began a turn, over D-Bus or in the room, one question for each turn at a time."""

    def __init__(self, asker: Asker, identities: Identities, heard: HeardRequests, start_task: StartTask) -> None:
        self._asker = asker
        self._identities = identities
        self._heard = heard
        self._start_task = start_task
        self._open: dict[str, asyncio.Task[str]] = {}

    async def ask(self, turn_id: str, origin: str, question: str, choices: Sequence[str]) -> str:
        """The words of an answer; empty for a no, for silence and where the question was withdrawn.

        Without an ``origin`` it is asked aloud. Raises INVALID_REQUEST for a question that is too long, or a
        second one for a turn; NOT_UNDERSTOOD where something was said that cannot be taken for an answer; and
        UNAVAILABLE where the question could not be put.
        """
        too_long = len(question) > QUESTION_CHARACTERS or any(len(each) > QUESTION_CHARACTERS for each in choices)
        if not question.strip() or too_long or len(choices) > CHOICES_LIMIT or turn_id in self._open:
            raise RequestError("a question back is short, and one at a time")
        preview = Preview(phrase="", choices=tuple(choices))
        if origin:
            asked = Question(turn_id, DBUS, await self._identities.uid_of(origin), preview)
        else:
            asked = Question(turn_id, VOICE, None, preview)
        task: asyncio.Task[str] = self._start_task(f"question back {turn_id}", self._words(asked, question))
        self._open[turn_id] = task
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            del self._open[turn_id]
        words = "" if task.cancelled() else task.result()
        if words:
            self._heard.answered(turn_id, words)
        return words

    def withdraw(self, turn_id: str) -> None:
        """Close the question of a turn that has ended."""
        if turn_id in self._open:
            self._open[turn_id].cancel()

    async def _words(self, asked: Question, question: str) -> str:
        verdict = await self._asker.clarify(asked, question)
        if verdict.consent is Consent.UNAVAILABLE:
            raise Unavailable(verdict.reason)
        if verdict.reason in (AMONG_VOICES, TOO_EARLY):
            raise RequestError(verdict.reason, code=ErrorCode.NOT_UNDERSTOOD)
        return verdict.choice
