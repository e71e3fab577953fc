"""The reply of a turn on its way out: each part is given out as soon as it is certain, and never taken back.

What was given out, one part after the other, is the reply of the turn. An acknowledgement is no part of it.
"""

from __future__ import annotations

import asyncio
import logging

from jarvisd.brain.events import Emit
from jarvisd.brain.ports import TtsClient
from jarvisd.brain.turn.turn import Channel, Turn
from jarvisd.bus.signals.brain import ReplyPart
from jarvisd.core.clock import Clock
from jarvisd.core.errors import JarvisError
from jarvisd.core.planning.plan import Action
from jarvisd.core.timeout import within
from jarvisd.lang.pack import ReplySentences
from jarvisd.runtime.tasks import StartTask

logger = logging.getLogger(__name__)

SILENCE_LIMIT_S = 1.0
"""Chosen: after a longer silence people ask whether they were heard."""
SOON_S = 0.3
"""Chosen: an answer that comes sooner would only be held up; most reads take less."""
SPEECH_LIMIT_S = 120.0
"""Longest wait for an answer to be spoken."""


def due_in_s(elapsed_s: float) -> float:
    """How long the answer may still take without a word, ``elapsed_s`` after the request. Pure."""
    return max(SILENCE_LIMIT_S - elapsed_s, SOON_S)


class ReplyStream:
    """Gives out the reply of ``turn``: as signals, and in a turn by voice to the loudspeaker."""

    def __init__(
        self, turn: Turn, *, voice: TtsClient, replies: ReplySentences, clock: Clock, start: StartTask, emit: Emit
    ) -> None:
        self._turn = turn
        self._voice = voice
        self._replies = replies
        self._clock = clock
        self._start = start
        self._emit = emit
        self._answered = asyncio.Event()
        self._waiting: asyncio.Task[None] | None = None
        self._parts: list[str] = []
        self._utterances: list[str] = []
        self._acknowledgement = ""

    @property
    def said(self) -> str:
        """What of the reply has been given out."""
        return "".join(self._parts)

    async def advance(self, reply: str) -> None:
        """Give out what ``reply``, as far as it is certain by now, says beyond :attr:`said`.

        Where it is another text, nothing is: what the reply will be is not known yet.
        """
        if reply.startswith(self.said):
            await self._give_out(reply[len(self.said) :])

    async def finish(self, reply: str) -> str:
        """Give out the rest of ``reply``, and return the reply as it went out.

        A reply that turned out to be another one, as after a failure, follows what was said before.
        """
        is_other = not reply.startswith(self.said)
        await self._give_out(f" {reply}" if is_other else reply[len(self.said) :])
        return self.said

    def started(self, action: Action) -> None:
        """The first step that looks for the answer is under way: say so once, if the answer takes a while."""
        text = self._replies.acknowledgement(action, self._turn.utterance)
        if not text or self._waiting is not None or self._turn.channel is not Channel.VOICE:
            return
        asked_us = self._turn.marks_us.get("transcript", self._turn.began_us)
        due_s = due_in_s((self._clock.monotonic_us() - asked_us) / 1e6)
        self._waiting = self._start("acknowledgement", self._acknowledge(text, due_s))

    def drop(self) -> None:
        """Acknowledge nothing any more. Safe to call twice."""
        self._answered.set()
        if self._waiting is not None:
            self._waiting.cancel()

    async def _acknowledge(self, text: str, due_s: float) -> None:
        try:
            await within(self._answered.wait(), due_s)
        except asyncio.TimeoutError:
            if not self._answered.is_set():
                self._acknowledgement = await self._say(text)

    async def heard_out(self) -> None:
        """Return when all of it has been played or dropped; notes when the first sound of it was heard."""
        if not self._utterances:
            return
        try:
            await within(self._heard_out(), SPEECH_LIMIT_S)
            self._turn.mark("spoken", self._clock.monotonic_us())
        except (JarvisError, asyncio.TimeoutError) as error:
            logger.warning("reply not heard out error=%s", error)

    async def _heard_out(self) -> None:
        if self._acknowledgement:
            self._note("acknowledged", await self._voice.spoken(self._acknowledgement))
        for utterance_id in self._utterances:
            self._note("first_audio", await self._voice.spoken(utterance_id))

    def _note(self, stage: str, at_us: int) -> None:
        if at_us:
            self._turn.mark(stage, at_us)

    async def _give_out(self, text: str) -> None:
        if not text.strip():
            return
        self._answered.set()
        self._emit(ReplyPart(self._turn.turn_id, self._clock.monotonic_us(), len(self._parts), text))
        self._parts.append(text)
        if self._turn.channel is Channel.VOICE and (utterance_id := await self._say(text.strip())):
            self._utterances.append(utterance_id)
            self._turn.parts.append((utterance_id, text.strip()))

    async def _say(self, text: str) -> str:
        try:
            return await self._voice.say(text, self._turn.turn_id)
        except JarvisError as error:
            # The work is done and reported; a missing loudspeaker must not make it look undone.
            logger.warning("not spoken error=%s", error)
            return ""
