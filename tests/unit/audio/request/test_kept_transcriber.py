"""A transcriber that dies is started again, ever more seldom if that does not help."""

from __future__ import annotations

from jarvisd.audio.request.kept_transcriber import RETRY_LIMIT_S, STEADY_S, RestartPace


def test_one_that_dies_soon_is_waited_for_longer_each_time_up_to_a_limit() -> None:
    pace = RestartPace()
    pauses = []
    for _ in range(12):
        pace.died(lived_s=1.0)
        pauses.append(pace.pause_s)
    assert pauses == sorted(pauses)
    assert (pauses[0] < 1.0, pauses[-1]) == (True, RETRY_LIMIT_S)


def test_one_that_has_lived_for_long_is_started_at_once_again() -> None:
    pace = RestartPace()
    for _ in range(12):
        pace.died(lived_s=1.0)
    pace.died(lived_s=STEADY_S)
    assert pace.pause_s < 1.0
