"""Times of day as they are spoken: "half past six", "tomorrow at 7", "noon", "19:30". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType

from jarvisd.lang.en.values.durations import read_duration
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.values import Unreadable

_FILLERS = frozenset({"at", "for", "on", "the", "in", "sharp", "exactly", "o'clock", "oclock", "this"})
_MORNING = frozenset({"am", "morning"})
_EVENING = frozenset({"pm", "afternoon", "evening", "tonight"})
_ZERO = frozenset({"oh", "o"})
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
_ATTACHED = re.compile(r"(\d)\s*(a\.?m|p\.?m)\b\.?")
_MERIDIEM = re.compile(r"\b([ap])\.\s?m\b\.?")
_TWELVE = MappingProxyType({"noon": "12", "midday": "12", "midnight": "12"})
_HALF_OF = MappingProxyType({"noon": "pm", "midday": "pm", "midnight": "am"})
_FIRST_MORNING_HOUR = 5
"""Said for another day without morning or evening, an hour from here on is meant in the morning."""


def parse_moment(text: str, now: datetime) -> datetime | None:
    """The next local time that ``text`` means, without a zone; ``None`` when it means none.

    Without morning or evening the hour that comes next is meant.
    """
    folded = _MERIDIEM.sub(r"\1m", _ATTACHED.sub(r"\1 \2", text.casefold())).replace(".m", "m")
    folded = _CLOCK.sub(r"\1 : \2", folded)
    parts = [part for part in re.findall(r"[\w']+|:", " ".join(folded.split())) if part not in _FILLERS]
    local = now.replace(tzinfo=None)
    day, parts = _take_day(parts, local.date())
    is_night = "night" in parts
    halves = {part for part in parts if part in _MORNING | _EVENING}
    said = parts
    parts = [_TWELVE.get(part, part) for part in parts if part not in _MORNING | _EVENING | {"night"}]
    halves |= {_HALF_OF[part] for part in said if part in _HALF_OF}
    if len(halves) > 1:
        return None
    time = _time_of_day(parts)
    if time is None:
        return None
    if time[0] == 11 and {"to", "before"} & set(said) and set(_TWELVE) & set(said):
        halves = {"am" if "pm" in halves else "pm"}
    hours = _hours(time[0], halves, is_night, is_other_day=day is not None and day != local.date())
    days = [day] if day is not None else [local.date(), local.date() + timedelta(days=1)]
    moments = [datetime(day.year, day.month, day.day, hour, time[1]) for day in days for hour in hours]
    return min((moment for moment in moments if moment > local), default=None)


def parse_length(text: str) -> float | None:
    """Seconds of "ten minutes" or "an hour and a half", ``None`` for what is no length of time to come."""
    try:
        return float(read_duration(text))
    except Unreadable:
        return None


def _number(parts: Sequence[str]) -> float | None:
    try:
        return float(read_number(" ".join(parts)))
    except Unreadable:
        return None


def _take_day(parts: Sequence[str], today: date) -> tuple[date | None, list[str]]:
    """The day that is named, if any, and the words without it."""
    rest = [part for part in parts if part not in ("today", "tomorrow", "next", *_DAYS)]
    if "tomorrow" in parts:
        return today + timedelta(days=1), rest
    for number, name in enumerate(_DAYS):
        if name in parts:
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1), rest
    return (today if "today" in parts or "tonight" in parts else None), rest


def _time_of_day(parts: Sequence[str]) -> tuple[int, int] | None:
    """Hour and minute as they were said, the hour 0 to 24."""
    for word, sign in (("past", 1), ("after", 1), ("to", -1), ("before", -1)):
        if word in parts:
            return _relative(parts[: parts.index(word)], parts[parts.index(word) + 1 :], sign)
    if ":" in parts:
        return _valid(_number(parts[:1]), _number(parts[2:])) if len(parts) == 3 else None
    if not parts:
        return None
    if len(parts) == 1:
        return _valid(_number(parts), 0)
    minutes = [part for part in parts[1:] if part not in _ZERO]
    found = _valid(_number(parts[:1]), _number(minutes))
    # "seven five" is no time of day, "seven oh five" is.
    return found if found and (found[1] >= 10 or parts[1] in _ZERO) else None


def _relative(before: Sequence[str], after: Sequence[str], sign: int) -> tuple[int, int] | None:
    """ "quarter to nine", "ten minutes past six"."""
    told = [part for part in before if part not in ("a", "minute", "minutes")]
    named = {"half": 30.0, "quarter": 15.0}
    minutes = named.get(told[0]) if len(told) == 1 and told[0] in named else _number(told)
    found = _valid(_number(after), minutes)
    if found is None or found[1] == 0:
        return None
    return found if sign > 0 else ((found[0] - 1) % 24 or 24, 60 - found[1])


def _valid(hour: float | None, minute: float | None) -> tuple[int, int] | None:
    if hour is None or minute is None or hour != int(hour) or minute != int(minute):
        return None
    return (int(hour), int(minute)) if 0 <= hour <= 24 and 0 <= minute < 60 else None


def _hours(hour: int, halves: set[str], is_night: bool, is_other_day: bool) -> list[int]:
    """The hours of the day that may be meant."""
    if hour == 0 or hour > 12:
        return [hour % 24]
    morning, evening = hour % 12, hour % 12 + 12
    if halves & _MORNING:
        return [morning]
    if halves & _EVENING:
        return [evening]
    if is_night:
        return [morning if hour == 12 or hour < _FIRST_MORNING_HOUR else evening]
    if is_other_day:
        return [morning if _FIRST_MORNING_HOUR <= hour < 12 else evening]
    return [morning, evening]
