"""A limited wait: results, errors, limits, and above all cancellations, at whatever moment they come."""

from __future__ import annotations

import asyncio

import pytest

from jarvisd.core.timeout import within

FOR_EVER_S = 600.0


async def give(value: str) -> str:
    await asyncio.sleep(0)
    return value


async def fail() -> None:
    raise KeyError("no")


async def test_results_and_errors_pass_through() -> None:
    assert await within(give("it"), FOR_EVER_S) == "it"
    assert await within(give("it"), None) == "it"
    with pytest.raises(KeyError):
        await within(fail(), FOR_EVER_S)


@pytest.mark.parametrize("limit_s", [0.01, 0.0, -1.0])
async def test_what_takes_too_long_is_stopped(limit_s: float) -> None:
    stopped = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    with pytest.raises(asyncio.TimeoutError):
        await within(endless(), limit_s)
    # What never began has nothing to stop.
    assert stopped.is_set() or limit_s <= 0


async def test_what_ends_while_it_is_stopped_has_a_result() -> None:
    async def stubborn() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "done all the same"
        return ""

    assert await within(stubborn(), 0.01) == "done all the same"


async def test_a_cancellation_reaches_the_work() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    task = asyncio.get_running_loop().create_task(within(work(), FOR_EVER_S))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


@pytest.mark.parametrize("steps", range(6))
async def test_a_cancellation_counts_at_every_moment_around_the_result(steps: int) -> None:
    """The reason for all this: a turn that was stopped as an answer came went on for ever."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()
    taken_back: list[str] = []
    went_on = False

    async def turn() -> None:
        nonlocal went_on
        await within(ask(), FOR_EVER_S, undo=taken_back.append)
        went_on = True
        await asyncio.Event().wait()

    async def ask() -> str:
        return await answer

    task = loop.create_task(turn())
    for _ in range(3):
        await asyncio.sleep(0)
    answer.set_result("late")
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task}, timeout=FOR_EVER_S)
    assert task.cancelled()
    assert went_on or steps < 4
    assert taken_back in ([], ["late"])
    assert not (went_on and taken_back)


async def test_what_nobody_gets_is_taken_back() -> None:
    """A lock that was taken together with the cancellation is free again."""
    lock = asyncio.Lock()
    await lock.acquire()
    task = asyncio.get_running_loop().create_task(
        within(lock.acquire(), FOR_EVER_S, undo=lambda _: lock.release())
    )
    for _ in range(3):
        await asyncio.sleep(0)
    lock.release()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task}, timeout=FOR_EVER_S)
    assert task.cancelled()
    assert not lock.locked()
