"""Speech in the room that was meant for nobody raises what it takes to agree (decision 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from jarvisd.audio.answers.other_voices import ECHO_US, LOOKBACK_US, OtherVoices
from jarvisd.audio.speech.utterance import classify
from jarvisd.bus.replies import AnswerReply
from jarvisd.bus.signals.audio import AnswerWindow, ListeningEnded, Transcript
from tests.fakes.audio import ScriptedVad, chunks_of, silence, spoken
from tests.unit.audio.conftest import WAIT_S, Room

START_US = 20_000_000
OWN_MS = 2000


class Air:
    """What is heard, in simulated time."""

    def __init__(self) -> None:
        self.voices = OtherVoices()
        self.now_us = START_US

    def sounds(self, *sounds: bytes) -> None:
        for chunk in chunks_of(b"".join(sounds), self.now_us):
            self.voices.push(classify(chunk, ScriptedVad()))
            self.now_us = chunk.ended_us

    def own(self, length_ms: int = OWN_MS, echo_ms: int = 0) -> None:
        """We speak, and the microphone hears it."""
        began_us = self.now_us
        self.sounds(spoken("own", length_ms + echo_ms))
        self.voices.own_began(began_us, "u1")
        self.voices.own_ended(began_us + length_ms * 1000, "u1")

    @property
    def are_heard(self) -> bool:
        return self.voices.are_heard


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (lambda air: air.sounds(silence(4000)), False),
        (lambda air: air.own(), False),
        (lambda air: air.own(echo_ms=400), False),
        (lambda air: air.sounds(spoken("x", 160), silence(800)), False),
        (lambda air: air.sounds(spoken("news", 800), silence(800)), True),
        (lambda air: (air.sounds(spoken("news", 480)), air.own()), True),
        (lambda air: air.own(echo_ms=1200), True),
        (lambda air: (air.own(), air.sounds(silence(800), spoken("and now", 480), silence(800))), True),
        # In bits and pieces it is speech as well.
        (lambda air: air.sounds(*[spoken("x", 160) + silence(480)] * 4), True),
    ],
    ids=["quiet", "own", "echo", "click", "before", "into ours", "beyond ours", "after", "pieces"],
)
def test_what_is_somebody_else(happens: Callable[[Air], object], expected: bool) -> None:
    air = Air()
    happens(air)
    assert air.are_heard is expected


def test_a_tone_of_ours_begins_no_request_and_who_speaks_after_it_is_heard() -> None:
    air = Air()
    air.voices.own_began(START_US, "sign")
    first, second, third = (classify(chunk, ScriptedVad()) for chunk in chunks_of(spoken("Hello", 240), START_US))
    assert any(first.voiced)
    assert not any(air.voices.without_own(first).voiced)
    air.voices.own_ended(START_US + 120_000, "sign")
    assert [any(air.voices.without_own(heard).voiced) for heard in (first, second, third)] == [False, False, True]
    assert air.voices.without_own(third) is third


def test_speech_counts_for_ten_seconds_and_longer_once_a_question_is_put() -> None:
    for is_held in (True, False):
        air = Air()
        air.sounds(spoken("news", 800))
        if is_held:
            air.voices.hold()
        air.sounds(silence(LOOKBACK_US / 1000 + 800))
        assert air.are_heard is is_held
        air.voices.release()
        air.sounds(silence(80))
        assert not air.are_heard


def test_what_was_said_to_us_is_nobody_elses() -> None:
    air = Air()
    air.sounds(silence(80), spoken("delete them", 2000))
    air.voices.addressed(START_US, air.now_us)
    assert not air.are_heard
    air.sounds(spoken("and now the news", 480))
    assert air.are_heard


def test_before_a_request_it_takes_more_than_a_wake_phrase_that_was_not_heard() -> None:
    for length_ms, expected in ((880, False), (1120, True)):
        air = Air()
        air.sounds(spoken("hey jarvis", length_ms), silence(800))
        began_us = air.now_us
        air.sounds(spoken("hey jarvis delete them", 2000))
        air.voices.addressed(began_us, air.now_us)
        assert air.are_heard is expected


def test_a_cough_takes_nothing_back_that_was_heard_before_it() -> None:
    air = Air()
    air.sounds(spoken("news", 480), silence(800))
    began_us = air.now_us
    air.sounds(spoken("", 400))
    air.voices.forget(began_us, air.now_us)
    assert air.are_heard


def test_another_utterance_that_ends_does_not_end_ours() -> None:
    """What waits in the voice's queue may be dropped while something else sounds."""
    air = Air()
    air.voices.own_began(air.now_us, "u1")
    air.voices.own_ended(air.now_us, "u2")
    air.sounds(silence(ECHO_US / 1000), spoken("own", 800))
    assert not air.are_heard
    air.voices.own_ended(air.now_us)
    air.sounds(silence(ECHO_US / 1000 + 80), spoken("news", 800))
    assert air.are_heard


