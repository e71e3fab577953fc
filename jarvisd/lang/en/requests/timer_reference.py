"""Which timer is meant: "the Monday alarm", "the first one", "the ten minute timer", "both". Pure.

Every word counts: what is neither small nor read as something stays as a word of the timer's name, and a name that
no timer has fits none. Words that can be read in two ways are read in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from jarvisd.lang.en.requests.timer_times import length
from jarvisd.lang.en.values.clock import clock_time, day_part
from jarvisd.lang.en.values.dates import read_day
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.en.values.tokens import Reader, read
from jarvisd.lang.en.words import words
from jarvisd.lang.timers import TimerOrder, TimerReading, TimerReference
from jarvisd.lang.values import Unreadable

_KINDS: Mapping[str, str] = MappingProxyType(
    {"timer": "timer", "countdown": "timer", "alarm": "alarm", "reminder": "reminder"}
)
_ALL = frozenset({"all", "every", "everything", "each", "both"})
_STATES: Mapping[str, str] = MappingProxyType(
    {
        "running": "running", "active": "running", "paused": "paused", "snoozed": "snoozed", "due": "due",
        "ringing": "due", "finished": "due", "expired": "due", "ended": "due", "done": "due",
        "repeating": "repeating", "recurring": "repeating", "daily": "repeating",
    }
)  # fmt: skip
_SMALL = frozenset(
    {
        "the", "my", "our", "a", "an", "that", "this", "those", "these", "one", "ones", "for", "at", "of", "on",
        "in", "to", "and", "about", "called", "named", "labelled", "with", "is", "it", "clock", "please", "which",
        "i", "you", "we", "have", "has", "there", "are", "from", "by", "me", "us",
    }
)  # fmt: skip
_LEFT = frozenset({"left", "remaining", "go"})
_SETTING = frozenset({"set", "made", "started"})
_BOTH = (TimerOrder.TOLD, TimerOrder.SET)
_TOLD, _SET, _LENGTH = ((order,) for order in TimerOrder)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_POSITIONS: Mapping[str, tuple[int, tuple[TimerOrder, ...]]] = MappingProxyType(
    {
        **{word: (number, _BOTH) for number, word in enumerate(_ORDINALS, 1)},
        **{f"{number}{end}": (number, _BOTH) for number in range(1, 11) for end in ("st", "nd", "rd", "th")},
        "last": (-1, _BOTH), "next": (1, _TOLD), "soonest": (1, _TOLD), "earliest": (1, _TOLD),
        "newest": (-1, _SET), "latest": (-1, _BOTH), "oldest": (1, _SET),
        "longest": (-1, _LENGTH), "shortest": (1, _LENGTH),
    }
)  # fmt: skip
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS_OF: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        **{name: frozenset({number}) for number, name in enumerate(_NAMES)},
        "weekday": frozenset(range(5)),
        "weekend": frozenset({5, 6}),
    }
)
_NONE_OF_THEM = frozenset(
    {"no", "nope", "nah", "none", "neither", "nothing", "nobody", "cancel", "stop", "never", "mind", "nevermind"}
    | {"forget", "it", "not", "of", "them", "either", "that", "thanks", "thank", "you", "don't"}
)
_ANSWERING = frozenset({"um", "uh", "er", "mean", "meant", "want", "it's", "that's", "number", "take"})
_MOST_WORDS = 40
"""Chosen: what is longer is no name of anything, and how many ways there are to read it grows with it."""
_LONGEST_WORDS = 12
"""Chosen: longer ones are a conversation, and the readings of parts grow with their square."""


def read_reference(which: str, now: datetime) -> TimerReference:
    """What ``which`` says; nothing at all means any timer."""
    said = words(which)
    if len(said) > _MOST_WORDS:
        return TimerReference(readings=(TimerReading(label=_label(said)),))
    kinds = frozenset(_KINDS[_singular(word)] for word in said if _singular(word) in _KINDS)
    rest = [word for word in said if _singular(word) not in _KINDS and word not in _ALL and word not in _STATES]
    is_plural = any(word not in _KINDS and _singular(word) in _KINDS for word in said)
    wants_all = is_plural or not _ALL.isdisjoint(said)
    readings = list(_readings(rest, now.date()))
    if wants_all:
        readings += _counted(rest)
    if "both" in said:
        readings = [replace(reading, count=2) for reading in readings]
    states = frozenset(_STATES[word] for word in said if word in _STATES)
    return TimerReference(kinds, wants_all, states, tuple(dict.fromkeys(readings)))


def read_choice(answer: str, now: datetime) -> TimerReference | None:
    """What an answer to "which one?" says of the ones that were named; ``None`` if it names none of them."""
    said = [word for word in words(answer) if word not in _ANSWERING]
    if not said or _NONE_OF_THEM.issuperset(said):
        return None
    reference = read_reference(" ".join(said), now)
    if reference.wants_all:
        return None
    number = _number([word for word in said if word == "one" or word not in _SMALL])
    if not 1 <= number <= len(_ORDINALS):
        return reference
    placed = TimerReading(position=number, orders=_TOLD)
    others = tuple(reading for reading in reference.readings if reading != TimerReading())
    return replace(reference, readings=(*others, placed))


def label_words(text: str) -> list[str]:
    """The words of a timer's name, as they are compared."""
    return [_singular(word) for word in words(text)]


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def _readings(said: Sequence[str], today: date) -> Iterator[TimerReading]:
    yield from _plain(said, today)
    for index, word in enumerate(said):
        if word in _POSITIONS:
            position, orders = _POSITIONS[word]
            rest = [*said[:index], *said[index + 1 :]]
            if not _SETTING.isdisjoint(rest):
                rest, orders = [each for each in rest if each not in _SETTING], _SET
            for reading in _plain(rest, today):
                yield replace(reading, position=position, orders=orders)


