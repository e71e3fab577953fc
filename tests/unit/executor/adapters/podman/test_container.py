"""What a sandbox container is asked to be, and how lies about it are found out (E4, decision 3)."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from jarvisd.core.workspace_mounts import PROGRAM_ID
from jarvisd.executor.adapters.podman.container import (
    CGROUP_LIMITS,
    SYSTEM_CALLS,
    ContainerLimits,
    ContainerProfile,
    findings,
    specification,
    unmet,
)
from jarvisd.executor.adapters.podman.dev_service import options_for, runtime_for

LIMITS = ContainerLimits(memory_mb=128, cpus=0.5, pids=32, timeout_s=7.5)


def spec(limits: ContainerLimits = LIMITS) -> dict[str, Any]:
    return specification("name", "sha", limits, "owner")


def record() -> dict[str, Any]:
    """What Podman records for a container made from :func:`spec`."""
    ulimits = [
        {"Name": f"RLIMIT_{row['type'].upper()}", "Soft": row["soft"], "Hard": row["hard"]}
        for row in spec()["r_limits"]
    ]
    return {
        "EffectiveCaps": [],
        "BoundingCaps": None,
        "Config": {"User": f"{PROGRAM_ID}:{PROGRAM_ID}"},
        "HostConfig": {
            "NetworkMode": "none",
            "ReadonlyRootfs": True,
            "Privileged": False,
            "SecurityOpt": ["no-new-privileges"],
            "Binds": [],
            "Tmpfs": {"/tmp": "size=16m,mode=1777,rw,noexec,nosuid,nodev,rprivate"},
            "LogConfig": {"Type": "none"},
            "Ulimits": ulimits,
            "Memory": 128 << 20,
            "MemorySwap": 128 << 20,
            "PidsLimit": 32,
            "CpuQuota": 50_000,
        },
    }


def test_a_true_record_has_nothing_unmet() -> None:
    assert unmet(spec(), record()) == []


LIES: list[tuple[str, object]] = [
    ("NetworkMode", "bridge"),
    ("ReadonlyRootfs", False),
    ("Privileged", True),
    ("SecurityOpt", []),
    ("SecurityOpt", None),
    ("Binds", ["/home:/home"]),
    ("Tmpfs", {"/tmp": "size=16m,rw"}),
    ("Tmpfs", {}),
    ("LogConfig", {"Type": "journald"}),
    ("Ulimits", []),
    ("Memory", 0),
    ("MemorySwap", -1),
    ("PidsLimit", 2048),
    ("CpuQuota", 0),
]


@pytest.mark.parametrize(("key", "value"), LIES)
def test_every_setting_that_was_dropped_is_noticed(key: str, value: object) -> None:
    told = copy.deepcopy(record())
    told["HostConfig"][key] = value
    assert len(unmet(spec(), told)) == 1


VIEW, UPPER = "/run/views/docs", "/var/lib/overlay/1/"
MOUNTED = {"Type": "bind", "Source": VIEW, "Destination": "/ws", "Options": ["rbind"], "RW": False}
LAID_OVER = {
    "Type": "bind",
    "Source": f"{UPPER}merge",
    "Destination": "/ws",
    "Options": [f"lowerdir={VIEW}", f"upperdir={UPPER}upper", f"workdir={UPPER}work"],
    "RW": True,
}


def shown(how: str, *mounts: dict[str, Any]) -> list[str]:
    """What is unmet of a container that is to show a workspace in a way, and has these mounts."""
    told = record()
    told["Mounts"] = list(mounts)
    told["HostConfig"]["Binds"] = ["..."] * len(mounts)
    return unmet(specification("name", "sha", LIMITS, "owner", ContainerProfile("docs", how, VIEW)), told)


def test_a_workspace_is_shown_only_in_the_way_that_was_asked_for() -> None:
    """Decision 3: there is no silent fall-back to a folder that a program can write to."""
    assert shown("mount", MOUNTED) == []
    assert shown("overlay", LAID_OVER) == []
    for how, mounts in {
        "mount": [(), (LAID_OVER,), ({**MOUNTED, "RW": True},), (MOUNTED, MOUNTED), ({**MOUNTED, "Source": "/"},)],
        "overlay": [(), (MOUNTED,), ({**MOUNTED, "RW": True},), ({**LAID_OVER, "Options": [f"lowerdir={VIEW}"]},)],
    }.items():
        for lie in mounts:
            assert shown(how, *lie) == ["no folder of the host"]
    assert shown("copy", MOUNTED) == ["no folder of the host", "small /tmp"]


def test_a_copy_goes_to_bounded_memory_and_the_trash_is_hidden_from_programs() -> None:
    copied = specification("name", "sha", LIMITS, "owner", ContainerProfile("docs", "copy"))
    sizes = {row["destination"]: row["options"] for row in copied["mounts"]}
    assert f"size={LIMITS.disk_mb}m" in sizes["/ws"]
    mounted = specification("name", "sha", LIMITS, "owner", ContainerProfile("docs", "mount", VIEW, (".Trash-1",)))
    assert {row["destination"] for row in mounted["mounts"]} == {"/tmp", "/ws", "/ws/.Trash-1"}


def test_capabilities_and_user_are_noticed() -> None:
    assert unmet(spec(), {**record(), "EffectiveCaps": ["CAP_KILL"]}) == ["no capabilities"]
    assert unmet(spec(), {**record(), "BoundingCaps": ["CAP_KILL"]}) == ["no capabilities"]
    assert unmet(spec(), {**record(), "Config": {"User": "0"}}) == ["user"]
    assert len(unmet(spec(), {})) > 5


def test_without_control_groups_memory_is_bounded_by_the_process_and_processes_are_few() -> None:
    weak = spec(ContainerLimits(128, 1.0, 32, 5.0, cgroups=False))
    assert weak["resource_limits"] == {"pids": {"limit": 0}}
    runtime_pids = {row["type"]: row["hard"] for row in weak["r_limits"]}["nproc"]
    assert runtime_pids > 8, "the runtime shares this count with Podman's service and would hit it"
    assert {row["type"]: row["hard"] for row in spec()["r_limits"]}["nproc"] == 32


def test_podman_itself_ends_a_program_that_nobody_else_ends() -> None:
    assert spec()["timeout"] > LIMITS.timeout_s


STATUS = f"""\
Uid:\t{PROGRAM_ID}\t{PROGRAM_ID}\t{PROGRAM_ID}\t{PROGRAM_ID}
CapPrm:\t0000000000000000
CapEff:\t0000000000000000
CapBnd:\t0000000000000000
NoNewPrivs:\t1
Seccomp:\t2
"""
GOOD = {
    "/proc/self/status": STATUS,
    "/proc/net/dev": "Inter-| Receive\n face |bytes\n    lo: 0 0\n",
    "/proc/mounts": "overlay / overlay ro,relatime 0 0\ntmpfs /tmp tmpfs rw 0 0\n",
    "filter": "ours",
    "/sys/fs/cgroup/memory.max": f"{128 << 20}\n",
    "/sys/fs/cgroup/pids.max": "32\n",
    "/sys/fs/cgroup/cpu.max": "50000 100000\n",
}


def report(**changes: str | None) -> str:
    files = {**GOOD, **changes}
    return "".join(f"{(path, text)!r}\n" for path, text in files.items() if text is not None)


def test_a_good_report_finds_nothing() -> None:
    found = findings(report(), LIMITS)
    assert (found.broken, found.unbounded) == ((), ())


def test_version_1_of_control_groups_counts_as_well() -> None:
    old = report(
        **{
            "/sys/fs/cgroup/memory.max": None,
            "/sys/fs/cgroup/pids.max": None,
            "/sys/fs/cgroup/cpu.max": None,
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": f"{128 << 20}\n",
            "/sys/fs/cgroup/pids/pids.max": "32\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
        }
    )
    assert findings(old, LIMITS).unbounded == ()


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("/sys/fs/cgroup/memory.max", "max\n", "memory"),
        ("/sys/fs/cgroup/memory.max", "9223372036854771712\n", "memory"),
        ("/sys/fs/cgroup/pids.max", None, "pids"),
        ("/sys/fs/cgroup/pids.max", "", "pids"),
        ("/sys/fs/cgroup/cpu.max", "max 100000\n", "cpu"),
    ],
)
def test_an_unbounded_resource_is_found(path: str, text: str | None, name: str) -> None:
    assert findings(report(**{path: text}), LIMITS).unbounded == (name,)


@pytest.mark.parametrize(
    ("path", "text", "wall"),
    [
        ("/proc/self/status", STATUS.replace("NoNewPrivs:\t1", "NoNewPrivs:\t0"), "no new privileges"),
        ("/proc/self/status", STATUS.replace("CapEff:\t0", "CapEff:\t8"), "no capabilities"),
        ("/proc/self/status", STATUS.replace("Seccomp:\t2", "Seccomp:\t0"), "system call filter"),
        ("/proc/self/status", STATUS.replace(f"{PROGRAM_ID}\t", "0\t", 1), "not root"),
        ("filter", None, "system call filter"),
        ("/proc/net/dev", "  lo: 0\n eth0: 0\n", "no network"),
        ("/proc/net/dev", None, "no network"),
        ("/proc/mounts", "overlay / overlay rw 0 0\n", "read-only root"),
        ("/proc/mounts", None, "read-only root"),
    ],
)
def test_a_missing_wall_is_found(path: str, text: str | None, wall: str) -> None:
    assert findings(report(**{path: text}), LIMITS).broken == (wall,)


def test_a_report_that_cannot_be_read_counts_as_every_wall_missing() -> None:
    for text in ("", "Traceback ...", "(1,2,3)\n", "'abc'\n", "[[]]\n"):
        found = findings(text, LIMITS)
        assert len(found.broken) == 6
        assert found.unbounded == ("memory", "pids", "cpu")


def test_the_list_of_system_calls_denies_by_default_and_names_none_twice() -> None:
    profile = json.loads(SYSTEM_CALLS.read_text())
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    plain = [rule for rule in profile["syscalls"] if "args" not in rule]
    names = [name for rule in plain for name in rule["names"]]
    assert len(names) == len(set(names))
    (allowed,) = [set(rule["names"]) for rule in plain if rule["action"] == "SCMP_ACT_ALLOW"]
    assert not allowed & {"mount", "unshare", "setns", "ptrace", "clone", "clone3", "socket", "bpf", "keyctl"}


def test_the_runtime_that_works_here_is_chosen() -> None:
    assert runtime_for(None, ["crun", "runc"]) == "crun"
    assert runtime_for("hugetlb\n", ["crun", "runc"]) == "runc"
    assert runtime_for("\n", ["crun", "runc"]) == "crun"
    assert runtime_for("hugetlb\n", ["crun"]) == "crun"
    assert runtime_for(None, []) == ""
    assert options_for("runc", has_systemd=True) == ["--runtime=runc"]
    assert options_for("", has_systemd=False) == ["--cgroup-manager=cgroupfs", "--events-backend=file"]


def test_only_limits_of_control_groups_may_be_missing_on_a_machine_without_them() -> None:
    """Every other wall is demanded everywhere; the fallback has limits of its own."""
    limits = ContainerLimits(memory_mb=64, cpus=1.0, pids=16, timeout_s=5)
    spec = specification("jarvisd-x", "image", limits, "owner")
    missing = set(unmet(spec, {}))
    assert missing > CGROUP_LIMITS
    bare = specification("jarvisd-x", "image", replace(limits, cgroups=False), "owner")
    assert not CGROUP_LIMITS & set(unmet(bare, {}))
