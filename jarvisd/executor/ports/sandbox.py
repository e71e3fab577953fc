"""Where programs run that must not be able to harm anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


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
    must_copy: bool = False
    """It holds what no program may see, which ``items`` leave out: it is never mounted."""


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
