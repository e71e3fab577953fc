"""Programs in containers, on the installed system: the whole way from a plan to a rootless container and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jarvisd.bus.names import UnitName
from tests.system.guest import Guest
from tests.system.people import ALICE, HOME
from tests.system.suite import Suite

SERVICE, SOCKET = "jarvisd-sandbox.service", "jarvisd-sandbox.socket"
WEAK = "no control groups: memory is bounded for each process only"
HANDS = UnitName.EXECUTOR
FORKS = """
import os, time
n = 0
try:
    while n < 500:
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
        n += 1
except BlockingIOError:
    pass
print(n)
"""


def run(suite: Suite, code: str, language: str = "python") -> dict[str, object]:
    """The report of one program that was asked about and allowed."""
    return suite.submit("execute_code", language=language, code=code)


def printed(step: dict[str, object]) -> str:
    result = step["result"]
    assert isinstance(result, dict), step
    return str(result["stdout"])


@pytest.fixture(autouse=True)
def _settled(ready: Suite) -> None:
    ready.settle()


def test_a_program_with_nothing_in_reach_runs_unasked_and_its_result_comes_back(ready: Suite) -> None:
    step = run(ready, "print(sum(range(101)))")
    assert (step["outcome"], step["consent"]) == ("done", "not_asked")
    assert printed(step) == "5050\n"
    assert printed(run(ready, "echo $((6 * 7))", "bash")) == "42\n"


def test_without_consent_nothing_runs(ready: Suite) -> None:
    step = ready.submit("execute_code", answer="no", language="python", code="print(eval('1'))")
    assert (step["outcome"], step["consent"]) == ("declined", "no")


def test_what_the_kernel_cannot_bound_here_is_said(ready: Suite) -> None:
    """Podman without root has no control groups of version 1; the engine says what is weaker, else nothing."""
    engine = ready.property(HANDS, "Engines")["sandbox"]
    kind = ready.guest.output("stat", "--file-system", "--format=%T", "/sys/fs/cgroup")
    assert (WEAK in engine) is (kind != "cgroup2fs"), engine


def test_memory_is_bounded_all_the_same(ready: Suite) -> None:
    step = run(ready, "try:\n x = bytearray(600 << 20)\nexcept MemoryError:\n print('refused')")
    assert printed(step) == "refused\n"


@pytest.mark.parametrize("code", [FORKS, "print(open('/proc/self/uid_map').read())"])
def test_what_looks_into_the_machine_or_multiplies_is_not_even_started(ready: Suite, code: str) -> None:
    """What such programs would meet inside is tried by tests/ports/test_podman.py."""
    step = run(ready, code)
    assert (step["outcome"], step["error"]) == ("refused", "Refused")


CHANGES = """
import os
open("made.txt", "w").write("x")
os.makedirs("deep/er")
open("deep/er/file", "w").write("y")
os.remove("notes.txt")
print(sorted(os.listdir(".")))
"""


def test_a_program_changes_a_workspace_only_as_agreed_and_undoably(ready: Suite) -> None:
    """It works on a copy-on-write view of alice's folder; what is applied is hers."""
    program = {"language": "python", "code": CHANGES, "workspace": "documents-2", "mode": "write"}
    before = look(ready)
    declined = ready.submit("execute_code", answer="no", **program)
    assert (declined["outcome"], look(ready)) == ("declined", before)
    done = ready.submit("execute_code", **program)
    assert done["outcome"] == "done", done
    assert done["result"]["workspace_by"] == "overlay", done
    after = look(ready)
    assert "./notes.txt" not in after
    assert (after["./made.txt"], after["./deep/er"]) == ("alice:alice 644", "alice:alice 755")
    ready.guest.run("jarvisctl", "undo", str(done["undo_id"]))
    assert look(ready) == before


def look(suite: Suite) -> dict[str, str]:
    """Owner and mode of everything that alice sees in her folder."""
    find = ("find", ".", "-name", ".Trash-*", "-prune", "-o", "-printf", "%p\\t%u:%g %m\\n")
    said = suite.guest.output("env", "--chdir", f"{HOME}/Documents", *find, user=ALICE)
    return dict(line.split("\t") for line in said.splitlines())


def test_no_container_is_left(ready: Suite) -> None:
    run(ready, "print(1)")
    ready.until("[ $(pgrep --count --uid jarvisd-sandbox -f program) = 0 ]", 60)


def test_no_program_can_speak_to_the_service_manager(ready: Suite) -> None:
    """What Podman gets, containers get: the socket for notices is for the process beside it."""
    pid = ready.guest.show(SERVICE, "MainPID")["MainPID"]
    assert "XDG_RUNTIME_DIR=" in (environment := ready.guest.output("cat", f"/proc/{pid}/environ"))
    assert "NOTIFY_SOCKET" not in environment


@pytest.fixture
def mended(ready: Suite) -> Iterator[Guest]:
    """The guest, whose sandbox works again after the test."""
    yield ready.guest
    ready.guest.run("systemctl", "kill", "--signal=CONT", SERVICE, check=False)
    ready.guest.run("systemctl", "reset-failed", SERVICE, SOCKET, check=False)
    ready.guest.run("systemctl", "start", SOCKET)
    ready.settle()
    assert printed(run(ready, "print(7)")) == "7\n"


def test_without_podman_only_programs_are_refused(ready: Suite, mended: Guest) -> None:
    before = ready.pids()
    mended.run("systemctl", "stop", SOCKET, SERVICE)
    step = run(ready, "print(1)")
    assert (step["outcome"], step["error"]) == ("refused", "SandboxGone") or step["error"] == "SandboxGone", step
    ready.until_property(HANDS, "Reasons", "code is refused")
    assert ready.property(HANDS, "ServiceLevel") == "reduced"
    assert ready.submit("get_time", what="time")["outcome"] == "done"
    assert ready.pids() == before


def test_a_podman_that_hangs_holds_nobody_up(ready: Suite, mended: Guest) -> None:
    """Its calls end at their deadline; the unit lives on and does the rest."""
    before = ready.pids()
    mended.run("systemctl", "kill", "--signal=STOP", SERVICE)
    step = run(ready, "print(1)")
    assert step["outcome"] != "done"
    assert step["error"] in ("Timeout", "SandboxGone"), step
    assert ready.submit("get_time", what="time")["outcome"] == "done"
    assert ready.pids() == before


def test_its_journal_is_quiet_while_nothing_happens(ready: Suite) -> None:
    """The executor looks after Podman now and then; that is no news."""
    run(ready, "print(1)")
    lines = ready.guest.journal(f"--unit={SERVICE}").splitlines()
    assert [line for line in lines if "IdleTracker" in line] == []
