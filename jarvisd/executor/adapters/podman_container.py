"""What a sandbox container is made of, and the proof that it is so. Pure: no I/O, no clock.

The specification is the body of Podman's create call, written out here because podman-py drops several of
these settings without a word (``no-new-privileges`` among them). What was asked for is therefore compared with
what Podman recorded for every container, and at start a probe inside a container reports what the kernel enforces.
"""

from __future__ import annotations

import ast
import io
import math
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

LABEL = "org.jarvisd.sandbox"
"""Marks our containers; the value is the process that owns them."""
PROGRAM_UID = 64_321
"""Nobody's number, so that the limit on processes counts only ours."""
TMP_MB = 16
FILE_MB = 16
OPEN_FILES = 64
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

_COMMANDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "python": ("program.py", ("/usr/bin/python3", "-I", "-B", "-u", "/job/program.py")),
    "bash": ("program.sh", ("/bin/bash", "--noprofile", "--norc", "/job/program.sh")),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. Without ``cgroups`` memory is bounded for each process and processes are few."""

    memory_mb: int
    cpus: float
    pids: int
    timeout_s: float
    cgroups: bool = True


def specification(
    name: str, image_id: str, language: Literal["python", "bash"], limits: Limits, owner: str
) -> dict[str, Any]:
    """The body of the create call for one run."""
    return {
        "name": name,
        "image": image_id,
        "command": _command(language, limits),
        "env": {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"},  # noqa: S108 - in the container
        "httpproxy": False,
        "work_dir": "/tmp",  # noqa: S108 - in the container
        "user": f"{PROGRAM_UID}:{PROGRAM_UID}",
        "hostname": "sandbox",
        "labels": {LABEL: owner},
        "netns": {"nsmode": "none"},
        "cap_drop": ["all"],
        "no_new_privileges": True,
        "seccomp_profile_path": str(SYSTEM_CALLS),
        "read_only_filesystem": True,
        "read_write_tmpfs": False,
        "image_volume_mode": "ignore",
        "mounts": [_tmp_mount()],
        "shm_size": _MIB,
        "umask": "0077",
        "systemd": "false",
        "log_configuration": {"driver": "none"},
        "stop_signal": 9,
        "stop_timeout": 0,
        "timeout": math.ceil(limits.timeout_s) + KILL_GRACE_S,
        "resource_limits": _resource_limits(limits),
        "r_limits": [{"type": kind, "soft": value, "hard": value} for kind, value in _rlimits(limits).items()],
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
        "no folder of the host": not host.get("Binds"),
        "small /tmp": _tmp_holds(host.get("Tmpfs") or {}),
        "no log": host.get("LogConfig", {}).get("Type") == "none",
        "user": inspection.get("Config", {}).get("User") == spec["user"],
        "process limits": found == wanted,
    }
    if limits["pids"]["limit"] > 0:
        checks["memory"] = host.get("Memory") == limits["memory"]["limit"] == host.get("MemorySwap")
        checks["number of processes"] = host.get("PidsLimit") == limits["pids"]["limit"]
        checks["processor share"] = host.get("CpuQuota") == limits["cpu"]["quota"]
    return [name for name, holds in checks.items() if not holds]


def archive(language: Literal["python", "bash"], code: str) -> bytes:
    """A tar archive that puts the program into the container as a file that it cannot change."""
    data = code.encode("utf-8", "surrogatepass")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        folder = tarfile.TarInfo("job")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o555
        tar.addfile(folder)
        program = tarfile.TarInfo(f"job/{_COMMANDS[language][0]}")
        program.size, program.mode = len(data), 0o444
        tar.addfile(program, io.BytesIO(data))
        end = tar.offset + 2 * tarfile.BLOCKSIZE
    # Podman stops reading at the two empty blocks that end an archive, and fails now and then if padding follows.
    return packed.getvalue()[:end]


class Output:
    """Separates and caps the two streams of a program, fed with Podman's attach stream as it arrives."""

    def __init__(self, limit_bytes: int) -> None:
        self._left = limit_bytes
        self._pending = bytearray()
        self._streams = {1: bytearray(), 2: bytearray()}
        self.total_bytes = 0
        """Bytes that the program has written, kept or not."""

    @property
    def truncated(self) -> bool:
        """Whether the program has written more than was kept."""
        return self.total_bytes > sum(len(kept) for kept in self._streams.values())

    @property
    def stdout(self) -> str:
        """Standard output, undecodable bytes replaced."""
        return self._streams[1].decode("utf-8", "replace")

    @property
    def stderr(self) -> str:
        """Standard error, undecodable bytes replaced."""
        return self._streams[2].decode("utf-8", "replace")

    def feed(self, data: bytes) -> None:
        """Take a piece of the attach stream: frames of an eight-byte head (stream, length) and their content."""
        self._pending += data
        for stream, content in self._frames():
            self.total_bytes += len(content)
            kept = content[: self._left]
            self._left -= len(kept)
            self._streams[2 if stream == 2 else 1] += kept

    def _frames(self) -> Iterator[tuple[int, bytes]]:
        while len(self._pending) >= 8:
            length = int.from_bytes(self._pending[4:8], "big")
            if len(self._pending) < 8 + length:
                return
            stream, content = self._pending[0], bytes(self._pending[8 : 8 + length])
            del self._pending[: 8 + length]
            yield stream, content


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
class Findings:
    """What a probe found: walls that are missing, and resources that are not bounded."""

    broken: tuple[str, ...]
    unbounded: tuple[str, ...]


