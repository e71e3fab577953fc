"""Alive means making progress: who must report, how often, and who is overdue. Pure; time is passed in.

Requirement D1: the watchdog is fed only while no registered loop is overdue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

LATE_FACTOR = 3
"""A look that comes this many times later than it should was held up itself."""


class Heartbeat:
    """One loop's duty to report. While idle it owes nothing; while busy it must report within its limit."""

    def __init__(self, name: str, limit_us: int, now_us: Callable[[], int], part: str = "") -> None:
        self.name = name
        self.part = part
        """The part of the unit that does not work while this is overdue; empty for the unit as a whole."""
        self._limit_us = limit_us
        self._now_us = now_us
        self._busy_limit_us = limit_us
        self._last_us: int | None = None
        self._under_way = 0

    def report(self) -> None:
        """Work has advanced just now, and more is due."""
        self._last_us = self._now_us()

    def busy(self, limit_s: float | None = None) -> None:
        """Work begins now and must report within ``limit_s``, or within the usual limit."""
        self._busy_limit_us = self._limit_us if limit_s is None else round(limit_s * 1e6)
        self._last_us = self._now_us()

    def idle(self) -> None:
        """There is nothing to do, so nothing is due."""
        self._last_us = None
        self._busy_limit_us = self._limit_us

    @contextmanager
    def working(self, limit_s: float | None = None) -> Iterator[None]:
        """:meth:`busy` for a block of work; idle when the last of several at once has ended, however it ended."""
        self._under_way += 1
        self.busy(limit_s)
        try:
            yield
        finally:
            self._under_way -= 1
            if self._under_way:
                self.report()
            else:
                self.idle()

    def overdue_us(self, now_us: int) -> int:
        """How far past its limit the loop is; 0 or less when all is well."""
        return 0 if self._last_us is None else now_us - self._last_us - self._busy_limit_us


class HeartbeatMonitor:
    """All beats of a service."""

    def __init__(self, now_us: Callable[[], int]) -> None:
        self._now_us = now_us
        self._beats: list[Heartbeat] = []

    def register(self, name: str, limit_s: float, part: str = "") -> Heartbeat:
        """A new beat, idle until its first report; ``part`` is shown as failed while it is overdue."""
        heartbeat = Heartbeat(name, round(limit_s * 1e6), self._now_us, part)
        self._beats.append(heartbeat)
        return heartbeat

    def late(self) -> list[Heartbeat]:
        """The loops that are past their limit now."""
        now_us = self._now_us()
        return [heartbeat for heartbeat in self._beats if heartbeat.overdue_us(now_us) > 0]


class WatchdogFeeder:
    """Decides at every look whether the watchdog may be fed. Pure; looks are due every ``tick_s``."""

    def __init__(self, progress: HeartbeatMonitor, tick_s: float, now_us: Callable[[], int]) -> None:
        self._progress = progress
        self._late_us = round(LATE_FACTOR * tick_s * 1e6)
        self._now_us = now_us
        self._looked_us = now_us()
        self._had_grace = False
        self.late: Sequence[Heartbeat] = ()
        """Who was overdue at the last look."""

    def may_feed(self) -> bool:
        """Look; True while no loop is overdue.

        After a gap in which the whole process stood still, a machine that slept or a debugger, every loop seems
        overdue. Each gets one tick to report before it is judged, but not two in a row.
        """
        now_us = self._now_us()
        was_held_up = now_us - self._looked_us > self._late_us
        self._looked_us = now_us
        self._had_grace = was_held_up and not self._had_grace
        if not self._had_grace:
            self.late = self._progress.late()
        return not self.late
