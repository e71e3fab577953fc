"""What happens to the machine itself: it sleeps, its clock is set, its disk takes seconds to sync."""

from __future__ import annotations

import json
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from jarvisd.bus.names import UnitName
from jarvisd.core.errors import ErrorCode, JarvisError
from tests.fakes.machine import Machine
from tests.integration.conftest import SCRIPTED, WAIT_S
from tests.integration.manager import WATCHDOG_S, Watch, Watched, watching

PATIENT = {**SCRIPTED, "endpoint": {**SCRIPTED["endpoint"], "lead_silence_ms": 8000}}
"""Listens longer than it takes to notice a sleep."""
HOUR_S, DECADE_S = 3600.0, 10 * 365 * 86_400.0


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(tmp_path_factory.mktemp("machine"))


@pytest.fixture(scope="module")
def watched_suite(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in machine.environment.items():
            patch.setenv(name, value)
        with watching(tmp_path_factory.mktemp("watched"), PATIENT) as watch:
            for name in machine.environment:
                # Of the units alone, not of whoever talks to them.
                patch.delenv(name)
            yield watch


@pytest.fixture
async def home(watched_suite: Watch, machine: Machine) -> AsyncIterator[Watched]:
    """Nothing that happens to the machine makes the service manager end a unit."""
    async with watched_suite.home() as home:
        yield home
        machine.slow_disk(0)
        assert home.manager.restarted == []


def doomed(home: Watched, name: str) -> Path:
    target = home.workspace("documents") / name
    target.write_text("x")
    return target


async def test_a_question_ends_when_the_machine_sleeps(home: Watched, machine: Machine) -> None:
    """Soon after it has woken, with a clear outcome; what comes late is told that the question is closed."""
    target = doomed(home, "slept.txt")
    turn_id = await home.ask("delete slept.txt")
    _, _, request_id, *_ = await home.event("ConfirmRequested")
    machine.sleep(HOUR_S)
    with pytest.raises(JarvisError) as late:
        await home.link.executor.call("Confirm", "s", [request_id])
    assert late.value.code is ErrorCode.NOT_FOUND
    report = await home.report(turn_id)
    assert [step["consent"] for step in report["steps"]] == ["unavailable"]
    assert "the machine slept meanwhile" in report["reply"]
    assert target.exists()


async def test_what_is_being_said_ends_when_the_machine_sleeps(home: Watched, machine: Machine) -> None:
    """Two halves of a request need not come from the same person."""
    home.forget()
    await home.say("hey jarvis")
    [turn_id, *_] = await home.event("WakeDetected")
    machine.sleep(HOUR_S)
    *_, reason = await home.event("ListeningEnded", lambda body: body[0] == turn_id)
    assert reason == "cancelled"


async def test_a_timer_ends_on_time_after_a_sleep_and_on_a_clock_that_is_set(
    home: Watched, machine: Machine
) -> None:
    ended: list[str] = []
    await home.link.executor.follow()
    home.link.executor.on("TimerFinished", lambda body: ended.append(str(body)))
    await home.report(await home.ask("set a timer for 50 minutes"))
    machine.set_clock(DECADE_S)
    report = await home.report(await home.ask("list my timers"))
    assert "timer for 50 minutes" in report["reply"]
    assert (ended, "50 minutes left" in report["reply"] or "49 minutes" in report["reply"]) == ([], True)
    machine.set_clock(-DECADE_S)
    machine.sleep(HOUR_S)

    async def has_ended() -> bool:
        return bool(ended)

    await home.until(has_ended)


async def test_nothing_is_lost_when_the_clock_leaps(home: Watched, machine: Machine) -> None:
    """An executor that starts ten years later by its clock undoes what was done before, and the log holds."""
    target = doomed(home, "kept.txt")
    assert home.jarvisctl("ask", "delete kept.txt", "--answer", "yes").returncode == 0
    assert not target.exists()
    machine.set_clock(DECADE_S)
    try:
        executor = home.suite.process(UnitName.EXECUTOR.value)
        executor.send_signal(signal.SIGTERM)
        executor.wait(WAIT_S)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**home.manager.environment, **machine.environment}.items():
                patch.setenv(name, value)
            home.suite.start_unit(UnitName.EXECUTOR.value)
        await home.until(home.is_ready)
        done = home.jarvisctl("undo")
        assert (done.returncode, target.exists()) == (0, True), done.stderr
    finally:
        machine.set_clock(-DECADE_S)
    logs = sorted(home.suite.folder.rglob("audit*.jsonl"))
    done = home.jarvisctl("audit", "verify", *map(str, logs))
    assert done.returncode == 0, done.stdout + done.stderr


async def test_a_disk_that_takes_seconds_holds_up_nothing_else(home: Watched, machine: Machine) -> None:
    """Longer than the watchdog waits: the bus is answered at once, and in the end all is done and recorded."""
    target = doomed(home, "slow.txt")
    machine.slow_disk(WATCHDOG_S + 1)
    turn_id = await home.ask("delete slow.txt")
    _, _, request_id, *_ = await home.event("ConfirmRequested")
    await home.link.executor.call("Confirm", "s", [request_id])
    for _ in range(3):
        assert await home.link.properties(home.link.executor) is not None
    # What has begun to sync takes its time; a deletion syncs so often that the test need not wait for all of it.
    machine.slow_disk(0.3)
    report = await home.report(turn_id)
    assert (report["outcome"], target.exists()) == ("done", False), json.dumps(report)
    machine.slow_disk(0)
    assert home.jarvisctl("undo").returncode == 0
