"""``unshare --mount python -m tests.fakes.mounter PLANT``: the root mounter, with its own disk and things planted.

It prints what became of each workspace, and what is mounted. Nothing outside of its namespace changes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from jarvisd.config.schema import Workspace
from jarvisd.core.workspace_mounts import EXECUTOR, SANDBOX
from jarvisd.linux.idmapped_mount import FileOwner
from jarvisd.workspaces.mounts import MountSite, provide

DISK = Path("/mnt")
PERSON = 1000


def full(place: Path) -> None:
    place.mkdir()
    (place / "file").touch()


PLANTS: Mapping[str, Callable[[Path], object]] = {
    "nothing": lambda place: None,
    "file": Path.touch,
    "link": lambda place: place.symlink_to(DISK),
    "pipe": os.mkfifo,
    "full folder": full,
}


def main(plant: str) -> None:
    """Three workspaces, of which the second leads over a link."""
    for disk in (DISK, DISK / "top"):
        disk.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(disk)], check=True)
    for name in ("docs", "music"):
        (DISK / name).mkdir()
        (DISK / name / "mine.txt").write_text(name)
        os.chown(DISK / name, PERSON, PERSON)
    (DISK / "link").symlink_to("docs")
    site = MountSite({EXECUTOR: FileOwner(990, 990), SANDBOX: FileOwner(991, 991)}, DISK / "top", DISK / "copies")
    for view in site.seen_as:
        (site.top / view).mkdir(parents=True)
        for name in ("aaa", "link", "music"):
            PLANTS[plant](site.top / view / name)
    wanted = [Workspace(name, DISK / name) for name in ("docs", "link", "music")]
    states = {result.workspace.name: result.state for result in provide(wanted, site)}
    mounted = [str(target.relative_to(site.top)) for target in site.top.glob("*/*") if os.path.ismount(target)]
    sys.stdout.write(json.dumps({"states": states, "mounted": mounted, "copied": site.copies.exists()}))


if __name__ == "__main__":
    main(sys.argv[1])
