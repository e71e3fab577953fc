"""Alive means making progress (D1): whatever stands still ends in a restart or in a degraded state that heals.

Real daemons under a service manager of a few lines that follows systemd's rules.
"""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jarvisd.bus.names import UnitName
from jarvisd.systemd.affinity import parse_cores, placement, unit_cores
from tests.fakes import stalling
from tests.integration.conftest import SCRIPTED
from tests.integration.manager import Watch, Watched, children, watching

STALLING: dict[str, dict[str, Any]] = {
    **SCRIPTED,
    "audio": {"microphone": "tests.fakes.stalling:microphone"},
    "wake": {**SCRIPTED["wake"], "engine": "tests.fakes.stalling:wake"},
    "stt": {"engine": "tests.fakes.stalling:transcriber", "deadline_s": 3.0},
    "llm": {"backend": "tests.fakes.stalling:model", "deadline_s": 2.0},
    "tts": {
        "engine": "tests.fakes.stalling:synthesizer",
        "speaker": "tests.fakes.stalling:speaker",
        "deadline_s": 2.0,
    },
}


@pytest.fixture(scope="module")
def watched_suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with watching(tmp_path_factory.mktemp("watched"), STALLING) as watch:
        yield watch


@pytest.fixture
async def watched(watched_suite: Watch) -> AsyncIterator[Watched]:
    async with watched_suite.home() as home:
        yield home


async def wake_up(home: Watched) -> None:
    await home.say("hey jarvis")


async def speak(home: Watched) -> None:
    await home.request("what time is it")


async def ask(home: Watched) -> None:
    await home.ask("find the otter")


async def say(home: Watched) -> None:
    await home.link.tts.call("Say", "sa{sv}", ["One two three.", {}])


async def nothing(home: Watched) -> None:
    return


