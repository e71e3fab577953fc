"""The sandbox: every program in a fresh Podman container without network, rights or a writable root (decision 3).

A program that may see a workspace sees it read-only, or as a copy-on-write view: Podman lays what is written over
the folder's read-only mount, or, where that mount or its bound is missing, the folder is copied into memory. Its
output is written to no log. Each container is bounded five times: by the kernel, by its launcher, by the deadline
here and a cap on output, by Podman's own timeout, and by the clean-up of what a crash left behind.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from jarvisd.config.schema import SandboxSettings
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.timeout import within
from jarvisd.core.workspace_mounts import SANDBOX, TOP
from jarvisd.executor.adapters.podman.api import CALL_DEADLINE_S, PodmanApi
from jarvisd.executor.adapters.podman.container import (
    CGROUP_LIMITS,
    PROBE,
    ContainerLimits,
    ContainerProfile,
    findings,
    specification,
    unmet,
)
from jarvisd.executor.adapters.podman.output import OutputSplitter
from jarvisd.executor.adapters.podman.pool import ContainerPool
from jarvisd.executor.adapters.podman.session import ContainerSession, attach, give, new_mark, translated
from jarvisd.executor.ports.sandbox import FolderItem, FolderReport, SandboxFolder, SandboxJob, SandboxResult
from jarvisd.linux.boot import boot_id
from jarvisd.linux.local_zone import local_rule
from jarvisd.runtime.tasks import StartTask
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)
T = TypeVar("T")

LANE = "sandbox"
FOLDER_LANE = "files"
CODE_LIMIT_BYTES = 2 << 20
"""Chosen: the policy refuses programs long before (:data:`jarvisd.codecheck.program.LENGTH_LIMIT`)."""
KILLED = 137
"""128 + SIGKILL, as shells say it."""
LAUNCHER_GRACE_S = 5.0
"""Time beyond the program's own after which the launcher is taken to be stuck."""
MOUNT_RETRY_S = 300.0
"""How long a workspace that could not be mounted is copied before mounting is tried again."""
COPY_BYTES_PER_S = 4 << 20
"""Slowest copy of a folder that is waited for."""
_PROBE_OUTPUT_BYTES = 200_000
_PROBE_TIMEOUT_S = 30.0
"""Both chosen: what the probe tells has a few kilobytes, and Podman starts slowly for the first time."""
_POLL_S = 0.02
"""Chosen: the library would look every 250 ms (measured)."""
_MIB = 1 << 20


class _UnfitError(Exception):
    """The folder cannot be shown in this way; the reason as a phrase."""


@dataclass(frozen=True, slots=True)
class _Ended:
    code: int
    timed_out: bool


