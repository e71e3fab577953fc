"""The installed suite in the guest: installing it, watching its units, waiting for what shall happen."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jarvisd.bus.names import UnitName
from tests.system.guest import Guest

UNITS = tuple(UnitName)
READY_DEADLINE_S = 240
"""For all models on two busy cores."""


def packages(folder: Path) -> list[Path]:
    """The newest built package of each name for this machine."""
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*.deb"), key=lambda path: path.stat().st_mtime):
        found[path.name.split("_")[0]] = path
    return list(found.values())


def install(guest: Guest, archives: list[Path]) -> None:
    """Install with apt, as a user does."""
    folder = guest.root / "root" / "packages"
    folder.mkdir(exist_ok=True)
    names = []
    for path in archives:
        os.link(path, folder / path.name) if _same_disk(path, folder) else (folder / path.name).write_bytes(
            path.read_bytes()
        )
        names.append(f"/root/packages/{path.name}")
    guest.run("apt-get", "install", "--yes", "--no-install-recommends", *names, deadline_s=900)


def _same_disk(path: Path, folder: Path) -> bool:
    return path.stat().st_dev == folder.stat().st_dev


@dataclass(frozen=True)
class Suite:
    """The running suite."""

    guest: Guest

    def service(self, unit: UnitName) -> str:
        """Name of the unit's service."""
        return f"jarvisd-{unit.value}.service"

    def pid(self, unit: UnitName) -> int:
        """Main process, 0 if there is none."""
        return int(self.guest.show(self.service(unit), "MainPID")["MainPID"])

    def pids(self) -> dict[UnitName, int]:
        """Main process of each unit."""
        return {unit: self.pid(unit) for unit in UNITS}

    def property(self, unit: UnitName, name: str) -> Any:
        """A property of the unit's interface; a missing unit is an AssertionError."""
        target = (unit.bus_name, unit.path, unit.bus_name)
        text = self.guest.output("busctl", "--json=short", "get-property", *target, name)
        return json.loads(text)["data"]

    def until(self, condition: str, deadline_s: float = READY_DEADLINE_S) -> None:
        """Wait until a shell condition holds inside; shows the journal when it does not in time."""
        loop = f"until {condition}; do sleep 0.2; done"
        done = self.guest.run(
            "timeout", str(deadline_s), "bash", "-c", loop, check=False, deadline_s=deadline_s + 30
        )
        if done.returncode:
            journal = self.guest.journal("--unit=jarvisd-*", "--lines=40")
            raise AssertionError(f"not within {deadline_s:g} s: {condition}\n{journal}")

    def until_owned(self, unit: UnitName, deadline_s: float = 60) -> None:
        """Wait until the unit is on the bus."""
        bus = "org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus"
        self.until(f"busctl call {bus} NameHasOwner s {unit.bus_name} | grep -q true", deadline_s)

    def until_ready(self, unit: UnitName) -> None:
        """Wait until every part of the unit is ready."""
        target = f"{unit.bus_name} {unit.path} {unit.bus_name}"
        self.until(f"busctl get-property {target} Ready 2>/dev/null | grep -q true")

    def restart(self) -> None:
        """A clean start, whatever a test did before."""
        self.guest.run("systemctl", "reset-failed")
        self.guest.run("systemctl", "restart", "jarvisd.target")
        for unit in UNITS:
            self.until_owned(unit)
