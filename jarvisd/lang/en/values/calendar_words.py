"""The words of a calendar: weekdays, months, days of a year, and counts of days, weeks and months. Pure."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from types import MappingProxyType

from jarvisd.lang.en.values.number_words import cardinal, ordinal
from jarvisd.lang.en.values.tokens import Reader, TokenKind
from jarvisd.lang.values import Unreadable, UnreadableReason

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
FARTHEST_YEARS = 100
"""Chosen: nobody counts further on a calendar."""
_WEEKDAY_OF = MappingProxyType(
    {name: number for number, day in enumerate(WEEKDAYS) for name in (day, day[:3])}
    | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
)
_MONTH_OF = MappingProxyType(
    {name: number for number, month in enumerate(MONTHS, 1) for name in (month, month[:3])} | {"sept": 9}
)
_HOLIDAYS = MappingProxyType(
    {
        "new year's day": (1, 1), "new years day": (1, 1), "new year's eve": (12, 31), "new years eve": (12, 31),
        "valentine's day": (2, 14), "valentines day": (2, 14), "halloween": (10, 31), "christmas eve": (12, 24),
        "christmas day": (12, 25), "christmas": (12, 25), "boxing day": (12, 26), "new year's": (1, 1),
    }
)  # fmt: skip
"""Those that are on the same day of every year, the longer names first."""
_UNITS = MappingProxyType(
    {
        "day": (1, 0), "days": (1, 0), "week": (7, 0), "weeks": (7, 0), "fortnight": (14, 0),
        "fortnights": (14, 0), "month": (0, 1), "months": (0, 1), "year": (0, 12), "years": (0, 12),
        "day's": (1, 0), "week's": (7, 0), "month's": (0, 1), "year's": (0, 12),
    }
)  # fmt: skip
"""Each as days and months: those of the calendar, which are not always as long."""


def weekday(reader: Reader) -> int | None:
    """A weekday, Monday is 0; a point behind a short form is taken."""
    return _name(reader, _WEEKDAY_OF, shortest=WEEKDAYS)


def month(reader: Reader) -> int | None:
    """A month, January is 1."""
    return _name(reader, _MONTH_OF, shortest=MONTHS)


def day_of_year(reader: Reader) -> tuple[int, int] | None:
    """Month and day: "March 20th", "the 20th of March", "Christmas"; raises IMPLAUSIBLE for 30 February."""
    start = reader.at
    for name, found in _HOLIDAYS.items():
        if reader.phrase(name):
            return found
    if (number := month(reader)) is not None:
        reader.said("the")
        said = _day_number(reader)
        return None if said is None else _existing(reader, start, number, said)
    reader.said("the")
    said = _day_number(reader)
    if said is None:
        return None
    reader.said("of")
    number = month(reader)
    return None if number is None else _existing(reader, start, number, said)


def count_of_units(reader: Reader) -> tuple[int, int] | None:
    """ "3 days", "a couple of weeks" as days and months."""
    if reader.phrase("a couple of") or reader.phrase("a couple"):
        count: int | None = 2
    else:
        count = 1 if reader.token.said in ("a", "an") and reader.ahead().said in _UNITS else reader.first(cardinal)
        if count == 1:
            reader.said("a", "an")
    unit = reader.said(*_UNITS)
    if not unit or count is None:
        return None
    reader.said("'")
    days, months = _UNITS[unit]
    return count * days, count * months


def later(day: date, days: int, months: int) -> date:
    """``day`` so much later, the last day of a month that has no such day; raises TOO_FAR."""
    total = day.year * 12 + day.month - 1 + months
    year, number = divmod(total, 12)
    if abs(year - day.year) > FARTHEST_YEARS or abs(days) > FARTHEST_YEARS * 366:
        raise Unreadable(UnreadableReason.TOO_FAR, "")
    last = calendar.monthrange(year, number + 1)[1]
    return date(year, number + 1, min(day.day, last)) + timedelta(days)


def _name(reader: Reader, names: MappingProxyType[str, int], shortest: tuple[str, ...]) -> int | None:
    token = reader.token
    if token.kind is not TokenKind.WORD or token.said not in names:
        return None
    reader.take()
    if token.said not in shortest and reader.token.is_attached:
        reader.said(".")
    return names[token.said]


def _day_number(reader: Reader) -> int | None:
    said = reader.first(ordinal)
    if said is None and reader.token.whole is not None and len(reader.token.text) <= 2:
        # "March 20:30" is no date.
        said = reader.take().whole if reader.ahead().said != ":" else None
    return said


def _existing(reader: Reader, start: int, month: int, day: int) -> tuple[int, int]:
    if not is_day(month, day):
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    return month, day


def is_day(month: int, day: int) -> bool:
    """Whether a year, perhaps a leap year, has such a day."""
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2028, month)[1]