def findings(report: str, limits: Limits) -> Findings:
    """Judge the output of :data:`PROBE`. A report that cannot be read counts as every wall missing."""
    files = _parse_report(report)
    status = dict(line.split(":", 1) for line in files.get("/proc/self/status", "").splitlines() if ":" in line)
    value = {name: text.strip() for name, text in status.items()}
    walls = {
        "no new privileges": value.get("NoNewPrivs") == "1",
        "no capabilities": {value.get(name) for name in ("CapEff", "CapPrm", "CapBnd")} == {"0" * 16},
        "system call filter": value.get("Seccomp") == "2" and files.get("filter") == "ours",
        "not root": value.get("Uid", "0").split() == [str(PROGRAM_UID)] * 4,
        "no network": _interfaces(files.get("/proc/net/dev", "")) <= {"lo"} and "/proc/net/dev" in files,
        "read-only root": _root_is_read_only(files.get("/proc/mounts", "")),
    }
    bounds = {"memory": limits.memory_mb * _MIB, "pids": limits.pids, "cpu": limits.cpus * _CPU_PERIOD_US}
    unbounded = [
        name
        for name, bound in bounds.items()
        if not any(0 < _number(files.get(path, "")) <= bound for path in _CGROUP_FILES[name])
    ]
    return Findings(tuple(name for name, holds in walls.items() if not holds), tuple(unbounded))


def _tmp_mount() -> dict[str, Any]:
    options = [f"size={TMP_MB}m", "mode=1777", "rw", "noexec", "nosuid", "nodev"]
    return {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": options}  # noqa: S108


def _tmp_holds(mounts: Mapping[str, str]) -> bool:
    options = mounts.get("/tmp", "").split(",")  # noqa: S108 - in the container
    return len(mounts) == 1 and {f"size={TMP_MB}m", "noexec", "nosuid", "nodev"} <= set(options)


def _resource_limits(limits: Limits) -> dict[str, Any]:
    if not limits.cgroups:
        return {"pids": {"limit": 0}}
    memory = limits.memory_mb * _MIB
    return {
        "memory": {"limit": memory, "swap": memory},
        "pids": {"limit": limits.pids},
        "cpu": {"period": _CPU_PERIOD_US, "quota": int(limits.cpus * _CPU_PERIOD_US)},
    }


def _rlimits(limits: Limits) -> dict[str, int]:
    pids = limits.pids if limits.cgroups else RUNTIME_PIDS
    bounds = {"nofile": OPEN_FILES, "nproc": pids, "fsize": FILE_MB * _MIB, "core": 0}
    bounds["cpu"] = math.ceil(limits.timeout_s) + KILL_GRACE_S
    return bounds


def _command(language: Literal["python", "bash"], limits: Limits) -> list[str]:
    command = list(_COMMANDS[language][1])
    if limits.cgroups:
        return command
    # Set by the container's runtime these limits would stop the runtime itself: it reserves more than it uses, and
    # as a user without rights it shares the count of processes with Podman's own service.
    bounds = f"-v {limits.memory_mb * 1024} -u {min(limits.pids, SMALL_PIDS)}"
    return ["/bin/bash", "-c", f'ulimit {bounds} && exec "$@"', "bash", *command]


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
