"""The sound of near-misses, kept only where somebody wants that, and no longer than they want."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from jarvisd.audio.ports import NearMissStore
from jarvisd.audio.wake.wake_verification import NearMiss
from jarvisd.core.clock import Clock
from jarvisd.core.errors import JarvisError
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

PRUNE_EVERY_S = 900.0
"""Chosen: sound outlives its time by a quarter of an hour at most."""


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """Whether sound is kept, for how long, and how much at most."""

    is_kept: bool
    length_s: float
    most_bytes: int


class NearMissLog:
    """``rules`` gives those that hold now. What was kept before it was switched off goes when its time is over."""

    def __init__(
        self, store: NearMissStore, rules: Callable[[], RetentionRules], tasks: Tasks, clock: Clock
    ) -> None:
        self._store = store
        self._rules = rules
        self._tasks = tasks
        self._clock = clock
        self._wiped_us = 0

    def take(self, case: NearMiss) -> asyncio.Task[None] | None:
        """Keep it, if that is wanted, behind the back of whoever tells; the task that does."""
        return self._tasks.start("near-miss", self._keep(case)) if self._rules().is_kept else None

    async def run(self) -> None:
        """Remove what is too old or too much, again and again."""
        while True:
            await self._prune()
            await asyncio.sleep(PRUNE_EVERY_S)

    async def wipe(self) -> int:
        """Remove everything; how many pieces that were. What is in doubt now is not kept later."""
        self._wiped_us = self._clock.monotonic_us()
        return await self._store.wipe()

    async def _keep(self, case: NearMiss) -> None:
        if case.found.at_us <= self._wiped_us:
            return
        name = f"{self._clock.now():%Y-%m-%dT%H%M%S.%f}-{case.found.score:.3f}"
        try:
            await self._store.keep(name, case.pcm)
        except JarvisError as error:
            logger.warning("near-miss not kept code=%s detail=%s", error.code, error.message)
        await self._prune()

    async def _prune(self) -> None:
        rules = self._rules()
        try:
            await self._store.prune(self._clock.now().timestamp() - rules.length_s, rules.most_bytes)
        except JarvisError as error:
            logger.warning("near-misses not removed code=%s detail=%s", error.code, error.message)
