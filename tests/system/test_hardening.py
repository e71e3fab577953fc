"""Each wall of each unit, tried from inside: the forbidden fails, and the same probe without walls succeeds."""

from __future__ import annotations

import json

import pytest

from jarvisd.bus.names import UnitName
from tests.system.people import TOOLS
from tests.system.probe import DEEDS
from tests.system.suite import Suite

UNIT_FOLDERS = ("lib/systemd/system", "usr/lib/systemd/system")

OF_THE_DAEMON = ("Type=", "NotifyAccess=", "BusName=", "ExecStart=", "ExecReload=", "WatchdogSec=", "Restart")
"""What is left out when the probe takes the place of the daemon."""

ALLOWED: dict[str, set[str]] = {
    "audio": {"write own state", "see state of ear", "writable code"},
    "brain": {"write own state", "see state of mind", "internet socket", "packet to the machine", "80 threads"},
    "executor": {"write own state", "see state of hands", "reach the sandbox", "setuid program"},
    "tts": {"write own state", "see state of voice"},
}
"""Unit to the deeds that it can do; everything else must fail. See docs/security.md for the reasons."""

UNPROVED = {"set the clock", "load a module", "packet to the network", "real-time priority"}
"""What nobody can do in a container without a network; on a real machine these walls have to be believed."""
PROVED: dict[str, str] = {
    "NoNewPrivileges": "gain root",
    "CapabilityBoundingSet": "set the host name",
    "ProtectSystem": "write /etc",
    "PrivateTmp": "see /tmp of the host",
    "ProtectHostname": "set the host name",
    "ProtectControlGroups": "write control groups",
    "ProtectKernelLogs": "read the kernel log",
    "ProtectKernelTunables": "write kernel settings",
    "ProtectProc": "see other processes",
    "LockPersonality": "other machine type",
    "RestrictNamespaces": "namespace of users",
    "RestrictSUIDSGID": "setuid program",
    "SystemCallFilter": "higher priority",
    "SystemCallErrorNumber": "mount",
    "ProtectHome": "see the home of root",
    "InaccessiblePaths": "write /run",
    "MemoryDenyWriteExecute": "writable code",
    "PrivateNetwork": "packet to the machine",
    "RestrictAddressFamilies": "kernel socket",
    "IPAddressDeny": "packet to the network",
    "DevicePolicy": "open a device",
    "PrivateDevices": "open a device",
    "TasksMax": "80 threads",
    "ReadWritePaths": "write /var/lib",
    "StateDirectoryMode": "see state of ear",
    "User": "write settings",
}
"""Wall to a deed of the probe that it stops."""
BELIEVED = {
    "PrivateMounts": "test_workspaces shows that nothing mounted later appears",
    "MountFlags": "as above",
    "ProtectClock": "no clock can be set in a container",
    "ProtectKernelModules": "no module can be loaded in a container",
    "RestrictRealtime": "no real-time priority in a container",
    "RemoveIPC": "nothing of a unit outlives it that could be seen",
    "KeyringMode": "the units put nothing into a keyring",
    "SystemCallArchitectures": "the probe has no program of another architecture",
    "ProcSubset": "open on purpose, see docs/security.md",
    "PrivateUsers": "what another user owns looks the same to a unit without capabilities",
    "IPAddressAllow": "an opening, for Ollama on this machine",
    "DeviceAllow": "an opening, for the sound card",
    "SupplementaryGroups": "an opening, for the sound card",
    "MemoryMax": "test_guest shows that it is enforced",
    "UMask": "test_live_units and test_workspaces look at what is written",
}
"""Wall to the reason why no deed is tried."""
NO_WALLS = (
    *(
        "Slice",
        "Group",
        "SyslogIdentifier",
        "Environment",
        "StateDirectory",
        "CacheDirectory",
        "CacheDirectoryMode",
    ),
    *("LogsDirectory", "LogsDirectoryMode", "TimeoutStartSec", "TimeoutStopSec", "TimeoutAbortSec", "LimitCORE"),
    *("CPUWeight", "LimitNICE", "OOMPolicy", "OOMScoreAdjust"),
)
FREE = {"Type=oneshot", "StateDirectory=jarvisd/free"}
"""The unit without walls."""


def probe(suite: Suite, name: str, body: list[str]) -> dict[str, str]:
    guest = suite.guest
    lines = ["[Service]", *body, "Type=oneshot", f"StandardOutput=truncate:/run/probe-{name}.json"]
    lines.append(f"ExecStart=/usr/bin/python3 {TOOLS}/probe.py")
    guest.run("tee", f"/run/systemd/system/probe-{name}.service", stdin="\n".join(lines) + "\n")
    guest.run("systemctl", "daemon-reload")
    guest.run("systemctl", "start", f"probe-{name}.service")
    outcome: dict[str, str] = json.loads(guest.output("cat", f"/run/probe-{name}.json"))
    return outcome


