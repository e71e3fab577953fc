"""One model, device or store of a unit: opened, told as a part, opened again when it fails, closed (decision 10).

Whatever a unit works with and can lose is a :class:`Component`, so that it starts without waiting for any of them,
says of each how it stands, and gets back by itself what comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from jarvisd.core.backoff import Backoff
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.core.states import PartState
from jarvisd.core.timeout import within
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.workers import Workers

RETRY_DEADLINE_S = 4.0
"""Whoever needs a part waits for its second try, and callers give up after five seconds."""
LOAD_RETRY_FIRST_S = 5.0
LOAD_RETRY_LIMIT_S = 60.0
"""Chosen: a model that is fetched meanwhile is used within a minute."""


class NamedEngine(Protocol):
    """What all models, devices and stores have in common."""

    @property
    def engine(self) -> str:
        """Name for reports."""
        ...


class Loadable(NamedEngine, Protocol):
    """An engine that is ready once it is loaded."""

    def load(self) -> None:
        """Load, blocking."""
        ...


E = TypeVar("E", bound=NamedEngine)
L = TypeVar("L", bound=Loadable)
T = TypeVar("T")


class Component(Generic[E]):
    """An engine and the published state of its part.

    ``make`` is quick and does no I/O; ``open_`` opens what was made, in at most ``deadline_s``, and raises why it
    cannot; ``close`` releases it whether or not it was opened. ``problem`` names what makes an open engine work
    worse than it should. ``late`` is the failure of what takes too long. ``backoff`` paces :meth:`run`.
    ``on_failed`` hears of every failure. ``attend`` is what :meth:`run` serves if it is given nothing else.
    """

    def __init__(
        self,
        part: str,
        make: Callable[[], E],
        parts: Parts,
        *,
        open_: Callable[[E], Awaitable[None]],
        close: Callable[[E], Awaitable[None]] | None = None,
        problem: Callable[[E], JarvisError | None] = lambda engine: None,
        deadline_s: float | None = None,
        late: JarvisError | None = None,
        backoff: Backoff | None = None,
        on_failed: Callable[[JarvisError], None] = lambda error: None,
        attend: Callable[[E], Awaitable[None]] | None = None,
    ) -> None:
        self.part = part
        self._make = make
        self._parts = parts
        self._open = open_
        self._close = close
        self._problem = problem
        self._deadline_s = deadline_s
        self._late = late
        self._backoff = backoff or Backoff()
        self._on_failed = on_failed
        self._attend = attend
        self._made: E | None = None
        self._is_open = False
        self._error: JarvisError | None = None
        self._tried = asyncio.Event()
        parts.declare(part)

    # --- using -----------------------------------------------------------------------------------------

    @property
    def now(self) -> E | None:
        """The engine if it is open and works."""
        return self._made if self._is_open else None

    @property
    def error(self) -> JarvisError | None:
        """Why it does not work; ``None`` while it works or is opened for the first time."""
        return self._error

    def require(self, loading: JarvisError | None = None) -> E:
        """The engine; raises what keeps it from working, ``loading`` while it is opened."""
        if (engine := self.now) is None:
            raise self._error or loading or Unavailable(f"the {self.part} is not open", code=ErrorCode.UNIT_DOWN)
        return engine

    async def wait(self) -> E:
        """The engine, as soon as it is open; raises the error of the last try."""
        await self._tried.wait()
        return self.require()

    async def need(self) -> None:
        """Return when it may be used: at once, unless it has failed, then after trying to open it again.

        Raises why it cannot be used.
        """
        if self._parts.state(self.part) is PartState.FAILED:
            await self.within(self._reopen(), RETRY_DEADLINE_S)

    async def use(self, work: Awaitable[T]) -> T:
        """Await ``work`` of the engine; whether that succeeds becomes the state of the part."""
        try:
            result = await work
        except JarvisError as error:
            self.failed(error)
            raise
        self.works()
        return result

    async def within(self, work: Awaitable[T], deadline_s: float) -> T:
        """Await ``work`` for at most ``deadline_s``; it has failed, and so the part, when that is too short."""
        try:
            return await within(work, deadline_s)
        except asyncio.TimeoutError as error:
            slow = EngineError(f"the {self.part} took longer than {deadline_s:.0f} s", code=ErrorCode.TIMEOUT)
            self.failed(self._late or slow)
            raise self._late or slow from error

    # --- opening and closing ---------------------------------------------------------------------------

    async def open(self) -> None:
        """Try once to open it; a failure becomes the state of the part."""
        with suppress(JarvisError):
            await self._reopen()

    async def run(self, serve: Callable[[E], Awaitable[None]] | None = None) -> None:
        """Try to open it, with growing pauses until that works; return then, unless there is ``serve``.

        With ``serve`` it goes on for ever: that runs with the open engine until it fails or is cancelled, and the
        engine is closed behind it.
        """
        serve = serve or self._attend
        while True:
            try:
                await self._serve(serve)
            except JarvisError as error:
                self.failed(error)
            else:
                if serve is None:
                    return
            await asyncio.sleep(self._backoff.failed())

    async def close(self) -> None:
        """Release the engine; safe at any time."""
        engine, self._made, self._is_open = self._made, None, False
        if engine is not None and self._close is not None:
            await self._close(engine)

    # --- how it stands ---------------------------------------------------------------------------------

    def works(self) -> None:
        """It works, apart from its ``problem`` if it has one."""
        self._is_open, self._error = True, None
        name = self._made.engine if self._made is not None else ""
        problem = self._problem(self._made) if self._made is not None else None
        if problem is None:
            self._backoff.succeeded()
            self._parts.ready(self.part, name)
        else:
            self._parts.degraded(self.part, problem, name)
        self._tried.set()

    def doubt(self, error: JarvisError) -> None:
        """It may be used still, but something has failed in a way that may mean more."""
        self._parts.degraded(self.part, error)

    def failed(self, error: JarvisError) -> None:
        """It does not work."""
        self._is_open, self._error = False, error
        self._parts.failed(self.part, error)
        self._tried.set()
        self._on_failed(error)

    def report(self, error: JarvisError | None) -> None:
        """How a use of it went: well, too slowly to be sure, or badly."""
        if error is None:
            self.works()
        elif error.code is ErrorCode.TIMEOUT:
            self.doubt(error)
        else:
            self.failed(error)

    async def _serve(self, serve: Callable[[E], Awaitable[None]] | None) -> None:
        if serve is None:
            await self._begin()
            return
        try:
            await serve(await self._begin())
        finally:
            await self.close()

    async def _reopen(self) -> None:
        await self.use(self._open_made())

    async def _begin(self) -> E:
        engine = await self._open_made()
        self.works()
        return engine

    async def _open_made(self) -> E:
        self._made = engine = self._make()
        if self._deadline_s is None:
            await self._open(engine)
        else:
            await self.within(self._open(engine), self._deadline_s)
        return engine


def loaded_in_lane(
    part: str,
    make: Callable[[], L],
    workers: Workers,
    parts: Parts,
    lane: str = "",
    problem: Callable[[L], JarvisError | None] = lambda engine: None,
) -> Component[L]:
    """A model that is loaded in the lane of threads that does its work, too; by default named like its part."""
    return Component(
        part,
        make,
        parts,
        open_=lambda engine: workers.run(lane or part, engine.load),
        problem=problem,
        backoff=Backoff(LOAD_RETRY_FIRST_S, LOAD_RETRY_LIMIT_S),
    )
