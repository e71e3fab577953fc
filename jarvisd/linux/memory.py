"""How much memory is left, as the kernel says."""

from __future__ import annotations

from pathlib import Path

MEMINFO = Path("/proc/meminfo")


def available_share(meminfo: Path = MEMINFO) -> float:
    """Memory that programs could have without swapping, as a share of all; 1 where that cannot be read."""
    try:
        lines = meminfo.read_text("ascii").splitlines()
        kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        return kilobytes["MemAvailable"] / kilobytes["MemTotal"]
    except (OSError, ValueError, KeyError, IndexError, ZeroDivisionError):
        return 1.0
