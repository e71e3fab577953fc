"""A limit on how long something may take, which never costs a cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def within(awaitable: Awaitable[T], limit_s: float | None, undo: Callable[[T], Any] | None = None) -> T:
    """What ``awaitable`` gives; ``asyncio.TimeoutError`` after ``limit_s`` (``None``: never).

    Before Python 3.12 ``asyncio.wait_for`` forgets a cancellation that comes at the same moment as the result, and
    what was to be stopped goes on for ever. Here a cancellation always counts; ``undo`` takes back what was given
    together with it, and so reaches nobody.
    """
    work = asyncio.ensure_future(awaitable)  # noqa: TID251 - it ends here, as the task that waits for it
    try:
        await asyncio.wait({work}, timeout=limit_s)
    except asyncio.CancelledError:
        await _end(work)
        if not work.cancelled() and work.exception() is None and undo is not None:
            undo(work.result())
        raise
    if not work.done():
        await _end(work)
        if work.cancelled():
            raise asyncio.TimeoutError
    return work.result()


async def _end(work: asyncio.Future[Any]) -> None:
    work.cancel()
    await asyncio.wait({work})
