"""The process that transcribes may end at any moment: one request fails and says so, the ear never restarts."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from jarvisd.bus.names import UnitName
from jarvisd.systemd.affinity import placement
from tests.fakes import stalling
from tests.integration.conftest import SCRIPTED
from tests.integration.manager import Watch, Watched, children, watching
from tests.integration.test_watchdog import cores_of

APART: dict[str, dict[str, Any]] = {
    **SCRIPTED,
    "stt": {"engine": "tests.fakes.stalling:transcriber_apart", "model": "better", "small_model": "smaller"},
}


@pytest.fixture(scope="module")
def suite_watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with watching(tmp_path_factory.mktemp("transcriber"), APART) as watch:
        yield watch


@pytest.fixture
async def home(suite_watch: Watch) -> AsyncIterator[Watched]:
    async with suite_watch.home() as home:
        yield home


def child_of(home: Watched) -> int:
    [child] = children(home.suite.process("audio").pid)
    return child


async def works_again(home: Watched, ear: int, child: int) -> None:
    """Another process transcribes, of the same ear."""

    async def is_well() -> bool:
        found = children(ear)
        return bool(found) and child not in found and await home.part(UnitName.AUDIO, "stt") == "ready"

    await home.until(is_well)
    report = await home.report(await home.request("what time is it"))
    assert report["outcome"] == "done"
    assert (home.manager.restarted, home.suite.process("audio").pid) == ([], ear)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV], ids=lambda number: number.name)
async def test_a_transcriber_that_dies_at_its_work_costs_one_request(home: Watched, number: int) -> None:
    ear, child = home.suite.process("audio").pid, child_of(home)
    states: list[str] = []
    home.link.audio.on_properties(lambda values: states.append(values.get("Parts", {}).get("stt", "")))
    held = stalling.hold(home.stalls, "stt")
    turn_id = await home.request("what time is it")
    await home.event("StateChanged", lambda body: body[3] == "TRANSCRIBING")
    os.kill(child, number)
    report = await home.report(turn_id)
    held.unlink()
    assert (report["outcome"], report["code"]) == ("failed", "TranscriberGone")
    assert report["reply"] == "Something in me broke while I listened. Please say that again."
    await works_again(home, ear, child)
    assert any(
        state.startswith("failed: TranscriberGone: the transcriber's process ended with ") for state in states
    )


async def test_one_that_dies_while_nobody_speaks_costs_none(home: Watched) -> None:
    ear, child = home.suite.process("audio").pid, child_of(home)
    os.kill(child, signal.SIGKILL)
    await works_again(home, ear, child)


async def test_it_keeps_to_the_cores_of_its_lane(home: Watched) -> None:
    """B5."""
    await home.report(await home.request("what time is it"))
    share = set(placement(range(os.cpu_count() or 1)).stt) & os.sched_getaffinity(0)
    for status in Path(f"/proc/{child_of(home)}/task").glob("*/status"):
        assert cores_of(status) == share


async def new_ear(home: Watched) -> None:
    """One that has not been quick or slow before."""
    home.suite.process("audio").kill()
    await home.until(home.restarts)
    await home.until(home.is_ready)
    home.manager.restarted.clear()


@pytest.fixture
async def ear_of_its_own(home: Watched) -> AsyncIterator[Watched]:
    """Before, as others were quick; and behind, as the smaller model stays for minutes."""
    await new_ear(home)
    yield home
    await new_ear(home)


async def test_where_it_is_too_slow_the_smaller_model_stands_in_and_everybody_can_see_it(
    ear_of_its_own: Watched,
) -> None:
    """B7, on the bus and for people."""
    home = ear_of_its_own
    held = stalling.hold(home.stalls, "slow")

    async def stands_in() -> bool:
        return (await home.part(UnitName.AUDIO, "stt")).startswith("degraded: TranscriberSlow: the smaller model")

    for _ in range(3):
        await home.report(await home.request("what time is it"))
    await home.until(stands_in)
    held.unlink()
    values = await home.link.properties(home.link.audio)
    assert values is not None
    assert values["Engines"]["stt"] == "scripted smaller"
    report = await home.report(await home.request("what time is it"))
    assert (report["outcome"], home.manager.restarted) == ("done", [])
    assert "a transcription took" in home.jarvisctl("status").stdout
