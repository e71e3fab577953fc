"""Any unit may be killed or stopped at any moment of a turn: the others notice, say so, and go on alone."""

from __future__ import annotations

import asyncio
import itertools
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any

import pytest

from jarvisd.brain.turn.turn import TurnOutcome
from jarvisd.bus.names import UnitName
from jarvisd.core.errors import ErrorCode, JarvisError
from tests.fakes import stalling
from tests.figures import IS_FULL, Record
from tests.integration.conftest import SCRIPTED, WAIT_S
from tests.integration.manager import Watch, Watched, watching

HELD: dict[str, dict[str, Any]] = {
    **SCRIPTED,
    "endpoint": {**SCRIPTED["endpoint"], "lead_silence_ms": 30_000},
    "stt": {"engine": "tests.fakes.stalling:transcriber"},
    "llm": {"backend": "tests.fakes.stalling:model"},
    "sandbox": {"engine": "tests.fakes.stalling:sandbox"},
    "consent": {"window_s": 30.0, "remote_window_s": 30.0},
}


@pytest.fixture(scope="module")
def suite_watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with watching(tmp_path_factory.mktemp("crashes"), HELD) as watch:
        yield watch


@pytest.fixture
async def home(suite_watch: Watch) -> AsyncIterator[Watched]:
    async with suite_watch.home() as home:
        home.forget()
        yield home
        release(home)


async def moved(home: Watched, state: str) -> str:
    """The turn that reached ``state``."""
    return str((await home.event("StateChanged", lambda body: body[3] == state))[0])


async def listening(home: Watched) -> str:
    await home.say("hey jarvis")
    return await moved(home, "LISTENING")


async def transcribing(home: Watched) -> str:
    stalling.hold(home.stalls, "stt")
    await home.request("what time is it")
    return await moved(home, "TRANSCRIBING")


async def planning(home: Watched) -> str:
    await home.ask("hang on for ever")
    return await moved(home, "REASONING")


async def asking(home: Watched) -> str:
    (home.workspace("documents") / "doomed.txt").write_text("x")
    turn_id = await home.request("delete doomed.txt")
    await home.event("AnswerWindow", lambda body: body[2])
    return turn_id


async def executing(home: Watched) -> str:
    stalling.hold(home.stalls, "sandbox")
    turn_id = await home.ask("calculate 6 times 7")
    await moved(home, "EXECUTING")
    return turn_id


async def speaking(home: Watched) -> str:
    turn_id = await home.ask("recite me a poem", voice=True)
    await home.event("SpeakingStarted")
    return turn_id


MOMENTS: Mapping[str, Callable[[Watched], Awaitable[str]]] = {
    "listening": listening,
    "transcribing": transcribing,
    "planning": planning,
    "asking": asking,
    "executing": executing,
    "speaking": speaking,
}
ENDS_WITH = {"listening": UnitName.AUDIO, "speaking": UnitName.TTS}
"""Whose end is the end of what is under way; with anybody else's it goes on for long."""
CASES = list(itertools.product(MOMENTS, UnitName))
SAMPLE = CASES if IS_FULL else random.Random(7).sample(CASES, 8)


def release(home: Watched) -> None:
    for held in home.stalls.glob("hold-*"):
        held.unlink()


async def ear(home: Watched) -> str:
    return str((await home.link.audio.properties())["State"])


async def is_idle(home: Watched) -> bool:
    return await ear(home) == "idle"


async def works_again(home: Watched) -> None:
    release(home)
    await home.until(home.is_ready)
    if await ear(home) == "listening":
        # For a turn that died elsewhere, until its silence is over.
        await home.link.audio.call("Cancel")
    await home.until(lambda: is_idle(home))
    report = await home.report(await home.request("what time is it"))
    assert report["outcome"] == "done"


