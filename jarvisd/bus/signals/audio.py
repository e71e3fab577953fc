"""The signals of ``org.jarvisd.Audio1``."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.bus.signals.form import U64, Detail, Signal, Suffix


@dataclass(frozen=True, slots=True)
class WakeDetected(Signal):
    """A turn begins; ``at_us`` is the end of the wake word."""

    turn_id: str
    at_us: U64
    confidence: float


@dataclass(frozen=True, slots=True)
class SpeechStarted(Signal):
    """The first voiced sound of a turn."""

    turn_id: str
    at_us: U64


@dataclass(frozen=True, slots=True)
class SpeechSegment(Signal):
    """The last voiced sound of a turn; ``reason`` is "turn-model", "sentence", "silence" or "limit"."""

    turn_id: str
    at_us: U64
    duration_ms: Detail[U64]
    speech_ms: Detail[U64]
    reason: Detail[str]


@dataclass(frozen=True, slots=True)
class PartialTranscript(Signal):
    """What was said before a pause that may be the end; no text when the speaker went on after all."""

    turn_id: str
    at_us: U64
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript(Signal):
    """What was said, without the wake phrase; ``stt_ms`` is the time that the transcriber took."""

    turn_id: str
    at_us: U64
    text: str
    confidence: Detail[float]
    duration_s: Detail[float]
    wake_score: Detail[float]
    stt_ms: Detail[float]
    speech_began_us: Detail[U64]
    speech_ended_us: Detail[U64]


@dataclass(frozen=True, slots=True)
class ListeningEnded(Signal):
    """A turn ends without a transcript: ``reason`` is "silence", "cancelled", or "failed" with an error's code."""

    turn_id: str
    at_us: U64
    reason: str
    code: Suffix[str] = ""


@dataclass(frozen=True, slots=True)
class StopHeard(Signal):
    """Somebody said "stop" or the like, ``word``, without the wake word, or pressed the button (no word)."""

    at_us: U64
    ended_us: U64
    word: str


@dataclass(frozen=True, slots=True)
class TalkedOver(Signal):
    """Somebody begins to speak while we do; not ``is_speaking`` once they ended, or it was our own voice."""

    at_us: U64
    is_speaking: bool


@dataclass(frozen=True, slots=True)
class AnswerWindow(Signal):
    """The answer window of a question opened or closed."""

    request_id: str
    at_us: U64
    is_open: bool


@dataclass(frozen=True, slots=True)
class FollowUpWindow(Signal):
    """Speech that begins now needs no wake word, or does again."""

    at_us: U64
    is_open: bool


@dataclass(frozen=True, slots=True)
class PressFailed(Signal):
    """A press of the button came to nothing, for the reason of this error's code."""

    at_us: U64
    code: str


SIGNALS: tuple[type[Signal], ...] = (
    WakeDetected,
    SpeechStarted,
    SpeechSegment,
    PartialTranscript,
    Transcript,
    ListeningEnded,
    StopHeard,
    TalkedOver,
    AnswerWindow,
    FollowUpWindow,
    PressFailed,
)
