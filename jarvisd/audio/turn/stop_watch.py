"""Listening for "stop" without the wake word, while the suite speaks or works on a request.

Only what is said in one short breath is transcribed, and what it was is forgotten at once unless it is one of the
closed list of words that stop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from jarvisd.audio.events import Emit
from jarvisd.audio.own_voice.own_words import OwnWords
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.speech.endpoint import EndpointEvent, EndpointRules
from jarvisd.audio.speech.utterance import Utterance, VadChunk
from jarvisd.bus.signals.audio import StopHeard
from jarvisd.core.clock import Clock
from jarvisd.core.errors import JarvisError
from jarvisd.lang.pack import StopWords
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

RULES = EndpointRules(silence_ms=240, min_speech_ms=140, max_ms=1600)
"""Chosen: "wait a minute" takes 0.9 s; whoever speaks for longer says something else."""
PREROLL_MS = 200
"""Chosen: the first sound of "stop" is not voiced."""


class StopWatch:
    """``hear`` takes chunks while nobody else has the ear; ``is_wanted`` tells whether there is what to stop.

    ``was_own`` is called when words turn out to have been our own.
    """

    def __init__(
        self,
        decoder: TranscriptionWorker,
        own_words: OwnWords,
        stop_words: StopWords,
        *,
        is_wanted: Callable[[], bool],
        was_own: Callable[[], None],
        tasks: Tasks,
        clock: Clock,
        emit: Emit,
    ) -> None:
        self._decoder = decoder
        self._own_words = own_words
        self._stop_words = stop_words
        self._is_wanted = is_wanted
        self._was_own = was_own
        self._tasks = tasks
        self._clock = clock
        self._emit = emit
        self._utterance: Utterance | None = None
        self._reading: asyncio.Task[None] | None = None

    def hear(self, heard: VadChunk) -> None:
        """Take the next chunk."""
        if not self._is_wanted():
            self._utterance = None
            return
        if self._utterance is None:
            self._utterance = Utterance(RULES, PREROLL_MS)
        for mark in self._utterance.push(heard):
            if mark is EndpointEvent.ENDED and (self._reading is None or self._reading.done()):
                self._reading = self._tasks.start(
                    "stop-watch", self._read(self._utterance, self._utterance.sound())
                )
            if mark in (EndpointEvent.ENDED, EndpointEvent.LIMIT):
                self._utterance = None
                return

    def rest(self) -> None:
        """Somebody else has the ear: what is said now goes to them."""
        self._utterance = None
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    async def _read(self, utterance: Utterance, pcm: bytes) -> None:
        try:
            # Measured on 18 calls of flite's voices: with the example 18 are heard in quiet, 14 at 20 dB and 6 at
            # 10 dB of noise; without it 15, 9 and 3. In 518 s of other people's speech none was, either way.
            said = await self._decoder.decode(pcm, self._stop_words.example())
        except JarvisError as error:
            logger.info("nothing read for a stop code=%s", error.code)
            return
        text = self._own_words.of_others(said.text, utterance.began_us, utterance.ended_us)
        if said.text and not text:
            self._was_own()
        if self._is_wanted() and self._stop_words.is_stop(text):
            word = text.strip(" .,!?").lower()
            self._emit(StopHeard(self._clock.monotonic_us(), utterance.ended_us, word))
