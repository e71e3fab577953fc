"""Speech to text by faster-whisper on the processor, in 8-bit numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jarvisd.audio.ports import Transcription
from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.pcm import SAMPLE_RATE_HZ

KNOWN_VERSION = "1.2."
FRAMES_PER_S = 100
"""Whisper's spectrum has one every 10 ms."""
LONGEST_WINDOW_S = 30
"""What Whisper was trained on."""
FULL_WINDOW_FRAMES = LONGEST_WINDOW_S * FRAMES_PER_S
WINDOW_STEP_S = 5
"""Chosen: windows come in few sizes."""
TRAILING_SILENCE_S = 10
"""Measured on 42 commands: with 10 s after the speech no model repeated itself; with 7 s the tiny one did."""

MOST_NO_SPEECH = 0.6
"""Beyond this probability of no speech, words count only if the model is sure of them. Whisper's own default."""
SURE_LOGPROB = -0.4
"""Mean log probability from which the model is sure. Chosen, as near to that of clear speech as may be."""
LEAST_LOGPROB = -1.0
"""Mean log probability below which words are guesses. Whisper's own default."""
LEAST_LOGPROB_AFTER_EXAMPLE = -0.8
"""The same after an example, which the model repeats when it hears noise; speech then scores above -0.5."""
MOST_COMPRESSION = 2.4
"""Text that compresses better than this repeats itself: the model got into a loop. Whisper's own default."""


@dataclass(frozen=True, slots=True)
class WhisperSettings:
    """How to transcribe."""

    language: str
    beam_size: int
    threads: int


class Whisper:
    """``locate`` gives the model's folder, or raises why there is none.

    ``is_unwanted`` is asked before the words are looked for, the second half of the work, which then ends with
    CANCELLED.
    """

    def __init__(
        self,
        name: str,
        locate: Callable[[], Path],
        settings: WhisperSettings,
        is_unwanted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._name = name
        self._locate = locate
        self._settings = settings
        self._is_unwanted = is_unwanted
        self._model: Any = None

    @property
    def engine(self) -> str:
        """Name, version, model and number format."""
        return f"faster-whisper {version('faster-whisper')} {self._name} int8"

    def load(self) -> None:
        """Load the model: MODEL_MISSING or MODEL_CORRUPT when that cannot be."""
        folder = self._locate()
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise EngineError(f"the transcriber cannot be loaded: {error}") from error
        try:
            self._model = with_short_window(WhisperModel)(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=self._settings.threads,
                num_workers=1,
                local_files_only=True,
            )
            self._model.after_encoding = self._stop_unwanted
            # The first transcription compiles kernels; what fails there must be known before somebody speaks.
            self.transcribe(bytes(2 * SAMPLE_RATE_HZ))
        except (RuntimeError, ValueError, OSError, EngineError) as error:
            text = f"the transcriber's model in {folder} cannot be loaded: {error}"
            raise EngineError(text, code=ErrorCode.MODEL_CORRUPT) from error

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        """The words in ``pcm``; made-up ones are left out."""
        import numpy as np

        sound = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        if not len(sound):
            return Transcription("", 0.0)
        try:
            segments = self._segments(sound, example, window_frames(len(sound) / SAMPLE_RATE_HZ))
            if any(segment.compression_ratio > MOST_COMPRESSION for segment in segments):
                segments = self._segments(sound, example, FULL_WINDOW_FRAMES)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"the transcriber failed: {error}") from error
        believed = [segment for segment in segments if is_believable(segment, has_example=bool(example))]
        text = " ".join(segment.text.strip() for segment in believed).strip()
        return Transcription(text, confidence_of(believed) if text else 0.0)

    def _stop_unwanted(self) -> None:
        if self._is_unwanted():
            raise EngineError("nobody wants these words any more", code=ErrorCode.CANCELLED)

    def _segments(self, sound: Any, example: str, frames: int) -> list[Any]:
        self._model.window_frames = frames
        segments, _ = self._model.transcribe(
            sound,
            language=self._settings.language,
            beam_size=self._settings.beam_size,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=example or None,
            no_speech_threshold=None,
            without_timestamps=len(sound) <= LONGEST_WINDOW_S * SAMPLE_RATE_HZ,
        )
        return list(segments)


def window_frames(length_s: float) -> int:
    """How much of the model's window ``length_s`` of sound needs: itself and ten seconds of the silence after it.

    With less silence the smaller models repeat themselves; the cost is nearly proportional to the window.
    """
    steps = math.ceil((length_s + TRAILING_SILENCE_S) / WINDOW_STEP_S)
    return min(FULL_WINDOW_FRAMES, steps * WINDOW_STEP_S * FRAMES_PER_S)


def with_short_window(base: type[Any]) -> type[Any]:
    """The model class with a window that may be shorter than 30 s, if the library's version is a known one."""
    if not version("faster-whisper").startswith(KNOWN_VERSION):
        return base

    class ShortWindow(base):  # type: ignore[misc] # the library is untyped
        window_frames = FULL_WINDOW_FRAMES
        after_encoding: Callable[[], None] = staticmethod(lambda: None)

        def encode(self, features: Any) -> Any:
            # The library pads every piece of sound to 30 s; what is cut off here is that padding.
            encoded = super().encode(features[..., : self.window_frames])
            self.after_encoding()
            return encoded

    return ShortWindow


def is_believable(segment: Any, *, has_example: bool) -> bool:
    """Whether a segment holds words that were said, judged by the model's own figures."""
    least = LEAST_LOGPROB_AFTER_EXAMPLE if has_example else LEAST_LOGPROB
    if segment.compression_ratio > MOST_COMPRESSION or segment.avg_logprob < least:
        return False
    return bool(segment.no_speech_prob <= MOST_NO_SPEECH or segment.avg_logprob >= SURE_LOGPROB)


def confidence_of(segments: list[Any]) -> float:
    """Mean probability of a token, 0 to 1."""
    tokens = sum(len(segment.tokens) for segment in segments)
    if not tokens:
        return 0.0
    total = sum(segment.avg_logprob * len(segment.tokens) for segment in segments)
    return min(1.0, math.exp(total / tokens))
