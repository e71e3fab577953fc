"""Whether the machine is too full or too busy with other work (requirement D2). Pure; time is passed in."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.executor.ports.machine import MachineUse

DISK_HYSTERESIS_PERCENT = 2.0
"""Chosen: D2 asks for some and names none."""
RAM_HYSTERESIS_PERCENT = 3.0
"""Chosen, for the same reason; a program that is started and ended again moves it by about so much."""
PROCESSOR_HYSTERESIS_PERCENT = 10.0
"""Chosen: the share of the processor wavers more than what is stored."""


@dataclass(frozen=True, slots=True)
class ResourceLimits:
    """How much of the machine may be in use, in percent. At 100 working memory and processor have no limit."""

    disk_percent: float
    ram_percent: float
    processor_percent: float
    processor_for_s: float


def is_beyond(percent: float, limit_percent: float, hysteresis_percent: float, *, was_beyond: bool) -> bool:
    """Whether ``percent`` is over its limit; what was has to fall below it by the hysteresis."""
    if was_beyond and limit_percent < 100:
        return percent > limit_percent - hysteresis_percent
    return percent > limit_percent


class OutsideLoad:
    """How busy other programs keep the processor, and for how long they have done so.

    The suite's own work never counts: a plan on a machine without a graphics card fills every core (D2).
    """

    def __init__(self) -> None:
        self._last: MachineUse | None = None
        self._last_us = 0
        self._since_us: int | None = None
        self.is_busy = False
        """Whether it has been busy for long enough."""
        self.percent: float | None = None
        """Share of all cores since the sample before; ``None`` where it cannot be told from the suite's own."""

    def update(self, use: MachineUse, now_us: int, limits: ResourceLimits) -> None:
        """Take a sample of ``now_us`` into account."""
        last, last_us = self._last, self._last_us
        self._last, self._last_us = use, now_us
        self.percent = _outside_percent(last, use)
        if self.percent is None:
            self._since_us, self.is_busy = None, False
            return
        busy = is_beyond(
            self.percent, limits.processor_percent, PROCESSOR_HYSTERESIS_PERCENT, was_beyond=self.is_busy
        )
        if not busy:
            self._since_us, self.is_busy = None, False
            return
        if self._since_us is None:
            self._since_us = last_us
        self.is_busy = self.is_busy or now_us - self._since_us >= limits.processor_for_s * 1_000_000


def _outside_percent(last: MachineUse | None, use: MachineUse) -> float | None:
    if last is None or last.own_s is None or use.own_s is None:
        return None
    passed_s = use.passed_s - last.passed_s
    if passed_s <= 0:
        return None
    outside_s = (use.busy_s - last.busy_s) - (use.own_s - last.own_s)
    # The kernel counts the two with different clocks.
    return min(100.0, max(0.0, 100.0 * outside_s / passed_s))
