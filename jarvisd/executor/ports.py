"""What the hands need from outside: a sandbox, a journal, an audit log, ears, a voice, memories, opinions.

Adapters implement these. A library's exception never crosses a port: errors are
:class:`~jarvisd.core.errors.JarvisError` with the codes named at each port.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol

from jarvisd.core.contact import Contact
from jarvisd.core.errand import Letter, Page
from jarvisd.core.jsonvalue import JsonObject, JsonValue
from jarvisd.core.opinion import RiskOpinion

# --- sandbox -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FolderItem:
    """Something in a folder that a program sees, or something that a program left there."""

    path: str
    """Relative to the folder; names that are not UTF-8 have surrogate escapes."""
    kind: Literal["file", "folder", "link", "special"]
    mode: int
    """Permission bits, with those for setuid, setgid and sticky."""
    mtime_ns: int
    content: bytes = b""
    """Of a file its bytes, of a link its target."""


@dataclass(frozen=True, slots=True)
class SandboxFolder:
    """A workspace that a program may see. It never writes there: what it changes is reported."""

    name: str
    """Name of the workspace."""
    may_write: bool
    top: Mapping[str, tuple[int, int] | None]
    """What is at its top: name to size and mtime_ns, ``None`` for folders. Proves that it is the right one."""
    hidden: tuple[str, ...]
    """Names at the top, of folders that the program does not see."""
    items: Callable[[], Sequence[FolderItem]]
    """Everything in it, folders before what is in them. Blocking; called where the folder cannot be mounted."""


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What a program did to the folder it saw. Untrusted, like its output."""

    how: Literal["mount", "overlay", "copy"]
    """``mount`` read-only; ``overlay``, what is written goes elsewhere; ``copy``, a copy in memory."""
    changed: tuple[FolderItem, ...] = ()
    """New, or different from before."""
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SandboxJob:
    """A program to run once, with nothing but its own text: no network, and one workspace at most."""

    language: Literal["python", "bash"]
    code: str
    timeout_s: float
    memory_mb: int
    output_limit_bytes: int
    """For standard output and standard error together; the rest is cut and reported as truncated."""
    folder: SandboxFolder | None = None
    on_output: Callable[[str, str], None] | None = None
    """Called with the stream (``stdout``, ``stderr``) and text, as the program writes it, up to the limit."""


@dataclass(frozen=True, slots=True)
class SandboxResult:
    """What a program did. ``stdout`` and ``stderr`` are untrusted text, undecodable bytes replaced."""

    exit_code: int
    """The program's status; 137 when it was killed for memory or time."""
    stdout: str
    stderr: str
    timed_out: bool
    truncated: bool
    took_ms: float
    folder: FolderReport | None = None


class Sandbox(Protocol):
    """Runs programs that must not be able to harm anything.

    Errors: SANDBOX_GONE when no program can be run safely, TIMEOUT when the sandbox itself does not answer.
    A program that runs out of time is a result (``timed_out``), not an error.
    """

    @property
    def engine(self) -> str:
        """Name and version, for reports: ``"podman 4.3.1 crun localhost/jarvisd-sandbox:1"``."""
        ...

    async def start(self) -> None:
        """Connect and check that every limit can be enforced; raises SANDBOX_GONE."""
        ...

    async def run(self, job: SandboxJob) -> SandboxResult:
        """Run ``job`` in a fresh container. Cancelling this call kills the program."""
        ...

    async def check(self) -> None:
        """Raise SANDBOX_GONE if a program could not be run now."""
        ...

    async def close(self) -> None:
        """Release everything; safe to call twice."""
        ...


# --- undo journal --------------------------------------------------------------------------------------


Span = tuple[int, int]
"""First and last ctime of one piece of our work, in nanoseconds."""


