"""The system bus as the package sets it up: the contract live, strangers kept out, names and the bus itself."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jarvisd.bus.names import UnitName
from jarvisd.core.error_texts import EX_UNAVAILABLE
from tests.system.people import ALICE, BOB, TOOLS
from tests.system.sound import speak
from tests.system.speech import utterance
from tests.system.suite import UNITS, Suite
from tests.system.waiting import lines

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse"
LISTENING_DEADLINE_S = 60.0
"""Chosen: a Python of its own on a machine that is busy."""
EMITS = "org.freedesktop.DBus.Property.EmitsChangedSignal"
by_name = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.value)
Row = tuple[str, str, str, frozenset[str]]


def contract(unit: UnitName) -> dict[str, Row]:
    """Member to kind, signature, result and flags, as ``busctl introspect`` shows them, from the XML."""
    interface = ElementTree.parse(ROOT / "dbus" / f"{unit.bus_name}.xml").getroot().find("interface")
    assert interface is not None
    rows: dict[str, Row] = {}
    for member in interface:
        if member.tag == "annotation":
            continue
        arguments = [(each.get("direction", "in"), each.get("type", "")) for each in member.findall("arg")]
        notes = {each.get("name"): each.get("value") for each in member.findall("annotation")}
        taken, given = ("".join(kind for way, kind in arguments if way == want) for want in ("in", "out"))
        flags = set()
        if member.tag == "property":
            taken = member.get("type", "")
            flags = {"true": {"emits-change"}, "const": {"const"}}.get(notes.get(EMITS) or "true", set())
            flags |= {"writable"} if "write" in member.get("access", "") else set()
        rows[f".{member.get('name')}"] = (member.tag, taken or "-", given or "-", frozenset(flags))
    return rows


def live(suite: Suite, unit: UnitName) -> dict[str, Row]:
    """The same from the running unit; a property's value takes the place of a result."""
    target = (unit.bus_name, unit.path, unit.bus_name)
    rows = {}
    for line in suite.guest.output("busctl", "--no-legend", "introspect", *target).splitlines():
        name, kind, signature, *rest = line.split()
        if kind == "interface":
            continue
        flags = frozenset() if kind != "property" else frozenset(rest) & {"emits-change", "writable", "const"}
        rows[name] = (kind, signature, "-" if kind == "property" else rest[0], flags)
    return rows


@by_name
def test_introspection_equals_the_contract(unit: UnitName, suite: Suite) -> None:
    """Every member, signature, result and flag."""
    assert live(suite, unit) == contract(unit)


def listening(suite: Suite, person: str) -> subprocess.Popen[bytes]:
    python = "/usr/lib/jarvisd/venv/bin/python"
    process = suite.guest.start(python, f"{TOOLS}/listener.py", user=person, talks=True)
    assert process.stdout is not None
    assert next(lines(process.stdout, LISTENING_DEADLINE_S), b"") == b"listening\n"
    return process


def test_a_stranger_hears_nothing_of_a_whole_turn(ready: Suite, tmp_path: Path) -> None:
    """A spoken one, so that all four units speak up; a member of the group hears it all."""
    ready.settle()
    stranger, member = listening(ready, BOB), listening(ready, ALICE)
    speak(ready.guest, utterance(tmp_path, "hey jarvis", "what time is it"))
    ready.settle()
    heard = {}
    for name, process in (("stranger", stranger), ("member", member)):
        said, _ = process.communicate(timeout=60)
        heard[name] = said.decode().splitlines()
    assert heard["stranger"] == []
    assert {line.split()[0] for line in heard["member"]} >= {unit.bus_name for unit in UNITS}


def test_an_administrators_password_lets_a_member_do_what_is_the_administrators(ready: Suite) -> None:
    """On a terminal without a desktop; a wrong password, and a call that may not ask for one, do not."""
    ready.guest.run("chpasswd", stdin=f"root:{PASSWORD}\n")
    brain = UnitName.BRAIN
    call = ("--timeout=60", "call", brain.bus_name, brain.path, brain.bus_name, "ForgetEverything")
    asking, silent = (("busctl", f"--allow-interactive-authorization={may}", *call) for may in ("yes", "no"))
    agent = ("python3", f"{TOOLS}/agent.py")
    told = ready.guest.run(*agent, PASSWORD, *asking, user=ALICE)
    assert "Authentication is required to delete the memory of the assistant" in told.stdout
    assert "u 0" in told.stdout
    for refused in ((*agent, "battery staple", *asking), (*agent, PASSWORD, *silent), asking):
        done = ready.guest.run(*refused, user=ALICE, check=False)
        assert done.returncode != 0, done.stdout
        assert "may not call this method" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("command", "question"),
    [
        ("setup --no-start", "set the assistant up"),
        ("workspace list", "choose the folders that the assistant may see"),
    ],
)
def test_the_same_password_lets_her_administer_with_pkexec(command: str, question: str, suite: Suite) -> None:
    """polkit knows what each command is, and says so where it asks: in the shell that calls pkexec."""
    suite.guest.run("chpasswd", stdin=f"root:{PASSWORD}\n")
    shell = ("sh", "-c", f"pkexec jarvisctl {command}; exit $?")
    told = suite.guest.run("python3", f"{TOOLS}/agent.py", PASSWORD, *shell, user=ALICE)
    assert f"Authentication is required to {question}" in told.stdout
    done = suite.guest.run("python3", f"{TOOLS}/agent.py", "battery staple", *shell, user=ALICE, check=False)
    assert done.returncode != 0, done.stdout


@by_name
def test_a_second_daemon_ends_and_the_first_serves_on(unit: UnitName, suite: Suite) -> None:
    before = suite.pids()
    done = suite.guest.run("jarvisd", unit.value, user=f"jarvisd-{unit.value}", check=False)
    assert done.returncode == EX_UNAVAILABLE, done.stderr
    assert "owned by another process" in done.stderr
    assert suite.pids() == before
    suite.until_owned(unit)


def test_the_bus_may_restart_and_everybody_stays(ready: Suite) -> None:
    """Killed, started by the next who needs it: the same processes own their names and serve again."""
    before = ready.pids()
    ready.guest.run("systemctl", "kill", "--signal=KILL", "dbus.service")
    for unit in UNITS:
        ready.until_owned(unit)
    ready.settle()
    assert ready.pids() == before
    said = ready.guest.output("jarvisctl", "ask", "what time is it", user=ALICE)
    assert "It's" in said or "time" in said.lower(), said
