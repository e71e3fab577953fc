"""The one runner behind all four daemons: start, serve, prove progress, stop.

Order: connect, build, export, own the name, start the unit, READY. Stopping is the reverse. The unit is ready
once it answers on the bus; its models load afterwards and their state is published as parts (decision 10).
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import UnitInterface
from jarvisd.config import reload
from jarvisd.config.reload import Reload
from jarvisd.config.schema import Config
from jarvisd.core.clock import Clock, SleepWatch
from jarvisd.core.errors import ConfigError, ErrorCode, Unavailable
from jarvisd.core.timeout import within
from jarvisd.runtime.heartbeat import HeartbeatMonitor, WatchdogFeeder
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.process.cpu_pinning import Pinning, pinning_of_machine
from jarvisd.runtime.process.notify import Notifier, watchdog_interval_s
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

STOP_DEADLINE_S = 1.5
"""Longest orderly stop; what is still running then is left to the kernel."""
TICK_S = 2.0
"""How often every loop is looked at; more often when the watchdog wants it."""


@dataclass
class Runtime:
    """What a unit is built from."""

    config: Config
    clock: Clock
    tasks: Tasks
    workers: Workers
    progress: HeartbeatMonitor
    parts: Parts
    bus: Connection
    pinning: Pinning = field(default_factory=lambda: Pinning((), None))
    on_reload: list[Callable[[Config], None]] = field(default_factory=list)
    """Called with a configuration that was read again and is good."""
    changed_on_disk: Callable[[], Sequence[str]] = tuple
    """Keys of the configuration that the unit reads and that were changed since it was read last. Blocking; raises
    ConfigError for one that cannot be used."""
    on_resume: list[Callable[[], None]] = field(default_factory=list)
    """Called soon after the machine has slept: whoever was in the room then need not be who is there now."""


class Unit(Protocol):
    """A unit as the runner sees it."""

    @property
    def interface(self) -> UnitInterface:
        """The object to export."""
        ...

    async def start(self) -> None:
        """Begin to work; must return quickly, heavy loading goes to background tasks."""
        ...

    async def close(self) -> None:
        """Stop working and release everything."""
        ...


Builder = Callable[[Runtime], Unit]


class Service:
    """Runs one unit until a signal, a lost bus or a fatal failure ends it."""

    def __init__(
        self,
        unit: UnitName,
        build: Builder,
        config: Config,
        bus: Connection,
        read_again: Callable[[], Config],
        clock: Clock,
    ) -> None:
        self._unit = unit
        self._build = build
        self._bus = bus
        self._read_again = read_again
        self._last_read = config
        self._notifier = Notifier()
        self._stop = asyncio.Event()
        self._failure: BaseException | None = None
        self._interface: UnitInterface | None = None
        self._pinning = pinning_of_machine(unit.value, config.cores)
        self.runtime = Runtime(
            config=config,
            clock=clock,
            tasks=Tasks(on_fatal=self._fail),
            workers=Workers(self._pinning),
            progress=HeartbeatMonitor(clock.monotonic_us),
            parts=Parts(),
            bus=bus,
            pinning=self._pinning,
            changed_on_disk=self._changed_on_disk,
        )

    async def run(self) -> None:
        """Serve until stopped; raises what ended the service when that was a failure."""
        loop = asyncio.get_running_loop()
        self._pinning.settle_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        unit: Unit | None = None
        try:
            await self._bus.connect()
            unit = self._build(self.runtime)
            self._interface = unit.interface
            self._bus.export(self._unit.path, unit.interface)
            await self._bus.request_name(self._unit.bus_name)
            self.runtime.parts.subscribe(self._tell_status)
            await unit.start()
            self._notifier.ready()
            self._tell_status()
            logger.info("ready name=%s", self._unit.bus_name)
            self.runtime.tasks.start("watchdog", self._feed_watchdog(), is_fatal=True)
            await self._until_stopped()
        finally:
            self._notifier.stopping()
            await self._close(unit)
            self._notifier.close()
        if self._failure is not None:
            raise self._failure

    async def _until_stopped(self) -> None:
        waits = [
            self.runtime.tasks.start("stop-signal", self._stop.wait()),
            self.runtime.tasks.start("bus-closed", self._bus.closed.wait()),
        ]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if self._bus.closed.is_set():
            logger.error("bus lost for good, ending")
            raise self._bus.failure or Unavailable("the message bus went away", code=ErrorCode.BUS_GONE)

    async def _close(self, unit: Unit | None) -> None:
        try:
            await within(self._unwind(unit), STOP_DEADLINE_S)
        except asyncio.TimeoutError:
            logger.exception("stop took longer than its deadline")

    async def _unwind(self, unit: Unit | None) -> None:
        if unit is not None:
            await unit.close()
        await self.runtime.tasks.cancel_all()
        self.runtime.workers.close()
        await self._bus.disconnect()

    async def _feed_watchdog(self) -> None:
        """Also without a watchdog: a part that stands still is shown as failed."""
        tick_s = min(TICK_S, watchdog_interval_s() or TICK_S)
        pacemaker = WatchdogFeeder(self.runtime.progress, tick_s, self.runtime.clock.monotonic_us)
        told: list[str] = []
        sleep = SleepWatch(self.runtime.clock)
        while True:
            if sleep.has_slept():
                sleep = SleepWatch(self.runtime.clock)
                logger.warning("the machine has slept")
                for resume in self.runtime.on_resume:
                    resume()
            if pacemaker.may_feed():
                self._notifier.watchdog()
            names = [heartbeat.name for heartbeat in pacemaker.late]
            self.runtime.parts.stalled({heartbeat.part for heartbeat in pacemaker.late if heartbeat.part})
            if names and names != told:
                logger.critical("no progress loops=%s: the watchdog is no longer fed", ",".join(names))
                self._notifier.status(f"no progress: {', '.join(names)}")
            told = names
            await asyncio.sleep(tick_s)

    def _reload(self) -> None:
        """Read the configuration anew: a bad one is refused whole, of a good one applies at once what may."""
        self._notifier.reloading()
        try:
            config = self._read_again()
        except ConfigError as error:
            for problem in error.problems:
                logger.error("reload refused, the old configuration stays: %s", problem)
            self._notifier.status(f"reload refused: {error.problems[0]}")
        else:
            self._last_read = config
            self._take_over(reload.merge(self._unit.value, self.runtime.config, config))
        self._notifier.ready()

    def _changed_on_disk(self) -> Sequence[str]:
        found = reload.merge(self._unit.value, self._last_read, self._read_again())
        return [*found.applied, *found.waiting]

    def _take_over(self, changes: Reload) -> None:
        # One callback after the other without a pause: nothing runs with a half of the changes.
        self.runtime.config = changes.config
        logging.getLogger("jarvisd").setLevel(changes.config.general.log_level.upper())
        for apply in self.runtime.on_reload:
            apply(changes.config)
        if self._interface is not None:
            self._interface.restart_needed(changes.waiting)
        logger.warning(
            "reloaded applied=%s restart_for=%s",
            ",".join(changes.applied) or "-",
            ",".join(changes.waiting) or "-",
        )

    def _tell_status(self) -> None:
        states = self.runtime.parts.states()
        waiting = [f"{name} {state}" for name, state in states.items() if state != "ready"]
        self._notifier.status("; ".join(waiting) if waiting else "all parts ready")

    def _fail(self, error: BaseException) -> None:
        self._failure = error
        self._stop.set()
