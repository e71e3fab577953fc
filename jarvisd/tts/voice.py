"""The voice itself: takes utterances from the queue, has them synthesised, plays them, and can be stopped.

Every utterance that is accepted is announced as finished exactly once, however it ends.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from functools import partial

from jarvisd.bus.signals.tts import SpeakingFinished, SpeakingStarted
from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, InternalError, JarvisError, RequestError
from jarvisd.lang.pack import SpeechRules
from jarvisd.runtime.tasks import Tasks
from jarvisd.tts.events import Emit
from jarvisd.tts.pcm import without_tail
from jarvisd.tts.playback import Playback
from jarvisd.tts.ports import Speech
from jarvisd.tts.queue import QueuedSpeech, SpeechQueue
from jarvisd.tts.synthesis import Synthesis
from jarvisd.tts.utterance import engine_chunks
from jarvisd.tts.volume import Volume

logger = logging.getLogger(__name__)

WAITING_UTTERANCES = 32
"""Chosen: beyond it whoever speaks is told that the voice is busy."""


@dataclass
class _Playing:
    """The utterance in progress, and how it stands."""

    utterance: QueuedSpeech
    task: asyncio.Task[int | JarvisError] | None = None
    has_sound: bool = False
    is_ending: bool = False
    """Its last chunk is being played, so the synthesizer is free for the next utterance."""
    broken_off: ErrorCode = ErrorCode.CANCELLED
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def break_off(self, code: ErrorCode) -> None:
        """Hand nothing more to the speaker."""
        self.broken_off = code
        if self.task is not None:
            self.task.cancel()


class Voice:
    """Speaks one utterance at a time. :meth:`speak_next` is its loop; the other methods steer it."""

    def __init__(
        self,
        synthesis: Synthesis,
        playback: Playback,
        volume: Volume,
        *,
        language: SpeechRules,
        tasks: Tasks,
        clock: Clock,
        hold_limit_s: float,
        emit: Emit,
    ) -> None:
        self._synthesis = synthesis
        self._playback = playback
        self._volume = volume
        self._language = language
        self._tasks = tasks
        self._clock = clock
        self._hold_limit_s = hold_limit_s
        self._queue = SpeechQueue(limit=WAITING_UTTERANCES)
        self._emit = emit
        self._askers: dict[str, asyncio.Future[int]] = {}
        self._hold_timer: asyncio.TimerHandle | None = None
        self._playing: _Playing | None = None
        self._arrived = asyncio.Event()
        self._count = 0

    @property
    def is_speaking(self) -> bool:
        """Whether an utterance is being heard."""
        return self._playing is not None and self._playing.has_sound

    def reconfigure(self, hold_limit_s: float) -> None:
        """Another limit from the next hold on."""
        self._hold_limit_s = hold_limit_s

    async def say(self, text: str, turn_id: str) -> str:
        """Queue ``text`` and return the utterance's id.

        Raises INVALID_REQUEST (too long), BUSY (too much waits) or why the voice cannot speak at all.
        """
        utterance = self._utterance(text, turn_id=turn_id)
        if utterance.chunks:
            await self._need_parts()
        self._queue.add(utterance)
        self._arrived.set()
        if self._playing is not None and self._playing.is_ending:
            self._prepare_next()
        return utterance.id

    async def question(self, request_id: str, text: str) -> int:
        """Take the voice for ``request_id``, speak ``text``, and return when its last sample had been played.

        The request holds the voice until :meth:`release`, at most for the limit. Raises like :meth:`say`; BUSY
        when another request holds it, CANCELLED or TIMEOUT when the question was broken off.
        """
        utterance = self._utterance(text, request_id=request_id)
        if not utterance.chunks or not request_id:
            raise RequestError("a question needs words and a request id")
        await self._need_parts()
        self._queue.ask(utterance)
        if self._hold_timer is None:
            loop = asyncio.get_running_loop()
            self._hold_timer = loop.call_later(self._hold_limit_s, self._end_hold, request_id, ErrorCode.TIMEOUT)
        asker: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._askers[utterance.id] = asker
        if self._playing is not None and not self._queue.may_speak(self._playing.utterance):
            self._playing.break_off(ErrorCode.CANCELLED)
        self._arrived.set()
        return await asker

    async def release(self, request_id: str) -> None:
        """End the hold of ``request_id``, if it has it, and what it still asks; waiting utterances are spoken."""
        if self._queue.holder == request_id:
            self._end_hold(request_id, ErrorCode.CANCELLED)

    def asker_gone(self) -> None:
        """Whoever asks questions has left: nobody has the voice to itself any longer."""
        if self._queue.holder:
            self._end_hold(self._queue.holder, ErrorCode.CANCELLED)

    async def stop(self) -> None:
        """Drop everything, questions included, and return when it is silent. A hold stays."""
        for utterance in self._queue.clear():
            self._finish(utterance, _broken_off(ErrorCode.CANCELLED))
        await self.skip()

    async def skip(self) -> None:
        """Drop the utterance in progress, if there is one, and return when it has ended."""
        playing = self._playing
        if playing is not None:
            playing.break_off(ErrorCode.CANCELLED)
            await playing.ended.wait()

    async def drop(self, name: str) -> None:
        """End one utterance, whether it sounds or waits, and return when it has ended; others go on."""
        waiting = self._queue.drop(name)
        if waiting is not None:
            self._finish(waiting, _broken_off(ErrorCode.CANCELLED))
        elif self._playing is not None and self._playing.utterance.id == name:
            await self.skip()

    async def speak_next(self) -> None:
        """Wait for the next utterance and see it through to its end."""
        utterance = await self._next()
        playing = self._playing = _Playing(utterance)
        playing.task = self._tasks.start("utterance", self._play(playing))
        outcome: int | JarvisError = _broken_off(ErrorCode.CANCELLED)
        try:
            await asyncio.wait([playing.task])
            outcome = _outcome(playing.task, playing.broken_off)
            if isinstance(outcome, JarvisError):
                await self._playback.stop()
        finally:
            self._playing = None
            self._finish(utterance, outcome)
            playing.ended.set()

    async def _next(self) -> QueuedSpeech:
        while True:
            utterance = self._queue.next()
            if utterance is not None:
                return utterance
            self._arrived.clear()
            await self._arrived.wait()

    async def _play(self, playing: _Playing) -> int | JarvisError:
        """When the last sample had been played, or what went wrong."""
        try:
            if playing.utterance.chunks:
                await self._speak(playing)
        except JarvisError as error:
            return error
        return self._clock.monotonic_us()

    async def _speak(self, playing: _Playing) -> None:
        utterance = playing.utterance
        coming = self._synthesis.begin_first(utterance)
        for following in (*utterance.chunks[1:], ""):
            speech = await self._synthesis.result(coming)
            if following:
                coming = self._synthesis.begin(following)
            else:
                speech = Speech(without_tail(speech.pcm, speech.rate_hz), speech.rate_hz)
                playing.is_ending = True
                self._prepare_next()
            await self._put_out(playing, speech)
        if playing.has_sound:
            await self._playback.finish()

    async def _put_out(self, playing: _Playing, speech: Speech) -> None:
        if not speech.pcm:
            return
        utterance = playing.utterance
        if not playing.has_sound:
            await self._playback.begin(utterance.id, speech.rate_hz)
            playing.has_sound = True
            self._emit(SpeakingStarted(utterance.turn_id, self._clock.monotonic_us(), utterance.id))
        gain = partial(self._volume.gain, is_question=bool(utterance.request_id))
        await self._playback.play(speech, gain)

    def _prepare_next(self) -> None:
        if self._queue.first is not None:
            self._synthesis.prepare(self._queue.first)

    def _finish(self, utterance: QueuedSpeech, outcome: int | JarvisError) -> None:
        completed = not isinstance(outcome, JarvisError)
        if isinstance(outcome, JarvisError) and outcome.code is not ErrorCode.CANCELLED:
            logger.warning("utterance failed id=%s code=%s detail=%s", utterance.id, outcome.code, outcome.message)
        asker = self._askers.pop(utterance.id, None)
        if asker is not None and not asker.done():
            if isinstance(outcome, JarvisError):
                asker.set_exception(outcome)
            else:
                asker.set_result(outcome)
        at_us = self._clock.monotonic_us() if isinstance(outcome, JarvisError) else outcome
        self._emit(SpeakingFinished(utterance.turn_id, at_us, utterance.id, completed))

    def _end_hold(self, request_id: str, code: ErrorCode) -> None:
        if self._hold_timer is not None:
            self._hold_timer.cancel()
            self._hold_timer = None
        if code is ErrorCode.TIMEOUT:
            logger.warning("hold ended by its limit request=%s", request_id)
        for question in self._queue.release(request_id):
            self._finish(question, _broken_off(code))
        if self._playing is not None and self._playing.utterance.request_id == request_id:
            self._playing.break_off(code)
        self._arrived.set()

    async def _need_parts(self) -> None:
        await self._playback.part.need()
        await self._synthesis.part.need()

    def _utterance(self, text: str, *, turn_id: str = "", request_id: str = "") -> QueuedSpeech:
        chunks = engine_chunks(text, self._language)
        self._count += 1
        return QueuedSpeech(f"u{self._clock.monotonic_us()}-{self._count}", turn_id, chunks, request_id)


def _broken_off(code: ErrorCode) -> JarvisError:
    reason = "the hold has lasted too long" if code is ErrorCode.TIMEOUT else "the utterance was broken off"
    return RequestError(reason, code=code)


def _outcome(task: asyncio.Task[int | JarvisError], broken_off: ErrorCode) -> int | JarvisError:
    if task.cancelled():
        return _broken_off(broken_off)
    if task.exception() is not None:
        return InternalError("speaking failed")
    return task.result()
