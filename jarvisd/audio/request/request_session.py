"""One spoken request, from the wake word to its transcript, transcribed before the end of speech (decision 7).

A pause starts a transcription at once, and its words are told while the pause lasts. If the speaker goes on it is
dropped; if the pause becomes the end of speech its result is the transcript. It takes effect only then. How long
the pause must be for that depends on how it sounded and on those words (decision 27).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jarvisd.audio.events import Emit
from jarvisd.audio.own_voice.own_words import OwnWords
from jarvisd.audio.ports import Transcription
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.request.turn_judge import TurnJudge
from jarvisd.audio.speech.endpoint import EndpointEvent, EndpointRules
from jarvisd.audio.speech.turn_end import EndReason, TurnRules, patience
from jarvisd.audio.speech.utterance import Utterance, VadChunk
from jarvisd.audio.wake.doubt import Detection
from jarvisd.bus.signals.audio import (
    ListeningEnded,
    PartialTranscript,
    SpeechSegment,
    SpeechStarted,
    Transcript,
)
from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.pcm import CHUNK_MS
from jarvisd.lang.intent import Wholeness
from jarvisd.lang.pack import WakePhrase
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

LEAST_LEAD_MS = 1000
"""Shortest further wait for speech after what was heard turned out to be only the wake word."""


@dataclass(frozen=True, slots=True)
class RequestRules:
    """How a request is heard."""

    endpoint: EndpointRules
    turn: TurnRules
    preroll_ms: int


@dataclass(frozen=True, slots=True)
class RequestServices:
    """What a request session works with."""

    decoder: TranscriptionWorker
    judge: TurnJudge
    tasks: Tasks
    clock: Clock
    emit: Emit
    wake_phrase: WakePhrase
    own_words: OwnWords


@dataclass(frozen=True, slots=True)
class RequestCallbacks:
    """What a request session tells the listener."""

    speech_ended: Callable[[], None]
    nothing_said: Callable[[], Sequence[VadChunk]]
    """Go on listening; gives what was heard in the meantime."""
    finished: Callable[[], None]


def listening_ended(
    turn_id: str, clock: Clock, error: JarvisError | None, otherwise: str = "cancelled"
) -> ListeningEnded:
    """A turn ends now without a transcript: for ``error``, or for the reason ``otherwise``."""
    if error is None:
        return ListeningEnded(turn_id, clock.monotonic_us(), otherwise)
    return ListeningEnded(turn_id, clock.monotonic_us(), "failed", str(error.code))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Sound to transcribe, and when it was heard."""

    pcm: bytes
    since_us: int
    until_us: int


