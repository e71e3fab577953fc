"""The voice itself: takes utterances from the queue, has them synthesised, plays them, and can be stopped.

Every utterance that is accepted is announced as finished exactly once, however it ends. One that gives way to
something more urgent goes on after it, and is announced as started once more.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from functools import partial

from jarvisd.bus.signals.tts import ClauseStarted, SpeakingFinished, SpeakingStarted
from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, InternalError, JarvisError, RequestError
from jarvisd.core.pcm import duration_ms
from jarvisd.lang.pack import SpeechRules
from jarvisd.runtime.tasks import Tasks
from jarvisd.tts.events import Emit
from jarvisd.tts.pcm import without_tail
from jarvisd.tts.playback import REST_MS, Playback
from jarvisd.tts.ports import Speech
from jarvisd.tts.queue import Chunk, Priority, QueuedSpeech, SpeechQueue
from jarvisd.tts.synthesis import Synthesis
from jarvisd.tts.utterance import Progress, engine_chunks, heard_chars
from jarvisd.tts.volume import Volume

logger = logging.getLogger(__name__)

CUT_US = 600_000_000
"""Chosen: after ten minutes nobody remembers what a reply was about."""
WAITING_UTTERANCES = 32
"""Chosen: beyond it whoever speaks is told that the voice is busy."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """Something that was queued, for who waits for its end."""

    id: str
    ended: asyncio.Future[int]
    """When its last sample had been played (microseconds), or the JarvisError that kept it from that."""


_Outcome = int | QueuedSpeech | JarvisError
"""How an utterance ended: when its last sample had been played, what is left of it for later, or what went wrong.
"""


@dataclass
class _Playing:
    """The utterance in progress, and how it stands."""

    utterance: QueuedSpeech
    task: asyncio.Task[_Outcome] | None = None
    rate_hz: int = 0
    """Of the sound that the speaker is open for; 0 before the first."""
    openings: int = 1
    is_ending: bool = False
    """Its last chunk is being played, so the synthesizer is free for the next utterance."""
    is_broken_off: bool = False
    broken_off: ErrorCode = ErrorCode.CANCELLED
    progress: Progress = field(default_factory=Progress)
    rest: tuple[Chunk, ...] = ()
    """From the clause on that is being spoken."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def has_sound(self) -> bool:
        """Whether it has been heard."""
        return self.rate_hz > 0

    def break_off(self, code: ErrorCode) -> None:
        """Hand nothing more to the speaker."""
        self.is_broken_off, self.broken_off = True, code
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
        self._cut: list[QueuedSpeech] = []
        """What of the last reply that was broken off nobody has heard."""
        self._cut_us = 0
        self._arrived = asyncio.Event()
        self._count = 0

    @property
    def is_speaking(self) -> bool:
        """Whether an utterance is being heard."""
        return self._playing is not None and self._playing.has_sound

    @property
    def is_sign(self) -> bool:
        """Whether what is being heard is no speech but a sign."""
        return self._playing is not None and self._playing.utterance.priority is Priority.SIGN

    @property
    def is_busy(self) -> bool:
        """Whether anything is spoken or waits to be, or a question has the voice."""
        return self._playing is not None or not self._queue.is_free

    def reconfigure(self, hold_limit_s: float) -> None:
        """Another limit from the next hold on."""
        self._hold_limit_s = hold_limit_s

    async def say(self, text: str, turn_id: str, priority: Priority = Priority.REPLY) -> str:
        """Queue ``text`` and return the utterance's id.

        Raises INVALID_REQUEST (too long), BUSY (too much waits) or why the voice cannot speak at all.
        """
        utterance = self._utterance(engine_chunks(text, self._language), turn_id)
        utterance = replace(utterance, priority=priority, text=text)
        if utterance.chunks:
            await self._need_parts()
        self._add(utterance)
        return utterance.id

    async def sound(self, chunks: tuple[Chunk, ...], priority: Priority) -> Sounding:
        """Queue sound or clauses. Raises like :meth:`say`."""
        utterance = replace(self._utterance(chunks), priority=priority)
        await self._playback.part.need()
        self._add(utterance)
        return Sounding(utterance.id, self._ended(utterance))

    async def question(self, request_id: str, text: str, closing: tuple[Chunk, ...] = ()) -> int:
        """Take the voice for ``request_id``, speak ``text``, and return when its last sample had been played.

        ``closing`` sounds at its end.

        The request holds the voice until :meth:`release`, at most for the limit. Raises like :meth:`say`; BUSY
        when another request holds it, CANCELLED or TIMEOUT when the question was broken off.
        """
        words = engine_chunks(text, self._language)
        if not words or not request_id:
            raise RequestError("a question needs words and a request id")
        utterance = self._utterance((*words, *closing), request_id=request_id)
        await self._need_parts()
        self._queue.ask(utterance)
        if self._hold_timer is None:
            loop = asyncio.get_running_loop()
            self._hold_timer = loop.call_later(self._hold_limit_s, self._end_hold, request_id, ErrorCode.TIMEOUT)
        if self._playing is not None and not self._queue.may_speak(self._playing.utterance):
            self._playing.break_off(ErrorCode.CANCELLED)
        self._arrived.set()
        return await self._ended(utterance)

    async def release(self, request_id: str) -> None:
        """End the hold of ``request_id``, if it has it, and what it still asks; waiting utterances are spoken."""
        if self._queue.holder == request_id:
            self._end_hold(request_id, ErrorCode.CANCELLED)

    def asker_gone(self) -> None:
        """Whoever asks questions has left: nobody has the voice to itself any longer."""
        if self._queue.holder:
            self._end_hold(self._queue.holder, ErrorCode.CANCELLED)

    async def stop(self, upto: Priority = Priority.ALERT) -> None:
        """Drop everything no more urgent than ``upto``, questions included, and return when that is silent.

        A hold stays.
        """
        dropped = self._queue.clear(upto)
        for utterance in dropped:
            self._finish(utterance, _broken_off(ErrorCode.CANCELLED))
        self._note_cut(dropped)
        if self._playing is not None and self._playing.utterance.priority <= upto:
            await self.skip()

    async def go_on(self) -> str:
        """Speak what nobody heard of the reply that was broken off last, from its clause on; the utterance's id.

        Raises NOT_FOUND where there is none, and like :meth:`say`.
        """
        cut, self._cut = self._cut, []
        if not cut or self._clock.monotonic_us() - self._cut_us > CUT_US:
            raise RequestError("no reply was broken off", code=ErrorCode.NOT_FOUND)
        await self._need_parts()
        utterance = self._utterance(tuple(chunk for each in cut for chunk in each.chunks), cut[0].turn_id)
        utterance = replace(utterance, text=" ".join(each.text for each in cut), spoken=cut[0].spoken)
        self._add(utterance)
        return utterance.id

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
        playing = self._playing = _Playing(utterance, progress=Progress(utterance.spoken))
        playing.task = self._tasks.start("utterance", self._play(playing))
        outcome: _Outcome = _broken_off(ErrorCode.CANCELLED)
        try:
            await asyncio.wait([playing.task])
            outcome = _outcome(playing.task, playing.broken_off)
            if isinstance(outcome, QueuedSpeech) and playing.is_broken_off:
                # It was told to end just after it had given way.
                outcome = _broken_off(playing.broken_off)
            if isinstance(outcome, JarvisError):
                await self._playback.stop()
        finally:
            self._playing = None
            if isinstance(outcome, QueuedSpeech):
                self._queue.put_back(outcome)
            else:
                letters = playing.progress.letters_at(self._clock.monotonic_us())
                self._finish(replace(utterance, spoken=letters), outcome)
            playing.ended.set()

    def _note_cut(self, dropped: list[QueuedSpeech]) -> None:
        """Remember what is not heard of a reply: of the one that sounds, and what waits of its turn."""
        playing = self._playing
        sounding: list[QueuedSpeech] = []
        if playing is not None and playing.rest:
            sounding = [replace(playing.utterance, chunks=playing.rest, spoken=playing.progress.letters)]
        cut = [each for each in (*sounding, *dropped) if each.priority is Priority.REPLY and not each.request_id]
        cut = [each for each in cut if each.chunks and each.turn_id == cut[0].turn_id]
        if cut:
            self._cut, self._cut_us = cut, self._clock.monotonic_us()

    async def _next(self) -> QueuedSpeech:
        while True:
            utterance = self._queue.next()
            if utterance is not None:
                return utterance
            self._arrived.clear()
            await self._arrived.wait()

    async def _play(self, playing: _Playing) -> _Outcome:
        try:
            rest = await self._speak(playing) if playing.utterance.chunks else ()
        except JarvisError as error:
            return error
        if not rest or playing.utterance.priority is Priority.SIGN:
            return self._clock.monotonic_us()
        utterance, spoken = playing.utterance, playing.progress.letters
        return replace(utterance, chunks=rest, part=utterance.part + 1, spoken=spoken)

    async def _speak(self, playing: _Playing) -> tuple[Chunk, ...]:
        """Speak the utterance, and return what is left of it where it has given way."""
        utterance = playing.utterance
        coming, rest = self._synthesis.begin_first(utterance), utterance.chunks
        while rest:
            playing.rest = rest
            speech, chunk = await self._synthesis.result(coming), rest[0]
            speech = replace(speech, text=chunk if isinstance(chunk, str) else chunk.text)
            if rest[1:]:
                coming = self._synthesis.begin(rest[1])
            else:
                speech = _ending(speech) if isinstance(chunk, str) else speech
                playing.is_ending = True
                self._prepare_next()
            is_whole = await self._put_out(playing, speech)
            if is_whole:
                playing.progress.ends()
            rest = rest[1:] if is_whole else (speech, *rest[1:])
            if self._queue.gives_way(utterance):
                break
        if playing.has_sound:
            await self._playback.finish()
        return rest

    async def _put_out(self, playing: _Playing, speech: Speech) -> bool:
        """Whether all of ``speech`` was put out."""
        if not speech.pcm:
            return True
        utterance = playing.utterance
        if speech.rate_hz != playing.rate_hz:
            await self._open(playing, speech.rate_hz)
        if speech.text:
            self._emit(clause := self._clause(utterance, speech))
            playing.progress.begins(clause.text, clause.at_us, clause.length_ms)
        gain = partial(self._volume.gain, utterance.priority, is_question=bool(utterance.request_id))
        rest_ms = 0 if utterance.priority is Priority.SIGN else REST_MS
        return await self._playback.play(speech, gain, partial(self._queue.gives_way, utterance), rest_ms)

    def _clause(self, utterance: QueuedSpeech, speech: Speech) -> ClauseStarted:
        now_us, length_ms = self._clock.monotonic_us(), round(duration_ms(speech.pcm, speech.rate_hz))
        return ClauseStarted(utterance.turn_id, now_us, utterance.id, speech.text, length_ms)

    async def _open(self, playing: _Playing, rate_hz: int) -> None:
        """Have the speaker take sound of this rate: tones and a voice need not be alike."""
        utterance, is_first = playing.utterance, not playing.has_sound
        if is_first:
            await self._playback.begin(utterance.sound_name, rate_hz)
            # Whoever hears of it asks whether something sounds.
            playing.rate_hz = rate_hz
            self._emit(SpeakingStarted(utterance.turn_id, self._clock.monotonic_us(), utterance.id))
        else:
            await self._playback.finish()
            playing.openings += 1
            await self._playback.begin(f"{utterance.sound_name}-{playing.openings}", rate_hz)
            playing.rate_hz = rate_hz

    def _prepare_next(self) -> None:
        if self._queue.first is not None:
            self._synthesis.prepare(self._queue.first)

    def _add(self, utterance: QueuedSpeech) -> None:
        self._queue.add(utterance)
        self._arrived.set()
        if self._playing is not None and self._playing.is_ending:
            self._prepare_next()

    def _ended(self, utterance: QueuedSpeech) -> asyncio.Future[int]:
        """When the last sample of an utterance will have been played, or why it was not."""
        asker: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._askers[utterance.id] = asker
        return asker

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
        heard = len(utterance.text) if completed else heard_chars(utterance.text, utterance.spoken, self._language)
        self._emit(SpeakingFinished(utterance.turn_id, at_us, utterance.id, completed, heard))

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

    def _utterance(self, chunks: tuple[Chunk, ...], turn_id: str = "", request_id: str = "") -> QueuedSpeech:
        self._count += 1
        return QueuedSpeech(f"u{self._clock.monotonic_us()}-{self._count}", turn_id, chunks, request_id)


def _ending(speech: Speech) -> Speech:
    """The sound of the last clause."""
    return replace(speech, pcm=without_tail(speech.pcm, speech.rate_hz))


def _broken_off(code: ErrorCode) -> JarvisError:
    reason = "the hold has lasted too long" if code is ErrorCode.TIMEOUT else "the utterance was broken off"
    return RequestError(reason, code=code)


def _outcome(task: asyncio.Task[_Outcome], broken_off: ErrorCode) -> _Outcome:
    if task.cancelled():
        return _broken_off(broken_off)
    if task.exception() is not None:
        return InternalError("speaking failed")
    return task.result()
