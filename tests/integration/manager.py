"""A service manager as small as can be: takes notifications, ends units that send no more, and starts them again.

It does what systemd.service(5) says of ``Type=notify``, ``WatchdogSec=``, ``TimeoutAbortSec=`` and ``Restart=``,
so that a unit meets the same rules on a private bus. The units get its socket by their environment. Unlike systemd
it does not hold against a unit that a crowded machine does not let it run.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from demo.suite import UNITS, Suite
from jarvisd.bus.names import UnitName
from jarvisd.cli.client import linked
from jarvisd.core.errors import JarvisError
from jarvisd.runtime.tasks import Tasks
from tests.fakes import stalling
from tests.integration.conftest import WAIT_S, Home

WATCHDOG_S = 5.0
ABORT_S = 60.0
LOOK_S = 0.1
CREDENTIALS = struct.Struct("3i")


class Manager:
    """Watches the units of ``suite`` while :meth:`manage` runs."""

    def __init__(self, folder: Path) -> None:
        self.socket_path = folder / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind(str(self.socket_path))
        self._fed: dict[int, tuple[float, float]] = {}
        """When a process was heard of last, and how long it had been kept from running by then; in seconds."""
        self.messages: list[tuple[int, str]] = []
        """Process id and line of everything but the pings."""
        self.restarted: list[tuple[str, int]] = []
        """Unit and exit status of every unit that was started again."""

    @property
    def environment(self) -> dict[str, str]:
        """What the units must find in their environment."""
        return {"NOTIFY_SOCKET": str(self.socket_path), "WATCHDOG_USEC": str(round(WATCHDOG_S * 1e6))}

    async def manage(self, suite: Suite) -> None:
        """Do the work for ever."""
        while True:
            self._take_all()
            for unit in UNITS:
                self._look_after(suite, unit)
            await tick()

    def said(self, pid: int, line: str) -> bool:
        """Whether the process has sent a line that begins so."""
        self._take_all()
        return any(sender == pid and text.startswith(line) for sender, text in self.messages)

    def close(self) -> None:
        """Take no more."""
        self._socket.close()

    def _look_after(self, suite: Suite, unit: str) -> None:
        process = suite.process(unit)
        if process.poll() is None and self._is_overdue(process.pid):
            process.send_signal(signal.SIGABRT)
            with suppress(subprocess.TimeoutExpired):
                # A stopped process takes no signal but the last.
                process.wait(0 if is_stopped(process.pid) else ABORT_S)
            process.kill()
            process.wait()
        if process.poll():
            self.restarted.append((unit, process.returncode))
            suite.start_unit(unit)

    def _is_overdue(self, pid: int) -> bool:
        if pid not in self._fed:
            return False
        fed_s, kept_waiting_s = self._fed[pid]
        return time.monotonic() - fed_s > WATCHDOG_S + waited_s(pid) - kept_waiting_s

    def _take_all(self) -> None:
        while True:
            try:
                data, ancillary, _, _ = self._socket.recvmsg(4096, 1024)
            except BlockingIOError:
                return
            [(_, _, sender)] = ancillary
            pid = CREDENTIALS.unpack(sender)[0]
            for line in data.decode().splitlines():
                if line in ("WATCHDOG=1", "READY=1"):
                    self._fed[pid] = (time.monotonic(), waited_s(pid))
                if line != "WATCHDOG=1":
                    self.messages.append((pid, line))


def waited_s(pid: int) -> float:
    """How long a process was ready to run and was not let, since it began: see the kernel's sched-stats."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except OSError:
        return 0.0


def is_stopped(pid: int) -> bool:
    """Whether a process was halted by a signal."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


async def tick() -> None:
    """The time between two looks."""
    due = asyncio.Event()
    asyncio.get_running_loop().call_later(LOOK_S, due.set)
    await due.wait()


def children(pid: int) -> list[int]:
    """The child processes of a process."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split()]


class Watched(Home):
    """A suite under a service manager, whose parts can be made to stand still."""

    def __init__(self, suite: Suite, link: Any, manager: Manager, stalls: Path) -> None:
        super().__init__(suite, link)
        self.manager = manager
        self.stalls = stalls

    def pids(self) -> dict[str, int]:
        return {unit.value: self.suite.process(unit.value).pid for unit in UnitName}

    async def until(self, condition: Callable[[], Awaitable[Any]]) -> None:
        """Await ``condition``, looking ten times a second; units may end meanwhile."""

        async def look() -> None:
            while True:
                with suppress(JarvisError):
                    if await condition():
                        return
                await tick()

        await asyncio.wait_for(look(), WAIT_S)

    async def part(self, unit: UnitName, name: str) -> str:
        """The state of a part as it is published."""
        peer = next(peer for peer in self.link.units if peer.unit is unit)
        values = await self.link.properties(peer)
        return str(values["Parts"].get(name, "")) if values else ""

    async def level(self) -> tuple[str, list[str]]:
        values = await self.link.properties(self.link.executor)
        return (str(values["ServiceLevel"]), list(values["Reasons"])) if values else ("", [])

    async def restarts(self) -> bool:
        """Whether any unit was started again."""
        return bool(self.manager.restarted)


class Watch:
    """A suite under a service manager."""

    def __init__(self, suite: Suite, manager: Manager, stalls: Path) -> None:
        self.suite = suite
        self.manager = manager
        self.stalls = stalls

    @asynccontextmanager
    async def home(self) -> AsyncIterator[Watched]:
        """Manage the suite, and be in front of it once it is ready."""
        tasks = Tasks()
        tasks.start("manager", self.manager.manage(self.suite))
        try:
            async with linked(self.suite.address) as link:
                home = Watched(self.suite, link, self.manager, self.stalls)
                await home.follow()
                await home.until(home.is_ready)
                self.manager.restarted.clear()
                yield home
        finally:
            await tasks.cancel_all()


@contextmanager
def watching(folder: Path, settings: Mapping[str, Mapping[str, Any]]) -> Iterator[Watch]:
    """A suite whose units know that they are watched, and find the orders to stand still."""
    stalls = folder / "stalls"
    stalls.mkdir()
    manager = Manager(folder)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**manager.environment, stalling.FOLDER: str(stalls)}.items():
            patch.setenv(name, value)
        with Suite(folder / "suite", folder / "suite" / "cache" / "models", settings) as suite:
            yield Watch(suite, manager, stalls)
    manager.close()