# --- in the ear ------------------------------------------------------------------------------------------------


async def asked(room: Room) -> asyncio.Task[AnswerReply]:
    """A question that takes two seconds to put, in our own voice."""
    room.listener.reserve_answer("q1")
    room.listener.voices.own_began(room.clock.now_us, "u1")
    await room.hears(spoken("shall I", OWN_MS))
    room.listener.voices.own_ended(room.clock.now_us, "u1")
    count = len(room.all(AnswerWindow))
    answer = room.tasks.start("ask", room.listener.listen_for_answer("q1", 15))
    await room.told(AnswerWindow, count + 1)
    return answer


async def heard(room: Room, *sounds: bytes) -> AnswerReply:
    answer = await asked(room)
    await room.hears(*sounds, silence(1200))
    return await asyncio.wait_for(answer, WAIT_S)


YES = silence(640) + spoken("yes", 400)


async def test_a_request_and_its_question_leave_the_room_quiet(room: Room) -> None:
    await room.hears(silence(1600), spoken("hey jarvis delete them", 1600), silence(2400))
    await room.told(Transcript)
    reply = await heard(room, YES)
    assert (reply.heard, reply.quiet_before) == ("yes", True)
    # Neither is the first answer anybody else's when a second question follows.
    assert (await heard(room, YES)).quiet_before


async def test_speech_that_goes_on_behind_a_request_is_somebody_else(room: Room) -> None:
    await room.hears(silence(1600), spoken("hey jarvis delete them", 1600), silence(2400))
    await room.told(Transcript)
    await room.hears(spoken("and now the weather", 800), silence(400))
    reply = await heard(room, YES)
    assert (reply.heard, reply.quiet_before) == ("yes", False)


async def test_a_request_that_never_ended_leaves_somebody_speaking(room: Room) -> None:
    """Refused at its longest, it goes on: no person orders for so long."""
    await room.hears(silence(1600), spoken("hey jarvis delete them", 12_000))
    await room.told(ListeningEnded)
    assert not (await heard(room, YES)).quiet_before


async def test_who_goes_on_speaking_behind_a_yes_has_not_just_answered(room: Room) -> None:
    """The transcriber takes a while; what is heard meanwhile counts."""
    may_go: Future[None] = Future()
    answer = await asked(room)
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(YES, silence(960), spoken("that is what he said", 800))
    may_go.set_result(None)
    reply = await asyncio.wait_for(answer, WAIT_S)
    assert (reply.heard, reply.quiet_before) == ("yes", False)


async def test_speech_before_a_request_counts_for_its_question(room: Room) -> None:
    await room.hears(spoken("and now the weather", 1600), silence(1600))
    await room.hears(spoken("hey jarvis delete them", 1600), silence(2400))
    await room.told(Transcript)
    assert not (await heard(room, YES)).quiet_before


async def test_speech_that_outlasts_the_question_is_somebody_else(room: Room) -> None:
    reply = await heard(room, spoken("he said", 1200), YES)
    assert (reply.heard, reply.quiet_before) == ("yes", False)


async def test_a_cough_before_the_answer_is_nobody(room: Room) -> None:
    reply = await heard(room, silence(640), spoken("", 400), silence(1200), YES)
    assert (reply.heard, reply.quiet_before) == ("yes", True)
