"""Repetitions as they are said: "every weekday at 7", "every other Tuesday", "the 15th of every month". Pure.

The value is an RRULE (RFC 5545) and the first moment at which it comes, by the clock on the wall.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

from jarvisd.core.recurrence import first_occurrence
from jarvisd.lang.en.values.calendar_words import WEEKDAYS, day_of_year, weekday
from jarvisd.lang.en.values.clock import PARTS, ClockTime, DayPart, Half, clock_time, day_part
from jarvisd.lang.en.values.number_words import ordinal, short_cardinal
from jarvisd.lang.en.values.tokens import Reader, read
from jarvisd.lang.values import Unreadable, UnreadableReason

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = tuple(range(7))
_WORKDAYS = (0, 1, 2, 3, 4)
_WEEKEND = (5, 6)
_UNITS = MappingProxyType(
    {
        "minute": ("MINUTELY", 1), "minutes": ("MINUTELY", 1), "mins": ("MINUTELY", 1), "min": ("MINUTELY", 1),
        "hour": ("HOURLY", 1), "hours": ("HOURLY", 1), "day": ("DAILY", 1), "days": ("DAILY", 1),
        "week": ("WEEKLY", 1), "weeks": ("WEEKLY", 1), "fortnight": ("WEEKLY", 2), "fortnights": ("WEEKLY", 2),
        "month": ("MONTHLY", 1), "months": ("MONTHLY", 1), "year": ("YEARLY", 1), "years": ("YEARLY", 1),
    }
)  # fmt: skip
_ADVERBS = MappingProxyType(
    {
        "daily": "DAILY", "everyday": "DAILY", "nightly": "DAILY", "hourly": "HOURLY", "weekly": "WEEKLY",
        "monthly": "MONTHLY", "yearly": "YEARLY", "annually": "YEARLY",
    }
)  # fmt: skip
_WORKDAY_NAMES = ("weekday", "workday", "work day", "working day", "business day")
_EACH = ("every", "each", "once a", "once per", "once every", "any")
_COUNTED = ("HOURLY", "MINUTELY")
"""What needs no time of day."""
_LONGEST_INTERVAL = 1000
"""Chosen: of any unit."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A time that comes again and again."""

    rrule: str
    """The value of an RRULE, with ``BYHOUR`` and ``BYMINUTE`` if a time of day was said."""
    first: datetime
    """When it comes for the first time; the beginning of that day if no time of day was said."""
    is_time_said: bool
    """Whether it has a time of day, or is counted in hours or minutes, which need none."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The pieces of a repetition."""

    frequency: str = ""
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    place: int = 0
    """Which of the weekdays of a month; the last is -1."""
    month_day: int = 0
    month: int = 0
    clock: ClockTime | None = None
    part: DayPart | None = None


def read_repeat(text: str, now: datetime) -> Repeat:
    """The repetition that ``text`` says, seen from ``now``, which is aware; raises :class:`Unreadable`."""
    said = read(text, _pieces)
    _refuse_unclear(said, text.strip())
    time = _time(said, text.strip())
    rrule = _rule(said, time)
    has_time = time is not None or said.frequency in _COUNTED
    if has_time:
        # Seconds are those of the rule, or none.
        begins = now if time is None else now.replace(second=0, microsecond=0)
        first = first_occurrence(rrule, begins, now)
    else:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        first = first_occurrence(rrule, midnight, midnight - timedelta(microseconds=1))
    if first is None:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, text.strip())
    return Repeat(rrule, first, has_time)


# --- the pieces ----------------------------------------------------------------------------------------------


def _pieces(reader: Reader) -> _Said | None:
    said = _Said()
    while not reader.is_done:
        if said != _Said():
            reader.said(",")
        found = reader.first(partial(_piece, said=said))
        if found is None:
            return None
        said = found
    return said if said.frequency else None


def _piece(reader: Reader, *, said: _Said) -> _Said | None:
    return reader.first(
        partial(_repetition, said=said),
        partial(_within, said=said),
        partial(_part, said=said),
        partial(_clock, said=said),
    )


def _clock(reader: Reader, *, said: _Said) -> _Said | None:
    start = reader.at
    found = clock_time(reader)
    if found is None or said.clock is not None:
        return None
    end = reader.at
    if reader.said("and", "or", "to", "-") and reader.first(clock_time) is not None:
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.between(start))
    reader.at = end
    return replace(said, clock=found)


def _part(reader: Reader, *, said: _Said) -> _Said | None:
    found = day_part(reader) if said != _Said() else None
    return None if found is None or said.part not in (None, found) else replace(said, part=found)


def _repetition(reader: Reader, *, said: _Said) -> _Said | None:
    """What says how often; once only."""
    if said.frequency:
        return None
    found = reader.first(_adverb, _plural_days, _day_range, _day_of_month, _each)
    if found is None:
        return None
    return replace(found, clock=said.clock, part=found.part or said.part)


