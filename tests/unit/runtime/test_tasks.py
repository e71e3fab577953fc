"""Tasks: failures are heard, loops come back, and stopping leaves nothing behind."""

from __future__ import annotations

import asyncio

import pytest

from jarvisd.core.backoff import Backoff
from jarvisd.runtime.tasks import Tasks

WAIT_S = 60


async def test_a_fatal_task_tells_why() -> None:
    heard: asyncio.Queue[BaseException] = asyncio.Queue()
    tasks = Tasks(on_fatal=heard.put_nowait)

    async def fail() -> None:
        raise ValueError("broken")

    tasks.start("small", fail())
    tasks.start("grave", fail(), is_fatal=True)
    assert str(await asyncio.wait_for(heard.get(), WAIT_S)) == "broken"
    assert heard.empty()


async def test_a_loop_that_fails_comes_back() -> None:
    tasks = Tasks()
    rounds: asyncio.Queue[int] = asyncio.Queue()
    count = 0

    async def body() -> None:
        nonlocal count
        count += 1
        rounds.put_nowait(count)
        if count < 3:
            raise OSError("again")
        await asyncio.Event().wait()

    tasks.loop("loop", body, Backoff(first_s=0.001))
    assert [await asyncio.wait_for(rounds.get(), WAIT_S) for _ in range(3)] == [1, 2, 3]
    await tasks.cancel_all()


async def test_cancel_all_leaves_nothing_running() -> None:
    tasks = Tasks()
    started = [tasks.start(f"t{i}", asyncio.Event().wait()) for i in range(5)]
    await tasks.cancel_all()
    assert all(task.cancelled() for task in started)


def test_pauses_double_up_to_the_limit_and_start_over() -> None:
    backoff = Backoff(first_s=1, limit_s=5)
    assert [backoff.failed() for _ in range(4)] == [1, 2, 4, 5]
    backoff.succeeded()
    assert backoff.failed() == pytest.approx(1)
    assert all(backoff.failed() <= 5 for _ in range(2000))
