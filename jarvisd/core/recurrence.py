"""Wall times of a zone, and what comes again at them (RFC 5545). Pure.

A wall time that summer time leaves out means the moment that the clock would show by the offset before the change
("02:30" is 03:30), and of one that comes twice the first is meant: RFC 5545, section 3.3.5.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo

from dateutil.rrule import rrulestr

_INTERVAL = re.compile(r";INTERVAL=\d+")
_TWICE = timedelta(hours=2)
"""No zone turns its clocks back by more (tz database)."""
_LOOKED_AT = 200
"""Occurrences around a change of the clock, of a rule that comes every minute."""
_FREQUENT = ("FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY")


def at_wall_time(wall: datetime, zone: tzinfo | None) -> datetime:
    """The moment at which the clocks of ``zone`` show ``wall``, which has no zone."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(timezone.utc).astimezone(zone)


def next_occurrence(rrule: str, first: datetime, after: datetime) -> datetime | None:
    """The first moment after ``after`` at which a rule that began at ``first`` comes; ``None`` when it is over.

    ``rrule`` is the value of an RRULE without ``DTSTART``; days are counted on the wall of ``first``'s zone, hours
    and minutes in time that passes. Errors: ValueError for what is no rule.
    """
    zone = first.tzinfo
    counted_in = timezone.utc if rrule.startswith(_FREQUENT) and "BY" not in rrule else zone
    begins = first.astimezone(counted_in).replace(tzinfo=None, microsecond=0)
    limit = after.astimezone(counted_in).replace(tzinfo=None) - _TWICE
    for wall in rrulestr(rrule, dtstart=begins).xafter(limit, count=_LOOKED_AT, inc=True):
        moment = at_wall_time(wall, counted_in).astimezone(zone)
        if is_later(moment, after):
            return moment
    return None


def first_occurrence(rrule: str, begins: datetime, after: datetime) -> datetime | None:
    """When a rule comes for the first time after ``after``, whatever its interval, on a day from ``begins`` on."""
    is_counted = rrule.startswith(_FREQUENT)
    return next_occurrence(rrule if is_counted else _INTERVAL.sub("", rrule), begins, after)


def is_later(one: datetime, other: datetime) -> bool:
    """Whether ``one`` comes after ``other``; Python compares wall times if both have the same zone."""
    return one.astimezone(timezone.utc) > other.astimezone(timezone.utc)
