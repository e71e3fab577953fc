"""How long a mute holds (decision 28): by the clock that nobody sets, and never longer than was asked for."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from jarvisd.audio.turn.mute import LONGEST_MUTE_S, MUTED, UNMUTED, MuteMoment, mute_for, remaining_s
from jarvisd.core.errors import RequestError

NOW = MuteMoment(unix_s=1_700_000_000.0, boot_s=500.0, boot_id="one")
HOUR_S = 3600.0


def later(seconds: float, *, boot_id: str = "one", set_by_s: float = 0.0) -> MuteMoment:
    return MuteMoment(NOW.unix_s + seconds + set_by_s, NOW.boot_s + seconds, boot_id)


def test_without_an_end_it_holds_for_ever() -> None:
    assert mute_for(None, NOW) == MUTED
    assert remaining_s(MUTED, later(10**9, boot_id="other")) is None
    assert remaining_s(UNMUTED, NOW) == 0


@pytest.mark.parametrize("set_by_s", [0, 10**8, -(10**8)])
def test_within_a_boot_a_clock_that_is_set_changes_nothing(set_by_s: float) -> None:
    mute = mute_for(HOUR_S, NOW)
    assert remaining_s(mute, later(600, set_by_s=set_by_s)) == 3000
    assert remaining_s(mute, later(3600, set_by_s=set_by_s)) == 0
    assert remaining_s(mute, later(9000, set_by_s=set_by_s)) == 0


@pytest.mark.parametrize(("set_by_s", "left_s"), [(0, 3000), (3000, 0), (10**8, 0), (-(10**8), 3600)])
def test_after_another_start_the_wall_clock_counts_and_never_adds(set_by_s: float, left_s: float) -> None:
    mute = mute_for(HOUR_S, NOW)
    moment = replace(later(600, set_by_s=set_by_s, boot_id="two"), boot_s=5.0)
    assert remaining_s(mute, moment) == left_s


@pytest.mark.parametrize("length_s", [0.0, -1.0, math.nan, math.inf, -math.inf, LONGEST_MUTE_S + 1])
def test_what_is_no_length_is_refused(length_s: float) -> None:
    with pytest.raises(RequestError):
        mute_for(length_s, NOW)


def test_the_longest_is_a_length() -> None:
    assert remaining_s(mute_for(LONGEST_MUTE_S, NOW), NOW) == LONGEST_MUTE_S
