"""What a tool is given: the unit's equipment, and the step it runs in."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import typing_extensions

from jarvisd.core.clock import Clock
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.network.web_url import AllowedHost

if TYPE_CHECKING:
    from jarvisd.executor.files.paths import WorkspacePath, Workspaces
    from jarvisd.executor.ports.brain import MemoryGateway
    from jarvisd.executor.ports.courier import Courier
    from jarvisd.executor.ports.sandbox import Sandbox
    from jarvisd.executor.ports.services import Services
    from jarvisd.executor.timers.timers import Timers
    from jarvisd.executor.undo.changes import Changes
    from jarvisd.runtime.tasks import StartTask
    from jarvisd.runtime.workers import Workers

T = TypeVar("T")
S = typing_extensions.TypeVar("S", covariant=True, default=object)
"""What a tool's preview selects and its ``run`` is given; a tool that does not say is given an ``object``."""
Progress = Callable[[int, int], None]
Output = Callable[[str, str], None]
FILE_LANE = "files"
"""The one thread in which every file effect happens, so that effects never interleave."""


@dataclass(frozen=True, slots=True)
class ToolLimits:
    """Numbers of the configuration that tools obey."""

    output_limit_bytes: int = 20_000
    temp_old_after_days: float = 7.0
    sandbox_memory_mb: int = 256
    sandbox_timeout_s: float = 30.0
    sandbox_output_limit_bytes: int = 20_000
    sandbox_disk_mb: int = 64
    sandbox_answers_in_s: float = 10.0
    """Not configured; it may be making a container for somebody else just now."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What the administrator lets tools reach outside of this machine."""

    has_mail: bool = False
    allowed_hosts: tuple[AllowedHost, ...] = ()
    note: str = ""
    """What must be known of a refusal besides, where nothing was configured at all."""

    def require_mail(self) -> None:
        """Raise MAIL_NOT_CONFIGURED without a mail server."""
        if not self.has_mail:
            raise Unavailable("set mail.host and mail.sender", code=ErrorCode.MAIL_NOT_CONFIGURED)


@dataclass(frozen=True, slots=True)
class ToolServices:
    """The equipment of the unit, the same for every step."""

    clock: Clock
    workers: Workers
    start_task: StartTask
    workspaces: Workspaces
    changes: Changes
    sandbox: Sandbox
    memory: MemoryGateway
    courier: Courier
    timers: Timers
    services: Services
    reach: Reach = field(default_factory=Reach)
    limits: ToolLimits = field(default_factory=ToolLimits)


@dataclass(slots=True)
class ToolContext(Generic[S]):
    """One step: where it belongs, what was measured for it, and whether it should stop."""

    kit: ToolServices
    plan_id: str = ""
    step: int = 0
    tool: str = ""
    is_tainted: bool = False
    utterance: str = ""
    """What the person said; empty when nobody said anything."""
    judged: frozenset[WorkspacePath] = frozenset()
    """Protected places that the gate has judged; no others are touched."""
    selection: S | None = None
    """What the preview measured; see :attr:`measured`."""
    earlier: tuple[str, ...] = ()
    """What was said of the steps before this one; untrusted text where it quotes what tools found."""
    stopping: threading.Event = field(default_factory=threading.Event)
    progress: Progress = lambda done, total: None
    """Told how many effects of how many have happened; may be called from any thread."""
    output: Output = lambda stream, text: None
    """Told what a program writes (``stdout`` or ``stderr``, and text), as it writes it."""
    is_dry_run: bool = False
    """Nothing may run, not even where it can do no harm."""
    answer: str = ""
    """What a person answered to the choices of the preview before; untrusted text."""
    links: frozenset[str] = frozenset()
    """Addresses to which pages link that were fetched in this dialogue."""

    @property
    def measured(self) -> S:
        """What the preview measured, of the type that ``Preview[S]`` and ``ToolContext[S]`` name."""
        if self.selection is None:
            raise EngineError(f"the preview of {self.tool} selected nothing", code=ErrorCode.TOOL_FAILED)
        return self.selection

    def stop_here(self) -> None:
        """Called between effects: raises CANCELLED once the step has been cancelled or is late."""
        if self.stopping.is_set():
            raise RequestError("stopped between two effects", code=ErrorCode.CANCELLED)
        self.kit.workers.advanced(FILE_LANE)

    async def blocking(self, fn: Callable[..., T], *args: Any) -> T:
        """Run blocking file work in the file lane.

        A cancelled caller waits until the work has stopped at its next :meth:`stop_here` and rolled back: no
        effect ever happens behind the back of a step that has been reported. Work that was past its last stop
        returns its result, because it was done.
        """
        work: asyncio.Task[Settled[T]] = self.kit.start_task(
            f"file work of {self.tool or 'a tool'}", settle(self.kit.workers.run(FILE_LANE, fn, *args))
        )
        try:
            return (await asyncio.shield(work)).take()
        except asyncio.CancelledError:
            self.stopping.set()
            settled = await work
            if settled.error is not None and settled.error.code is ErrorCode.CANCELLED:
                raise
            return settled.take()

    async def to_the_end(self, work: Awaitable[T]) -> T:
        """The result of something that cannot be taken back once begun, also when the step is cancelled."""
        task: asyncio.Task[Settled[T]] = self.kit.start_task(f"work of {self.tool or 'a tool'}", settle(work))
        try:
            return (await asyncio.shield(task)).take()
        except asyncio.CancelledError:
            return (await task).take()


@dataclass(frozen=True, slots=True)
class Settled(Generic[T]):
    """What a task came to. A refusal is an answer here, not a failed task."""

    value: T | None
    error: JarvisError | None

    def take(self) -> T:
        """The value, or the refusal as it was raised."""
        if self.error is not None:
            raise self.error
        return cast("T", self.value)


async def settle(work: Awaitable[T]) -> Settled[T]:
    """Await ``work`` in a task of its own."""
    try:
        return Settled(await work, None)
    except JarvisError as error:
        return Settled(None, error)
