"""A service manager as small as can be: takes notifications, ends units that send no more, and starts them again.

It does what systemd.service(5) says of ``Type=notify``, ``WatchdogSec=``, ``TimeoutAbortSec=`` and ``Restart=``,
so that a unit meets the same rules on a private bus. The units get its socket by their environment.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from demo.suite import UNITS, Suite

WATCHDOG_S = 5.0
ABORT_S = 2.0
LOOK_S = 0.1
CREDENTIALS = struct.Struct("3i")


class Manager:
    """Watches the units of ``suite`` while :meth:`manage` runs."""

    def __init__(self, folder: Path) -> None:
        self.socket_path = folder / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind(str(self.socket_path))
        self._fed_s: dict[int, float] = {}
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
        fed_s = self._fed_s.get(process.pid)
        if process.poll() is None and fed_s is not None and time.monotonic() - fed_s > WATCHDOG_S:
            process.send_signal(signal.SIGABRT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(ABORT_S)
            process.kill()
            process.wait()
        if process.poll():
            self.restarted.append((unit, process.returncode))
            suite.start_unit(unit)

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
                    self._fed_s[pid] = time.monotonic()
                if line != "WATCHDOG=1":
                    self.messages.append((pid, line))


async def tick() -> None:
    """The time between two looks."""
    due = asyncio.Event()
    asyncio.get_running_loop().call_later(LOOK_S, due.set)
    await due.wait()


def children(pid: int) -> list[int]:
    """The child processes of a process."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split()]
