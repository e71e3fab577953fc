"""An event loop whose time is not the machine's: when nothing is left to do now, it is the next timer's time.

What waits for time, such as paced sound, limits and windows, behaves as it does live, and ten minutes pass as fast
as the work in them can be done. That work stands outside of this time while it runs in a thread, and then costs
what it would have taken: its result comes so much later. So decisions are those of an idle machine of this speed,
however busy it is.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from typing_extensions import TypeVarTuple, Unpack

from jarvisd.core.clock import Clock
from jarvisd.core.errors import InternalError
from jarvisd.runtime.process.processor_time import processor_s

T = TypeVar("T")
_Arguments = TypeVarTuple("_Arguments")


class _Cost:
    """What a piece of work takes: its time on the wall, or that of the processor if others made it wait."""

    taken_s = 0.0

    @contextmanager
    def measured(self) -> Iterator[None]:
        wall_s, began_s = time.perf_counter(), processor_s()
        try:
            yield
        finally:
            self.taken_s = min(time.perf_counter() - wall_s, processor_s() - began_s)


class _SkippingSelector(selectors.DefaultSelector):
    """Waits in earnest only for work that runs in a thread; ``skip`` is told how much time may pass at once."""

    def __init__(self) -> None:
        super().__init__()
        self.skip: Callable[[float], None] = lambda seconds: None
        self.under_way = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.under_way and timeout != 0:
            return super().select(None)
        events = super().select(0)
        if not events and timeout is None:
            raise InternalError("nothing is left that could happen")
        if not events and timeout:
            self.skip(timeout)
        return events


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Begins at zero. Work in one executor of one thread is charged one piece after the other."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._free_s: WeakKeyDictionary[Executor, float] = WeakKeyDictionary()
        self._selecting = _SkippingSelector()
        self._selecting.skip = self._skip
        super().__init__(self._selecting)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._now_s

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[_Arguments]], T], *args: Unpack[_Arguments]
    ) -> asyncio.Future[T]:
        """Like that of any loop; the result comes when the work would have ended in this time."""
        cost = _Cost()

        def work() -> T:
            with cost.measured():
                return func(*args)

        told: asyncio.Future[T] = self.create_future()
        asked_s = self._now_s

        def ended(done: asyncio.Future[T]) -> None:
            self._selecting.under_way -= 1
            began_s = asked_s if executor is None else max(asked_s, self._free_s.get(executor, 0.0))
            if executor is not None:
                self._free_s[executor] = began_s + cost.taken_s
            self.call_at(began_s + cost.taken_s, _hand_over, done, told)

        self._selecting.under_way += 1
        super().run_in_executor(executor, work).add_done_callback(ended)
        return told

    def _skip(self, seconds: float) -> None:
        self._now_s += seconds


def _hand_over(done: asyncio.Future[T], told: asyncio.Future[T]) -> None:
    error = None if done.cancelled() else done.exception()
    if told.done():
        return
    if done.cancelled():
        told.cancel()
    elif error is not None:
        told.set_exception(error)
    else:
        told.set_result(done.result())


class LoopClock:
    """The time of a loop, for who asks a clock; the day is that on which it was made."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._wall = datetime.now().astimezone()

    def monotonic_us(self) -> int:
        """Microseconds of the loop's time."""
        return round(self._loop.time() * 1e6)

    def boot_us(self) -> int:
        """The same: this time does not sleep."""
        return self.monotonic_us()

    def now(self) -> datetime:
        """The day and the time of day when the loop began, and what has passed since."""
        return self._wall + timedelta(seconds=self._loop.time())


def run_in_virtual_time(main: Callable[[Clock], Coroutine[Any, Any, T]]) -> T:
    """Run ``main`` to its end in a time of its own, which it is given as a clock. Blocks."""
    loop = VirtualTimeLoop()
    try:
        return loop.run_until_complete(main(LoopClock(loop)))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