class EntryState(str, Enum):
    """Life of a journal entry."""

    INTENT = "intent"
    """Written durably before the first effect; after a crash what has happened as a whole is done, and anything
    else is rolled back."""
    DONE = "done"
    UNDOING = "undoing"
    """Written durably before the first reversal; after a crash the reversal is finished."""
    UNDONE = "undone"
    ROLLED_BACK = "rolled_back"
    EXPIRED = "expired"
    """What could have been brought back has been removed for good, because of its age or size."""
    STUCK = "stuck"
    """Neither finished nor rolled back, because somebody changed the files meanwhile; nothing was lost."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One step's effects. ``operations`` are the JSON forms of :mod:`jarvisd.executor.files.effects`, in order."""

    id: int
    state: EntryState
    plan_id: str
    step: int
    tool: str
    summary: str
    """What the step did, as a phrase that continues "I did not ..."."""
    created: str
    """ISO 8601 wall time."""
    operations: tuple[JsonObject, ...]


class Journal(Protocol):
    """Keeps what is needed to reverse every effect, durably. Blocking. Errors: AUDIT_UNWRITABLE."""

    def open(self) -> None:
        """Open or create the store."""

    def begin(self, entry: JournalEntry) -> int:
        """Store ``entry`` (its ``id`` is ignored) in state INTENT; on return it survives a power cut."""

    def mark(
        self,
        entry_id: int,
        state: EntryState,
        operations: Sequence[JsonObject] | None = None,
        spans: Sequence[Span] = (),
    ) -> None:
        """Change the state, and the operations when some were left out; ``spans`` are added to those kept.

        UNDOING, and operations, survive a power cut on return. Any other change may be lost with it, but none
        before a change that survives; recovery then finds the same out from the disk.
        """

    def spans(self) -> list[Span]:
        """When we changed files, the time before there was a journal included."""

    def outline(self) -> list[tuple[int, EntryState, float]]:
        """Id, state and age in seconds of every entry, oldest first; the age is in time of service."""

    def forget(self, entry_ids: Sequence[int]) -> None:
        """Drop entries for good."""

    def find(self, entry_id: int) -> JournalEntry | None:
        """The entry with this id."""

    def of_plan(self, plan_id: str) -> list[JournalEntry]:
        """Entries of a plan, oldest first."""

    def in_state(self, *states: EntryState, limit: int = 1000) -> list[JournalEntry]:
        """The newest entries that are in one of ``states``, newest first."""

    def mentions(self, text: str) -> bool:
        """Whether the operations of any entry hold ``text``."""

    def check(self) -> None:
        """Raise AUDIT_UNWRITABLE if nothing could be written now."""

    def close(self) -> None:
        """Release the store; safe to call twice."""


# --- audit ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditRetention:
    """How long an audit log is kept. The file that grows is never removed."""

    rotate_bytes: int = 16_000_000
    keep_bytes: int = 256_000_000
    keep_days: float = 365.0


class AuditLog(Protocol):
    """An append-only chain of records. Blocking. Errors: AUDIT_UNWRITABLE."""

    def open(self) -> None:
        """Open the log, closing a line that a crash left half-written."""
        ...

    def append(self, record: JsonObject, *, durable: bool) -> str:
        """Add ``record`` and return its chain hash; with ``durable`` it survives a power cut on return."""
        ...

    def head(self) -> tuple[int, str]:
        """How many records there are, and the hash of the last one."""
        ...

    def check(self) -> None:
        """Raise AUDIT_UNWRITABLE if nothing could be written now."""
        ...

    def close(self) -> None:
        """Release the file; safe to call twice."""
        ...


# --- consent -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeardAnswer:
    """What the ears took during an answer window; times are CLOCK_MONOTONIC microseconds."""

    heard: str
    confidence: float
    speech_began_us: int
    speech_ended_us: int
    outcome: str
    """``speech``, ``silence`` or ``cancelled``."""
    live: bool
    """From the live microphone, not from a file or a test feed."""


