"""The follow-up window of real daemons: who has just been spoken to answers without the wake word (issue 14)."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest

from demo.suite import Suite
from tests.integration.conftest import SCRIPTED, WAIT_S, Home, at_home

SETTINGS = {**SCRIPTED, "brain": {"sentences": True}, "follow_up": {"question_s": 60.0, "answer_s": 0.0}}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("follow-up")
    with Suite(folder, folder / "models", SETTINGS) as running:
        yield running


@pytest.fixture
async def home(suite: Suite) -> AsyncIterator[Home]:
    async with at_home(suite) as house:
        yield house


async def invited(home: Home, turn_id: str, *, is_question: bool) -> None:
    """Return once the reply was spoken and the window is open."""
    await home.event("ReplySpoken", lambda body: (body[0], body[2]) == (turn_id, is_question))
    await home.event("FollowUpWindow", lambda body: body[1])


async def followed_up(home: Home, text: str) -> dict[str, Any]:
    """The report of the turn that ``text`` begins in an open window, without the wake word."""
    home.forget()
    await home.say(text)
    turn_id = (await home.event("TurnStarted"))[0]
    return await home.report(turn_id)


async def test_after_a_question_of_ours_nobody_needs_the_wake_word(home: Home) -> None:
    """Where it cannot be put within the turn, since the executor is away, it is the reply."""
    executor = home.suite.process("executor")
    executor.terminate()
    executor.wait(WAIT_S)
    turn_id = await home.request("set a timer")
    await invited(home, turn_id, is_question=True)
    assert (await home.report(turn_id))["reply"] == "For how long?"
    home.suite.start_unit("executor")
    await home.suite.until(home.is_ready, "the executor being back", WAIT_S)
    # The new one has not heard the request, and does nothing on the words of an answer to it.
    report = await followed_up(home, "set a timer for twenty minutes")
    assert (report["steps"][0]["tool"], report["steps"][0]["outcome"]) == ("set_timer", "done")


async def test_after_a_plain_answer_it_is_a_setting(home: Home) -> None:
    folder = home.suite.config.parent / "conf.d"
    folder.mkdir()
    (folder / "answers.toml").write_text("[follow_up]\nanswer_s = 10.0\n")
    log = home.suite.folder / "logs" / "audio.log"
    home.suite.process("audio").send_signal(signal.SIGHUP)

    async def is_told() -> bool:
        return "reloaded applied=" in log.read_text("utf-8")

    await home.suite.until(is_told, "the ear reading its settings", WAIT_S)
    turn_id = await home.request("what time is it")
    await invited(home, turn_id, is_question=False)
    report = await followed_up(home, "set a timer for ten minutes")
    assert (report["steps"][0]["tool"], report["steps"][0]["outcome"]) == ("set_timer", "done")
    await invited(home, report["turn_id"], is_question=False)
    report = await followed_up(home, "cancel it")
    assert (report["steps"][0]["tool"], report["steps"][0]["outcome"]) == ("cancel_timer", "done")
    await home.event("FollowUpWindow", lambda body: not body[1])
