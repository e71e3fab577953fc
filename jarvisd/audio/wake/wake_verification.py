"""A doubtful wake word is transcribed: it counts if the words hold the name. Nothing waits for that.

Measured on 20 phrases like the wake word, in three synthetic voices, that played no role when scores and the
example were chosen: bare openWakeWord wakes for 9 of 60 from 0.3 up, with verification 2 do; of 15 calls 15 are
heard either way. With microWakeWord from 0.5 up 3 of 60 wake, and 15 of 15 calls.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from jarvisd.audio.ports import Transcription
from jarvisd.audio.wake.doubt import Detection, DoubtfulCalls
from jarvisd.core.errors import JarvisError
from jarvisd.lang.pack import WakePhrase
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

VERIFIED_MS = 1600
"""What is transcribed: twice as long as the phrase takes. What is before it is not about us."""
LIMIT_MS = 6000
"""Chosen: whoever calls again after this is not heard twice, and the sound since is still kept."""


class WordReader(Protocol):
    """What transcribes, as far as it is needed here."""

    @property
    def engine(self) -> str:
        """Name of the transcriber; empty while there is none."""
        ...

    async def decode(self, pcm: bytes, example: str = "") -> Transcription:
        """The words in ``pcm``; JarvisError when they cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A doubtful detection that did not count, and its sound. ``is_verified`` is ``None`` if nobody could tell."""

    found: Detection
    pcm: bytes


class WakeVerifier:
    """Asks about one doubtful detection at a time; of those that come meanwhile, about the last.

    ``phrases`` has what is said for each word that may be found.
    """

    def __init__(
        self,
        decoder: WordReader,
        phrases: Mapping[str, WakePhrase],
        tasks: Tasks,
        on_near_miss: Callable[[NearMiss], None],
    ) -> None:
        self._decoder = decoder
        self._phrases = phrases
        self._tasks = tasks
        self._on_near_miss = on_near_miss
        self._doubt = DoubtfulCalls()
        self._asking: asyncio.Task[None] | None = None
        self._asked: NearMiss | None = None
        self._next: NearMiss | None = None
        self._verified: Detection | None = None

    def ask(self, found: Detection, pcm: bytes) -> None:
        """Begin to find out whether ``pcm``, which ends with what was found, holds the wake word.

        Without a transcriber nobody can tell, and it does not count.
        """
        if not self._doubt.is_new(found):
            return
        case = NearMiss(found, pcm)
        if not self._decoder.engine:
            self._on_near_miss(case)
        elif self._asking is not None:
            self._next = case
        else:
            self._begin(case)

    def take(self, now_us: int) -> Detection | None:
        """The detection that has turned out to be one since the last call."""
        verified, self._verified = self._verified, None
        if verified is None and self._asked is not None and now_us - self._asked.found.at_us > LIMIT_MS * 1000:
            self._on_near_miss(self._asked)
            self.drop()
        return verified

    def drop(self) -> None:
        """Forget the question: the ear is busy with something else."""
        if self._asking is not None:
            self._asking.cancel()
        self._asking = self._asked = self._next = self._verified = None

    def _begin(self, case: NearMiss) -> None:
        self._asked = case
        self._asking = self._tasks.start("wake-verification", self._verify(case))

    async def _verify(self, case: NearMiss) -> None:
        is_verified: bool | None = None
        try:
            phrase = self._phrases[case.found.word]
            said = await self._decoder.decode(case.pcm, phrase.confusions())
            is_verified = phrase.is_in(said.text)
        except JarvisError as error:
            logger.info("wake word not verified code=%s", error.code)
        self._asking = self._asked = None
        found = replace(case.found, is_verified=is_verified)
        if is_verified:
            self._verified, self._next = found, None
            return
        self._on_near_miss(replace(case, found=found))
        case_after, self._next = self._next, None
        if case_after is not None:
            self._begin(case_after)
