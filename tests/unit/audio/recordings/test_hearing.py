"""A recording through the live listener in a time of its own (the contract of ``jarvisctl hear --offline``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jarvisd.audio.adapters.echo.speexdsp import SpeexDsp
from jarvisd.audio.app import hear_offline
from jarvisd.audio.ports import EchoCanceller
from jarvisd.audio.recordings.hearing import HearingOptions, chunked
from jarvisd.config.schema import Config, Echo, Endpoint, Paths, Stt
from jarvisd.config.wake import Wake
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError
from jarvisd.core.pcm import CHUNK_BYTES, bytes_for_ms
from jarvisd.runtime.service import Runtime
from tests.fakes.audio import ScriptedTranscriber, silence, spoken

CONFIG = Config(
    wake=Wake(engine="tests.fakes.audio:wake"),
    stt=Stt(engine="tests.fakes.audio:transcriber"),
    endpoint=Endpoint(max_utterance_s=10.0, turn_engine="none"),
    # It would take the words out of scripted sound, too.
    echo=Echo(engine="none"),
)
FAST = HearingOptions(is_fast=True)
NO_WAKE = HearingOptions(needs_wake_word=False, is_fast=True)


def broken_transcriber(runtime: Runtime) -> ScriptedTranscriber:
    """Loads, and then fails."""

    class Broken(ScriptedTranscriber):
        def transcribe(self, pcm: bytes, example: str = "") -> Any:
            raise EngineError("broken")

    return Broken()


def heard(*sounds: bytes, options: HearingOptions = FAST, config: Config = CONFIG) -> dict[str, Any]:
    return dict(hear_offline(config, in_pieces(b"".join(sounds)), options))


def in_pieces(pcm: bytes) -> Iterable[bytes]:
    """As a file is read: in pieces that are no chunks."""
    return (pcm[start : start + 1500] for start in range(0, len(pcm), 1500))


def test_a_request_in_a_recording() -> None:
    report = heard(silence(400), spoken("hey jarvis what time is it", 2000), silence(3000))
    [wake], [segment] = report["wakes"], report["segments"]
    assert (wake["score"], wake["verified"]) == (0.985, None)
    assert 0.4 <= wake["t"] <= 0.9
    # The voice detector lets go a little later.
    assert (segment["start"], segment["end"]) == (0.4, pytest.approx(2.4, abs=0.15))
    assert (segment["text"], segment["partials"]) == ("What time is it", ["What time is it"])
    assert (segment["end_reason"], segment["confidence"]) == ("silence", 0.9)
    assert 1500 <= segment["endpoint_delay_ms"] <= 1500 + 80 + 20
    assert segment["stt_cpu_ms"] > 0
    assert (report["stops"], report["echo_reduction_db"]) == ([], None)


def test_without_the_wake_word_every_sentence_is_a_segment() -> None:
    sounds = (spoken("a coffee please", 2000), silence(2000), spoken("thanks", 800))
    assert heard(*sounds)["segments"] == []
    report = heard(*sounds, options=NO_WAKE)
    assert report["wakes"] == []
    assert [(it["start"], it["end"], it["text"]) for it in report["segments"]] == [
        (0.0, pytest.approx(2.0, abs=0.15), "a coffee please"),
        (4.0, pytest.approx(4.8, abs=0.15), "thanks"),
    ]


def test_a_request_that_follows_another_soon_needs_no_wake_word() -> None:
    """``--follow-up``; the one that comes later needs it again."""
    sounds = (
        spoken("hey jarvis what time is it", 2000),
        silence(3600),
        spoken("and tomorrow", 1200),
        silence(3600),
        spoken("thanks", 800),
        silence(9600),
        spoken("said to somebody else", 1600),
        silence(2000),
    )
    assert [it["text"] for it in heard(*sounds)["segments"]] == ["What time is it"]
    report = heard(*sounds, options=replace(FAST, follows_up=True))
    assert len(report["wakes"]) == 1
    assert [(it["start"], it["text"]) for it in report["segments"]] == [
        (0.0, "What time is it"),
        (5.6, "and tomorrow"),
        (10.4, "thanks"),
    ]


def test_the_end_of_the_recording_is_silence() -> None:
    """A turn that is open goes on to its own end; nobody waits for one in which nothing is said."""
    assert heard(spoken("hey jarvis stop", 1200))["segments"][0]["text"] == "Stop"
    assert heard(spoken("hey jarvis", 800))["segments"] == []


@pytest.mark.parametrize("options", [FAST, NO_WAKE], ids=["wake", "no wake"])
@pytest.mark.parametrize("sound", [silence(4000), spoken("", 4000), b""], ids=["silence", "noise", "nothing"])
def test_nobody_speaking_is_an_empty_list(sound: bytes, options: HearingOptions) -> None:
    report = heard(sound, options=options)
    assert (report["wakes"], report["segments"]) == ([], [])


def test_talk_without_an_end_is_a_segment_that_is_cut() -> None:
    report = heard(spoken("hey jarvis and so on", 12_000))
    [segment] = report["segments"]
    assert (segment["end_reason"], segment["text"]) == ("limit", "")


def test_as_fast_as_it_can_be_it_decides_as_in_real_time() -> None:
    """With engines that cost next to nothing both are the same but for the time that the machine takes to wake."""
    sounds = (silence(160), spoken("hey jarvis stop", 1200), silence(480))
    config = replace(CONFIG, endpoint=Endpoint(silence_ms=300, speculate_after_ms=200, turn_engine="none"))
    fast, paced = heard(*sounds, config=config), heard(*sounds, options=HearingOptions(), config=config)
    for report in (fast, paced):
        [segment] = report["segments"]
        # These differ by what the machine is busy with.
        segment["endpoint_delay_ms"] = segment["stt_cpu_ms"] = None
    assert json.dumps(fast) == json.dumps(paced)


def test_a_recording_is_heard_twice_in_the_same_way() -> None:
    sounds = (spoken("hey jarvis delete", 1200), silence(800), spoken("nothing", 800), silence(2000))
    first, second = heard(*sounds), heard(*sounds)
    assert first["segments"][0]["partials"] == ["Delete", "Delete nothing"]
    for report in (first, second):
        report["segments"][0]["stt_cpu_ms"] = None
    assert first == second


def test_what_the_voice_plays_is_nobodys_and_a_stop_in_its_pauses_is_heard() -> None:
    """Its words are those of its sound, at the time at which they are played."""
    stop, rest = spoken("stop", 480), silence(400)
    own = spoken("hey jarvis", 800) + rest + stop + silence(2000) + spoken("that was all of it", 1600)
    options = HearingOptions(playing=own, delay_ms=160, is_fast=True)
    took = silence(160) + own
    alone = heard(took, silence(400), options=options)
    assert (alone["wakes"], alone["segments"], alone["stops"]) == ([], [], [])
    assert len(heard(took)["wakes"]) == 1
    at_ms = 160 + 800 + 400 + 480 + 1200
    over = heard(took[: bytes_for_ms(at_ms)] + stop + took[bytes_for_ms(at_ms + 480) :], options=options)
    assert [found["word"] for found in over["stops"]] == ["stop"]
    assert at_ms + 480 <= over["stops"][0]["t"] * 1000 <= at_ms + 480 + 700
    assert (over["wakes"], over["segments"]) == ([], [])


def test_while_the_voice_plays_nobody_is_listened_to_without_the_wake_word() -> None:
    own = spoken("it is noon", 1600) + silence(2400)
    took = spoken("it is noon", 1600) + silence(800) + spoken("stop", 480) + silence(1600)
    took += spoken("thank you very much", 1200)
    report = heard(took, options=replace(NO_WAKE, playing=own))
    assert [stop["word"] for stop in report["stops"]] == ["stop"]
    assert [segment["text"] for segment in report["segments"]] == ["thank you very much"]


def no_library(runtime: Runtime) -> EchoCanceller:
    """As where libspeexdsp is not installed."""

    class Missing(SpeexDsp):
        def load(self) -> None:
            raise EngineError("the package is missing")

    return Missing()


def test_without_the_library_the_ear_hears_as_before() -> None:
    config = replace(CONFIG, echo=Echo(engine=f"{__name__}:no_library"))
    own, stop = spoken("it is noon", 1600) + silence(2400), spoken("stop", 480)
    report = heard(silence(2400), stop, silence(1600), options=replace(FAST, playing=own), config=config)
    assert [found["word"] for found in report["stops"]] == ["stop"]
    assert report["echo_reduction_db"] is None


def test_what_fails_is_raised() -> None:
    missing = replace(CONFIG, wake=Wake(model="none"))
    with pytest.raises(JarvisError) as refused:
        heard(silence(400), config=missing)
    assert refused.value.code is not ErrorCode.INTERNAL
    broken = replace(CONFIG, stt=Stt(engine=f"{__name__}:broken_transcriber"))
    with pytest.raises(EngineError):
        heard(spoken("hey jarvis stop", 1200), silence(2000), config=broken)


def test_sound_is_cut_into_whole_chunks() -> None:
    pcm = bytes(range(256)) * 30
    pieces = list(chunked(in_pieces(pcm)))
    assert b"".join(pieces)[: len(pcm)] == pcm
    assert {len(piece) for piece in pieces} == {CHUNK_BYTES}


@pytest.mark.parametrize(
    ("engine", "reason", "delay_ms"),
    [("tests.fakes.audio:turns", "turn-model", 600), ("smart-turn", "silence", 1500), ("none", "silence", 1500)],
    ids=["model", "missing model", "no model"],
)
def test_the_turn_model_ends_a_request_and_without_it_the_patient_silence(
    engine: str, reason: str, delay_ms: int, tmp_path: Path
) -> None:
    config = replace(CONFIG, endpoint=Endpoint(turn_engine=engine), paths=Paths(models_dir=tmp_path))
    [segment] = heard(spoken("hey jarvis what time is it", 2000), silence(3000), config=config)["segments"]
    assert (segment["text"], segment["end_reason"]) == ("What time is it", reason)
    assert delay_ms <= segment["endpoint_delay_ms"] <= delay_ms + 1000
