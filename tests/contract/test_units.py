"""The service files: correct for systemd, hardened to the agreed figures, in step with the bus and the users."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from jarvisd.bus.names import UnitName
from jarvisd.config.schema import sections

ROOT = Path(__file__).resolve().parents[2]
SYSTEMD = ROOT / "systemd"
DAEMONS = [unit.value for unit in UnitName]
SERVICES = sorted(path.name for path in SYSTEMD.glob("*.service"))

EXPOSURE_TENTHS = {"audio": 10, "tts": 8, "executor": 16, "brain": 13}
"""The figures of ``systemd-analyze security``, times ten."""
BRAIN_WITH_GPU_TENTHS = 15
COURIER_TENTHS = 11

BASE_TARGETS = ("basic", "multi-user", "remote-fs", "shutdown", "sockets", "sound", "sysinit", "timers")
"""Targets of systemd that the units name, or that belong to their kind."""
BASE_SERVICES = ("dbus",)

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def settings_of(name: str) -> dict[str, list[str]]:
    """Every setting of a unit file, all values of repeated ones, sections merged."""
    found: dict[str, list[str]] = {}
    for line in (SYSTEMD / name).read_text("utf-8").splitlines():
        if "=" in line and not line.startswith(("#", "[")):
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A root with our units, what they start, and stand-ins for what systemd itself brings."""
    units = tmp_path / "lib/systemd/system"
    units.mkdir(parents=True)
    for pattern in ("*.service", "*.socket", "*.target", "*.slice", "*.timer"):
        for path in SYSTEMD.glob(pattern):
            shutil.copy(path, units)
    for name in BASE_TARGETS:
        (units / f"{name}.target").write_text(f"[Unit]\nDescription={name}\n")
    for name in BASE_SERVICES:
        (units / f"{name}.service").write_text(f"[Unit]\nDescription={name}\n[Service]\nExecStart=/usr/bin/kill\n")
    (units / "dbus.socket").write_text("[Unit]\nDescription=bus\n[Socket]\nListenStream=/run/dbus/socket\n")
    for program in (
        "usr/bin/kill",
        "usr/lib/jarvisd/venv/bin/python",
        "usr/lib/jarvisd/sandbox-service",
    ):
        path = tmp_path / program
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/bin/true", path)
    return tmp_path


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60)


def test_two_units_run_as_root() -> None:
    """The mounter, with few capabilities; and the daily self-test, with none, which root on the bus may call."""
    as_root = {name for name in SERVICES if not {"User", "DynamicUser"} & settings_of(name).keys()}
    assert as_root == {"jarvisd-redteam.service", "jarvisd-workspaces.service"}
    assert settings_of("jarvisd-redteam.service")["CapabilityBoundingSet"] == [""]
    assert "CapabilityBoundingSet" in settings_of("jarvisd-workspaces.service")


def test_the_page_on_security_tells_what_units_can_write_and_open() -> None:
    """Its table, row by row: user, groups, devices, network, and places, which are named in full."""
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    lines = (line for line in page.splitlines() if line.startswith("| `jarvisd-"))
    rows = [line.split(" | ") for line in lines if line.count("|") == 6]
    units = {cells[0].strip("| `"): cells[1:] for cells in rows}
    assert units.keys() == {name.removesuffix(".service").rstrip("@") for name in SERVICES} - {"jarvisd-redteam"}
    for unit in (f"jarvisd-{name}" for name in (*DAEMONS, "sandbox")):
        users, devices, network, places = units[unit]
        found = settings_of(f"{unit}.service")
        own = [*found["User"], *found.get("SupplementaryGroups", [])]
        assert re.findall(r"`([^`]+)`", users) == own, unit
        opened = {one.split()[0] for one in found.get("DeviceAllow", [])}
        assert opened == {"sound cards": {"char-alsa"}, "none": set()}.get(devices, {devices.strip("`")}), unit
        assert ("PrivateNetwork" in found) is network.startswith("none"), unit
        kept = [("StateDirectory", "/var/lib"), ("CacheDirectory", "/var/cache"), ("LogsDirectory", "/var/log")]
        written = {f"{top}/{path}" for key, top in kept for path in found.get(key, [])}
        written |= {path.lstrip("-") for line in found.get("ReadWritePaths", []) for path in line.split()}
        assert set(re.findall(r"`([^`]+)`", places)) == written, unit


