"""Who holds the ear for an answer, and the reply to ``ListenForAnswer``: the waiting around the answer window.

Nothing heard here is ever signalled; it leaves only as the reply to the one who asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jarvisd.audio.answers.answer_window import ANSWER_MAX_MS, AnswerReservation, Silence
from jarvisd.audio.answers.other_voices import OtherVoices
from jarvisd.audio.events import Emit
from jarvisd.audio.own_voice.own_words import OwnWords
from jarvisd.audio.ports import Transcription
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.speech.utterance import Utterance, VadChunk
from jarvisd.bus.replies import AnswerReply
from jarvisd.bus.signals.audio import AnswerWindow
from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.timeout import within

MAX_WINDOW_S = 60.0
"""As much as ``consent.window_s`` may say."""


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """How answers are heard."""

    silence_ms: int
    min_speech_ms: int
    preroll_ms: int
    reserve_s: float
    """How long a reservation lasts that nobody releases."""


class _Wait:
    """One call of ``listen``: what the window delivers, and whether the wait was ended from outside."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[Utterance | Silence | None] = asyncio.Queue()
        self.is_ended = False
        self.error: JarvisError | None = None

    def end(self, error: JarvisError | None) -> None:
        self.is_ended, self.error = True, error
        self.inbox.put_nowait(None)


@dataclass(frozen=True, slots=True)
class AnswerServices:
    """What an answer session works with."""

    decoder: TranscriptionWorker
    clock: Clock
    emit: Emit
    voices: OtherVoices
    own_words: OwnWords
    example: str
    """What answers sound like."""


class AnswerSession:
    """At most one reservation at a time. ``on_free`` hears when it ends."""

    def __init__(
        self,
        rules: AnswerRules,
        services: AnswerServices,
        on_free: Callable[[], None],
    ) -> None:
        self._rules = rules
        self._decoder = services.decoder
        self._clock = services.clock
        self._emit = services.emit
        self._voices = services.voices
        self._own_words = services.own_words
        self._example = services.example
        self._on_free = on_free
        self._window: AnswerReservation | None = None
        self._wait: _Wait | None = None
        self._expiry: asyncio.TimerHandle | None = None

    def reconfigure(self, rules: AnswerRules) -> None:
        """Other rules from the next question on."""
        self._rules = rules

    @property
    def is_reserved(self) -> bool:
        """Whether a question holds the ear."""
        return self._window is not None

    def require_free_for(self, request_id: str) -> None:
        """Raise BUSY if another question holds the ear."""
        if self._window is not None and self._window.request_id != request_id:
            raise RequestError(f"the ear is held by question {self._window.request_id}", code=ErrorCode.BUSY)

    def reserve(self, request_id: str) -> None:
        """Hold the ear for a question; again for the same one only lengthens the reservation."""
        self.require_free_for(request_id)
        if self._window is None:
            rules = self._rules
            self._window = AnswerReservation(
                request_id,
                silence_ms=rules.silence_ms,
                min_speech_ms=rules.min_speech_ms,
                preroll_ms=rules.preroll_ms,
            )
            self._voices.hold()
        self._expire_in(request_id, self._rules.reserve_s)

    async def listen(self, request_id: str, window_s: float) -> AnswerReply:
        """Open the window of a reservation and wait for what comes of it."""
        window = self._window
        if window is None or window.request_id != request_id:
            raise RequestError(f"question {request_id} does not hold the ear")
        patience_s = window_s + ANSWER_MAX_MS / 1000 + self._decoder.limit_s
        self._expire_in(request_id, patience_s + self._rules.reserve_s)
        window.open(self._clock.monotonic_us(), round(window_s * 1e6))
        self._emit(AnswerWindow(request_id, self._clock.monotonic_us(), is_open=True))
        wait = self._wait = _Wait()
        try:
            return await within(self._first_words(wait), patience_s)
        except asyncio.TimeoutError as error:
            raise Unavailable("the microphone stalled", code=ErrorCode.MICROPHONE_GONE) from error
        finally:
            self._wait = None
            window.close()
            self._emit(AnswerWindow(request_id, self._clock.monotonic_us(), is_open=False))

    def hear(self, heard: VadChunk) -> None:
        """Take the next chunk while reserved."""
        if self._window is None:
            return
        result = self._window.push(heard)
        if result is not None and self._wait is not None:
            self._wait.inbox.put_nowait(result)
            if isinstance(result, Silence):
                self._window.close()

    def end_wait(self, error: JarvisError | None = None) -> None:
        """End a wait for an answer: as "cancelled", or with ``error``."""
        if self._wait is not None:
            self._wait.end(error)

    def release(self, request_id: str = "") -> None:
        """End the reservation, whoever holds it if no ``request_id`` is given; otherwise only that one's."""
        if self._window is None or request_id not in ("", self._window.request_id):
            return
        self.end_wait()
        self._window = None
        self._voices.release()
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        self._on_free()

    async def _first_words(self, wait: _Wait) -> AnswerReply:
        while True:
            item = await wait.inbox.get()
            readings = await self._read(item.sound()) if isinstance(item, Utterance) else None
            # Also while decoding: a cancelled question has no answer, whatever was said.
            if wait.is_ended:
                if wait.error is not None:
                    raise wait.error
                return AnswerReply("cancelled", live=True)
            if isinstance(item, Silence):
                return AnswerReply("silence", live=True)
            if isinstance(item, Utterance) and readings is not None:
                if readings[0].text and self._is_others(item, readings):
                    return self._answered(item, *readings)
                # A cough has no words, and our own are no answer: that may still come.
                self._voices.forget(item.began_us, item.ended_us)

    def _is_others(self, item: Utterance, readings: Sequence[Transcription]) -> bool:
        """Whether no word of it is an echo of the question: what is mixed with one is not surely an answer."""
        return all(self._own_words.is_others(it.text, item.began_us, item.ended_us) for it in readings)

    async def _read(self, sound: bytes) -> tuple[Transcription, Transcription]:
        """The words of an answer, and once more with an example: short words are easily taken for each other.

        The second reading alone would make up an answer from noise.
        """
        said = await self._decoder.decode(sound)
        return said, await self._decoder.decode(sound, self._example) if said.text else said

    def _answered(self, item: Utterance, said: Transcription, again: Transcription) -> AnswerReply:
        self._voices.forget(item.began_us, item.ended_us)
        # Also what was heard while the words were sought: who goes on speaking has not just answered.
        is_disturbed = self._voices.are_heard
        self._voices.addressed(item.began_us, item.ended_us)
        return AnswerReply(
            "speech",
            said.text,
            said.confidence,
            again.text,
            again.confidence,
            item.began_us,
            item.ended_us,
            live=True,
            quiet_before=not is_disturbed,
        )

    def _expire_in(self, request_id: str, delay_s: float) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        self._expiry = asyncio.get_running_loop().call_later(delay_s, self.release, request_id)
