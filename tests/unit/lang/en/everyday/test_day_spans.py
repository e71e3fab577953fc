"""How far apart two days are, of the days that were named and no others."""

from __future__ import annotations

from datetime import date

import pytest

from jarvisd.lang.en.everyday.day_spans import day_span, is_day_span
from jarvisd.lang.en.requests.intents import recognise
from jarvisd.lang.values import Unreadable
from tests.tables import each

TODAY = date(2026, 11, 22)
SPANS = [
    ("how many days until Christmas", (2026, 11, 22), (2026, 12, 25)),
    ("How many days are left until 24 December?", (2026, 11, 22), (2026, 12, 24)),
    ("how long until new year's eve", (2026, 11, 22), (2026, 12, 31)),
    ("how long is it till Friday", (2026, 11, 22), (2026, 11, 27)),
    ("how many sleeps till Christmas", (2026, 11, 22), (2026, 12, 25)),
    ("days until March 3rd", (2026, 11, 22), (2027, 3, 3)),
    ("how many days until yesterday", (2026, 11, 21), (2026, 11, 22)),
    ("how many days since July 4th", (2026, 7, 4), (2026, 11, 22)),
    ("how many days has it been since Monday", (2026, 11, 16), (2026, 11, 22)),
    ("how many days ago was July 4th 2020", (2020, 7, 4), (2026, 11, 22)),
    ("how many days between March 1st and April 15th", (2027, 3, 1), (2027, 4, 15)),
    ("how many days between November 1st and March 1st", (2026, 11, 1), (2027, 3, 1)),
    ("how many days from today to 31 December", (2026, 11, 22), (2026, 12, 31)),
    ("how old is someone born on 3 May 1980", (1980, 5, 3), (2026, 11, 22)),
    ("how old am I if I was born on May 3rd 1980", (1980, 5, 3), (2026, 11, 22)),
    ("how old is somebody who was born in 1980", (1980, 1, 1), (2026, 1, 1)),
]
NO_SPANS = each(
    """how long until the timer ends | how old is the universe
    | how many days are in March | how long does it take to get to London | how many days until my birthday
    | how long has it been since I last asked | how old are the files in tmp | how many files are from Monday
    | delete the files from before Christmas | how many files have changed since Monday"""
)


@pytest.mark.parametrize(("say", "first", "last"), SPANS)
def test_the_days_are_those_that_were_named(
    say: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    span = day_span(say, TODAY)
    assert span is not None
    assert (span.first, span.last) == (date(*first), date(*last))
    intent = recognise(say)
    assert intent is not None
    assert intent.plan is not None
    assert [action.tool for action in intent.plan.actions] == ["get_time"]


def test_what_is_about_no_days_is_left_alone() -> None:
    for say in NO_SPANS:
        assert not is_day_span(say, TODAY), say
        found = recognise(say)
        assert found is None or found.plan is None or found.plan.actions[0].tool != "get_time", say


@pytest.mark.parametrize(
    "say",
    ["how many days until Sunday", "how many days until 3/4", "how old is someone born in 2030",
     "how old is someone born on May 3rd", "how many days since May 3rd 2030", "how many days until Easter"],
)  # fmt: skip
def test_a_day_that_is_not_sure_is_refused(say: str) -> None:
    with pytest.raises(Unreadable):
        day_span(say, TODAY)


def test_months_are_those_of_the_calendar() -> None:
    span = day_span("how many months between January 31st 2026 and March 1st 2026", TODAY)
    assert span is not None
    assert (span.unit, span.whole_months, span.days) == ("month", (1, 1), 29)
