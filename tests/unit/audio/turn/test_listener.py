"""The ear as a whole, on scripted engines: turns (A1, A2, A4, A5), cancelling, muting, failures."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

import pytest

from jarvisd.audio.events import EarStateChanged
from jarvisd.audio.turn.listener import Listener
from jarvisd.bus.signals.audio import (
    ListeningEnded,
    PartialTranscript,
    SpeechSegment,
    SpeechStarted,
    Transcript,
    WakeDetected,
)
from jarvisd.core.errors import EngineError, ErrorCode, RequestError, Unavailable
from tests.fakes.audio import silence, spoken
from tests.unit.audio.conftest import Room

WAKE = spoken("hey jarvis", 800)
ASK = spoken("what time is it", 1200)


async def test_a_request_in_one_breath(room: Room) -> None:
    began_us = room.clock.now_us + 1_600_000
    await room.hears(silence(1600), spoken("hey jarvis what time is it", 2000), silence(1600))
    transcript = await room.told(Transcript)
    wake, segment = room.all(WakeDetected)[0], room.all(SpeechSegment)[0]
    assert transcript.text == "What time is it"
    assert {wake.turn_id, segment.turn_id, room.all(SpeechStarted)[0].turn_id} == {transcript.turn_id}
    assert (wake.confidence, transcript.confidence, transcript.wake_score) == (0.985, 0.9, 0.985)
    assert (transcript.speech_began_us, transcript.speech_ended_us) == (began_us, began_us + 2_000_000)
    assert (segment.reason, segment.speech_ms) == ("silence", 2000)
    assert began_us < wake.at_us < segment.at_us < transcript.at_us
    assert [event.state for event in room.all(EarStateChanged)] == ["listening", "transcribing", "idle"]


@pytest.mark.parametrize("pause_ms", [160, 480, 880, 1360, 2400, 3600])
async def test_a_request_after_a_pause(room: Room, pause_ms: int) -> None:
    await room.hears(silence(1600), WAKE, silence(pause_ms))
    await room.settled()
    await room.hears(ASK, silence(1600))
    assert (await room.told(Transcript)).text.lower() == "what time is it"
    assert len(room.all(SpeechStarted)) == len(room.all(WakeDetected)) == 1


async def test_a_slow_transcriber_does_not_lose_what_follows_the_wake_word(room: Room) -> None:
    """The wake word alone is transcribed only after its end of speech; the request came in the meantime."""
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(1600), WAKE, silence(1600), ASK)
    assert room.listener.state == "transcribing"
    may_go.set_result(None)
    await room.settled()
    assert room.listener.state == "listening"
    await room.hears(silence(1600))
    assert (await room.told(Transcript)).text == "what time is it"


async def test_the_wake_word_alone_ends_in_silence(room: Room) -> None:
    await room.hears(silence(1600), WAKE, silence(800))
    await room.settled()
    await room.hears(silence(5000))
    assert (await room.told(ListeningEnded)).reason == "silence"
    assert room.all(Transcript) == []
    assert room.listener.state == "idle"


async def test_transcription_begins_in_the_pause_and_is_used_if_it_holds(room: Room) -> None:
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200), silence(560))
    await room.settled()
    assert room.transcriber.heard == ["hey jarvis stop"]
    assert room.all(Transcript) == []
    await room.hears(silence(1040))
    await room.told(Transcript)
    assert room.transcriber.heard == ["hey jarvis stop"]


async def test_the_words_before_a_pause_are_told_while_it_lasts(room: Room) -> None:
    await room.hears(silence(1600), spoken("hey jarvis what time is it", 2000), silence(560))
    await room.settled()
    [partial] = room.all(PartialTranscript)
    assert (partial.text, partial.confidence, partial.at_us) == ("What time is it", 0.9, room.clock.now_us)
    assert room.all(SpeechSegment) == []
    await room.hears(silence(1040))
    transcript = await room.told(Transcript)
    assert (transcript.turn_id, transcript.text) == (partial.turn_id, partial.text)
    assert room.all(PartialTranscript) == [partial]


async def test_words_that_were_told_are_taken_back_when_the_speaker_goes_on(room: Room) -> None:
    """At the first new sound, long before the next words are known."""
    await room.hears(silence(1600), spoken("hey jarvis delete", 1200), silence(800))
    await room.settled()
    assert [event.text for event in room.all(PartialTranscript)] == ["Delete"]
    await room.hears(spoken("nothing", 800))
    assert [event.text for event in room.all(PartialTranscript)] == ["Delete", ""]
    await room.hears(silence(1600))
    assert (await room.told(Transcript)).text == "Delete nothing"
    assert {event.turn_id for event in room.all(PartialTranscript)} == {room.all(WakeDetected)[0].turn_id}


async def test_words_that_are_known_after_the_end_of_speech_are_not_told_twice(room: Room) -> None:
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200), silence(1600))
    assert room.listener.state == "transcribing"
    may_go.set_result(None)
    await room.told(Transcript)
    assert room.all(PartialTranscript) == []


async def test_a_pause_that_is_heard_through_is_not_told(room: Room) -> None:
    """The words of a pause that has ended come too late."""
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(1600), spoken("hey jarvis delete", 1200), silence(800), spoken("nothing", 800))
    await room.hears(silence(560))
    may_go.set_result(None)
    await room.settled()
    assert [event.text for event in room.all(PartialTranscript)] == ["Delete nothing"]


@pytest.mark.parametrize("end", ["cancel", "mute", "reserve"])
async def test_nothing_is_told_of_a_turn_that_has_ended(room: Room, end: str) -> None:
    """Nor of an answer to a question, nor while muted."""
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(1600), spoken("hey jarvis delete", 1200), silence(560))
    CALLS[end](room.listener)
    may_go.set_result(None)
    await room.settled()
    if end != "cancel":
        await room.hears(silence(800), spoken("hey jarvis yes", 1200), silence(3000))
        await room.settled()
    assert room.all(PartialTranscript) == []


async def test_an_early_transcription_is_dropped_if_the_speaker_goes_on(room: Room) -> None:
    await room.hears(silence(1600), spoken("hey jarvis delete", 1200), silence(800))
    await room.settled()
    await room.hears(spoken("nothing", 800), silence(1600))
    assert (await room.told(Transcript)).text == "Delete nothing"
    assert room.transcriber.heard[0] == "hey jarvis delete"
    assert len(room.all(Transcript)) == 1


async def test_a_dropped_transcription_is_not_used_when_the_limit_comes(room: Room) -> None:
    await room.hears(silence(1600), spoken("hey jarvis delete", 1200), silence(800))
    await room.settled()
    await room.hears(spoken("nothing at all", 9000))
    assert (await room.told(SpeechSegment)).reason == "limit"
    assert (await room.told(ListeningEnded)).code == "RequestTooLong"
    assert room.all(Transcript) == []


async def test_a_pause_after_the_wake_word_is_no_end_of_speech(room: Room) -> None:
    await room.hears(silence(1600), WAKE, silence(800))
    await room.settled()
    await room.hears(silence(1600))
    assert room.all(SpeechSegment) == room.all(PartialTranscript) == []
    assert room.listener.state == "listening"


async def test_sound_without_words_is_silence(room: Room) -> None:
    await room.hears(silence(1600), WAKE, silence(1200))
    await room.settled()
    await room.hears(spoken("", 800), silence(1600))
    await room.settled()
    await room.hears(silence(5000))
    assert (await room.told(ListeningEnded)).reason == "silence"


async def test_of_an_endless_request_nothing_is_done(room: Room) -> None:
    """Its end, which is not heard, may turn it round (issue 12, kind 10)."""
    await room.hears(silence(1600), spoken("hey jarvis and so on", 12_000))
    assert (await room.told(SpeechSegment)).reason == "limit"
    ended = await room.told(ListeningEnded)
    assert (ended.reason, ended.code) == ("failed", "RequestTooLong")
    assert room.all(Transcript) == []


async def test_one_wake_word_is_one_turn_and_a_second_one_is_another(room: Room) -> None:
    for number in (1, 2):
        await room.hears(silence(1600), spoken("hey jarvis stop", 1200), silence(1600))
        await room.told(Transcript, number)
    assert len({event.turn_id for event in room.all(WakeDetected)}) == 2


async def test_speech_without_the_wake_word_does_nothing(room: Room) -> None:
    await room.hears(silence(1600), ASK, silence(3000))
    await room.settled()
    assert room.events == []
    assert room.transcriber.heard == []


async def test_quiet_is_not_scored(room: Room) -> None:
    await room.hears(silence(60_000))
    assert room.wake.scored == 0


async def test_push_to_talk(room: Room) -> None:
    await room.hears(silence(1600))
    room.listener.listen()
    await room.hears(silence(240), ASK, silence(1600))
    assert (await room.told(Transcript)).text == "what time is it"
    assert room.all(WakeDetected)[0].confidence == 1.0


async def test_push_to_talk_waits_for_its_turn(room: Room) -> None:
    room.listener.listen()
    with pytest.raises(RequestError) as busy:
        room.listener.listen()
    assert busy.value.code is ErrorCode.BUSY


@pytest.mark.parametrize("after_ms", [0, 400, 1200])
async def test_cancel_forgets_what_is_being_heard(room: Room, after_ms: int) -> None:
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200), silence(after_ms))
    room.listener.cancel()
    assert (await room.told(ListeningEnded)).reason == "cancelled"
    await room.hears(silence(4000))
    await room.settled()
    assert room.all(Transcript) == []
    assert room.listener.state == "idle"


async def test_cancel_while_transcribing(room: Room) -> None:
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200), silence(1600))
    assert room.listener.state == "transcribing"
    room.listener.cancel()
    may_go.set_result(None)
    await room.settled()
    assert room.all(Transcript) == []
    assert room.all(ListeningEnded)[0].reason == "cancelled"


async def test_cancel_when_idle_does_nothing(room: Room) -> None:
    room.listener.cancel()
    assert room.events == []


async def test_a_muted_ear_hears_nothing(room: Room) -> None:
    room.listener.set_muted(True)
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200), silence(1600))
    assert [event for event in room.events if not isinstance(event, EarStateChanged)] == []
    assert room.wake.scored == 0
    with pytest.raises(Unavailable):
        room.listener.listen()
    room.listener.set_muted(False)
    assert room.listener.state == "idle"
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200), silence(1600))
    assert (await room.told(Transcript)).text == "Stop"


async def test_muting_ends_what_is_being_heard(room: Room) -> None:
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200))
    room.listener.set_muted(True)
    assert room.all(ListeningEnded)[0].reason == "cancelled"
    assert room.all(EarStateChanged)[-1] == EarStateChanged("muted", is_muted=True)


async def test_a_broken_transcriber_ends_the_turn_with_its_code(room: Room) -> None:
    room.transcriber.failure = EngineError("broke")
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200), silence(1600))
    ended = await room.told(ListeningEnded)
    assert (ended.reason, ended.code) == ("failed", "ToolFailed")
    assert room.listener.state == "idle"


async def test_without_a_transcriber_a_wake_word_ends_at_once_with_the_reason() -> None:
    room = Room()
    room.transcriber.failure = Unavailable("no model", code=ErrorCode.MODEL_MISSING)
    await room.load()
    await room.hears(silence(1600), WAKE)
    ended = room.all(ListeningEnded)[0]
    assert (ended.reason, ended.code) == ("failed", "ModelMissing")
    assert room.parts.states()["stt"].startswith("failed: ModelMissing")
    with pytest.raises(Unavailable):
        room.listener.listen()
    await room.tasks.cancel_all()
    room.workers.close()


async def test_a_lost_microphone_ends_the_turn_and_refuses_new_ones(room: Room) -> None:
    gone = Unavailable("gone", code=ErrorCode.MICROPHONE_GONE)
    await room.hears(silence(1600), WAKE)
    room.listener.microphone_failed(gone)
    ended = room.all(ListeningEnded)[0]
    assert (ended.reason, ended.code) == ("failed", "MicrophoneGone")
    with pytest.raises(Unavailable):
        room.listener.listen()
    room.listener.microphone_works()
    room.listener.listen()


async def test_the_watchdog_is_content_in_every_state(room: Room) -> None:
    """The wake beat is due only while there is sound to score (D1)."""
    await room.hears(silence(1600), spoken("hey jarvis stop", 1200))
    room.clock.now_us += 3_600_000_000
    assert room.progress.late() == []
    room.listener.set_muted(True)
    await room.hears(silence(160))
    room.clock.now_us += 3_600_000_000
    assert room.progress.late() == []


async def test_a_stuck_wake_model_starves_the_watchdog(room: Room) -> None:
    may_go: Future[None] = Future()
    room.workers.lane("wake").submit(lambda: may_go.result(60))
    hearing = room.tasks.start("hear", room.hears(WAKE))
    await asyncio.sleep(0)
    room.clock.now_us += 6_000_000
    assert [heartbeat.name for heartbeat in room.progress.late()] == ["wake"]
    may_go.set_result(None)
    await hearing
    assert room.progress.late() == []


SOUNDS = {"say": ASK, "wake": WAKE, "ask": spoken("hey jarvis stop", 1200)}
CALLS: dict[str, Callable[[Listener], None]] = {
    "cancel": lambda ear: ear.cancel(),
    "mute": lambda ear: ear.set_muted(True),
    "unmute": lambda ear: ear.set_muted(False),
    "reserve": lambda ear: ear.reserve_answer("q"),
    "release": lambda ear: ear.release_answer("q"),
    "listen": lambda ear: ear.listen(),
}


def told_outside_their_turn(room: Room) -> list[PartialTranscript]:
    """Words before a pause that were told while nobody was being listened to."""
    state, outside = "", []
    for event in room.events:
        if isinstance(event, EarStateChanged):
            state = event.state
        elif isinstance(event, PartialTranscript) and state != "listening":
            outside.append(event)
    return outside


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_happens_every_turn_ends_once_and_the_ear_comes_back(room: Room, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(30):
        action = dice.choice(["say", "wake", "ask", "quiet", *CALLS])
        if action in SOUNDS:
            await room.hears(silence(80 * dice.randrange(8)), SOUNDS[action], silence(80 * dice.randrange(25)))
        elif action == "quiet":
            await room.hears(silence(2400))
            await room.settled()
        else:
            with suppress(RequestError, Unavailable):
                CALLS[action](room.listener)
    room.listener.release_answer("q")
    room.listener.set_muted(False)
    room.listener.cancel()
    await room.settled()
    assert room.listener.state == "idle"
    turns = [event.turn_id for event in room.all(WakeDetected)]
    ends = [event.turn_id for event in [*room.all(Transcript), *room.all(ListeningEnded)]]
    assert sorted(turns) == sorted(ends)
    assert told_outside_their_turn(room) == []
    await room.hears(silence(2400), spoken("hey jarvis what now", 1600), silence(1600))
    await room.settled()
    assert room.all(Transcript)[-1].text == "What now"


def says(room: Room, text: str, length_ms: int, began_us: int | None = None) -> None:
    """The voice tells that it speaks from now on, and for how long."""
    at_us = room.clock.now_us if began_us is None else began_us
    room.listener.own_words.clause_began(at_us, "u1", text, length_ms)


async def test_our_own_name_does_not_wake_us(room: Room) -> None:
    await room.hears(silence(1600))
    says(room, "You may call me Jarvis, or hey Jarvis.", 2400)
    await room.hears(silence(800), spoken("hey jarvis", 1600), silence(3200))
    assert room.all(WakeDetected) == []
    await room.hears(WAKE, silence(1600))
    assert len(room.all(WakeDetected)) == 1


async def test_our_own_words_after_the_wake_word_are_no_request(room: Room) -> None:
    """The last words of an answer that somebody interrupts are still in the room."""
    await room.hears(silence(1600), WAKE)
    says(room, "I can stop that timer.", 2000)
    await room.hears(silence(560), spoken("stop that timer", 1200), silence(1600))
    await room.settled()
    assert room.all(Transcript) == room.all(PartialTranscript) == []
    await room.hears(silence(5000))
    assert (await room.told(ListeningEnded)).reason == "silence"


async def test_a_request_that_follows_our_own_words_is_heard_without_them(room: Room) -> None:
    says(room, "The pictures of the summer are in your archive.", 1600, room.clock.now_us + 800_000)
    ours, asked = (
        spoken("the summer are in your archive", 800),
        spoken("hey jarvis what time is it in Dublin", 2000),
    )
    await room.hears(silence(1600), ours, asked, silence(1600))
    await room.settled()
    assert room.transcriber.heard == ["the summer are in your archive hey jarvis what time is it in Dublin"]
    assert (await room.told(Transcript)).text == "What time is it in Dublin"
