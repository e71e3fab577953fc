"""Where code of others runs: each call in a thread and an event loop of its own, so that nothing waits for it.

A plugin's function may block, whether it is a coroutine or not: consent, cancelling and other work go on. What it
awaits of the executor happens in the executor's own loop. A thread cannot be ended from outside, so a call that
does not stop when told to is left behind and said to be; until it has ended, its plugin is not called again.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import replace
from typing import Any, Generic, TypeVar, Union, cast

from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError
from jarvisd.executor.tools.context import ToolContext, ToolServices
from jarvisd.runtime.tasks import Tasks

T = TypeVar("T")
Work = Callable[[], Union[T, Awaitable[T]]]  # noqa: UP007 - evaluated at run time on 3.10

GRACE_S = 0.5
"""How long a call that is told to stop may take to do so; cancelling is over within a second."""


class PluginStopped(Exception):
    """A call ended because it was told to."""


class PluginCall(Generic[T]):
    """One call of ``work`` in a daemon thread. What would end the thread or the process is its error."""

    def __init__(self, name: str, work: Work[T]) -> None:
        self._name = name
        self._work = work
        self._outcome: Future[T] = Future()
        self._outcome.set_running_or_notify_cancel()
        self._is_told = False
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None

    @property
    def is_stuck(self) -> bool:
        """Whether it goes on although it was told to stop."""
        return self._is_told and not self._outcome.done()

    async def result(self, stopping: threading.Event | None = None) -> T:
        """Run it. Cancelling this sets ``stopping`` and cancels the call; raises NOT_STOPPED if it goes on."""
        threading.Thread(target=copy_context().run, args=(self._live,), name=self._name, daemon=True).start()
        ended = asyncio.wrap_future(self._outcome)
        try:
            await asyncio.wait({ended})
        except asyncio.CancelledError:
            if stopping is not None:
                stopping.set()
            self._tell()
            await asyncio.wait({ended}, timeout=GRACE_S)
            if not ended.done():
                ended.cancel()
                message = f"{self._name} goes on although it was told to stop"
                raise EngineError(message, code=ErrorCode.NOT_STOPPED) from None
            if _was_stopped(ended.exception()):
                raise
        return ended.result()

    def _tell(self) -> None:
        self._is_told = True
        if self._running is not None:
            loop, task = self._running
            try:
                loop.call_soon_threadsafe(task.cancel)
            except RuntimeError:
                # The loop is closed: it has ended meanwhile.
                return

    def _live(self) -> None:
        try:
            asyncio.run(self._settle())
        except BaseException as error:  # noqa: BLE001 - nothing may come out of the thread
            if not self._outcome.done():
                self._outcome.set_exception(RuntimeError(f"{self._name} broke its loop: {error!r}"))

    async def _settle(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - this is a task
        self._running = (asyncio.get_running_loop(), task)
        try:
            if self._is_told:
                raise asyncio.CancelledError
            found = self._work()
            self._outcome.set_result(await cast("Awaitable[T]", found) if inspect.isawaitable(found) else found)
        except asyncio.CancelledError:
            self._outcome.set_exception(
                PluginStopped() if self._is_told else RuntimeError(f"{self._name} gave up")
            )
        except BaseException as error:  # noqa: BLE001 - handed to who waits for it
            ending = RuntimeError(f"{self._name} wanted to end the process: {error!r}")
            self._outcome.set_exception(error if isinstance(error, Exception) else ending)


class PluginThread:
    """The calls of one plugin."""

    def __init__(self) -> None:
        self._left: list[PluginCall[Any]] = []

    async def call(self, context: ToolContext, work: Callable[[ToolContext], T | Awaitable[T]]) -> T:
        """``work`` with ``context`` as it may be used from another thread; raises BUSY, NOT_STOPPED."""
        self._left = [call for call in self._left if call.is_stuck]
        if self._left:
            raise RequestError(f"the last call of {context.tool} has not ended yet", code=ErrorCode.BUSY)
        away = from_afar(context, asyncio.get_running_loop())
        call: PluginCall[T] = PluginCall(context.tool, lambda: work(away))
        try:
            return await call.result(context.stopping)
        finally:
            if call.is_stuck:
                self._left.append(call)


def from_afar(context: ToolContext, home: asyncio.AbstractEventLoop) -> ToolContext:
    """``context`` for another loop: what is awaited of the kit happens at ``home``, until the step is stopped."""

    def linked(port: Any) -> Any:
        return _Link(port, home, context.stopping)

    def output(stream: str, text: str) -> None:
        home.call_soon_threadsafe(context.output, stream, text)

    kit: ToolServices = replace(
        context.kit,
        start_task=Tasks().start,
        workers=linked(context.kit.workers),
        sandbox=linked(context.kit.sandbox),
        memory=linked(context.kit.memory),
        courier=linked(context.kit.courier),
        timers=linked(context.kit.timers),
        services=linked(context.kit.services),
    )
    return replace(context, kit=kit, output=output)


class _Link:
    """The members of a port; its coroutines run in the loop that they belong to."""

    def __init__(self, port: Any, home: asyncio.AbstractEventLoop, stopping: threading.Event) -> None:
        self._port = port
        self._home = home
        self._stopping = stopping

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._port, name)
        if not inspect.iscoroutinefunction(member):
            return member

        async def call(*args: Any, **kwargs: Any) -> Any:
            if self._stopping.is_set():
                raise RequestError("the step has been stopped", code=ErrorCode.CANCELLED)
            work = asyncio.run_coroutine_threadsafe(member(*args, **kwargs), self._home)
            return await asyncio.wrap_future(work)

        return call


def _was_stopped(error: BaseException | None) -> bool:
    return isinstance(error, PluginStopped) or (
        isinstance(error, JarvisError) and error.code is ErrorCode.CANCELLED
    )
