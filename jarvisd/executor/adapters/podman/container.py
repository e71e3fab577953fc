"""What a sandbox container is made of, and the proof that it is so. Pure: no I/O, no clock.

The specification is the body of Podman's create call, written out here because podman-py drops several of
these settings without a word (``no-new-privileges`` among them). What was asked for is therefore compared with
what Podman recorded for every container, and at start a probe inside a container reports what the kernel enforces.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jarvisd.core.workspace_mounts import PROGRAM_ID

LABEL = "org.jarvisd.sandbox"
"""Marks our containers; the value is the process that owns them."""
TMP_MB = 16
"""Chosen: scratch files count as memory of the run."""
FILE_MB = 16
"""Longest file of a program, unless ``sandbox.disk_mb`` is more. Chosen, as for scratch files."""
OPEN_FILES = 64
"""Chosen: programs of a few lines read one file after the other."""
SMALL_PIDS = 8
"""Processes of a run when memory can be bounded only for each process."""
RUNTIME_PIDS = 1024
"""Processes of the user who runs Podman, for the moment until a program's own bound is set; more than it needs,
and less than the limit of Podman's own that a machine may forbid to raise."""
KILL_GRACE_S = 15
"""Podman's monitor ends a container this long after its deadline, should nobody else be left to do it."""
SYSTEM_CALLS = Path(__file__).with_name("seccomp.json")
"""The system calls that programs may use. Podman's own list has mount, ptrace, new namespaces and any kind of
socket, of which some (AF_VSOCK) reach past the network that is taken away."""
_MIB = 1 << 20
_CPU_PERIOD_US = 100_000
"""The kernel's own (``cpu.cfs_period_us``)."""

LAUNCHER = Path(__file__).with_name("launcher.py")
"""Process 1 of every container; it takes the job and runs the program as its child."""
FOLDER = "/ws"
"""Where a program sees its workspace, and starts."""
IDLE_S = 3600
"""Longest life of a container that waits for a job; Podman's monitor ends it then."""


@dataclass(frozen=True, slots=True)
class ContainerLimits:
    """Bounds of one run. Without ``cgroups`` memory is bounded for each process and processes are few."""

    memory_mb: int
    cpus: float
    pids: int
    timeout_s: float
    cgroups: bool = True
    disk_mb: int = 64
    """For what a program changes in its workspace."""


@dataclass(frozen=True, slots=True)
class ContainerProfile:
    """Which workspace a container shows at :data:`FOLDER`, and how."""

    workspace: str = ""
    """Empty for none."""
    how: str = ""
    """``mount`` (read-only), ``overlay`` (what is written goes elsewhere) or ``copy`` (into memory)."""
    view: str = ""
    """Path of the workspace as Podman's user sees it; unused for a copy."""
    hidden: tuple[str, ...] = ()
    """Folders at its top that programs do not see."""


_NO_FOLDER = ContainerProfile()


def specification(
    name: str,
    image_id: str,
    limits: ContainerLimits,
    owner: str,
    profile: ContainerProfile = _NO_FOLDER,
    *,
    time_zone: str = "UTC0",
) -> dict[str, Any]:
    """The body of the create call for a container that waits for one job.

    ``time_zone`` is a POSIX rule: the image has no database of zones.
    """
    folder: dict[str, Any] = {"overlay_volumes": _overlays(profile)} if profile.how == "overlay" else {}
    return {
        "name": name,
        "image": image_id,
        "command": ["/usr/bin/python3", "-I", "-B", "-c", LAUNCHER.read_text("utf-8")],
        "stdin": True,
        "env": {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "TZ": time_zone},  # noqa: S108 - inside
        "httpproxy": False,
        "work_dir": "/tmp",  # noqa: S108 - in the container
        "user": f"{PROGRAM_ID}:{PROGRAM_ID}",
        "hostname": "sandbox",
        "labels": {LABEL: owner},
        "netns": {"nsmode": "none"},
        "cap_drop": ["all"],
        "no_new_privileges": True,
        "seccomp_profile_path": str(SYSTEM_CALLS),
        "read_only_filesystem": True,
        "read_write_tmpfs": False,
        "image_volume_mode": "ignore",
        "mounts": _mounts(limits, profile),
        "shm_size": _MIB,
        "umask": "0077",
        "systemd": "false",
        "log_configuration": {"driver": "none"},
        "stop_signal": 9,
        "stop_timeout": 0,
        "timeout": IDLE_S + math.ceil(limits.timeout_s) + KILL_GRACE_S,
        "resource_limits": _resource_limits(limits),
        "r_limits": [{"type": kind, "soft": value, "hard": value} for kind, value in _rlimits(limits).items()],
        **folder,
    }


