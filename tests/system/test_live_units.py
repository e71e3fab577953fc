"""The four services on a real systemd: who they are, what they hold, and how they come back."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvisd.bus.names import UnitName
from tests.system.people import TOOLS
from tests.system.suite import UNITS, Suite

ROOT = Path(__file__).resolve().parents[2]
WATCHDOG_S, ABORT_S, MARGIN_S = 15, 2, 2
STOP_LIMIT_S = 5
"""``TimeoutStopSec`` of the units: a unit that takes longer is killed."""

EXPOSURE_TENTHS = {"audio": 10, "tts": 8, "executor": 16, "brain": 13}
BRAIN_WITH_GPU_TENTHS = 15
"""The figures of ``systemd-analyze security``, times ten."""
UNIT_KINDS = {".service", ".socket", ".target", ".slice", ".timer"}
LOST = """[Unit]
Documentation=man:jarvisd-of-old(7)
[Service]
ExecStart=/bin/true
"""
SELF_TEST, SELF_TEST_TIMER = "jarvisd-redteam.service", "jarvisd-redteam.timer"
GPU_EXAMPLE = "/usr/share/doc/jarvisd/examples/jarvisd-brain-gpu.conf"
BAD_SETTINGS = "/etc/jarvisd/conf.d/99-bad.toml"

GROUPS = {"audio": {"jarvisd-audio", "audio"}, "tts": {"jarvisd-tts", "audio"}}
WRITABLE = {
    "audio": {"/var/lib/jarvisd/audio"},
    "brain": {"/var/lib/jarvisd/brain", "/var/cache/jarvisd/llm", "/var/log/jarvisd/traces"},
    "executor": {"/var/lib/jarvisd/executor", "/var/log/jarvisd", "/srv/jarvisd"},
    "tts": {"/var/lib/jarvisd/tts"},
}
"""Unit to the places on disk that it can write."""
EVERYONES_PEERS = {"/run/dbus/system_bus_socket", "/run/systemd/journal/stdout", "/run/systemd/notify"}
PEERS = {"audio": {"/run/guest-sound/native"}, "tts": {"/run/guest-sound/native"}}
"""Unit to the sockets that it is connected to, besides those of all."""
LISTENS_AT = {"brain": "/tmp/jarvisd-llm-"}
"""The language model's process serves its unit at a socket in the unit's private /tmp."""
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
    """Every unit of the package, manual pages included."""
    done = suite.guest.run("systemd-analyze", "verify", *_units_of_the_package(suite), check=False)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


def test_systemd_would_see_a_manual_page_that_is_missing(suite: Suite) -> None:
    suite.guest.run("tee", "/run/systemd/system/lost.service", stdin=LOST)
    done = suite.guest.run("systemd-analyze", "verify", "/run/systemd/system/lost.service", check=False)
    suite.guest.run("rm", "/run/systemd/system/lost.service")
    assert "jarvisd-of-old" in done.stderr


def _units_of_the_package(suite: Suite) -> list[str]:
    paths = suite.guest.output("dpkg-query", "--listfiles", "jarvisd").splitlines()
    found = [path for path in paths if "/systemd/system/" in path and Path(path).suffix in UNIT_KINDS]
    assert len(found) >= 9
    return found


@pytest.mark.parametrize(("unit", "tenths"), EXPOSURE_TENTHS.items(), ids=lambda value: str(value))
def test_exposure_stays_within_the_figure(unit: str, tenths: int, suite: Suite) -> None:
    """As installed, with the generator's drop-ins."""
    done = exposure(suite, f"jarvisd-{unit}.service", tenths)
    assert done.returncode == 0, done.stdout


def exposure(suite: Suite, service: str, tenths: int) -> subprocess.CompletedProcess[str]:
    rate = ("systemd-analyze", "security", "--no-pager", f"--threshold={tenths}", service)
    return suite.guest.run(*rate, check=False)


def test_the_mind_may_have_a_graphics_card(suite: Suite) -> None:
    """The drop-in of the package: it starts with it, and its exposure stays within the figure."""
    guest, service = suite.guest, suite.service(UnitName.BRAIN)
    folder = f"/etc/systemd/system/{service}.d"
    guest.run("install", "-D", "-m644", GPU_EXAMPLE, f"{folder}/gpu.conf")
    try:
        guest.run("systemctl", "daemon-reload")
        guest.run("systemctl", "restart", service)
        done = exposure(suite, service, BRAIN_WITH_GPU_TENTHS)
        assert done.returncode == 0, done.stdout
        assert guest.show(service, "MemoryDenyWriteExecute")["MemoryDenyWriteExecute"] == "no"
        suite.until_owned(UnitName.BRAIN)
    finally:
        guest.run("rm", "-r", folder)
        guest.run("systemctl", "daemon-reload")
        guest.run("systemctl", "restart", service)


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
    inside = ("nsenter", f"--target={suite.pid(unit)}", "--mount")
    mounts = json.loads(suite.guest.output(*inside, "python3", f"{TOOLS}/mounts.py"))
    disk = next(mount["device"] for mount in mounts if mount["point"] == "/")
    found = {mount["point"] for mount in mounts if mount["device"] == disk and mount["is_writable"]}
    # The private /tmp, and what systemd-nspawn puts into every guest.
    ignored = ["/tmp", "/var/tmp", "/run/host/"]
    if unit is UnitName.EXECUTOR:
        # The declared workspaces, by both of their names.
        declared = json.loads(suite.guest.output("jarvisctl", "workspace", "list", "--json"))
        ignored += ["/run/jarvisd/workspaces/executor/", *(row["path"] for row in declared)]
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


