"""How much of the machine is in use, from the kernel's files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from jarvisd.executor.ports.machine import MachineUse
from jarvisd.linux.memory import MEMINFO, available_share

SLICE = "jarvisd.slice"
"""Where the package's units run, with what they start (systemd/jarvisd.slice)."""
_IDLE = (3, 4)
"""Fields of the line ``cpu`` that are no work: idle and waiting for a disk (proc_stat(5))."""
_WORK = (0, 1, 2, 5, 6, 7)
"""Those that are, and what a host took (steal); the time of guests is in the first two already."""


class KernelReader:
    """:class:`~jarvisd.executor.ports.machine.MachineReader` for the machine that this runs on."""

    def __init__(
        self, folders: Sequence[Path], *, proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")
    ) -> None:
        self._folders = folders
        self._proc = proc
        self._cgroups = cgroups

    def use(self) -> MachineUse:
        """Now."""
        first = (self._proc / "stat").read_text("ascii").split("\n", 1)[0].split()
        if not first or first[0] != "cpu":
            raise ValueError("the kernel's file has another form")
        ticks = [int(field) for field in first[1:9]]
        tick_s = 1.0 / os.sysconf("SC_CLK_TCK")
        busy_s = sum(ticks[field] for field in _WORK) * tick_s
        return MachineUse(
            ram_percent=100.0 * (1.0 - available_share(self._proc / MEMINFO.name)),
            passed_s=busy_s + sum(ticks[field] for field in _IDLE) * tick_s,
            busy_s=busy_s,
            own_s=self._own_s(),
        )

    def fullest_disk_percent(self) -> float:
        """The highest use of a disk among the folders; one that is not there is on none."""
        highest = 0.0
        for folder in self._folders:
            try:
                found = os.statvfs(folder)
            except OSError:
                continue
            used = found.f_blocks - found.f_bfree
            usable = used + found.f_bavail
            highest = max(highest, 100.0 * used / usable if usable else 0.0)
        return highest

    def _own_s(self) -> float | None:
        """What the suite's slice has used, if this process is in it and control groups of version 2 count.

        Where those of version 1 rule beside them, they are in a folder of their own, and count all the same.
        """
        try:
            group = (self._proc / "self" / "cgroup").read_text("utf-8").partition("0::")[2].split("\n")[0]
            parts = group.split("/")
            if SLICE not in parts:
                return None
            beside = self._cgroups / "unified"
            root = beside if beside.is_dir() else self._cgroups
            folder = root.joinpath(*parts[: parts.index(SLICE) + 1])
            lines = (folder / "cpu.stat").read_text("ascii").splitlines()
            return int(dict(line.split() for line in lines)["usage_usec"]) / 1e6
        except (OSError, ValueError, KeyError):
            return None
