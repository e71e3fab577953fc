"""The wake word by openWakeWord, in its ONNX form only: its other run time does not work with current numpy."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jarvisd.core.errors import EngineError, ErrorCode, Unavailable

MELSPECTROGRAM = "melspectrogram.onnx"
EMBEDDING = "embedding_model.onnx"


class OpenWakeWord:
    """``locate`` gives the folder with two feature models and the phrase's own, or raises why there is none."""

    def __init__(self, name: str, locate: Callable[[], Path]) -> None:
        self._name = name
        self._locate = locate
        self._model: Any = None
        self._label = ""

    @property
    def engine(self) -> str:
        """Name, version and model."""
        return f"openwakeword {version('openwakeword')} {self._name}"

    def load(self) -> None:
        """Load the three models: MODEL_MISSING, MODEL_CORRUPT or LICENCE_NOT_ACCEPTED when that cannot be."""
        folder = self._locate()
        phrase = phrase_model(folder)
        try:
            from onnxruntime.capi import onnxruntime_pybind11_state as onnx
            from openwakeword.model import Model
        except ImportError as error:
            raise EngineError(f"the wake-word engine cannot be loaded: {error}") from error
        try:
            self._model = Model(
                wakeword_models=[str(phrase)],
                inference_framework="onnx",
                melspec_model_path=str(folder / MELSPECTROGRAM),
                embedding_model_path=str(folder / EMBEDDING),
            )
        except (onnx.InvalidProtobuf, onnx.InvalidGraph, onnx.Fail, onnx.NoSuchFile, ValueError) as error:
            text = f"the wake-word model in {folder} cannot be loaded: {error}"
            raise EngineError(text, code=ErrorCode.MODEL_CORRUPT) from error
        self._label = phrase.stem

    def score(self, pcm: bytes) -> float:
        """How sure it is that the wake word ended in these 80 ms."""
        import numpy as np

        return float(self._model.predict(np.frombuffer(pcm, dtype="<i2"))[self._label])

    def reset(self) -> None:
        """Forget what was heard."""
        self._model.reset()


def phrase_model(folder: Path) -> Path:
    """The one model in ``folder`` that is none of the two feature models; MODEL_MISSING if it is incomplete."""
    names = {path.name for path in folder.glob("*.onnx")}
    phrases = sorted(names - {MELSPECTROGRAM, EMBEDDING})
    if len(phrases) != 1 or len(names) != 3:
        raise Unavailable(f"the wake-word model in {folder} is not complete", code=ErrorCode.MODEL_MISSING)
    return folder / phrases[0]