@by_name
def test_a_unit_holds_only_the_sockets_that_it_needs(unit: UnitName, suite: Suite) -> None:
    """Nothing of it can be connected to; it reaches others by the bus, the journal, and what is in the table."""
    group = suite.guest.show(suite.service(unit), "ControlGroup")["ControlGroup"]
    processes = f"/sys/fs/cgroup/systemd{group}/cgroup.procs"
    rows = json.loads(suite.guest.output("python3", f"{TOOLS}/sockets.py", processes))
    own = LISTENS_AT.get(unit.value, "-")
    assert [row for row in rows if row["listens"] and not row["path"].startswith(own)] == []
    assert {row["family"] for row in rows} == {"unix"}
    assert {row["peer"] for row in rows if row["peer"]} <= PEERS.get(unit.value, set()) | EVERYONES_PEERS


def _cores(text: str) -> set[int]:
    found: set[int] = set()
    for piece in text.split(","):
        low, _, high = piece.partition("-")
        found.update(range(int(low), int(high or low) + 1))
    return found


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
        suite.until("systemctl is-active --quiet jarvisd-tts.service")
    finally:
        guest.run("systemctl", "start", "jarvisd.target", "jarvisd-audio.service")


def test_a_disabled_ear_stays_off_when_the_others_start(suite: Suite) -> None:
    guest, ear = suite.guest, suite.service(UnitName.AUDIO)
    guest.run("systemctl", "disable", "--now", ear)
    try:
        guest.run("systemctl", "restart", "jarvisd.target")
        suite.until_owned(UnitName.BRAIN)
        assert guest.show(ear, "ActiveState")["ActiveState"] == "inactive"
    finally:
        guest.run("systemctl", "enable", "--now", ear)


def test_the_self_test_runs_for_its_timer_and_starts_nobody(suite: Suite) -> None:
    guest, hands = suite.guest, suite.service(UnitName.EXECUTOR)
    assert guest.show(SELF_TEST_TIMER, "ActiveState")["ActiveState"] == "active"
    guest.run("systemctl", "start", SELF_TEST)
    assert re.search(r"(\d+) of \1 cases passed", guest.journal(f"--unit={SELF_TEST}", "--lines=30"))
    guest.run("systemctl", "stop", hands)
    try:
        done = guest.run("systemctl", "start", SELF_TEST, check=False)
        assert "dependency" in done.stderr.lower()
        assert guest.show(hands, "ActiveState")["ActiveState"] == "inactive"
        assert guest.show(SELF_TEST_TIMER, "ActiveState")["ActiveState"] == "active"
    finally:
        guest.run("systemctl", "start", "jarvisd.target")


def test_the_sandbox_ends_with_its_socket(suite: Suite) -> None:
    """Before it, so that what waits for the socket to stop, as the package does, also waits for the containers."""
    guest = suite.guest
    guest.run("systemctl", "start", "jarvisd-sandbox.service")
    guest.run("systemctl", "stop", "jarvisd-sandbox.socket")
    try:
        assert guest.show("jarvisd-sandbox.service", "ActiveState")["ActiveState"] == "inactive"
    finally:
        guest.run("systemctl", "start", "jarvisd-sandbox.socket")


def test_the_test_in_the_package_passes(suite: Suite) -> None:
    """The autopkgtest that looks at the installed units; the other one is test_package_life."""
    script = (ROOT / "packaging/debian/tests/units").read_text("utf-8")
    suite.guest.run("sh", "-eu", "-c", script)


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


@by_name
def test_a_bad_configuration_is_refused_and_the_old_one_stays(unit: UnitName, suite: Suite) -> None:
    """``systemctl reload`` says so and fails; the same process serves on, and takes a good one afterwards."""
    guest, service, before = suite.guest, suite.service(unit), suite.pids()
    guest.write(BAD_SETTINGS, "[general]\nlog_levle = 'debug'\n")
    try:
        assert guest.run("systemctl", "reload", service, check=False).returncode != 0
        assert "log_levle" in guest.journal(f"--unit={service}", "--lines=20")
    finally:
        guest.run("rm", BAD_SETTINGS)
    assert suite.pids() == before
    suite.until_owned(unit)
    guest.run("systemctl", "reload", service)
    suite.until(f"journalctl --boot --quiet --unit={service} --lines=3 | grep -q 'reloaded '", 60)
    assert suite.pids() == before


def test_stopping_is_quick_in_the_middle_of_a_turn(
    ready: Suite, record_property: Callable[[str, object], None]
) -> None:
    """No unit has to be killed, and each ends well (figure: 2 s)."""
    ready.settle()
    brain = UnitName.BRAIN
    guest = ready.guest
    target = (brain.bus_name, brain.path, brain.bus_name)
    guest.run("busctl", "call", *target, "Ask", "sa{sv}", "tell me a long story about a harbour", "0")
    ready.until(f"busctl get-property {' '.join(target)} State | grep -q REASONING", 60)
    began = time.monotonic()
    guest.run("systemctl", "stop", *(ready.service(unit) for unit in UNITS))
    record_property("stop_mid_turn_s", time.monotonic() - began)
    assert [guest.show(ready.service(unit), "Result")["Result"] for unit in UNITS] == ["success"] * 4
    assert time.monotonic() - began < STOP_LIMIT_S
    guest.run("systemctl", "start", "jarvisd.target")
