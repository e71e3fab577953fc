"""The sandbox: every program in a fresh Podman container without network, rights or a writable root (decision 3).

The program's output is read from Podman's attach stream while it runs and is written to no log. Each container is
bounded five times: by the kernel, by the deadline here, by a cap on output, by Podman's own timeout, and by the
clean-up of what a crash left behind.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from jarvisd.config.schema import SandboxSettings
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.executor.adapters.podman_api import CALL_DEADLINE_S, PodmanApi
from jarvisd.executor.adapters.podman_container import (
    CGROUP_LIMITS,
    PROBE,
    Limits,
    Output,
    archive,
    findings,
    specification,
    unmet,
)
from jarvisd.executor.ports import Offload, SandboxJob, SandboxResult

logger = logging.getLogger(__name__)
T = TypeVar("T")

LANE = "sandbox"
CODE_LIMIT_BYTES = 2 << 20
FLOOD_BYTES = 1 << 20
"""A program that has written this much is killed; below it, output past the limit is only dropped."""
KILLED = 137
_PROBE_OUTPUT_BYTES = 200_000
_PROBE_TIMEOUT_S = 30.0
_POLL_S = 0.02


class PodmanSandbox:
    """:class:`~jarvisd.executor.ports.Sandbox` by a Podman service. ``offload`` has a lane called ``sandbox``."""

    def __init__(
        self,
        settings: SandboxSettings,
        offload: Offload,
        *,
        call_deadline_s: float = CALL_DEADLINE_S,
        try_cgroups: bool = True,
    ) -> None:
        self._settings = settings
        self._offload = offload
        self._api = PodmanApi(settings.socket, call_deadline_s)
        self._call_deadline_s = call_deadline_s
        self._owner = ""
        self._image_id = ""
        self._version = ""
        self._has_leftovers = False
        self._active: set[str] = set()
        self._cgroups = try_cgroups
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
        self._version = await self._call(self._api.version)
        await self._remove_leftovers()
        self._image_id = await self._call(self._api.image_id, self._settings.image)
        try:
            self._cgroups, self.weaknesses = await self._probe_machine()
        except BaseException:
            # A later check must not take a sandbox for started whose walls were never proven.
            self._image_id = ""
            raise
        logger.info("sandbox ready engine=%s", self.engine)

    async def run(self, job: SandboxJob) -> SandboxResult:
        """Run ``job`` in a fresh container, which is gone when this returns, fails or is cancelled."""
        self._require_started()
        if self._has_leftovers:
            await self._remove_leftovers()
        limits = Limits(
            memory_mb=min(job.memory_mb, self._settings.memory_mb),
            cpus=self._settings.cpus,
            pids=self._settings.pids,
            timeout_s=min(job.timeout_s, self._settings.timeout_s),
            cgroups=self._cgroups,
        )
        return await self._run(job.language, job.code, limits, job.output_limit_bytes)

    async def check(self) -> None:
        """Raise SANDBOX_GONE or TIMEOUT if Podman or the image is not there now, or a wall was found missing."""
        self._require_started()
        await self._remove_leftovers()
        self._image_id = await self._call(self._api.image_id, self._settings.image)

    async def close(self) -> None:
        """Forget the service; containers end with the runs that own them."""
        self._image_id = ""

    def _require_started(self) -> None:
        if not self._image_id:
            raise Unavailable("the sandbox has not started", code=ErrorCode.SANDBOX_GONE)

    async def _probe_machine(self) -> tuple[bool, tuple[str, ...]]:
        """Whether control groups bound a container here, and what is weak if not."""
        settings = self._settings
        full = Limits(settings.memory_mb, settings.cpus, settings.pids, _PROBE_TIMEOUT_S)
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

    async def _probe(self, limits: Limits) -> tuple[str, ...]:
        result = await self._run("python", PROBE, limits, _PROBE_OUTPUT_BYTES)
        found = findings(result.stdout, limits)
        if found.broken:
            wall = ", ".join(found.broken)
            text = f"containers on this machine lack: {wall} ({result.stderr.strip()[-200:]})"
            raise Unavailable(text, code=ErrorCode.SANDBOX_GONE, wall=wall)
        return found.unbounded

    async def _run(
        self, language: Literal["python", "bash"], code: str, limits: Limits, output_limit_bytes: int
    ) -> SandboxResult:
        program = archive(language, code)
        if len(program) > CODE_LIMIT_BYTES:
            raise RequestError(f"the program is longer than {CODE_LIMIT_BYTES} bytes")
        name = f"jarvisd-{uuid.uuid4().hex}"
        spec = specification(name, self._image_id, language, limits, self._owner)
        self._active.add(name)
        try:
            record = await self._call(self._api.create, spec, program)
            if missing := unmet(spec, record):
                text = f"Podman did not apply: {', '.join(missing)}"
                wall = ", ".join(name for name in missing if name not in CGROUP_LIMITS)
                raise Unavailable(text, code=ErrorCode.SANDBOX_GONE, wall=wall)
            return await self._execute(name, limits.timeout_s, Output(output_limit_bytes))
        finally:
            await asyncio.shield(self._discard(name))

    async def _execute(self, name: str, timeout_s: float, output: Output) -> SandboxResult:
        """Let the program run to its end, its deadline or its flood; removing the container kills it."""
        timed_out = False
        async with self._attached(name) as stream:
            began = time.monotonic()
            await self._call(self._api.start, name)
            try:
                code = await asyncio.wait_for(self._until_exit(name, stream, output), timeout_s)
            except asyncio.TimeoutError:
                code, timed_out = KILLED, True
        took_ms = (time.monotonic() - began) * 1000
        return SandboxResult(code, output.stdout, output.stderr, timed_out, output.truncated, took_ms)

    async def _until_exit(self, name: str, stream: asyncio.StreamReader, output: Output) -> int:
        """Read until the program has ended or has written a flood; returns its status."""
        while data := await stream.read(1 << 16):
            output.feed(data)
            if output.total_bytes > FLOOD_BYTES:
                return KILLED
        # The stream also ends when the program closes its outputs and runs on.
        while (code := await self._call(self._api.exit_code, name)) is None:  # noqa: ASYNC110 - Podman tells nobody
            await asyncio.sleep(_POLL_S)
        return code

    @asynccontextmanager
    async def _attached(self, name: str) -> AsyncIterator[asyncio.StreamReader]:
        """The output of a container that has not been started yet, so that not a byte is missed.

        podman-py cannot attach; this is the same call spoken by hand.
        """
        path = (
            f"/v4.0.0/libpod/containers/{name}/attach?stream=true&stdout=true&stderr=true&stdin=false&logs=false"
        )
        fields = "Host: podman\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"
        with self._translated():
            opening = asyncio.open_unix_connection(self._api.socket_path)
            reader, writer = await asyncio.wait_for(opening, self._call_deadline_s)
        try:
            with self._translated():
                writer.write(f"POST {path} HTTP/1.1\r\n{fields}".encode("ascii"))
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), self._call_deadline_s)
                if head.split(b" ", 2)[1] not in (b"101", b"200"):
                    raise Unavailable(f"Podman refused to attach: {head[:80]!r}", code=ErrorCode.SANDBOX_GONE)
                yield reader
        finally:
            writer.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except asyncio.TimeoutError as error:
            raise Unavailable("Podman does not let us attach in time", code=ErrorCode.TIMEOUT) from error
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise self._api.gone(str(error)) from error

    async def _discard(self, name: str) -> None:
        self._active.discard(name)
        try:
            await self._call(self._api.remove, name)
        except JarvisError as error:
            self._has_leftovers = True
            logger.warning("container left behind name=%s reason=%s", name, error.message)

    async def _remove_leftovers(self) -> None:
        """Remove containers whose owner is gone, and our own that could not be removed when their run ended."""
        for name, owner in (await self._call(self._api.owned)).items():
            if name not in self._active and (owner == self._owner or not _lives(owner)):
                logger.warning("removing a container that was left behind name=%s", name)
                await self._call(self._api.remove, name)
        self._has_leftovers = False

    async def _call(self, function: Callable[..., T], *args: Any) -> T:
        return await self._offload.run(LANE, function, *args)


def _lives(identity: str) -> bool:
    pid = identity.split("-")[1] if identity.count("-") == 2 else ""
    return pid.isdigit() and process_identity(int(pid)) == identity


def process_identity(pid: int) -> str:
    """A name for a process that no later process can have; empty when there is no such process."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").split("-")[0]
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    started = stat.rpartition(")")[2].split()[19]
    return f"{boot}-{pid}-{started}"
