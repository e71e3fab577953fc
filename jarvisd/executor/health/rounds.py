"""The two loops that keep the health of the executor true, and prove that they do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from jarvisd.executor.health.monitor import OPEN_DEADLINE_S, HealthMonitor
from jarvisd.executor.health.recovery import Recovery
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.tasks import Tasks

WATCH_LIMIT_S = 15.0
"""As ``WatchdogSec`` (D1); it moves once a second."""
LOOK_EVERY_S = 15.0
"""Chosen: as long may a sandbox be gone before anybody runs a program."""
LOOK_LIMIT_S = OPEN_DEADLINE_S + 30.0


class HealthRounds:
    """Follows changes at once and looks around now and then; ``is_idle`` tells whether no plan is under way."""

    def __init__(
        self, monitor: HealthMonitor, recovery: Recovery, progress: HeartbeatMonitor, is_idle: Callable[[], bool]
    ) -> None:
        self._monitor = monitor
        self._recovery = recovery
        self._is_idle = is_idle
        self._watch_beat = progress.register("watch", WATCH_LIMIT_S)
        self._look_beat = progress.register("look", LOOK_LIMIT_S)
        self._loops: list[asyncio.Task[None]] = []

    def start(self, tasks: Tasks) -> None:
        """Begin both loops."""
        self._loops = [tasks.loop("watch", self._watch), tasks.loop("look", self._look)]

    async def stop(self) -> None:
        """End both: what closes afterwards must not be taken for a fault."""
        for loop in self._loops:
            loop.cancel()
            await asyncio.wait({loop})

    async def _watch(self) -> None:
        while True:
            self._watch_beat.busy()
            await self._monitor.tick()

    async def _look(self) -> None:
        while True:
            self._look_beat.busy()
            await self._monitor.look()
            if not self._recovery.is_done and self._is_idle():
                # Work that is under way is not what a crash left.
                await self._recovery.run()
            self._look_beat.idle()
            await asyncio.sleep(LOOK_EVERY_S)
