"""Puts a question to a person, on the channel that asked, and brings back what they decided (decision 2)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from secrets import randbelow, token_hex

from jarvisd.bus.signals.executor import ConfirmRequested, ConfirmResolved
from jarvisd.core.clock import Clock, SleepWatch
from jarvisd.core.errors import ErrorCode, JarvisError, NotPermitted, RequestError
from jarvisd.core.planning.plan import Consent, QuestionKind
from jarvisd.executor.consent import confirmation_code, question
from jarvisd.executor.consent.grants import Answerer, AnswerRight, right_of
from jarvisd.executor.consent.heard_answer import AMONG_VOICES, judge_heard, no_answer
from jarvisd.executor.events import Emit
from jarvisd.executor.ports.consent import AnswerListener, Identities, QuestionSpeaker
from jarvisd.executor.tools.spec import Preview
from jarvisd.lang.answer import AnswerVerdict
from jarvisd.lang.pack import LanguagePack
from jarvisd.runtime.tasks import StartTask

logger = logging.getLogger(__name__)

VOICE, DBUS = "voice", "dbus"
MAX_READINGS = 2
"""How often all of it is read out for one question, or gives who reads it over D-Bus another window."""
TALK_WORDS = 5
"""An answer of so many words that is not understood is somebody talking. Chosen: an answer that was misheard is
short, what is broadcast is not."""
CHOICE_LIMIT = 500
"""Characters of an answer; chosen: no name of anything that is asked about is longer."""
ANSWERED = "answered"
NAMED = "one was named"
SLEPT_THROUGH = AnswerVerdict(Consent.UNAVAILABLE, "the machine slept meanwhile")


@dataclass(frozen=True, slots=True)
class Windows:
    """How long people have, and what counts as an answer."""

    voice_s: float = 15.0
    reply_s: float = 5.0
    """For what is asked back aloud, which agrees to nothing; 0: nothing is."""
    question_limit_s: float = 60.0
    remote_s: float = 60.0
    okay_is_yes: bool = False
    short_yes_is_yes: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of whom."""

    turn_id: str
    channel: str
    """``voice`` or ``dbus``."""
    asker_uid: int | None
    """The user who started the turn over D-Bus."""
    preview: Preview

    asked_by: str = ""
    """Name of the user who had it asked in the room; empty where the room itself asked."""
    digits: str = ""
    """What has to be said in the room instead of yes; drawn when the question is put."""


@dataclass(slots=True)
class _Open:
    question: Question
    kind: QuestionKind
    decision: asyncio.Future[AnswerVerdict]
    sleep: SleepWatch
    """Time-outs stand still while the machine sleeps, and whoever wakes it need not be the one who was asked."""
    readings: int = 0
    """How often all of it was read over D-Bus."""


InTheRoom = Callable[[str, Question], Awaitable[AnswerVerdict]]
"""Puts a question aloud, with the request's id, and hears the answer."""