class PodmanSandbox:
    """:class:`~jarvisd.executor.ports.Sandbox` by a Podman service. ``workers`` has a lane called ``sandbox``.

    With ``start_task`` some containers are kept ready. ``views`` is where Podman's user finds the workspaces.
    ``time_zone`` tells the machine's as a POSIX rule; programs have the one of when their container was made.
    """

    def __init__(
        self,
        settings: SandboxSettings,
        workers: Workers,
        *,
        start_task: StartTask | None = None,
        views: Path = TOP / SANDBOX,
        call_deadline_s: float = CALL_DEADLINE_S,
        try_cgroups: bool = True,
        time_zone: Callable[[], str] = local_rule,
    ) -> None:
        self._settings = settings
        self._workers = workers
        self._api = PodmanApi(settings.socket, call_deadline_s)
        self._call_deadline_s = call_deadline_s
        self._views = views
        self._time_zone = time_zone
        self._start_task = start_task
        self._owner = ""
        self._image_id = ""
        self._version = ""
        self._has_leftovers = False
        self._active: set[str] = set()
        self._cgroups = try_cgroups
        self._unmountable: dict[tuple[str, str], float] = {}
        self.pool: ContainerPool | None = None
        if start_task is not None and settings.pool:
            self.pool = ContainerPool(
                settings.pool, settings.pool_memory_mb, start_task, self._ready, self._discard
            )
        self.weaknesses: tuple[str, ...] = ()
        """What is weaker on this machine than it should be, as phrases; empty when every limit is in force."""

    @property
    def engine(self) -> str:
        """Service, runtime and image, and whether the kernel bounds the whole container or each process."""
        text = f"{self._version or 'podman'} {self._settings.image}"
        return f"{text} ({'; '.join(self.weaknesses)})" if self.weaknesses else text

    async def start(self) -> None:
        """Connect, remove what a crash left behind, and prove by a probe what this machine enforces."""
        self._owner = process_identity(os.getpid())
        self._unmountable.clear()
        self._version = await self._call(self._api.version)
        await self._remove_leftovers()
        self._image_id = await self._call(self._api.image_id, self._settings.image)
        try:
            self._cgroups, self.weaknesses = await self._probe_machine()
        except BaseException:
            # A later check must not take a sandbox for started whose walls were never proven.
            self._image_id = ""
            raise
        if self.pool is not None:
            self.pool.open()
        logger.info("sandbox ready engine=%s", self.engine)

    async def run(self, job: SandboxJob) -> SandboxResult:
        """Run ``job`` in a container of its own, no process of which is left when this returns or fails."""
        self._require_started()
        if len(job.code.encode("utf-8", "surrogatepass")) > CODE_LIMIT_BYTES:
            raise RequestError(f"the program is longer than {CODE_LIMIT_BYTES} bytes")
        if self._has_leftovers:
            await self._remove_leftovers()
        limits = replace(
            self._limits(),
            memory_mb=min(job.memory_mb, self._settings.memory_mb),
            timeout_s=min(job.timeout_s, self._settings.timeout_s),
        )
        reason = ""
        for profile in self._profiles(job.folder):
            try:
                return await self._run(job, limits, profile)
            except _UnfitError as error:
                reason = str(error)
                logger.warning("workspace is not mounted name=%s reason=%s", profile.workspace, reason)
                self._unmountable[profile.workspace, profile.how] = time.monotonic()
        raise Unavailable(f"the workspace cannot be shown to a program: {reason}", code=ErrorCode.SANDBOX_GONE)

    async def check(self) -> None:
        """Raise SANDBOX_GONE or TIMEOUT if Podman or the image is not there now, or a wall was found missing."""
        self._require_started()
        await self._remove_leftovers()
        self._image_id = await self._call(self._api.image_id, self._settings.image)
        if self.pool is not None:
            self.pool.refill()

    async def close(self) -> None:
        """Forget the service and remove what waits; other containers end with the runs that own them."""
        if self.pool is not None:
            await self.pool.drain()
        self._image_id = ""

    def _require_started(self) -> None:
        if not self._image_id:
            raise Unavailable("the sandbox has not started", code=ErrorCode.SANDBOX_GONE)

    def _limits(self) -> ContainerLimits:
        settings = self._settings
        return ContainerLimits(
            settings.memory_mb, settings.cpus, settings.pids, settings.timeout_s, self._cgroups, settings.disk_mb
        )

    def _profiles(self, folder: SandboxFolder | None) -> Iterator[ContainerProfile]:
        """The ways to show ``folder``, best first; never one in which a program writes to the folder itself."""
        if folder is None:
            yield ContainerProfile()
            return
        how = "overlay" if folder.may_write else "mount"
        failed_s = self._unmountable.get((folder.name, how))
        may_mount = failed_s is None or time.monotonic() - failed_s > MOUNT_RETRY_S
        if may_mount and not folder.must_copy:
            yield ContainerProfile(folder.name, how, str(self._views / folder.name), folder.hidden)
        yield ContainerProfile(folder.name, "copy")

    # --- proving ---------------------------------------------------------------------------------------

    async def _probe_machine(self) -> tuple[bool, tuple[str, ...]]:
        """Whether control groups bound a container here, and what is weak if not."""
        full = self._limits()
        unbounded: tuple[str, ...] = ("memory", "pids", "cpu")
        try:
            if self._cgroups:
                unbounded = await self._probe(full)
        except JarvisError as error:
            if error.code is not ErrorCode.SANDBOX_GONE or error.details.get("wall"):
                raise
            logger.warning("no container with control groups reason=%s", error.message)
        if "memory" not in unbounded and "pids" not in unbounded:
            return True, tuple("processor share is not bounded" for name in unbounded)
        await self._probe(replace(full, cgroups=False))
        return False, ("no control groups: memory is bounded for each process only",)

    async def _probe(self, limits: ContainerLimits) -> tuple[str, ...]:
        job = SandboxJob("python", PROBE, _PROBE_TIMEOUT_S, limits.memory_mb, _PROBE_OUTPUT_BYTES)
        result = await self._run(job, limits, ContainerProfile())
        found = findings(result.stdout, limits)
        if found.broken:
            wall = ", ".join(found.broken)
            text = f"containers on this machine lack: {wall} ({result.stderr.strip()[-200:]})"
            raise Unavailable(text, code=ErrorCode.SANDBOX_GONE, wall=wall)
        return found.unbounded

    # --- running ---------------------------------------------------------------------------------------

    async def _run(self, job: SandboxJob, limits: ContainerLimits, profile: ContainerProfile) -> SandboxResult:
        items: Sequence[FolderItem] = ()
        if job.folder is not None and profile.how == "copy":
            items = await self._workers.run(FOLDER_LANE, job.folder.items)
        session = self.pool.take(profile, limits, self._image_id) if self.pool is not None else None
        if session is None:
            session = await self._open(profile, limits)
        try:
            return await self._use(session, job, limits, items)
        finally:
            await asyncio.shield(self._retire(session))

    async def _ready(self, profile: ContainerProfile) -> ContainerSession:
        try:
            return await self._open(profile, self._limits())
        except _UnfitError as error:
            raise Unavailable(str(error), code=ErrorCode.SANDBOX_GONE) from error

    async def _open(self, profile: ContainerProfile, limits: ContainerLimits) -> ContainerSession:
        """Make a container, hold it against what was asked for, and let it wait for its job."""
        name = f"jarvisd-{uuid.uuid4().hex}"
        time_zone = await self._call(self._time_zone)
        spec = specification(name, self._image_id, limits, self._owner, profile, time_zone=time_zone)
        self._active.add(name)
        try:
            record = await self._create(spec, profile)
            if missing := unmet(spec, record):
                text = f"Podman did not apply: {', '.join(missing)}"
                wall = ", ".join(name for name in missing if name not in CGROUP_LIMITS)
                raise Unavailable(text, code=ErrorCode.SANDBOX_GONE, wall=wall)
            reader, writer = await attach(self._api, name, self._call_deadline_s)
            try:
                await self._call(self._api.start, name)
            except BaseException:
                writer.close()
                raise
        except BaseException:
            await asyncio.shield(self._remove(name))
            raise
        return ContainerSession(name, profile, limits, self._image_id, reader, writer)

    async def _create(self, spec: dict[str, Any], profile: ContainerProfile) -> dict[str, Any]:
        try:
            return await self._call(self._api.create, spec)
        except JarvisError as error:
            if error.code is ErrorCode.SANDBOX_GONE and profile.how in ("mount", "overlay"):
                raise _UnfitError(error.message) from error
            raise

    async def _use(
        self, session: ContainerSession, job: SandboxJob, limits: ContainerLimits, items: Sequence[FolderItem]
    ) -> SandboxResult:
        mark, began = new_mark(), time.monotonic()
        output = OutputSplitter(job.output_limit_bytes, mark, limits.disk_mb * _MIB, job.on_output)
        spare_s = LAUNCHER_GRACE_S + sum(len(item.content) for item in items) / COPY_BYTES_PER_S
        try:
            work = self._work(session, job, limits, items, output, mark)
            ended = await within(work, limits.timeout_s + spare_s)
        except asyncio.TimeoutError:
            ended = _Ended(KILLED, timed_out=True)
        took_ms = (time.monotonic() - began) * 1000
        return SandboxResult(
            ended.code,
            output.stdout,
            output.stderr,
            ended.timed_out,
            output.truncated,
            took_ms,
            _folder_report(session.profile, output) if job.folder else None,
        )

    async def _work(
        self,
        session: ContainerSession,
        job: SandboxJob,
        limits: ContainerLimits,
        items: Sequence[FolderItem],
        output: OutputSplitter,
        mark: str,
    ) -> _Ended:
        """Give the job and read until its report, its flood or the end of the container."""
        with translated(self._api):
            await give(session, job, mark, limits, items)
            while not output.is_complete:
                data = await session.reader.read(1 << 16)
                if not data:
                    output.finish()
                    return _Ended(await self._exit_code(session.name), timed_out=False)
                output.feed(data)
                if output.is_flood:
                    return _Ended(KILLED, timed_out=False)
        session.is_whole = True
        told = output.report.told
        if "unfit" in told:
            raise _UnfitError(str(told["unfit"])[:200])
        return _Ended(told["exit"], timed_out=told.get("timed_out") is True)

    async def _exit_code(self, name: str) -> int:
        while (code := await self._call(self._api.exit_code, name)) is None:  # noqa: ASYNC110 - Podman tells nobody
            await asyncio.sleep(_POLL_S)
        return code or KILLED

    # --- cleaning up -----------------------------------------------------------------------------------

    async def _retire(self, session: ContainerSession) -> None:
        """Remove a used container; in the background when no process of its program can be left."""
        if not session.is_whole or self._start_task is None:
            await self._discard(session)
            return
        session.close()
        self._start_task("remove a container", self._remove(session.name))
        if self.pool is not None:
            self.pool.refill(session.profile)

    async def _discard(self, session: ContainerSession) -> None:
        session.close()
        await self._remove(session.name)

    async def _remove(self, name: str) -> None:
        try:
            await self._call(self._api.remove, name)
        except JarvisError as error:
            self._has_leftovers = True
            logger.warning("container left behind name=%s reason=%s", name, error.message)
        finally:
            self._active.discard(name)

    async def _remove_leftovers(self) -> None:
        """Remove containers whose owner is gone, and our own that could not be removed when their run ended."""
        for name, owner in (await self._call(self._api.owned)).items():
            if name not in self._active and (owner == self._owner or not _lives(owner)):
                logger.warning("removing a container that was left behind name=%s", name)
                await self._call(self._api.remove, name)
        self._has_leftovers = False

    async def _call(self, function: Callable[..., T], *args: Any) -> T:
        return await self._workers.run(LANE, function, *args)


def _folder_report(profile: ContainerProfile, output: OutputSplitter) -> FolderReport:
    told = output.report.told
    if told.get("too_much"):
        raise RequestError("the program changed more than can be taken over", code=ErrorCode.REFUSED)
    how: Any = profile.how
    return FolderReport(how, tuple(output.report.items), tuple(told.get("deleted", ())))


def _lives(identity: str) -> bool:
    pid = identity.split("-")[1] if identity.count("-") == 2 else ""
    return pid.isdigit() and process_identity(int(pid)) == identity


def process_identity(pid: int) -> str:
    """A name for a process that no later process can have; empty when there is no such process."""
    try:
        boot = boot_id().split("-")[0]
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    started = stat.rpartition(")")[2].split()[19]
    return f"{boot}-{pid}-{started}"
