"""What openWakeWord's models look at: 96 numbers for every 80 ms, by two models of its authors and Google's.

The package's own classes compute them. All heads on one stream share them, since they are most of the work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jarvisd.core.errors import EngineError, ErrorCode, Unavailable
from jarvisd.core.pcm import BYTES_PER_SAMPLE, CHUNK_BYTES
from jarvisd.models.adapters.onnx_errors import onnx_errors

MELSPECTROGRAM = "melspectrogram.onnx"
EMBEDDING = "embedding_model.onnx"
SIZE = 96
"""Numbers for each 80 ms, from the embedding model's card."""
LEAST_PIECES = 5
"""So many pieces after a reset the package takes no score for one, since what it then knows is mostly made up."""
WINDOW_FRAMES = 76
"""Frames of the spectrum that the embedding model looks at, from its input's shape."""
SPECTRUM_SAMPLES = CHUNK_BYTES // BYTES_PER_SAMPLE + 3 * 160
"""What the package takes the spectrum of: 80 ms, and three frames of 10 ms before them."""


class SpeechFeatures:
    """``locate`` gives a folder with both models, or raises why there is none."""

    def __init__(self, locate: Callable[[], Path]) -> None:
        self._locate = locate
        self._features: Any = None
        self._last: bytes | None = None
        self._fresh: Any = None
        self._pieces = 0

    def load(self) -> None:
        """Load both, once: MODEL_MISSING, MODEL_CORRUPT or LICENCE_NOT_ACCEPTED when that cannot be."""
        if self._features is not None:
            return
        folder = self._locate()
        for name in (MELSPECTROGRAM, EMBEDDING):
            if not (folder / name).is_file():
                text = f"the wake-word model in {folder} is not complete: there is no {name}"
                raise Unavailable(text, code=ErrorCode.MODEL_MISSING)
        try:
            from openwakeword.utils import AudioFeatures
        except ImportError as error:
            raise EngineError(f"the wake-word engine cannot be loaded: {error}") from error
        failures: tuple[type[Exception], ...] = (*onnx_errors(), IndexError, TypeError)
        try:
            features = AudioFeatures(
                melspec_model_path=str(folder / MELSPECTROGRAM), embedding_model_path=str(folder / EMBEDDING)
            )
            features(_silence())
        except failures as error:
            text = f"the wake-word model in {folder} cannot be used: {str(error).splitlines()[0]}"
            raise EngineError(text, code=ErrorCode.MODEL_CORRUPT) from error
        # It keeps ten seconds of both and copies them every 80 ms, a third of its work (measured). This is all of
        # them that it looks at.
        features.raw_data_buffer = deque(maxlen=SPECTRUM_SAMPLES)
        features.melspectrogram_max_len = WINDOW_FRAMES
        # The package starts with what it makes of noise, for 60 ms of work; the same noise will do each time.
        self._fresh = features.feature_buffer[:-1].copy()
        self._features = features
        self.reset()

    def after(self, pcm: bytes, count: int) -> Any:
        """The last ``count`` of them once ``pcm``, 80 ms, was heard, as float32 of shape (1, count, 96).

        Whoever else asks about the very same object is given the same; ``None`` while too little was heard.
        """
        import numpy as np

        if pcm is not self._last:
            self._features(np.frombuffer(pcm, dtype="<i2"))
            self._last = pcm
            self._pieces += 1
        return self._features.get_features(count) if self._pieces > LEAST_PIECES else None

    def reset(self) -> None:
        """Forget what was heard."""
        import numpy as np

        features = self._features
        features.raw_data_buffer.clear()
        features.melspectrogram_buffer = np.ones((WINDOW_FRAMES, 32))
        features.accumulated_samples = 0
        features.raw_data_remainder = np.empty(0)
        features.feature_buffer = self._fresh
        self._last, self._pieces = None, 0


def _silence() -> Any:
    import numpy as np

    return np.zeros(CHUNK_BYTES // 2, dtype="<i2")
