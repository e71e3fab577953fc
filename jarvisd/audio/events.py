"""What the ear tells the rest of the suite, as frozen values: the signals of its interface, and its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jarvisd.bus.signals.audio import (
    AnswerWindow,
    FollowUpWindow,
    ListeningEnded,
    PartialTranscript,
    PressFailed,
    SpeechSegment,
    SpeechStarted,
    StopHeard,
    TalkedOver,
    Transcript,
    WakeDetected,
)


@dataclass(frozen=True, slots=True)
class EarStateChanged:
    """The published state of the ear changed; told as properties, not as a signal."""

    state: str
    is_muted: bool


@dataclass(frozen=True, slots=True)
class WakeWeighed:
    """What became of a score of the wake word's model; told inside of the unit only, before WakeDetected."""

    at_us: int
    score: float
    is_verified: bool | None
    """Whether the transcriber heard the word too; ``None``: it was not asked, or could not tell."""
    has_woken: bool


@dataclass(frozen=True, slots=True)
class MuteChanged:
    """How long the microphone stays muted changed; told as a property, not as a signal."""

    until_unix_s: int
    """Seconds since the epoch; 0 while not muted, or muted without an end."""


Event = (
    WakeDetected
    | SpeechStarted
    | SpeechSegment
    | PartialTranscript
    | Transcript
    | ListeningEnded
    | StopHeard
    | TalkedOver
    | AnswerWindow
    | FollowUpWindow
    | PressFailed
    | EarStateChanged
    | MuteChanged
    | WakeWeighed
)
Emit = Callable[[Event], None]
