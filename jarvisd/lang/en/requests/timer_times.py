"""When a timer is due: after a length of time, at a moment, or again and again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from jarvisd.lang.en.values.durations import read_duration
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.en.values.reading import understood
from jarvisd.lang.en.values.repeats import read_repeat
from jarvisd.lang.values import Unreadable, UnreadableReason

_ANY_TIME = datetime(2000, 1, 1, tzinfo=timezone.utc)
"""Whether words mean a time does not depend on the day."""
_ORDINALS = frozenset({"second", "a second", "the second"})
"""Not a length by themselves: "a second timer" is one more."""
_NO_TIME_AT_ALL = frozenset({UnreadableReason.MISSING, UnreadableReason.NOT_UNDERSTOOD})


@dataclass(frozen=True, slots=True)
class TimerTime:
    """When a timer is due; either ``length_s`` or ``at`` says so."""

    length_s: float | None = None
    at: datetime | None = None
    """With its zone; the first time of what repeats."""
    rrule: str = ""
    """By which it comes again; empty for once."""


def read_time(when: str, now: datetime) -> TimerTime:
    """What ``when`` says, seen from ``now``, which is aware; raises :class:`~jarvisd.lang.values.Unreadable`.

    Of several errors it is the one of the grammar that understood most.
    """
    errors: list[Unreadable] = []
    for grammar in (_length, _instant, _repetition):
        try:
            return grammar(when, now)
        except Unreadable as error:
            errors.append(error)
    bounded = [error for error in errors if error.reason is UnreadableReason.BOUNDED]
    raise bounded[0] if bounded else max(errors, key=understood)


def _length(when: str, _: datetime) -> TimerTime:
    return TimerTime(length_s=float(read_duration(when)))


def _instant(when: str, now: datetime) -> TimerTime:
    return TimerTime(at=read_instant(when, now))


def _repetition(when: str, now: datetime) -> TimerTime:
    repeat = read_repeat(when, now)
    if not repeat.is_time_said:
        raise Unreadable(UnreadableReason.NO_TIME, when)
    return TimerTime(at=repeat.first, rrule=repeat.rrule)


def is_time(when: str, *, may_be_unusable: bool = False) -> bool:
    """Whether ``when`` tells a time; with ``may_be_unusable`` also one that is past, or a day without a time."""
    try:
        read_time(when, _ANY_TIME)
    except Unreadable as error:
        return may_be_unusable and error.reason not in _NO_TIME_AT_ALL
    return when not in _ORDINALS


def is_repeat(when: str) -> bool:
    """Whether ``when`` is surely a repetition, with a time of day or without."""
    try:
        read_repeat(when, _ANY_TIME)
    except Unreadable as error:
        return error.reason is UnreadableReason.NO_TIME
    return True


def length(text: str) -> float | None:
    """Seconds of a length of time; ``None`` for what is none."""
    try:
        return float(read_duration(text))
    except Unreadable:
        return None
