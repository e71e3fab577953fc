"""Days as they are said: "next Friday", "the 2nd", "March 20th", "3 days from now", "2026-12-24". Pure.

A day without a year, or a weekday, is the next one that comes. What has two readings is refused with both: "3/4",
and "next Sunday" while a Sunday of this week is still to come.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from types import MappingProxyType

from jarvisd.lang.en.values.calendar_words import (
    MONTHS,
    WEEKDAYS,
    count_of_units,
    day_of_year,
    is_day,
    later,
    weekday,
)
from jarvisd.lang.en.values.number_words import ordinal
from jarvisd.lang.en.values.tokens import Reader, TokenKind, read
from jarvisd.lang.values import Unreadable, UnreadableReason

LEAP_YEARS = 8
"""Two 29th of February are at most so far apart (1896 and 1904)."""
SUNDAY = 6
_NAMED = MappingProxyType(
    {
        "the day after tomorrow": 2, "day after tomorrow": 2, "overmorrow": 2, "tomorrow": 1, "today": 0,
        "later today": 0, "the day before yesterday": -2, "day before yesterday": -2, "yesterday": -1,
    }
)  # fmt: skip
_COMING = ("this coming", "the coming", "coming", "this", "the next", "next", "last", "the last")
_REPEATING = frozenset({"every", "each", "daily", "weekly", "monthly", "yearly", "weekdays", "weekends"})


@dataclass(frozen=True, slots=True)
class Day:
    """What a day that was named may be: ``dates`` in order, from today on if it was not said which year."""

    dates: tuple[date, ...]
    said: str
    is_weekday: bool = False
    is_today: bool = False
    """Whether it was called today."""
    is_of_year: bool = False
    """Whether it has a month and no year: said when it is over today, it is hardly that of the year to come."""
    is_counted: bool = False
    """Whether it was counted from now: "in 3 days"."""

    @property
    def day(self) -> date:
        """The day that is meant; raises AMBIGUOUS for the weekday of today."""
        if self.is_weekday and len(self.dates) > 1:
            raise Unreadable(UnreadableReason.AMBIGUOUS, self.said, choices=(f"{self.said} week", "today"))
        return self.dates[0]


def read_day(text: str, today: date) -> date:
    """The day that ``text`` says, past days too; raises :class:`Unreadable`."""
    found = read(text, lambda reader: day(reader, today)) if not _repeats(text) else None
    if found is None:
        raise Unreadable(UnreadableReason.REPEATS, text)
    return found.day


def day(reader: Reader, today: date) -> Day | None:
    """One day, perhaps said twice: "Friday, December 4th"."""
    found = _single(reader, today)
    while found is not None:
        start = reader.at
        reader.said(",")
        more = _single(reader, today)
        if more is None:
            reader.at = start
            break
        found = both(found, more)
    return found


def both(one: Day, other: Day) -> Day:
    """The day that both mean; raises IMPLAUSIBLE if they differ."""
    if one.is_weekday:
        one, other = other, one
    dates = one.dates if one.dates[0] in other.dates or _fits(one.dates[0], other) else ()
    if not dates:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, f"{one.said} {other.said}")
    return replace(one, dates=dates[:1], is_today=one.is_today or other.is_today)


# --- the forms -----------------------------------------------------------------------------------------------


def _single(reader: Reader, today: date) -> Day | None:
    reader.said("on")
    start = reader.at
    for rule in (_named, _counted, _of_the_year, _numeric, _of_the_month, _next_week, _week_day, _weekend):
        if (found := reader.first(partial(rule, today=today))) is not None:
            return replace(found, said=reader.between(start))
    return None


def _named(reader: Reader, today: date) -> Day | None:
    for name, days in _NAMED.items():
        if reader.phrase(name):
            days += 7 * reader.phrase("week")
            return Day((today + timedelta(days),), "", is_today=days == 0)
    return None


def _counted(reader: Reader, today: date) -> Day | None:
    """ "in 3 days", "3 days from now", "a week on Monday", "two days before Christmas", "a year ago"."""
    is_ahead = bool(reader.said("in"))
    found = (1, 0) if not is_ahead and reader.phrase("the day") else count_of_units(reader)
    if found is None:
        return None
    if is_ahead:
        reader.phrase("time")
        return Day((later(today, *found),), "", is_counted=True)
    if reader.phrase("ago"):
        return Day((later(today, -found[0], -found[1]),), "")
    if any(reader.phrase(end) for end in ("from now", "from today", "hence", "today")):
        return Day((later(today, *found),), "", is_counted=True)
    sign = -1 if reader.phrase("before") else 1
    if sign > 0 and not reader.said("from", "after", "on", "following"):
        return None
    start = _single(reader, today)
    return None if start is None else Day((later(start.day, sign * found[0], sign * found[1]),), "")


def _of_the_year(reader: Reader, today: date) -> Day | None:
    start = reader.at
    found = day_of_year(reader)
    if found is None:
        return None
    year = _year(reader)
    if year is None:
        return Day(tuple(_next_of_year(today, *found))[:2], "", is_of_year=True)
    if (found == (2, 29)) and not calendar.isleap(year):
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    return Day((date(year, *found),), "")


def _of_the_month(reader: Reader, today: date) -> Day | None:
    """ "the 2nd", "the 15th of next month"."""
    start = reader.at
    is_written = reader.token.kind is TokenKind.ORDINAL
    has_article = is_written or bool(reader.said("the")) or (start > 0 and reader.tokens[start - 1].said == "on")
    said = reader.first(ordinal)
    if said is None or not has_article:
        return None
    if not 1 <= said <= 31:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    if reader.phrase("of next month"):
        first = later(today.replace(day=1), 0, 1)
        if said > calendar.monthrange(first.year, first.month)[1]:
            raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
        return Day((first.replace(day=said),), "")
    if reader.phrase("of this month"):
        return Day(tuple(_next_of_month(today, said))[:1], "")
    return Day(tuple(_next_of_month(today, said))[:2], "")


def _week_day(reader: Reader, today: date) -> Day | None:
    start = reader.at
    which = next((phrase for phrase in _COMING if reader.phrase(phrase)), "").split()[-1:]
    number = weekday(reader)
    if number is None:
        return None
    days = (number - today.weekday()) % 7
    coming = today + timedelta(days)
    if reader.phrase("next week"):
        return _of_next_week(reader.between(start), today, number)
    if reader.phrase("week"):
        return Day((today + timedelta((days or 7) + 7 * bool(days)),), "")
    if which == ["last"]:
        return Day((today - timedelta((-days) % 7 or 7),), "")
    if which == ["next"]:
        return _next_week_day(reader, start, today, number)
    if days == 0 and which != ["coming"]:
        return Day((coming, coming + timedelta(7)), "", is_weekday=True)
    return Day((coming if days else coming + timedelta(7),), "", is_weekday=True)


def _next_week(reader: Reader, today: date) -> Day | None:
    """ "next week on Monday"."""
    start = reader.at
    if not reader.phrase("next week"):
        return None
    reader.said("on")
    number = weekday(reader)
    return None if number is None else _of_next_week(reader.between(start), today, number)


def _of_next_week(said: str, today: date, number: int) -> Day:
    """The day of the week after this one; for some a week begins on Monday, for others on Sunday."""
    found = today + timedelta(7 - today.weekday() + number)
    if SUNDAY in (number, today.weekday()):
        choices = [
            f"{day:%B} {day.day}" for day in (found - timedelta(7), found, found + timedelta(7)) if day > today
        ]
        raise Unreadable(UnreadableReason.AMBIGUOUS, said, choices=choices[:2])
    return Day((found,), "")


def _next_week_day(reader: Reader, start: int, today: date, number: int) -> Day:
    days = (number - today.weekday() - 1) % 7 + 1
    coming = today + timedelta(days)
    is_this_week = days < 7 and number > today.weekday()
    if is_this_week or days == 1:
        name = WEEKDAYS[number].capitalize()
        raise Unreadable(
            UnreadableReason.AMBIGUOUS, reader.between(start), choices=(f"this {name}", f"{name} week")
        )
    return Day((coming,), "")


def _weekend(reader: Reader, today: date) -> Day | None:
    start = reader.at
    if reader.phrase("next weekend"):
        choices = ("Saturday week", "Sunday week")
    elif any(reader.phrase(phrase) for phrase in ("this weekend", "the weekend", "at the weekend")):
        choices = ("this Saturday", "this Sunday")
    else:
        return None
    raise Unreadable(UnreadableReason.AMBIGUOUS, reader.between(start), choices=choices)


def _numeric(reader: Reader, today: date) -> Day | None:
    """ "2026-12-24", "24/12", "12/24/2026", "24.12.2026"."""
    start = reader.at
    numbers = _written(reader)
    if numbers is None:
        return None
    said = reader.between(start)
    if len(numbers[0]) == 4:
        return Day((_date(said, *map(int, numbers)),), "")
    one, other = int(numbers[0]), int(numbers[1])
    readings = sorted({(month, day) for month, day in ((one, other), (other, one)) if is_day(month, day)})
    if not readings:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, said)
    if len(readings) > 1:
        choices = tuple(f"{MONTHS[month - 1].capitalize()} {day}" for month, day in readings)
        raise Unreadable(UnreadableReason.AMBIGUOUS, said, choices=choices)
    if len(numbers) == 3:
        return Day((_date(said, int(numbers[2]), *readings[0]),), "")
    return Day(tuple(_next_of_year(today, *readings[0]))[:2], "", is_of_year=True)


def _written(reader: Reader) -> list[str] | None:
    """The parts of a date in digits: year, month and day, or two of unknown order and perhaps a year."""
    first = reader.take()
    if first.kind is not TokenKind.NUMBER or "," in first.text:
        return None
    parts = first.text.split(".")
    sign = "." if len(parts) == 2 else reader.token.said
    while reader.token.said == sign and sign in "/-." and reader.ahead().whole is not None and len(parts) < 3:
        if not (reader.token.is_attached and reader.ahead().is_attached):
            break
        reader.take()
        parts.append(reader.take().text)
    is_iso = len(parts) == 3 and len(parts[0]) == 4 and sign in "-/"
    is_full = len(parts) == 3 and len(parts[2]) == 4
    is_short = len(parts) == 2 and sign == "/" and reader.token.said != "/"
    lengths = [len(part) for part in (parts[1:] if is_iso else parts[:2])]
    return parts if (is_iso or is_full or is_short) and max(lengths) <= 2 else None


# --- rules ---------------------------------------------------------------------------------------------------


def _repeats(text: str) -> bool:
    return not _REPEATING.isdisjoint(text.casefold().split())


def _fits(day: date, other: Day) -> bool:
    return other.is_weekday and day.weekday() == other.dates[0].weekday()


def _date(said: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, said) from None


def _year(reader: Reader) -> int | None:
    """A year behind a day; "7 pm, 2026" has none."""
    start = reader.at
    reader.said(",")
    token = reader.token
    if token.whole is None or len(token.text) != 4 or not 1900 <= token.whole <= 2199:
        reader.at = start
        return None
    reader.take()
    return token.whole


def _next_of_year(today: date, month: int, day: int) -> Iterator[date]:
    for year in range(today.year, today.year + LEAP_YEARS + 1):
        if day <= calendar.monthrange(year, month)[1] and (found := date(year, month, day)) >= today:
            yield found


def _next_of_month(today: date, day: int) -> Iterator[date]:
    for months in range(4):
        first = later(today.replace(day=1), 0, months)
        if day <= calendar.monthrange(first.year, first.month)[1]:
            found = first.replace(day=day)
            if found >= today:
                yield found
