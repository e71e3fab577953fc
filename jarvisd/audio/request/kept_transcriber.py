"""The transcriber as a part of the ear: loaded in its lane, and loaded again when its process has ended.

What it was asked then fails with TRANSCRIBER_GONE, which the user is told. One that dies again and again is
started ever more seldom. Where it has two models, the smaller one stands in while the better one is too slow (B7).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from jarvisd.audio.ports import Transcriber, TwoModels
from jarvisd.audio.request.model_choice import ModelChoice
from jarvisd.audio.request.transcription import attend, release
from jarvisd.core.backoff import Backoff
from jarvisd.core.clock import Clock
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.core.timeout import within
from jarvisd.runtime.component import Component
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

PART = "stt"
RETRY_FIRST_S = 0.5
RETRY_LIMIT_S = 60.0
"""Chosen: a model that is fetched meanwhile is used within a minute."""
STEADY_S = 60.0
"""Chosen: a process that has lived so long had no fault that comes with its start."""
LOOK_EVERY_S = 5.0
"""Chosen: so soon after slow transcriptions the other model is taken."""
LOST = frozenset({ErrorCode.TRANSCRIBER_GONE, ErrorCode.TIMEOUT})
"""What a process does not outlive."""


class RestartPace:
    """How long to wait before a process is started again. Pure; time is passed in."""

    def __init__(self) -> None:
        self._deaths = Backoff(RETRY_FIRST_S, RETRY_LIMIT_S)
        self.pause_s = 0.0
        """Before the next start."""

    def died(self, lived_s: float) -> None:
        """It ended by itself, so long after it was ready."""
        if lived_s >= STEADY_S:
            self._deaths.succeeded()
        self.pause_s = self._deaths.failed()


class KeptTranscriber:
    """``component`` is the part. With a transcriber of two models it uses the smaller one while
    :class:`~jarvisd.audio.request.model_choice.ModelChoice` wants that; its part is then degraded and says why.
    ``available_memory`` gives a share of the machine's.
    """

    def __init__(
        self,
        make: Callable[[], Transcriber],
        workers: Workers,
        parts: Parts,
        clock: Clock,
        available_memory: Callable[[], float] = lambda: 1.0,
    ) -> None:
        self._workers = workers
        self._clock = clock
        self._available_memory = available_memory
        self._choice = ModelChoice()
        self._pace = RestartPace()
        self.component = Component(
            PART,
            make,
            parts,
            open_=self._open,
            close=self._close,
            attend=self._attend,
            problem=lambda transcriber: self._problem,
            backoff=Backoff(RETRY_FIRST_S, RETRY_LIMIT_S),
        )

    def decoded(self, sound_s: float, took_s: float) -> None:
        """It has worked on ``sound_s`` of sound for ``took_s``."""
        self._choice.decoded(sound_s, took_s, self._clock.monotonic_us())

    @property
    def _problem(self) -> JarvisError | None:
        if not self._choice.is_small:
            return None
        text = f"the smaller model transcribes: {self._choice.reason}"
        return Unavailable(text, code=ErrorCode.TRANSCRIBER_SLOW)

    async def _open(self, transcriber: Transcriber) -> None:
        await asyncio.sleep(self._pace.pause_s)
        self._pace.pause_s = 0.0
        try:
            if isinstance(transcriber, TwoModels) and self._choice.is_small:
                await self._workers.run(PART, transcriber.use_small, self._choice.is_small)
            await self._workers.run(PART, transcriber.load)
        except JarvisError:
            if self._choice.is_small:
                # The next try is for the better one.
                self._choice.refused(self._clock.monotonic_us())
            raise

    async def _close(self, transcriber: Transcriber) -> None:
        release(transcriber)

    async def _attend(self, transcriber: Transcriber) -> None:
        began_us = self._clock.monotonic_us()
        try:
            while True:
                with suppress(asyncio.TimeoutError):
                    await within(attend(transcriber), LOOK_EVERY_S)
                await self._choose(transcriber)
        except EngineError:
            self._pace.died((self._clock.monotonic_us() - began_us) / 1e6)
            raise

    async def _choose(self, transcriber: Transcriber) -> None:
        if not (isinstance(transcriber, TwoModels) and transcriber.has_small_model):
            return
        now_us = self._clock.monotonic_us()
        self._choice.memory(self._available_memory())
        if not self._choice.judge(now_us):
            return
        try:
            # In the lane, and so between two transcriptions.
            await self._workers.run(PART, transcriber.use_small, self._choice.is_small)
        except JarvisError as error:
            self._choice.refused(now_us)
            logger.warning("the model stays code=%s detail=%s", error.code, error.message)
            if error.code in LOST:
                raise
        else:
            logger.warning("model engine=%s reason=%s", transcriber.engine, self._choice.reason or "quick enough")
            self.component.works()
