"""Recordings beside the live ear (decision 12)."""

from __future__ import annotations

from typing import Any

import pytest

from jarvisd.audio.recordings.recording import RecordingRules, RecordingTranscriber
from jarvisd.audio.speech.endpoint import EndpointRules
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.lang.en.pack import ENGLISH
from tests.fakes.audio import ScriptedVad, ScriptedWake, silence, spoken
from tests.unit.audio.conftest import Room

RULES = RecordingRules(
    endpoint=EndpointRules(silence_ms=1500, min_speech_ms=200, max_ms=10_000),
    preroll_ms=500,
    wake_preroll_ms=1300,
    threshold=0.5,
    is_gated=True,
    longest_s=60,
)


async def hear(room: Room, *sounds: bytes) -> dict[str, Any]:
    recordings = RecordingTranscriber(
        make_wake=ScriptedWake,
        make_vad=ScriptedVad,
        read=lambda descriptor, longest_s: b"".join(sounds),
        decoder=room.decoder,
        wake_phrase=ENGLISH.wake_phrase,
        workers=room.workers,
        rules=RULES,
    )
    return dict(await recordings.hear(0))


async def test_a_request_in_a_recording(room: Room) -> None:
    report = await hear(room, silence(400), spoken("hey jarvis what time is it", 2000), silence(200))
    assert report["wake_detected"] is True
    assert report["wake_score"] == 0.97
    assert 0.4 <= report["wake_at_s"] <= 0.8
    assert report["duration_s"] == 2.6
    assert report["transcript"] == "What time is it"
    [segment] = report["segments"]
    assert (segment["start_s"], segment["end_s"]) == (0.4, 2.4)
    assert segment["text"] == "hey jarvis what time is it"
    assert report["engines"] == {"wake": "scripted wake", "vad": "scripted vad", "stt": "scripted transcriber"}
    assert set(report["timings_ms"]) == {"decode", "wake", "stt", "total"}


async def test_a_recording_that_begins_with_the_wake_word(room: Room) -> None:
    report = await hear(room, spoken("hey jarvis stop", 1200))
    assert report["transcript"] == "Stop"


async def test_a_request_after_a_pause(room: Room) -> None:
    report = await hear(room, spoken("hey jarvis", 800), silence(2400), spoken("stop", 800))
    assert [segment["text"] for segment in report["segments"]] == ["hey jarvis", "stop"]
    assert report["transcript"] == "stop"


async def test_what_is_said_before_the_wake_word_is_no_part_of_the_request(room: Room) -> None:
    report = await hear(room, spoken("so I said", 4000), spoken("hey jarvis stop", 1200))
    assert [segment["text"] for segment in report["segments"]] == ["so I said", "hey jarvis stop"]
    assert report["transcript"] == "Stop"


async def test_speech_without_the_wake_word_is_reported_but_is_no_request(room: Room) -> None:
    report = await hear(room, silence(400), spoken("a coffee please", 2000), silence(2000), spoken("thanks", 800))
    assert report["wake_detected"] is False
    assert report["wake_at_s"] is None
    assert report["transcript"] == ""
    assert [segment["text"] for segment in report["segments"]] == ["a coffee please", "thanks"]


@pytest.mark.parametrize(
    "sound", [silence(4000), spoken("", 4000), silence(0)], ids=["silence", "noise", "nothing"]
)
async def test_no_words_is_nothing_heard(room: Room, sound: bytes) -> None:
    with pytest.raises(RequestError) as refused:
        await hear(room, sound)
    assert refused.value.code is ErrorCode.NOTHING_HEARD


async def test_a_recording_signals_nothing_and_changes_nothing(room: Room) -> None:
    room.listener.reserve_answer("q1")
    before = list(room.events)
    await hear(room, spoken("hey jarvis yes", 1200))
    assert room.events == before
    assert room.listener.state == "answering"
