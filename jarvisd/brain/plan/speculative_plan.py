"""A plan in the making: what is remembered, the request, and the words of the model as they come.

Writing one has no effect, so it may begin in a pause that may be the end of speech (decision 7). What was written
waits here for whoever reads it; a draft that nobody will read is dropped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from jarvisd.brain.ports import Completion, LanguageModel, Recollection
from jarvisd.core.clock import Clock
from jarvisd.core.errors import InternalError, JarvisError
from jarvisd.runtime.tasks import StartTask


@dataclass(frozen=True, slots=True)
class PlanPrompt:
    """What the model is asked, and the memories that were found for it."""

    request: Completion
    memories: list[Recollection]


class SpeculativePlan:
    """Begins at once. One reader takes first :meth:`inquiry`, then :meth:`pieces`."""

    def __init__(
        self,
        text: str,
        prepare: Callable[[str], Awaitable[PlanPrompt]],
        model: Callable[[], LanguageModel],
        *,
        clock: Clock,
        start: StartTask,
    ) -> None:
        self.text = text
        self.began_us = clock.monotonic_us()
        self.recalled_us = 0
        self.first_token_us = 0
        self._prepare = prepare
        self._model = model
        self._clock = clock
        self._inquiry: PlanPrompt | None = None
        self._pieces: deque[str] = deque()
        self._fault: JarvisError | None = None
        self._news = asyncio.Event()
        self._work = start("draft", self._write())
        self._work.add_done_callback(lambda _: self._news.set())

    @property
    def has_failed(self) -> bool:
        """Whether it ended with an error."""
        return self._fault is not None

    def drop(self) -> None:
        """Write no further; does not wait for the model to stop. Safe to call twice."""
        self._work.cancel()

    async def inquiry(self) -> PlanPrompt:
        """What is asked; raises why it could not be."""
        while self._inquiry is None and not self._work.done():
            await self._more()
        if self._inquiry is None:
            self._raise_fault()
            raise InternalError("a draft without an inquiry is read")
        return self._inquiry

    async def pieces(self) -> AsyncIterator[str]:
        """The answer, first what is there already; raises what ended it."""
        while self._pieces or not self._work.done():
            while self._pieces:
                yield self._pieces.popleft()
            await self._more()
        self._raise_fault()

    async def _more(self) -> None:
        if not self._work.done():
            await self._news.wait()
            self._news.clear()

    def _raise_fault(self) -> None:
        if self._fault is not None:
            raise self._fault
        self._work.result()

    async def _write(self) -> None:
        try:
            self._inquiry = await self._prepare(self.text)
            self.recalled_us = self._clock.monotonic_us()
            self._news.set()
            stream = self._model().stream(self._inquiry.request)
            async with aclosing(stream) as pieces:  # type: ignore[type-var] # a generator
                async for piece in pieces:
                    self.first_token_us = self.first_token_us or self._clock.monotonic_us()
                    self._pieces.append(piece)
                    self._news.set()
        except JarvisError as error:
            # Told to who reads it, if anybody does.
            self._fault = error