CGROUP_LIMITS = frozenset({"memory", "number of processes", "processor share"})
"""What of :func:`unmet` a machine without control groups cannot have; every other wall is demanded everywhere."""


def unmet(spec: Mapping[str, Any], inspection: Mapping[str, Any]) -> list[str]:
    """Settings of ``spec`` that Podman's record of the container does not show; empty when all are there."""
    host = inspection.get("HostConfig", {})
    limits = spec["resource_limits"]
    wanted = {kind: row["hard"] for row in spec["r_limits"] for kind in [row["type"]]}
    found = {row["Name"].lower().removeprefix("rlimit_"): row["Hard"] for row in host.get("Ulimits") or []}
    checks = {
        "no network": host.get("NetworkMode") == "none",
        "read-only root": host.get("ReadonlyRootfs") is True,
        "not privileged": host.get("Privileged") is False,
        "no capabilities": not inspection.get("EffectiveCaps") and not inspection.get("BoundingCaps"),
        "no new privileges": "no-new-privileges" in (host.get("SecurityOpt") or []),
        "no folder of the host": _folders_hold(spec, inspection),
        "small /tmp": _tmpfs_hold(spec, host.get("Tmpfs") or {}),
        "no log": host.get("LogConfig", {}).get("Type") == "none",
        "user": inspection.get("Config", {}).get("User") == spec["user"],
        "process limits": found == wanted,
    }
    if limits["pids"]["limit"] > 0:
        checks["memory"] = host.get("Memory") == limits["memory"]["limit"] == host.get("MemorySwap")
        checks["number of processes"] = host.get("PidsLimit") == limits["pids"]["limit"]
        checks["processor share"] = host.get("CpuQuota") == limits["cpu"]["quota"]
    return [name for name, holds in checks.items() if not holds]


