"""The follow-up window: when speech needs no wake word, and when it does again (issue 14)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from jarvisd.audio.turn.listener import Listener
from jarvisd.audio.turn.reply_window import FollowUpRules
from jarvisd.bus.signals.audio import FollowUpWindow, ListeningEnded, SpeechStarted, Transcript, WakeDetected
from jarvisd.core.errors import EngineError
from tests.fakes.audio import silence, spoken
from tests.unit.audio.conftest import RULES, Room

REPLY = spoken("twenty minutes", 1200)
QUESTION_S = RULES.follow_up.question_s


def moves(room: Room) -> list[bool]:
    """How the window opened and closed."""
    return [event.is_open for event in room.all(FollowUpWindow)]


async def asked(room: Room, *, is_question: bool = True) -> None:
    """We have just put a question and are silent."""
    await room.hears(silence(1600))
    room.listener.follow_up(is_question=is_question)


async def test_a_reply_needs_no_wake_word(room: Room) -> None:
    await asked(room)
    await room.hears(silence(800))
    began_us = room.clock.now_us
    await room.hears(REPLY, silence(1600))
    transcript = await room.told(Transcript)
    assert (transcript.text, transcript.wake_score) == ("twenty minutes", 1.0)
    assert transcript.speech_began_us == began_us == room.all(SpeechStarted)[0].at_us
    assert [event.turn_id for event in room.all(WakeDetected)] == [transcript.turn_id]
    assert moves(room) == [True, False]
    # It is a reply to one question: what is said after it is said to somebody else.
    await room.hears(silence(800), REPLY, silence(1600))
    await room.settled()
    assert len(room.all(WakeDetected)) == 1


async def test_silence_ends_it_and_nothing_is_told_of_a_turn(room: Room) -> None:
    await asked(room)
    await room.hears(silence(round(QUESTION_S * 1000) + 160))
    assert moves(room) == [True, False]
    await room.hears(REPLY, silence(1600))
    await room.settled()
    assert room.all(WakeDetected) == room.all(ListeningEnded) == []


async def test_a_reply_that_began_in_it_is_heard_to_its_end(room: Room) -> None:
    await asked(room)
    await room.hears(silence(round(QUESTION_S * 1000) - 160), spoken("twenty minutes", 4000), silence(1600))
    assert (await room.told(Transcript)).text == "twenty minutes"


async def test_who_was_speaking_when_it_opened_is_not_replying(room: Room) -> None:
    await room.hears(silence(1600), spoken("the news at", 800))
    room.listener.follow_up(is_question=True)
    await room.hears(spoken("ten", 800))
    assert room.all(WakeDetected) == []
    await room.hears(silence(480), REPLY, silence(1600))
    assert (await room.told(Transcript)).text == "twenty minutes"


async def test_a_cough_begins_no_turn(room: Room) -> None:
    await asked(room)
    await room.hears(spoken("", 160), silence(800), REPLY, silence(1600))
    assert (await room.told(Transcript)).text == "twenty minutes"
    assert len(room.all(WakeDetected)) == 1


async def test_after_noise_it_stays_open_for_the_rest_of_its_time(room: Room) -> None:
    await asked(room)
    await room.hears(spoken("", 800), silence(800))
    await room.settled()
    await room.hears(REPLY, silence(1600))
    assert (await room.told(Transcript)).text == "twenty minutes"


async def test_noise_alone_ends_with_it_and_while_it_is_open(room: Room) -> None:
    """Whoever makes sounds of what the ear tells knows by that that nobody spoke to it."""
    await asked(room)
    await room.hears(spoken("", 800), silence(800))
    await room.settled()
    await room.hears(silence(round(QUESTION_S * 1000) - 1440))
    assert (await room.told(ListeningEnded)).reason == "silence"
    kinds = [type(event) for event in room.events if isinstance(event, ListeningEnded | FollowUpWindow)]
    assert kinds == [FollowUpWindow, ListeningEnded, FollowUpWindow]
    assert room.listener.state == "idle"


async def test_our_own_voice_in_it_is_no_reply(room: Room) -> None:
    """Neither while it sounds nor as an echo, of which the words tell whose they are."""
    voices, own = room.listener.voices, room.listener.own_words
    await room.hears(silence(1600))
    voices.own_began(room.clock.now_us, "u1")
    own.clause_began(room.clock.now_us, "u1", "a timer for twenty minutes", 1600)
    await room.hears(spoken("a timer for twenty minutes", 1600))
    room.listener.follow_up(is_question=True)
    await room.hears(spoken("twenty minutes", 800))
    assert room.all(WakeDetected) == []
    voices.own_ended(room.clock.now_us, "u1")
    await room.hears(silence(240), spoken("twenty minutes", 400), silence(1600))
    await room.settled()
    assert room.all(Transcript) == []
    await room.hears(spoken("half an hour", 800), silence(1600))
    assert (await room.told(Transcript)).text == "half an hour"


async def test_its_tone_is_no_reply(room: Room) -> None:
    await asked(room)
    room.listener.voices.own_began(room.clock.now_us, "tone")
    await room.hears(spoken("", 400))
    room.listener.voices.own_ended(room.clock.now_us, "tone")
    await room.hears(silence(1600))
    assert room.all(WakeDetected) == []


async def test_the_wake_word_is_heard_in_it(room: Room) -> None:
    await asked(room)
    await room.hears(spoken("hey jarvis what time is it", 2000), silence(1600))
    assert (await room.told(Transcript)).text.lower() == "what time is it"
    assert len(room.all(WakeDetected)) == 1


CLOSES: dict[str, Callable[[Listener], object]] = {
    "mute": lambda ear: ear.set_muted(True),
    "question": lambda ear: ear.reserve_answer("q1"),
    "cancel": lambda ear: ear.cancel(),
    "another request": lambda ear: ear.brain_works(is_busy=True),
    "dead microphone": lambda ear: ear.microphone_failed(EngineError("gone")),
}


@pytest.mark.parametrize("why", CLOSES)
async def test_it_closes(room: Room, why: str) -> None:
    await asked(room)
    CLOSES[why](room.listener)
    assert moves(room) == [True, False]
    # What comes after it finds it closed.
    room.listener.set_muted(False)
    room.listener.release_answer("q1")
    await room.hears(silence(800), REPLY, silence(1600))
    await room.settled()
    assert room.all(WakeDetected) == []


@pytest.mark.parametrize("why", ["mute", "question", "dead microphone"])
async def test_it_does_not_open_while(room: Room, why: str) -> None:
    CLOSES[why](room.listener)
    await asked(room)
    assert moves(room) == []


async def test_it_does_not_open_in_a_turn(room: Room) -> None:
    await room.hears(silence(1600), spoken("hey jarvis", 800))
    room.listener.follow_up(is_question=True)
    assert moves(room) == []


async def test_an_answer_to_a_question_of_consent_comes_by_its_own_window_only(room: Room) -> None:
    """What is said in a follow-up window is a request, whatever it is."""
    await asked(room)
    await room.hears(silence(400), spoken("yes go ahead", 800), silence(1600))
    assert (await room.told(Transcript)).text == "yes go ahead"


@pytest.fixture
async def talkative() -> AsyncIterator[Room]:
    place = Room(rules=replace(RULES, follow_up=FollowUpRules(question_s=0.0, answer_s=2.0)))
    await place.load()
    yield place
    await place.tasks.cancel_all()
    place.workers.close()


async def test_it_hears_until_it_closes_however_long_requests_are_waited_for() -> None:
    """The ear was deaf in it after ``lead_silence_ms``."""
    place = Room(rules=replace(RULES, follow_up=FollowUpRules(question_s=12.0, answer_s=0.0)))
    await place.load()
    await asked(place)
    await place.hears(silence(11_000), REPLY, silence(1600))
    assert (await place.told(Transcript)).text == "twenty minutes"
    await place.tasks.cancel_all()
    place.workers.close()


async def test_each_kind_of_answer_has_its_own_length_and_nought_is_none(talkative: Room) -> None:
    await asked(talkative, is_question=True)
    assert moves(talkative) == []
    await asked(talkative, is_question=False)
    await talkative.hears(silence(1840))
    assert moves(talkative) == [True]
    await talkative.hears(silence(160))
    assert moves(talkative) == [True, False]


async def test_after_plain_answers_there_is_none_by_default(room: Room) -> None:
    await asked(room, is_question=False)
    assert moves(room) == []
