"""The two clocks: monotonic for deadlines and signals, wall for people and records."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """A source of time that tests can replace."""

    def monotonic_us(self) -> int:
        """CLOCK_MONOTONIC in microseconds, the clock of every D-Bus signal (A4)."""
        ...

    def now(self) -> datetime:
        """The wall clock, with the machine's time zone."""
        ...


class SystemClock:
    """The machine's clocks."""

    def monotonic_us(self) -> int:
        """CLOCK_MONOTONIC in microseconds."""
        return time.monotonic_ns() // 1000

    def now(self) -> datetime:
        """Local wall-clock time with its zone."""
        return datetime.now().astimezone()
