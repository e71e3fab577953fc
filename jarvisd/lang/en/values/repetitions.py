"""How often something comes again: "every other Tuesday", "weekdays", "the 15th of every month". Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

from jarvisd.lang.en.values.calendar_words import WEEKDAYS, day_of_year, weekday
from jarvisd.lang.en.values.clock import PARTS, ClockTime, DayPart
from jarvisd.lang.en.values.durations import length
from jarvisd.lang.en.values.number_words import ordinal, short_cardinal
from jarvisd.lang.en.values.tokens import Reader
from jarvisd.lang.values import Unreadable, UnreadableReason

_DAY_S = 86_400
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
_PLURAL_PARTS = MappingProxyType({f"{word}s": part for word, part in PARTS.items()})
_VAGUE = frozenset({"few", "several", "couple"})
"""Good for a length of time, not for one that comes again."""
_WORKDAY_NAMES = ("weekday", "workday", "work day", "working day", "business day")
_EACH = ("each and every", "every", "each", "once a", "once per", "once every")
COUNTED = ("HOURLY", "MINUTELY")
"""What needs no time of day."""
_LONGEST_INTERVAL = 1000
"""Chosen: of any unit."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """The pieces of a repetition."""

    frequency: str = ""
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    place: int = 0
    """Which of the weekdays of a month; the last is -1."""
    month_days: tuple[int, ...] = ()
    """The last is -1."""
    month: int = 0
    clock: ClockTime | None = None
    part: DayPart | None = None

    @property
    def is_open(self) -> bool:
        """Whether no day of its week, month or year is said."""
        return not (self.weekdays or self.month_days)


def how_often(reader: Reader) -> Repetition | None:
    """What says how often, without the time of day.

    Raises AMBIGUOUS for "every second Tuesday", and NO_TIME for "twice a day".
    """
    return reader.first(
        _several, _adverb, _parts, _plural_days, _day_range, _day_of_month, _day_of_every_year, _each
    )


def day_within(reader: Reader, said: Repetition) -> Repetition | None:
    """``said`` with the day inside of its week, month or year: "every week on Monday", "monthly on the 3rd"."""
    if not said.is_open:
        return None
    has_on = bool(reader.said("on"))
    if said.frequency == "WEEKLY":
        days = _weekdays(reader)
        return replace(said, weekdays=days) if days else None
    if said.frequency == "MONTHLY" and has_on:
        found = reader.first(_nth_weekday, _nth_days)
        return None if found is None else replace(found, interval=said.interval, clock=said.clock, part=said.part)
    if said.frequency == "YEARLY":
        day = day_of_year(reader)
        return None if day is None else replace(said, month=day[0], month_days=(day[1],))
    return None


# --- the forms -----------------------------------------------------------------------------------------------


def _several(reader: Reader) -> Repetition | None:
    """ "Twice a day": raises NO_TIME, for nobody said at what times."""
    start = reader.at
    if not reader.said("twice", "thrice"):
        count = short_cardinal(reader)
        if count is None or count < 2 or not reader.said("times"):
            return None
    if reader.said("a", "per", "each", "every") and reader.said("hour", "day", "week", "month", "year"):
        raise Unreadable(UnreadableReason.NO_TIME, reader.between(start))
    return None


def _adverb(reader: Reader) -> Repetition | None:
    """ "daily", "weekdays", "on the weekends"."""
    if word := reader.said(*_ADVERBS):
        return Repetition(_ADVERBS[word], part=DayPart.NIGHT if word == "nightly" else None)
    if reader.said("fortnightly"):
        return Repetition("WEEKLY", 2)
    reader.said("on", "at")
    reader.said("the")
    if any(reader.phrase(f"{name}s") for name in _WORKDAY_NAMES):
        return Repetition("WEEKLY", weekdays=_WORKDAYS)
    return Repetition("WEEKLY", weekdays=_WEEKEND) if reader.said("weekends") else None


def _parts(reader: Reader) -> Repetition | None:
    """ "mornings", "weekday mornings", "on Saturday evenings"."""
    reader.said("on", "in")
    reader.said("the")
    days = reader.first(_workdays_or_weekend, _weekdays_in_a_row)
    word = reader.said(*_PLURAL_PARTS)
    if not word:
        return None
    return Repetition("WEEKLY" if days else "DAILY", weekdays=days or (), part=_PLURAL_PARTS[word])


def _plural_days(reader: Reader) -> Repetition | None:
    """ "Mondays", "on Mondays, Wednesdays and Fridays"."""
    reader.said("on")
    days = _listed(reader, _plural_day)
    return Repetition("WEEKLY", weekdays=days) if days else None


def _plural_day(reader: Reader) -> int | None:
    word = reader.token.said
    name = word.removesuffix("s")
    if word == name or name not in WEEKDAYS:
        return None
    reader.take()
    return WEEKDAYS.index(name)


def _day_range(reader: Reader) -> Repetition | None:
    """ "Monday to Friday", "from Monday through Thursday"."""
    reader.said("every", "on")
    reader.said("from")
    first = weekday(reader)
    is_joined = reader.token.before == "-" or reader.said("to", "through", "thru", "till", "until", "-")
    if first is None or not is_joined:
        return None
    last = weekday(reader)
    if last is None or first == last:
        return None
    days = tuple((first + step) % 7 for step in range((last - first) % 7 + 1))
    return Repetition("WEEKLY", weekdays=tuple(sorted(days)))


def _day_of_month(reader: Reader) -> Repetition | None:
    """ "the 15th of every month", "the first Monday of every month", "the last day of every month"."""
    reader.said("on")
    found = reader.first(_nth_weekday, _nth_days)
    if found is None or not (reader.said("of", "in") and reader.said("every", "each")):
        return None
    months = _every_span(reader)
    return replace(found, interval=months.interval) if months and months.frequency == "MONTHLY" else None


def _day_of_every_year(reader: Reader) -> Repetition | None:
    """ "on December 24th every year"."""
    reader.said("on")
    day = day_of_year(reader)
    if day is None or not reader.said("every", "each"):
        return None
    years = _every_span(reader)
    if years is None or years.frequency != "YEARLY":
        return None
    return replace(years, month=day[0], month_days=(day[1],))


def _each(reader: Reader) -> Repetition | None:
    """ "every day", "every other Tuesday", "every 2 hours", "each morning", "every 15th", "every March 3rd"."""
    if not any(reader.phrase(phrase) for phrase in _EACH):
        return None
    reader.said("single")
    return reader.first(
        _every_part,
        _every_day_but,
        _every_workday,
        _every_weekday_of_a_month,
        _every_weekdays,
        _every_span,
        _every_date,
    )


def _every_part(reader: Reader) -> Repetition | None:
    word = reader.said(*PARTS)
    return Repetition("DAILY", part=PARTS[word]) if word else None


def _every_day_but(reader: Reader) -> Repetition | None:
    """ "every day except Sunday"."""
    if not (reader.phrase("day") and reader.said("except", "but")):
        return None
    reader.said("on", "the")
    left_out = (5, 6) if reader.said("weekends", "weekend") else _listed(reader, _any_day)
    days = tuple(day for day in _WEEK if day not in left_out)
    return Repetition("WEEKLY", weekdays=days) if left_out and days else None


def _every_workday(reader: Reader) -> Repetition | None:
    days = _workdays_or_weekend(reader)
    return Repetition("WEEKLY", weekdays=days) if days else None


def _workdays_or_weekend(reader: Reader) -> tuple[int, ...] | None:
    if any(reader.phrase(name) for name in _WORKDAY_NAMES):
        return _WORKDAYS
    return _WEEKEND if reader.said("weekend") else None


def _every_weekday_of_a_month(reader: Reader) -> Repetition | None:
    """ "every third Tuesday of the month", "every last Friday"; "every third Tuesday" may be in three weeks."""
    start = reader.at
    found = _nth_weekday(reader)
    if found is None:
        return None
    if reader.phrase("of the month") or reader.phrase("in the month") or reader.phrase("of each month"):
        return found
    if found.place in (1, -1):
        return found
    name, said = WEEKDAYS[found.weekdays[0]].capitalize(), reader.between(start)
    other = f"every other {name}" if found.place == 2 else f"every {found.place} weeks on {name}"
    raise Unreadable(UnreadableReason.AMBIGUOUS, said, choices=(other, f"every {said} of the month"))


def _every_weekdays(reader: Reader) -> Repetition | None:
    is_other = bool(reader.said("other"))
    days = _weekdays(reader)
    return Repetition("WEEKLY", 2 if is_other else 1, weekdays=days) if days else None


def _every_span(reader: Reader) -> Repetition | None:
    """ "day", "other week", "2 hours", "third day", "hour and a half"."""
    start = reader.at
    count = 2 if reader.said("other") else reader.first(short_cardinal, ordinal)
    unit = reader.said(*_UNITS)
    if not unit or reader.token.said == "and":
        reader.at = start
        return _every_length(reader)
    if unit == "day":
        reader.phrase("of the week")
    frequency, times = _UNITS[unit]
    interval = (1 if count is None else count) * times
    if not 1 <= interval <= _LONGEST_INTERVAL:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    return Repetition(frequency, interval)


def _every_length(reader: Reader) -> Repetition | None:
    """ "half hour", "hour and a half", "1.5 hours"."""
    start = reader.at
    seconds = length(reader)
    is_vague = any(token.said in _VAGUE for token in reader.tokens[start : reader.at])
    if seconds is None or seconds >= _DAY_S or is_vague:
        return None
    minutes = seconds / 60
    if minutes < 1 or minutes.denominator != 1:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    return Repetition("HOURLY", int(minutes // 60)) if minutes % 60 == 0 else Repetition("MINUTELY", int(minutes))


def _every_date(reader: Reader) -> Repetition | None:
    """ "15th", "15th of the month", "March 3rd", "Christmas"."""
    if (day := reader.first(day_of_year)) is not None:
        return Repetition("YEARLY", month=day[0], month_days=(day[1],))
    found = _nth_days(reader)
    if found is not None:
        reader.phrase("of the month")
    return found


def _nth_weekday(reader: Reader) -> Repetition | None:
    start = reader.at
    reader.said("the")
    place = -1 if reader.said("last") else reader.first(ordinal)
    day = weekday(reader) if place is not None else None
    if place is None or day is None:
        return None
    if place > 5:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    return Repetition("MONTHLY", weekdays=(day,), place=place)


def _nth_days(reader: Reader) -> Repetition | None:
    """ "the last day", "the 15th", "the 1st and the 15th"."""
    start = reader.at
    reader.said("the")
    if reader.phrase("last day"):
        return Repetition("MONTHLY", month_days=(-1,))
    days = _listed(reader, ordinal)
    if not days:
        return None
    reader.said("day")
    if not 1 <= days[0] <= days[-1] <= 31:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    return Repetition("MONTHLY", month_days=days)


def _weekdays(reader: Reader) -> tuple[int, ...]:
    return _listed(reader, _any_day)


def _weekdays_in_a_row(reader: Reader) -> tuple[int, ...] | None:
    return _listed(reader, weekday) or None


def _any_day(reader: Reader) -> int | None:
    return reader.first(weekday, _plural_day)


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
