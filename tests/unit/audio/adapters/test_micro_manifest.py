"""What publishers say of microWakeWord models is taken or refused, never guessed at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jarvisd.audio.adapters.wake.micro_manifest import MicroManifest, read_manifest
from jarvisd.core.errors import ErrorCode, JarvisError

TOLD = {"model": "okay.tflite", "micro": {"sliding_window_size": 10}}


def test_it_is_found_from_either_file(tmp_path: Path) -> None:
    model, beside = tmp_path / "okay.tflite", tmp_path / "okay.json"
    assert read_manifest(model) == (model, MicroManifest(5))
    beside.write_text(json.dumps(TOLD))
    assert read_manifest(model) == read_manifest(beside) == (model, MicroManifest(10))


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        json.dumps({"model": "okay.tflite"}),
        json.dumps(TOLD | {"model": "../okay.tflite"}),
        json.dumps(TOLD | {"model": 3}),
        json.dumps(TOLD | {"micro": {"sliding_window_size": 0}}),
        json.dumps(TOLD | {"micro": {"sliding_window_size": True}}),
    ],
)
def test_what_is_wrong_in_it_is_an_error(tmp_path: Path, text: str) -> None:
    beside = tmp_path / "okay.json"
    beside.write_text(text)
    with pytest.raises(JarvisError) as caught:
        read_manifest(beside)
    assert caught.value.code is ErrorCode.MODEL_CORRUPT
    assert str(beside) in caught.value.message


def test_one_that_is_named_and_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(JarvisError) as caught:
        read_manifest(tmp_path / "okay.json")
    assert caught.value.code is ErrorCode.MODEL_MISSING
