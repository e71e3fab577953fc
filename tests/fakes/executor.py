"""Scripted parts for the executor: they do what a test tells them, and remember what was asked of them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from jarvisd.bus.replies import AnswerReply
from jarvisd.core import audit_chain
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.courier_protocol import Page
from jarvisd.core.network.letter import Letter
from jarvisd.core.network.weather import WeatherReport
from jarvisd.core.planning.opinion import RiskOpinion
from jarvisd.core.states import PartStatus
from jarvisd.executor.ports.health import PartStates
from jarvisd.executor.ports.journal import EntryState, JournalEntry, Span
from jarvisd.executor.ports.machine import MachineUse
from jarvisd.executor.ports.sandbox import SandboxJob, SandboxResult
from jarvisd.executor.ports.services import ServiceState
from jarvisd.lang.en.contacts import Contact, find
from jarvisd.runtime.service import Runtime
from tests.fakes.clock import ScriptedClock
from tests.fakes.forgetful import Nothing

T = TypeVar("T")


class ScriptedSandbox:
    """Answers each job from a script: source text to result, or a function of the job."""

    def __init__(self, answers: Mapping[str, SandboxResult] | Callable[[SandboxJob], SandboxResult] | None = None):
        self._answers = answers or {}
        self.jobs: list[SandboxJob] = []
        self.gone = False
        self.hangs = False
        self.silent = False
        self.running = asyncio.Event()

    def answer_with(self, answers: Callable[[SandboxJob], SandboxResult]) -> None:
        """Answer each job by a function from now on."""
        self._answers = answers

    @property
    def engine(self) -> str:
        return "scripted sandbox"

    async def start(self) -> None:
        await self.check()

    async def run(self, job: SandboxJob) -> SandboxResult:
        await self.check()
        self.jobs.append(job)
        self.running.set()
        if self.hangs:
            await asyncio.Event().wait()
        if callable(self._answers):
            return self._answers(job)
        return self._answers.get(job.code, SandboxResult(0, "", "", False, False, 1.0))

    async def check(self) -> None:
        if self.silent:
            await asyncio.Event().wait()
        if self.gone:
            raise Unavailable("the scripted sandbox is gone", code=ErrorCode.SANDBOX_GONE)

    async def close(self) -> None:
        return


class ScriptedJournal:
    """A journal in memory. ``broken`` makes every write fail."""

    engine = "scripted journal"

    def __init__(self, service_s: Callable[[], float] = lambda: 0.0) -> None:
        self.service_s = service_s
        self.entries: dict[int, JournalEntry] = {}
        self.since_s: dict[int, float] = {}
        self.worked: list[Span] = [(0, time.time_ns())]
        self.broken = False

    def open(self) -> None:
        self.check()

    def begin(self, entry: JournalEntry) -> int:
        self.check()
        number = max(self.entries, default=0) + 1
        self.entries[number] = replace(entry, id=number, state=EntryState.INTENT)
        self.since_s[number] = self.service_s()
        return number

    def mark(
        self,
        entry_id: int,
        state: EntryState,
        operations: Sequence[JsonObject] | None = None,
        spans: Sequence[Span] = (),
    ) -> None:
        self.check()
        self.worked += spans
        entry = replace(self.entries[entry_id], state=state)
        self.entries[entry_id] = entry if operations is None else replace(entry, operations=tuple(operations))

    def set_aside(self, entry_id: int, reason: str) -> None:
        self.mark(entry_id, EntryState.DAMAGED)

    def outline(self) -> list[tuple[int, EntryState, float]]:
        now_s = self.service_s()
        return [(entry.id, entry.state, now_s - self.since_s[entry.id]) for entry in self.entries.values()]

    def spans(self) -> list[Span]:
        return list(self.worked)

    def forget(self, entry_ids: Sequence[int]) -> None:
        for number in entry_ids:
            self.entries.pop(number, None)

    def find(self, entry_id: int) -> JournalEntry | None:
        return self.entries.get(entry_id)

    def of_plan(self, plan_id: str) -> list[JournalEntry]:
        return [entry for entry in self.entries.values() if entry.plan_id == plan_id]

    def in_state(self, *states: EntryState, limit: int = 1000) -> list[JournalEntry]:
        return [entry for entry in reversed(list(self.entries.values())) if entry.state in states][:limit]

    def mentions(self, text: str) -> bool:
        return any(text in str(entry.operations) for entry in self.entries.values())

    def check(self) -> None:
        if self.broken:
            raise Unavailable("the scripted journal is broken", code=ErrorCode.AUDIT_UNWRITABLE)

    def close(self) -> None:
        return


class ScriptedAudit:
    """An audit log in memory. ``broken`` makes every write fail."""

    engine = "scripted audit"

    def __init__(self) -> None:
        self.records: list[JsonObject] = []
        self.synced: list[bool] = []
        self.broken = False
        self.problems: list[audit_chain.ChainBreak] = []
        self._previous = audit_chain.GENESIS

    def open(self) -> None:
        self.check()

    def append(self, record: JsonObject, *, durable: bool) -> str:
        self.check()
        _, self._previous = audit_chain.seal(self._previous, record)
        self.records.append(record)
        self.synced.append(durable)
        return self._previous

    def head(self) -> tuple[int, str]:
        return len(self.records), self._previous

    def verify(self) -> audit_chain.ChainVerifier:
        self.check()
        return audit_chain.ChainVerifier(
            count=len(self.records), head=self._previous, problems=list(self.problems)
        )

    def check(self) -> None:
        if self.broken:
            raise Unavailable("the scripted audit log is broken", code=ErrorCode.AUDIT_UNWRITABLE)

    def close(self) -> None:
        return


Answer = AnswerReply | JarvisError | str
DIGITS = "<digits>"
"""In a scripted answer: whatever digits the question asks for."""


class ScriptedEars:
    """Hears the answers of its script, one for each window; texts begin after the question, live."""

    def __init__(self, speech: ScriptedSpeech, answers: Sequence[Answer] = ()) -> None:
        self._speech = speech
        self._answers = list(answers)
        self.reserved: list[str] = []
        self.released: list[str] = []
        self.windows: list[float] = []
        self.listening = asyncio.Event()
        self.before_answer: Callable[[], None] = lambda: None

    async def reserve(self, request_id: str) -> None:
        self.reserved.append(request_id)

    async def listen(self, request_id: str, window_s: float) -> AnswerReply:
        assert request_id in self.reserved
        self.windows.append(window_s)
        self.listening.set()
        if not self._answers:
            await asyncio.Event().wait()
        answer = self._answers.pop(0)
        self.before_answer()
        if isinstance(answer, JarvisError):
            raise answer
        if isinstance(answer, str):
            answer = heard(answer, self._speech.finished_us + 500_000)
        asked = self._speech.questions[-1].partition("Say confirm ")[2].partition(" to proceed")[0]
        heard_again = answer.heard_again.replace(DIGITS, asked)
        return replace(answer, heard=answer.heard.replace(DIGITS, asked), heard_again=heard_again)

    async def release(self, request_id: str) -> None:
        self.released.append(request_id)


def heard(text: str, began_us: int, *, live: bool = True, outcome: str = "", quiet: bool = True) -> AnswerReply:
    """An answer whose speech began at ``began_us``."""
    kind = outcome or ("speech" if text else "silence")
    return AnswerReply(kind, text, 0.9, text, 0.9, began_us, began_us + 400_000, live, quiet)


class ScriptedSpeech:
    """Speaks instantly and remembers what it said."""

    def __init__(self, clock: ScriptedClock, error: JarvisError | None = None) -> None:
        self._clock = clock
        self.error = error
        self.questions: list[str] = []
        self.invitations: list[bool] = []
        self.said: list[str] = []
        self.released: list[str] = []
        self.finished_us = 0

    async def ask(self, request_id: str, text: str, limit_s: float, *, invites: bool = False) -> int:
        if self.error is not None:
            raise self.error
        self.questions.append(text)
        self.invitations.append(invites)
        self._clock.advance(3)
        self.finished_us = self._clock.monotonic_us()
        return self.finished_us

    async def release(self, request_id: str) -> None:
        self.released.append(request_id)

    async def say(self, text: str, turn_id: str) -> None:
        if self.error is not None:
            raise self.error
        self.said.append(text)


class ScriptedIdentities:
    """Connections and their users, from a table."""

    def __init__(
        self, uids: Mapping[str, int], *, brain: str = ":1.5", own_uid: int = 990, private_bus: bool = False
    ) -> None:
        self._uids = dict(uids)
        self._brain = brain
        self.own_uid = own_uid
        self.private_bus = private_bus
        self.authorised: set[str] = set()
        """Who has the polkit action; ``gate`` holds the answer back, as a person with a password does."""
        self.asked: list[str] = []
        self.gate: asyncio.Event | None = None
        self.on_asked: Callable[[], None] = lambda: None

    async def uid_of(self, unique_name: str) -> int | None:
        self.on_asked()
        return self._uids.get(unique_name)

    def name_of(self, uid: int | None) -> str:
        return f"u{uid}"

    async def brain(self) -> str:
        return self._brain

    async def may_confirm(self, unique_name: str) -> bool:
        self.asked.append(unique_name)
        if self.gate is not None:
            await self.gate.wait()
        return unique_name in self.authorised


class ScriptedAssessor:
    """Gives one opinion, or none."""

    def __init__(self, opinion: RiskOpinion | None = None) -> None:
        self.opinion = opinion
        self.asked: list[JsonObject] = []

    async def assess(self, action: JsonObject, timeout_s: float) -> RiskOpinion | None:
        self.asked.append(action)
        return self.opinion


class ScriptedMemory:
    """Memories in a list."""

    def __init__(self, recollections: Sequence[JsonObject] = ()) -> None:
        self.kept: list[tuple[str, str, float, bool]] = []
        self.people: list[Contact] = []
        self._recollections = list(recollections)

    async def remember(self, text: str, kind: str, importance: float, *, tainted: bool) -> str:
        self.kept.append((text, kind, importance, tainted))
        return f"m{len(self.kept)}"

    async def recall(self, query: str, count: int) -> Sequence[JsonObject]:
        return self._recollections[:count]

    async def forget(self, memory_id: str) -> int:
        kept = [item for item in self._recollections if item.get("id") != memory_id]
        gone = len(self._recollections) - len(kept)
        self._recollections = kept
        return gone

    async def contacts(self, name: str) -> Sequence[Contact]:
        return find(self.people, name)


class ScriptedCourier:
    """Keeps letters, and gives pages from a table of addresses."""

    def __init__(self) -> None:
        self.sender = "jarvis@home.example.org"
        self.letters: list[Letter] = []
        self.pages: dict[str, Page] = {}
        self.fetched: list[str] = []
        self.report = WeatherReport()
        self.fault: JarvisError | None = None
        self.may_go = asyncio.Event()
        self.may_go.set()
        self.has_left = asyncio.Event()

    async def send(self, letter: Letter) -> None:
        self.has_left.set()
        await self.may_go.wait()
        if self.fault:
            raise self.fault
        self.letters.append(letter)

    async def fetch(self, url: str) -> Page:
        self.fetched.append(url)
        if self.fault:
            raise self.fault
        return self.pages[url]

    async def weather(self) -> WeatherReport:
        if self.fault:
            raise self.fault
        return self.report


class ScriptedUptime:
    """A boot whose clock goes with the scripted one; a new ``boot`` begins at nothing."""

    def __init__(self, clock: ScriptedClock) -> None:
        self._clock = clock
        self._began_us = 0
        self.boot = "first"

    def reboot(self) -> None:
        self.boot, self._began_us = f"{self.boot}+", self._clock.boot_us()

    def boot_id(self) -> str:
        return self.boot

    def boot_s(self) -> float:
        return (self._clock.boot_us() - self._began_us) / 1e6


class ScriptedKeptList:
    """A list in memory. ``error`` makes every write fail, ``unreadable`` every look."""

    def __init__(self) -> None:
        self.kept: list[JsonObject] = []
        self.aside: list[JsonObject] = []
        self.error: JarvisError | None = None
        self.unreadable: JarvisError | None = None

    def set_aside(self, values: Sequence[JsonObject]) -> None:
        self.aside += values

    def load(self) -> list[JsonObject]:
        if self.unreadable is not None:
            raise self.unreadable
        return list(self.kept)

    def save(self, values: Sequence[JsonObject]) -> None:
        if self.error is not None:
            raise self.error
        self.kept = list(values)


class ScriptedServices:
    """Services from a list; ``error`` is a machine without a service manager."""

    def __init__(self, states: Sequence[ServiceState] = (), hidden: Sequence[ServiceState] = ()) -> None:
        self.states, self.hidden = list(states), list(hidden)
        self.error: JarvisError | None = None

    async def loaded(self) -> Sequence[ServiceState]:
        if self.error is not None:
            raise self.error
        return self.states

    async def find(self, name: str) -> ServiceState | None:
        return next((state for state in self.hidden if state.name == name), None)


def parsed(parts: Mapping[str, Mapping[str, str]]) -> PartStates:
    """Parts as the units publish them, read."""
    return {unit: {part: PartStatus.parse(text) for part, text in texts.items()} for unit, texts in parts.items()}


class ScriptedHealth:
    """Parts of all units, set by the test."""

    def __init__(self, parts: PartStates) -> None:
        self._parts = dict(parts)
        self._callbacks: list[Callable[[], None]] = []

    def parts(self) -> PartStates:
        return self._parts

    def set(self, parts: PartStates) -> None:
        self._parts = dict(parts)
        for callback in self._callbacks:
            callback()

    def subscribe(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)


def start_task(name: str, coroutine: Awaitable[T]) -> asyncio.Task[T]:
    """A task, as the runtime starts them."""
    return asyncio.get_running_loop().create_task(coroutine, name=name)  # type: ignore[arg-type] # a coroutine


def sandbox(runtime: object) -> ScriptedSandbox:
    """The engine ``tests.fakes.executor:sandbox``: every program prints the number of its lines."""

    def count(job: SandboxJob) -> SandboxResult:
        text = f"{len(job.code.splitlines())}\n"
        if job.on_output is not None:
            job.on_output("stdout", text)
        return SandboxResult(0, text, "", False, False, 1.0)

    made = ScriptedSandbox(count)
    made.jobs = Nothing()
    return made


class ScriptedMachine:
    """A machine of four cores that is as busy as the test says."""

    CORES = 4

    def __init__(self) -> None:
        self.disk_percent = 10.0
        self.ram_percent = 10.0
        self.counts_own = True
        self.error: OSError | None = None
        self._passed_s = self._busy_s = self._own_s = 0.0

    def work(self, seconds: float, *, outside: float, own: float = 0.0) -> None:
        """Time passes in which others and the suite take these shares of all cores."""
        self._passed_s += seconds * self.CORES
        self._busy_s += seconds * self.CORES * (outside + own)
        self._own_s += seconds * self.CORES * own

    def use(self) -> MachineUse:
        """As scripted."""
        if self.error is not None:
            raise self.error
        own_s = self._own_s if self.counts_own else None
        return MachineUse(self.ram_percent, self._passed_s, self._busy_s, own_s)

    def fullest_disk_percent(self) -> float:
        """As scripted."""
        return self.disk_percent


class MachineOfFile(ScriptedMachine):
    """One that is as full as ``machine.json`` beside the state folder says; others work as hard as it says."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def use(self) -> MachineUse:
        """As written in the file; a second has passed since the last time."""
        told = json.loads(self._file.read_text("utf-8")) if self._file.exists() else {}
        self.ram_percent = told.get("ram", 10.0)
        self.work(1, outside=told.get("outside", 0.0))
        return super().use()


def machine(runtime: Runtime) -> MachineOfFile:
    """The engine ``tests.fakes.executor:machine``."""
    return MachineOfFile(runtime.config.paths.state_dir.parent / "machine.json")
