"""What an operator meets: full, slow and read-only disks, sleep, models that change, devices that go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jarvisd.bus.names import UnitName
from tests.fakes.machine import Machine
from tests.system import sound
from tests.system.guest import booted_read_only
from tests.system.people import ALICE, HOME, as_alice
from tests.system.suite import UNITS, Suite

STATE = "/var/lib/jarvisd/executor"
MODELS = "/var/cache/jarvisd/models"
NOTE = f"{HOME}/Documents/fault.txt"
BUSY_LIMITS = "/etc/jarvisd/conf.d/98-busy.toml"
AUDIT = "/var/log/jarvisd/audit.jsonl"
WATCHDOG_S = 15
HANDS, MIND, VOICE, EAR = UnitName.EXECUTOR, UnitName.BRAIN, UnitName.TTS, UnitName.AUDIO


@pytest.fixture(autouse=True)
def _as_before(ready: Suite) -> Iterator[None]:
    """Each test begins and ends with everything in order."""
    ready.settle()
    yield
    ready.guest.run("systemctl", "reset-failed")
    ready.guest.run("systemctl", "start", "jarvisd.target")
    ready.settle()
    ready.guest.run("rm", "-f", NOTE)


def write(suite: Suite, text: str) -> dict[str, object]:
    return suite.submit("file_write", path=NOTE, content=text)


@contextmanager
def restarted(suite: Suite, unit: UnitName) -> Iterator[None]:
    """Whatever the block mounts or replaces, the unit starts with it, and without it afterwards."""
    suite.guest.run("systemctl", "stop", suite.service(unit))
    try:
        yield
    finally:
        suite.guest.run("systemctl", "stop", suite.service(unit))


def test_a_full_disk_stops_changes_and_nothing_else(ready: Suite) -> None:
    """Safe mode while it is full, full service once there is room; no unit restarts for it."""
    guest = ready.guest
    with restarted(ready, HANDS):
        guest.run("mount", "-t", "tmpfs", "-o", "size=8m,mode=0700,uid=jarvisd-executor", "tmpfs", STATE)
        try:
            guest.run("systemctl", "start", ready.service(HANDS))
            ready.settle()
            before = ready.pids()
            guest.run("sh", "-c", f"dd if=/dev/zero of={STATE}/fill bs=4k 2>/dev/null; true")
            ready.until_property(HANDS, "ServiceLevel", "safe")
            step = write(ready, "x")
            assert step["outcome"] != "done"
            assert step["error"] in ("DiskFull", "AuditUnwritable", "Refused"), step
            assert guest.run("test", "-e", NOTE, check=False).returncode == 1
            assert ready.submit("system_info", topic="disk")["outcome"] == "done"
            guest.run("rm", f"{STATE}/fill")
            ready.until_property(HANDS, "ServiceLevel", "full")
            assert write(ready, "y")["outcome"] == "done"
            assert ready.pids() == before
        finally:
            guest.run("systemctl", "stop", ready.service(HANDS))
            guest.run("umount", STATE)


@pytest.mark.parametrize("folder", ["/var/lib/jarvisd", "/var/log/jarvisd", "/var/cache/jarvisd"])
def test_a_disk_that_cannot_be_written_is_said_and_survived(ready: Suite, folder: str) -> None:
    """Units start on it and answer; where nothing can be recorded, nothing is changed."""
    guest = ready.guest
    # A service that runs on keeps what it had open, so all of them start on the disk as it is.
    services = [*(ready.service(unit) for unit in UNITS), "jarvisd-sandbox.service"]
    guest.run("systemctl", "stop", *services)
    guest.run("mount", "--bind", folder, folder)
    try:
        # Of the bind mount alone: the file system below it is the whole machine's.
        guest.run("mount", "-o", "remount,bind,ro", folder)
        guest.run("systemctl", "start", "jarvisd.target")
        for unit in UNITS:
            ready.until_owned(unit)
        is_for_records = folder != "/var/cache/jarvisd"
        ready.until_property(HANDS, "ServiceLevel", "safe" if is_for_records else "full\\|reduced")
        assert ready.submit("system_info", topic="disk")["outcome"] == "done"
        assert (write(ready, "x")["outcome"] == "done") is not is_for_records
    finally:
        guest.run("systemctl", "stop", *services)
        guest.run("umount", folder)


def test_a_model_that_was_replaced_is_noticed_at_the_next_start(ready: Suite) -> None:
    """The running unit speaks on; a new start says which model is damaged, and the next one, mended, is ready."""
    guest, voice = ready.guest, f"{MODELS}/piper-joe"
    [model] = [path for path in guest.output("ls", voice).split() if path.endswith(".onnx")]
    guest.run("cp", "-a", f"{voice}/{model}", "/var/tmp/kept.onnx")
    try:
        guest.run("sh", "-c", f"head -c 1000000 /dev/urandom >{voice}/.new && mv {voice}/.new {voice}/{model}")
        guest.run("jarvisctl", "say", "still here", user=ALICE)
        guest.run("systemctl", "restart", ready.service(VOICE))
        ready.until_property(VOICE, "Parts", "ModelCorrupt")
        ready.until_property(HANDS, "ServiceLevel", "reduced")
        done = guest.run("jarvisctl", "status", user=ALICE)
        assert "jarvisctl models fetch --repair" in done.stdout
    finally:
        guest.run("mv", "/var/tmp/kept.onnx", f"{voice}/{model}")
        guest.run("systemctl", "restart", ready.service(VOICE))


def test_a_sound_card_may_go_and_come_back(ready: Suite) -> None:
    """Ear and voice say so and take it again; written requests work all the while."""
    before = ready.pids()
    sound.unplug(ready.guest)
    try:
        ready.until_property(EAR, "Parts", "MicrophoneGone")
        ready.until_property(HANDS, "ServiceLevel", "reduced")
        assert "It is" in ready.guest.output("jarvisctl", "ask", "what time is it", user=ALICE)
    finally:
        ready.guest.run("systemctl", "start", sound.UNIT)
    ready.settle()
    assert ready.pids() == before


def test_other_programs_that_keep_the_processor_busy_are_told(ready: Suite) -> None:
    """By the kernel's own counts, from within the unit's walls: the level falls, and rises again (D2)."""
    guest, hands = ready.guest, ready.service(HANDS)
    guest.run("systemd-run", "--unit=busy", f"--uid={ALICE}", "sh", "-c", "while :; do :; done")
    try:
        guest.write(BUSY_LIMITS, "[machine]\nprocessor_percent = 10\nprocessor_for_s = 1\n")
        guest.run("systemctl", "reload", hands)
        ready.until_property(HANDS, "Parts", "ProcessorBusy")
        ready.until_property(HANDS, "ServiceLevel", "reduced")
        ready.until_property(HANDS, "Reasons", "other programs keep the processor busy")
    finally:
        guest.run("systemctl", "stop", "busy")
        guest.run("rm", BUSY_LIMITS)
        guest.run("systemctl", "reload", hands)
    ready.settle()
    ready.until_property(HANDS, "ServiceLevel", "full")


def test_all_units_killed_at_once_come_back(ready: Suite) -> None:
    before = ready.pids()
    ready.guest.run("systemctl", "kill", "--signal=KILL", *(ready.service(unit) for unit in UNITS))
    for unit in UNITS:
        ready.until_owned(unit)
    ready.settle()
    assert not set(before.values()) & set(ready.pids().values())


def test_setup_is_for_the_administrator_and_refuses_what_is_no_archive(ready: Suite) -> None:
    done = as_alice(ready.guest, "jarvisctl setup --profile tiny", check=False)
    assert done.returncode == 77
    assert "sudo" in done.stderr
    done = as_alice(ready.guest, "sudo jarvisctl setup --models /etc/passwd", check=False)
    assert done.returncode != 0
    assert "/etc/passwd" in done.stderr
    ready.settle()


def test_setup_takes_answers_from_a_file_and_changes_nothing_twice(ready: Suite) -> None:
    """Everything is there already, so not even the units restart."""
    before = ready.pids()
    answers = f'accept_licence = ["hey-jarvis"]\nworkspace = ["{HOME}/Documents"]\nmodels = "{HOME}/models.tar"\n'
    as_alice(ready.guest, "cat >answers.toml", stdin=answers)
    done = as_alice(ready.guest, "sudo jarvisctl setup --answers answers.toml")
    assert "already declared" in done.stdout
    assert ready.pids() == before


def test_a_machine_starts_on_a_read_only_disk(ready: Suite, tmp_path: Path) -> None:
    """Every unit, in safe mode: it answers and reads, and says why it changes nothing."""
    # Two sets of models would need the memory of two machines.
    with booted_read_only(ready.guest, tmp_path, without=MODELS) as guest:
        assert guest.run("touch", "/var/lib/x", check=False).returncode != 0
        copy = Suite(guest)
        for unit in UNITS:
            copy.until_owned(unit)
        copy.until_property(HANDS, "ServiceLevel", "safe")
        assert copy.submit("system_info", topic="disk")["outcome"] == "done"
        assert write(copy, "x")["outcome"] == "refused"
        copy.until_property(HANDS, "Parts", "Read-only file system")
        failed = guest.output("systemctl", "list-units", "--failed", "--no-legend", "--plain", "jarvisd-*.service")
        assert [line for line in failed.splitlines() if "jarvisd-sandbox" not in line] == []


def test_a_sandbox_that_hangs_is_said_not_waited_for_and_started_anew(ready: Suite) -> None:
    """Its socket still takes calls. Everything else goes on, and its watchdog ends it."""
    service = "jarvisd-sandbox.service"
    before, program = ready.pids(), {"language": "python", "code": "print(6 * 7)"}
    [hanging] = ready.guest.show(service, "MainPID").values()
    ready.guest.run("systemctl", "kill", "--signal=STOP", service)
    ready.until_property(HANDS, "Reasons", "no sandbox: code is refused")
    step = ready.submit("execute_code", **program)
    assert (step["outcome"], step["error"], step["consent"]) == ("failed", "SandboxGone", "not_asked"), step
    assert write(ready, "goes on")["outcome"] == "done"
    ready.settle()
    assert ready.submit("execute_code", **program)["outcome"] == "done"
    [running] = ready.guest.show(service, "MainPID").values()
    assert running not in ("0", hanging)
    assert ready.pids() == before


@pytest.fixture(scope="module")
def frail(ready: Suite) -> Iterator[Machine]:
    """The executor on a machine that can be made to sleep and to sync slowly."""
    guest, inside = ready.guest, "/usr/lib/jarvisd-machine"
    folder = guest.root / inside.lstrip("/")
    folder.mkdir()
    made = Machine(folder, inside)
    drop_in = f"/etc/systemd/system/{ready.service(HANDS)}.d/machine.conf"
    variables = "".join(f"Environment={name}={value}\n" for name, value in made.environment.items())
    guest.write(drop_in, f"[Service]\n{variables}")
    guest.run("systemctl", "daemon-reload")
    guest.run("systemctl", "restart", ready.service(HANDS))
    ready.settle()
    yield made
    guest.run("rm", "-r", str(Path(drop_in).parent), inside)
    guest.run("systemctl", "daemon-reload")
    guest.run("systemctl", "restart", ready.service(HANDS))
    ready.settle()


def test_a_question_ends_with_the_sleep_of_the_machine(ready: Suite, frail: Machine) -> None:
    """Whoever opens the lid is not asked what somebody else was asked."""
    guest = ready.guest
    assert write(ready, "x")["outcome"] == "done"
    plan = json.dumps({"actions": [{"tool": "file_delete", "args": {"path": NOTE}}]})
    target = ("busctl", "call", HANDS.bus_name, HANDS.path, HANDS.bus_name)
    plan_id = guest.output(*target, "Submit", "sa{sv}", plan, "0").split()[1].strip('"')
    ready.until(f"tail -n 1 {AUDIT} | grep -q '\"asked\"'")
    frail.sleep(3600)
    ready.until(f"{' '.join(target)} Result s {plan_id} | grep -q 'the machine slept meanwhile'")
    assert guest.run("test", "-e", NOTE, check=False).returncode == 0


def test_a_disk_that_syncs_slower_than_the_watchdog_waits(ready: Suite, frail: Machine) -> None:
    """The bus is answered meanwhile, nobody is restarted, and in the end it is done."""
    before = ready.pids()
    frail.slow_disk(WATCHDOG_S + 5)
    plan = json.dumps({"actions": [{"tool": "file_write", "args": {"path": NOTE, "content": "x"}}]})
    ready.guest.write("/var/tmp/plan.json", plan)
    submitting = ready.guest.start("jarvisctl", "submit", "/var/tmp/plan.json", "--answer", "yes")
    # The record is written before it is synced.
    ready.until(f"tail -n 1 {AUDIT} | grep -q '\"intent\"'")
    frail.slow_disk(0)
    ready.until_property(HANDS, "ServiceLevel", "full\\|reduced")
    said, _ = submitting.communicate(timeout=120)
    assert submitting.returncode == 0, said
    assert ready.pids() == before
