"""When something that repeats comes again: RRULE (RFC 5545, 3.3.10) over local wall time. Pure.

The times have no zone: "every day at 7" is 7 on the clock of the wall, in summer time as in winter. What falls
into an hour that the clock skips comes when the clock goes on; what falls into one that comes twice comes once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from dateutil.rrule import rrule, rrulestr

BEFORE = timedelta(weeks=12)
"""Chosen: a whole number of most intervals that people ask for; clocks are rarely set back further."""
_COMPARED = 4
"""So many times tell one rule from another: a day of the month is not the same day twelve weeks before."""


def began(rule: str, first: datetime, now: datetime) -> datetime:
    """Where a rule that comes at ``first`` is counted from: earlier, if that changes no time from now on.

    Then it also comes at the time before ``first`` if the clock is set back after it was made. Who names a later
    beginning, or a number of times, is given just that. Raises ValueError for what is no rule.
    """
    if "COUNT" in rule.upper():
        return first
    told = list(islice(_read(rule, first), _COMPARED))
    earlier = _read(rule, first - BEFORE)
    return first - BEFORE if list(islice(earlier.xafter(now), _COMPARED)) == told else first


def next_after(rule: str, first: datetime, after: datetime) -> datetime | None:
    """The first time later than ``after`` of a ``rule`` that began at ``first``; ``None`` when it is over.

    Raises ValueError for what is no rule.
    """
    found: datetime | None = _read(rule, first).after(after)
    return found


def latest_until(rule: str, first: datetime, until: datetime) -> datetime | None:
    """The last time that is not later than ``until``; ``None`` before the first. Errors as :func:`next_after`."""
    found: datetime | None = _read(rule, first).before(until, inc=True)
    return found


def may_begin_at(rule: str, first: datetime, later: datetime) -> bool:
    """Whether a rule that began at ``first`` goes on the same where it is counted from ``later``, a time of it.

    One that comes a number of times does not: counted anew, it would come more often.
    """
    if "COUNT" in rule.upper():
        return False
    told = list(islice(_read(rule, first).xafter(later, inc=True), _COMPARED))
    return list(islice(_read(rule, later).xafter(later, inc=True), _COMPARED)) == told


def _read(rule: str, first: datetime) -> rrule:
    try:
        found = rrulestr(rule, dtstart=first)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"{rule!r} is no repetition") from error
    if not isinstance(found, rrule):
        raise ValueError(f"{rule!r} is more than one repetition")
    return found