class Asker:
    """Asks one question at a time."""

    def __init__(
        self,
        *,
        ears: AnswerListener,
        speech: QuestionSpeaker,
        identities: Identities,
        start_task: StartTask,
        windows: Windows,
        emit: Emit,
        clock: Clock,
        language: LanguagePack,
        challenge_mode: str = confirmation_code.OFF,
    ) -> None:
        self._ears = ears
        self._speech = speech
        self._identities = identities
        self._start_task = start_task
        self._windows = windows
        self._emit = emit
        self._clock = clock
        self._language = language
        self._challenge_mode = challenge_mode
        self._open: dict[str, _Open] = {}

    @property
    def is_asking(self) -> bool:
        """Whether a question is open."""
        return bool(self._open)

    @property
    def asks_back_aloud(self) -> bool:
        """Whether what a request from the room lacks is asked for within its turn."""
        return self._windows.reply_s > 0

    def reconfigure(self, windows: Windows) -> None:
        """Other windows from the next question on."""
        self._windows = windows

    async def ask(self, asked: Question) -> AnswerVerdict:
        """Put the question and wait for a decision; cancelling this closes the question as unanswered."""
        is_from_afar = bool(asked.asked_by)
        if asked.channel == VOICE and confirmation_code.is_needed(
            self._challenge_mode, asked.preview, is_from_afar=is_from_afar
        ):
            asked = _with_digits(asked)
        # What is shown never holds the digits, which only the room may hear.
        return await self._put(asked, QuestionKind.CONSENT, self._composed(asked.preview), self._voice)

    async def clarify(self, asked: Question, shown: str = "") -> AnswerVerdict:
        """Ask which of the preview's choices is meant: what was said is the ``choice`` of a verdict, never a yes.

        ``shown`` is asked instead where something else is wanted to be known. Cancelling this closes the
        question as unanswered.
        """
        shown = shown or self._language.questions.which(asked.preview.choices)
        return await self._put(asked, QuestionKind.CLARIFY, shown, partial(self._voice_choice, shown))

    async def answer(self, request_id: str, unique_name: str, *, is_yes: bool) -> None:
        """A call of Confirm or Deny; raises NOT_FOUND for no such question, NOT_PERMITTED for the wrong caller.

        A question which of several is meant is closed by a no, and a yes to it is INVALID_REQUEST.
        """
        decided = Consent.YES if is_yes else Consent.NO
        kinds = {QuestionKind.CONSENT} if is_yes else {QuestionKind.CONSENT, QuestionKind.CLARIFY}
        await self._take(request_id, unique_name, kinds, AnswerVerdict(decided, "answered over D-Bus"))

    async def choose(self, request_id: str, unique_name: str, text: str) -> None:
        """A call of Answer; errors as of :meth:`answer`, INVALID_REQUEST where a yes or a no is wanted."""
        if not text.strip() or len(text) > CHOICE_LIMIT:
            raise RequestError(f"an answer has 1 to {CHOICE_LIMIT} characters")
        verdict = AnswerVerdict(Consent.NO, NAMED, choice=text)
        await self._take(request_id, unique_name, {QuestionKind.CLARIFY}, verdict)

    async def read(self, request_id: str, unique_name: str) -> str:
        """All of what an open question is about, to whoever may answer it; raises like :meth:`answer`.

        Empty where the question itself says all of it.
        """
        _, waiting = await self._answerable(request_id, unique_name)
        waiting.readings += 1
        return question.unread(waiting.question.preview)

    def judge(self, question: str, heard: str) -> AnswerVerdict:
        """Whether ``heard`` would be a yes to a question as it was spoken; nothing is asked or agreed to."""
        return self._language.answers.judge_to(question, heard)

    def resumed(self) -> None:
        """The machine has slept: what was asked before is not answered any more."""
        for waiting in self._open.values():
            if waiting.sleep.has_slept() and not waiting.decision.done():
                waiting.decision.set_result(SLEPT_THROUGH)

    # --- what both kinds have in common ----------------------------------------------------------------

    async def _put(self, asked: Question, kind: QuestionKind, shown: str, in_the_room: InTheRoom) -> AnswerVerdict:
        request_id = token_hex(6)
        decision: asyncio.Future[AnswerVerdict] = asyncio.get_running_loop().create_future()
        waiting = self._open[request_id] = _Open(asked, kind, decision, SleepWatch(self._clock))
        choices = asked.preview.choices if kind is QuestionKind.CLARIFY else ()
        now_us, text = self._clock.monotonic_us(), self._told(asked, shown)
        self._emit(ConfirmRequested(asked.turn_id, now_us, request_id, text, asked.channel, kind.value, choices))
        resolved = "cancelled"
        try:
            if asked.channel == VOICE:
                answer = await self._voice_or_remote(request_id, waiting, in_the_room)
            else:
                answer = await self._remote(request_id, waiting)
            if waiting.sleep.has_slept():
                answer = SLEPT_THROUGH
            resolved = ANSWERED if answer.choice else answer.consent.value
            return replace(answer, request_id=request_id)
        finally:
            del self._open[request_id]
            self._emit(ConfirmResolved(asked.turn_id, self._clock.monotonic_us(), request_id, resolved))

    async def _take(
        self, request_id: str, unique_name: str, kinds: Collection[QuestionKind], verdict: AnswerVerdict
    ) -> None:
        answerer, waiting = await self._answerable(request_id, unique_name)
        if waiting.kind not in kinds:
            wanted = "a yes or a no" if waiting.kind is QuestionKind.CONSENT else "which one is meant"
            raise RequestError(f"the question {request_id!r} asks for {wanted}")
        if not waiting.decision.done():
            waiting.decision.set_result(replace(verdict, by=f"uid {answerer.uid}"))

    async def _answerable(self, request_id: str, unique_name: str) -> tuple[Answerer, _Open]:
        """Who calls, and the open question that they may answer."""
        waiting = self._open.get(request_id)
        if waiting is None:
            raise RequestError(f"there is no open question {request_id!r}", code=ErrorCode.NOT_FOUND)
        answerer = Answerer(unique_name, await self._identities.uid_of(unique_name))
        if not await self._is_allowed(answerer, waiting.question):
            raise NotPermitted("this question belongs to another channel or user")
        if self._open.get(request_id) is not waiting or waiting.sleep.has_slept():
            # Typing a password may take longer than a question stays open.
            raise RequestError(f"the question {request_id!r} is closed", code=ErrorCode.NOT_FOUND)
        return answerer, waiting

    async def _is_allowed(self, answerer: Answerer, asked: Question) -> bool:
        right = right_of(
            answerer,
            channel=asked.channel,
            asker_uid=asked.asker_uid,
            admin_uid=self._identities.own_uid if self._identities.private_bus else None,
            brain=await self._identities.brain(),
        )
        if right is AnswerRight.BY_LEAVE:
            return await self._identities.may_confirm(answerer.unique_name)
        return right is AnswerRight.ALLOWED

    # --- channels --------------------------------------------------------------------------------------

    async def _remote(self, request_id: str, waiting: _Open) -> AnswerVerdict:
        for reading in range(MAX_READINGS + 1):
            await asyncio.wait({waiting.decision}, timeout=self._windows.remote_s)
            if waiting.decision.done():
                return waiting.decision.result()
            # Who reads all of a long letter has not yet had time to answer.
            if waiting.readings <= reading:
                break
        return AnswerVerdict(Consent.SILENCE, "nobody answered in time")

    async def _voice_or_remote(self, request_id: str, waiting: _Open, in_the_room: InTheRoom) -> AnswerVerdict:
        spoken: asyncio.Task[AnswerVerdict] = self._start_task(
            "question", self._aloud(request_id, waiting.question, in_the_room)
        )
        try:
            await asyncio.wait({spoken, waiting.decision}, return_when=asyncio.FIRST_COMPLETED)
            return waiting.decision.result() if waiting.decision.done() else spoken.result()
        finally:
            spoken.cancel()
            await asyncio.wait({spoken})

    async def _hear(self, request_id: str, asked: Question, text: str) -> tuple[AnswerVerdict, Question]:
        """What the answer to ``text`` means, and the question as it has to be put from now on."""
        finished_us = await self._speech.ask(request_id, text, self._windows.question_limit_s)
        heard = await self._ears.listen(request_id, self._windows.voice_s)
        shown = question.compose(self._language.questions, asked.preview)
        verdict = judge_heard(
            self._language,
            shown,
            heard,
            finished_us,
            asked.digits,
            okay_is_yes=self._windows.okay_is_yes,
            short_yes_is_yes=self._windows.short_yes_is_yes,
        )
        # Once somebody else was heard, a yes is not enough for this question, whatever is heard later.
        is_talk = verdict.may_ask_again and len(heard.heard.split()) >= TALK_WORDS
        is_disturbed = heard.outcome == "speech" and (is_talk or not heard.quiet_before)
        return verdict, _with_digits(asked) if is_disturbed and not asked.digits else asked

    def _composed(self, preview: Preview, digits: str = "") -> str:
        """The question, with the offer to read all of it where it holds only a part."""
        offer = self._language.reading.offer() if question.unheard(preview) else ""
        return question.compose(self._language.questions, preview, digits, offer)

    def _told(self, asked: Question, text: str) -> str:
        """The question, with who asks for it where it is not the room."""
        return f"{self._language.questions.asked_for_by(asked.asked_by)} {text}" if asked.asked_by else text

    async def _read(self, request_id: str, whole: str) -> None:
        """Read all of it, piece by piece; voice and ear are held anew for each, so that no hold runs out."""
        for piece in self._language.reading.pieces(whole):
            await self._ears.reserve(request_id)
            await self._speech.ask(request_id, piece, self._windows.question_limit_s)
            await self._speech.release(request_id)
        await self._ears.reserve(request_id)

    async def _voice(self, request_id: str, asked: Question) -> AnswerVerdict:
        sentences, preview = self._language.questions, asked.preview
        unheard = question.unheard(preview)
        spoken = self._told(asked, self._composed(preview, asked.digits))
        verdict, asked = await self._hear(request_id, asked, spoken)
        for _ in range(MAX_READINGS):
            if unheard and verdict.wants_reading:
                await self._read(request_id, unheard)
                spoken = question.after_reading(sentences, preview, asked.digits)
                verdict, asked = await self._hear(request_id, asked, spoken)
        if verdict.among_voices:
            spoken = question.among_voices(sentences, preview, asked.digits)
            verdict, asked = await self._hear(request_id, asked, spoken)
        if verdict.may_ask_again:
            spoken = question.again(sentences, preview, asked.digits, is_faint=verdict.is_faint)
            verdict, asked = await self._hear(request_id, asked, spoken)
        if verdict.among_voices:
            spoken = question.among_voices(sentences, preview, asked.digits)
            verdict, asked = await self._hear(request_id, asked, spoken)
        return verdict

    async def _voice_choice(self, shown: str, request_id: str, asked: Question) -> AnswerVerdict:
        spoken, limit_s = self._told(asked, shown), self._windows.question_limit_s
        finished_us = await self._speech.ask(request_id, spoken, limit_s, invites=True)
        heard = await self._ears.listen(request_id, self._windows.reply_s)
        if (missing := no_answer(heard, finished_us)) is not None:
            return missing
        if not heard.quiet_before:
            return AnswerVerdict(Consent.NO, AMONG_VOICES)
        return AnswerVerdict(Consent.NO, NAMED, choice=heard.heard)

    async def _aloud(self, request_id: str, asked: Question, talk: InTheRoom) -> AnswerVerdict:
        """What is answered in the room, with voice and ear held for as long as ``talk`` takes."""
        try:
            await self._ears.reserve(request_id)
            return replace(await talk(request_id, asked), by=VOICE)
        except JarvisError as error:
            logger.warning("question could not be put code=%s detail=%s", error.code, error.message)
            return AnswerVerdict(Consent.UNAVAILABLE, error.message)
        finally:
            await _in_any_case(self._speech.release(request_id))
            await _in_any_case(self._ears.release(request_id))


def _with_digits(asked: Question) -> Question:
    return replace(asked, digits=confirmation_code.digits(randbelow))


async def _in_any_case(release: Awaitable[None]) -> None:
    try:
        await release
    except JarvisError as error:
        logger.info("release failed code=%s", error.code)
