"""Appointments and when they come: repetition, exceptions, whole days and summer time (RFC 5545). Pure.

A time without a zone belongs to where the machine is. What a rule leaves open is bounded: nothing that comes more
often than a few times a day is an appointment, and nobody has one from before 1900.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from itertools import islice, product, starmap

from dateutil.rrule import rrulestr

from jarvisd.core.recurrence import at_wall_time

EARLIEST_YEAR = 1900
"""Chosen: birthdays of the living begin later."""
TIMES_A_DAY = 8
"""Chosen: a medicine, at most; it bounds what a day of a rule costs."""
IN_WINDOW = 1000
"""Occurrences of one series that are looked at, chosen: more than three years of days."""
_SLOW = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PART = re.compile(r"([A-Z-]+)=([^;]*)")
_DAY = timedelta(days=1)
Stop = Callable[[], None]


@dataclass(frozen=True, slots=True)
class EventSeries:
    """One entry of a calendar: a single event, one that repeats, or an exception of one that does."""

    uid: str
    title: str
    place: str
    begins: datetime | date
    """With a zone; a date for what takes whole days."""
    length: timedelta
    rule: str = ""
    """An RRULE without its name; empty for what comes once."""
    extra: tuple[datetime | date, ...] = ()
    """Further beginnings."""
    excluded: frozenset[datetime | date] = frozenset()
    """Beginnings that do not happen."""
    exception_of: datetime | date | None = None
    """The beginning that this entry stands for instead."""
    is_cancelled: bool = False
    is_free: bool = False
    """It takes no time: one is free all the same."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """Something that happens once. Its words are those of whoever wrote the calendar: untrusted."""

    begins: datetime
    ends: datetime
    title: str
    place: str = ""
    is_all_day: bool = False
    is_free: bool = False

    def overlaps(self, begin: datetime, end: datetime) -> bool:
        """Whether any of it lies in a span; what has no length, where it begins in it."""
        return self.begins < end and (self.ends > begin or self.begins == self.ends >= begin)


def demand_readable(rule: str, begins: datetime | date) -> None:
    """Raise ValueError for a rule that cannot be followed, or only at no cost that is bounded."""
    parts = dict(_PART.findall(rule))
    if parts.get("FREQ") not in _SLOW or not 1 <= int(parts.get("INTERVAL") or 1) <= 1000:
        raise ValueError("it repeats too often, or in an unknown way")
    a_day = 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        a_day *= len(parts.get(name, "").split(","))
    if a_day > TIMES_A_DAY or begins.year < EARLIEST_YEAR:
        raise ValueError("it repeats too often, or begins too early")
    days, months = parts.get("BYMONTHDAY"), parts.get("BYMONTH")
    if days and months and not any(starmap(_is_day, product(days.split(","), months.split(",")))):
        raise ValueError("it never comes")
    rrulestr(_without_end(rule)[0], dtstart=datetime(2000, 1, 1))


def appointments(
    series: Iterable[EventSeries], begin: datetime, end: datetime, stop: Stop = lambda: None
) -> list[Appointment]:
    """What happens between two moments, in order; ``begin`` has the zone in which whole days are counted."""
    local = begin.tzinfo
    groups: dict[str, list[EventSeries]] = defaultdict(list)
    for each in series:
        groups[each.uid].append(each)
    found: list[Appointment] = []
    for group in groups.values():
        stop()
        instead = frozenset(_key(each.exception_of) for each in group if each.exception_of is not None)
        for each in group:
            if each.is_cancelled:
                continue
            found += _of(each, instead if each.exception_of is None else frozenset(), begin, end, local)
    return sorted(found, key=lambda each: (each.begins.astimezone(timezone.utc), not each.is_all_day, each.title))


def _of(
    series: EventSeries, instead: frozenset[datetime | date], begin: datetime, end: datetime, local: tzinfo | None
) -> Iterator[Appointment]:
    is_all_day = not isinstance(series.begins, datetime)
    left_out = instead | {_key(each) for each in series.excluded}
    for start in _starts(series, begin, end):
        if _key(start) in left_out or (isinstance(start, datetime) and start.date() in left_out):
            continue
        if isinstance(start, datetime):
            begins = start.astimezone(timezone.utc).astimezone(local)
            ends = (start.astimezone(timezone.utc) + series.length).astimezone(local)
        else:
            begins, ends = _midnight(start, local), _midnight(start + series.length, local)
        one = Appointment(begins, ends, series.title, series.place, is_all_day, series.is_free)
        if one.overlaps(begin, end):
            yield one


def _starts(series: EventSeries, begin: datetime, end: datetime) -> Iterator[datetime | date]:
    """The beginnings that may reach into a span, each once."""
    first = series.begins
    seen: set[datetime | date] = set()
    ruled = _ruled(series, begin, end) if series.rule else iter(())
    for start in (first, *series.extra, *islice(ruled, IN_WINDOW)):
        if _key(start) not in seen:
            seen.add(_key(start))
            yield start


def _ruled(series: EventSeries, begin: datetime, end: datetime) -> Iterator[datetime | date]:
    first = series.begins
    zone = first.tzinfo if isinstance(first, datetime) else None
    wall = first.replace(tzinfo=None) if isinstance(first, datetime) else datetime.combine(first, time())
    rule, until = _without_end(series.rule)
    near = begin.astimezone(zone or begin.tzinfo).replace(tzinfo=None) - series.length - _DAY
    far = end.astimezone(zone or begin.tzinfo).replace(tzinfo=None) + _DAY
    last = _last_wall(until, zone)
    for each in rrulestr(rule, dtstart=wall).xafter(near, inc=True):
        if each > far or (last is not None and each > last):
            return
        yield at_wall_time(each, zone) if isinstance(first, datetime) else each.date()


def _without_end(rule: str) -> tuple[str, str]:
    """A rule without UNTIL, and that: the library wants it in the zone of the beginning, and few calendars do."""
    parts = _PART.findall(rule.upper())
    until = next((value for name, value in parts if name == "UNTIL"), "")
    return ";".join(f"{name}={value}" for name, value in parts if name != "UNTIL"), until


def _last_wall(until: str, zone: tzinfo | None) -> datetime | None:
    if not until:
        return None
    if len(until) == 8:
        return datetime.strptime(until, "%Y%m%d") + _DAY - timedelta(seconds=1)
    said = datetime.strptime(until.rstrip("Z"), "%Y%m%dT%H%M%S")
    if until.endswith("Z") and zone is not None:
        return said.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)
    return said


def _midnight(day: date, local: tzinfo | None) -> datetime:
    return at_wall_time(datetime.combine(day, time()), local)


def _key(start: datetime | date) -> datetime | date:
    """In one zone, so that the same moment is equal however it is written."""
    return start.astimezone(timezone.utc) if isinstance(start, datetime) else start


def _is_day(day: str, month: str) -> bool:
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(int(month), 31)
    return 1 <= abs(int(day)) <= longest and 1 <= int(month) <= 12


def free_from(found: Sequence[Appointment]) -> list[Appointment]:
    """Those of ``found`` in which one is not free; whole days are told, and take no time."""
    return [each for each in found if not (each.is_free or each.is_all_day)]
