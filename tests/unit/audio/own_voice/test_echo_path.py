"""How long our own voice takes to the microphone: found, followed as clocks drift, found anew after a jump."""

from __future__ import annotations

import random

import pytest

from jarvisd.audio.own_voice.echo_path import EchoPath
from jarvisd.audio.ports import MeasuredLag

SECOND = 16_000
SURE, UNSURE = 20.0, 6.0


def test_what_was_told_holds_until_it_is_found() -> None:
    path = EchoPath(1600.0)
    assert not path.measured(SECOND, MeasuredLag(9000, UNSURE))
    assert path.lag_at(2 * SECOND) == 1600.0
    assert path.measured(2 * SECOND, MeasuredLag(1900, SURE))
    assert not path.measured(3 * SECOND, MeasuredLag(1900, SURE))
    assert path.lag_at(3 * SECOND) == 1900.0


def test_what_was_learnt_before_the_drift_was_known_is_of_no_use() -> None:
    path = EchoPath(0.0)
    lags = [2000 + 100e-6 * second * SECOND for second in range(6)]
    told = [path.measured(second * SECOND, MeasuredLag(lag, SURE)) for second, lag in enumerate(lags)]
    assert told == [True, False, True, False, False, False]
    steady = EchoPath(0.0)
    assert [steady.measured(second * SECOND, MeasuredLag(2000, SURE)) for second in range(6)] == [True] + 5 * [
        False
    ]


def test_a_jump_is_believed_when_it_is_found_twice() -> None:
    path = EchoPath(0.0)
    path.measured(0, MeasuredLag(1900, SURE))
    assert not path.measured(SECOND, MeasuredLag(6000, SURE))
    assert not path.measured(2 * SECOND, MeasuredLag(1900, SURE))
    assert not path.measured(3 * SECOND, MeasuredLag(5000, SURE))
    assert not path.measured(4 * SECOND, MeasuredLag(6000, SURE))
    assert path.lag_at(4 * SECOND) == 1900.0
    assert path.measured(5 * SECOND, MeasuredLag(6005, SURE))
    assert path.lag_at(5 * SECOND) == 6005.0


@pytest.mark.parametrize("drift", [100e-6, -100e-6, 0.0])
def test_drift_is_followed_for_ten_minutes_also_past_odd_reflections(drift: float) -> None:
    """The figure of the issue: 100 ppm for ten minutes."""
    path, chance = EchoPath(3000.0), random.Random(14)
    for position in range(0, 600 * SECOND, SECOND):
        odd = chance.choice((0, 0, 0, 0, 90))
        is_other = path.measured(position, MeasuredLag(round(3000 + drift * position) + odd, SURE))
        if position > 60 * SECOND:
            assert not is_other
            assert abs(path.lag_at(position) - 3000 - drift * position) < 128
    assert path.drift == pytest.approx(drift, abs=10e-6)


@pytest.mark.parametrize(("found", "is_other"), [(2000.4, False), (2064.0, True)])
def test_what_begins_anew_counts_as_found_when_it_was_measured(found: float, is_other: bool) -> None:
    """Where the lag is the same to the sample, the filter goes on; the next jump is believed at once."""
    path = EchoPath(0.0)
    path.measured(0, MeasuredLag(2000.0, SURE))
    path.renew()
    assert (path.is_found, path.lag_at(SECOND)) == (False, 2000.0)
    assert path.measured(SECOND, MeasuredLag(found, SURE)) is is_other
    assert (path.is_found, path.lag_at(SECOND)) == (True, found if is_other else 2000.0)
    # Between the two stretches the clocks tell nothing of their drift.
    path.measured(3 * SECOND, MeasuredLag(found, SURE))
    assert path.drift == pytest.approx(0.0)
