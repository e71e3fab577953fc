"""The signals of ``org.jarvisd.Tts1``."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.bus.signals.form import U64, Signal


@dataclass(frozen=True, slots=True)
class SpeakingStarted(Signal):
    """The first sample of an utterance is handed to the loudspeaker."""

    turn_id: str
    at_us: U64
    utterance_id: str


@dataclass(frozen=True, slots=True)
class SpeakingFinished(Signal):
    """An utterance is over; ``completed`` unless it was stopped, skipped, dropped or failed."""

    turn_id: str
    at_us: U64
    utterance_id: str
    completed: bool


SIGNALS: tuple[type[Signal], ...] = (SpeakingStarted, SpeakingFinished)
