"""Who is heard now: each call is judged by its sender before it is read, so that a flood costs little."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from enum import Enum, auto

from jarvisd.bus.wire.framing import Frame
from jarvisd.bus.wire.rate_limit import NOBODY, Limiter, Rate
from jarvisd.core.error_texts import FAULTS
from jarvisd.core.errors import ErrorCode, JarvisError

logger = logging.getLogger(__name__)

TOO_MUCH = "That is too much at once. Please wait a moment."


class Admission(Enum):
    """What becomes of a call."""

    SERVE = auto()
    REFUSE = auto()
    WAIT = auto()
    """Until it is known whose it is; the gate has it."""


class AdmissionControl:
    """Limits what the callers of one connection may ask. ``uid_of`` asks the bus whose a connection is."""

    def __init__(self, rate: Rate, uid_of: Callable[[str], Awaitable[int]]) -> None:
        self._rate = rate
        self._uid_of = uid_of
        self._waiting: dict[str, list[tuple[Frame, Callable[[Frame], object]]]] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._left: set[str] = set()
        self.limiter = Limiter(rate)
        fault = FAULTS[ErrorCode.TOO_MANY_CALLS]
        self.refusal = f"{TOO_MUCH} More than {rate.calls_per_s:g} calls a second; try: {fault.remedy}"
        """What a caller is told who asks too much."""

    def judge(self, call: Frame, again: Callable[[Frame], object]) -> Admission:
        """What to do with ``call``; one that has to wait is given to ``again`` later."""
        if not self._rate.is_on:
            return Admission.SERVE
        waiting = self._waiting.get(call.sender)
        if waiting is None and self.limiter.knows(call.sender):
            now_s = asyncio.get_running_loop().time()
            is_admitted = self.limiter.admit(call.sender, now_s, call.body_bytes)
            return Admission.SERVE if is_admitted else Admission.REFUSE
        if waiting is None:
            waiting = self._waiting[call.sender] = []
            self._asking[call.sender] = asyncio.get_running_loop().create_task(self._identify(call.sender))
        if len(waiting) >= self._rate.burst:
            return Admission.REFUSE
        waiting.append((call, again))
        return Admission.WAIT

    def forget(self, sender: str) -> None:
        """``sender`` has left the bus."""
        if sender in self._waiting:
            self._left.add(sender)
        self.limiter.forget(sender)

    def forget_all(self) -> list[int]:
        """The bus is gone, and everybody with it; returns the descriptors of calls that waited."""
        for task in self._asking.values():
            task.cancel()
        fds = [fd for waiting in self._waiting.values() for call, _ in waiting for fd in call.fds]
        self._asking.clear()
        self._waiting.clear()
        self._left.clear()
        self.limiter.forget_all()
        return fds

    async def _identify(self, sender: str) -> None:
        try:
            uid = await self._uid_of(sender)
        except JarvisError as error:
            logger.debug("caller has left already name=%s code=%s", sender, error.code)
            uid = NOBODY
        if uid == 0:
            self.limiter.excuse(sender)
        else:
            self.limiter.belongs(sender, uid, asyncio.get_running_loop().time())
        del self._asking[sender]
        for call, again in self._waiting.pop(sender):
            again(call)
        if uid == NOBODY or sender in self._left:
            self._left.discard(sender)
            self.limiter.forget(sender)