class RequestSession:
    """Collects, transcribes and reports one turn. ``hear`` takes chunks while the ear is listening."""

    def __init__(self, turn_id: str, wake: Detection, rules: RequestRules, tools: RequestServices) -> None:
        self.turn_id = turn_id
        self._wake = wake
        self._rules = rules.endpoint
        self._turn_rules = rules.turn
        self._preroll_ms = rules.preroll_ms
        self._tools = tools
        self._has_begun = False
        self._early: asyncio.Task[Transcription | JarvisError] | None = None
        self._is_told = False
        """Whether the words before the pause that lasts were told."""
        self._likelihood: float | None = None
        """What the turn model said of the pause that lasts."""
        self._wholeness: Wholeness | None = None
        """What the words before it tell."""
        self._judging: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._reason = EndReason.SILENCE
        self._final: asyncio.Task[None] | None = None

    def begin(self, before: Sequence[VadChunk], steps: RequestCallbacks) -> None:
        """Start with ``before``, which holds the wake word; the wait for speech counts from its end."""
        self._steps = steps
        lead_ms = (self._rules.lead_silence_ms or 0) + len(before) * CHUNK_MS
        self._utterance = Utterance(replace(self._rules, lead_silence_ms=lead_ms), self._preroll_ms)
        for heard in before:
            self.hear(heard)

    def hear(self, heard: VadChunk) -> None:
        """Take the next chunk."""
        self._forget_wake_phrase()
        for mark in self._utterance.push(heard):
            self._follow(mark)

    def cancel(self, error: JarvisError | None = None) -> None:
        """End without a transcript, because that is wanted or for ``error``."""
        self._drop_early()
        if self._final is not None:
            self._final.cancel()
        self._tell_end(error, "cancelled")

    def _follow(self, mark: EndpointEvent) -> None:
        if mark is EndpointEvent.STARTED and not self._has_begun:
            self._has_begun = True
            self._tools.emit(SpeechStarted(self.turn_id, self._utterance.began_us))
        elif mark is EndpointEvent.PAUSED:
            piece = self._piece(self._utterance)
            self._early = self._tools.tasks.start("stt-early", self._decode_early(piece))
            self._judging = self._tools.tasks.start("turn-end", self._judge(piece.pcm))
        elif mark is EndpointEvent.RESUMED:
            self._drop_early()
            if self._is_told:
                self._tell("", 0.0)
        elif mark is EndpointEvent.ENDED:
            self._end()
        elif mark is EndpointEvent.LIMIT:
            self._end_at_limit()
        elif mark is EndpointEvent.NO_SPEECH:
            self._give_up()

    def _forget_wake_phrase(self) -> None:
        """When a pause followed nothing but the wake word, the request is still to come."""
        if self._early is None or not self._early.done() or self._early.cancelled():
            return
        result = self._early.result()
        if isinstance(result, Transcription) and not self._tools.wake_phrase.request_in(result.text):
            self._drop_early()
            self._utterance.forget()

    def _end_at_limit(self) -> None:
        """The speaker goes on: what was heard is a part of a request, and the rest may turn it round."""
        self._tell_segment(EndReason.LIMIT)
        self._drop_early()
        limit_s = self._rules.max_ms / 1000
        text = f"the request was longer than endpoint.max_utterance_s, {limit_s:g} s"
        self._give_up(RequestError(text, code=ErrorCode.REQUEST_TOO_LONG))

    def _tell_segment(self, reason: EndReason) -> None:
        utterance = self._utterance
        self._steps.speech_ended()
        length_ms = round(utterance.sound_ms)
        self._tools.emit(
            SpeechSegment(self.turn_id, utterance.ended_us, length_ms, utterance.speech_ms, str(reason))
        )

    async def _judge(self, sound: bytes) -> None:
        """Ask the turn model about the pause that lasts."""
        self._likelihood = await self._tools.judge.likelihood(sound)
        self._weigh()

    def _weigh(self) -> None:
        """Wait as long as what is known of the pause that lasts makes wise."""
        found = patience(self._turn_rules, self._likelihood, self._wholeness)
        self._reason = found.reason
        if self._utterance.wait(found.silence_ms) is EndpointEvent.ENDED:
            self._end()

    def _end(self) -> None:
        utterance = self._utterance
        self._tell_segment(self._reason)
        early, self._early = self._early, None
        self._drop_judging()
        self._final = self._tools.tasks.start("stt-final", self._finish(utterance, early))

    async def _finish(self, utterance: Utterance, early: asyncio.Task[Transcription | JarvisError] | None) -> None:
        result = await (early if early is not None else self._decode(self._piece(utterance)))
        self._final = None
        if isinstance(result, JarvisError):
            logger.error("stt failed turn=%s code=%s detail=%s", self.turn_id, result.code, result.message)
            self._give_up(result)
        elif text := self._tools.wake_phrase.request_in(result.text):
            self._tools.emit(self._transcribed(utterance, text, result))
            self._steps.finished()
        else:
            self._wait_on()

    def _wait_on(self) -> None:
        """Only the wake word was said: wait for the rest, unless that was long ago."""
        now_us = self._tools.clock.monotonic_us()
        lead_ms = (self._rules.lead_silence_ms or 0) - (now_us - self._wake.at_us) // 1000
        if lead_ms <= 0:
            self._give_up()
            return
        meanwhile = self._steps.nothing_said()
        # The wait goes on from now; what was heard in the meantime is behind it.
        lead_ms = max(lead_ms, LEAST_LEAD_MS) + len(meanwhile) * CHUNK_MS
        self._utterance = Utterance(replace(self._rules, lead_silence_ms=lead_ms), self._preroll_ms)
        for heard in meanwhile:
            self.hear(heard)

    def _give_up(self, error: JarvisError | None = None) -> None:
        self._tell_end(error, "silence")
        self._steps.finished()

    def _tell_end(self, error: JarvisError | None, otherwise: str) -> None:
        self._tools.emit(listening_ended(self.turn_id, self._tools.clock, error, otherwise))

    def _transcribed(self, utterance: Utterance, text: str, result: Transcription) -> Transcript:
        return Transcript(
            turn_id=self.turn_id,
            at_us=self._tools.clock.monotonic_us(),
            text=text,
            confidence=result.confidence,
            duration_s=utterance.sound_ms / 1000,
            wake_score=self._wake.score,
            stt_ms=result.took_ms,
            speech_began_us=utterance.began_us,
            speech_ended_us=utterance.ended_us,
        )

    async def _decode_early(self, piece: _Piece) -> Transcription | JarvisError:
        result = await self._decode(piece)
        # After the end of speech the transcript itself is about to come.
        if (
            self._early is not None
            and isinstance(result, Transcription)
            and (text := self._tools.wake_phrase.request_in(result.text))
        ):
            self._tell(text, result.confidence)
            self._reading = self._tools.tasks.start("turn-words", self._read(text))
        return result

    async def _read(self, text: str) -> None:
        """See what the words before the pause that lasts tell of its end."""
        self._wholeness = await self._tools.judge.wholeness(text)
        self._weigh()

    def _tell(self, text: str, confidence: float) -> None:
        self._is_told = bool(text)
        now_us = self._tools.clock.monotonic_us()
        self._tools.emit(PartialTranscript(self.turn_id, now_us, text, confidence))

    def _piece(self, utterance: Utterance) -> _Piece:
        return _Piece(utterance.sound(), utterance.began_us - self._preroll_ms * 1000, utterance.ended_us)

    async def _decode(self, piece: _Piece) -> Transcription | JarvisError:
        """What others said: the sound also holds what we said when the speaker began."""
        try:
            result = await self._tools.decoder.decode(piece.pcm, self._tools.wake_phrase.example())
        except JarvisError as error:
            return error
        text = self._tools.own_words.of_others(result.text, piece.since_us, piece.until_us)
        return replace(result, text=text)

    def _drop_early(self) -> None:
        if self._early is not None:
            self._early.cancel()
            self._early = None
        self._drop_judging()

    def _drop_judging(self) -> None:
        """What was found out of a pause says nothing of the next one."""
        for task in (self._judging, self._reading):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        self._judging = self._reading = None
        self._likelihood = self._wholeness = None
        self._reason = EndReason.SILENCE
