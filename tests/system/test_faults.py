"""What an operator meets: full and read-only disks, models that change under units, devices that go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from jarvisd.bus.names import UnitName
from tests.system import sound
from tests.system.people import ALICE, HOME, as_alice
from tests.system.suite import UNITS, Suite

STATE = "/var/lib/jarvisd/executor"
MODELS = "/var/cache/jarvisd/models"
NOTE = f"{HOME}/Documents/fault.txt"
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