def _counted(said: Sequence[str]) -> list[TimerReading]:
    """ "All three timers"."""
    number = _number([word for word in said if word not in _SMALL])
    return [TimerReading(count=number)] if number else []


def _number(said: Sequence[str]) -> int:
    """A whole number; 0 for what is none."""
    try:
        number = read_number(" ".join(said))
    except Unreadable:
        return 0
    return int(number) if number == int(number) else 0


@dataclass(frozen=True, slots=True)
class _Part:
    """Words from ``start`` to ``end`` that tell a length, a time or a day."""

    start: int
    end: int
    reading: TimerReading


def _plain(said: Sequence[str], today: date) -> Iterator[TimerReading]:
    """Every way to read some words as a length or a time, some as a day, and the others as words of the name."""
    yield TimerReading(label=_label(said))
    if len(said) > _LONGEST_WORDS:
        return
    spans = [(start, end) for start in range(len(said)) for end in range(start + 1, len(said) + 1)]
    clocks = [part for start, end in spans for part in _clock_parts(said, start, end)]
    days = [part for start, end in spans for part in _day_parts(said, start, end, today)]
    for clock in clocks:
        yield _with_rest(said, clock)
        for day in days:
            if day.end <= clock.start or clock.end <= day.start:
                yield _with_rest(said, clock, day)
    for day in days:
        yield _with_rest(said, day)


def _clock_parts(said: Sequence[str], start: int, end: int) -> Iterator[_Part]:
    text = " ".join(said[start:end])
    length_s = length(text)
    if length_s is not None:
        yield _Part(start, end, TimerReading(length_s=length_s))
    elif times := _times(text):
        yield _Part(start, end, TimerReading(times=times))


def _day_parts(said: Sequence[str], start: int, end: int, today: date) -> Iterator[_Part]:
    text = " ".join(said[start:end])
    if weekdays := _WEEKDAYS_OF.get(_singular(text)):
        yield _Part(start, end, TimerReading(weekdays=weekdays))
    elif text == "tonight":
        yield _Part(start, end, TimerReading(day=today))
    else:
        with suppress(Unreadable):
            yield _Part(start, end, TimerReading(day=read_day(text, today)))


def _with_rest(said: Sequence[str], *parts: _Part) -> TimerReading:
    taken = {index for part in parts for index in range(part.start, part.end)}
    rest = [word for index, word in enumerate(said) if index not in taken]
    found = parts[0].reading
    if found.length_s is not None and not _LEFT.isdisjoint(rest):
        rest, found = [word for word in rest if word not in _LEFT], TimerReading(left_s=found.length_s)
    for part in parts[1:]:
        found = replace(found, day=part.reading.day, weekdays=part.reading.weekdays)
    return replace(found, label=_label(rest))


def _label(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(_singular(word) for word in said if word not in _SMALL)


def _times(text: str) -> frozenset[tuple[int, int]]:
    """The times of day that a text may mean: "seven" is one in the morning and one in the evening."""
    try:
        offsets = read(text, _clock_offsets)
    except Unreadable:
        return frozenset()
    minutes = [round(offset.total_seconds()) // 60 for offset in offsets]
    return frozenset((each // 60 % 24, each % 60) for each in minutes)


def _clock_offsets(reader: Reader) -> list[timedelta] | None:
    clock = clock_time(reader)
    part = day_part(reader)
    if clock is not None:
        return clock.offsets(part, reader.text, is_other_day=False)
    if part is None:
        return None
    return [timedelta(minutes=each) for each in range(part.first * 60, (part.last + 1) * 60)]
