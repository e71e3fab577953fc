"""The ear tells when somebody talks over us: not in silence, not over a question, not when it is deaf."""

from __future__ import annotations

import numpy as np

from jarvisd.bus.signals.audio import TalkedOver
from tests.fakes.audio import spoken
from tests.unit.audio.conftest import Room
from tests.unit.audio.turn.test_stop_watch import speaks

OURS = (np.frombuffer(spoken("ours", 1600), "<i2") // 6).tobytes()
PERSON = spoken("no not that one", 1600)


def told(room: Room) -> list[bool]:
    return [event.is_speaking for event in room.all(TalkedOver)]


async def test_who_talks_over_us_is_told_and_so_is_their_end(room: Room) -> None:
    speaks(room, "word " * 60, 8000)
    await room.hears(OURS, PERSON)
    assert told(room) == [True]
    began = room.all(TalkedOver)[0]
    assert began.at_us - (room.clock.now_us - 1_600_000) <= 320_000
    await room.hears(OURS)
    assert told(room) == [True, False]


async def test_tones_of_ours_and_silence_are_talked_over_by_nobody(room: Room) -> None:
    room.listener.voices.own_began(room.clock.now_us, "sign")
    await room.hears(OURS, PERSON)
    room.listener.voices.own_ended(room.clock.now_us, "sign")
    await room.hears(OURS, PERSON)
    assert told(room) == []


async def test_an_answer_to_a_question_is_no_interruption(room: Room) -> None:
    speaks(room, "word " * 60, 8000)
    await room.hears(OURS)
    room.listener.reserve_answer("q1")
    await room.hears(PERSON)
    assert told(room) == []


async def test_an_ear_that_goes_deaf_hears_nobody_any_more(room: Room) -> None:
    speaks(room, "word " * 60, 8000)
    await room.hears(OURS, PERSON)
    room.listener.set_muted(True)
    assert told(room) == [True, False]


async def test_our_own_words_that_came_louder_are_found_out(room: Room) -> None:
    """What is transcribed to look for a stop tells whose they were."""
    speaks(room, "please mind the gap " * 8, 8000)
    await room.hears(OURS, spoken("the gap", 800), bytes(len(OURS) // 4))
    await room.settled()
    assert (room.transcriber.heard, told(room)) == (["the gap"], [True, False])
