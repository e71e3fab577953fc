"""Containers kept ready: each has been made and checked, waits for one job, and is used once.

They are of one kind for each mount: without a folder, and for every workspace read-only that was asked for.
How many wait is bounded by the configuration, each and in all.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from jarvisd.core.errors import JarvisError
from jarvisd.executor.adapters.podman.container import ContainerLimits, ContainerProfile
from jarvisd.executor.adapters.podman.session import ContainerSession
from jarvisd.runtime.tasks import StartTask

logger = logging.getLogger(__name__)

IDLE_MB = 16
"""Memory of a container that waits, its monitor included."""
_NO_FOLDER = ContainerProfile()


class ContainerPool:
    """Ready containers by profile. ``make`` opens one, ``discard`` removes one."""

    def __init__(
        self,
        each: int,
        memory_mb: int,
        start_task: StartTask,
        make: Callable[[ContainerProfile], Awaitable[ContainerSession]],
        discard: Callable[[ContainerSession], Coroutine[Any, Any, None]],
    ) -> None:
        self._each = each
        self._room = memory_mb // IDLE_MB
        self._start_task = start_task
        self._make = make
        self._discard = discard
        self._ready: OrderedDict[ContainerProfile, list[ContainerSession]] = OrderedDict({_NO_FOLDER: []})
        self._filling: asyncio.Task[None] | None = None
        self._is_open = False

    @property
    def waiting(self) -> int:
        """How many containers wait."""
        return sum(len(sessions) for sessions in self._ready.values())

    def open(self) -> None:
        """Begin to keep containers ready."""
        self._is_open = True
        self.refill()

    def take(self, profile: ContainerProfile, limits: ContainerLimits, image_id: str) -> ContainerSession | None:
        """A container that waits for just this kind of job, and is from now on the caller's."""
        sessions = self._ready.get(profile, [])
        for session in list(sessions):
            if session.is_fresh(image_id) and not session.fits(limits):
                continue
            sessions.remove(session)
            if session.is_fresh(image_id):
                return session
            self._start_task("discard a container", self._discard(session))
        return None

    def refill(self, profile: ContainerProfile = _NO_FOLDER) -> None:
        """Make what is missing in the background; ``profile`` is one that was just asked for."""
        if not self._is_open or profile.how not in ("", "mount"):
            return
        self._ready.setdefault(profile, [])
        self._ready.move_to_end(profile)
        if self._filling is None or self._filling.done():
            self._filling = self._start_task("fill the pool of containers", self._fill())

    async def filled(self) -> None:
        """Return when nothing more is being made."""
        if self._filling is not None:
            await asyncio.wait({self._filling})

    async def drain(self) -> None:
        """Remove what waits and make no more, until :meth:`open`."""
        self._is_open = False
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.wait({self._filling})
            self._filling = None
        for session in [session for sessions in self._ready.values() for session in sessions]:
            await self._discard(session)
        self._ready = OrderedDict({_NO_FOLDER: []})

    async def _fill(self) -> None:
        await self._drop_dead()
        while self._is_open and (profile := self._wanting()) is not None:
            try:
                session = await self._make(profile)
            except JarvisError as error:
                # The next run makes its own and tells why it cannot.
                logger.warning("no container for the pool reason=%s", error.message)
                if profile != _NO_FOLDER:
                    self._ready.pop(profile, None)
                return
            self._ready.setdefault(profile, []).append(session)

    async def _drop_dead(self) -> None:
        for sessions in self._ready.values():
            for session in [session for session in sessions if not session.is_alive]:
                sessions.remove(session)
                await self._discard(session)

    def _wanting(self) -> ContainerProfile | None:
        """The profile most recently used that lacks one; folders not asked for lately make room for it."""
        missing = [profile for profile, sessions in self._ready.items() if len(sessions) < self._each]
        return missing[-1] if missing and self.waiting < self._room else None
