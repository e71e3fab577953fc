"""Reloading live daemons: what may change does at once, what may not is named, what is wrong changes nothing."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from demo import person
from jarvisd.bus.names import UnitName
from tests.fakes.audio import silence, spoken
from tests.integration.conftest import SCRIPTED
from tests.integration.manager import Watch, Watched, watching


@pytest.fixture(scope="module")
def suite_watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with watching(tmp_path_factory.mktemp("reload"), SCRIPTED) as watch:
        yield watch


@pytest.fixture
async def home(suite_watch: Watch) -> AsyncIterator[Watched]:
    async with suite_watch.home() as home:
        yield home
        await reloaded(home, "")


async def reloaded(home: Watched, settings: str, *, is_good: bool = True) -> None:
    """Put ``settings`` beside the main file and have every unit read them; the processes stay."""
    folder = home.suite.config.parent / "conf.d"
    folder.mkdir(exist_ok=True)
    (folder / "change.toml").write_text(settings, "utf-8")
    before = home.pids()
    logs = {unit: home.suite.folder / "logs" / f"{unit}.log" for unit in before}
    seen = {unit: len(log.read_text("utf-8")) for unit, log in logs.items()}
    for unit in before:
        home.suite.process(unit).send_signal(signal.SIGHUP)
    wanted = "reloaded applied=" if is_good else "reload refused"

    async def is_told() -> bool:
        return all(wanted in log.read_text("utf-8")[seen[unit] :] for unit, log in logs.items())

    await home.until(is_told)
    assert home.pids() == before


async def restart_needed(home: Watched) -> dict[str, Any]:
    return {peer.unit.value: (await peer.properties())["RestartNeeded"] for peer in home.link.units}


async def is_woken(home: Watched) -> None:
    """The wake word begins a turn, which is dropped."""
    home.forget()
    await home.say("hey jarvis")
    turn_id, _, score = await home.event("WakeDetected")
    assert score < 1
    await home.link.audio.call("Cancel")
    await home.report(turn_id)


async def is_not_woken(home: Watched) -> None:
    """The first turn after the wake word is the one that is begun by hand, which has score 1."""
    home.forget()
    # The pipe holds two seconds: when all of this is in it, the ear is past the wake word.
    await person.say(spoken("hey jarvis") + silence(6000), home.suite.pipe)
    await home.link.audio.call("Listen")
    turn_id, _, score = await home.event("WakeDetected")
    assert score == 1
    await home.link.audio.call("Cancel")
    await home.report(turn_id)


async def test_a_live_key_applies_at_once(home: Watched) -> None:
    await is_woken(home)
    await reloaded(home, "[wake]\nthreshold = 0.99\n")
    await is_not_woken(home)
    await reloaded(home, "[stt]\nmin_confidence = 0.95\n")
    report = await home.report(await home.request("what time is it"))
    assert report["code"] == "NotUnderstood"
    await reloaded(home, "")
    report = await home.report(await home.request("what time is it"))
    assert report["outcome"] == "done"
    assert not any((await restart_needed(home)).values())


async def test_a_question_closes_by_the_window_that_was_reloaded(home: Watched) -> None:
    (home.workspace("documents") / "doomed.txt").write_text("x")
    await reloaded(home, "[consent]\nremote_window_s = 600\n")
    await home.ask("delete doomed.txt")
    first = (await home.event("ConfirmRequested"))[2]
    await home.link.brain.call("Cancel", "s", [""])
    await home.event("ConfirmResolved", lambda body: body[2:] == [first, "cancelled"])
    await reloaded(home, "[consent]\nremote_window_s = 5\n")
    report = await home.report(await home.ask("delete doomed.txt"))
    assert report["steps"][0]["consent"] == "silence"


async def test_what_needs_a_restart_is_named_where_it_matters(home: Watched) -> None:
    await reloaded(home, '[llm]\nmodel = "another"\n[tts]\ndevice = "other"\nvolume = 0.5\n')
    assert await restart_needed(home) == {
        "audio": [], "brain": ["llm.model"], "executor": [], "tts": ["tts.device"]
    }  # fmt: skip
    log = (home.suite.folder / "logs" / "tts.log").read_text("utf-8")
    assert "reloaded applied=tts.volume restart_for=tts.device" in log
    await reloaded(home, "")
    assert not any((await restart_needed(home)).values())


async def test_a_mistake_refuses_everything_in_the_file(home: Watched) -> None:
    """The good key beside the bad one does not apply either."""
    await reloaded(home, "[wake]\nthreshold = 0.99\n[stt]\nbeam = 3\n", is_good=False)
    await is_woken(home)


async def test_the_service_manager_hears_of_a_reload(home: Watched) -> None:
    """RELOADING with its time, then READY, as the newer kind of notification wants it."""
    pid = home.suite.process(UnitName.TTS.value).pid
    count = len(home.manager.messages)
    await reloaded(home, "")

    async def is_over() -> bool:
        return (pid, "READY=1") in home.manager.messages[count:]

    await home.until(is_over)
    lines = [line.partition("=")[0] for sender, line in home.manager.messages[count:] if sender == pid]
    assert lines[:3] == ["RELOADING", "MONOTONIC_USEC", "READY"]
