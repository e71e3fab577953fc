"""Answers to questions: exclusive, live, final, and only to the one who asked (decision 2)."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import replace

import pytest

from jarvisd.audio.answers.answer_session import AnswerServices, AnswerSession
from jarvisd.audio.answers.other_voices import OtherVoices
from jarvisd.audio.events import EarStateChanged
from jarvisd.bus.replies import AnswerReply
from jarvisd.bus.signals.audio import AnswerWindow, ListeningEnded, Transcript, WakeDetected
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.lang.en.pack import ENGLISH
from tests.fakes.audio import silence, spoken
from tests.unit.audio.conftest import RULES, WAIT_S, Room

YES = spoken("yes", 400)


def ask(room: Room, window_s: float = 15) -> asyncio.Task[AnswerReply]:
    return room.tasks.start("ask", room.listener.listen_for_answer("q1", window_s))


async def opened(room: Room) -> None:
    await room.told(AnswerWindow)


async def test_the_answer_goes_to_the_asker_and_nobody_else(room: Room) -> None:
    room.listener.reserve_answer("q1")
    await room.hears(silence(1600))
    answer = ask(room)
    await opened(room)
    await room.hears(silence(400), spoken("hey jarvis yes", 1200), silence(1200))
    heard = await asyncio.wait_for(answer, WAIT_S)
    assert (heard.outcome, heard.heard, heard.confidence) == ("speech", "hey jarvis yes", 0.9)
    kinds = {type(event) for event in room.events}
    assert kinds == {AnswerWindow, EarStateChanged}
    assert [event.is_open for event in room.all(AnswerWindow)] == [True, False]
    assert heard.speech_began_us > room.all(AnswerWindow)[0].at_us


async def test_reserved_from_the_first_moment_to_the_release(room: Room) -> None:
    room.listener.reserve_answer("q1")
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200), silence(1600))
    assert room.listener.state == "answering"
    room.listener.release_answer("another")
    assert room.listener.state == "answering"
    room.listener.release_answer("q1")
    assert room.all(WakeDetected) == []
    await room.hears(silence(1600))
    assert room.all(WakeDetected) == []
    await room.hears(spoken("hey jarvis stop", 1200), silence(1600))
    assert (await room.told(Transcript)).text == "Stop"


@pytest.mark.parametrize("after_ms", [0, 1600])
async def test_a_question_cancels_the_request_that_is_being_heard(room: Room, after_ms: int) -> None:
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200), silence(after_ms))
    room.listener.reserve_answer("q1")
    may_go.set_result(None)
    await room.settled()
    assert room.all(ListeningEnded)[0].reason == "cancelled"
    assert room.all(Transcript) == []
    assert room.listener.state == "answering"


async def test_one_question_at_a_time(room: Room) -> None:
    room.listener.reserve_answer("q1")
    room.listener.reserve_answer("q1")
    with pytest.raises(RequestError) as busy:
        room.listener.reserve_answer("q2")
    assert busy.value.code is ErrorCode.BUSY
    answer = ask(room)
    await opened(room)
    for request in ("q1", "q2"):
        with pytest.raises(RequestError) as busy:
            await room.listener.listen_for_answer(request, 5)
        assert busy.value.code is ErrorCode.BUSY
    room.listener.cancel()
    assert (await asyncio.wait_for(answer, WAIT_S)).outcome == "cancelled"
    with pytest.raises(RequestError) as busy:
        room.listener.listen()
    assert busy.value.code is ErrorCode.BUSY


async def test_silence_is_an_outcome_and_the_question_can_be_asked_again(room: Room) -> None:
    answer = ask(room, 3)
    await opened(room)
    await room.hears(silence(3200))
    assert (await asyncio.wait_for(answer, WAIT_S)).outcome == "silence"
    again = ask(room, 3)
    await room.told(AnswerWindow, 3)
    await room.hears(silence(400), YES, silence(1200))
    assert (await asyncio.wait_for(again, WAIT_S)).heard == "yes"


async def test_a_cough_is_no_answer(room: Room) -> None:
    answer = ask(room)
    await opened(room)
    await room.hears(silence(400), spoken("", 400), silence(1200), YES, silence(1200))
    assert (await asyncio.wait_for(answer, WAIT_S)).heard == "yes"


async def test_an_answer_is_read_twice_and_only_after_its_end(room: Room) -> None:
    answer = ask(room)
    await opened(room)
    await room.hears(silence(400), spoken("yes", 800), silence(640))
    await room.settled()
    assert room.transcriber.heard == []
    await room.hears(spoken("but no", 800), silence(1200))
    reply = await asyncio.wait_for(answer, WAIT_S)
    assert (reply.heard, reply.heard_again, reply.confidence_again) == ("yes but no", "yes but no", 0.9)
    assert room.transcriber.heard == ["yes but no"] * 2
    assert room.transcriber.examples == ["", ENGLISH.answers.example()]


@pytest.mark.parametrize("how", ["cancel", "mute", "release", "gone"])
async def test_a_question_that_is_withdrawn_while_the_answer_is_transcribed_has_no_answer(
    room: Room, how: str
) -> None:
    answer = ask(room)
    await opened(room)
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(400), YES, silence(1200))
    {
        "cancel": room.listener.cancel,
        "mute": lambda: room.listener.set_muted(True),
        "release": lambda: room.listener.release_answer("q1"),
        "gone": room.listener.asker_gone,
    }[how]()
    may_go.set_result(None)
    assert await asyncio.wait_for(answer, WAIT_S) == AnswerReply("cancelled", live=True)
    assert room.listener.state == {"cancel": "answering", "mute": "muted"}.get(how, "idle")


async def test_a_lost_microphone_is_an_error_for_the_asker(room: Room) -> None:
    answer = ask(room)
    await opened(room)
    gone = Unavailable("gone", code=ErrorCode.MICROPHONE_GONE)
    room.listener.microphone_failed(gone)
    with pytest.raises(Unavailable):
        await asyncio.wait_for(answer, WAIT_S)
    with pytest.raises(Unavailable):
        room.listener.reserve_answer("q1")


async def test_a_muted_ear_takes_no_questions(room: Room) -> None:
    room.listener.set_muted(True)
    with pytest.raises(Unavailable) as refused:
        room.listener.reserve_answer("q1")
    assert refused.value.code is ErrorCode.MUTED
    assert room.listener.state == "muted"


@pytest.mark.parametrize("window_s", [0, -1, 61, float("nan"), float("inf")])
async def test_windows_have_bounds(room: Room, window_s: float) -> None:
    with pytest.raises(JarvisError) as refused:
        await room.listener.listen_for_answer("q1", window_s)
    assert refused.value.code is ErrorCode.INVALID_REQUEST
    assert room.listener.state == "idle"


async def test_a_question_needs_an_id(room: Room) -> None:
    with pytest.raises(RequestError):
        room.listener.reserve_answer("")


async def test_a_reservation_nobody_releases_ends_by_itself(room: Room) -> None:
    freed = asyncio.Event()
    rules = replace(RULES.answer, reserve_s=0.05)
    own = room.listener.own_words
    services = AnswerServices(room.decoder, room.clock, room.events.append, OtherVoices(), own, "")
    desk = AnswerSession(rules, services, freed.set)
    desk.reserve("q1")
    assert desk.is_reserved
    await asyncio.wait_for(freed.wait(), WAIT_S)
    assert not desk.is_reserved


async def test_our_own_yes_is_no_answer(room: Room) -> None:
    """The end of the question comes back late, from a wireless loudspeaker; the answer after it counts."""
    room.listener.reserve_answer("q1")
    room.listener.own_words.clause_began(room.clock.now_us, "u1", "If that is right, say yes.", 1600)
    await room.hears(silence(1600))
    answer = ask(room)
    await opened(room)
    await room.hears(silence(160), YES, silence(1200))
    await room.settled()
    assert not answer.done()
    await room.hears(spoken("go ahead", 400), silence(1200))
    heard = await asyncio.wait_for(answer, WAIT_S)
    assert (heard.heard, heard.quiet_before) == ("go ahead", True)


async def test_an_answer_mixed_with_our_own_words_is_not_surely_one(room: Room) -> None:
    room.listener.reserve_answer("q1")
    began_us = room.clock.now_us + 800_000
    room.listener.own_words.clause_began(began_us, "u1", "Delete all of the old pictures?", 800)
    await room.hears(silence(1600))
    answer = ask(room, window_s=4)
    await opened(room)
    await room.hears(silence(160), spoken("all of the old pictures yes do", 800), silence(1200))
    await room.settled()
    await room.hears(silence(4000))
    assert (await asyncio.wait_for(answer, WAIT_S)).outcome == "silence"
