"""How long a pause must be to end a request, by every combination of what speaks for it (A2, decision 27)."""

from __future__ import annotations

import itertools

import pytest

from jarvisd.audio.speech.turn_end import EndReason, Patience, TurnRules, patience
from jarvisd.lang.intent import Wholeness

RULES = TurnRules(
    sure_likelihood=0.9, likely_likelihood=0.5, sure_ms=500, likely_ms=900, doubtful_ms=1500, going_on_ms=2500
)
SURE, LIKELY, UNLIKELY = 0.9, 0.5, 0.49
GOES_ON, BEGUN, UNCLEAR, WHOLE = Wholeness
SILENCE, TURN_MODEL, SENTENCE = EndReason.SILENCE, EndReason.TURN_MODEL, EndReason.SENTENCE


@pytest.mark.parametrize(
    ("likelihood", "wholeness", "silence_ms", "reason"),
    [
        (SURE, UNCLEAR, 500, TURN_MODEL),
        (SURE, WHOLE, 500, TURN_MODEL),
        (LIKELY, WHOLE, 500, SENTENCE),
        (SURE, None, 900, TURN_MODEL),
        (LIKELY, None, 900, TURN_MODEL),
        (LIKELY, UNCLEAR, 900, TURN_MODEL),
        (UNLIKELY, WHOLE, 900, SENTENCE),
        (UNLIKELY, UNCLEAR, 1500, SILENCE),
        (UNLIKELY, None, 1500, SILENCE),
        (SURE, BEGUN, 1500, SILENCE),
        (UNLIKELY, BEGUN, 1500, SILENCE),
        (SURE, GOES_ON, 2500, SILENCE),
        (UNLIKELY, GOES_ON, 2500, SILENCE),
    ],
)
def test_the_less_the_signs_agree_the_longer_is_waited(
    likelihood: float, wholeness: Wholeness | None, silence_ms: int, reason: EndReason
) -> None:
    assert patience(RULES, likelihood, wholeness) == Patience(silence_ms, reason)


@pytest.mark.parametrize("wholeness", [None, *Wholeness])
def test_without_the_model_only_the_patient_silence_ends_a_request(wholeness: Wholeness | None) -> None:
    assert patience(RULES, None, wholeness) == Patience(1500, SILENCE)


def test_a_request_that_sounds_more_finished_never_waits_longer() -> None:
    for wholeness in (None, *Wholeness):
        waits = [patience(RULES, likelihood / 100, wholeness).silence_ms for likelihood in range(101)]
        assert all(later <= sooner for sooner, later in itertools.pairwise(waits))
