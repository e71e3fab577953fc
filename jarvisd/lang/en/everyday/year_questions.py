"""What is asked of the calendar beside a date: "is 2028 a leap year", "what week is it on 3 March". Pure.

Weeks are those of ISO 8601, whose first day is Monday and whose first week has the year's first Thursday. Others
count otherwise, so that an answer has to say from which day to which a week goes.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from jarvisd.lang.en.everyday.day_spans import asked_plainly
from jarvisd.lang.en.values.dates import read_day
from jarvisd.lang.values import Unreadable, UnreadableReason

FIRST_YEAR = 1583
"""The first whole year of the Gregorian calendar: before, other rules made leap years."""
LAST_YEAR = 9999 - 8
"""The last year of Python's calendar from which the next leap year can be told."""


@dataclass(frozen=True, slots=True)
class LeapYear:
    """Whether a year is a leap year; with ``is_sought`` it is the one that was asked for."""

    year: int
    is_sought: bool = False

    @property
    def is_one(self) -> bool:
        """Whether it has a 29th of February."""
        return isleap(self.year)

    @property
    def next_one(self) -> int:
        """The first leap year after it."""
        return _leap_year(self.year, 1)


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """The week that ``day`` is in."""

    day: date

    @property
    def number(self) -> int:
        """1 to 53, as ISO 8601 counts."""
        return self.day.isocalendar()[1]

    @property
    def year(self) -> int:
        """The year that the week counts to, which at its turn may not be that of the day."""
        return self.day.isocalendar()[0]

    @property
    def first(self) -> date:
        """Its Monday."""
        return self.day - timedelta(days=self.day.weekday())

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)


_THIS = r"it|this|this year|the current year|the year"
_YEAR = rf"(?P<year>{_THIS}|next year|last year|(?:the year )?\d{{4}})"
_BE = r"(?:is|was|will|isn't|wasn't|won't)"
_WHEN = r"(?: (?:now|currently|this year))?"
_LEAP = (
    re.compile(rf"{_BE} {_YEAR}(?: going to)?(?: be| been)?(?: really)? a leap year{_WHEN}"),
    re.compile(rf"(?:if|whether) {_YEAR} (?:is|was|will be) a leap year{_WHEN}"),
    re.compile(r"(?:are we in|is this|do we have|have we got) a leap year(?: (?:now|this year|currently))?"),
)
_WHICH_LEAP = re.compile(
    r"(?:when(?:'s)?|what(?:'s)?|which|what year|which year)(?: (?:is|was|will))?(?: the)? "
    r"(?P<way>next|coming|last|previous) leap year(?: be)?"
    r"|(?:what|which) leap year (?:comes|is) (?P<comes>next)"
)
_NAMED = r"(?:calendar week|week number|week of the year|iso week)"
"""A week that is asked for by its number; of a mere "week" with days after it the appointments are meant."""
_NUMBER = rf"(?:{_NAMED}|week)(?: number)?"
_NOW = r"(?: (?:now|today|right now|currently|at the moment|this week))?"
_WEEK = (
    re.compile(rf"(?:what|which) {_NUMBER} (?:is it|are we in|do we have|have we got|is this|is today){_NOW}"),
    re.compile(rf"(?:what is|what's) (?:the|today's) (?:current )?{_NUMBER}(?: of (?:the|this) year)?{_NOW}"),
    re.compile(rf"(?:in )?(?:what|which) {_NUMBER}(?: of the year)? are we(?: in)?{_NOW}"),
    re.compile(rf"the (?:current )?(?:calendar week|week number){_NOW}|current (?:calendar week|week number)"),
    re.compile(
        rf"(?:in |on )?(?:what|which) {_NUMBER} (?:is it on|is|was|will|does|did|has|will it be on|is it)"
        rf" (?P<day>.+?)(?: (?:in|be|be in|fall|fall in|falls|falls in|belong to|land in))?"
    ),
    re.compile(
        rf"(?:what is|what's|what was|what will be) the {_NAMED} (?:of|on|for) (?P<day>.+)|"
        rf"{_NAMED} (?:of|for) (?P<on>.+)"
    ),
)
_DAYS_ON: Mapping[str, int] = MappingProxyType({"this week": 0, "next week": 7, "last week": -7})
_NO_DAY = (UnreadableReason.NOT_UNDERSTOOD, UnreadableReason.MISSING)


def leap_year(text: str, today: date) -> LeapYear | None:
    """The year of a question for leap years; ``None`` when it asks for anything else.

    Raises :class:`~jarvisd.lang.values.Unreadable` for a year outside of the Gregorian calendar.
    """
    said = asked_plainly(text)
    if (which := _WHICH_LEAP.fullmatch(said)) is not None:
        step = 1 if (which["way"] or which["comes"]) in ("next", "coming") else -1
        return LeapYear(_leap_year(today.year, step), is_sought=True)
    found = next(filter(None, (pattern.fullmatch(said) for pattern in _LEAP)), None)
    if found is None:
        return None
    named = found.groupdict().get("year") or "this year"
    if named.startswith(("next", "last")):
        return LeapYear(today.year + (1 if named.startswith("next") else -1))
    if (digits := re.search(r"\d{4}", named)) is None:
        return LeapYear(today.year)
    if not FIRST_YEAR <= int(digits[0]) <= LAST_YEAR:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, named)
    return LeapYear(int(digits[0]))


def calendar_week(text: str, today: date) -> CalendarWeek | None:
    """The week of a question for its number; ``None`` when it asks for anything else.

    Raises :class:`~jarvisd.lang.values.Unreadable` for a day that may be several, or is none.
    """
    said = asked_plainly(text)
    for pattern in _WEEK:
        if (found := pattern.fullmatch(said)) is None:
            continue
        parts = found.groupdict()
        named = parts.get("day") or parts.get("on")
        return CalendarWeek(today if named is None else _day(named, today))
    return None


def is_year_question(text: str, today: date) -> bool:
    """Whether a question is surely for a leap year or the number of a week."""
    try:
        return leap_year(text, today) is not None or calendar_week(text, today) is not None
    except Unreadable as error:
        return error.reason not in _NO_DAY


def of_another(text: str, day: str) -> str:
    """The question of ``text`` for another year, or for the week of another day; empty for other questions."""
    said, day = asked_plainly(text), re.sub(r"^(?:on|in) ", "", day)
    if any(pattern.fullmatch(said) for pattern in _LEAP):
        return f"is {day} a leap year"
    return f"what week is {day}" if any(pattern.fullmatch(said) for pattern in _WEEK) else ""


def _leap_year(year: int, step: int) -> int:
    year += step
    while not isleap(year):
        year += step
    return year


def _day(named: str, today: date) -> date:
    days_on = _DAYS_ON.get(named)
    return read_day(named, today) if days_on is None else today + timedelta(days=days_on)
