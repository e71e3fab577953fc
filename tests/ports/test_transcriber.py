"""Every transcriber finds the words that were said and makes none up (A5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jarvisd.audio.adapters.whisper import WhisperSettings
from jarvisd.audio.adapters.whisper_process import WhisperProcess
from jarvisd.audio.ports import Transcriber
from jarvisd.audio.request.transcription import release
from jarvisd.core.errors import EngineError, ErrorCode, Unavailable
from jarvisd.lang.en.requests.wake_phrase import example as wake_example
from jarvisd.lang.en.requests.wake_phrase import request_in
from jarvisd.lang.en.words import words
from tests.fakes.audio import ScriptedTranscriber, silence, spoken
from tests.ports.speech import MODELS, VOICES, noises, say

EXAMPLE = wake_example()
SETTINGS = WhisperSettings(language="en", beam_size=5, threads=2)
WAIT_S = 60.0


class Engine:
    """A transcriber and the voices it understands."""

    def __init__(self, transcriber: Transcriber, voices: list[Callable[[str], bytes]]) -> None:
        self.transcriber, self.voices = transcriber, voices


def process(locate: Callable[[], Path]) -> WhisperProcess:
    """The real one in its own process, as the ear has it."""
    return WhisperProcess({"whisper-base": locate}, SETTINGS, limit_s=lambda: WAIT_S)


@pytest.fixture(scope="module", params=["scripted", pytest.param("whisper", marks=pytest.mark.real)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "scripted":
        made = Engine(ScriptedTranscriber(), [lambda text: spoken(text, 1200)])
    else:
        voices = [lambda text, voice=voice: say(text, voice) for voice in VOICES]
        made = Engine(process(lambda: MODELS / "whisper-base"), voices)
    made.transcriber.load()
    yield made
    release(made.transcriber)


def test_what_was_said_is_what_is_read(engine: Engine) -> None:
    for voice in engine.voices:
        for text in ("what time is it", "search for files about the budget"):
            result = engine.transcriber.transcribe(silence(300) + voice(text) + silence(300))
            assert " ".join(words(result.text)) == text
            assert 0.4 < result.confidence <= 1.0


@pytest.mark.parametrize("text", ["stop", "cancel that", "what can you do"])
def test_with_an_example_a_request_after_the_wake_phrase_is_read(engine: Engine, text: str) -> None:
    for voice in engine.voices:
        result = engine.transcriber.transcribe(silence(300) + voice(f"hey jarvis, {text}") + silence(300), EXAMPLE)
        assert " ".join(words(request_in(result.text))) == text


@pytest.mark.parametrize("example", ["", EXAMPLE])
def test_the_wake_phrase_alone_is_no_request(engine: Engine, example: str) -> None:
    for voice in engine.voices[:2]:
        result = engine.transcriber.transcribe(silence(300) + voice("hey jarvis") + silence(300), example)
        assert request_in(result.text) == ""


def test_nothing_said_is_no_text(engine: Engine) -> None:
    for pcm in (b"", silence(20), silence(3000)):
        result = engine.transcriber.transcribe(pcm)
        assert (result.text, result.confidence) == ("", 0.0)


@pytest.mark.real
def test_noise_and_music_say_nothing(engine: Engine) -> None:
    for name, pcm in noises().items():
        assert engine.transcriber.transcribe(pcm).text == "", name


@pytest.mark.real
def test_the_engine_names_itself(engine: Engine) -> None:
    if isinstance(engine.transcriber, WhisperProcess):
        assert engine.transcriber.engine.startswith("faster-whisper 1.")
        assert engine.transcriber.engine.endswith("whisper-base int8")


@pytest.mark.real
def test_a_missing_or_damaged_model_is_named(tmp_path: Path) -> None:
    def nowhere() -> Path:
        raise Unavailable("not here", code=ErrorCode.MODEL_MISSING)

    with pytest.raises(Unavailable) as missing:
        process(nowhere).load()
    assert missing.value.code is ErrorCode.MODEL_MISSING
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        (tmp_path / name).write_bytes(b"no model")
    with pytest.raises(EngineError) as damaged:
        process(lambda: tmp_path).load()
    assert damaged.value.code is ErrorCode.MODEL_CORRUPT


@pytest.mark.real
@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"no model"])
def test_one_damaged_file_of_a_model_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    """Each library of its files has errors of its own kind; none of them may go unanswered."""
    for path in (MODELS / "whisper-tiny.en").iterdir():
        (tmp_path / path.name).symlink_to(path.absolute())
    (tmp_path / name).unlink()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EngineError) as damaged:
        process(lambda: tmp_path).load()
    assert damaged.value.code is ErrorCode.MODEL_CORRUPT
