"""How long the executor has been in service, as far as clocks can be believed: the measure of age of what is kept.

A wall clock is set by hand, by the network, by an empty battery. If it were the measure, one leap of ten years
would let go of everything that is kept for a month. So time is counted on the clock of the boot; while the machine
is off only the wall clock goes on, which is believed for a day at most. Wrong clocks make things stay, not go.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from jarvisd.core.clock import Clock
from jarvisd.core.errors import JarvisError
from jarvisd.core.json_types import JsonObject

logger = logging.getLogger(__name__)

OFF_LIMIT_S = 86_400.0
"""Longest time that a machine is believed to have been off."""


class Uptime(Protocol):
    """The clock of the boot."""

    def boot_id(self) -> str:
        """Which boot this is."""
        ...

    def boot_s(self) -> float:
        """CLOCK_BOOTTIME in seconds: goes on while the machine sleeps, is never set."""
        ...


class StateStore(Protocol):
    """A list that survives. Blocking. Errors: DISK_FULL, TOOL_FAILED, FORMAT_NEWER."""

    def load(self) -> list[JsonObject]:
        """What was saved last; nothing when there is nothing that can be read. What is newer is left untouched."""
        ...

    def set_aside(self, values: Sequence[JsonObject]) -> None:
        """Keep values that cannot be understood where people can look at them: the next save leaves them out."""
        ...

    def save(self, values: Sequence[JsonObject]) -> None:
        """Replace what was saved; on return it survives a power cut."""
        ...


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A moment on three clocks."""

    service_s: float
    boot_id: str
    boot_s: float
    wall_s: float

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {
            "service_s": self.service_s,
            "boot_id": self.boot_id,
            "boot_s": self.boot_s,
            "wall_s": self.wall_s,
        }

    @classmethod
    def from_json(cls, value: JsonObject) -> ClockReading:
        """The inverse of :meth:`to_json`; raises ValueError or KeyError for anything else."""
        numbers = (float(str(value[name])) for name in ("service_s", "boot_s", "wall_s"))
        service_s, boot_s, wall_s = numbers
        return cls(service_s, str(value["boot_id"]), boot_s, wall_s)


def passed_s(before: ClockReading, now: ClockReading) -> float:
    """The time from one moment to a later one that can be believed."""
    if before.boot_id == now.boot_id:
        return max(0.0, now.boot_s - before.boot_s)
    return min(max(0.0, now.wall_s - before.wall_s), OFF_LIMIT_S)


class ServiceClock:
    """Counts on from where it was saved last; what was not saved is lost, so that things only stay longer."""

    def __init__(self, store: StateStore, clock: Clock, uptime: Uptime) -> None:
        self._store = store
        self._clock = clock
        self._uptime = uptime
        self._began = self._moment(0.0)

    def open(self) -> None:
        """Find out how long it has been. Blocking."""
        now = self._moment(0.0)
        try:
            kept = self._store.load()[:1]
        except JarvisError as error:
            logger.error("the time in service is not used code=%s detail=%s", error.code, error.message)
            kept = []
        for value in kept:
            try:
                before = ClockReading.from_json(value)
            except (ValueError, KeyError):
                logger.warning("the time in service cannot be read: it begins anew")
                self._store.set_aside([value])
                continue
            now = replace(now, service_s=before.service_s + passed_s(before, now))
        self._began = now

    def now_s(self) -> float:
        """Seconds in service."""
        return self._began.service_s + passed_s(self._began, self._moment(0.0))

    def save(self) -> None:
        """Keep how long it has been. Blocking; a disk that does not take it is no harm."""
        try:
            self._store.save([self._moment(self.now_s()).to_json()])
        except JarvisError as error:
            logger.warning("the time in service cannot be kept code=%s", error.code)

    def _moment(self, service_s: float) -> ClockReading:
        wall_s = self._clock.now().timestamp()
        return ClockReading(service_s, self._uptime.boot_id(), self._uptime.boot_s(), wall_s)