def _within(reader: Reader, *, said: _Said) -> _Said | None:
    """The day inside of a week, a month or a year: "every week on Monday", "monthly on the 3rd"."""
    is_open = not (said.weekdays or said.month_day)
    if said.frequency == "WEEKLY" and is_open:
        reader.said("on")
        days = _weekdays(reader)
        return replace(said, weekdays=days) if days else None
    if said.frequency == "MONTHLY" and is_open and reader.said("on"):
        found = reader.first(_nth_weekday, _nth_day)
        return None if found is None else replace(found, interval=said.interval, clock=said.clock, part=said.part)
    if said.frequency == "YEARLY" and is_open:
        reader.said("on")
        day = day_of_year(reader)
        return None if day is None else replace(said, month=day[0], month_day=day[1])
    return None


# --- how often -----------------------------------------------------------------------------------------------


def _adverb(reader: Reader) -> _Said | None:
    """ "daily", "weekdays", "on the weekends"."""
    if word := reader.said(*_ADVERBS):
        return _Said(_ADVERBS[word], part=DayPart.NIGHT if word == "nightly" else None)
    if reader.said("fortnightly"):
        return _Said("WEEKLY", 2)
    reader.said("on", "at")
    reader.said("the")
    if any(reader.phrase(f"{name}s") for name in _WORKDAY_NAMES):
        return _Said("WEEKLY", weekdays=_WORKDAYS)
    return _Said("WEEKLY", weekdays=_WEEKEND) if reader.said("weekends") else None


def _plural_days(reader: Reader) -> _Said | None:
    """ "Mondays", "on Mondays, Wednesdays and Fridays"."""
    reader.said("on")
    days = _listed(reader, lambda reader: _plural_day(reader))
    return _Said("WEEKLY", weekdays=days) if days else None


def _plural_day(reader: Reader) -> int | None:
    word = reader.token.said
    name = word.removesuffix("s")
    if word == name or name not in WEEKDAYS:
        return None
    reader.take()
    return WEEKDAYS.index(name)


def _day_range(reader: Reader) -> _Said | None:
    """ "Monday to Friday", "from Monday through Thursday"."""
    reader.said("every", "on")
    reader.said("from")
    first = weekday(reader)
    if first is None or not reader.said("to", "through", "thru", "till", "until", "-"):
        return None
    last = weekday(reader)
    if last is None or first == last:
        return None
    days = tuple((first + step) % 7 for step in range((last - first) % 7 + 1))
    return _Said("WEEKLY", weekdays=tuple(sorted(days)))


def _day_of_month(reader: Reader) -> _Said | None:
    """ "the 15th of every month", "the first Monday of every month", "the last day of every month"."""
    reader.said("on")
    found = reader.first(_nth_weekday, _nth_day)
    if found is None or not reader.said("of", "in"):
        return None
    if not reader.said("every", "each"):
        return None
    return found if reader.said("month") else None


def _each(reader: Reader) -> _Said | None:
    """ "every day", "every other Tuesday", "every 2 hours", "each morning", "every 15th", "every March 3rd"."""
    if not any(reader.phrase(phrase) for phrase in _EACH):
        return None
    return reader.first(
        _every_part,
        _every_day_but,
        _every_workday,
        _every_monthly_weekday,
        _every_weekdays,
        _every_span,
        _every_date,
    )


def _every_part(reader: Reader) -> _Said | None:
    word = reader.said(*PARTS)
    return _Said("DAILY", part=PARTS[word]) if word else None


def _every_day_but(reader: Reader) -> _Said | None:
    """ "every day except Sunday"."""
    if not (reader.phrase("day") and reader.said("except", "but")):
        return None
    reader.said("on")
    left_out = _listed(reader, lambda reader: reader.first(_plural_day, weekday))
    days = tuple(day for day in _WEEK if day not in left_out)
    return _Said("WEEKLY", weekdays=days) if left_out and days else None


def _every_workday(reader: Reader) -> _Said | None:
    if any(reader.phrase(name) for name in _WORKDAY_NAMES):
        return _Said("WEEKLY", weekdays=_WORKDAYS)
    return _Said("WEEKLY", weekdays=_WEEKEND) if reader.said("weekend") else None


def _every_monthly_weekday(reader: Reader) -> _Said | None:
    """ "every third Tuesday of the month"."""
    found = _nth_weekday(reader)
    if found is None:
        return None
    return found if reader.phrase("of the month") or reader.phrase("in the month") else None


