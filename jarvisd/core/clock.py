"""The clocks: monotonic for deadlines and signals, boot time, which goes on in sleep, wall for people and records.

Nothing that deletes or agrees may trust the wall clock: it is set by hand, by the network and by empty batteries.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

FILE_STAMP = "%Y-%m-%dT%H%M%S"
"""How the name of a file begins that belongs to a moment."""
SLEEP_US = 10_000
"""Less than this is rounding: no machine sleeps and wakes so fast."""


class Clock(Protocol):
    """A source of time that tests can replace."""

    def monotonic_us(self) -> int:
        """CLOCK_MONOTONIC in microseconds, the clock of every D-Bus signal (A4)."""
        ...

    def boot_us(self) -> int:
        """CLOCK_BOOTTIME in microseconds: the monotonic clock, but it goes on while the machine sleeps."""
        ...

    def now(self) -> datetime:
        """The wall clock, with the machine's time zone."""
        ...


class SystemClock:
    """The machine's clocks."""

    def monotonic_us(self) -> int:
        """CLOCK_MONOTONIC in microseconds."""
        return time.monotonic_ns() // 1000

    def boot_us(self) -> int:
        """CLOCK_BOOTTIME in microseconds."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000

    def now(self) -> datetime:
        """Local wall-clock time with its zone."""
        return datetime.now().astimezone()


class SleepWatch:
    """Tells whether the machine has slept since this was made.

    The difference of the two clocks that only sleep can change. The thread may lose the processor between two
    looks at them, so their order is such that this delays the finding and never makes one up.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        awake_us = clock.monotonic_us()
        self._slept_us = clock.boot_us() - awake_us

    def has_slept(self) -> bool:
        """Whether time has passed that no time-out has counted."""
        boot_us = self._clock.boot_us()
        return boot_us - self._clock.monotonic_us() - self._slept_us > SLEEP_US


def oldest_first(names: Iterable[str], now: datetime) -> list[str]:
    """Names of files that begin with :data:`FILE_STAMP`, in order.

    What claims to come from the future was written while the clock was wrong, so it goes before all others.
    """
    latest = f"{now:{FILE_STAMP}}~"
    return sorted(names, key=lambda name: (name <= latest, name))
