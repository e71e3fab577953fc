"""Whether somebody has finished speaking, by Smart Turn: a small network that hears the last eight seconds.

Its input is the spectrum of Whisper, computed here with numpy; ``tests/ports/test_turn_detector.py`` holds it to
what the publisher's own code computes.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jarvisd.core.errors import EngineError, ErrorCode, Unavailable
from jarvisd.core.pcm import SAMPLE_RATE_HZ
from jarvisd.models.adapters.onnx_errors import onnx_errors

WINDOW_SAMPLES = 8 * SAMPLE_RATE_HZ
"""What the network was trained on."""
FFT_SAMPLES = 400
HOP_SAMPLES = 160
MELS = 80
MEL_FLOOR = 1e-10
RANGE_DECADES = 8.0
"""What lies further below the loudest point of the spectrum counts as silence. Whisper's own, like the rest."""
VARIANCE_FLOOR = 1e-7
LINEAR_LIMIT_HZ = 1000.0
"""Up to here the mel scale of Slaney is linear, 15 mels for 1000 Hz, and logarithmic above it."""
LINEAR_MELS_PER_HZ = 3.0 / 200.0
MELS_PER_E_FOLD = 27.0 / 1.8562979903656263
"""27 mels for a factor of 6.4, whose logarithm stands below the line."""


class SmartTurn:
    """``locate`` gives the model's folder, or raises why there is none."""

    def __init__(self, name: str, locate: Callable[[], Path]) -> None:
        self._name = name
        self._locate = locate
        self._session: Any = None
        self._spectrum: LogMel | None = None
        self._failures: tuple[type[Exception], ...] = ()

    @property
    def engine(self) -> str:
        """Runtime, its version and the model."""
        return f"onnxruntime {version('onnxruntime')} {self._name}"

    def load(self) -> None:
        """Load the model and try it: MODEL_MISSING or MODEL_CORRUPT when that cannot be."""
        folder = self._locate()
        files = sorted(folder.glob("*.onnx"))
        if len(files) != 1:
            raise Unavailable(f"the turn model in {folder} is not complete", code=ErrorCode.MODEL_MISSING)
        try:
            import onnxruntime
        except ImportError as error:
            raise EngineError(f"the turn model cannot be loaded: {error}") from error
        options = onnxruntime.SessionOptions()
        # Asked while somebody is being transcribed: more threads would only take them away there.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # On processors with AVX2 and without VNNI sums of 8-bit products would be cut off at 16 bits, and answers
        # be off by up to 0.11 (measured); it costs a fifth of the time at most.
        options.add_session_config_entry("session.x64quantprecision", "1")
        self._failures = onnx_errors()
        try:
            self._session = onnxruntime.InferenceSession(
                str(files[0]), sess_options=options, providers=["CPUExecutionProvider"]
            )
            self._spectrum = LogMel()
            self.finished(bytes(2 * HOP_SAMPLES))
        except EngineError as error:
            raise EngineError(error.message, code=ErrorCode.MODEL_CORRUPT) from error
        except self._failures as error:
            text = f"the turn model in {folder} cannot be loaded: {error}"
            raise EngineError(text, code=ErrorCode.MODEL_CORRUPT) from error

    def finished(self, pcm: bytes) -> float:
        """How sure it is, 0 to 1, that nothing more is said after ``pcm``; its last eight seconds count."""
        import numpy as np

        if self._session is None or self._spectrum is None:
            raise EngineError("the turn model is not loaded")
        sound = np.frombuffer(pcm[-2 * WINDOW_SAMPLES :], dtype="<i2").astype(np.float32) / np.float32(32768.0)
        features = self._spectrum.of(np.pad(sound, (WINDOW_SAMPLES - len(sound), 0)))
        try:
            [answer] = self._session.run(None, {"input_features": features[np.newaxis]})
            likelihood = float(answer.reshape(-1)[0])
        except self._failures as error:
            raise EngineError(f"the turn model failed: {error}") from error
        if not 0.0 <= likelihood <= 1.0:
            raise EngineError(f"the turn model answered {likelihood}, which is no likelihood")
        return likelihood


class LogMel:
    """Whisper's spectrum of eight seconds."""

    def __init__(self) -> None:
        import numpy as np

        self._window = np.hanning(FFT_SAMPLES + 1)[:-1].astype(np.float32)
        self._filters = _mel_filters().astype(np.float32)

    def of(self, sound: Any) -> Any:
        """``sound`` (``WINDOW_SAMPLES`` floats from -1 to 1) as float32 of shape (``MELS``, 800)."""
        import numpy as np

        level = (sound - sound.mean()) / np.sqrt(sound.var() + np.float32(VARIANCE_FLOOR))
        half = FFT_SAMPLES // 2
        padded = np.pad(level.astype(np.float32), (half, half), mode="reflect")
        frames = np.lib.stride_tricks.sliding_window_view(padded, FFT_SAMPLES)[::HOP_SAMPLES][:-1]
        spectrum = np.fft.rfft(frames * self._window, axis=-1)
        power = spectrum.real**2 + spectrum.imag**2
        mels = np.log10(np.maximum(self._filters @ power.T.astype(np.float32), np.float32(MEL_FLOOR)))
        mels = np.maximum(mels, mels.max() - np.float32(RANGE_DECADES))
        return ((mels + 4.0) / 4.0).astype(np.float32)


def _mel_filters() -> Any:
    """Triangles of equal area, evenly spaced in mels, as (``MELS``, frequencies)."""
    import numpy as np

    top_mels = LINEAR_LIMIT_HZ * LINEAR_MELS_PER_HZ
    highest = top_mels + np.log(SAMPLE_RATE_HZ / 2 / LINEAR_LIMIT_HZ) * MELS_PER_E_FOLD
    mels = np.linspace(0.0, highest, MELS + 2)
    corners = np.where(
        mels < top_mels,
        mels / LINEAR_MELS_PER_HZ,
        LINEAR_LIMIT_HZ * np.exp((mels - top_mels) / MELS_PER_E_FOLD),
    )
    frequencies = np.linspace(0.0, SAMPLE_RATE_HZ / 2, FFT_SAMPLES // 2 + 1)
    widths = np.diff(corners)
    rising = (frequencies - corners[:-2, np.newaxis]) / widths[:-1, np.newaxis]
    falling = (corners[2:, np.newaxis] - frequencies) / widths[1:, np.newaxis]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return triangles * (2.0 / (corners[2:] - corners[:-2]))[:, np.newaxis]
