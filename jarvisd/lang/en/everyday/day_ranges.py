"""Spans of days as people ask about them: "today", "tomorrow morning", "next week", "in December". Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from jarvisd.core.recurrence import at_wall_time
from jarvisd.lang.en.values.calendar_words import MONTHS, later
from jarvisd.lang.en.values.dates import read_day
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.en.words import strip_courtesy, words
from jarvisd.lang.values import Unreadable, UnreadableReason

_PARTS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 24)}
)
"""Hours of the day, as a person means them who asks for appointments."""
_PART = re.compile(
    r"(?:(?P<this>this|later this)|(?P<day>.+?)(?: in the| at)?) (?P<part>morning|afternoon|evening|night)"
)
_MONTH = re.compile(r"(?:in )?(?P<month>\w+)(?: (?P<year>\d{4}))?")
_SEVERAL = re.compile(
    r"(?:in |for |over |within )?(?:the )?(?:next|coming|following) (?P<count>.+) (?P<unit>day|week|month)s?"
)
_LEAD = re.compile(r"^(?:for|on|during|in|over|at)(?: the)? (?!\d)")
_DAYS_LIMIT = 366
"""Chosen: nobody asks for more at once."""


@dataclass(frozen=True, slots=True)
class DayRange:
    """A span between two moments, and how it is said: "tomorrow morning", "on Friday, December 4"."""

    begin: datetime
    end: datetime
    said: str

    @property
    def is_one_day(self) -> bool:
        """Whether all of it lies in one day."""
        return self.end - self.begin <= timedelta(hours=26)


def read_range(text: str, now: datetime) -> DayRange:
    """The span that ``text`` says, in the zone of ``now``; raises :class:`Unreadable`.

    Of this week and this month only what is left counts.
    """
    said = " ".join(strip_courtesy(words(text)))
    today = now.date()
    part = _PART.fullmatch("this night" if said == "tonight" else said)
    if part is not None:
        name = part["part"]
        day = today if part["this"] else read_day(_LEAD.sub("", part["day"]), today)
        first, last = _PARTS[name]
        begin, end = _at(day, first, now), _at(day, last, now)
        here = "tonight" if name == "night" else f"this {name}"
        return DayRange(begin, end, here if day == today else f"{day_said(day, today)} {name}")
    if (found := _weeks(_LEAD.sub("", said), now)) is not None:
        return found
    if (several := _SEVERAL.fullmatch(said)) is not None:
        return _counted(several, now)
    month = _MONTH.fullmatch(said)
    if month is not None and month["month"] in MONTHS:
        number = MONTHS.index(month["month"]) + 1
        year = int(month["year"] or today.year + (number < today.month))
        begins = date(year, number, 1)
        return _days(max(begins, today), later(begins, 0, 1), f"in {begins:%B}", now)
    day = read_day(text, today)
    return _days(day, day + timedelta(days=1), day_said(day, today), now)


def _weeks(said: str, now: datetime) -> DayRange | None:
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    week, weekend = timedelta(days=7), timedelta(days=5)
    # From Saturday on the weekend that goes on is meant.
    spans = {
        "this week": (today, monday + week, "this week"),
        "the rest of the week": (today, monday + week, "this week"),
        "rest of the week": (today, monday + week, "this week"),
        "week": (today, monday + week, "this week"),
        "next week": (monday + week, monday + 2 * week, "next week"),
        "week after next": (monday + 2 * week, monday + 3 * week, "the week after next"),
        "the week after next": (monday + 2 * week, monday + 3 * week, "the week after next"),
        "this weekend": (max(today, monday + weekend), monday + week, "this weekend"),
        "the weekend": (max(today, monday + weekend), monday + week, "this weekend"),
        "weekend": (max(today, monday + weekend), monday + week, "this weekend"),
        "next weekend": (monday + week + weekend, monday + 2 * week, "next weekend"),
        "this month": (today, later(today.replace(day=1), 0, 1), "this month"),
        "next month": (later(today.replace(day=1), 0, 1), later(today.replace(day=1), 0, 2), "next month"),
        "the coming days": (today, today + week, "in the next 7 days"),
        "coming days": (today, today + week, "in the next 7 days"),
        "next few days": (today, today + week, "in the next 7 days"),
        "the next few days": (today, today + week, "in the next 7 days"),
    }
    return _days(*spans[said], now) if said in spans else None


def _counted(several: re.Match[str], now: datetime) -> DayRange:
    today = now.date()
    count = read_number(several["count"])
    unit = several["unit"]
    if count != int(count) or not 1 <= count <= 366:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, several[0])
    whole = int(count)
    end = later(today, {"day": 1, "week": 7}.get(unit, 0) * whole, whole if unit == "month" else 0)
    if (end - today).days > _DAYS_LIMIT:
        raise Unreadable(UnreadableReason.TOO_FAR, several[0])
    return _days(today, end, f"in the next {whole} {unit}{'' if whole == 1 else 's'}", now)


def _days(first: date, end: date, said: str, now: datetime) -> DayRange:
    return DayRange(_at(first, 0, now), _at(end, 0, now), said)


def _at(day: date, hour: int, now: datetime) -> datetime:
    day += timedelta(days=hour // 24)
    return at_wall_time(datetime.combine(day, time(hour % 24)), now.tzinfo)


def day_said(day: date, today: date) -> str:
    """How a day is said beside others: "today", "tomorrow", "on Friday, December 4"."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
    year = "" if day.year == today.year or 0 < (day - today).days < 200 else f", {day.year}"
    return near or f"on {day:%A, %B} {day.day}{year}"