@pytest.mark.parametrize("moment", MOMENTS)
async def test_stop_is_heard_at_every_moment(home: Watched, moment: str) -> None:
    """Cancel ends the turn in each of its states, silences the voice and leaves everything usable."""
    turn_id = await MOMENTS[moment](home)
    [is_stopped] = await home.link.brain.call("Cancel", "s", [""])
    assert is_stopped
    assert (await home.link.brain.properties())["State"] == "IDLE"
    report = await home.report(turn_id)
    assert report["outcome"] == ("done" if moment == "speaking" else "cancelled")
    assert [body[0] for name, body in home.events if name == "TurnFinished"] == [turn_id]
    assert (home.workspace("documents") / "doomed.txt").exists() or moment != "asking"
    await works_again(home)
    assert home.manager.restarted == []


@pytest.mark.soak("a unit killed in a turn: moments and units", 24, "it alone restarts, the next turn works")
@pytest.mark.parametrize(("moment", "unit"), SAMPLE, ids=lambda value: str(getattr(value, "value", value)))
async def test_a_unit_killed_in_a_turn_comes_back_alone(
    home: Watched, moment: str, unit: UnitName, record_property: Record
) -> None:
    """The level says which unit is missing; the turn ends clearly; nobody else restarts; the next turn works."""
    levels: list[tuple[str, tuple[str, ...]]] = []
    home.link.executor.on("ServiceLevelChanged", lambda body: levels.append((body[1], tuple(body[2]))))
    turn_id = await MOMENTS[moment](home)
    before = home.pids()
    home.suite.process(unit.value).kill()
    await home.until(home.restarts)
    if unit is not UnitName.BRAIN:
        report = await ended(home, turn_id, moment, unit)
        assert report["outcome"] in {outcome.value for outcome in TurnOutcome}
        assert report["code"] or report["outcome"] != "failed"
    await works_again(home)
    after = home.pids()
    assert {name for name in before if before[name] != after[name]} == {unit.value}
    if unit is not UnitName.EXECUTOR:
        assert any(f"{unit.value} is not running" in reasons for _, reasons in levels)
    assert (home.workspace("documents") / "doomed.txt").exists() or moment != "asking"
    record_property("tried", 1)


async def ended(home: Watched, turn_id: str, moment: str, unit: UnitName) -> dict[str, Any]:
    """The record of the turn; one that does not end by itself is stopped."""
    if moment in ("planning", *ENDS_WITH) and unit is not ENDS_WITH.get(moment):
        await home.link.brain.call("Cancel", "s", [turn_id])
    release(home)
    return await home.report(turn_id)


async def test_a_question_dies_with_the_brain_that_had_it_asked(home: Watched) -> None:
    """Nobody would report what a late yes does."""
    (home.workspace("documents") / "doomed.txt").write_text("x")
    await home.ask("delete doomed.txt")
    request_id = (await home.event("ConfirmRequested"))[2]
    home.suite.process("brain").kill()
    await home.event("ConfirmResolved", lambda body: body[2:] == [request_id, "cancelled"])
    with pytest.raises(JarvisError) as gone:
        await home.link.executor.call("Confirm", "s", [request_id])
    assert gone.value.code is ErrorCode.NOT_FOUND
    assert (home.workspace("documents") / "doomed.txt").exists()
    await works_again(home)


@pytest.mark.parametrize("moment", ["transcribing", "planning", "asking", "executing", "speaking"])
async def test_the_suite_stops_in_the_middle_of_a_turn(home: Watched, moment: str) -> None:
    """Every unit ends in order, by itself and with status 0, whatever it is doing."""
    await MOMENTS[moment](home)
    processes = [home.suite.process(unit.value) for unit in UnitName]
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        assert await asyncio.get_running_loop().run_in_executor(None, process.wait, WAIT_S) == 0
    logs = [(home.suite.folder / "logs" / f"{unit.value}.log").read_text("utf-8") for unit in UnitName]
    assert not any("stop took longer" in text or "task does not end" in text for text in logs)
    for unit in UnitName:
        home.suite.start_unit(unit.value)
    await works_again(home)
