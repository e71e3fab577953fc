"""When something that repeats comes again: RRULE (RFC 5545, 3.3.10) over local wall time. Pure.

The times have no zone: "every day at 7" is 7 on the clock of the wall, in summer time as in winter. What falls
into an hour that the clock skips comes when the clock goes on; what falls into one that comes twice comes once.
"""

from __future__ import annotations

from datetime import datetime

from dateutil.rrule import rrule, rrulestr


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


def _read(rule: str, first: datetime) -> rrule:
    try:
        found = rrulestr(rule, dtstart=first)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"{rule!r} is no repetition") from error
    if not isinstance(found, rrule):
        raise ValueError(f"{rule!r} is more than one repetition")
    return found
