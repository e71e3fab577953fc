"""A part that is opened in the background, marked when it fails, and tried again when it is next needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from jarvisd.core.errors import EngineError, ErrorCode, JarvisError
from jarvisd.core.states import PartState
from jarvisd.core.timeout import within
from jarvisd.runtime.parts import Parts

T = TypeVar("T")

RETRY_DEADLINE_S = 4.0
"""A caller waits for the second try, and callers give up after five seconds."""


class Standby:
    """Keeps the published state of one part in step with what happens to it."""

    def __init__(self, name: str, engine: str, parts: Parts, check: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._engine = engine
        self._parts = parts
        self._check = check
        parts.declare(name)

    async def open(self) -> None:
        """Open the part now; a failure becomes its state."""
        try:
            await self.use(self._check())
        except JarvisError:
            return

    async def need(self) -> None:
        """Return when the part may be used: at once, unless it failed before, then after trying it again.

        Raises why it cannot be used.
        """
        if self._parts.state(self._name) is PartState.FAILED:
            await self.within(self.use(self._check()), RETRY_DEADLINE_S)

    async def use(self, work: Awaitable[T]) -> T:
        """Await ``work`` of the part; whether that succeeds becomes the part's state."""
        try:
            result = await work
        except JarvisError as error:
            self._parts.failed(self._name, error)
            raise
        self._parts.ready(self._name, self._engine)
        return result

    async def within(self, work: Awaitable[T], deadline_s: float) -> T:
        """Await ``work`` for at most ``deadline_s``; the part has failed with TIMEOUT when it takes longer."""
        try:
            return await within(work, deadline_s)
        except asyncio.TimeoutError as error:
            late = EngineError(f"the {self._name} took longer than {deadline_s:.0f} s", code=ErrorCode.TIMEOUT)
            self._parts.failed(self._name, late)
            raise late from error