class Ears(Protocol):
    """The audio unit during a question. Errors: UNIT_DOWN, MICROPHONE_GONE, TIMEOUT, BUSY."""

    async def reserve(self, request_id: str) -> None:
        """From now until release no speech starts a turn or is signalled."""
        ...

    async def listen(self, request_id: str, window_s: float) -> HeardAnswer:
        """Listen for one answer of at most ``window_s`` of patience."""
        ...

    async def release(self, request_id: str) -> None:
        """Give the ears back; safe when they were not reserved."""
        ...


class Speech(Protocol):
    """The tts unit as the executor uses it. Errors: UNIT_DOWN, SPEAKER_GONE, TIMEOUT."""

    async def ask(self, request_id: str, text: str, limit_s: float) -> int:
        """Speak a question alone; returns when its last sample has been played (microseconds)."""
        ...

    async def release(self, request_id: str) -> None:
        """Let others speak again; safe when nothing was asked."""
        ...

    async def say(self, text: str, turn_id: str) -> None:
        """Queue a sentence: an announcement or a notice."""
        ...


class Identities(Protocol):
    """Who is behind a connection of the bus."""

    @property
    def own_uid(self) -> int:
        """The executor's own user."""
        ...

    @property
    def private_bus(self) -> bool:
        """Whether this is a private bus, on which all units share a user (decision 2)."""
        ...

    async def uid_of(self, unique_name: str) -> int | None:
        """The user of a connection, or ``None`` when there is no such connection."""
        ...

    async def brain(self) -> str:
        """Unique name of the connection that owns Brain1, or empty."""
        ...

    async def may_confirm(self, unique_name: str) -> bool:
        """Whether polkit lets this connection answer for the room; a person may have to type a password first."""
        ...


# --- brain ---------------------------------------------------------------------------------------------


class RiskAssessor(Protocol):
    """Asks the brain for an opinion on an ambiguous action."""

    async def assess(self, action: JsonObject, timeout_s: float) -> RiskOpinion | None:
        """The opinion, or ``None`` when there is none, it is late or it is malformed."""
        ...


class MemoryGateway(Protocol):
    """The brain's memories. Errors: UNIT_DOWN, MEMORY_GONE, TIMEOUT."""

    async def remember(self, text: str, kind: str, importance: float, *, tainted: bool) -> str:
        """Keep ``text`` and return the memory's id."""
        ...

    async def recall(self, query: str, count: int) -> Sequence[JsonObject]:
        """The nearest memories, nearest first, each with kind, text and distance."""
        ...

    async def forget(self, memory_id: str) -> int:
        """Take a memory away for good; returns how many went."""
        ...

    async def contacts(self, name: str) -> Sequence[Contact]:
        """The people whose e-mail address ``name`` may mean, one for each address."""
        ...


class Courier(Protocol):
    """Reaches other machines. Errors: COURIER_GONE, REFUSED, and those of mail and web."""

    async def send(self, letter: Letter) -> None:
        """Have a letter delivered; MAIL_UNSURE when nobody knows whether it was."""
        ...

    async def fetch(self, url: str) -> Page:
        """Have a page of an allowed host fetched; everything in it is untrusted."""
        ...


# --- health of all units -------------------------------------------------------------------------------

PartStates = Mapping[str, Mapping[str, str]]
"""Unit to part to ``loading``, ``ready``, ``degraded: ...`` or ``failed: ...``; a unit that is down is absent."""


class Health(Protocol):
    """What every unit says about its own parts."""

    def parts(self) -> PartStates:
        """The last known states."""
        ...

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after every change."""
        ...


# --- service manager -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A system service as systemd tells of it; ``active`` and ``sub`` are its words for the state."""

    name: str
    description: str
    active: str
    sub: str

    def to_json(self) -> dict[str, JsonValue]:
        """As it is shown."""
        return {"name": self.name, "description": self.description, "active": self.active, "sub": self.sub}


class Services(Protocol):
    """Reads the state of system services. Errors: UNIT_DOWN without a service manager, TIMEOUT."""

    async def loaded(self) -> Sequence[ServiceState]:
        """Every service that is known now."""
        ...

    async def find(self, name: str) -> ServiceState | None:
        """One service by its full name, also one that was never started."""
        ...
