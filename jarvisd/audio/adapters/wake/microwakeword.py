"""The wake word by microWakeWord: a small model with a free licence, and its run time in one wheel."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jarvisd.audio.adapters.wake.micro_manifest import SMOOTHED, MicroManifest, read_manifest
from jarvisd.audio.adapters.wake.tflite import TfLiteModel, load_tried
from jarvisd.core.errors import EngineError, ErrorCode

FILE_NAME = "hey_jarvis.tflite"
FEATURES = 40
"""Bands of sound that a model is given every 10 ms (microWakeWord's feature generation)."""


class MicroWakeWord:
    """``model`` names what ``locate`` finds, which may be slow and may raise: a folder with it, its file, or the
    JSON file that its publisher put beside it.
    """

    needs_verification = True

    def __init__(self, model: str, locate: Callable[[], Path]) -> None:
        self._name = model
        self._locate = locate
        self._model: TfLiteModel | None = None
        self._features: Any = None
        self._pieces: list[Any] = []
        self._results: deque[float] = deque(maxlen=SMOOTHED)

    @property
    def engine(self) -> str:
        """Name, version and model."""
        return f"pymicro-wakeword {version('pymicro-wakeword')} {self._name}"

    def load(self) -> None:
        """Load the model: MODEL_MISSING or MODEL_CORRUPT when that cannot be."""
        path = self._locate()
        path, manifest = read_manifest(path / FILE_NAME if path.is_dir() else path)
        self.use_tried(path, load_tried(path), manifest)

    def use_tried(self, path: Path, model: TfLiteModel, manifest: MicroManifest) -> None:
        """Work with ``model`` out of ``path``, which was tried already, in place of :meth:`load`."""
        frames = model.input.shape
        if len(frames) != 3 or frames[0] != 1 or frames[2] != FEATURES or model.input.is_float:
            text = f"{path} is no model of microWakeWord: it takes {model.input.type_name} {frames}"
            raise EngineError(text, code=ErrorCode.MODEL_CORRUPT)
        try:
            from pymicro_wakeword import MicroWakeWordFeatures
        except ImportError as error:
            raise EngineError(f"the wake-word engine cannot be loaded: {error}") from error
        self._features = MicroWakeWordFeatures()
        self._results = deque(maxlen=manifest.smoothed)
        self._model = model

    def score(self, pcm: bytes) -> float:
        """How sure it is that the wake word ended in these 80 ms: the highest mean of so many results in a row."""
        best = 0.0
        for piece in self._features.process_streaming(pcm):
            self._pieces.append(piece)
            best = max(best, self._step())
        return best

    def reset(self) -> None:
        """Forget what was heard."""
        self._features.reset()
        self._pieces.clear()
        self._results.clear()
        if self._model is not None:
            self._model.reset()

    def _step(self) -> float:
        """One result once there are as many pieces of sound as the model takes at once; else 0."""
        model = self._model
        if model is None or len(self._pieces) < model.input.shape[1]:
            return 0.0
        import numpy as np

        result = model.run(np.concatenate(self._pieces, axis=1))
        self._pieces.clear()
        self._results.append(float(result.flat[0]))
        count = len(self._results)
        return sum(self._results) / count if count == self._results.maxlen else 0.0
