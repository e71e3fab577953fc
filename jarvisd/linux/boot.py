"""Which boot of the machine this is, and for how long it has been running."""

from __future__ import annotations

import time
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """The kernel's random id of this boot, as a UUID; the same until the machine starts anew."""
    return _BOOT_ID.read_text("ascii").strip()


def boot_s() -> float:
    """CLOCK_BOOTTIME in seconds: from zero at the start of the machine, on while it sleeps, never set."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