def test_systemd_has_no_remark(installed: Path) -> None:
    """verify exits with 0 after a warning, so that any output counts."""
    kinds = (".service", ".slice", ".socket", ".target", ".timer")
    names = [path.name for path in sorted(SYSTEMD.iterdir()) if path.suffix in kinds]
    done = analyze("verify", f"--root={installed}", "--man=no", *names)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


def test_verify_would_see_a_mistake(installed: Path) -> None:
    unit = installed / "lib/systemd/system/jarvisd-tts.service"
    unit.write_text(unit.read_text().replace("ProtectHome=", "ProtectHouse="))
    done = analyze("verify", f"--root={installed}", "--man=no", unit.name)
    assert "ProtectHouse" in done.stdout + done.stderr


@pytest.mark.parametrize("daemon", DAEMONS)
def test_exposure_stays_within_the_figure(daemon: str, installed: Path) -> None:
    threshold = f"--threshold={EXPOSURE_TENTHS[daemon]}"
    done = analyze(
        "security", "--offline=true", "--no-pager", threshold, f"--root={installed}", f"jarvisd-{daemon}.service"
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("daemon", "example", "tenths", "has"),
    [
        ("brain", "jarvisd-brain-gpu.conf", BRAIN_WITH_GPU_TENTHS, "video"),
        ("audio", "jarvisd-audio-button.conf", EXPOSURE_TENTHS["audio"], "char-input r"),
    ],
)
def test_exposure_with_an_example(daemon: str, example: str, tenths: int, has: str, installed: Path) -> None:
    folder = installed / f"etc/systemd/system/jarvisd-{daemon}.service.d"
    folder.mkdir(parents=True)
    shutil.copy(SYSTEMD / example, folder / "more.conf")
    done = analyze(
        "security",
        "--offline=true",
        "--no-pager",
        f"--threshold={tenths}",
        f"--root={installed}",
        f"jarvisd-{daemon}.service",
    )
    assert done.returncode == 0, done.stdout
    assert has in (folder / "more.conf").read_text()


def test_the_courier_is_shut_but_for_the_network(installed: Path) -> None:
    """The one part that reaches other machines has nothing else."""
    done = analyze(
        "security",
        "--offline=true",
        "--no-pager",
        f"--threshold={COURIER_TENTHS}",
        f"--root={installed}",
        "jarvisd-courier@.service",
    )
    assert done.returncode == 0, done.stdout
    settings = settings_of("jarvisd-courier@.service")
    assert settings["DynamicUser"] == ["yes"]
    assert settings["IPAddressDeny"] == ["localhost link-local multicast"]
    assert {"-/var/lib/jarvisd", "-/run/dbus", "-/run/jarvisd", "-/srv"} <= set(
        settings["InaccessiblePaths"][0].split()
    )
    assert not any(name in settings for name in ("StateDirectory", "ReadWritePaths", "BindPaths", "Environment"))


def test_the_mail_password_is_a_credential_of_the_courier_alone() -> None:
    settings = settings_of("jarvisd-courier@.service")
    assert settings["LoadCredential"] == ["mail-password:/etc/jarvisd/mail-password"]
    others = [name for name in SERVICES if "mail-password" in (SYSTEMD / name).read_text()]
    assert others == ["jarvisd-courier@.service"]
    assert not any("password" in item.name for kind in sections().values() for item in fields(kind))


def test_the_courier_is_for_the_executor_alone() -> None:
    settings = settings_of("jarvisd-courier.socket")
    assert (settings["SocketUser"], settings["SocketGroup"]) == (["root"], ["jarvisd-executor"])
    assert (settings["SocketMode"], settings["Accept"]) == (["0660"], ["yes"])


@pytest.mark.parametrize("daemon", DAEMONS)
def test_every_daemon_is_watched_and_comes_back(daemon: str) -> None:
    """D1, E2."""
    settings = settings_of(f"jarvisd-{daemon}.service")
    assert settings["Type"] == ["notify"]
    assert settings["BusName"] == [UnitName(daemon).bus_name]
    assert settings["WatchdogSec"] == ["15s"]
    assert settings["TimeoutAbortSec"] == ["2s"]
    assert settings["Restart"] == ["on-failure"]
    assert settings["RestartPreventExitStatus"] == ["78"], "a bad configuration does not mend by itself"
    assert settings["LimitCORE"] == ["0"], "memory of a unit that was killed may hold what was said"
    assert settings["User"] == settings["Group"] == [f"jarvisd-{daemon}"]
    assert settings["Slice"] == ["jarvisd.slice"]
    assert settings["PartOf"] == ["jarvisd.target"]
    assert int(settings["StartLimitBurst"][0]) > 0


