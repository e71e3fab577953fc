"""``jarvisctl hear --offline`` as a person runs it: real models, real speech, no unit and no bus."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.audio import silence
from tests.integration.conftest import python
from tests.ports.speech import MODELS, say


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "jarvisd.toml"
    path.write_text(f'[paths]\nmodels_dir = "{MODELS.absolute()}"\n')
    return path


def without_turn_model(config: Path) -> Path:
    """The same with a fixed silence at the end of a turn."""
    config.write_text(config.read_text("utf-8") + '[endpoint]\nturn_engine = "none"\n', "utf-8")
    return config


def recording(path: Path, pcm: bytes) -> Path:
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(16_000)
        stream.writeframes(pcm)
    return path


def heard(config: Path, path: Path, *options: str) -> dict[str, Any]:
    done = python(
        "jarvisd.cli.main", "hear", str(path), "--offline", "--fast", "--json", "--config", str(config), *options
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.real
def test_a_spoken_request_is_heard_and_timed(config: Path, tmp_path: Path) -> None:
    """A1, A2, A5: the fixed rule ends a turn 1.5 s after the last sound, and a chunk later at most."""
    spoken = silence(500) + say("hey jarvis, what time is it")
    report = heard(without_turn_model(config), recording(tmp_path / "ask.wav", spoken + silence(500)))
    assert set(report) == {"wakes", "near_misses", "segments", "stops", "echo_reduction_db"}
    [wake], [segment] = report["wakes"], report["segments"]
    assert 0.8 < wake["t"] < 2.0
    assert wake["score"] > 0.4
    assert (segment["end_reason"], segment["text"].rstrip("?").lower()) == ("silence", "what time is it")
    assert 0.3 < segment["start"] < 0.8
    assert segment["end"] == pytest.approx(len(spoken) / 32_000, abs=0.3)
    assert 1000 < segment["endpoint_delay_ms"] <= 1700
    assert segment["partials"] == [segment["text"]]
    assert 50 < segment["stt_cpu_ms"] < 60_000


@pytest.mark.real
def test_a_whole_sentence_is_waited_for_no_longer_than_a_doubtful_one(config: Path, tmp_path: Path) -> None:
    """A2, decision 27. How soon depends on what the transcription costs here."""
    spoken = silence(500) + say("hey jarvis, what time is it")
    [segment] = heard(config, recording(tmp_path / "ask.wav", spoken + silence(500)))["segments"]
    assert segment["end_reason"] in ("turn-model", "sentence")
    assert 500 < segment["endpoint_delay_ms"] < 1300


@pytest.mark.real
def test_nobody_speaking_is_an_empty_list(config: Path, tmp_path: Path) -> None:
    report = heard(config, recording(tmp_path / "quiet.wav", silence(6000)), "--no-wake")
    assert (report["wakes"], report["segments"]) == ([], [])


def test_what_is_no_recording_has_its_own_errors(config: Path, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("this is no sound")
    (tmp_path / "list.m3u8").write_text(f"#EXTM3U\n#EXTINF:1,\n{recording(tmp_path / 'a.wav', silence(80))}\n")
    for name, code, exit_code in (
        ("text.wav", "AudioUnreadable", 65),
        ("list.m3u8", "AudioUnreadable", 65),
        ("none.wav", "NotFound", 66),
    ):
        done = python("jarvisd.cli.main", "hear", str(tmp_path / name), "--offline", "--config", str(config))
        assert (done.returncode, code in done.stderr) == (exit_code, True), done.stderr
