"""What the ear tells the rest of the suite, as frozen values; the interface turns each into a D-Bus signal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WakeDetected:
    """A turn begins; ``at_us`` is the end of the wake word."""

    turn_id: str
    at_us: int
    confidence: float


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The first voiced sound of a turn."""

    turn_id: str
    at_us: int


@dataclass(frozen=True, slots=True)
class SpeechSegment:
    """The last voiced sound of a turn; ``reason`` is "silence" or "limit"."""

    turn_id: str
    at_us: int
    duration_ms: int
    speech_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class PartialTranscript:
    """What was said before a pause that may be the end; no text when the speaker went on after all."""

    turn_id: str
    at_us: int
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said, without the wake phrase; ``stt_ms`` is the time that the transcriber took."""

    turn_id: str
    at_us: int
    text: str
    confidence: float
    duration_s: float
    wake_score: float
    stt_ms: float
    speech_began_us: int
    speech_ended_us: int


@dataclass(frozen=True, slots=True)
class ListeningEnded:
    """A turn ends without a transcript; ``reason`` as in the D-Bus contract."""

    turn_id: str
    at_us: int
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerWindow:
    """The answer window of a question opened or closed."""

    request_id: str
    at_us: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The published state of the ear changed."""

    state: str
    is_muted: bool


EarEvent = (
    WakeDetected
    | SpeechStarted
    | SpeechSegment
    | PartialTranscript
    | Transcript
    | ListeningEnded
    | AnswerWindow
    | StateChanged
)
Emit = Callable[[EarEvent], None]


@dataclass(frozen=True, slots=True)
class AnswerReply:
    """The reply to a question; ``outcome`` is "speech", "silence" or "cancelled"."""

    outcome: str
    heard: str = ""
    confidence: float = 0.0
    speech_began_us: int = 0
    speech_ended_us: int = 0
