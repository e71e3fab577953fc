"""Models that load in the background and say how it went; a model that is missing is looked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from jarvisd.core.backoff import Backoff
from jarvisd.core.errors import JarvisError
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.workers import Workers

RETRY_FIRST_S = 5.0
RETRY_LIMIT_S = 60.0


class Loadable(Protocol):
    """What all model ports have in common."""

    @property
    def engine(self) -> str:
        """Name for reports."""
        ...

    def load(self) -> None:
        """Load, blocking."""
        ...


E = TypeVar("E", bound=Loadable)


class Loaded(Generic[E]):
    """One engine, published as a part of the unit. ``make`` must be quick and do no I/O."""

    def __init__(self, part: str, make: Callable[[], E], workers: Workers, parts: Parts) -> None:
        self.part = part
        self.make = make
        self._workers = workers
        self._parts = parts
        self._engine: E | None = None
        self._error: JarvisError | None = None
        self._tried = asyncio.Event()

    async def load(self) -> None:
        """Load in the lane named like the part; try again with growing pauses until it works."""
        self._parts.declare(self.part)
        backoff = Backoff(RETRY_FIRST_S, RETRY_LIMIT_S)
        while self._engine is None:
            try:
                engine = self.make()
                await self._workers.run(self.part, engine.load)
            except JarvisError as error:
                self._error = error
                self._parts.failed(self.part, error)
                self._tried.set()
                await asyncio.sleep(backoff.failed())
            else:
                self._engine, self._error = engine, None
                self._parts.ready(self.part, engine.engine)
                self._tried.set()

    @property
    def now(self) -> E | None:
        """The engine if it is loaded."""
        return self._engine

    @property
    def error(self) -> JarvisError | None:
        """Why the last try to load failed; ``None`` while loading or loaded."""
        return self._error

    async def wait(self) -> E:
        """The engine, as soon as it is loaded; raises the error of the last try."""
        await self._tried.wait()
        if self._engine is None:
            assert self._error is not None  # noqa: S101 - a try ends with an engine or an error
            raise self._error
        return self._engine
