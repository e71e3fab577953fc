"""Who is in the guest: alice, who installs and uses the suite, and bob, who has nothing to do with it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.system.guest import UDEV_GROUP, Guest

ALICE, BOB = "alice", "bob"
ARCHIVE, PACKAGES = "/mnt/models.tar", "/mnt/packages"
"""Where the guest finds what was made outside of it."""
HOME = f"/home/{ALICE}"
TOOLS = "/usr/local/lib"
"""Where the programs are that tests run inside."""
_HERE = Path(__file__).parent

_FILES: Mapping[str, str] = {
    "Documents/invoice-march.txt": "120 euros\n",
    "Documents/invoice-april.txt": "80 euros\n",
    "Documents/notes.txt": "nothing\n",
    "Pictures/holiday.txt": "sea\n",
}


def move_in(guest: Guest) -> None:
    """Give both an account; alice is the administrator and holds the checkout's results in her home."""
    for person in (ALICE, BOB):
        guest.run("useradd", "--create-home", "--shell", "/bin/bash", person)
    guest.run("groupadd", "--system", UDEV_GROUP)
    guest.write(f"/etc/sudoers.d/{ALICE}", f"{ALICE} ALL=(ALL) NOPASSWD: ALL\n", 0o440)
    for name, text in _FILES.items():
        as_alice(guest, f"mkdir -p $(dirname {name}) && cat >{name}", stdin=text)
    as_alice(guest, f"mkdir build && ln -s {PACKAGES} build/deb && ln -s {ARCHIVE} models.tar")


def bring_tools(guest: Guest) -> None:
    """Put the programs into place that tests run inside."""
    for name in ("agent.py", "listener.py", "mounts.py", "probe.py", "sockets.py"):
        guest.write(f"{TOOLS}/{name}", (_HERE / name).read_text("utf-8"))


def as_alice(
    guest: Guest, line: str, stdin: str = "", check: bool = True, deadline_s: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a line in a fresh login shell of hers."""
    return guest.run("runuser", "-l", ALICE, "-c", line, stdin=stdin, check=check, deadline_s=deadline_s)