@pytest.mark.parametrize(
    ("stalled", "unit", "part", "use"),
    [
        ("microphone", UnitName.AUDIO, "microphone", nothing),
        ("wake", UnitName.AUDIO, "wake", wake_up),
        ("stt", UnitName.AUDIO, "stt", speak),
        ("llm", UnitName.BRAIN, "llm", ask),
        ("synthesizer", UnitName.TTS, "synthesizer", say),
        ("loop", UnitName.AUDIO, "", nothing),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_what_stands_still_is_restarted_alone(
    watched: Watched,
    stalled: str,
    unit: UnitName,
    part: str,
    use: Callable[[Watched], Awaitable[None]],
) -> None:
    """The stall is published first, then the unit is ended by its watchdog and works again; no other restarts."""
    before = watched.pids()
    states: list[str] = []
    peer = next(peer for peer in watched.link.units if peer.unit is unit)
    peer.on_properties(lambda values: states.append(values.get("Parts", {}).get(part, "")))
    stalling.stall(watched.stalls, stalled)
    await use(watched)
    await watched.until(watched.restarts)
    assert watched.manager.restarted == [(unit.value, -signal.SIGABRT)]
    if part:
        assert "failed: Timeout: makes no progress" in states
        assert watched.manager.said(before[unit.value], "STATUS=no progress: ")
    log = (watched.suite.folder / "logs" / f"{unit.value}.log").read_text("utf-8")
    assert "Fatal Python error: Aborted" in log
    await watched.until(watched.is_ready)
    after = watched.pids()
    assert {name for name in before if before[name] != after[name]} == {unit.value}
    report = await watched.report(await watched.request("what time is it"))
    assert report["outcome"] == "done"


async def test_a_speaker_that_blocks_is_opened_anew_and_nobody_is_restarted(watched: Watched) -> None:
    """D1: a device that takes no sound costs one utterance."""
    states: list[str] = []
    watched.link.tts.on_properties(lambda values: states.append(values.get("Parts", {}).get("speaker", "")))
    stalling.stall(watched.stalls, "speaker")
    await say(watched)

    async def has_failed() -> bool:
        return any(state.startswith("failed: SpeakerGone") for state in states)

    await watched.until(has_failed)
    report = await watched.report(await watched.request("what time is it"))
    assert report["outcome"] == "done"

    async def is_well() -> bool:
        return await watched.part(UnitName.TTS, "speaker") == "ready"

    await watched.until(is_well)
    assert watched.manager.restarted == []


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
async def test_a_stopped_process_is_restarted_alone(watched: Watched, unit: UnitName) -> None:
    """SIGSTOP of any unit: active again, and the other three never restart."""
    before = watched.pids()
    watched.suite.process(unit.value).send_signal(signal.SIGSTOP)
    await watched.until(watched.restarts)
    await watched.until(watched.is_ready)
    assert [name for name, _ in watched.manager.restarted] == [unit.value]
    after = watched.pids()
    assert {name for name in before if before[name] != after[name]} == {unit.value}


async def test_a_lively_suite_is_left_alone(watched: Watched) -> None:
    """Work and rest are both progress: nobody is restarted while requests are served."""
    for _ in range(3):
        await watched.report(await watched.request("what time is it"))
    assert watched.manager.restarted == []


# --- the process of the language model ---


@pytest.fixture
async def with_child(tmp_path: Path) -> AsyncIterator[Watched]:
    """A suite whose language model is a child process behind the real adapter."""
    settings = {**SCRIPTED, "llm": {"backend": "tests.fakes.stalling:embedded", "deadline_s": 3.0}}
    with watching(tmp_path, settings) as watch:
        async with watch.home() as home:
            yield home


async def heals(home: Watched, brain: int, child: int) -> None:
    """Another child serves, the brain is the same, and requests are answered."""

    async def is_well() -> bool:
        found = children(brain)
        return bool(found) and child not in found and await home.part(UnitName.BRAIN, "llm") == "ready"

    await home.until(is_well)
    report = await home.report(await home.ask("howdy"))
    assert (report["outcome"], report["reply"]) == ("answered", "Hello!")
    assert home.manager.restarted == []
    assert home.suite.process("brain").pid == brain


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=lambda number: number.name)
async def test_a_model_process_that_is_lost_is_noticed_and_replaced(with_child: Watched, number: int) -> None:
    """Without any request: the part fails in public, the level falls, and both come back."""
    home = with_child
    brain = home.suite.process("brain").pid
    [child] = children(brain)
    os.kill(child, number)

    async def is_public() -> bool:
        level, reasons = await home.level()
        return level == "reduced" and any("language model" in reason or "llm" in reason for reason in reasons)

    await home.until(is_public)
    await heals(home, brain, child)


@pytest.mark.parametrize(("text", "code"), [("please die", "LlmGone"), ("please be deaf", "Timeout")])
async def test_a_call_that_fails_ends_the_turn_and_is_followed_up(
    with_child: Watched, text: str, code: str
) -> None:
    """A child that dies in an answer, and one that does not even hear that the call was given up."""
    home = with_child
    brain = home.suite.process("brain").pid
    [child] = children(brain)
    report = await home.report(await home.ask(text))
    assert (report["outcome"], report["code"]) == ("failed", code)
    await heals(home, brain, child)


def cores_of(status: Path) -> set[int]:
    """The cores that a thread may run on, by its status file."""
    [line] = [line for line in status.read_text("utf-8").splitlines() if line.startswith("Cpus_allowed_list:")]
    return set(parse_cores(line.partition(":")[2].strip()))


async def test_threads_and_children_keep_to_their_cores(with_child: Watched) -> None:
    """B5: every loop, every lane and the process of the language model lie where the plan of this machine says."""
    home = with_child
    await home.report(await home.request("find the otter"))
    plan = placement(range(os.cpu_count() or 1))
    for unit, pid in home.pids().items():
        share = set(unit_cores(plan)[unit]) & os.sched_getaffinity(0)
        assert cores_of(Path(f"/proc/{pid}/task/{pid}/status")) == set(plan.loop)
        for status in Path(f"/proc/{pid}/task").glob("*/status"):
            assert cores_of(status) <= share
    [child] = children(home.suite.process("brain").pid)
    for status in Path(f"/proc/{child}/task").glob("*/status"):
        assert cores_of(status) == set(plan.llm)
