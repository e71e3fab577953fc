"""The four services on a real systemd: who they are, what they hold, and how they come back."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dbus_next import introspection as intr

from jarvisd.bus.names import UnitName
from tests.system.suite import UNITS, Suite

ROOT = Path(__file__).resolve().parents[2]
WATCHDOG_S, ABORT_S, MARGIN_S = 15, 2, 2

GROUPS = {"audio": {"jarvisd-audio", "audio"}, "tts": {"jarvisd-tts", "audio"}}
WRITABLE = {
    "audio": {"/var/lib/jarvisd/audio"},
    "brain": {"/var/lib/jarvisd/brain", "/var/cache/jarvisd/llm", "/var/log/jarvisd/traces"},
    "executor": {"/var/lib/jarvisd/executor", "/var/log/jarvisd", "/srv/jarvisd"},
    "tts": {"/var/lib/jarvisd/tts"},
}
"""Unit to the places on disk that it can write."""
by_name = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.value)


@pytest.fixture(autouse=True)
def _running(suite: Suite) -> None:
    suite.guest.run("systemctl", "reset-failed")
    suite.guest.run("systemctl", "start", "jarvisd.target")
    for unit in UNITS:
        suite.until_owned(unit)


@by_name
def test_every_part_becomes_ready(unit: UnitName, suite: Suite) -> None:
    """With real models, inside the walls."""
    suite.until_ready(unit)


def test_systemd_has_no_remark(suite: Suite) -> None:
    names = [suite.service(unit) for unit in UNITS]
    others = ["jarvisd.target", "jarvisd-sandbox.socket", "jarvisd-workspaces.service"]
    done = suite.guest.run("systemd-analyze", "verify", "--man=no", *names, *others, check=False)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


@by_name
def test_a_unit_is_who_it_should_be(unit: UnitName, suite: Suite) -> None:
    guest, pid = suite.guest, suite.pid(unit)
    lines = guest.output("cat", f"/proc/{pid}/status").splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    uid = guest.output("id", "-u", f"jarvisd-{unit.value}")
    assert status["Uid"].split() == [uid] * 4
    groups = {guest.output("getent", "group", gid).split(":")[0] for gid in status["Groups"].split()}
    groups.add(guest.output("getent", "group", status["Gid"].split()[0]).split(":")[0])
    assert groups == GROUPS.get(unit.value, {f"jarvisd-{unit.value}"})
    assert {status[name] for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {"0" * 16}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")


@by_name
def test_a_unit_can_write_only_its_own_places(unit: UnitName, suite: Suite) -> None:
    rows = suite.guest.output("cat", f"/proc/{suite.pid(unit)}/mountinfo").splitlines()
    disk = next(row.split()[2] for row in rows if row.split()[4] == "/")
    mounts = [row.split() for row in rows]
    found = {row[4] for row in mounts if row[2] == disk and "rw" in row[5].split(",")}
    # The private /tmp, and what systemd-nspawn puts into every guest.
    ignored = ["/tmp", "/var/tmp", "/run/host/"]
    if unit is UnitName.EXECUTOR:
        # The declared workspaces, by both of their names.
        ignored += ["/run/jarvisd/workspaces/executor/", "/srv/jarvisd/"]
    assert {path for path in found if not path.startswith(tuple(ignored))} == WRITABLE[unit.value]


@by_name
def test_a_unit_listens_on_no_network(unit: UnitName, suite: Suite) -> None:
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "packet"):
        done = suite.guest.run("cat", f"/proc/{suite.pid(unit)}/net/{table}", check=False)
        listening = [line.split() for line in done.stdout.splitlines()[1:]]
        uid = suite.guest.output("id", "-u", f"jarvisd-{unit.value}")
        assert [row for row in listening if len(row) > 7 and row[7] == uid and row[3] == "0A"] == []


@by_name
def test_threads_and_children_stay_on_their_cores(unit: UnitName, suite: Suite) -> None:
    """B5, decision 19."""
    affinity = suite.guest.show(suite.service(unit), "CPUAffinity")["CPUAffinity"]
    assert affinity
    group = suite.guest.show(suite.service(unit), "ControlGroup")["ControlGroup"]
    processes = f"/sys/fs/cgroup/systemd{group}/cgroup.procs"
    script = f"for pid in $(cat {processes}); do grep -h Cpus_allowed_list /proc/$pid/task/*/status; done"
    lines = suite.guest.output("sh", "-c", script).splitlines()
    assert lines
    for line in lines:
        assert _cores(line.split()[1]) <= _cores(affinity.replace(" ", ","))


def _cores(text: str) -> set[int]:
    found: set[int] = set()
    for piece in text.split(","):
        low, _, high = piece.partition("-")
        found.update(range(int(low), int(high or low) + 1))
    return found


@by_name
def test_introspection_equals_the_contract(unit: UnitName, suite: Suite) -> None:
    text = suite.guest.output("busctl", "--xml-interface", "introspect", unit.bus_name, unit.path)
    [live] = [found for found in intr.Node.parse(text).interfaces if found.name == unit.bus_name]
    [wanted] = intr.Node.parse((ROOT / "dbus" / f"{unit.bus_name}.xml").read_text("utf-8")).interfaces
    assert _members(live) == _members(wanted)


def _members(interface: intr.Interface) -> dict[str, object]:
    methods = {
        m.name: ([a.signature for a in m.in_args], [a.signature for a in m.out_args]) for m in interface.methods
    }
    signals = {s.name: [a.signature for a in s.args] for s in interface.signals}
    return {
        "methods": methods,
        "signals": signals,
        "properties": {p.name: p.signature for p in interface.properties},
    }


@by_name
def test_members_of_the_group_are_let_in_and_others_are_not(unit: UnitName, suite: Suite) -> None:
    get = ("busctl", "get-property", unit.bus_name, unit.path, unit.bus_name, "Ready")
    assert suite.guest.run(*get, user="alice").stdout.startswith("b ")
    for stranger in ("bob", "jarvisd-sandbox"):
        done = suite.guest.run(*get, user=stranger, check=False)
        assert done.returncode != 0
        assert "denied" in done.stderr.lower()


@by_name
def test_a_killed_unit_comes_back_and_the_others_stay(unit: UnitName, suite: Suite) -> None:
    before = suite.pids()
    suite.guest.run("kill", "-KILL", str(before[unit]))
    _until_replaced(suite, unit, before[unit], 30)
    assert {other: suite.pid(other) for other in UNITS if other is not unit} == {
        other: pid for other, pid in before.items() if other is not unit
    }


@by_name
def test_a_unit_that_hangs_is_replaced_in_time(unit: UnitName, suite: Suite) -> None:
    """SIGSTOP: active again within WatchdogSec, TimeoutAbortSec and a margin; the others never restart."""
    before = suite.pids()
    began = time.monotonic()
    suite.guest.run("kill", "-STOP", str(before[unit]))
    _until_replaced(suite, unit, before[unit], 60)
    took_s = time.monotonic() - began
    assert suite.guest.show(suite.service(unit), "Result", "ActiveState")["ActiveState"] == "active"
    assert {other for other in UNITS if suite.pid(other) != before[other]} == {unit}
    assert took_s <= WATCHDOG_S + ABORT_S + MARGIN_S


def _until_replaced(suite: Suite, unit: UnitName, pid: int, deadline_s: float) -> None:
    suite.until(
        f'p=$(systemctl show --value -p MainPID {suite.service(unit)}); [ "$p" -gt 0 ] && [ "$p" != {pid} ]',
        deadline_s,
    )
    suite.until(f"systemctl is-active --quiet {suite.service(unit)}", 60)
    suite.until_owned(unit)


def test_the_bus_may_restart(suite: Suite) -> None:
    before = suite.pids()
    suite.guest.run("systemctl", "kill", "--signal=KILL", "dbus.service")
    for unit in UNITS:
        _until_replaced(suite, unit, before[unit], 60)


def test_a_stopped_ear_stays_stopped(suite: Suite) -> None:
    """Whoever calls; the others are started by a call (activation)."""
    guest = suite.guest
    guest.run("systemctl", "stop", "jarvisd-audio.service", "jarvisd-tts.service")
    try:
        ear, voice = UnitName.AUDIO, UnitName.TTS
        done = guest.run(
            "busctl", "call", ear.bus_name, ear.path, ear.bus_name, "Cancel", user="alice", check=False
        )
        assert done.returncode != 0
        assert guest.show("jarvisd-audio.service", "ActiveState")["ActiveState"] == "inactive"
        guest.run("busctl", "call", voice.bus_name, voice.path, voice.bus_name, "Stop", user="alice")
        assert guest.show("jarvisd-tts.service", "ActiveState")["ActiveState"] == "active"
    finally:
        guest.run("systemctl", "start", "jarvisd.target", "jarvisd-audio.service")


def test_stop_and_start_are_quick(suite: Suite, record_property: Callable[[str, object], None]) -> None:
    guest = suite.guest
    began = time.monotonic()
    guest.run("systemctl", "stop", "jarvisd.target", *(suite.service(unit) for unit in UNITS))
    stopped_s = time.monotonic() - began
    began = time.monotonic()
    guest.run("systemctl", "start", "jarvisd.target")
    started_s = time.monotonic() - began
    record_property("stop_s", stopped_s)
    record_property("start_s", started_s)
    assert stopped_s < 5
    assert started_s < 30
    assert [guest.show(suite.service(unit), "Result")["Result"] for unit in UNITS] == ["success"] * 4
