"""The executor unit, put together from the configuration."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from jarvisd.bus.client import UnitClient
from jarvisd.bus.names import UnitName
from jarvisd.bus.signals.audio import Transcript
from jarvisd.bus.signals.brain import TurnFinished
from jarvisd.bus.signals.executor import ServiceLevelChanged, TimerFinished, ToolsChanged
from jarvisd.config.ownership import TrustedOwners
from jarvisd.config.schema import Config
from jarvisd.core import audit_chain, formats
from jarvisd.core.errors import JarvisError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor import settings
from jarvisd.executor.adapters.atomic_file import AtomicFile, KernelUptime
from jarvisd.executor.adapters.audit_log import AuditFile
from jarvisd.executor.adapters.bus_peers import (
    BusAnswerListener,
    BusBell,
    BusBrain,
    BusHealth,
    BusIdentities,
    BusQuestionSpeaker,
)
from jarvisd.executor.adapters.courier import SocketCourier
from jarvisd.executor.adapters.journal import SqliteJournal
from jarvisd.executor.adapters.machine import KernelReader
from jarvisd.executor.adapters.podman.sandbox import PodmanSandbox
from jarvisd.executor.adapters.systemd import BusServices
from jarvisd.executor.audit.service_clock import ServiceClock
from jarvisd.executor.audit.stores import Stores
from jarvisd.executor.consent.asker import Asker
from jarvisd.executor.events import Event
from jarvisd.executor.files.paths import Workspaces
from jarvisd.executor.health.maintenance import Maintenance
from jarvisd.executor.health.monitor import HealthMonitor, sandbox_part
from jarvisd.executor.health.recovery import Recovery
from jarvisd.executor.health.resources import RESOURCE_PARTS, Resources
from jarvisd.executor.health.rounds import HealthRounds
from jarvisd.executor.health.service_level import LevelStatus
from jarvisd.executor.interface import ExecutorInterface
from jarvisd.executor.plan.clarifications import Clarifications
from jarvisd.executor.plan.heard_requests import HeardRequests
from jarvisd.executor.plan.runner import Dispatcher
from jarvisd.executor.plan.step_services import StepServices
from jarvisd.executor.policy.describe import describe
from jarvisd.executor.policy.licensing import Licensor
from jarvisd.executor.policy.verdict import Judge
from jarvisd.executor.ports.courier import Courier
from jarvisd.executor.ports.machine import MachineReader
from jarvisd.executor.ports.sandbox import Sandbox
from jarvisd.executor.selftest.runner import SelfTest
from jarvisd.executor.timers.timers import Timers
from jarvisd.executor.tools.context import FILE_LANE, ToolServices
from jarvisd.executor.tools.plugin_loading import PluginLoading
from jarvisd.executor.tools.plugins import Plugins
from jarvisd.executor.tools.registry import configured_tools, with_built_in_tools
from jarvisd.executor.undo.changes import Changes
from jarvisd.executor.undo.retention import Retention
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.pack import LanguagePack
from jarvisd.runtime import factories
from jarvisd.runtime.service import Runtime


def _podman(runtime: Runtime) -> Sandbox:
    return PodmanSandbox(runtime.config.sandbox, runtime.workers, start_task=runtime.tasks.start)


def _socket_courier(runtime: Runtime) -> Courier:
    return SocketCourier(runtime.config)


SANDBOXES: Mapping[str, Callable[[Runtime], Sandbox]] = {"podman": _podman}
COURIERS: Mapping[str, Callable[[Runtime], Courier]] = {"socket": _socket_courier}
MACHINES: Mapping[str, Callable[[Runtime], MachineReader]] = {
    "kernel": lambda runtime: KernelReader(settings.written_folders(runtime.config))
}
LANGUAGE: LanguagePack = ENGLISH
PARTS = ("workspaces", "audit", "audit-chain", "journal", "sandbox", "policy", *RESOURCE_PARTS)
FILES_GRACE_S = 120.0
"""How far work on files may go beyond the deadline of a step before it counts as stuck."""


class ExecutorUnit:
    """The hands, their interface, and what opens and closes them.

    Like every unit a class, since starting, closing and reloading work on the same objects; it is built in the
    order peers and adapters, rooms, interface, and opens nothing before :meth:`start`.
    """

    _spoken_turn = ""
    """The last turn that somebody began by voice."""

    def __init__(self, runtime: Runtime) -> None:
        config = runtime.config
        self._runtime = runtime
        for part in PARTS:
            runtime.parts.declare(part)
        self._brain = UnitClient(runtime.bus, UnitName.BRAIN)
        self._brain_owner: str | None = None
        self._audio, tts = (UnitClient(runtime.bus, unit) for unit in (UnitName.AUDIO, UnitName.TTS))
        self._health = BusHealth(runtime.parts, (self._audio, self._brain, tts), runtime.tasks)
        self._speech, self._bell = BusQuestionSpeaker(tts), BusBell(tts, runtime.tasks)
        identities = BusIdentities(runtime.bus)
        sandbox = factories.load("sandbox.engine", config.sandbox.engine, SANDBOXES, runtime)
        self._sandbox = sandbox_part(sandbox, runtime.parts)
        workspaces = Workspaces(settings.workspace_roots(config))
        self._time_file = _list_file(runtime, "service-time.json", "records of the time in service")
        self._timer_file = _list_file(runtime, "timers.json", "the timers", formats.TIMERS)
        self._time = ServiceClock(self._time_file, runtime.clock, KernelUptime())
        self._stores = _stores(runtime, self._time)
        self._registry = with_built_in_tools(configured_tools(config))
        self._plugins = Plugins(self._registry, TrustedOwners(_trusted_uids(runtime)))
        self._plugin_loading = PluginLoading(self._plugins, runtime.parts, self._stores.writer)
        self._resources = self._make_resources()
        self._monitor = self._make_monitor(sandbox)
        self._maintenance = self._make_maintenance(workspaces)
        self._timers = self._make_timers()
        self._kit = self._make_kit(sandbox, workspaces)
        self._self_test = self._make_self_test(workspaces)
        self._asker = self._make_asker(self._audio, identities)
        heard = HeardRequests()
        self._dispatcher = Dispatcher(self._make_means(), identities, self._emit, heard)
        self._clarifications = Clarifications(self._asker, identities, heard, runtime.tasks.start)
        self._recovery = Recovery(
            workspaces,
            self._kit.changes.recover,
            self._maintenance,
            parts=runtime.parts,
            workers=runtime.workers,
            start_task=runtime.tasks.start,
        )
        self._rounds = HealthRounds(
            self._monitor, self._recovery, runtime.progress, lambda: self._dispatcher.is_idle
        )
        self._offered = [tool.name for tool in self._registry.all()]

        self.interface = self._make_interface()
        self._registry.subscribe(self._tools_changed)
        self._monitor.offer_checks(runtime.parts.checks)
        runtime.on_resume.append(self._asker.resumed)
        runtime.on_reload.append(self.reload)

    async def start(self) -> None:
        """Open audit log and journal, repair what a crash left, and begin to watch; the sandbox opens later."""
        tasks = self._runtime.tasks
        self._runtime.bus.on_lost(self._bus_lost)
        await self._runtime.workers.run(FILE_LANE, self._time.open)
        await self._stores.open()
        await self._recovery.run()
        await self._health.start()
        self._audio.receive(Transcript, self._heard)
        self._brain.receive(TurnFinished, self._turn_over)
        self._brain_owner = await self._brain.follow(self._brain_moved)
        tasks.start("open-sandbox", self._sandbox.open())
        tasks.start("self-test", self._self_test.run())
        tasks.start("verify-audit", self._monitor.verify_chain())
        self._rounds.start(tasks)
        tasks.loop("upkeep", self._maintenance.prune)
        await self._plugin_loading.load(self._runtime.config.executor.plugins)
        await self._open_timers()
        await self._bell.follow(self._timers.rung, self._timers.bell_lost)
        tasks.loop("timers", self._timers.run)

    async def _open_timers(self) -> None:
        """What was found wrong with timers or time in service is told as parts of their own; all else goes on."""
        with suppress(JarvisError):
            await self._timers.open()
        for part, store in (("timers", self._timer_file), ("service-time", self._time_file)):
            if store.problem is not None:
                self._runtime.parts.degraded(part, store.problem)

    async def close(self) -> None:
        """Stop between two effects and release everything."""
        await self._rounds.stop()
        await self._dispatcher.cancel("")
        await self._dispatcher.ended()
        await self._sandbox.close()
        await self._stores.close()

    def reload(self, config: Config) -> None:
        """Take over what may change while the unit runs."""
        self._kit = replace(self._kit, limits=settings.limits(config))
        self._asker.reconfigure(settings.windows(config))
        self._resources.reconfigure(settings.resource_limits(config))
        self._dispatcher.reconfigure(self._make_means())
        self._runtime.tasks.start("plugins", self._plugin_loading.load(config.executor.plugins))

    # --- what the bus tells ----------------------------------------------------------------------------

    def _bus_lost(self) -> None:
        """Stop between two effects: questions and their answers belong to connections that are no more."""
        self._runtime.tasks.start("bus-lost", self._dispatcher.cancel(""))

    def _brain_moved(self, owner: str | None) -> None:
        before, self._brain_owner = self._brain_owner, owner
        if before is not None and before != owner:
            # Its turn has died with it: a question would be about something that nobody reports any more.
            self._runtime.tasks.start("brain-left", self._dispatcher.left(before))

    def _heard(self, told: Transcript) -> None:
        self._dispatcher.heard(told.turn_id, told.text)
        self._spoken_turn = told.turn_id

    def _turn_over(self, told: TurnFinished) -> None:
        # Somebody has spoken, so somebody is there; a written request tells nothing of the room.
        if told.turn_id == self._spoken_turn:
            self._runtime.tasks.start("tell-unheard", self._tell_unheard())

    async def _tell_unheard(self) -> None:
        with suppress(JarvisError):
            await self._timers.tell_unheard()

    # --- telling ---------------------------------------------------------------------------------------

    def _emit(self, event: Event) -> None:
        self.interface.publish(event)

    def _level_changed(self, level_status: LevelStatus) -> None:
        now_us = self._runtime.clock.monotonic_us()
        self._emit(ServiceLevelChanged(now_us, level_status.level.value, level_status.reasons))
        offered = [str(tool["name"]) for tool in self._dispatcher.list_tools()]
        if offered != self._offered:
            # Only then: the planner evaluates its whole prompt again when the tools change.
            self._offered = offered
            self._tools_changed()

    def _tools_changed(self) -> None:
        self._emit(ToolsChanged(self._runtime.clock.monotonic_us()))

    def _describe_tools(self, name: str) -> list[JsonObject]:
        """The tool called ``name``, or all of them, as people are shown it; raises NOT_FOUND."""
        wanted = [self._registry.known(name)] if name else self._registry.all()
        level, deadline_s = self._monitor.level_status.level, self._runtime.config.executor.step_deadline_s
        return [describe(tool, level, self._plugins.origin(tool.name), deadline_s) for tool in wanted]

    # --- putting together ------------------------------------------------------------------------------

    def _make_maintenance(self, workspaces: Workspaces) -> Maintenance:
        runtime = self._runtime
        retention = Retention(self._stores.journal, workspaces, settings.undo_limits(runtime.config))
        return Maintenance(retention, self._time, self._stores.writer, self._speech, runtime.workers)

    def _make_resources(self) -> Resources:
        runtime, config = self._runtime, self._runtime.config
        return Resources(
            factories.load("machine.reader", config.machine.reader, MACHINES, runtime),
            runtime.changed_on_disk,
            limits=settings.resource_limits(config),
            parts=runtime.parts,
            workers=runtime.workers,
            clock=runtime.clock,
        )

    def _make_monitor(self, sandbox: Sandbox) -> HealthMonitor:
        runtime = self._runtime
        return HealthMonitor(
            health=self._health,
            parts=runtime.parts,
            sandbox=sandbox,
            sandbox_part=self._sandbox,
            trail=self._stores.writer,
            speech=self._speech,
            sentences=LANGUAGE.questions,
            clock=runtime.clock,
            resources=self._resources,
            on_change=self._level_changed,
        )

    def _make_timers(self) -> Timers:
        runtime = self._runtime
        return Timers(
            store=self._timer_file,
            clock=runtime.clock,
            uptime=KernelUptime(),
            workers=runtime.workers,
            ring=lambda timer: self._emit(TimerFinished("", runtime.clock.monotonic_us(), timer.id, timer.label)),
            say=self._speech.alert,
            is_quiet=lambda: not self._asker.is_asking,
            bell=self._bell,
            is_open=False,
        )

    def _make_kit(self, sandbox: Sandbox, workspaces: Workspaces) -> ToolServices:
        runtime, config = self._runtime, self._runtime.config
        files_limit_s = config.executor.step_deadline_s + FILES_GRACE_S
        runtime.workers.watch(FILE_LANE, runtime.progress.register("files", files_limit_s, part="workspaces"))
        return ToolServices(
            clock=runtime.clock,
            workers=runtime.workers,
            start_task=runtime.tasks.start,
            workspaces=workspaces,
            changes=Changes(self._stores.journal, workspaces, runtime.clock),
            sandbox=sandbox,
            memory=BusBrain(self._brain),
            courier=factories.load("courier.engine", config.courier.engine, COURIERS, runtime),
            reach=settings.reach(config),
            timers=self._timers,
            services=BusServices(runtime.bus),
            limits=settings.limits(config),
        )

    def _make_self_test(self, workspaces: Workspaces) -> SelfTest:
        runtime = self._runtime
        roots = [root.path for root in workspaces.roots]
        return SelfTest(
            lambda: Judge(self._registry, roots, self._kit.reach, LANGUAGE),
            [runtime.config.executor.redteam_dir],
            answers=LANGUAGE.answers,
            parts=runtime.parts,
            workers=runtime.workers,
            clock=runtime.clock,
        )

    def _make_asker(self, audio: UnitClient, identities: BusIdentities) -> Asker:
        runtime, config = self._runtime, self._runtime.config
        return Asker(
            ears=BusAnswerListener(audio),
            speech=self._speech,
            identities=identities,
            start_task=runtime.tasks.start,
            windows=settings.windows(config),
            emit=self._emit,
            clock=runtime.clock,
            language=LANGUAGE,
            challenge_mode=config.consent.challenge,
        )

    def _make_means(self) -> StepServices:
        config = self._runtime.config
        return StepServices(
            registry=self._registry,
            kit=self._kit,
            trail=self._stores.writer,
            asker=self._asker,
            assessor=BusBrain(self._brain),
            speech=self._speech,
            sentences=LANGUAGE.questions,
            words=LANGUAGE.wording,
            licensor=Licensor(self._registry, LANGUAGE),
            level=lambda: self._monitor.level_status.level,
            step_deadline_s=config.executor.step_deadline_s,
            with_content=config.general.log_content,
        )

    def _make_interface(self) -> ExecutorInterface:
        runtime = self._runtime
        return ExecutorInterface(
            runtime.bus,
            runtime.parts,
            dispatcher=self._dispatcher,
            asker=self._asker,
            clarifications=self._clarifications,
            self_test=self._self_test,
            monitor=self._monitor,
            describe_tools=self._describe_tools,
            list_timers=self._timers.listed,
            snooze_timers=self._timers.snooze,
        )


def _list_file(runtime: Runtime, name: str, what: str, version: int = formats.LISTS) -> AtomicFile:
    return AtomicFile(runtime.config.paths.state_dir / "executor" / name, what, version)


def _stores(runtime: Runtime, time: ServiceClock) -> Stores:
    config = runtime.config
    keep = settings.audit_retention(config)
    return Stores(
        AuditFile(config.paths.log_dir / audit_chain.NEWEST_FILE, keep, time.now_s),
        SqliteJournal(config.paths.state_dir / "executor" / "undo.db", time.now_s),
        workers=runtime.workers,
        clock=runtime.clock,
        parts=runtime.parts,
        file_lane=FILE_LANE,
    )


def _trusted_uids(runtime: Runtime) -> set[int]:
    """Who may own a plugin: on a private bus everything runs as one user, who is as trusted as the executor."""
    return {0, os.getuid()} if runtime.bus.is_private else {0}


def build(runtime: Runtime) -> ExecutorUnit:
    """The unit for the runner; opens nothing."""
    return ExecutorUnit(runtime)
