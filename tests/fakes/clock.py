"""Clocks under a test's control."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

TURNS = 50
"""So often the loop goes round after its time was moved on: more than any deadline needs to be acted on."""


class ScriptedClock:
    """Moves only when it is told to. ``sleep`` is what a suspended machine does, ``set`` what NTP does."""

    def __init__(self, start: datetime | None = None) -> None:
        self.wall = start or datetime(2026, 11, 22, 16, 5, tzinfo=timezone(timedelta(hours=1)))
        self.us = 1_000_000
        self.slept_us = 0

    def monotonic_us(self) -> int:
        return self.us

    def boot_us(self) -> int:
        return self.us + self.slept_us

    def now(self) -> datetime:
        return self.wall

    def advance(self, seconds: float) -> None:
        self.us += round(seconds * 1e6)
        self.wall += timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        self.slept_us += round(seconds * 1e6)
        self.wall += timedelta(seconds=seconds)

    def set(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)


class SteadyClock:
    """A clock that moves one millisecond at every look."""

    def __init__(self) -> None:
        self._us = 0

    def monotonic_us(self) -> int:
        """Microseconds, 1000 more than at the last look."""
        self._us += 1000
        return self._us

    def boot_us(self) -> int:
        """A machine that never sleeps."""
        return self.monotonic_us()

    def now(self) -> datetime:
        """A fixed morning."""
        return datetime(2026, 3, 4, 9, 30, tzinfo=timezone.utc)


class MovedByHand:
    """Microseconds that a test sets."""

    def __init__(self) -> None:
        self.now_us = 0

    def __call__(self) -> int:
        return self.now_us


class LoopTime:
    """The time of the running event loop, by which deadlines pass; it runs on, and a test can move it further."""

    def __init__(self) -> None:
        self._ahead_s = 0.0
        loop = asyncio.get_running_loop()
        own_s = loop.time
        loop.time = lambda: own_s() + self._ahead_s  # type: ignore[method-assign] # nothing else moves a deadline

    async def advance(self, seconds: float) -> None:
        """Let so much time pass at once, and whoever waited for it act."""
        self._ahead_s += seconds
        for _ in range(TURNS):
            await asyncio.sleep(0)