def walls_of(suite: Suite, unit: UnitName) -> list[str]:
    """The unit's own [Service] section without what makes it the daemon."""
    paths = [suite.guest.root / folder / suite.service(unit) for folder in UNIT_FOLDERS]
    text = next(path for path in paths if path.exists()).read_text()
    section = text.partition("[Service]")[2].partition("[Install]")[0]
    return [line for line in section.splitlines() if line and not line.startswith(("#", *OF_THE_DAEMON))]


@pytest.fixture(scope="module")
def secrets(suite: Suite) -> Suite:
    """Things to find where the units must not look."""
    suite.guest.write("/root/secret", "x", 0o644)
    suite.guest.run("sh", "-c", "echo x >/tmp/of-the-host; chmod 644 /tmp/of-the-host")
    for unit in UnitName:
        suite.guest.write(f"/var/lib/jarvisd/{unit.value}/kept", "x")
    # The tunnel device: whoever sees it may open it.
    suite.guest.run("sh", "-c", "[ -e /dev/probe ] || mknod -m 666 /dev/probe c 10 200")
    suite.guest.run("systemctl", "start", "jarvisd-sandbox.socket")
    return suite


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
def test_what_is_forbidden_fails(unit: UnitName, secrets: Suite) -> None:
    outcome = probe(secrets, unit.value, walls_of(secrets, unit))
    done = {name for name, result in outcome.items() if result == "done"}
    assert done == ALLOWED[unit.value], outcome


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
def test_every_wall_is_tried_or_there_is_a_reason(unit: UnitName, suite: Suite) -> None:
    """A directive that is added to a unit needs a deed that it stops."""
    walls = [line.partition("=")[::2] for line in walls_of(suite, unit)]
    assert {name for name, _ in walls} <= {*PROVED, *BELIEVED, *NO_WALLS}
    closed = {name for name, value in walls if value not in ("no", "")} | {"CapabilityBoundingSet"}
    open_on_purpose = {name for name in closed & set(PROVED) if PROVED[name] in ALLOWED[unit.value]}
    assert open_on_purpose <= {"TasksMax", "StateDirectoryMode"}, "a wall whose deed succeeds"


def test_every_wall_names_a_deed() -> None:
    assert set(PROVED.values()) <= set(DEEDS)


def test_the_probe_can_do_all_of_it_without_walls(secrets: Suite) -> None:
    """A probe that fails for a reason of its own proves nothing."""
    outcome = probe(secrets, "free", sorted(FREE))
    unproved = {name for name, result in outcome.items() if result != "done"}
    assert unproved <= UNPROVED, outcome


SEALED = """
import fcntl, os, sys
folder = f"/proc/{sys.argv[1]}/fd"
held = [name for name in os.listdir(folder) if "memfd:jarvisd-played" in os.readlink(f"{folder}/{name}")]
for name in held:
    memory = os.open(f"{folder}/{name}", os.O_RDONLY)
    print(fcntl.fcntl(memory, fcntl.F_GET_SEALS), oct(os.fstat(memory).st_mode & 0o777), f"{folder}/{name}")
"""
"""Seals, mode and path of each descriptor that a process has of what the voice plays."""
SHRINK_GROW_FUTURE_AND_SEAL = 0x01 | 0x02 | 0x04 | 0x10


def test_what_the_voice_plays_is_in_nobody_elses_reach(suite: Suite) -> None:
    """Neither of who may use the assistant, nor of another unit; root sees that it is sealed."""
    guest = suite.guest
    suite.until_ready(UnitName.AUDIO)
    guest.run("useradd", "--groups", "jarvisd,audio", "member-of-both", check=False)
    for unit in (UnitName.TTS, UnitName.AUDIO):
        lines = guest.output("python3", "-c", SEALED, str(suite.pid(unit))).splitlines()
        assert lines, f"{unit.value} has it"
        for line in lines:
            seals, mode, path = line.split()
            assert (int(seals), mode) == (SHRINK_GROW_FUTURE_AND_SEAL, "0o600")
            for user in ("member-of-both", "jarvisd-brain", "jarvisd-executor"):
                assert guest.run("cat", path, user=user, check=False).returncode != 0, (user, path)
    assert guest.run("head", "--bytes=8", path).stdout == "jarvisdP", "root reads it, so the path is right"
