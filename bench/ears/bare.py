"""The baseline of the wake word: the package's own ``Model.predict`` on every 80 ms, and nothing else."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from jarvisd.audio.adapters.wake.openwakeword import phrase_model
from jarvisd.audio.adapters.wake.speech_features import EMBEDDING, MELSPECTROGRAM


class BareOpenWakeWord:
    """Over the models in ``folder``, loaded at once."""

    engine = f"openwakeword {version('openwakeword')} Model.predict"

    def __init__(self, folder: Path) -> None:
        from openwakeword.model import Model

        self._model: Any = Model(
            wakeword_models=[str(phrase_model(folder))],
            inference_framework="onnx",
            melspec_model_path=str(folder / MELSPECTROGRAM),
            embedding_model_path=str(folder / EMBEDDING),
        )

    def score(self, pcm: bytes) -> float:
        """Its score for 80 ms."""
        [score] = self._model.predict(np.frombuffer(pcm, dtype="<i2")).values()
        return float(score)

    def reset(self) -> None:
        """Forget what was heard."""
        self._model.reset()
