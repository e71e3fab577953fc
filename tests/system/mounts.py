"""Prints the mounts of this namespace that a path leads to, as JSON; run as root inside the namespace of a unit.

A place that is mounted while a unit starts may be listed beneath what covers it: nobody gets there by any path.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path


def reached() -> Iterator[dict[str, object]]:
    """Where each mount is, the device and whether it can be written."""
    for row in Path("/proc/self/mountinfo").read_text("utf-8").splitlines():
        mount, _, device, _, escaped, options = row.split()[:6]
        point = re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), escaped)
        if _mount_at(point) == mount:
            yield {"point": point, "device": device, "is_writable": "rw" in options.split(",")}


def _mount_at(point: str) -> str:
    """The mount that opening ``point`` leads to; empty if it cannot be opened."""
    try:
        place = os.open(point, os.O_PATH)
    except OSError:
        return ""
    try:
        told = Path(f"/proc/self/fdinfo/{place}").read_text("ascii")
    finally:
        os.close(place)
    return told.partition("mnt_id:")[2].split()[0]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(list(reached())))
