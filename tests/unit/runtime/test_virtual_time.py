"""A loop in a time of its own: timers at once and in order, work charged with what it costs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jarvisd.core.clock import Clock
from jarvisd.core.errors import InternalError
from jarvisd.core.timeout import within
from jarvisd.runtime.process.processor_time import worked_elsewhere
from jarvisd.runtime.virtual_time import run_in_virtual_time
from jarvisd.runtime.workers import Workers

HOUR_S = 3600.0
SLOW = [sys.executable, "-c", "import time; end = time.monotonic() + 0.4\nwhile time.monotonic() < end: pass"]
"""What another process does for longer than the limit."""
REAL_LIMIT_S = 60.0
"""An hour that were waited for in earnest would be longer."""


def busy_for(seconds: float) -> float:
    """Use the processor for so long, and tell how long that took on it."""
    began_s = time.process_time()
    while time.process_time() - began_s < seconds:
        pass
    return time.process_time() - began_s


async def passed(seconds: float) -> None:
    """Until so much of the loop's time has passed."""
    loop = asyncio.get_running_loop()
    told = loop.create_future()
    loop.call_later(seconds, told.set_result, None)
    await told


def test_hours_pass_as_soon_as_nothing_is_left_to_do() -> None:
    async def main(clock: Clock) -> list[tuple[str, int]]:
        told: list[tuple[str, int]] = []

        async def tell(name: str, after_s: float) -> None:
            await passed(after_s)
            told.append((name, clock.monotonic_us()))

        await asyncio.gather(tell("late", 2 * HOUR_S), tell("soon", 0.08), tell("then", HOUR_S))
        return told

    began_s = time.monotonic()
    assert run_in_virtual_time(main) == [
        ("soon", 80_000), ("then", 3_600_000_000), ("late", 7_200_000_000)
    ]  # fmt: skip
    assert time.monotonic() - began_s < REAL_LIMIT_S


def test_work_costs_what_it_takes() -> None:
    async def main(clock: Clock) -> tuple[float, int]:
        workers = Workers()
        took_s = await workers.run("lane", busy_for, 0.05)
        workers.close()
        return took_s, clock.monotonic_us()

    took_s, passed_us = run_in_virtual_time(main)
    assert 0.9 * took_s <= passed_us / 1e6 <= took_s + 0.05


def test_what_another_process_works_for_us_costs_as_well() -> None:
    def ask_another() -> None:
        subprocess.run(SLOW, check=True)
        worked_elsewhere(0.3)

    async def main(clock: Clock) -> int:
        workers = Workers()
        await workers.run("lane", ask_another)
        workers.close()
        return clock.monotonic_us()

    assert run_in_virtual_time(main) >= 300_000


def test_what_happens_meanwhile_happens_before_the_result() -> None:
    """The result of work that began earlier and takes longer comes after timers that fire meanwhile."""

    async def main(clock: Clock) -> list[str]:
        workers, told = Workers(), list[str]()

        async def work() -> None:
            await workers.run("lane", busy_for, 0.2)
            told.append("work")

        async def sound() -> None:
            for _ in range(2):
                await passed(0.08)
                told.append("sound")

        await asyncio.gather(work(), sound())
        workers.close()
        return told

    assert run_in_virtual_time(main) == ["sound", "sound", "work"]


def test_work_in_one_lane_queues_in_this_time_too() -> None:
    async def main(clock: Clock) -> tuple[float, int]:
        lane = ThreadPoolExecutor(1)
        loop = asyncio.get_running_loop()
        took_s = sum(await asyncio.gather(*(loop.run_in_executor(lane, busy_for, 0.05) for _ in range(3))))
        lane.shutdown()
        return took_s, clock.monotonic_us()

    took_s, passed_us = run_in_virtual_time(main)
    assert passed_us / 1e6 >= 0.9 * took_s >= 0.135


def test_what_others_do_meanwhile_costs_nothing_and_no_limit_runs_out() -> None:
    async def main(clock: Clock) -> str:
        async def work() -> str:
            await asyncio.get_running_loop().run_in_executor(None, subprocess.check_call, SLOW)
            return "done"

        return await within(work(), 0.1)

    assert run_in_virtual_time(main) == "done"


def test_an_error_and_a_cancellation_arrive() -> None:
    def fail() -> None:
        raise ValueError("broken")

    async def main(clock: Clock) -> bool:
        workers = Workers()
        with pytest.raises(ValueError, match="broken"):
            await workers.run("lane", fail)
        with pytest.raises(asyncio.TimeoutError):
            await within(workers.run("lane", busy_for, 0.2), 0.05)
        workers.close()
        return True

    assert run_in_virtual_time(main)


def test_who_waits_for_nothing_is_told_so() -> None:
    def main(clock: Clock) -> Coroutine[Any, Any, None]:
        async def wait() -> None:
            await asyncio.Event().wait()

        return wait()

    with pytest.raises(InternalError, match="nothing is left"):
        run_in_virtual_time(main)
