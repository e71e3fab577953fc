"""A bench for the hands: real files in a temporary folder, real journal and undo, scripted people and sandbox."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from jarvisd.bus.signals.executor import ConfirmRequested, PlanFinished
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.web_url import parse_allowed
from jarvisd.core.states import ServiceLevel
from jarvisd.executor.audit.service_clock import ServiceClock
from jarvisd.executor.audit.writer import AuditWriter
from jarvisd.executor.consent.asker import Asker, Windows
from jarvisd.executor.events import Event
from jarvisd.executor.files.paths import WorkspaceRoot, Workspaces
from jarvisd.executor.plan.runner import Dispatcher
from jarvisd.executor.plan.step_services import StepServices
from jarvisd.executor.policy.licensing import Licensor
from jarvisd.executor.timers.model import Timer
from jarvisd.executor.timers.timers import Timers
from jarvisd.executor.tools.context import Reach, ToolContext, ToolLimits, ToolServices
from jarvisd.executor.tools.registry import BUILT_IN
from jarvisd.executor.tools.spec import Registry, ToolResult
from jarvisd.executor.undo.changes import Changes
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.pack import LanguagePack
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from tests.fakes.clock import ScriptedClock
from tests.fakes.executor import (
    Answer,
    ScriptedAssessor,
    ScriptedAudit,
    ScriptedCourier,
    ScriptedEars,
    ScriptedIdentities,
    ScriptedJournal,
    ScriptedKeptList,
    ScriptedMemory,
    ScriptedSandbox,
    ScriptedServices,
    ScriptedSpeech,
    ScriptedUptime,
)

DAY_S = 86_400
OLD = ("file_delete", {"folder": "tmp", "older_than": "old"})
CODE = ("execute_code", {"language": "python", "code": "print(6 * 7)"})


@dataclass
class Bench:
    """Everything a test of the hands touches."""

    folder: Path
    clock: ScriptedClock = field(default_factory=ScriptedClock)
    journal: ScriptedJournal = field(default_factory=ScriptedJournal)
    audit: ScriptedAudit = field(default_factory=ScriptedAudit)
    sandbox: ScriptedSandbox = field(default_factory=ScriptedSandbox)
    memory: ScriptedMemory = field(default_factory=ScriptedMemory)
    courier: ScriptedCourier = field(default_factory=ScriptedCourier)
    assessor: ScriptedAssessor = field(default_factory=ScriptedAssessor)
    identities: ScriptedIdentities = field(
        default_factory=lambda: ScriptedIdentities({":1.9": 1000, ":1.8": 1001, ":1.7": 0, ":1.5": 989})
    )
    workers: Workers = field(default_factory=Workers)
    tasks: Tasks = field(default_factory=Tasks)
    level: ServiceLevel = ServiceLevel.FULL
    windows: Windows = field(default_factory=Windows)
    with_content: bool = False
    step_deadline_s: float = 60.0
    events: list[Event] = field(default_factory=list)
    health: dict[str, bool] = field(default_factory=dict)
    services: ScriptedServices = field(default_factory=ScriptedServices)
    timer_store: ScriptedKeptList = field(default_factory=ScriptedKeptList)
    rung: list[Timer] = field(default_factory=list)
    is_asking: bool = False
    language: LanguagePack = ENGLISH

    def __post_init__(self) -> None:
        self._asked = asyncio.Event()
        self.docs, self.tmp = self.folder / "docs", self.folder / "tmp"
        for path in (self.docs, self.tmp):
            path.mkdir()
        roots = [WorkspaceRoot("documents", str(self.docs)), WorkspaceRoot("tmp", str(self.tmp), is_temp=True)]
        self.workspaces = Workspaces(roots)
        self.changes = Changes(self.journal, self.workspaces, self.clock)
        self.speech = ScriptedSpeech(self.clock)
        self.ears = ScriptedEars(self.speech)
        self.uptime = ScriptedUptime(self.clock)
        self.journal.service_s = ServiceClock(ScriptedKeptList(), self.clock, self.uptime).now_s
        self.timers = self.new_timers()
        self.registry = Registry()
        for tool in BUILT_IN:
            self.registry.register(tool)
        self.kit = ToolServices(
            clock=self.clock,
            workers=self.workers,
            start_task=self.tasks.start,
            workspaces=self.workspaces,
            changes=self.changes,
            sandbox=self.sandbox,
            memory=self.memory,
            courier=self.courier,
            reach=Reach(has_mail=True, allowed_hosts=parse_allowed("news.example.org, *.example.net")),
            timers=self.timers,
            services=self.services,
            limits=ToolLimits(),
        )
        self.set_up()

    def new_timers(self) -> Timers:
        """The timers as a daemon that starts now finds them."""
        return Timers(
            store=self.timer_store,
            clock=self.clock,
            uptime=self.uptime,
            workers=self.workers,
            ring=self.rung.append,
            say=self.speech.say,
            is_quiet=lambda: not self.is_asking,
        )

    def set_up(self) -> None:
        """Put the dispatcher together from what the test has set."""
        trail = AuditWriter(self.audit, self.journal, self.workers, self.clock, self._on_health)
        self.asker = Asker(
            ears=self.ears,
            speech=self.speech,
            identities=self.identities,
            start_task=self.tasks.start,
            windows=self.windows,
            emit=self._take,
            clock=self.clock,
            language=self.language,
        )
        means = StepServices(
            registry=self.registry,
            kit=self.kit,
            trail=trail,
            asker=self.asker,
            assessor=self.assessor,
            speech=self.speech,
            sentences=self.language.questions,
            words=self.language.wording,
            licensor=Licensor(self.registry, self.language),
            level=lambda: self.level,
            step_deadline_s=self.step_deadline_s,
            with_content=self.with_content,
        )
        self.dispatcher = Dispatcher(means, self.identities, self._take)

    def answers(self, *answers: Answer) -> None:
        """What will be said in the room, one for each window."""
        self.ears = ScriptedEars(self.speech, answers)
        self.set_up()

    def file(self, path: str, content: str | bytes = "text", *, age_days: float = 0.0) -> Path:
        """A file in the bench's folder, as old as told."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        at = self.clock.now().timestamp() - age_days * DAY_S
        os.utime(target, (at, at))
        return target

    async def start(self, *actions: tuple[str, JsonObject] | JsonObject, **options: object) -> str:
        """Submit a plan as the brain does."""
        listed: list[JsonObject] = [
            {"tool": action[0], "args": action[1]} if isinstance(action, tuple) else action for action in actions
        ]
        settings = {"turn": "t1", "channel": "voice", **options}
        return await self.dispatcher.submit(json.dumps({"actions": listed}), settings, ":1.5")

    async def run(self, *actions: tuple[str, JsonObject] | JsonObject, **options: object) -> list[JsonObject]:
        """Submit a plan and wait for its steps."""
        plan_id = await self.start(*actions, **options)
        return await self.ended(plan_id)

    async def ended(self, plan_id: str) -> list[JsonObject]:
        """The steps of a plan when it has ended."""
        await self.dispatcher.ended()
        result = self.dispatcher.result(plan_id).to_json()
        assert result["finished"] is True
        assert any(isinstance(event, PlanFinished) and event.plan_id == plan_id for event in self.events)
        steps = result["steps"]
        assert isinstance(steps, list)
        return steps

    async def use(self, tool_name: str, /, **args: object) -> ToolResult:
        """Preview and run one tool, past policy and consent."""
        tool = self.registry.find(tool_name)
        context = ToolContext(kit=self.kit, plan_id="p", tool=tool_name)
        checked = tool.validate(args)
        preview = await tool.measure(context, checked)
        context.selection = preview.selection
        return await tool.run(context, checked)

    def names(self, where: str = "docs") -> list[str]:
        """Every visible file beneath a folder, trash left out."""
        root = self.folder / where
        found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        return sorted(name for name in found if not name.startswith(".Trash-"))

    def trashed(self, where: str = "tmp") -> list[str]:
        """Names in a workspace's trash."""
        return sorted(path.name for path in (self.folder / where).glob(".Trash-*/files/*"))

    def staged(self) -> Sequence[Path]:
        """What lies in the staging folders."""
        return list(self.folder.glob("*/.Trash-*/staged/*"))

    async def question(self) -> ConfirmRequested:
        """The question that is put next, or is open."""
        await self._asked.wait()
        return next(event for event in reversed(self.events) if isinstance(event, ConfirmRequested))

    def _take(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, ConfirmRequested):
            self._asked.set()

    def _on_health(self, part: str, error: object) -> None:
        self.health[part] = error is None


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """Two workspaces, documents and tmp, and everything around them."""
    made = Bench(tmp_path)
    yield made
    await made.tasks.cancel_all()
    made.workers.close()


def old_files(bench: Bench, count: int = 3) -> None:
    """Files in ``tmp`` that :data:`OLD` deletes, and one that it leaves."""
    for number in range(count):
        bench.file(f"tmp/old-{number}.tmp", "x" * 1000, age_days=30)
    bench.file("tmp/fresh.tmp")


def filled(bench: Bench) -> None:
    """Documents with links, rights and attributes."""
    bench.file("docs/a.txt", "first", age_days=3).chmod(0o600)
    bench.file("docs/box/b.txt", "second", age_days=2)
    bench.file("docs/box/deep/c.txt", "third")
    os.link(bench.docs / "box/b.txt", bench.docs / "hard.txt")
    (bench.docs / "box/link").symlink_to("b.txt")
    os.setxattr(bench.docs / "a.txt", "user.note", b"kept")
