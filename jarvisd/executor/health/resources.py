"""Looks at what the machine has left, and at the configuration on disk, and tells each as a part (D2, D4)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from jarvisd.core.clock import Clock
from jarvisd.core.errors import ConfigError, EngineError, ErrorCode
from jarvisd.core.states import PartState
from jarvisd.core.timeout import within
from jarvisd.executor.health.machine_use import (
    DISK_HYSTERESIS_PERCENT,
    RAM_HYSTERESIS_PERCENT,
    OutsideLoad,
    ResourceLimits,
    is_beyond,
)
from jarvisd.executor.ports.machine import MachineReader, MachineUse
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

DISK, RAM, PROCESSOR, CONFIGURATION = RESOURCE_PARTS = ("disk", "ram", "processor", "configuration")
LOOK_DEADLINE_S = 5.0
"""D3."""
LOOKS_BEFORE_CHANGED = 2
"""Chosen: who edits a file and reloads it is not interrupted by safe mode in between."""
SHOWN_KEYS = 3
"""Chosen: they are spoken and shown in one line."""


class Resources:
    """Blocking readers run in workers of their own, each with a deadline.

    ``changed`` tells which keys of the configuration on disk differ from what was read last; it blocks, and raises
    ConfigError for one that cannot be used.
    """

    def __init__(
        self,
        reader: MachineReader,
        changed: Callable[[], Sequence[str]],
        *,
        limits: ResourceLimits,
        parts: Parts,
        workers: Workers,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._changed = changed
        self._limits = limits
        self._parts = parts
        self._workers = workers
        self._clock = clock
        self._outside = OutsideLoad()
        self._looks_changed = 0

    def reconfigure(self, limits: ResourceLimits) -> None:
        """Other limits from the next look on; the configuration was read just now."""
        self._limits = limits
        self._looks_changed = 0
        self._parts.ready(CONFIGURATION)

    async def look(self) -> None:
        """Look at all of them, side by side."""
        await asyncio.gather(self._look_at_disks(), self._look_at_use(), self._look_at_configuration())

    async def check_disk(self) -> None:
        """Return when the disks have been looked at; raises DISK_FULL where one is."""
        await self._look_at_disks()
        status = self._parts.statuses()[DISK]
        if status.state is not PartState.READY:
            raise EngineError(status.reason, code=ErrorCode.named(status.code))

    async def _look_at_disks(self) -> None:
        looking = self._workers.run("disk", self._reader.fullest_disk_percent)
        try:
            percent = await within(looking, LOOK_DEADLINE_S)
        except asyncio.TimeoutError:
            self._parts.degraded(DISK, EngineError("a disk does not answer", code=ErrorCode.TIMEOUT))
            return
        limit_percent = self._limits.disk_percent - (DISK_HYSTERESIS_PERCENT if self._has_failed(DISK) else 0.0)
        if percent >= limit_percent:
            self._parts.failed(DISK, EngineError(f"{percent:.0f} percent full", code=ErrorCode.DISK_FULL))
        else:
            self._parts.ready(DISK)

    async def _look_at_use(self) -> None:
        try:
            use = await within(self._workers.run("machine", self._reader.use), LOOK_DEADLINE_S)
        except (OSError, ValueError, asyncio.TimeoutError) as error:
            unreadable = EngineError(f"the kernel does not tell: {error}", code=ErrorCode.TIMEOUT)
            for part in (RAM, PROCESSOR):
                self._parts.degraded(part, unreadable)
            return
        self._judge_ram(use)
        self._judge_processor(use)

    def _judge_ram(self, use: MachineUse) -> None:
        percent, was_full = use.ram_percent, self._has_failed(RAM)
        if is_beyond(percent, self._limits.ram_percent, RAM_HYSTERESIS_PERCENT, was_beyond=was_full):
            self._parts.failed(RAM, EngineError(f"{percent:.0f} percent in use", code=ErrorCode.RAM_FULL))
        else:
            self._parts.ready(RAM)

    def _judge_processor(self, use: MachineUse) -> None:
        outside = self._outside
        outside.update(use, self._clock.monotonic_us(), self._limits)
        if outside.is_busy:
            reason = f"{outside.percent:.0f} percent taken by other programs"
            self._parts.failed(PROCESSOR, EngineError(reason, code=ErrorCode.PROCESSOR_BUSY))
        else:
            self._parts.ready(PROCESSOR)

    async def _look_at_configuration(self) -> None:
        try:
            keys = list(await within(self._workers.run("configuration", self._changed), LOOK_DEADLINE_S))
        except ConfigError as error:
            keys = [f"cannot be used: {error.problems[0]}"]
        except asyncio.TimeoutError:
            self._parts.degraded(CONFIGURATION, EngineError("cannot be read", code=ErrorCode.TIMEOUT))
            return
        self._looks_changed = self._looks_changed + 1 if keys else 0
        if self._looks_changed >= LOOKS_BEFORE_CHANGED:
            more = f" and {len(keys) - SHOWN_KEYS} more" if len(keys) > SHOWN_KEYS else ""
            named = ", ".join(keys[:SHOWN_KEYS])
            self._parts.failed(CONFIGURATION, EngineError(f"{named}{more}", code=ErrorCode.CONFIG_CHANGED))
        elif not keys:
            self._parts.ready(CONFIGURATION)

    def _has_failed(self, part: str) -> bool:
        return self._parts.state(part) is PartState.FAILED
