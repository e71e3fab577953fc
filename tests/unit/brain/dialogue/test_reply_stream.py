"""A reply goes out part by part: certain, once, and the same to everybody."""

from __future__ import annotations

import asyncio

import pytest

from jarvisd.brain.dialogue import reply_stream
from jarvisd.brain.dialogue.reply_stream import ReplyStream, due_in_s
from jarvisd.brain.events import Event
from jarvisd.brain.turn.turn import Channel, Turn
from jarvisd.bus.signals.brain import ReplyPart
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.tasks import Tasks
from tests.fakes.brain import ScriptedVoice
from tests.fakes.clock import SteadyClock

WAIT_S = 60
SEARCH = Action("search_files", {"name": "ticket"})


class Listeners:
    """Who hears a reply: the room, and those who watch the signals."""

    def __init__(self, channel: Channel = Channel.VOICE) -> None:
        self.voice = ScriptedVoice()
        self.turn = Turn("t1", channel, 1, utterance="find the tickets")
        self.events: list[Event] = []
        self.tasks = Tasks()
        self.stream = ReplyStream(
            self.turn,
            voice=self.voice,
            replies=ENGLISH.replies,
            clock=SteadyClock(),
            start=self.tasks.start,
            emit=self.events.append,
        )

    @property
    def parts(self) -> list[tuple[int, str]]:
        return [(event.index, event.text) for event in self.events if isinstance(event, ReplyPart)]


async def test_only_what_is_new_goes_out_and_the_parts_are_the_reply() -> None:
    it = Listeners()
    for reply in ("One.", "One.", "One. Two.", "One. Two."):
        await it.stream.advance(reply)
    assert await it.stream.finish("One. Two.\nThree.") == "One. Two.\nThree."
    assert it.parts == [(0, "One."), (1, " Two."), (2, "\nThree.")]
    assert it.voice.said == ["One.", "Two.", "Three."]


async def test_a_reply_that_is_said_already_is_not_said_again() -> None:
    it = Listeners()
    await it.stream.advance("One.")
    assert await it.stream.finish("One.") == "One."
    assert it.voice.said == ["One."]


async def test_what_became_of_it_follows_what_was_said_before() -> None:
    it = Listeners()
    await it.stream.advance("One.")
    await it.stream.advance("Another.")
    assert await it.stream.finish("Sorry, that failed.") == "One. Sorry, that failed."
    assert [text for _, text in it.parts] == ["One.", " Sorry, that failed."]


async def test_a_written_turn_is_not_spoken() -> None:
    it = Listeners(Channel.DBUS)
    it.stream.started(SEARCH)
    await it.stream.finish("One.")
    await it.stream.heard_out()
    assert (it.voice.said, [text for _, text in it.parts]) == ([], ["One."])
    assert "spoken" not in it.turn.marks_us


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer takes too long."""
    monkeypatch.setattr(reply_stream, "SILENCE_LIMIT_S", 0.0)
    monkeypatch.setattr(reply_stream, "SOON_S", 0.0)


@pytest.mark.usefixtures("impatient")
async def test_an_acknowledgement_is_spoken_once_before_the_reply_and_is_no_part_of_it() -> None:
    it = Listeners()
    it.stream.started(SEARCH)
    it.stream.started(Action("recall", {"query": "tickets"}))
    await asyncio.wait_for(it.voice.heard("Looking for the ticket files."), WAIT_S)
    assert await it.stream.finish("One.") == "One."
    assert (it.voice.said, it.parts) == (["Looking for the ticket files.", "One."], [(0, "One.")])


async def test_an_answer_that_comes_first_is_not_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_stream, "SILENCE_LIMIT_S", 3600.0)
    it = Listeners()
    it.stream.started(SEARCH)
    await it.stream.advance("One.")
    it.stream.drop()
    await it.tasks.cancel_all()
    assert it.voice.said == ["One."]


@pytest.mark.parametrize(("elapsed_s", "due_s"), [(0.0, 1.0), (0.4, 0.6), (0.9, 0.3), (20.0, 0.3)])
def test_how_long_an_answer_may_still_take(elapsed_s: float, due_s: float) -> None:
    assert due_in_s(elapsed_s) == pytest.approx(due_s)


@pytest.mark.usefixtures("impatient")
async def test_the_first_sound_of_the_answer_is_noted() -> None:
    it = Listeners()
    it.stream.started(SEARCH)
    await asyncio.wait_for(it.voice.heard("Looking for the ticket files."), WAIT_S)
    it.voice.sounded_us = 90
    await it.stream.finish("One.")
    await it.stream.heard_out()
    assert it.turn.marks_us["first_audio"] == 90
    assert {"acknowledged", "spoken"} <= set(it.turn.marks_us)


@pytest.mark.parametrize("code", [ErrorCode.SPEAKER_GONE, ErrorCode.BUSY])
async def test_a_voice_that_fails_takes_nothing_from_the_reply(code: ErrorCode) -> None:
    it = Listeners()
    it.voice.fault = Unavailable("no sound", code=code)
    assert await it.stream.finish("One.") == "One."
    await it.stream.heard_out()
    assert it.parts == [(0, "One.")]
    assert "first_audio" not in it.turn.marks_us
