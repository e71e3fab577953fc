"""Named background tasks with one owner: nobody else creates tasks.

A one-shot task that fails is logged; one that is marked fatal ends the service. A loop is restarted with back-off.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from jarvisd.core.backoff import Backoff

logger = logging.getLogger(__name__)

CANCEL_LIMIT_S = 1.0
"""Chosen: a unit stops within seconds, and what clings ends with the process."""


class StartTask(Protocol):
    """:meth:`Tasks.start`, for who needs nothing else of it."""

    def __call__(self, name: str, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run ``coroutine`` in the background under ``name``."""


class Tasks:
    """The tasks of one service. ``on_fatal`` hears of a failure that must end it."""

    def __init__(self, on_fatal: Callable[[BaseException], None] | None = None) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._on_fatal = on_fatal

    def start(
        self, name: str, coroutine: Coroutine[Any, Any, Any], *, is_fatal: bool = False
    ) -> asyncio.Task[Any]:
        """Run ``coroutine`` in the background under ``name``."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, is_fatal))
        return task

    def loop(
        self, name: str, body: Callable[[], Awaitable[None]], backoff: Backoff | None = None
    ) -> asyncio.Task[Any]:
        """Run ``body`` for ever: again at once when it returns, after a growing pause when it fails."""
        return self.start(name, self._supervise(name, body, backoff or Backoff()), is_fatal=True)

    async def cancel_all(self) -> None:
        """Cancel every task and wait until they have ended, at most :data:`CANCEL_LIMIT_S`."""
        current = asyncio.current_task()
        pending = [task for task in self._tasks if task is not current]
        for task in pending:
            task.cancel()
        if pending:
            _, stuck = await asyncio.wait(pending, timeout=CANCEL_LIMIT_S)
            for task in stuck:
                logger.error("task does not end name=%s", task.get_name())

    async def _supervise(self, name: str, body: Callable[[], Awaitable[None]], backoff: Backoff) -> None:
        while True:
            try:
                await body()
                backoff.succeeded()
            except Exception:
                pause_s = backoff.failed()
                logger.exception("loop failed name=%s again_in_s=%.1f", name, pause_s)
                await asyncio.sleep(pause_s)

    def _ended(self, task: asyncio.Task[Any], is_fatal: bool) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        logger.error("task failed name=%s", task.get_name(), exc_info=error)
        if is_fatal and self._on_fatal is not None:
            self._on_fatal(error)
