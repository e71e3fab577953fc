"""The loop of the ear: every chunk goes to whoever has the ear now, and requests from the bus change who that is.

There is one consumer of sound at any time: the wake stage when idle, a request session during a turn, the answer
session while a question is open, nobody while muted.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jarvisd.audio.answers.answer_session import MAX_WINDOW_S, AnswerRules, AnswerServices, AnswerSession
from jarvisd.audio.answers.other_voices import OtherVoices
from jarvisd.audio.events import EarStateChanged, Emit, WakeWeighed
from jarvisd.audio.own_voice.own_words import OwnWords
from jarvisd.audio.own_voice.talk_over import TalkOver
from jarvisd.audio.ports import Transcriber, VoiceDetector
from jarvisd.audio.request.request_session import (
    RequestCallbacks,
    RequestRules,
    RequestServices,
    RequestSession,
    listening_ended,
)
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.request.turn_judge import TurnJudge
from jarvisd.audio.speech.endpoint import EndpointRules
from jarvisd.audio.speech.turn_end import TurnRules
from jarvisd.audio.speech.utterance import VadChunk, classify
from jarvisd.audio.turn.reply_window import FollowUpRules, ReplyWindow, SpokenReply
from jarvisd.audio.turn.state import TURN_GOES_ON, EarSession, Trigger
from jarvisd.audio.turn.stop_watch import StopWatch
from jarvisd.audio.wake.doubt import Detection
from jarvisd.audio.wake.wake_detection import WakeStage
from jarvisd.bus.replies import AnswerReply
from jarvisd.bus.signals.audio import TalkedOver, WakeDetected
from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.pcm import AudioChunk
from jarvisd.lang.pack import StopWords, WakePhrase, WordRules
from jarvisd.runtime.component import Component
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)


WAKE_PHRASE_MS = 800
"""How long "hey jarvis" takes, spoken calmly. A piece of it before a request would be taken for other words."""


@dataclass(frozen=True, slots=True)
class ListenRules:
    """How requests are heard."""

    endpoint: EndpointRules
    turn: TurnRules
    preroll_ms: int
    refractory_ms: int
    answer: AnswerRules
    follow_up: FollowUpRules


class Listener:
    """Turns live sound into events. Only ``hear`` and ``listen_for_answer`` take time."""

    def __init__(
        self,
        *,
        vad: Component[VoiceDetector],
        transcriber: Component[Transcriber],
        wake: WakeStage,
        decoder: TranscriptionWorker,
        judge: TurnJudge,
        wake_phrases: Mapping[str, WakePhrase],
        wording: WordRules,
        stop_words: StopWords,
        answer_example: str,
        rules: ListenRules,
        tasks: Tasks,
        clock: Clock,
        emit: Emit,
    ) -> None:
        self._vad = vad
        self._transcriber = transcriber
        self._wake = wake
        self._rules = rules
        self._clock = clock
        self._emit = emit
        self._session = EarSession()
        self._wake_phrases = wake_phrases
        names = [name for phrase in wake_phrases.values() for name in phrase.sound_alikes()]
        self.own_words = OwnWords(wording.tokens, names)
        self._tools = RequestServices(decoder, judge, tasks, clock, emit, wake_phrases[""], self.own_words)
        self.voices = OtherVoices()
        self._talk_over = TalkOver()
        self._is_brain_busy = False
        self._stops = StopWatch(
            decoder,
            self.own_words,
            stop_words,
            is_wanted=lambda: self.has_what_to_stop,
            was_own=lambda: self._tell_talk_over(self._talk_over.was_own()),
            tasks=tasks,
            clock=clock,
            emit=emit,
        )
        heard = AnswerServices(decoder, clock, emit, self.voices, self.own_words, answer_example)
        self._desk = AnswerSession(rules.answer, heard, self._released)
        self._reply_window = ReplyWindow(clock, emit)
        self._dictation: RequestSession | None = None
        self._microphone_error: JarvisError | None = None
        self._wake_not_before_us = 0
        self._addressed_us = 0

    def reconfigure(self, rules: ListenRules) -> None:
        """Other rules from the next turn and the next question on."""
        self._rules = rules
        self._desk.reconfigure(rules.answer)

    @property
    def state(self) -> str:
        """The published state."""
        return str(self._session.state)

    @property
    def is_muted(self) -> bool:
        """Whether the ear is deaf on request."""
        return self.state == "muted"

    @property
    def has_what_to_stop(self) -> bool:
        """Whether the suite speaks or works on a request."""
        return self._is_brain_busy or self.voices.own_sounds

    async def hear(self, chunk: AudioChunk) -> None:
        """Take the next 80 ms from the microphone."""
        vad = self._vad.now
        if vad is None or self.is_muted:
            return
        heard = classify(chunk, vad)
        self.voices.push(heard)
        is_ours = not self._desk.is_reserved and self.voices.own_sounds
        # Tones of ours are not as loud as our words.
        is_ours = is_ours and bool(self.own_words.audible(chunk.began_us, chunk.ended_us))
        self._tell_talk_over(self._talk_over.hear(heard, own_sounds=is_ours))
        if self._desk.is_reserved or self._session.is_in_turn:
            self._stops.rest()
        if self._desk.is_reserved:
            self._wake.rest(heard)
            self._desk.hear(heard)
        elif self._session.is_in_turn:
            self._wake.rest(heard)
            if self._dictation is not None and self.state == "listening":
                self._dictation.hear(self.voices.without_own(heard))
        else:
            self._stops.hear(heard)
            await self._watch(heard)

    def listen(self) -> None:
        """Begin a turn as if the wake word had been heard."""
        self._session.require_idle()
        self._require_microphone()
        self._require_transcriber()
        self._reply_window.close()
        now_us = self._clock.monotonic_us()
        self._begin(Detection(now_us, 1.0), since_us=now_us)

    def follow_up(self, *, is_question: bool) -> None:
        """We have spoken: for a while a turn needs no wake word, unless something else has the ear."""
        rules = self._rules
        length_s = rules.follow_up.question_s if is_question else rules.follow_up.answer_s
        is_able = self._microphone_error is None and self._transcriber.error is None
        if length_s > 0 and self.state == "idle" and is_able:
            self._reply_window.open(length_s, rules.endpoint, rules.preroll_ms)

    def cancel(self) -> None:
        """End what is being heard."""
        self._desk.end_wait()
        self._reply_window.close()
        if self._session.is_in_turn:
            self._cancel_turn()
            self._step(Trigger.FINISHED)

    def set_muted(self, is_muted: bool) -> None:
        """Go deaf, or hear again."""
        if is_muted == self.is_muted:
            return
        if not is_muted:
            self._wake.restart()
            self._step(Trigger.UNMUTED)
            return
        self._cancel_turn()
        self._tell_talk_over(self._talk_over.rest())
        self._step(Trigger.MUTED)
        self._desk.release()

    def reserve_answer(self, request_id: str) -> None:
        """Give the ear to a question."""
        if not request_id:
            raise RequestError("a question needs an id")
        self._desk.require_free_for(request_id)
        if self.is_muted:
            raise Unavailable("the microphone is muted", code=ErrorCode.MUTED)
        self._require_microphone()
        self._desk.reserve(request_id)
        self._cancel_turn()
        if self.state != "answering":
            self._step(Trigger.RESERVED)

    async def listen_for_answer(self, request_id: str, window_s: float) -> AnswerReply:
        """The answer to a question, by the rules of decision 2."""
        if not 0 < window_s <= MAX_WINDOW_S:
            raise RequestError(f"window_s must lie between 0 and {MAX_WINDOW_S:g}")
        self._require_transcriber()
        self.reserve_answer(request_id)
        return await self._desk.listen(request_id, window_s)

    def release_answer(self, request_id: str) -> None:
        """Give the ear back."""
        if request_id:
            self._desk.release(request_id)

    def asker_gone(self) -> None:
        """Whoever reserves answers has left: no question holds the ear any longer."""
        self._desk.release()

    def brain_works(self, is_busy: bool) -> None:
        """A request is being worked on, or none is."""
        self._is_brain_busy = is_busy
        if is_busy and self.state == "idle":
            # Somebody else asks for something, whose turn the next words would end.
            self._reply_window.close()

    def microphone_works(self) -> None:
        """Sound arrives."""
        self._microphone_error = None

    def microphone_failed(self, error: JarvisError) -> None:
        """No sound arrives: what waits for it must not wait in vain."""
        self._microphone_error = error
        self._desk.end_wait(error)
        self._reply_window.close()
        if self.state == "listening":
            self._cancel_turn(error)
            self._step(Trigger.FINISHED)

    async def _watch(self, heard: VadChunk) -> None:
        detection = await self._wake.hear(heard, self._wake_not_before_us)
        # A question or a mute may have taken the ear while the model looked.
        if self.state != "idle":
            return
        reply = self._reply_window.hear(self.voices.without_own(heard))
        if detection is None:
            if reply is not None:
                self._begin(Detection(heard.chunk.ended_us, 1.0), reply.began_us, reply)
        elif self.own_words.holds_name(detection.at_us):
            logger.info("wake word in our own voice ignored score=%.2f", detection.score)
        else:
            self._reply_window.close()
            self._begin(detection, since_us=detection.at_us - self._before_ms * 1000)

    @property
    def _before_ms(self) -> int:
        """Sound before the end of the wake word that belongs to the request."""
        return WAKE_PHRASE_MS + self._rules.preroll_ms

    def _begin(self, wake: Detection, since_us: int, reply: SpokenReply | None = None) -> None:
        """Start a turn; what was said from ``since_us`` on is said to us."""
        turn_id = secrets.token_hex(4)
        self._addressed_us = since_us
        self._wake_not_before_us = wake.at_us + self._rules.refractory_ms * 1000
        self._step(Trigger.WAKE, turn_id)
        self._emit(WakeWeighed(wake.at_us, wake.score, wake.is_verified, has_woken=True))
        self._emit(WakeDetected(turn_id, wake.at_us, wake.score))
        logger.info("wake turn=%s score=%.2f word=%s", turn_id, wake.score, wake.word or "first")
        if self._transcriber.error is not None:
            self._emit(listening_ended(turn_id, self._clock, self._transcriber.error))
            self._step(Trigger.FINISHED)
            return
        rules = self._rules
        endpoint = rules.endpoint if reply is None else reply.endpoint
        how = RequestRules(endpoint, rules.turn, rules.preroll_ms)
        tools = replace(self._tools, wake_phrase=self._wake_phrases[wake.word])
        self._dictation = RequestSession(turn_id, wake, how, tools)
        since_us = wake.at_us - self._before_ms * 1000
        before = self._wake.gate.since(since_us) if reply is None else reply.before
        self._dictation.begin(before, RequestCallbacks(self._speech_ended, self._nothing_said, self._finished))

    def _speech_ended(self) -> None:
        self.voices.addressed(self._addressed_us, self._clock.monotonic_us())
        self._wake.restart()
        self._step(Trigger.SPEECH_ENDED)

    def _nothing_said(self) -> Sequence[VadChunk]:
        self._step(Trigger.NOTHING_SAID)
        return self._wake.gate.recent(10_000)

    def _finished(self) -> None:
        self._dictation = None
        if self.state == "listening":
            self._wake.restart()
        self._step(Trigger.FINISHED)

    def _cancel_turn(self, error: JarvisError | None = None) -> None:
        if self._dictation is not None:
            self._dictation.cancel(error)
            self._dictation = None
            self._wake.restart()

    def _released(self) -> None:
        self._wake.restart()
        if self.state == "answering":
            self._step(Trigger.RELEASED)

    def _tell_talk_over(self, has_changed: bool) -> None:
        if has_changed:
            self._emit(TalkedOver(self._clock.monotonic_us(), self._talk_over.is_speaking))

    def _require_microphone(self) -> None:
        if self._microphone_error is not None:
            raise self._microphone_error

    def _require_transcriber(self) -> None:
        if self._transcriber.error is not None:
            raise self._transcriber.error

    def _step(self, step: Trigger, turn_id: str = "") -> None:
        if step not in TURN_GOES_ON:
            self._reply_window.close()
        self._session.step(step, turn_id)
        self._emit(EarStateChanged(self.state, self.is_muted))