def _every_weekdays(reader: Reader) -> _Said | None:
    start = reader.at
    is_other = bool(reader.said("other"))
    if not is_other and reader.said("second", "2nd"):
        if (day := weekday(reader)) is None:
            return None
        name = WEEKDAYS[day].capitalize()
        choices = (f"every other {name}", f"every second {name} of the month")
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.between(start), choices=choices)
    days = _weekdays(reader)
    return _Said("WEEKLY", 2 if is_other else 1, weekdays=days) if days else None


def _every_span(reader: Reader) -> _Said | None:
    """ "day", "other week", "2 hours", "half hour"."""
    start = reader.at
    if reader.phrase("half hour") or reader.phrase("half an hour"):
        return _Said("MINUTELY", 30)
    if reader.phrase("quarter of an hour") or reader.phrase("quarter hour"):
        return _Said("MINUTELY", 15)
    is_other = bool(reader.said("other", "second", "2nd"))
    count = 2 if is_other else reader.first(short_cardinal)
    if count is None and (reader.token.said in ("third", "fourth") or reader.token.text[-2:] in ("rd", "th")):
        count = reader.first(ordinal)
    unit = reader.said(*_UNITS)
    if not unit:
        return None
    frequency, times = _UNITS[unit]
    interval = (1 if count is None else count) * times
    if not 1 <= interval <= _LONGEST_INTERVAL:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    return _Said(frequency, interval)


def _every_date(reader: Reader) -> _Said | None:
    """ "15th", "15th of the month", "March 3rd", "Christmas"."""
    if (day := reader.first(day_of_year)) is not None:
        return _Said("YEARLY", month=day[0], month_day=day[1])
    found = _nth_day(reader)
    if found is not None:
        reader.phrase("of the month")
    return found


def _nth_weekday(reader: Reader) -> _Said | None:
    start = reader.at
    reader.said("the")
    place = -1 if reader.said("last") else reader.first(ordinal)
    day = weekday(reader) if place is not None else None
    if place is None or day is None:
        return None
    if place > 5:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    return _Said("MONTHLY", weekdays=(day,), place=place)


def _nth_day(reader: Reader) -> _Said | None:
    start = reader.at
    reader.said("the")
    if reader.phrase("last day"):
        return _Said("MONTHLY", month_day=-1)
    number = reader.first(ordinal)
    if number is None:
        return None
    reader.said("day")
    if not 1 <= number <= 31:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    return _Said("MONTHLY", month_day=number)


def _weekdays(reader: Reader) -> tuple[int, ...]:
    return _listed(reader, lambda reader: reader.first(weekday, _plural_day))


def _listed(reader: Reader, rule: Callable[[Reader], int | None]) -> tuple[int, ...]:
    """One or more days in the order of the week: "Monday, Wednesday and Friday"."""
    found: set[int] = set()
    while (day := reader.first(rule)) is not None:
        found.add(day)
        start = reader.at
        reader.said(",")
        reader.said("and", "&")
        ahead = reader.at
        if reader.first(rule) is None:
            reader.at = start
            break
        reader.at = ahead
    return tuple(sorted(found))


# --- the rule ------------------------------------------------------------------------------------------------


def _refuse_unclear(said: _Said, text: str) -> None:
    is_open = not (said.weekdays or said.month_day)
    needs_day = said.frequency in ("WEEKLY", "MONTHLY", "YEARLY")
    needs_time = said.part is not None and said.clock is None
    if needs_time or (needs_day and is_open):
        raise Unreadable(UnreadableReason.AMBIGUOUS, text)
    if said.frequency in _COUNTED and (said.clock or said.part):
        raise Unreadable(UnreadableReason.NOT_UNDERSTOOD, text)


def _time(said: _Said, text: str) -> timedelta | None:
    """How long after midnight it comes; raises AMBIGUOUS for a midnight between two days."""
    if said.clock is None:
        return None
    offset = said.clock.offsets(said.part, is_other_day=True)[0]
    if said.frequency != "DAILY" and (offset >= timedelta(days=1) or said.clock.half is Half.MIDNIGHT):
        raise Unreadable(UnreadableReason.AMBIGUOUS, text)
    return offset % timedelta(days=1)


def _rule(said: _Said, time: timedelta | None) -> str:
    parts = [f"FREQ={said.frequency}"]
    if said.interval > 1:
        parts.append(f"INTERVAL={said.interval}")
    if said.month:
        parts.append(f"BYMONTH={said.month}")
    if said.month_day:
        parts.append(f"BYMONTHDAY={said.month_day}")
    if said.weekdays:
        place = str(said.place) if said.place else ""
        parts.append("BYDAY=" + ",".join(place + CODES[day] for day in said.weekdays))
    if time is not None:
        minutes, seconds = divmod(time.seconds, 60)
        parts.append(f"BYHOUR={minutes // 60};BYMINUTE={minutes % 60}")
        if seconds:
            parts.append(f"BYSECOND={seconds}")
    return ";".join(parts)
