"""Every turn detector gives a likelihood for the last eight seconds, and names what its model lacks (A2)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from jarvisd.audio.adapters.smart_turn import MELS, WINDOW_SAMPLES, LogMel, SmartTurn
from jarvisd.audio.ports import TurnDetector
from jarvisd.core.errors import EngineError, ErrorCode, Unavailable
from jarvisd.core.pcm import SAMPLE_RATE_HZ, bytes_for_ms
from tests.fakes.audio import ScriptedTurns, silence, spoken
from tests.ports.speech import MODELS, VOICES, say

MODEL = "smart-turn-v3.2"
GOLDEN = Path(__file__).parents[1] / "data" / "smart_turn.json"
SENTENCE = "what is the weather like tomorrow morning"


@cache
def _real() -> SmartTurn:
    made = SmartTurn(MODEL, lambda: MODELS / MODEL)
    made.load()
    return made


@pytest.fixture(params=["scripted", pytest.param("smart-turn", marks=pytest.mark.real)])
def turns(request: pytest.FixtureRequest) -> TurnDetector:
    return _real() if request.param == "smart-turn" else ScriptedTurns()


@pytest.mark.parametrize("length_ms", [0, 20, 8000, 20_000])
def test_any_length_of_sound_has_a_likelihood(turns: TurnDetector, length_ms: int) -> None:
    assert 0.0 <= turns.finished(spoken("", length_ms) if length_ms else b"") <= 1.0


def test_the_same_sound_is_judged_the_same_whatever_was_asked_between(turns: TurnDetector) -> None:
    sound = spoken("what time is it", 1600) + silence(240)
    first = turns.finished(sound)
    turns.finished(silence(3000))
    assert turns.finished(sound) == first


def test_only_the_last_eight_seconds_count(turns: TurnDetector) -> None:
    last = spoken("and then", 7760) + silence(240)
    assert len(last) == bytes_for_ms(8000)
    assert turns.finished(spoken("before", 3000) + last) == turns.finished(last)


def golden_sounds() -> Mapping[str, bytes]:
    """Sounds out of whole numbers alone, which are the same on every machine."""

    def buzz(count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        n = np.arange(count, dtype=np.int64)
        glide = (n * (180 + n // 400)) % 16_000 - 8000
        swell = np.abs((n % 8000) - 4000)
        hiss = (n * 1_103_515_245 + 12_345) // 65_536 % 601 - 300
        return glide * swell // 4000 + hiss

    short = buzz(3 * SAMPLE_RATE_HZ)
    short[-4800:] //= 60
    return {
        "shorter than the window": short.astype("<i2").tobytes(),
        "longer than the window": buzz(10 * SAMPLE_RATE_HZ + 77).astype("<i2").tobytes(),
        "clipped": np.clip(buzz(8 * SAMPLE_RATE_HZ) * 9, -32_768, 32_767).astype("<i2").tobytes(),
        "silence": bytes(bytes_for_ms(2000)),
    }


@pytest.mark.parametrize("name", golden_sounds())
def test_the_spectrum_is_the_publishers(name: str) -> None:
    """The file holds what the publisher's own code makes of these sounds, down to the mel filters.

    Made with ``pipecat/audio/turn/smart_turn`` of the wheel that the manifest names: the padding of
    ``local_smart_turn_v3.py``, ``compute_whisper_log_mel_features`` of ``_whisper_features.py``, which stands for
    transformers' ``WhisperFeatureExtractor(chunk_length=8)`` with ``do_normalize``, and the model on its output.
    ``mel_means``: the mean of each of the 80 rows; ``last_frames``: every 8th row, every 10th column from 740 on.
    """
    wanted = json.loads(GOLDEN.read_text())[name]
    sound = np.frombuffer(golden_sounds()[name], "<i2").astype(np.float32)[-WINDOW_SAMPLES:] / 32_768
    spectrum = LogMel().of(np.pad(sound, (WINDOW_SAMPLES - len(sound), 0)))
    assert spectrum.shape == (MELS, 800)
    assert spectrum.dtype == np.float32
    assert np.abs(spectrum.mean(axis=1) - wanted["mel_means"]).max() < 5e-4
    assert np.abs(spectrum[::8, 740::10] - wanted["last_frames"]).max() < 5e-3


@pytest.mark.real
@pytest.mark.parametrize("name", golden_sounds())
def test_the_model_answers_as_it_does_to_its_publisher(name: str) -> None:
    """Its weights are of 8 bits, so that the last digit of the spectrum can move the answer a little."""
    wanted = json.loads(GOLDEN.read_text())[name]["likelihood"]
    assert _real().finished(golden_sounds()[name]) == pytest.approx(wanted, abs=0.02)


@pytest.mark.real
def test_a_sentence_is_likelier_to_be_finished_whole_than_cut_off() -> None:
    """Of voices that were made, which speak more evenly than people do, on the mean alone."""
    whole, cut = [], []
    for voice in VOICES:
        sound = say(SENTENCE, voice)
        whole.append(_real().finished(sound + silence(240)))
        cut.append(_real().finished(sound[: len(sound) * 6 // 20 * 2] + silence(240)))
    assert sum(whole) / len(whole) > sum(cut) / len(cut) + 0.2


@pytest.mark.real
def test_an_answer_takes_less_than_half_a_second_of_one_processor() -> None:
    """Processor time, so that a busy machine does not matter; measured 0.06 to 0.19 s on 2 busy cores."""
    turns, sound = _real(), say(SENTENCE) + silence(240)
    began_s = time.thread_time()
    for _ in range(3):
        turns.finished(sound)
    assert (time.thread_time() - began_s) / 3 < 0.5


@pytest.mark.real
def test_the_engine_names_itself() -> None:
    assert _real().engine.endswith(MODEL)


def test_a_missing_or_damaged_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as missing:
        SmartTurn(MODEL, lambda: tmp_path).load()
    assert missing.value.code is ErrorCode.MODEL_MISSING
    (tmp_path / "smart-turn-v3.2-cpu.onnx").write_bytes(b"no model")
    with pytest.raises(EngineError) as damaged:
        SmartTurn(MODEL, lambda: tmp_path).load()
    assert damaged.value.code is ErrorCode.MODEL_CORRUPT


@pytest.mark.real
def test_a_model_of_another_kind_is_named_as_damaged(tmp_path: Path) -> None:
    """It loads, and only fails when it is asked."""
    wake = MODELS / "hey-jarvis" / "melspectrogram.onnx"
    (tmp_path / "model.onnx").write_bytes(wake.read_bytes())
    with pytest.raises(EngineError) as damaged:
        SmartTurn(MODEL, lambda: tmp_path).load()
    assert damaged.value.code is ErrorCode.MODEL_CORRUPT


def test_before_it_is_loaded_it_says_so() -> None:
    with pytest.raises(EngineError):
        SmartTurn(MODEL, lambda: MODELS / MODEL).finished(silence(20))
