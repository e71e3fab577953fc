"""The wake word by openWakeWord: a small model for each phrase, over features that all of them share."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from jarvisd.audio.adapters.wake.onnx import OnnxModel
from jarvisd.audio.adapters.wake.speech_features import EMBEDDING, MELSPECTROGRAM, SIZE, SpeechFeatures
from jarvisd.audio.adapters.wake.tflite import TfLiteModel, load_tried
from jarvisd.core.errors import EngineError, ErrorCode, Unavailable

MOST_FRAMES = 100
"""As many features as the package keeps, and more: eight seconds."""


class OpenWakeWord:
    """``locate`` gives the phrase's own model, ONNX or TFLite, or a folder with it and both feature models; or
    raises why there is none. Without ``features`` it takes those of that folder.
    """

    needs_verification = False

    def __init__(self, name: str, locate: Callable[[], Path], features: SpeechFeatures | None = None) -> None:
        self._name = name
        self._locate = locate
        self._features = features if features is not None else SpeechFeatures(locate)
        self._model: OnnxModel | TfLiteModel | None = None
        self._frames = 0

    @property
    def engine(self) -> str:
        """Name, version and model."""
        return f"openwakeword {version('openwakeword')} {self._name}"

    def load(self) -> None:
        """Load and try the models: MODEL_MISSING, MODEL_CORRUPT or LICENCE_NOT_ACCEPTED when that cannot be."""
        located = self._locate()
        path = phrase_model(located) if located.is_dir() else located
        self._features.load()
        model = load_tried(path) if path.suffix == ".tflite" else OnnxModel(path)
        self._use(path, model)

    def use_tried(self, path: Path, model: TfLiteModel) -> None:
        """Work with ``model`` out of ``path``, which was tried already, in place of :meth:`load`."""
        self._features.load()
        self._use(path, model)

    def score(self, pcm: bytes) -> float:
        """How sure it is that the wake word ended in these 80 ms."""
        values = self._features.after(pcm, self._frames)
        if values is None or self._model is None:
            return 0.0
        return float(self._model.run(values).flat[0])

    def reset(self) -> None:
        """Forget what was heard."""
        self._features.reset()

    def _use(self, path: Path, model: OnnxModel | TfLiteModel) -> None:
        import numpy as np

        shape = model.input.shape if isinstance(model, TfLiteModel) else model.shape
        if not is_head(shape):
            text = f"{path} is no model of openWakeWord: it takes {shape}"
            raise EngineError(text, code=ErrorCode.MODEL_CORRUPT)
        frames = int(shape[1])
        score = np.asarray(model.run(np.zeros((1, frames, SIZE), np.float32)))
        if score.size != 1 or not math.isfinite(score.flat[0]):
            text = f"{path} is no model of openWakeWord for one phrase: it gives {score.size} numbers"
            raise EngineError(text, code=ErrorCode.MODEL_CORRUPT)
        self._frames, self._model = frames, model


def is_head(shape: tuple[object, ...]) -> bool:
    """Whether a model that takes this takes openWakeWord's features."""
    return len(shape) == 3 and shape[2] == SIZE and isinstance(shape[1], int) and 0 < shape[1] <= MOST_FRAMES


def phrase_model(folder: Path) -> Path:
    """The one model in ``folder`` that is none of the two feature models; MODEL_MISSING if it is incomplete."""
    names = {path.name for path in folder.glob("*.onnx")}
    phrases = sorted(names - {MELSPECTROGRAM, EMBEDDING})
    if len(phrases) != 1 or len(names) != 3:
        raise Unavailable(f"the wake-word model in {folder} is not complete", code=ErrorCode.MODEL_MISSING)
    return folder / phrases[0]
