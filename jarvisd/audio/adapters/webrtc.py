"""Voice activity by webrtcvad: cheap, adapts to steady noise, frames of 20 ms."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from jarvisd.core.errors import EngineError
from jarvisd.core.pcm import SAMPLE_RATE_HZ

SENSITIVE_MODE = 1
"""Misses no speech; takes some noise for it."""


class WebRtcVad:
    """The two opinions come from two detectors, because each adapts by itself."""

    def __init__(self, mode: int) -> None:
        self._mode = mode
        self._strict: Any = None
        self._sensitive: Any = None

    @property
    def engine(self) -> str:
        """Name, version and mode."""
        return f"webrtcvad {version('webrtcvad-wheels')} mode {self._mode}"

    def load(self) -> None:
        """Make the detectors; EngineError if the library is missing."""
        try:
            import webrtcvad
        except ImportError as error:
            raise EngineError(f"the voice detector cannot be loaded: {error}") from error
        self._strict = webrtcvad.Vad(self._mode)
        self._sensitive = webrtcvad.Vad(SENSITIVE_MODE)

    def is_speech(self, frame: bytes) -> bool:
        """Whether a 20 ms frame surely is speech."""
        return bool(self._strict.is_speech(frame, SAMPLE_RATE_HZ))

    def may_be_speech(self, frame: bytes) -> bool:
        """Whether a 20 ms frame could be speech."""
        return bool(self._sensitive.is_speech(frame, SAMPLE_RATE_HZ))
