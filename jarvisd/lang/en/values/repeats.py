"""Repetitions as they are said: "every weekday at 7", "every other Tuesday", "the 15th of every month". Pure.

The value is an RRULE (RFC 5545) and the first moment at which it comes, by the clock on the wall.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from jarvisd.core.recurrence import first_occurrence
from jarvisd.lang.en.values.clock import Half, clock_time, day_part
from jarvisd.lang.en.values.repetitions import COUNTED, Repetition, day_within, how_often
from jarvisd.lang.en.values.tokens import Reader, read
from jarvisd.lang.values import Unreadable, UnreadableReason

_BOUND = re.compile(
    r"\b(?:(?:until|till?|through|starting|beginning|ending|from)"
    r"|for (?:the (?:next|coming) )?(?:\w+ )?(?:days?|weeks?|months?|years?))\b",
    re.IGNORECASE,
)
"""How a beginning or an end is said behind what comes again."""
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Repeat:
    """A time that comes again and again."""

    rrule: str
    """The value of an RRULE, with ``BYHOUR`` and ``BYMINUTE`` if a time of day was said."""
    first: datetime
    """When it comes for the first time; the beginning of that day if no time of day was said."""
    is_time_said: bool
    """Whether it has a time of day, or is counted in hours or minutes, which need none."""


def read_repeat(text: str, now: datetime) -> Repeat:
    """The repetition that ``text`` says, seen from ``now``, which is aware; raises :class:`Unreadable`."""
    said = _said(text)
    _refuse_unclear(said, text.strip())
    time = _time(said, text.strip())
    rrule = _rule(said, time)
    has_time = time is not None or said.frequency in COUNTED
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


def _said(text: str) -> Repetition:
    """What ``text`` says; raises BOUNDED where a repetition is followed by when it begins or ends."""
    try:
        return read(text, _pieces)
    except Unreadable as error:
        if error.reason is UnreadableReason.NOT_UNDERSTOOD and (found := _BOUND.search(text)):
            before, bound = text[: found.start()], text[found.start() :].strip()
            read(before, _pieces)
            raise Unreadable(UnreadableReason.BOUNDED, bound, understood=before.strip()) from None
        raise


# --- the pieces ----------------------------------------------------------------------------------------------


def _pieces(reader: Reader) -> Repetition | None:
    said = Repetition()
    while not reader.is_done:
        if said != Repetition():
            reader.said(",")
        found = reader.first(partial(_piece, said=said))
        if found is None:
            return None
        said = found
    return said if said.frequency else None


def _piece(reader: Reader, *, said: Repetition) -> Repetition | None:
    return reader.first(
        partial(_repetition, said=said),
        partial(day_within, said=said),
        partial(_part, said=said),
        partial(_clock, said=said),
    )


def _clock(reader: Reader, *, said: Repetition) -> Repetition | None:
    start = reader.at
    found = clock_time(reader)
    if found is None or said.clock is not None:
        return None
    end = reader.at
    if reader.said("and", "or", "to", "-") and reader.first(clock_time) is not None:
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.between(start))
    reader.at = end
    return replace(said, clock=found)


def _part(reader: Reader, *, said: Repetition) -> Repetition | None:
    found = day_part(reader) if said != Repetition() else None
    return None if found is None or said.part not in (None, found) else replace(said, part=found)


def _repetition(reader: Reader, *, said: Repetition) -> Repetition | None:
    """What says how often; once only."""
    if said.frequency:
        return None
    found = how_often(reader)
    if found is None:
        return None
    return replace(found, clock=said.clock, part=found.part or said.part)


# --- the rule ------------------------------------------------------------------------------------------------


def _refuse_unclear(said: Repetition, text: str) -> None:
    if said.part is not None and said.clock is None:
        raise Unreadable(UnreadableReason.NO_TIME, text)
    if said.frequency in COUNTED and (said.clock or said.part):
        raise Unreadable(UnreadableReason.NOT_UNDERSTOOD, text)


def _time(said: Repetition, text: str) -> timedelta | None:
    """How long after midnight it comes; raises AMBIGUOUS for a midnight between two days."""
    if said.clock is None:
        return None
    offset = said.clock.offsets(said.part, text, is_other_day=True)[0]
    if said.frequency != "DAILY" and (offset >= timedelta(days=1) or said.clock.half is Half.MIDNIGHT):
        raise Unreadable(UnreadableReason.AMBIGUOUS, text)
    return offset % timedelta(days=1)


def _rule(said: Repetition, time: timedelta | None) -> str:
    parts = [f"FREQ={said.frequency}"]
    if said.interval > 1:
        parts.append(f"INTERVAL={said.interval}")
    if said.month:
        parts.append(f"BYMONTH={said.month}")
    if said.month_days:
        parts.append("BYMONTHDAY=" + ",".join(str(day) for day in said.month_days))
    if said.weekdays:
        place = str(said.place) if said.place else ""
        parts.append("BYDAY=" + ",".join(place + CODES[day] for day in said.weekdays))
    if time is not None:
        minutes, seconds = divmod(time.seconds, 60)
        parts.append(f"BYHOUR={minutes // 60};BYMINUTE={minutes % 60}")
        if seconds:
            parts.append(f"BYSECOND={seconds}")
    return ";".join(parts)
