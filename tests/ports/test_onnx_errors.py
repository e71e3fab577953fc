"""What ONNX Runtime raises is known in one place, so that a damaged model is an error of ours everywhere (B4)."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import jarvisd
from jarvisd.models.adapters.onnx_errors import onnx_errors
from tests.ports.speech import MODELS

PACKAGE = Path(jarvisd.__file__).parent


@pytest.mark.real
def test_models_that_are_missing_damaged_or_given_something_else(tmp_path: Path) -> None:
    import onnxruntime

    whole = (MODELS / "hey-jarvis" / "melspectrogram.onnx").read_bytes()
    for number, damaged in enumerate((b"", b"no model", whole[:-900], whole[:200] + bytes(8) + whole[208:])):
        path = tmp_path / f"{number}.onnx"
        path.write_bytes(damaged)
        with pytest.raises(onnx_errors()):
            onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    with pytest.raises(onnx_errors()):
        onnxruntime.InferenceSession(str(tmp_path / "none.onnx"), providers=["CPUExecutionProvider"])
    path = tmp_path / "whole.onnx"
    path.write_bytes(whole)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for given in ({}, {"other": np.zeros(4)}, {"input": np.zeros((1, 1760), np.int8)}, {"input": np.zeros(3)}):
        with pytest.raises(onnx_errors()):
            session.run(None, given)


def test_nobody_has_a_list_of_ones_own() -> None:
    using = [
        path
        for path in PACKAGE.rglob("*.py")
        if re.search(r"InferenceSession|\bAudioFeatures\(", path.read_text())
    ]
    assert len(using) >= 5
    for path in using:
        assert "onnx_errors()" in path.read_text(), path
    listing = [path for path in PACKAGE.rglob("*.py") if "onnxruntime_pybind11_state" in path.read_text()]
    assert [path.relative_to(PACKAGE).as_posix() for path in listing] == ["models/adapters/onnx_errors.py"]
