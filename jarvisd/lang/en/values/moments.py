"""Instants as they are said: "tonight at 9 pm", "March 20th at 3", "in two hours", "2026-12-24T18:30+01:00". Pure.

Stated rules: without a day the next such time is meant; without morning or evening the next of both hours, and on
another day the one of :data:`~jarvisd.lang.en.values.clock.FIRST_MORNING_HOUR`; "around 7" is 7; days, weeks,
months and years go by the calendar, hours and minutes by time that passes; a wall time that summer time leaves out
or repeats goes by :func:`~jarvisd.core.recurrence.at_wall_time`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction
from functools import partial

from jarvisd.core.recurrence import at_wall_time, is_later
from jarvisd.lang.en.values.clock import ClockTime, DayPart, Half, clock_time, day_part
from jarvisd.lang.en.values.dates import Day, both, day
from jarvisd.lang.en.values.durations import UNITS, length
from jarvisd.lang.en.values.repeats import read_repeat
from jarvisd.lang.en.values.tokens import Reader, read
from jarvisd.lang.values import Unreadable, UnreadableReason

LONGEST = timedelta(days=366)
"""A leap year."""
_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)? ?(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE | re.ASCII
)
_LATE = 5
"""Hours after midnight that still belong to the night before."""
_PARTS_OF_TODAY = {
    "this morning": DayPart.MORNING, "this afternoon": DayPart.AFTERNOON, "this evening": DayPart.EVENING,
    "later tonight": DayPart.NIGHT, "tonight": DayPart.NIGHT, "this night": DayPart.NIGHT,
}  # fmt: skip
_SHORT_UNITS = frozenset({"hour", "minute", "second"})
_LONG_UNITS = frozenset({"month", "year", "decade"})
"""Of the calendar: how long they are depends on when."""
_AHEAD = ("from now", "from this moment", "hence")


@dataclass(frozen=True, slots=True)
class _Said:
    """The pieces of an instant, each said once."""

    clock: ClockTime | None = None
    part: DayPart | None = None
    day: Day | None = None
    is_tonight: bool = False
    passes: timedelta | None = None


def read_instant(text: str, now: datetime) -> datetime:
    """The one moment after ``now`` that ``text`` means, in the zone of ``now``; raises :class:`Unreadable`.

    ``now`` is aware; with a :class:`~zoneinfo.ZoneInfo` summer time is heeded. The moment is at most
    :data:`LONGEST` ahead.
    """
    try:
        found = _iso(text, now) or _instant(read(text, partial(_pieces, today=now.date())), now, text.strip())
    except Unreadable as error:
        if error.reason in (UnreadableReason.NOT_UNDERSTOOD, UnreadableReason.AMBIGUOUS) and _repeats(text, now):
            raise Unreadable(UnreadableReason.REPEATS, text.strip()) from None
        raise
    if not is_later(found, now):
        raise Unreadable(UnreadableReason.PAST, text.strip())
    if found - now > LONGEST:
        raise Unreadable(UnreadableReason.TOO_FAR, text.strip())
    return found


def _repeats(text: str, now: datetime) -> bool:
    try:
        read_repeat(text, now)
    except Unreadable as error:
        unclear = (UnreadableReason.AMBIGUOUS, UnreadableReason.NO_TIME)
        return error.reason in unclear and "every" in text.casefold()
    return True


def _iso(text: str, now: datetime) -> datetime | None:
    found = _ISO.fullmatch(text.strip())
    if found is None:
        return None
    offset = (found[3] or "").upper().replace("Z", "+00:00")
    offset = f"{offset[:3]}:{offset[-2:]}" if offset else ""
    try:
        said = datetime.fromisoformat(f"{found[1]}T{found[2]}{offset}")
    except ValueError:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, text.strip()) from None
    return said.astimezone(now.tzinfo) if offset else at_wall_time(said, now.tzinfo)


# --- the pieces ----------------------------------------------------------------------------------------------


def _pieces(reader: Reader, *, today: date) -> _Said | None:
    """Everything that is said of the instant, in any order."""
    said = _Said()
    while not reader.is_done:
        if said != _Said():
            reader.said(",")
            if reader.skip("please"):
                continue
        step = partial(_piece, said=said, today=today)
        found = reader.first(step)
        if found is None:
            return None
        said = found
    return said


def _piece(reader: Reader, *, said: _Said, today: date) -> _Said | None:
    is_range = bool(reader.said("between", "from"))
    for rule in (_today_part, _passes, _day, _part, _clock):
        start = reader.at
        found = reader.first(partial(rule, said=said, today=today))
        if found is not None:
            _refuse_another(reader, partial(rule, said=said, today=today), start)
            return None if is_range else found
    return None


def _refuse_another(reader: Reader, rule: Callable[[Reader], _Said | None], start: int) -> None:
    """Raise AMBIGUOUS for "7 or 8", "Monday and Tuesday", "7-8"."""
    end = reader.at
    if reader.said("or", "and", "to", "till", "until", "-", "/"):
        middle = reader.at
        if reader.first(rule) is not None:
            choices = (reader.between(start, end), reader.between(middle))
            raise Unreadable(UnreadableReason.AMBIGUOUS, reader.between(start), choices=choices)
    reader.at = end


def _today_part(reader: Reader, *, said: _Said, today: date) -> _Said | None:
    for phrase, part in _PARTS_OF_TODAY.items():
        if reader.phrase(phrase):
            found = Day((today,), phrase, is_today=True)
            is_tonight = part is DayPart.NIGHT
            return _with_part(_with_day(said, found), part, is_tonight=is_tonight)
    return None


def _day(reader: Reader, *, said: _Said, today: date) -> _Said | None:
    found = day(reader, today)
    return None if found is None else _with_day(said, found)


def _part(reader: Reader, *, said: _Said, today: date) -> _Said | None:
    if said == _Said() and reader.token.said not in ("in", "at"):
        return None
    found = day_part(reader)
    return None if found is None else _with_part(said, found)


def _clock(reader: Reader, *, said: _Said, today: date) -> _Said | None:
    found = clock_time(reader)
    if found is None:
        return None
    return None if said.clock is not None or said.passes is not None else replace(said, clock=found)


def _passes(reader: Reader, *, said: _Said, today: date) -> _Said | None:
    """ "in two hours", "ten minutes from now", "ten minutes ago"."""
    is_ahead = bool(reader.said("in", "after"))
    if said != _Said() or not (is_ahead or _has_direction(reader)):
        return None
    reader.skip("about", "around", "exactly", "approximately", "roughly", "another")
    start = reader.at
    seconds = length(reader)
    if seconds is None or not _is_passing(reader, start, seconds):
        return None
    reader.said("'")
    reader.said("time")
    passes = timedelta(seconds=float(seconds))
    if not is_ahead and reader.phrase("ago"):
        return replace(said, passes=-passes)
    has_end = any(reader.phrase(end) for end in _AHEAD)
    reader.phrase("or so")
    return replace(said, passes=passes) if is_ahead or has_end else None


def _has_direction(reader: Reader) -> bool:
    rest = " ".join(token.said for token in reader.tokens[reader.at :])
    return rest.rstrip().endswith(("ago", *_AHEAD))


def _is_passing(reader: Reader, start: int, seconds: Fraction) -> bool:
    """Whether a length is time that passes; days alone are days of the calendar."""
    units = {unit.noun for token in reader.tokens[start : reader.at] if (unit := UNITS.get(token.said))}
    return units.isdisjoint(_LONG_UNITS) and bool(seconds % 86_400 or units & _SHORT_UNITS)


def _with_day(said: _Said, found: Day) -> _Said:
    return replace(said, day=found if said.day is None else both(said.day, found))


def _with_part(said: _Said, part: DayPart, *, is_tonight: bool = False) -> _Said | None:
    if said.part is not None and said.part is not part and not is_tonight:
        return None
    return replace(said, part=said.part if said.part and is_tonight else part, is_tonight=is_tonight)


# --- the moment ----------------------------------------------------------------------------------------------


def _instant(said: _Said, now: datetime, text: str) -> datetime:
    if said.passes is not None:
        return (now.astimezone(timezone.utc) + said.passes).astimezone(now.tzinfo)
    if said.clock is None:
        return _same_time(said, now, text)
    offsets = said.clock.offsets(said.part, text, is_other_day=said.day is not None and not said.day.is_today)
    days = _days(said, now)
    moments = [moment for day in days for offset in offsets for moment in _at(day, offset, now)]
    moments.sort(key=datetime.timestamp)
    coming = [moment for moment in moments if is_later(moment, now)]
    if said.day is not None:
        _refuse_unclear(said, said.day, coming, now, text)
    return coming[0] if coming else moments[-1]


def _same_time(said: _Said, now: datetime, text: str) -> datetime:
    """ "in 3 days", at this time of the day; any other day without a time has no moment."""
    if said.day is None or said.part is not None or not said.day.is_counted:
        if said.day is not None and said.day.dates[-1] < now.date():
            raise Unreadable(UnreadableReason.PAST, text)
        raise Unreadable(UnreadableReason.NO_TIME, text)
    wall = datetime.combine(said.day.day, now.time().replace(microsecond=0))
    return at_wall_time(wall, now.tzinfo)


def _days(said: _Said, now: datetime) -> list[date]:
    today = now.date()
    if said.day is None:
        return [today + timedelta(days) for days in (-1, 0, 1)]
    # Long after midnight "tonight" is the night that has begun.
    begun = [today - timedelta(1)] if said.is_tonight and now.hour < _LATE else []
    return [*begun, *said.day.dates]


def _refuse_unclear(said: _Said, day: Day, coming: list[datetime], now: datetime, text: str) -> None:
    if said.clock is not None and said.clock.half is Half.MIDNIGHT and said.part is None and not day.is_today:
        choices = (f"{day.said} at 0:00", f"{day.said} at 24:00")
        raise Unreadable(UnreadableReason.AMBIGUOUS, text, choices=choices)
    if day.is_of_year and coming and day.dates[0] == now.date() and coming[0].date() != now.date():
        raise Unreadable(UnreadableReason.PAST, text)
    if day.is_weekday and len(day.dates) > 1 and coming and coming[0].date() == day.dates[0]:
        raise Unreadable(UnreadableReason.AMBIGUOUS, text, choices=(f"today at {said.clock}", f"{day.said} week"))


def _at(day: date, offset: timedelta, now: datetime) -> Iterator[datetime]:
    """The moments at which the clock shows this: two when it is turned back meanwhile."""
    moment = at_wall_time(datetime.combine(day, time()) + offset, now.tzinfo)
    yield moment
    if moment.replace(fold=1).utcoffset() != moment.utcoffset():
        yield moment.replace(fold=1)
