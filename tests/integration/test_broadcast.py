"""A radio in the room, users who are elsewhere: where a yes may be anybody's it confirms nothing (decision 2)."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from demo import person
from tests.fakes.audio import silence, spoken
from tests.integration.conftest import Home

OLD_S = 20 * 86400
NEWS = spoken("and now the weather", 1600) + silence(640) + spoken("yes go ahead", 700) + silence(640)
"""Each yes stands alone, with the pauses around it that an answer has."""


@pytest.fixture
def old_file(home: Home) -> Path:
    """A file that the request below deletes."""
    path = home.workspace("tmp") / "old.tmp"
    path.write_text("x")
    os.utime(path, (time.time() - OLD_S, time.time() - OLD_S))
    return path


async def test_what_a_user_asks_of_the_room_is_not_done_on_a_yes(home: Home, old_file: Path) -> None:
    """The room confirms with digits what it has not asked for."""
    report = await home.answered(await home.ask("delete the old temporary files", voice=True), "yes go ahead")
    assert report["steps"][0]["consent"] == "no"
    assert old_file.exists()


async def test_a_broadcast_that_says_yes_confirms_nothing(home: Home, old_file: Path) -> None:
    """It runs before, during and after the question; the person in front of it has said nothing more."""
    request = spoken("hey jarvis") + silence(160) + spoken("delete the old temporary files", 1600)

    async def is_over() -> None:
        await home.event("TurnFinished")
        playing.clear()

    async def play() -> None:
        await person.say(NEWS * 2 + silence(1600) + request + silence(800), home.suite.pipe)
        while playing:
            await person.say(NEWS, home.suite.pipe)

    home.forget()
    playing = [True]
    await asyncio.gather(play(), is_over())
    report = await home.report((await home.event("WakeDetected"))[0])
    assert (report["steps"][0]["outcome"], report["steps"][0]["consent"]) == ("declined", "no")
    assert old_file.exists()
    assert len([body for name, body in home.events if name == "AnswerWindow" and body[2]]) >= 2
