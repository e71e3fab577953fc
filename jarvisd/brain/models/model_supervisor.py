"""Gets the brain's parts ready in the background and keeps them so: the language model and the memories.

A part that cannot be loaded is published as failed with its code and tried again; the unit works on without it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.models.monitored_model import MonitoredModel
from jarvisd.brain.ports import LanguageModel, MemoryStore, Message
from jarvisd.core.backoff import Backoff
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.timeout import within
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.parts import Parts

logger = logging.getLogger(__name__)

LLM, EMBEDDING, MEMORY = "llm", "embedding", "memory"
CHECK_EVERY_S = 5.0
RETRY_LIMIT_S = 30.0

PrefixSource = Callable[[], Awaitable[tuple[Message, ...]]]


class ModelSupervisor:
    """Chooses, loads, warms and watches the language model; ``heartbeat`` is due while a call to it runs."""

    def __init__(
        self,
        choose: Callable[[], Awaitable[LanguageModel]],
        prefix: PrefixSource,
        parts: Parts,
        heartbeat: Heartbeat,
    ) -> None:
        self._choose = choose
        self._prefix = prefix
        self._parts = parts
        self._heartbeat = heartbeat
        self._backoff = Backoff(first_s=1.0, limit_s=RETRY_LIMIT_S)
        self._model: LanguageModel | None = None
        self._woken = asyncio.Event()
        self._is_stale = True
        self._fault: JarvisError | None = None
        parts.declare(LLM)

    def current(self) -> LanguageModel:
        """The loaded model; raises why there is none."""
        if self._model is None:
            raise self._fault or Unavailable("the language model is still loading", code=ErrorCode.LLM_LOADING)
        return self._model

    def tools_changed(self) -> None:
        """The prompt's prefix is another one now: evaluate it soon."""
        self._is_stale = True
        self._woken.set()

    def doubt(self, error: JarvisError) -> None:
        """A call has failed in a way that may mean more: say so, and look at the model now."""
        self._parts.degraded(LLM, error)
        self._woken.set()

    async def keep(self) -> None:
        """Load a model and watch it until it fails; the caller calls again. Cancelling releases the model."""
        try:
            await self._serve()
        except JarvisError as error:
            self._fault = error
            self._parts.failed(LLM, error)
            await asyncio.sleep(self._backoff.failed())

    async def _serve(self) -> None:
        model = await self._choose()
        try:
            # Until the prefix has been evaluated a request would wait for that, longer than anyone will.
            await self._warm(model)
            self._model, self._fault = MonitoredModel(model, self._heartbeat, self.doubt), None
            while True:
                await self._pause()
                await model.check()
                if self._is_stale:
                    await self._warm(model)
                else:
                    self._parts.ready(LLM, model.engine)
        finally:
            self._model = None
            await model.close()

    async def _pause(self) -> None:
        with suppress(asyncio.TimeoutError):
            await within(self._woken.wait(), CHECK_EVERY_S)
        self._woken.clear()

    async def _warm(self, model: LanguageModel) -> None:
        self._is_stale = False
        try:
            prefix = await self._prefix()
        except JarvisError as error:
            # Without the executor there are no tools to describe, and nothing to plan for.
            self._is_stale = True
            self._parts.degraded(LLM, error)
            return
        await model.warm(prefix)
        self._backoff.succeeded()
        self._parts.ready(LLM, model.engine)


class MemorySupervisor:
    """Opens the memories, again and again until it works."""

    def __init__(self, memories: Memories, store: MemoryStore, parts: Parts) -> None:
        self._memories = memories
        self._store = store
        self._parts = parts
        self._backoff = Backoff(first_s=1.0, limit_s=RETRY_LIMIT_S)
        parts.declare(EMBEDDING)
        parts.declare(MEMORY)

    async def open(self) -> None:
        """Return once the memories are open."""
        while True:
            try:
                await self._memories.start()
                break
            except JarvisError as error:
                for part in (EMBEDDING, MEMORY):
                    self._parts.failed(part, error)
                await asyncio.sleep(self._backoff.failed())
        self._parts.ready(EMBEDDING, self._memories.engine)
        self._parts.ready(MEMORY, self._store.engine)
        if self._store.notice:
            self._parts.degraded(MEMORY, Unavailable(self._store.notice, code=ErrorCode.MEMORY_GONE))
