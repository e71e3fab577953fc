"""``jarvisctl doctor`` tells tier and placement of this machine, and of any other (B4, C1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jarvisd.cli.hardware import graphics_finding, measured_finding
from jarvisd.cli.main import main
from jarvisd.core.errors import ErrorCode
from jarvisd.hardware.machine import Graphics, GraphicsState

KEYS = ["tier", "vram_mb", "ram_mb", "cores", "placement", "expected_ms", "measured_ms", "findings"]


def doctor(capsys: pytest.CaptureFixture[str], tmp_path: Path, *more: str) -> tuple[int, Any]:
    arguments = ["--bus", f"unix:path={tmp_path}/none", "doctor", "--config", str(tmp_path / "none.toml"), *more]
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_another_machine_is_told_without_looking_at_this_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, found = doctor(capsys, tmp_path, "--simulate", "vram=6000,cores=8,ram=16")
    assert (code, list(found)) == (0, KEYS)
    assert (found["tier"], found["vram_mb"], found["measured_ms"]) == ("gpu-small", 6000, None)
    devices = {part: place["device"] for part, place in found["placement"].items()}
    assert devices == {
        "llm": "gpu", "stt": "cpu", "embeddings": "cpu", "vad": "cpu", "wake_word": "cpu", "tts": "cpu",
    }  # fmt: skip
    assert "§15" in found["expected_ms"]["source"]
    assert [one["what"] for one in found["findings"]] == ["hardware", "expected", "placement", "measured"]
    assert all(one["state"] != "fail" for one in found["findings"])
    assert any("untested on hardware" in one["detail"] for one in found["findings"])


def test_this_machine_is_told_beside_what_is_wrong_with_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, found = doctor(capsys, tmp_path)
    assert (code, list(found)) == (69, KEYS)
    whats = [one["what"] for one in found["findings"]]
    assert {"configuration", "sandbox", "bus", "graphics", "hardware", "expected", "measured"} <= set(whats)


@pytest.mark.parametrize("text", ["vram=6000", "vram=lots,cores=8,ram=16", "vram=1,cores=8,ram=16,gpu=1", ""])
def test_a_machine_that_cannot_be_is_a_wrong_command_line(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--simulate", text])
    told = capsys.readouterr()
    assert (ended.value.code, told.out, "--simulate" in told.err) == (2, "", True)


def test_every_answer_of_the_drivers_is_told_in_its_own_words() -> None:
    found = {state: graphics_finding(Graphics(state, 8192, "it")) for state in GraphicsState}
    assert len({one.detail for one in found.values()}) == len(GraphicsState)
    assert {state for state, one in found.items() if one.code} == {GraphicsState.HUNG}
    assert found[GraphicsState.HUNG].code is ErrorCode.TIMEOUT
    assert found[GraphicsState.HUNG].remedy.startswith("journalctl")


def test_what_was_measured_comes_from_traces_or_is_not_there(tmp_path: Path) -> None:
    measured, told = measured_finding(tmp_path)
    assert (measured, told.is_note, "speak a request" in told.detail) == (None, True, True)
    (tmp_path / "traces").mkdir()
    measured, told = measured_finding(tmp_path)
    assert (measured, told.is_note, "speak a request" in told.detail) == (None, True, True)
    spans = [
        {"stage": "speech_end", "began_ms": 0, "took_ms": 2000.0},
        {"stage": "transcript", "began_ms": 2000.0, "took_ms": 480.0},
        {"stage": "first_token", "began_ms": 2480.0, "took_ms": 900.0},
    ]
    (tmp_path / "traces/20261130T120000-t1.json").write_text(json.dumps({"channel": "voice", "spans": spans}))
    measured, told = measured_finding(tmp_path)
    assert measured is not None
    assert (measured["stt"], measured["llm_first_token"], measured["end_to_end"]) == (480.0, 900.0, None)
    assert (told.is_note, told.detail) == (
        False,
        "transcription 480.0 ms, first token 900.0 ms (median of at most 100 newest traces)",
    )
