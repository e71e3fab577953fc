"""Leap years and numbers of weeks, of the year and the day that were named and no others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jarvisd.lang.dialogue import DialogueContext
from jarvisd.lang.en.context.continuing import continuing
from jarvisd.lang.en.everyday.year_questions import CalendarWeek, calendar_week, is_year_question, leap_year
from jarvisd.lang.en.requests.intents import recognise
from jarvisd.lang.values import Unreadable
from tests.tables import each

TODAY = date(2026, 11, 30)
LEAPS = [
    ("is it a leap year", 2026),
    ("Is 2028 a leap year?", 2028),
    ("was the year 1900 a leap year", 1900),
    ("will next year be a leap year", 2027),
    ("was last year a leap year", 2025),
    ("are we in a leap year", 2026),
    ("tell me whether 2024 was a leap year", 2024),
    ("Jarvis, when is the next leap year", 2028),
    ("what year is the next leap year", 2028),
    ("which leap year comes next", 2028),
    ("when was the last leap year", 2024),
]
WEEKS = [
    ("what week is it", (2026, 11, 30)),
    ("What calendar week are we in?", (2026, 11, 30)),
    ("which week of the year is it now", (2026, 11, 30)),
    ("in which calendar week are we", (2026, 11, 30)),
    ("what's the week number", (2026, 11, 30)),
    ("what calendar week is the 3rd of March", (2027, 3, 3)),
    ("in what week is the 29th of February 2028", (2028, 2, 29)),
    ("what week does Christmas fall in", (2026, 12, 25)),
    ("what is the week number of new year's day", (2027, 1, 1)),
    ("what week is next week", (2026, 12, 7)),
]
OTHERS = each(
    """what week did I move in | what week is my holiday | what week is the best | what was last week like
    | is 2028 a good year | is this a good week | is 28 a leap year | what is a leap year | is it a new year
    | is my car a leap year model | what week is it in the league | how was your week | which week suits you
    | find the files of week 12 | remind me in a week | what weeks are free | is the report about leap years"""
)


@pytest.mark.parametrize(("say", "year"), LEAPS)
def test_the_year_is_the_one_that_was_named(say: str, year: int) -> None:
    found = leap_year(say, TODAY)
    assert found is not None
    assert found.year == year
    assert is_clock_question(say)


@pytest.mark.parametrize(("say", "day"), WEEKS)
def test_the_week_is_that_of_the_day_that_was_named(say: str, day: tuple[int, int, int]) -> None:
    assert calendar_week(say, TODAY) == CalendarWeek(date(*day))
    assert is_clock_question(say)


def test_what_asks_for_neither_is_left_alone() -> None:
    for say in OTHERS:
        assert not is_year_question(say, TODAY), say
        assert not is_clock_question(say), say


def test_a_week_has_seven_days_and_its_thursday_says_its_year() -> None:
    for days in range(366 * 8):
        day = date(2020, 1, 1) + timedelta(days=days)
        week = CalendarWeek(day)
        assert week.first <= day <= week.last == week.first + timedelta(days=6)
        assert week.first.strftime("%A %G %V") == f"Monday {week.year} {week.number:02}"
        assert (week.first + timedelta(days=3)).year == week.year


@pytest.mark.parametrize("say", ["is 1200 a leap year", "is 9999 a leap year", "what week is 3/4"])
def test_what_is_no_year_of_this_calendar_or_several_days_is_refused(say: str) -> None:
    with pytest.raises(Unreadable):
        leap_year(say, TODAY) or calendar_week(say, TODAY)
    assert is_year_question(say, TODAY)


@pytest.mark.parametrize(
    ("before", "say", "request_"),
    [
        ("is 2028 a leap year", "and 2030", "is 2030 a leap year"),
        ("what week is it", "what about next week", "what week is next week"),
        ("what week is it", "and on Christmas", "what week is Christmas"),
        ("what day is it", "and tomorrow", "what day is it tomorrow"),
    ],
)
def test_a_question_goes_on_with_another_year_or_day(before: str, say: str, request_: str) -> None:
    before_ = recognise(before)
    assert before_ is not None
    assert before_.plan is not None
    found = continuing(say, DialogueContext(request=before, actions=before_.plan.actions), recognise)
    assert found is not None
    assert found.request == request_


def is_clock_question(say: str) -> bool:
    intent = recognise(say)
    actions = intent.plan.actions if intent is not None and intent.plan is not None else ()
    return [action.tool for action in actions] == ["get_time"]
