"""The signals of ``org.jarvisd.Tts1``."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.bus.signals.form import U64, Signal


@dataclass(frozen=True, slots=True)
class SpeakingStarted(Signal):
    """The first sample of an utterance is handed to the loudspeaker; again where it goes on after an alert."""

    turn_id: str
    at_us: U64
    utterance_id: str


@dataclass(frozen=True, slots=True)
class ClauseStarted(Signal):
    """The first sample of a piece of an utterance is handed to the loudspeaker: these words, for so long."""

    turn_id: str
    at_us: U64
    utterance_id: str
    text: str
    length_ms: U64


@dataclass(frozen=True, slots=True)
class SpeakingFinished(Signal):
    """An utterance is over; ``completed`` unless it was stopped, skipped, dropped or failed.

    ``heard_chars`` of the text of Say were heard, whole words, estimated where it was not completed.
    """

    turn_id: str
    at_us: U64
    utterance_id: str
    completed: bool
    heard_chars: U64


@dataclass(frozen=True, slots=True)
class RingingEnded(Signal):
    """Something has rung: ``reason`` is "stopped" by somebody, or "unheard"."""

    turn_id: str
    at_us: U64
    ring_id: str
    reason: str


SIGNALS: tuple[type[Signal], ...] = (SpeakingStarted, ClauseStarted, SpeakingFinished, RingingEnded)
