"""Several timers in one request: each time as it was said, and none where they can be taken apart in two ways."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.everyday.several_timers import several_timers
from jarvisd.lang.en.requests.intents import recognise
from tests.tables import each

SEVERAL = [
    ("set three timers for five, ten and fifteen minutes", ["five minutes", "ten minutes", "fifteen minutes"]),
    ("Set three timers, for 5, 10, and 15 minutes.", ["5 minutes", "10 minutes", "15 minutes"]),
    ("set a timer for 5 and one for 10 minutes", ["5 minutes", "10 minutes"]),
    ("Jarvis, set a timer for 5 minutes and another for 10 minutes, please", ["5 minutes", "10 minutes"]),
    ("a timer for 5 minutes, one for an hour and a half", ["5 minutes", "an hour and a half"]),
    (
        "set two timers: one for 5 minutes and one for 2 hours and 30 minutes",
        ["5 minutes", "2 hours and 30 minutes"],
    ),
    ("start timers for 30 seconds, 5 minutes and an hour", ["30 seconds", "5 minutes", "an hour"]),
    ("set two timers for ten minutes", ["ten minutes", "ten minutes"]),
    ("set three timers for 1 hour, 2 hours and 30 minutes", ["1 hour", "2 hours", "30 minutes"]),
    ("set alarms for 6 and 7 am", ["6 am", "7 am"]),
    ("set alarms for 6, 6:30 and 7 am", ["6 am", "6:30 am", "7 am"]),
    ("set an alarm for 6 am and one for 7 pm", ["6 am", "7 pm"]),
    ("set two alarms for 6 and 7 tomorrow", ["6 tomorrow", "7 tomorrow"]),
]
IN_DOUBT = each(
    """set two timers for 2 hours and 30 minutes | set timers for 2 hours and 30 minutes
    | set timers for 1 hour, 2 hours and 30 minutes | set timers for an hour and 45
    | set a timer for 5 and one for 2 hours | set a timer for 2 hours and another for 45
    | set two timers for 5, 10 and 15 minutes | set two timers for 5 to 10 minutes
    | set twenty timers for 5 minutes
    | set alarms for 6 and 7 | set alarms for 11 and 1 pm | set an alarm for 6 am and one for 7 am tomorrow
    | set timers for 5 and 10 minutes and tell me the time | make timers for 5 apples and 10 pears
    | set timers | set two timers | set kitchen timers for 5 and 10 minutes
    | timers for five ten and fifteen minutes
    | set timers for 5 minutes | set a timer for 5 minutes and one for the eggs"""
)


@pytest.mark.parametrize(("say", "times"), SEVERAL)
def test_each_of_several_is_set_for_its_own_time(say: str, times: list[str]) -> None:
    intent = recognise(say)
    assert intent is not None
    assert intent.plan is not None
    assert [action.tool for action in intent.plan.actions] == ["set_timer"] * len(times)
    assert [dict(action.args) for action in intent.plan.actions] == [{"when": when} for when in times]


@pytest.mark.parametrize("say", IN_DOUBT)
def test_what_can_be_taken_apart_in_two_ways_sets_nothing(say: str) -> None:
    intent = recognise(say)
    actions = intent.plan.actions if intent is not None and intent.plan is not None else ()
    assert "set_timer" not in [action.tool for action in actions]


def test_a_long_row_is_not_taken_apart_in_every_way() -> None:
    """There would be more than could be looked at."""
    assert several_timers(f"set timers for {' and '.join(['5'] * 200)} minutes") is None
    assert several_timers(f"set timers for {', '.join(['5 and 6'] * 100)} minutes") is None


def test_one_timer_is_still_one() -> None:
    for say in ("set a timer for one and a half hours", "set a timer for 2 hours and 30 minutes"):
        intent = recognise(say)
        assert intent is not None
        assert intent.plan is not None
        assert len(intent.plan.actions) == 1
