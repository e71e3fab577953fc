"""Alive means making progress: who must report, how often, and who is overdue. Pure; time is passed in.

Requirement D1: the watchdog is fed only while no registered loop is overdue.
"""

from __future__ import annotations

from collections.abc import Callable


class Beat:
    """One loop's duty to report. While idle it owes nothing; while busy it must report within its limit."""

    def __init__(self, name: str, limit_us: int, now_us: Callable[[], int]) -> None:
        self.name = name
        self._limit_us = limit_us
        self._now_us = now_us
        self._busy_limit_us = limit_us
        self._last_us: int | None = None

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

    def overdue_us(self, now_us: int) -> int:
        """How far past its limit the loop is; 0 or less when all is well."""
        return 0 if self._last_us is None else now_us - self._last_us - self._busy_limit_us


class Progress:
    """All beats of a service."""

    def __init__(self, now_us: Callable[[], int]) -> None:
        self._now_us = now_us
        self._beats: list[Beat] = []

    def register(self, name: str, limit_s: float) -> Beat:
        """A new beat, idle until its first report."""
        beat = Beat(name, round(limit_s * 1e6), self._now_us)
        self._beats.append(beat)
        return beat

    def overdue(self) -> list[str]:
        """Names of the loops that are past their limit now."""
        now_us = self._now_us()
        return [beat.name for beat in self._beats if beat.overdue_us(now_us) > 0]
