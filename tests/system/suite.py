"""The installed suite in the guest: watching its units, waiting for what shall happen."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from jarvisd.bus.names import UnitName
from tests.system.guest import Guest
from tests.system.waiting import lines

UNITS = tuple(UnitName)
READY_DEADLINE_S = 900
"""For all models and the first evaluation of the prompt, on two busy cores."""


@dataclass(frozen=True)
class Suite:
    """The running suite."""

    guest: Guest
    units = UNITS

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
        self.until_property(unit, "Ready", "true")

    def signals(self, names: Collection[str], deadline_s: float) -> Iterator[tuple[str, list[Any]]]:
        """Signals of turns among ``names`` with their bodies, as ``sudo busctl monitor`` sees them.

        The first is an empty one, once it watches. Earcons belong to no turn and are left out.
        """
        watch = " ".join(unit.bus_name for unit in UNITS)
        process = self.guest.start("sh", "-c", f"exec busctl --json=short monitor {watch} 2>&1")
        assert process.stdout is not None
        try:
            for line in lines(process.stdout, deadline_s):
                if not line.startswith(b"{"):
                    yield "", []
                    continue
                message = json.loads(line)
                if message.get("type") != "signal" or message.get("member") not in names:
                    continue
                if (body := message["payload"]["data"])[0]:
                    yield message["member"], body
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()

    def submit(self, tool: str, *, answer: str = "yes", **args: object) -> dict[str, Any]:
        """Run one step as the administrator does; its report."""
        plan = json.dumps({"actions": [{"tool": tool, "args": args}]})
        done = self.guest.run("jarvisctl", "submit", "-", "--answer", answer, "--json", stdin=plan, check=False)
        assert done.stdout, done.stderr
        [step] = json.loads(done.stdout)["steps"]
        return dict(step)

    def is_whole(self) -> bool:
        """Whether every unit is running, none having been stopped by hand."""
        units = [f"jarvisd-{unit.value}.service" for unit in UNITS]
        states = self.guest.run("systemctl", "is-active", *units, check=False).stdout.split()
        return set(states) == {"active"}

    def settle(self) -> None:
        """Wait until every part is ready and the last request has ended."""
        for unit in UNITS:
            self.until_ready(unit)
        self.until_property(UnitName.EXECUTOR, "ServiceLevel", "full")
        self.until_property(UnitName.BRAIN, "State", "IDLE")
        self.until_property(UnitName.TTS, "Speaking", "false")

    def until_property(self, unit: UnitName, name: str, pattern: str) -> None:
        """Wait until a property of the unit shows the pattern."""
        target = f"{unit.bus_name} {unit.path} {unit.bus_name}"
        self.until(f"busctl get-property {target} {name} 2>/dev/null | grep -q '{pattern}'")