def test_the_target_starts_all_four_and_the_administrator_may_disable_each() -> None:
    assert "Wants" not in settings_of("jarvisd.target"), "it would start what is disabled"
    for daemon in DAEMONS:
        assert settings_of(f"jarvisd-{daemon}.service")["WantedBy"] == ["jarvisd.target"]


@pytest.mark.parametrize("daemon", ["audio", "tts", "executor"])
def test_only_the_mind_has_a_network(daemon: str) -> None:
    settings = settings_of(f"jarvisd-{daemon}.service")
    assert settings["PrivateNetwork"] == ["yes"]
    assert settings["RestrictAddressFamilies"] == ["AF_UNIX"]


def test_no_unit_is_in_the_group_of_people() -> None:
    """The brain above all: group membership would let it answer questions."""
    for name in SERVICES:
        assert "jarvisd" not in " ".join(settings_of(name).get("SupplementaryGroups", [])).split()
    assert not re.search(r"^m ", (SYSTEMD / "jarvisd.sysusers").read_text(), re.MULTILINE)


def test_every_user_and_group_is_made() -> None:
    made = {
        line.split()[1] for line in (SYSTEMD / "jarvisd.sysusers").read_text().splitlines() if line[:1] in "gu"
    }
    used = {user for name in SERVICES for user in settings_of(name).get("User", [])}
    used |= set(settings_of("jarvisd-sandbox.socket")["SocketGroup"])
    assert used <= made
    owners = {
        line.split()[3] for line in (SYSTEMD / "jarvisd.tmpfiles").read_text().splitlines() if line[:1] == "d"
    }
    assert owners <= made | {"root"}


def test_the_sandbox_socket_is_for_the_executor_and_the_sandbox_itself() -> None:
    settings = settings_of("jarvisd-sandbox.socket")
    assert (settings["SocketUser"], settings["SocketGroup"]) == (["jarvisd-sandbox"], ["jarvisd-executor"])
    assert settings["SocketMode"] == ["0660"]
    assert settings_of("jarvisd-sandbox.service")["User"] == settings["SocketUser"], "it asks itself"


def test_a_sandbox_that_hangs_is_started_anew() -> None:
    settings = settings_of("jarvisd-sandbox.service")
    assert (settings["Type"], settings["NotifyAccess"]) == (["notify"], ["all"])
    assert {"WatchdogSec", "TimeoutAbortSec"} <= set(settings)
    assert (settings["Restart"], settings["StartLimitIntervalSec"]) == (["on-failure"], ["0"])


def test_containers_are_bounded_together() -> None:
    settings = settings_of("jarvisd-sandbox.service")
    assert {"MemoryMax", "TasksMax", "CPUQuota"} <= set(settings)
    assert settings["PrivateNetwork"] == ["yes"]
    assert settings["KillMode"] == ["control-group"]


def test_the_workspace_unit_has_no_mount_namespace() -> None:
    """One option too many and its mounts would be seen by nobody else."""
    settings = settings_of("jarvisd-workspaces.service")
    makes_one = re.compile(r"Private|Protect|Read(Only|Write)|Inaccessible|Bind|Temporary|Root|Mount|.*Paths")
    assert [name for name in settings if makes_one.match(name)] == []
    assert "User" not in settings


def test_activation_starts_all_but_the_ear() -> None:
    """A microphone that was stopped stays stopped, whoever calls."""
    found = {}
    for path in (ROOT / "dbus").glob("*.service"):
        parser = configparser.ConfigParser()
        parser.read(path)
        found[parser["D-BUS Service"]["Name"]] = parser["D-BUS Service"]["SystemdService"]
        assert path.stem == parser["D-BUS Service"]["Name"]
    assert found == {unit.bus_name: f"jarvisd-{unit.value}.service" for unit in UnitName if unit != UnitName.AUDIO}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_says_what_it_is(name: str) -> None:
    settings = settings_of(name)
    assert settings["Description"][0].startswith("jarvisd ")
    assert settings["Documentation"][0].startswith("man:jarvisd(7)")


@pytest.mark.parametrize("unit", ["audio", "brain", "tts"])
def test_inference_does_not_spin(unit: str) -> None:
    """Spinning OpenMP threads of one unit would take the cores of another."""
    assert "OMP_WAIT_POLICY=passive" in settings_of(f"jarvisd-{unit}.service")["Environment"]
