"""How long a pause must last to be the end of a request, by how it sounded and by its words (decision 27). Pure.

Neither sign is trusted alone for long: people stop after "a dark roast coffee" as if that were all, and a sentence
may be whole and yet go on. So they are held together, and the less they agree the longer is waited.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from jarvisd.lang.intent import Wholeness


class EndReason(str, Enum):
    """Why a request was taken as ended: the detail ``reason`` of ``SpeechSegment``."""

    TURN_MODEL = "turn-model"
    """It sounded finished, to the model."""
    SENTENCE = "sentence"
    """Its words are a whole sentence."""
    SILENCE = "silence"
    """Nothing more was said for as long as the patient rule waits."""
    LIMIT = "limit"
    """It was too long."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class TurnRules:
    """From which likelihood on a request sounds finished, surely or perhaps, and how long is waited for more."""

    sure_likelihood: float
    likely_likelihood: float
    sure_ms: int
    """It sounds finished and its words may be all; or it may sound finished and its words are a sentence."""
    likely_ms: int
    """One of them speaks for it, and nothing against it."""
    doubtful_ms: int
    """Nothing speaks for it; also where there is no model to ask."""
    going_on_ms: int
    """Its words want others."""


@dataclass(frozen=True, slots=True)
class Patience:
    """The silence that ends a request, and why."""

    silence_ms: int
    reason: EndReason


def patience(rules: TurnRules, likelihood: float | None, wholeness: Wholeness | None) -> Patience:
    """How long to wait, by what is known so far in this pause; ``None`` for what is not known (yet)."""
    doubtful = Patience(rules.doubtful_ms, EndReason.SILENCE)
    if likelihood is None:
        return doubtful
    if wholeness is Wholeness.GOES_ON:
        return Patience(rules.going_on_ms, EndReason.SILENCE)
    if wholeness is Wholeness.BEGUN:
        return doubtful
    is_sure, is_likely = likelihood >= rules.sure_likelihood, likelihood >= rules.likely_likelihood
    if wholeness is not None and is_sure:
        return Patience(rules.sure_ms, EndReason.TURN_MODEL)
    if wholeness is Wholeness.WHOLE:
        return Patience(rules.sure_ms if is_likely else rules.likely_ms, EndReason.SENTENCE)
    return Patience(rules.likely_ms, EndReason.TURN_MODEL) if is_likely else doubtful