_CGROUP_FILES = {
    "memory": ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"),
    "pids": ("/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"),
    "cpu": ("/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
}
_PROBED = (
    "/proc/self/status",
    "/proc/net/dev",
    "/proc/mounts",
    *(p for pair in _CGROUP_FILES.values() for p in pair),
)

PROBE = f"""
for path in {_PROBED!r}:
    try:
        with open(path) as file:
            print(repr((path, file.read())))
    except OSError:
        pass
import socket
try:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()
except OSError:
    print(repr(("filter", "ours")))
"""
"""A program that reports what the kernel says about the container that it runs in, and whether the filter of
system calls is ours: Podman does not record which it uses, but only ours refuses this socket."""


@dataclass(frozen=True, slots=True)
class HostCapabilities:
    """What a probe found: walls that are missing, and resources that are not bounded."""

    broken: tuple[str, ...]
    unbounded: tuple[str, ...]


def findings(report: str, limits: ContainerLimits) -> HostCapabilities:
    """Judge the output of :data:`PROBE`. A report that cannot be read counts as every wall missing."""
    files = _parse_report(report)
    status = dict(line.split(":", 1) for line in files.get("/proc/self/status", "").splitlines() if ":" in line)
    value = {name: text.strip() for name, text in status.items()}
    walls = {
        "no new privileges": value.get("NoNewPrivs") == "1",
        "no capabilities": {value.get(name) for name in ("CapEff", "CapPrm", "CapBnd")} == {"0" * 16},
        "system call filter": value.get("Seccomp") == "2" and files.get("filter") == "ours",
        "not root": value.get("Uid", "0").split() == [str(PROGRAM_ID)] * 4,
        "no network": _interfaces(files.get("/proc/net/dev", "")) <= {"lo"} and "/proc/net/dev" in files,
        "read-only root": _root_is_read_only(files.get("/proc/mounts", "")),
    }
    bounds = {"memory": limits.memory_mb * _MIB, "pids": limits.pids, "cpu": limits.cpus * _CPU_PERIOD_US}
    unbounded = [
        name
        for name, bound in bounds.items()
        if not any(0 < _number(files.get(path, "")) <= bound for path in _CGROUP_FILES[name])
    ]
    return HostCapabilities(tuple(name for name, holds in walls.items() if not holds), tuple(unbounded))


def _mounts(limits: ContainerLimits, profile: ContainerProfile) -> list[dict[str, Any]]:
    mounts = [_tmpfs("/tmp", f"size={TMP_MB}m", "noexec")]  # noqa: S108 - in the container
    if profile.how == "mount":
        options = ["ro", "rbind", "nosuid", "nodev", "noexec"]
        mounts.append({"destination": FOLDER, "type": "bind", "source": profile.view, "options": options})
    elif profile.how == "copy":
        mounts.append(_tmpfs(FOLDER, f"size={limits.disk_mb}m", "noexec"))
    if profile.how in ("mount", "overlay"):
        mounts += [_tmpfs(f"{FOLDER}/{name}", "size=4k", "ro", "notmpcopyup") for name in profile.hidden]
    return mounts


def _tmpfs(place: str, *options: str) -> dict[str, Any]:
    kept = ["mode=1777", "nosuid", "nodev", *(() if "ro" in options else ("rw",)), *options]
    return {"destination": place, "type": "tmpfs", "source": "tmpfs", "options": kept}


def _overlays(profile: ContainerProfile) -> list[dict[str, Any]]:
    # Without upperdir= what is written goes to a folder of the container and is removed with it.
    return [{"source": profile.view, "destination": FOLDER, "options": []}]


def _folders_hold(spec: Mapping[str, Any], inspection: Mapping[str, Any]) -> bool:
    """Whether the container shows one folder of the host at most, and that in a way in which it cannot change."""
    found = [row for row in inspection.get("Mounts") or [] if row.get("Type") != "tmpfs"]
    binds = inspection.get("HostConfig", {}).get("Binds") or []
    shown = [_way_of(row) for row in found]
    wanted = [("mount", row["source"], row["destination"]) for row in spec["mounts"] if row["type"] == "bind"]
    wanted += [("overlay", row["source"], row["destination"]) for row in spec.get("overlay_volumes", [])]
    return shown == wanted and len(binds) == len(wanted)


def _way_of(mount: Mapping[str, Any]) -> tuple[str, str, str]:
    """How a mounted folder is shown, which, and where; an overlay tells its folder among its options."""
    options = dict(str(option).partition("=")[::2] for option in mount.get("Options") or [])
    place = str(mount.get("Destination"))
    if "lowerdir" in options and options.get("upperdir", "").startswith(str(mount.get("Source"))[: -len("merge")]):
        return "overlay", options["lowerdir"], place
    return "mount" if mount.get("RW") is False else "writable", str(mount.get("Source")), place


_UNTOLD = {"rw", "notmpcopyup", "mode=1777"}
"""Options without a wall in them, which not every Podman records."""


def _tmpfs_hold(spec: Mapping[str, Any], mounts: Mapping[str, str]) -> bool:
    wanted = {
        row["destination"]: set(row["options"]) - _UNTOLD for row in spec["mounts"] if row["type"] == "tmpfs"
    }
    return set(mounts) == set(wanted) and all(
        options <= set(mounts[place].split(",")) for place, options in wanted.items()
    )


def _resource_limits(limits: ContainerLimits) -> dict[str, Any]:
    if not limits.cgroups:
        return {"pids": {"limit": 0}}
    memory = limits.memory_mb * _MIB
    return {
        "memory": {"limit": memory, "swap": memory},
        "pids": {"limit": limits.pids},
        "cpu": {"period": _CPU_PERIOD_US, "quota": int(limits.cpus * _CPU_PERIOD_US)},
    }


def _rlimits(limits: ContainerLimits) -> dict[str, int]:
    # As a user without rights the container's runtime shares the count of processes with Podman's own service.
    pids = limits.pids if limits.cgroups else RUNTIME_PIDS
    bounds = {"nofile": OPEN_FILES, "nproc": pids, "fsize": max(FILE_MB, limits.disk_mb) * _MIB, "core": 0}
    bounds["cpu"] = math.ceil(limits.timeout_s) + KILL_GRACE_S
    return bounds


def _parse_report(report: str) -> dict[str, str]:
    files = {}
    for line in report.splitlines():
        try:
            path, text = ast.literal_eval(line)
        except (ValueError, SyntaxError):
            continue
        files[str(path)] = str(text)
    return files


def _interfaces(table: str) -> set[str]:
    return {line.split(":", 1)[0].strip() for line in table.splitlines() if ":" in line}


def _root_is_read_only(mounts: str) -> bool:
    rows = [line.split() for line in mounts.splitlines()]
    return any(row[1] == "/" and "ro" in row[3].split(",") for row in rows if len(row) > 3)


def _number(text: str) -> float:
    first = text.split()[0] if text.split() else ""
    return float(first) if first.isdigit() else -1.0
