""" "Stop" without the wake word: while we speak or think, and at no other time; never our own."""

from __future__ import annotations

import pytest

from jarvisd.bus.signals.audio import StopHeard, Transcript, WakeDetected
from jarvisd.lang.en.pack import ENGLISH
from tests.fakes.audio import silence, spoken
from tests.unit.audio.conftest import Room

STOP = spoken("stop", 480)


def speaks(room: Room, text: str, length_ms: int) -> None:
    room.listener.voices.own_began(room.clock.now_us, "u1")
    room.listener.own_words.clause_began(room.clock.now_us, "u1", text, length_ms)


async def test_stop_is_heard_while_a_request_is_worked_on(room: Room) -> None:
    room.listener.brain_works(is_busy=True)
    await room.hears(silence(800))
    ended_us = room.clock.now_us + 480_000
    await room.hears(STOP, silence(320))
    heard = await room.told(StopHeard)
    assert heard.ended_us == ended_us
    # The figure of the issue: silent at most 700 ms after the word.
    assert heard.at_us - ended_us <= 400_000
    assert room.all(WakeDetected) == room.all(Transcript) == []
    assert room.transcriber.examples == [ENGLISH.stop_words.example()]


async def test_stop_is_heard_while_we_speak_and_our_own_is_not(room: Room) -> None:
    speaks(room, "I can stop the music for you, or play another song of the same band.", 6000)
    await room.hears(silence(400), STOP, silence(400))
    await room.settled()
    assert room.transcriber.heard == ["stop"]
    assert room.all(StopHeard) == []
    await room.hears(silence(2000), STOP, silence(400))
    await room.told(StopHeard)


async def test_in_silence_nothing_is_transcribed(room: Room) -> None:
    await room.hears(silence(800), STOP, silence(800))
    await room.settled()
    speaks(room, "It is noon.", 800)
    room.listener.voices.own_ended(room.clock.now_us, "u1")
    await room.hears(silence(800), STOP, silence(800))
    await room.settled()
    assert room.transcriber.heard == []


@pytest.mark.parametrize(("text", "length_ms"), [("the bus stop", 800), ("stop", 2400)])
async def test_other_words_and_longer_speech_stop_nothing(room: Room, text: str, length_ms: int) -> None:
    room.listener.brain_works(is_busy=True)
    await room.hears(silence(800), spoken(text, length_ms), silence(400))
    await room.settled()
    assert room.all(StopHeard) == []


async def test_what_is_said_after_the_wake_word_is_a_request(room: Room) -> None:
    room.listener.brain_works(is_busy=True)
    await room.hears(silence(800), spoken("hey jarvis stop", 1200), silence(1600))
    assert (await room.told(Transcript)).text == "Stop"
    await room.settled()
    assert room.all(StopHeard) == []


async def test_a_question_that_holds_the_ear_hears_it_alone(room: Room) -> None:
    room.listener.brain_works(is_busy=True)
    room.listener.reserve_answer("q1")
    await room.hears(silence(800), STOP, silence(800))
    await room.settled()
    assert room.transcriber.heard == []
    room.listener.release_answer("q1")
    await room.hears(silence(400), STOP, silence(400))
    await room.told(StopHeard)
