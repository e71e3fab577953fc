"""Blocking work off the event loop: one bounded lane of threads for each kind of work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.process.cpu_pinning import Pinning

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """Lanes by name. Work in one lane runs in order and never delays another lane."""

    def __init__(self, pinning: Pinning | None = None) -> None:
        self._pinning = pinning or Pinning((), None)
        self._lanes: dict[str, ThreadPoolExecutor] = {}
        self._beats: dict[str, Heartbeat] = {}
        self._workers: dict[str, int] = {}
        """Lane that is watched to the thread that works in it now."""

    def lane(self, name: str, threads: int = 1) -> ThreadPoolExecutor:
        """The lane called ``name``, made with ``threads`` on first use."""
        if name not in self._lanes:
            self._lanes[name] = ThreadPoolExecutor(threads, name, self._pinning.settle_lane, (name,))
        return self._lanes[name]

    def watch(self, lane: str, heartbeat: Heartbeat) -> None:
        """``heartbeat`` is due while a function runs in ``lane``, a lane of one thread."""
        self._beats[lane] = heartbeat

    def advanced(self, lane: str) -> None:
        """Called by work in ``lane`` whenever it has come on, because long work is not stuck work.

        From anywhere else it says nothing about the lane and is passed over.
        """
        if self._workers.get(lane) == threading.get_ident():
            self._beats[lane].report()

    async def run(self, lane: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``function`` in ``lane``. Cancelling the wait does not stop the function, only the waiting."""
        loop = asyncio.get_running_loop()
        heartbeat = self._beats.get(lane)

        def work() -> T:
            if heartbeat is None:
                return function(*args, **kwargs)
            with heartbeat.working():
                self._workers[lane] = threading.get_ident()
                try:
                    return function(*args, **kwargs)
                finally:
                    del self._workers[lane]

        return await loop.run_in_executor(self.lane(lane), work)

    def close(self) -> None:
        """Take no more work; threads end when what they run has ended."""
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)
        self._lanes.clear()
