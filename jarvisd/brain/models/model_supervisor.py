"""Keeps the language model ready: chooses, warms and watches it, again after every failure.

Without one it is published as failed with its code; the unit works on without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from jarvisd.brain.models.monitored_model import MonitoredModel
from jarvisd.brain.ports import LanguageModel, Message
from jarvisd.core.backoff import Backoff
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.timeout import within
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.parts import Parts

LLM = "llm"
CHECK_EVERY_S = 5.0
"""Chosen: as long may a model be gone before anybody asks for it."""
RETRY_FIRST_S = 1.0
RETRY_LIMIT_S = 30.0
"""Chosen: as long at most after a server has come back."""

PrefixSource = Callable[[], Awaitable[tuple[Message, ...]]]


def evaluating(parts: Parts, tokens: int, of: int) -> None:
    """Say how far the tools have been evaluated, which takes minutes at the first start of all."""
    parts.loading(LLM, f"reading its instructions, {100 * tokens // max(1, of)} %")


class ModelSupervisor:
    """Gives the language model while there is one; ``heartbeat`` is due while a call to it runs."""

    def __init__(
        self,
        choose: Callable[[], Awaitable[LanguageModel]],
        prefix: PrefixSource,
        parts: Parts,
        heartbeat: Heartbeat,
    ) -> None:
        self._prefix = prefix
        self._prefix_error: JarvisError | None = None
        self._woken = asyncio.Event()
        self._is_stale = True
        self._component = Component(
            LLM,
            lambda: MonitoredModel(choose, heartbeat, self.doubt),
            parts,
            open_=self._start,
            close=MonitoredModel.close,
            # Without the executor there are no tools to describe, and nothing to plan for.
            problem=lambda model: self._prefix_error,
            backoff=Backoff(RETRY_FIRST_S, RETRY_LIMIT_S),
        )

    def current(self) -> LanguageModel:
        """The loaded model; raises why there is none."""
        loading = Unavailable("the language model is still loading", code=ErrorCode.LLM_LOADING)
        return self._component.require(loading)

    async def check(self) -> None:
        """Return when the model has answered; where it does not, it is looked at anew."""
        try:
            await self.current().check()
        except JarvisError:
            self._woken.set()
            raise

    def tools_changed(self) -> None:
        """The prompt's prefix is another one now: evaluate it soon."""
        self._is_stale = True
        self._woken.set()

    def doubt(self, error: JarvisError) -> None:
        """A call has failed in a way that may mean more: say so, and look at the model now."""
        self._component.doubt(error)
        self._woken.set()

    async def keep(self) -> None:
        """Load a model and watch it, for ever. Cancelling releases the model."""
        await self._component.run(self._watch)

    async def _start(self, model: MonitoredModel) -> None:
        await model.start()
        # Until the prefix has been evaluated a request would wait for that, longer than anyone will.
        await self._warm(model)

    async def _watch(self, model: MonitoredModel) -> None:
        while True:
            with suppress(asyncio.TimeoutError):
                await within(self._woken.wait(), CHECK_EVERY_S)
            self._woken.clear()
            await model.check()
            if self._is_stale:
                await self._warm(model)
            self._component.works()

    async def _warm(self, model: MonitoredModel) -> None:
        self._is_stale = False
        try:
            prefix = await self._prefix()
        except JarvisError as error:
            self._is_stale, self._prefix_error = True, error
            return
        self._prefix_error = None
        await model.warm(prefix)
