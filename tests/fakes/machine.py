"""A machine that sleeps, whose clock is set and whose disk is slow, for processes that are started with it."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
_NUMBERS = struct.Struct("=3q")


class Machine:
    """What ``machine.c`` tells processes; every change holds at once for all that run.

    Kept in ``folder``, which processes may know under the name ``inside``.
    """

    def __init__(self, folder: Path, inside: str = "") -> None:
        self._inside = inside or str(folder)
        self._library, self._state = folder / "machine.so", folder / "machine.state"
        command = ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", str(self._library), str(SOURCE)]
        subprocess.run(command, check=True, timeout=60)
        self._slept_s = self._set_s = self._sync_s = 0.0
        self._tell()

    @property
    def environment(self) -> dict[str, str]:
        """What a process must be started with."""
        library, state = (f"{self._inside}/{path.name}" for path in (self._library, self._state))
        return {"LD_PRELOAD": library, "JARVISD_TEST_MACHINE": state}

    def sleep(self, seconds: float) -> None:
        """Have slept so long just now: what is monotonic has stood still."""
        self._slept_s += seconds
        self._tell()

    def set_clock(self, seconds: float) -> None:
        """Set the wall clock forward, or back."""
        self._set_s += seconds
        self._tell()

    def slow_disk(self, seconds: float) -> None:
        """Take so long from now on to make anything durable."""
        self._sync_s = seconds
        self._tell()

    def _tell(self) -> None:
        numbers = (round(value * 1e9) for value in (self._slept_s, self._set_s, self._sync_s))
        data = _NUMBERS.pack(*numbers)
        # In its place: it is mapped by those who look at it.
        with self._state.open("r+b" if self._state.exists() else "wb") as file:
            file.write(data)
