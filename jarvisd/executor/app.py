"""The executor unit, put together from the configuration."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from jarvisd.bus.client import UnitClient
from jarvisd.bus.names import UnitName
from jarvisd.bus.signals.executor import TimerFinished
from jarvisd.config.schema import Config
from jarvisd.core import audit_chain
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor import settings
from jarvisd.executor.adapters.atomic_file import AtomicFile, KernelUptime
from jarvisd.executor.adapters.audit_log import AuditFile
from jarvisd.executor.adapters.bus_peers import (
    BusAnswerListener,
    BusBrain,
    BusHealth,
    BusIdentities,
    BusQuestionSpeaker,
)
from jarvisd.executor.adapters.courier import SocketCourier
from jarvisd.executor.adapters.journal import SqliteJournal
from jarvisd.executor.adapters.podman.sandbox import PodmanSandbox
from jarvisd.executor.adapters.systemd import BusServices
from jarvisd.executor.audit import records
from jarvisd.executor.audit.service_clock import ServiceClock
from jarvisd.executor.audit.writer import AUDIT_LANE, AuditWriter
from jarvisd.executor.consent.asker import Asker
from jarvisd.executor.events import Event
from jarvisd.executor.files.paths import Workspaces, roots_from
from jarvisd.executor.health import maintenance
from jarvisd.executor.health.maintenance import Maintenance
from jarvisd.executor.health.monitor import OPEN_DEADLINE_S, HealthMonitor
from jarvisd.executor.health.service_level import LevelStatus
from jarvisd.executor.interface import ExecutorInterface
from jarvisd.executor.plan.runner import Dispatcher
from jarvisd.executor.plan.step import StepServices
from jarvisd.executor.policy.describe import describe
from jarvisd.executor.policy.verdict import Judge
from jarvisd.executor.ports.courier import Courier
from jarvisd.executor.ports.sandbox import Sandbox
from jarvisd.executor.selftest.runner import SelfTest
from jarvisd.executor.timers.timers import Timers
from jarvisd.executor.tools.context import FILE_LANE, ToolServices
from jarvisd.executor.tools.plugins import Plugins
from jarvisd.executor.tools.registry import BUILT_IN, with_built_in_tools
from jarvisd.executor.undo.changes import Changes
from jarvisd.executor.undo.retention import Retention
from jarvisd.runtime import factories
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.service import Runtime

logger = logging.getLogger(__name__)


def _podman(runtime: Runtime) -> Sandbox:
    return PodmanSandbox(runtime.config.sandbox, runtime.workers, start_task=runtime.tasks.start)


def _socket_courier(runtime: Runtime) -> Courier:
    return SocketCourier(runtime.config)


SANDBOXES: Mapping[str, Callable[[Runtime], Sandbox]] = {"podman": _podman}
COURIERS: Mapping[str, Callable[[Runtime], Courier]] = {"socket": _socket_courier}
PLUGINS_PART = "plugins"
PARTS = ("workspaces", "audit", "audit-chain", "journal", "disk", "sandbox", "policy")
WATCH_LIMIT_S = 15.0
LOOK_EVERY_S = 15.0
LOOK_LIMIT_S = OPEN_DEADLINE_S + 30.0
FILES_GRACE_S = 120.0
"""How far work on files may go beyond the deadline of a step before it counts as stuck."""


@dataclass(frozen=True, slots=True)
class _Peers:
    audio: UnitClient
    brain: UnitClient
    tts: UnitClient


class ExecutorUnit:
    """The hands, their interface, and what opens and closes them."""

    def __init__(self, runtime: Runtime) -> None:
        config = runtime.config
        self._runtime = runtime
        self._peers = _Peers(
            *(UnitClient(runtime.bus, unit) for unit in (UnitName.AUDIO, UnitName.BRAIN, UnitName.TTS))
        )
        state = config.paths.state_dir / "executor"
        kept = AtomicFile(state / "service-time.json", "the time in service")
        self._time = ServiceClock(kept, runtime.clock, KernelUptime())
        keep = settings.audit_retention(config)
        self._audit = AuditFile(config.paths.log_dir / audit_chain.NEWEST_FILE, keep, self._time.now_s)
        self._journal = SqliteJournal(state / "undo.db", self._time.now_s)
        self._trail = AuditWriter(self._audit, self._journal, runtime.workers, runtime.clock, self._on_health)
        self._workspaces = Workspaces(
            roots_from((space.name, str(space.path), space.kind, space.read_only) for space in config.workspaces)
        )
        self._sandbox = factories.load("sandbox.engine", config.sandbox.engine, SANDBOXES, runtime)
        self.registry = with_built_in_tools()
        self.plugins = Plugins(self.registry, _trusted_uids(runtime))
        self._named = config.executor.plugins
        runtime.on_reload.append(self._reloaded)
        self._speech = BusQuestionSpeaker(self._peers.tts)
        self._health = BusHealth(
            runtime.parts, (self._peers.audio, self._peers.brain, self._peers.tts), runtime.tasks
        )
        self._watch = self._make_watch()
        self._maintenance = self._make_upkeep()
        self._timers = self._make_timers()
        self._kit = self._make_kit()
        self.self_test = self._make_self_test()
        identities = BusIdentities(runtime.bus)
        self.asker = Asker(
            ears=BusAnswerListener(self._peers.audio),
            speech=self._speech,
            identities=identities,
            start_task=runtime.tasks.start,
            windows=settings.windows(config),
            emit=self._emit,
            clock=runtime.clock,
            challenge_mode=config.consent.challenge,
        )
        runtime.on_resume.append(self.asker.resumed)
        self.dispatcher = Dispatcher(self._make_means(), identities, self._emit)
        self._interface = ExecutorInterface(runtime.bus, runtime.parts, self, runtime.clock)
        self.registry.subscribe(self._interface.publish_tools)
        self._heartbeat, self._look_beat = _beats(runtime)
        self._watching: list[asyncio.Task[None]] = []
        self._is_recovered = False
        self._brain: str | None = None
        self._offered = [tool.name for tool in BUILT_IN]

    @property
    def interface(self) -> ExecutorInterface:
        """The object to export."""
        return self._interface

    @property
    def level_status(self) -> LevelStatus:
        """The service level and why."""
        return self._watch.level_status

    def describe_tools(self, name: str) -> list[JsonObject]:
        """The tool called ``name``, or all of them, as people are shown it; raises NOT_FOUND."""
        wanted = [self.registry.known(name)] if name else self.registry.all()
        level, deadline_s = self.level_status.level, self._runtime.config.executor.step_deadline_s
        return [describe(tool, level, self.plugins.origin(tool.name), deadline_s) for tool in wanted]

    async def start(self) -> None:
        """Open audit log and journal, repair what a crash left, and begin to watch; the sandbox opens later."""
        for part in PARTS:
            self._runtime.parts.declare(part)
        self._runtime.bus.on_lost(self._bus_lost)
        await self._open()
        await self._health.start()
        self._brain = await self._peers.brain.follow(self._brain_moved)
        self._runtime.tasks.start("open-sandbox", self._watch.open_sandbox())
        self._runtime.tasks.start("self-test", self.self_test.run())
        self._runtime.tasks.start("verify-audit", self._watch.verify_chain())
        self._watching = [
            self._runtime.tasks.loop("watch", self._watch_on),
            self._runtime.tasks.loop("look", self._look_on),
        ]
        self._runtime.tasks.loop("upkeep", self._maintenance.prune)
        await self._load_plugins()
        await self._timers.open()
        self._runtime.tasks.loop("timers", self._timers.run)

    async def close(self) -> None:
        """Stop between two effects and release everything."""
        for watching in self._watching:
            # First of all: what closes below must not be taken for a fault.
            watching.cancel()
            await asyncio.wait({watching})
        await self.dispatcher.cancel("")
        await self.dispatcher.ended()
        await self._sandbox.close()
        await self._runtime.workers.run(FILE_LANE, self._journal.close)
        await self._runtime.workers.run(AUDIT_LANE, self._audit.close)

    # --- opening ---------------------------------------------------------------------------------------

    async def _open(self) -> None:
        parts, workers = self._runtime.parts, self._runtime.workers
        await workers.run(FILE_LANE, self._time.open)
        for part, lane, store in (
            ("audit", AUDIT_LANE, self._audit),
            ("journal", FILE_LANE, self._journal),
        ):
            try:
                await workers.run(lane, store.open)
                parts.ready(part, store.engine)
            except JarvisError as error:
                parts.failed(part, error)
        await self._recover()

    async def _recover(self) -> None:
        """Repair what a crash left; if the journal cannot be used now, at a later look."""
        parts, workers = self._runtime.parts, self._runtime.workers
        try:
            await workers.run(FILE_LANE, self._workspaces.check)
            settled = await workers.run(FILE_LANE, self._kit.changes.recover)
        except JarvisError as error:
            parts.failed("workspaces", error)
            return
        self._is_recovered = True
        problem = maintenance.stuck(settled)
        if problem is None:
            parts.ready("workspaces", "openat2")
        else:
            parts.degraded("workspaces", problem)
        await self._maintenance.note_recovery(settled)
        self._runtime.tasks.start("tell-recovery", self._maintenance.tell_recovery(settled))

    def _reloaded(self, config: Config) -> None:
        self._kit = replace(self._kit, limits=settings.limits(config))
        self.asker.reconfigure(settings.windows(config))
        self._watch.reconfigure(config.executor.disk_percent)
        self.dispatcher.reconfigure(self._make_means())
        self._named = config.executor.plugins
        self._runtime.tasks.start("plugins", self._load_plugins())

    async def _load_plugins(self) -> None:
        """Load the plugins that are named now; what goes wrong with one is its own part's fault and no other's."""
        named, parts = self._named, self._runtime.parts
        if named:
            parts.declare(PLUGINS_PART)
        problems = await self.plugins.apply(named)
        if PLUGINS_PART in parts.states():
            record = records.event("plugins", self._trail.now(), named=list(named), refused=list(problems))
            await self._trail.note(record)
        if problems:
            spec, error = next(iter(problems.items()))
            parts.degraded(PLUGINS_PART, RequestError(f"{spec}: {error.message}", code=error.code))
        elif PLUGINS_PART in parts.states():
            parts.ready(PLUGINS_PART, f"{len(named)} loaded")

    def _bus_lost(self) -> None:
        """Stop between two effects: questions and their answers belong to connections that are no more."""
        self._runtime.tasks.start("bus-lost", self.dispatcher.cancel(""))

    async def _watch_on(self) -> None:
        while True:
            self._heartbeat.busy()
            await self._watch.tick()

    async def _look_on(self) -> None:
        while True:
            self._look_beat.busy()
            await self._watch.look()
            if not self._is_recovered and self.dispatcher.is_idle:
                # Work that is under way is not what a crash left.
                await self._recover()
            self._look_beat.idle()
            await asyncio.sleep(LOOK_EVERY_S)

    def _brain_moved(self, owner: str | None) -> None:
        before, self._brain = self._brain, owner
        if before is not None and before != owner:
            # Its turn has died with it: a question would be about something that nobody reports any more.
            self._runtime.tasks.start("brain-left", self.dispatcher.left(before))

    # --- putting together ------------------------------------------------------------------------------

    def _make_upkeep(self) -> Maintenance:
        runtime = self._runtime
        retention = Retention(self._journal, self._workspaces, settings.undo_limits(runtime.config))
        return Maintenance(retention, self._time, self._trail, self._speech, runtime.workers)

    def _make_watch(self) -> HealthMonitor:
        runtime, config = self._runtime, self._runtime.config
        folders = [config.paths.state_dir, config.paths.log_dir, *(space.path for space in config.workspaces)]
        return HealthMonitor(
            health=self._health,
            parts=runtime.parts,
            sandbox=self._sandbox,
            trail=self._trail,
            speech=self._speech,
            workers=runtime.workers,
            clock=runtime.clock,
            folders=folders,
            disk_percent=config.executor.disk_percent,
            on_change=self._on_level,
        )

    def _make_timers(self) -> Timers:
        runtime = self._runtime
        return Timers(
            store=AtomicFile(runtime.config.paths.state_dir / "executor" / "timers.json", "the timers"),
            clock=runtime.clock,
            uptime=KernelUptime(),
            workers=runtime.workers,
            ring=lambda timer: self._emit(TimerFinished("", runtime.clock.monotonic_us(), timer.id, timer.label)),
            say=self._speech.say,
            is_quiet=lambda: not self.asker.is_asking,
        )

    def _make_kit(self) -> ToolServices:
        runtime, config = self._runtime, self._runtime.config
        return ToolServices(
            clock=runtime.clock,
            workers=runtime.workers,
            start_task=runtime.tasks.start,
            workspaces=self._workspaces,
            changes=Changes(self._journal, self._workspaces, runtime.clock),
            sandbox=self._sandbox,
            memory=BusBrain(self._peers.brain),
            courier=factories.load("courier.engine", config.courier.engine, COURIERS, runtime),
            reach=settings.reach(config),
            timers=self._timers,
            services=BusServices(runtime.bus),
            limits=settings.limits(config),
        )

    def _make_self_test(self) -> SelfTest:
        runtime = self._runtime
        roots = [root.path for root in self._workspaces.roots]
        return SelfTest(
            lambda: Judge(self.registry, roots, reach=self._kit.reach),
            [runtime.config.executor.redteam_dir],
            parts=runtime.parts,
            workers=runtime.workers,
            clock=runtime.clock,
        )

    def _make_means(self) -> StepServices:
        config = self._runtime.config
        return StepServices(
            registry=self.registry,
            kit=self._kit,
            trail=self._trail,
            asker=self.asker,
            assessor=BusBrain(self._peers.brain),
            speech=self._speech,
            level=lambda: self.level_status.level,
            step_deadline_s=config.executor.step_deadline_s,
            with_content=config.general.log_content,
        )

    # --- telling ---------------------------------------------------------------------------------------

    def _emit(self, event: Event) -> None:
        self._interface.publish(event)

    def _on_level(self, level_status: LevelStatus) -> None:
        self._interface.publish_level(level_status)
        offered = [str(tool["name"]) for tool in self.dispatcher.list_tools()]
        if offered != self._offered:
            # Only then: the planner evaluates its whole prompt again when the tools change.
            self._offered = offered
            self._interface.publish_tools()

    def _on_health(self, part: str, error: JarvisError | None) -> None:
        if error is None:
            self._runtime.parts.ready(part)
        elif error.code is ErrorCode.TIMEOUT:
            self._runtime.parts.degraded(part, error)
        else:
            self._runtime.parts.failed(part, error)


def _beats(runtime: Runtime) -> tuple[Heartbeat, Heartbeat]:
    """The beats of following and of looking; work on files has one too, which its lane keeps."""
    files_limit_s = runtime.config.executor.step_deadline_s + FILES_GRACE_S
    runtime.workers.watch(FILE_LANE, runtime.progress.register("files", files_limit_s, part="workspaces"))
    return runtime.progress.register("watch", WATCH_LIMIT_S), runtime.progress.register("look", LOOK_LIMIT_S)


def _trusted_uids(runtime: Runtime) -> set[int]:
    """Who may own a plugin: on a private bus everything runs as one user, who is as trusted as the executor."""
    return {0, os.getuid()} if runtime.bus.is_private else {0}


def build(runtime: Runtime) -> ExecutorUnit:
    """The unit for the runner; opens nothing."""
    return ExecutorUnit(runtime)
