"""The one switch of the microphone (decision 28): closes and opens it, keeps that, and ends a mute in time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from jarvisd.audio.events import Emit, MuteChanged
from jarvisd.audio.ports import MuteStore
from jarvisd.audio.turn.listener import Listener
from jarvisd.audio.turn.mute import MUTED, UNMUTED, Mute, MuteMoment, mute_for, remaining_s
from jarvisd.audio.wake.capture import Capture
from jarvisd.core.clock import Clock
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError
from jarvisd.core.timeout import within
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

CLOSE_LIMIT_S = 2.0
"""Chosen: a read ends within 80 ms, opening a sound server takes up to two seconds, and callers wait for five."""


class MuteSwitch:
    """Muted the device is closed; every change is on the disk before it is acknowledged.

    The ear starts closed: nothing is heard before :meth:`restore` knows whether it may be.
    """

    def __init__(
        self,
        listener: Listener,
        capture: Capture,
        store: MuteStore,
        tasks: Tasks,
        clock: Clock,
        boot_id: Callable[[], str],
        emit: Emit,
    ) -> None:
        self._listener = listener
        self._capture = capture
        self._store = store
        self._tasks = tasks
        self._clock = clock
        self._boot_id = boot_id
        self._emit = emit
        self._mute: Mute = UNMUTED
        self._ending: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._restored, self._resumed = asyncio.Event(), asyncio.Event()

    @property
    def is_muted(self) -> bool:
        """Whether the microphone is closed on request."""
        return self._mute.is_muted

    @property
    def until_unix_s(self) -> int:
        """When the mute ends by itself, in seconds since the epoch; 0 if it does not, or nothing is muted."""
        left_s = remaining_s(self._mute, self._now())
        return round(self._clock.now().timestamp() + left_s) if left_s else 0

    async def restore(self, *, is_muted: bool) -> None:
        """Take over what was kept; ``is_muted`` is how it starts where nothing was."""
        kept = await self._store.load()
        if kept is None:
            kept = MUTED if is_muted else UNMUTED
        self._apply(kept if remaining_s(kept, self._now()) != 0 else UNMUTED)
        self._restored.set()

    async def mute(self, length_s: float | None = None) -> None:
        """Close the microphone, for ``length_s`` or without an end; returns once it is closed and that is kept.

        INVALID_REQUEST for a length that is none. It is muted also when this raises NOT_KEPT, because the disk
        does not take it, or TIMEOUT, because the device does not close.
        """
        wanted = mute_for(length_s, self._now())
        await self._restored.wait()
        async with self._lock:
            self._apply(wanted)
            try:
                await self._save(wanted)
            finally:
                await self._closed()
        logger.info("muted for_s=%s", length_s if length_s is not None else "ever")

    async def unmute(self) -> None:
        """Hear again; NOT_KEPT when a restart would undo that, though it hears."""
        await self._restored.wait()
        async with self._lock:
            await self._end()

    def resume(self) -> None:
        """The machine has slept, which no timer of a process counts: look whether a mute is over."""
        self._resumed.set()

    def _now(self) -> MuteMoment:
        return MuteMoment(self._clock.now().timestamp(), self._clock.boot_us() / 1e6, self._boot_id())

    def _apply(self, mute: Mute) -> None:
        if self._ending is not None and self._ending is not asyncio.current_task():
            self._ending.cancel()
        self._mute, self._ending = mute, None
        if mute.is_muted:
            self._capture.shut()
        else:
            self._capture.open()
        self._listener.set_muted(mute.is_muted)
        if mute.length_s is not None:
            self._ending = self._tasks.start("mute-end", self._end_in_time(mute))
        self._emit(MuteChanged(self.until_unix_s))

    async def _end(self) -> None:
        try:
            await self._save(UNMUTED)
        finally:
            # Whoever asks is heard, also on a full disk.
            self._apply(UNMUTED)
        logger.info("unmuted")

    async def _end_in_time(self, mute: Mute) -> None:
        while left_s := remaining_s(mute, self._now()):
            self._resumed.clear()
            with suppress(asyncio.TimeoutError):
                await within(self._resumed.wait(), left_s)
        async with self._lock:
            if self._mute is mute:
                try:
                    await self._end()
                except JarvisError as error:
                    logger.warning("the end of a mute was not kept code=%s detail=%s", error.code, error.message)

    async def _save(self, mute: Mute) -> None:
        try:
            await self._store.save(mute)
        except JarvisError as error:
            how = "muted" if mute.is_muted else "unmuted"
            raise EngineError(
                f"{how}, but a restart may undo that: {error.message}", code=ErrorCode.NOT_KEPT
            ) from error

    async def _closed(self) -> None:
        try:
            await within(self._capture.closed(), CLOSE_LIMIT_S)
        except asyncio.TimeoutError as error:
            raise EngineError(
                "nothing is heard, but the microphone does not close", code=ErrorCode.TIMEOUT
            ) from error
