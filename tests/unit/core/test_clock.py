"""Sleep is noticed by the two clocks that only sleep drives apart."""

from __future__ import annotations

import time

from jarvisd.core.clock import SleepWatch, SystemClock
from tests.fakes.clock import ScriptedClock


def test_only_sleep_counts_as_sleep() -> None:
    """Neither time that passes nor a clock that is set."""
    clock = ScriptedClock()
    watch = SleepWatch(clock)
    clock.advance(3600)
    clock.set(-86_400)
    assert not watch.has_slept()
    clock.sleep(1)
    assert watch.has_slept()
    assert watch.has_slept()
    assert not SleepWatch(clock).has_slept()


class PreemptedClock(ScriptedClock):
    """Whoever looks at it loses the processor for a second before the next look."""

    def monotonic_us(self) -> int:
        seen_us = super().monotonic_us()
        self.advance(1)
        return seen_us

    def boot_us(self) -> int:
        seen_us = super().boot_us()
        self.advance(1)
        return seen_us


def test_a_busy_machine_is_not_taken_for_a_sleeping_one() -> None:
    clock = PreemptedClock()
    watch = SleepWatch(clock)
    assert not watch.has_slept()
    clock.sleep(3)
    assert watch.has_slept()


def test_the_machines_clocks_are_the_kernels() -> None:
    clock = SystemClock()
    before_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    assert before_ns // 1000 <= clock.boot_us() <= time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000
    assert not SleepWatch(clock).has_slept()
