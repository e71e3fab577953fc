"""A request ends when it is finished and not after a fixed silence (A2, decision 27), on scripted engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future

import numpy as np
import pytest

from jarvisd.audio.speech.noise_floor import OverNoise
from jarvisd.bus.signals.audio import SpeechSegment, Transcript, WakeDetected
from jarvisd.core.errors import EngineError, ErrorCode, Unavailable
from jarvisd.core.pcm import AudioChunk
from tests.fakes.audio import LOUD, ScriptedTurns, ScriptedVad, chunks_of, silence, spoken
from tests.unit.audio.conftest import Room

BEFORE = silence(1600)
PAUSED = silence(560)
"""As long as it takes until the scripted engines are asked, a chunk more."""


@pytest.fixture
async def turns() -> ScriptedTurns:
    return ScriptedTurns()


@pytest.fixture
async def room(turns: ScriptedTurns) -> AsyncIterator[Room]:
    place = Room(turns=turns)
    await place.load()
    yield place
    await place.tasks.cancel_all()
    place.workers.close()


async def silence_until_the_end(room: Room, request: str) -> tuple[int, str]:
    """How long a pause after ``request`` ended it, in chunks of 80 ms, and the reason that was told."""
    await room.hears(BEFORE, spoken(request, 2000), PAUSED)
    await room.settled()
    length_ms = 560
    while not room.all(SpeechSegment):
        await room.hears(silence(80))
        length_ms += 80
        assert length_ms < 4000
    return length_ms, room.all(SpeechSegment)[0].reason


@pytest.mark.parametrize(
    ("request_text", "length_ms", "reason"),
    [
        # Sounds finished, and the words may be all.
        ("hey jarvis tell me something about otters", 560, "turn-model"),
        # May be finished, and a sentence is whole.
        ("hey jarvis what time is it?", 560, "sentence"),
        # May be finished, and nothing is known of the words.
        ("hey jarvis tell me something about otters?", 880, "turn-model"),
        # A sentence, but said as if it went on.
        ("hey jarvis set a timer for ten minutes...", 2560, "silence"),
        # Few words that are no sentence.
        ("hey jarvis otters", 1520, "silence"),
        # Words that want others, however they sound.
        ("hey jarvis set a timer for", 2560, "silence"),
        ("hey jarvis find the notes and", 2560, "silence"),
    ],
)
async def test_the_end_comes_the_sooner_the_surer_it_is(
    room: Room, request_text: str, length_ms: int, reason: str
) -> None:
    assert await silence_until_the_end(room, request_text) == (length_ms, reason)
    transcript = await room.told(Transcript)
    assert f"hey jarvis {transcript.text}".lower() == request_text
    assert len(room.transcriber.heard) == 1


async def test_the_model_hears_the_whole_request_with_the_pause_behind_it(
    room: Room, turns: ScriptedTurns
) -> None:
    await silence_until_the_end(room, "hey jarvis what time is it")
    assert turns.asked == ["hey jarvis what time is it"]


async def test_the_model_is_asked_once_in_a_pause_and_again_in_the_next(room: Room, turns: ScriptedTurns) -> None:
    await room.hears(BEFORE, spoken("hey jarvis find the notes and", 2000), PAUSED)
    await room.settled()
    await room.hears(silence(1520))
    assert len(turns.asked) == 1
    await room.hears(spoken("read them to me", 1200), PAUSED)
    await room.settled()
    assert turns.asked[1:] == ["hey jarvis find the notes and read them to me"]


async def test_a_request_that_goes_on_is_not_cut_by_what_was_known_of_its_pause(room: Room) -> None:
    """It would have ended 80 ms later."""
    await room.hears(BEFORE, spoken("hey jarvis tell me something about otters?", 2000), PAUSED)
    await room.settled()
    await room.hears(silence(240), spoken("and where they live...", 1200), silence(1440))
    await room.settled()
    assert room.all(SpeechSegment) == []


async def test_an_answer_that_comes_late_is_not_used_for_the_next_pause(room: Room) -> None:
    """That of the first pause comes in the second one, of which nothing is known yet."""
    first: Future[None] = Future()
    second: Future[None] = Future()
    room.workers.lane("turn").submit(lambda: first.result(60))
    await room.hears(BEFORE, spoken("hey jarvis tell me something about otters", 2000), silence(560))
    room.workers.lane("turn").submit(lambda: second.result(60))
    await room.hears(spoken("or the...", 800), silence(560))
    first.set_result(None)
    for _ in range(100):
        await asyncio.sleep(0)
        await room.workers.run("stt", lambda: None)
    await room.hears(silence(640))
    assert room.all(SpeechSegment) == []
    second.set_result(None)
    await room.settled()
    await room.hears(silence(1440))
    assert room.all(SpeechSegment)[0].reason == "silence"


async def test_what_the_words_before_a_pause_told_is_not_used_for_the_next_one(room: Room) -> None:
    """Of the second pause it is known how it sounded, and not yet that its words want others."""
    await room.hears(BEFORE, spoken("hey jarvis tell me something about otters?", 2000), PAUSED)
    await room.settled()
    may_go: Future[None] = Future()
    room.workers.lane("stt").submit(lambda: may_go.result(60))
    await room.hears(spoken("or about the", 800), silence(560))
    for _ in range(100):
        await asyncio.sleep(0)
        await room.workers.run("turn", lambda: None)
    await room.hears(silence(160))
    assert room.all(SpeechSegment) == []
    may_go.set_result(None)
    await room.settled()
    await room.hears(silence(1600))
    assert room.all(SpeechSegment) == []


async def test_an_answer_ends_the_request_when_it_comes_and_not_with_the_next_sound(room: Room) -> None:
    may_go: Future[None] = Future()
    room.workers.lane("turn").submit(lambda: may_go.result(60))
    await room.hears(BEFORE, spoken("hey jarvis tell me something about otters", 2000), silence(960))
    assert room.all(SpeechSegment) == []
    may_go.set_result(None)
    segment = await room.told(SpeechSegment)
    assert segment.reason == "turn-model"
    assert (await room.told(Transcript)).text == "Tell me something about otters"


async def test_a_cancelled_request_is_not_ended_by_a_late_answer(room: Room) -> None:
    may_go: Future[None] = Future()
    room.workers.lane("turn").submit(lambda: may_go.result(60))
    await room.hears(BEFORE, spoken("hey jarvis tell me something about otters", 2000), silence(960))
    room.listener.cancel()
    may_go.set_result(None)
    await room.settled()
    assert room.all(SpeechSegment) == room.all(Transcript) == []
    assert room.listener.state == "idle"


async def test_the_wake_word_alone_is_no_request_however_finished_it_sounds(room: Room) -> None:
    await room.hears(BEFORE, spoken("hey jarvis", 800), PAUSED)
    await room.settled()
    await room.hears(silence(1200))
    assert room.all(SpeechSegment) == []
    assert room.listener.state == "listening"
    await room.hears(spoken("what time is it", 1200), PAUSED)
    await room.settled()
    assert room.all(SpeechSegment)[0].reason == "turn-model"
    assert len(room.all(WakeDetected)) == 1


async def test_a_model_that_breaks_leaves_the_patient_silence_and_says_so(
    room: Room, turns: ScriptedTurns
) -> None:
    """Never deaf: the next pause asks again."""
    turns.failure = EngineError("it broke")
    assert await silence_until_the_end(room, "hey jarvis tell me something about otters") == (1520, "silence")
    assert room.parts.states()["turn"].startswith("degraded")
    await room.told(Transcript)
    turns.failure = None
    await room.hears(BEFORE, spoken("hey jarvis tell me something about otters", 2000), PAUSED)
    await room.settled()
    assert [segment.reason for segment in room.all(SpeechSegment)] == ["silence", "turn-model"]
    assert room.parts.states()["turn"].startswith("ready")


async def test_without_its_model_a_request_ends_after_the_patient_silence() -> None:
    turns = ScriptedTurns()
    turns.failure = Unavailable("no model", code=ErrorCode.MODEL_MISSING)
    room = Room(turns=turns)
    await room.load()
    assert await silence_until_the_end(room, "hey jarvis set a timer for") == (1520, "silence")
    assert room.parts.states()["turn"].startswith("failed: ModelMissing")
    await room.tasks.cancel_all()
    room.workers.close()


async def test_with_no_model_configured_there_is_no_part_of_it() -> None:
    room = Room()
    await room.load()
    assert await silence_until_the_end(room, "hey jarvis set a timer for") == (1520, "silence")
    assert "turn" not in room.parts.states()
    await room.tasks.cancel_all()
    room.workers.close()


@pytest.mark.parametrize("begins_ms", [0, 4000])
async def test_noise_that_goes_on_does_not_keep_a_request_open(begins_ms: int) -> None:
    """A fan, or one that is switched on while somebody speaks; at 10 s the limit would refuse the request."""
    room = Room(make_vad=lambda: OverNoise(ScriptedVad()))
    await room.load()
    sound = silence(3200) + spoken("hey jarvis what time is it", 2000) + silence(12_000)
    for chunk in chunks_of(sound, room.clock.now_us):
        at_ms = (chunk.began_us - 10_000_000) // 1000
        room.clock.now_us = chunk.ended_us
        await room.listener.hear(
            AudioChunk(with_hum(chunk.pcm) if at_ms >= begins_ms else chunk.pcm, chunk.began_us)
        )
    await room.settled()
    assert [segment.reason for segment in room.all(SpeechSegment)] == ["silence"]
    assert (await room.told(Transcript)).text == "What time is it"
    await room.tasks.cancel_all()
    room.workers.close()


def with_hum(pcm: bytes) -> bytes:
    """``pcm``, and where it is silent a hum that is loud enough for speech; the words in it stay whole."""
    samples = np.frombuffer(pcm, "<i2")
    return np.where(samples == 0, 2 * LOUD, samples).astype("<i2").tobytes()
