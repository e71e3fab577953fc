"""A container that waits for its one job, and the connection over which it gets the job and gives its output."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.timeout import within
from jarvisd.executor.adapters.podman.api import PodmanApi
from jarvisd.executor.adapters.podman.container import FOLDER, SMALL_PIDS, ContainerLimits, ContainerProfile
from jarvisd.executor.adapters.podman.output import REPORT_ENTRIES
from jarvisd.executor.ports.sandbox import FolderItem, SandboxJob

COMMANDS = {
    "python": ("/usr/bin/python3", "-I", "-B", "-u"),
    "bash": ("/bin/bash", "--noprofile", "--norc"),
}
_MIB = 1 << 20


@dataclass(slots=True)
class ContainerSession:
    """One container. It is used once."""

    name: str
    profile: ContainerProfile
    limits: ContainerLimits
    image_id: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_whole: bool = False
    """Whether the program has ended and reported, so that no process of it is left."""

    @property
    def is_alive(self) -> bool:
        """Whether the container still waits at the other end."""
        return not self.reader.at_eof() and not self.writer.is_closing()

    def fits(self, limits: ContainerLimits) -> bool:
        """Whether the container is bounded as a run wants it; the launcher keeps to a shorter time."""
        longest_s = self.limits.timeout_s
        return limits.timeout_s <= longest_s and replace(limits, timeout_s=longest_s) == self.limits

    def is_fresh(self, image_id: str) -> bool:
        """Whether the container still waits and is of this image."""
        return self.is_alive and self.image_id == image_id

    def close(self) -> None:
        """Let go of the connection."""
        self.writer.close()


async def attach(
    api: PodmanApi, name: str, deadline_s: float
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The streams of a container that has not been started yet, so that not a byte is missed.

    podman-py cannot attach; this is the same call spoken by hand. Raises SANDBOX_GONE and TIMEOUT.
    """
    path = f"/v4.0.0/libpod/containers/{name}/attach?stream=true&stdin=true&stdout=true&stderr=true&logs=false"
    fields = "Host: podman\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"
    with translated(api):
        opening = asyncio.open_unix_connection(api.socket_path)
        reader, writer = await within(opening, deadline_s)
    try:
        with translated(api):
            writer.write(f"POST {path} HTTP/1.1\r\n{fields}".encode("ascii"))
            head = await within(reader.readuntil(b"\r\n\r\n"), deadline_s)
            if head.split(b" ", 2)[1] not in (b"101", b"200"):
                raise Unavailable(f"Podman refused to attach: {head[:80]!r}", code=ErrorCode.SANDBOX_GONE)
    except BaseException:
        writer.close()
        raise
    return reader, writer


@contextmanager
def translated(api: PodmanApi) -> Iterator[None]:
    """Errors of the connection in the project's terms."""
    try:
        yield
    except asyncio.TimeoutError as error:
        raise Unavailable("Podman does not let us attach in time", code=ErrorCode.TIMEOUT) from error
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise api.gone(str(error)) from error


def new_mark() -> str:
    """What follows a program's output, and what no program can guess."""
    return token_hex(16)


async def give(
    session: ContainerSession, job: SandboxJob, mark: str, limits: ContainerLimits, items: Iterable[FolderItem]
) -> None:
    """Send the job: a line of JSON, the program, and what the folder holds when it is a copy."""
    code = job.code.encode("utf-8", "surrogatepass")
    copied = list(items)
    head = json.dumps(_head(session.profile, job, mark, limits, len(code), len(copied)))
    session.writer.write(head.encode("ascii") + b"\n" + code)
    for item in copied:
        row = [item.path, item.kind, item.mode, item.mtime_ns, len(item.content)]
        session.writer.write(json.dumps(row).encode("ascii") + b"\n" + item.content)
        await session.writer.drain()
    await session.writer.drain()


def _head(
    profile: ContainerProfile, job: SandboxJob, mark: str, limits: ContainerLimits, code_bytes: int, entries: int
) -> dict[str, Any]:
    folder = job.folder
    is_mounted = profile.how in ("mount", "overlay")
    return {
        "mark": mark,
        "command": COMMANDS[job.language],
        "code_bytes": code_bytes,
        "timeout_s": limits.timeout_s,
        "address_bytes": 0 if limits.cgroups else limits.memory_mb * _MIB,
        # The launcher is one of them.
        "processes": 0 if limits.cgroups else min(limits.pids, SMALL_PIDS) + 1,
        "work_folder": FOLDER if folder else "/tmp",  # noqa: S108 - in the container
        "entries": entries,
        "writes": bool(folder and folder.may_write),
        "top": dict(folder.top) if folder and is_mounted else None,
        "hidden": list(profile.hidden),
        "room_bytes": limits.disk_mb * _MIB if profile.how == "overlay" else 0,
        "report_bytes": limits.disk_mb * _MIB,
        "report_entries": REPORT_ENTRIES,
    }
