"""How far apart two days are: "how many days until Christmas", "how old is someone born on 3 May 1980". Pure.

A day without a year is the one to come, or the last one that was, as the question has it. A day that is not
understood is refused by its words, and a question about anything but days is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from jarvisd.lang.en.values.calendar_words import later
from jarvisd.lang.en.values.dates import read_day
from jarvisd.lang.en.words import APOSTROPHES, strip_courtesy, without_wake_phrase
from jarvisd.lang.values import Unreadable, UnreadableReason


class SpanKind(str, Enum):
    """What is asked of two days."""

    UNTIL = "until"
    SINCE = "since"
    BETWEEN = "between"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Two days, the earlier one first, and in what it is counted: "day", "week", "month" or "year"."""

    kind: SpanKind
    first: date
    last: date
    unit: str = "day"
    may_be_less: bool = False
    """Only the year is known: it may be one less."""

    @property
    def days(self) -> int:
        """How many days later the last one is."""
        return (self.last - self.first).days

    @property
    def whole_months(self) -> tuple[int, int]:
        """Whole months of the calendar, and the days that are left."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        while later(self.first, 0, months) > self.last:
            months -= 1
        return months, (self.last - later(self.first, 0, months)).days


_UNIT = r"(?P<unit>day|night|sleep|week|month|year)s?"
_MUCH = rf"(?:how (?:many|much) (?:more )?{_UNIT}|how (?:long|far)(?: away)?)"
_BE = (
    r"(?: (?:is|are|was|were|will|does|do|have|has|did|it|there|i|we|be|been|passed|gone by|left|remain|remaining"
    r"|to go|take|got|to wait))*"
)
_SOMEBODY = r"(?:someone|somebody|anyone|a person|people|i|you|he|she|they|we)"
_ASKED = (
    (
        SpanKind.BETWEEN,
        re.compile(rf"{_MUCH}{_BE} (?:between|from) (?P<from>.+?) (?:and|to|until|till) (?P<day>.+)"),
    ),
    (SpanKind.SINCE, re.compile(rf"{_MUCH}{_BE} since (?P<day>.+)")),
    (SpanKind.SINCE, re.compile(rf"{_MUCH} ago (?:was|is|were) (?P<day>.+)")),
    (SpanKind.UNTIL, re.compile(rf"{_MUCH}{_BE} (?:until|till|til|to|before) (?P<day>.+)")),
    (SpanKind.UNTIL, re.compile(rf"{_UNIT} (?:until|till|til|to) (?P<day>.+)")),
    (
        SpanKind.AGE,
        re.compile(
            rf"(?:how old|what age) (?:is|are|am|would|will)(?: be)?(?: {_SOMEBODY})?(?: be)?"
            r"(?: (?:if|when|that|who))?"
            rf"(?: {_SOMEBODY})?(?: (?:is|are|was|were|am))? born (?:on |in )?(?P<day>.+)"
        ),
    ),
)
_YEAR = re.compile(r"(?:the year )?((?:1[89]|20)\d\d)")
_HAS_YEAR = re.compile(r"\d{4}")


def day_span(text: str, today: date) -> DaySpan | None:
    """The days that a question is about; ``None`` when it is about nothing of the kind.

    Raises :class:`~jarvisd.lang.values.Unreadable` for a day that is not understood or on the wrong side of today.
    """
    for kind, found in _matches(text):
        unit = found.groupdict().get("unit") or "day"
        unit = {"night": "day", "sleep": "day"}.get(unit, unit)
        if kind is SpanKind.BETWEEN:
            first, last = read_day(found["from"], today), read_day(found["day"], today)
            if first > last >= (earlier := later(first, 0, -12)) and not _HAS_YEAR.search(found["from"]):
                first = earlier
            return DaySpan(kind, min(first, last), max(first, last), unit)
        if kind is SpanKind.UNTIL:
            day = read_day(found["day"], today)
            return DaySpan(kind, today, day, unit) if day >= today else DaySpan(SpanKind.SINCE, day, today, unit)
        return _past(kind, found["day"], today, unit)
    return None


def is_day_span(text: str, today: date) -> bool:
    """Whether a question is surely about two days, if only one that is several."""
    try:
        return day_span(text, today) is not None
    except Unreadable as error:
        return error.reason not in (UnreadableReason.NOT_UNDERSTOOD, UnreadableReason.MISSING)


def asked_plainly(text: str) -> str:
    """A question in small letters, without what is said around it: "so tell me how long until noon, please"."""
    plain = without_wake_phrase(text.strip()).translate(APOSTROPHES).casefold()
    said = " ".join(strip_courtesy([word.strip(",;!?") for word in plain.rstrip(" .?!").split()]))
    return re.sub(r"^(?:(?:so|and|tell me|do you know|can you tell me) )+", "", said)


def _matches(text: str) -> Iterator[tuple[SpanKind, re.Match[str]]]:
    said = asked_plainly(text)
    for kind, pattern in _ASKED:
        if (found := pattern.fullmatch(said)) is not None:
            yield kind, found


def _past(kind: SpanKind, said: str, today: date, unit: str) -> DaySpan:
    """From a day that is over: of a day without a year the last one."""
    year = _YEAR.fullmatch(said)
    if year and kind is SpanKind.AGE:
        if int(year[1]) > today.year:
            raise Unreadable(UnreadableReason.IMPLAUSIBLE, said)
        return DaySpan(kind, date(int(year[1]), 1, 1), date(today.year, 1, 1), may_be_less=True)
    day = read_day(said, today)
    if day > today and kind is SpanKind.SINCE and not _HAS_YEAR.search(said):
        day = _before(day, said, today)
    if day > today:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, said)
    return DaySpan(kind, day, today, unit)


def _before(coming: date, said: str, today: date) -> date:
    """The last day that is called like one to come: a year or a week earlier."""
    for earlier in (later(coming, -7, 0), later(coming, 0, -12)):
        if earlier <= today:
            try:
                if read_day(said, earlier) == earlier:
                    return earlier
            except Unreadable:
                # On that day itself its weekday may be the one a week later, too.
                if (coming - earlier).days == 7:
                    return earlier
    raise Unreadable(UnreadableReason.IMPLAUSIBLE, said)
