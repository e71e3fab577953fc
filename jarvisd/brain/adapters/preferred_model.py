"""One language model as long as it is there, another meanwhile, and back (decision 15)."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress

from jarvisd.brain.ports import Completion, LanguageModel, Message
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.timeout import within
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

ANSWERS_IN_S = 1.0
"""How long ``auto`` waits for an Ollama server."""
LOOK_EVERY_S = 30.0
"""Chosen: as long may a server have been back before it is used again."""


class PreferredModel:
    """A :class:`~jarvisd.brain.ports.LanguageModel`: ``wanted`` if it answers when started, else ``spare``.

    :meth:`check` looks for ``wanted`` now and then. Once it is there again it is warmed while ``spare`` serves on,
    which is closed after its last answer. That ``wanted`` is gone is for whoever starts this anew.
    """

    def __init__(self, wanted: LanguageModel, spare: LanguageModel, tasks: Tasks) -> None:
        self._wanted, self._spare = wanted, spare
        self._tasks = tasks
        self._serving: LanguageModel | None = None
        self._answering: Counter[int] = Counter()
        self._prefix: tuple[Message, ...] | None = None
        self._coming: asyncio.Task[None] | None = None
        self._look_s = 0.0

    @property
    def engine(self) -> str:
        """Name of the one that serves."""
        return (self._serving or self._spare).engine

    async def start(self) -> None:
        """Start ``wanted``, or ``spare`` if that does not answer at once; errors are those of ``spare``."""
        if not await self._is_there():
            await self._spare.start()
            self._serving = self._spare
        else:
            self._serving = self._wanted

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        """Pieces of the answer; see the port."""
        model = self._model()
        self._answering[id(model)] += 1
        try:
            async with aclosing(model.stream(completion)) as pieces:  # type: ignore[type-var] # a generator
                async for piece in pieces:
                    yield piece
        finally:
            self._answering[id(model)] -= 1
            await self._retire()

    async def warm(self, prefix: Sequence[Message]) -> None:
        """Evaluate a prefix; see the port."""
        self._prefix = tuple(prefix)
        await self._model().warm(prefix)

    async def check(self) -> None:
        """Raise why the one that serves does not work; begin to go back to the wanted one if it is time."""
        await self._model().check()
        now_s = asyncio.get_running_loop().time()
        is_waiting = self._serving is self._spare and (self._coming is None or self._coming.done())
        if is_waiting and now_s >= self._look_s:
            self._look_s = now_s + LOOK_EVERY_S
            self._coming = self._tasks.start("back-to-wanted-model", self._come_back())

    async def close(self) -> None:
        """Release both; safe to call twice."""
        self._serving = None
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.wait({self._coming})
        await self._wanted.close()
        await self._spare.close()

    async def _come_back(self) -> None:
        if not await self._is_there():
            return
        with suppress(JarvisError):
            if self._prefix is not None:
                await self._wanted.warm(self._prefix)
            self._serving = self._wanted
            logger.info("back to the wanted language model engine=%s", self._wanted.engine)
            await self._retire()
            return
        await self._wanted.close()

    async def _retire(self) -> None:
        if self._serving is self._wanted and not self._answering[id(self._spare)]:
            await self._spare.close()

    async def _is_there(self) -> bool:
        try:
            await within(self._wanted.start(), ANSWERS_IN_S)
        except (JarvisError, asyncio.TimeoutError) as error:
            # Looked for again and again; who serves instead is told once, when it starts.
            logger.debug("the wanted language model does not answer reason=%s", error)
            await self._wanted.close()
            return False
        return True

    def _model(self) -> LanguageModel:
        if self._serving is None:
            raise Unavailable("the language model has been closed", code=ErrorCode.LLM_GONE)
        return self._serving
