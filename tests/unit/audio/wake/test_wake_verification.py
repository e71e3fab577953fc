"""A doubtful wake word wakes only with the transcriber's word for it; nothing waits and nothing is lost (A1)."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from jarvisd.audio.events import WakeWeighed
from jarvisd.audio.wake.doubt import SAME_CALL_US, Detection, DoubtfulCalls
from jarvisd.bus.signals.audio import SpeechStarted, Transcript, WakeDetected
from jarvisd.core.errors import EngineError, Unavailable
from jarvisd.lang.en.pack import ENGLISH
from tests.fakes.audio import silence, spoken
from tests.unit.audio.conftest import Room

DOUBTFUL, SURE = 0.7, 0.97
CALL = spoken("hey jarvis", 800)


@pytest.mark.parametrize(
    ("scores", "asked"),
    [
        ([(0, 0.6)], [True]),
        ([(0, 0.6), (160_000, 0.5)], [True, False]),
        ([(0, 0.6), (160_000, 0.7)], [True, True]),
        ([(0, 0.6), (SAME_CALL_US, 0.5)], [True, True]),
        ([(0, 0.6), (400_000, 0.5), (SAME_CALL_US, 0.5)], [True, False, True]),
    ],
)
def test_one_question_for_one_call(scores: list[tuple[int, float]], asked: list[bool]) -> None:
    doubt = DoubtfulCalls()
    assert [doubt.is_new(Detection(at_us, score)) for at_us, score in scores] == asked


async def test_a_doubtful_call_that_was_transcribed_wakes(room: Room) -> None:
    room.wake.sureness = DOUBTFUL
    await room.hears(silence(1600), CALL)
    await room.settled()
    assert room.transcriber.heard == ["hey jarvis"]
    assert room.transcriber.examples == [ENGLISH.wake_phrase.confusions()]
    await room.hears(silence(80))
    wake = room.all(WakeDetected)[0]
    assert room.all(WakeWeighed) == [WakeWeighed(wake.at_us, DOUBTFUL, is_verified=True, has_woken=True)]
    assert room.near_misses == []


async def test_what_only_sounds_like_it_does_not_wake(room: Room) -> None:
    room.wake.sureness, room.wake.calls = DOUBTFUL, "hey travis"
    await room.hears(silence(1600), spoken("hey travis sit down", 1200), silence(800))
    await room.settled()
    await room.hears(silence(800))
    [missed] = room.near_misses
    assert (missed.found.score, missed.found.is_verified) == (DOUBTFUL, False)
    assert room.all(WakeDetected) == []


async def test_no_score_of_a_model_that_needs_it_goes_without_verification(room: Room) -> None:
    room.wake.needs_verification, room.wake.sureness = True, 1.0
    await room.hears(silence(1600), CALL)
    await room.settled()
    await room.hears(silence(80))
    assert [event.is_verified for event in room.all(WakeWeighed)] == [True]


async def test_a_sure_call_waits_for_nobody(room: Room) -> None:
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(1600), CALL)
    assert [event.is_verified for event in room.all(WakeWeighed)] == [None]
    may_go.set_result(None)
    await room.settled()


async def test_the_request_in_the_same_breath_is_kept_however_long_the_question_takes(room: Room) -> None:
    room.wake.sureness = DOUBTFUL
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    began_us = room.clock.now_us + 1_600_000
    await room.hears(silence(1600), spoken("hey jarvis", 480), spoken("what time is it", 1200), silence(1200))
    assert (room.all(WakeDetected), room.listener.state) == ([], "idle")
    may_go.set_result(None)
    await room.settled()
    await room.hears(silence(1600))
    assert (await room.told(Transcript)).text == "What time is it"
    assert room.all(SpeechStarted)[0].at_us == began_us


async def test_a_sure_call_overtakes_a_question(room: Room) -> None:
    room.wake.sureness = DOUBTFUL
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(1600), CALL, silence(2400))
    room.wake.sureness = SURE
    await room.hears(CALL)
    assert [event.score for event in room.all(WakeWeighed)] == [SURE]
    may_go.set_result(None)
    await room.settled()
    await room.hears(silence(400))
    assert len(room.all(WakeDetected)) == 1


@pytest.mark.parametrize("failure", [None, EngineError("broken")], ids=["not loaded", "broken"])
async def test_without_a_transcriber_sure_scores_alone_wake(failure: EngineError | None) -> None:
    room = Room()
    room.wake.sureness = DOUBTFUL
    if failure is None:
        room.transcriber.failure = Unavailable("no model")
    await room.load()
    room.transcriber.failure = failure or room.transcriber.failure
    await room.hears(silence(1600), CALL, silence(400))
    await room.settled()
    await room.hears(silence(400))
    assert [missed.found.is_verified for missed in room.near_misses] == [None]
    assert room.all(WakeDetected) == []
    room.wake.sureness = SURE
    await room.hears(silence(2400), CALL)
    assert len(room.all(WakeDetected)) == 1
    await room.tasks.cancel_all()
    room.workers.close()


async def test_a_question_that_is_not_answered_in_time_is_given_up(room: Room) -> None:
    room.wake.sureness = DOUBTFUL
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(1600), CALL, silence(8000))
    assert [missed.found.is_verified for missed in room.near_misses] == [None]
    may_go.set_result(None)
    await room.settled()
    await room.hears(silence(400))
    assert room.all(WakeDetected) == []


@pytest.mark.parametrize("what", ["mute", "question"])
async def test_whoever_takes_the_ear_meanwhile_keeps_it(room: Room, what: str) -> None:
    room.wake.sureness = DOUBTFUL
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(1600), CALL)
    if what == "mute":
        room.listener.set_muted(True)
    else:
        room.listener.reserve_answer("q1")
    await room.hears(silence(160))
    may_go.set_result(None)
    await room.settled()
    if what == "mute":
        room.listener.set_muted(False)
    else:
        room.listener.release_answer("q1")
    await room.hears(silence(800))
    assert room.all(WakeDetected) == room.near_misses == []
