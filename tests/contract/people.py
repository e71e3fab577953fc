"""A private bus of type system with our policy file as it is shipped, and connections as the users it names.

The users exist only for that dbus-daemon: it runs in a mount namespace of its own, over ``/etc/passwd`` and
``/etc/group`` as ``systemd-sysusers`` makes them from ``systemd/jarvisd.sysusers``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from dbus_next.aio import MessageBus
from dbus_next.auth import AuthExternal
from dbus_next.constants import BusType

from tests.contract.access import MEMBER, OUTSIDER

ROOT = Path(__file__).resolve().parents[2]
STOCK = Path("/usr/share/dbus-1/system.conf")
TOOLS = ("dbus-daemon", "systemd-sysusers", "unshare")

PEOPLE = {MEMBER: 61_001, OUTSIDER: 61_002}
"""Two people: one in group jarvisd, one not."""

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  {stock}
  <includedir>{folder}/system.d</includedir>
</busconfig>
"""


@dataclass(frozen=True)
class User:
    """Whose connection it is."""

    uid: int
    gid: int
    groups: tuple[int, ...]


@dataclass(frozen=True)
class SystemBus:
    """The running bus and everybody who may come."""

    address: str
    users: dict[str, User]

    async def connect(self, name: str) -> MessageBus:
        """A connection of the named user."""
        user = self.users[name]
        groups = os.getgroups()
        # The kernel notes who connects when the socket connects, which is inside the constructor.
        os.setgroups(user.groups)
        os.setegid(user.gid)
        os.seteuid(user.uid)
        try:
            bus = MessageBus(bus_address=self.address, bus_type=BusType.SYSTEM, auth=As(user.uid))
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups(groups)
        return await bus.connect()


class As(AuthExternal):
    """Says the uid that the socket connected with."""

    def __init__(self, uid: int) -> None:
        super().__init__()
        self._uid = uid

    def _authentication_start(self, negotiate_unix_fd: bool = False) -> str:
        super()._authentication_start(negotiate_unix_fd)
        return f"AUTH EXTERNAL {str(self._uid).encode().hex()}"


def missing() -> str:
    """Why such a bus cannot be had here; empty if it can."""
    if os.geteuid() != 0:
        return "connecting as the users of the policy needs root"
    lost = [name for name in TOOLS if shutil.which(name) is None]
    return f"not installed: {', '.join(lost)}" if lost else ""


@contextmanager
def system_bus(prepare: Callable[[Path], dict[Path, Path]] | None = None) -> Iterator[SystemBus]:
    """Run the bus for the duration.

    ``prepare`` may add to its folder, and returns what the bus, and whatever it starts, shall see in other places:
    place to what lies there.
    """
    # Not below pytest's folder, which other users may not enter.
    folder = Path(tempfile.mkdtemp(prefix="jarvisd-bus-"))
    folder.chmod(0o755)
    daemon = None
    try:
        users = _make_users(folder)
        _configure(folder)
        seen = {Path("/etc") / name: folder / "etc" / name for name in ("passwd", "group")}
        seen.update(prepare(folder) if prepare is not None else {})
        script = "".join(f"mount --bind {there} {place} && " for place, there in seen.items())
        script += f"exec dbus-daemon --config-file={folder}/bus.conf --nofork --nopidfile --print-address=1"
        daemon = subprocess.Popen(
            ["unshare", "--mount", "--propagation=private", "sh", "-c", script], stdout=subprocess.PIPE, text=True
        )
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        assert address
        yield SystemBus(address, users)
    finally:
        if daemon is not None and daemon.stdout is not None:
            daemon.terminate()
            daemon.wait(30)
            daemon.stdout.close()
        shutil.rmtree(folder)


def _make_users(folder: Path) -> dict[str, User]:
    etc = folder / "etc"
    etc.mkdir()
    for name in ("passwd", "group"):
        shutil.copy(f"/etc/{name}", etc / name)
    sysusers = ROOT / "systemd" / "jarvisd.sysusers"
    subprocess.run(["systemd-sysusers", f"--root={folder}", str(sysusers)], check=True, capture_output=True)
    groups = {line.split(":")[0]: int(line.split(":")[2]) for line in (etc / "group").read_text().splitlines()}
    with (etc / "passwd").open("a") as passwd:
        passwd.writelines(f"{name}:x:{uid}:{uid}::/:/bin/sh\n" for name, uid in PEOPLE.items())
    users = {}
    for line in (etc / "passwd").read_text().splitlines():
        name, _, uid, gid = line.split(":")[:4]
        extra = (groups["jarvisd"],) if name == MEMBER else ()
        users[name] = User(int(uid), int(gid), (int(gid), *extra))
    return users


def _configure(folder: Path) -> None:
    for name in ("services", "system.d"):
        (folder / name).mkdir()
    shutil.copy(ROOT / "dbus" / "org.jarvisd.conf", folder / "system.d")
    for path in (ROOT / "dbus").glob("*.service"):
        shutil.copy(path, folder / "services")
    policies = ElementTree.parse(STOCK).getroot().findall("policy")
    stock = "\n".join(ElementTree.tostring(policy, "unicode") for policy in policies)
    (folder / "bus.conf").write_text(CONFIG.format(folder=folder, stock=stock))
