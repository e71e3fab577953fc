"""What the ear tells the rest of the suite, as frozen values: the signals of its interface, and its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jarvisd.bus.signals.audio import (
    AnswerWindow,
    ListeningEnded,
    PartialTranscript,
    SpeechSegment,
    SpeechStarted,
    Transcript,
    WakeDetected,
)


@dataclass(frozen=True, slots=True)
class EarStateChanged:
    """The published state of the ear changed; told as properties, not as a signal."""

    state: str
    is_muted: bool


Event = (
    WakeDetected
    | SpeechStarted
    | SpeechSegment
    | PartialTranscript
    | Transcript
    | ListeningEnded
    | AnswerWindow
    | EarStateChanged
)
Emit = Callable[[Event], None]
