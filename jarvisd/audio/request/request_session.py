"""One spoken request, from the wake word to its transcript, transcribed before the end of speech (decision 7).

A pause starts a transcription at once, and its words are told while the pause lasts. If the speaker goes on it is
dropped; if the pause becomes the end of speech its result is the transcript. It takes effect only then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jarvisd.audio.events import Emit
from jarvisd.audio.ports import Transcription
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.speech.endpoint import EndpointEvent, EndpointRules
from jarvisd.audio.speech.utterance import Utterance, VadChunk
from jarvisd.audio.wake.wake_detection import Detection
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
from jarvisd.lang.pack import WakePhrase
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

LEAST_LEAD_MS = 1000
"""Shortest further wait for speech after what was heard turned out to be only the wake word."""


@dataclass(frozen=True, slots=True)
class RequestServices:
    """What a request session works with."""

    decoder: TranscriptionWorker
    tasks: Tasks
    clock: Clock
    emit: Emit
    wake_phrase: WakePhrase


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


class RequestSession:
    """Collects, transcribes and reports one turn. ``hear`` takes chunks while the ear is listening."""

    def __init__(
        self, turn_id: str, wake: Detection, rules: EndpointRules, preroll_ms: int, tools: RequestServices
    ) -> None:
        self.turn_id = turn_id
        self._wake = wake
        self._rules = rules
        self._preroll_ms = preroll_ms
        self._tools = tools
        self._has_begun = False
        self._early: asyncio.Task[Transcription | JarvisError] | None = None
        self._is_told = False
        """Whether the words before the pause that lasts were told."""
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
            self._early = self._tools.tasks.start("stt-early", self._decode_early(self._utterance.sound()))
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
            self._early = None
            self._utterance.forget()

    def _end_at_limit(self) -> None:
        """The speaker goes on: what was heard is a part of a request, and the rest may turn it round."""
        self._tell_segment("limit")
        self._drop_early()
        limit_s = self._rules.max_ms / 1000
        text = f"the request was longer than endpoint.max_utterance_s, {limit_s:g} s"
        self._give_up(RequestError(text, code=ErrorCode.REQUEST_TOO_LONG))

    def _tell_segment(self, reason: str) -> None:
        utterance = self._utterance
        self._steps.speech_ended()
        self._tools.emit(
            SpeechSegment(self.turn_id, utterance.ended_us, round(utterance.sound_ms), utterance.speech_ms, reason)
        )

    def _end(self) -> None:
        utterance = self._utterance
        self._tell_segment("silence")
        early, self._early = self._early, None
        self._final = self._tools.tasks.start("stt-final", self._finish(utterance, early))

    async def _finish(self, utterance: Utterance, early: asyncio.Task[Transcription | JarvisError] | None) -> None:
        result = await (early if early is not None else self._decode(utterance.sound()))
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

    async def _decode_early(self, pcm: bytes) -> Transcription | JarvisError:
        result = await self._decode(pcm)
        # After the end of speech the transcript itself is about to come.
        if (
            self._early is not None
            and isinstance(result, Transcription)
            and (text := self._tools.wake_phrase.request_in(result.text))
        ):
            self._tell(text, result.confidence)
        return result

    def _tell(self, text: str, confidence: float) -> None:
        self._is_told = bool(text)
        now_us = self._tools.clock.monotonic_us()
        self._tools.emit(PartialTranscript(self.turn_id, now_us, text, confidence))

    async def _decode(self, pcm: bytes) -> Transcription | JarvisError:
        try:
            return await self._tools.decoder.decode(pcm, self._tools.wake_phrase.example())
        except JarvisError as error:
            return error

    def _drop_early(self) -> None:
        if self._early is not None:
            self._early.cancel()
            self._early = None
