"""Work that many may ask for at once is done once for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedRun(Generic[T]):
    """Who asks while ``work`` is under way shares the run that begins after it.

    Not the one under way, since that may have seen the world before the question; so many at once cost two runs.
    """

    def __init__(self, work: Callable[[], Awaitable[T]]) -> None:
        self._work = work
        self._turn = asyncio.Lock()
        self._begun = 0
        self._latest: tuple[int, T] | None = None

    async def run(self) -> T:
        """The outcome of a run that begins now or later; raises what ``work`` raises."""
        wanted = self._begun + 1
        async with self._turn:
            if self._latest is not None and self._latest[0] >= wanted:
                return self._latest[1]
            self._begun = number = self._begun + 1
            outcome = await self._work()
            self._latest = number, outcome
            return outcome
