"""Every wake detector hears its phrase once, hears it through the gate as well, and forgets when told to (A1)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvisd.audio.adapters.openwakeword import OpenWakeWord
from jarvisd.audio.adapters.webrtc import WebRtcVad
from jarvisd.audio.ports import VoiceDetector, WakeDetector
from jarvisd.audio.speech.utterance import classify
from jarvisd.audio.wake.vad_gate import VadGate
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.core.pcm import CHUNK_MS
from tests.fakes.audio import ScriptedVad, ScriptedWake, chunks_of, silence, spoken
from tests.ports.speech import MODELS, VOICES, say

THRESHOLD = 0.5
Say = Callable[[str], bytes]


class Engine:
    """A detector with the voice detector and the speech that belong to it."""

    def __init__(self, wake: WakeDetector, vad: VoiceDetector, voices: list[Say]) -> None:
        self.wake, self.vad, self.voices = wake, vad, voices

    def scores(self, pcm: bytes, *, is_gated: bool = False) -> dict[int, float]:
        """Score by the number of the chunk, for those that were scored."""
        gate = VadGate(is_gated=is_gated)
        found: dict[int, float] = {}
        for chunk in chunks_of(pcm):
            for heard in gate.push(classify(chunk, self.vad)):
                found[heard.chunk.began_us // 1000 // CHUNK_MS] = self.wake.score(heard.chunk.pcm)
        return found


@pytest.fixture(params=["scripted", pytest.param("openwakeword", marks=pytest.mark.real)])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "scripted":
        made = Engine(ScriptedWake(), ScriptedVad(), [lambda text: spoken(text, 1200)])
    else:
        voices = [lambda text, voice=voice: say(text, voice) for voice in VOICES]
        made = Engine(OpenWakeWord("hey-jarvis", lambda: MODELS / "hey-jarvis"), WebRtcVad(3), voices)
    made.wake.load()
    made.vad.load()
    return made


def test_the_phrase_is_heard_alone_and_before_a_request(engine: Engine) -> None:
    for voice in engine.voices:
        for text in ("hey jarvis", "hey jarvis, what time is it"):
            engine.wake.reset()
            scores = engine.scores(silence(2000) + voice(text) + silence(800))
            assert max(scores.values()) >= THRESHOLD, text


def test_silence_and_other_words_are_not_the_phrase(engine: Engine) -> None:
    for voice in engine.voices:
        engine.wake.reset()
        other = voice("search for files about the budget") + silence(800) + voice("what a lovely day it is")
        assert max(engine.scores(silence(2000) + other + silence(800)).values()) < THRESHOLD


def test_after_a_reset_the_phrase_is_not_heard_again(engine: Engine) -> None:
    engine.scores(silence(2000) + engine.voices[0]("hey jarvis"))
    engine.wake.reset()
    assert max(engine.scores(silence(2400)).values()) < THRESHOLD


def test_the_gate_changes_no_detection_and_hardly_a_score(engine: Engine) -> None:
    """Long quiet stretches are not scored; around speech the scores are those of always scoring."""
    dice = random.Random(7)
    sound = b""
    for voice in engine.voices:
        for text in ("hey jarvis", "hey jarvis, what time is it", "find the invoice from march"):
            sound += silence(80 * dice.randrange(40, 120)) + voice(text)
    sound += silence(8000)
    engine.wake.reset()
    always = engine.scores(sound)
    engine.wake.reset()
    gated = engine.scores(sound, is_gated=True)
    assert len(gated) < 0.8 * len(always)
    assert {n for n, score in always.items() if score >= THRESHOLD} == {
        n for n, score in gated.items() if score >= THRESHOLD
    }
    assert max(abs(always[n] - score) for n, score in gated.items() if always[n] > 0.1 or score > 0.1) < 0.1


@pytest.mark.real
def test_a_decision_takes_less_than_50_ms(engine: Engine) -> None:
    """Processor time, so that a busy machine does not matter."""
    [chunk] = chunks_of(silence(80))
    engine.wake.score(chunk.pcm)
    began_s = time.thread_time()
    for _ in range(50):
        engine.wake.score(chunk.pcm)
    assert (time.thread_time() - began_s) / 50 < 0.05


@pytest.mark.real
def test_a_missing_or_damaged_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as missing:
        OpenWakeWord("hey-jarvis", lambda: tmp_path).load()
    assert missing.value.code is ErrorCode.MODEL_MISSING
    for name in ("melspectrogram.onnx", "embedding_model.onnx", "hey_jarvis.onnx"):
        (tmp_path / name).write_bytes(b"no model")
    with pytest.raises(EngineError) as damaged:
        OpenWakeWord("hey-jarvis", lambda: tmp_path).load()
    assert damaged.value.code is ErrorCode.MODEL_CORRUPT


def test_a_scripted_failure_to_load_is_an_error_of_ours() -> None:
    wake = ScriptedWake()
    wake.failure = Unavailable("no model", code=ErrorCode.MODEL_MISSING)
    with pytest.raises(JarvisError):
        wake.load()
