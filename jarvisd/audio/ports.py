"""What the ear needs from outside: sound, a wake-word model, a voice detector, a transcriber.

All sound is 16 kHz 16-bit mono. The model ports block; whoever uses them calls them in an offload lane, one thread
at a time for each object. Errors are :class:`~jarvisd.core.errors.JarvisError`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from jarvisd.core.pcm import AudioChunk

FRAME_MS = 20
"""What the voice detector judges at once."""


class Microphone(Protocol):
    """A source of live sound."""

    @property
    def engine(self) -> str:
        """Name and device, for reports: ``"alsa default"``."""
        ...

    def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """Open the device and yield 80 ms at a time, in real time, for ever; closing the generator closes it.

        Raises Unavailable(MICROPHONE_GONE) when there is no device, it does not take the format, or it went away.
        ``began_us`` never runs backwards.
        """
        ...


class WakeDetector(Protocol):
    """A wake-word model. It has a memory of about two seconds, so one object follows one stream."""

    @property
    def engine(self) -> str:
        """Name, version and model."""
        ...

    def load(self) -> None:
        """Load the model: MODEL_MISSING, MODEL_CORRUPT or LICENCE_NOT_ACCEPTED when that cannot be."""
        ...

    def score(self, pcm: bytes) -> float:
        """How sure it is, 0 to 1, that the wake word ended in these 80 ms."""
        ...

    def reset(self) -> None:
        """Forget what was heard, so that one phrase is not found twice."""
        ...


class VoiceDetector(Protocol):
    """Tells speech from other sound, frame by frame. Never blocks for longer than a fraction of a millisecond."""

    @property
    def engine(self) -> str:
        """Name, version and mode."""
        ...

    def load(self) -> None:
        """Get ready."""
        ...

    def is_speech(self, frame: bytes) -> bool:
        """Whether a 20 ms frame surely is speech; decides beginnings and ends."""
        ...

    def may_be_speech(self, frame: bytes) -> bool:
        """Whether a 20 ms frame could be speech; decides whether the wake model looks at all."""
        ...


@dataclass(frozen=True, slots=True)
class Transcription:
    """What a piece of sound says. ``text`` is empty when it holds no speech."""

    text: str
    confidence: float
    """0 to 1."""
    took_ms: float = 0.0
    """How long the transcriber worked, waiting not counted; filled in by whoever had it work."""


class Transcriber(Protocol):
    """Speech to text."""

    @property
    def engine(self) -> str:
        """Name, version, model and number format."""
        ...

    def load(self) -> None:
        """Load the model: MODEL_MISSING or MODEL_CORRUPT when that cannot be."""
        ...

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        """The words in ``pcm``, which may be up to two minutes long; raises EngineError when the model breaks.

        ``example`` is text that they may resemble, as an aid to spelling; the model must be surer of them then.
        """
        ...
