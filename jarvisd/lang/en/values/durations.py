"""Lengths of time: "an hour and a half", "2 minutes 30", "1h30m", "older than half a year". Pure.

A month has 30 days and a year 365, since no calendar is at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import MappingProxyType

from jarvisd.lang.en.values.measures import MeasuringUnit, UnitGrammar
from jarvisd.lang.en.values.number_words import cardinal
from jarvisd.lang.en.values.numbers import decimal, quantity
from jarvisd.lang.en.values.tokens import Reader, read
from jarvisd.lang.values import Unreadable, UnreadableReason

SECOND = MeasuringUnit("second", 1, 1_000_000)
MINUTE = MeasuringUnit("minute", 60, 100_000, SECOND)
HOUR = MeasuringUnit("hour", 3600, 999, MINUTE)
DAY = MeasuringUnit("day", 86_400, 40_000)
WEEK = MeasuringUnit("week", 7 * 86_400, 2_000)
FORTNIGHT = MeasuringUnit("fortnight", 14 * 86_400, 1_000)
MONTH = MeasuringUnit("month", 30 * 86_400, 600)
YEAR = MeasuringUnit("year", 365 * 86_400, 100)
DECADE = MeasuringUnit("decade", 3650 * 86_400, 10)
_ALL = (SECOND, MINUTE, HOUR, DAY, WEEK, FORTNIGHT, MONTH, YEAR, DECADE)

_SHORT: Mapping[str, MeasuringUnit] = MappingProxyType(
    {
        "s": SECOND, "sec": SECOND, "secs": SECOND,
        "m": MINUTE, "min": MINUTE, "mins": MINUTE,
        "h": HOUR, "hr": HOUR, "hrs": HOUR,
        "d": DAY, "w": WEEK, "wk": WEEK, "wks": WEEK,
        "mo": MONTH, "mos": MONTH, "mth": MONTH, "mths": MONTH,
        "y": YEAR, "yr": YEAR, "yrs": YEAR,
    }
)  # fmt: skip
UNITS: Mapping[str, MeasuringUnit] = MappingProxyType(
    {
        **_SHORT,
        **{form: unit for unit in _ALL for form in (unit.noun, f"{unit.noun}s", f"{unit.noun}'s")},
    }
)
_LENGTH = UnitGrammar(
    units=UNITS,
    abbreviations=frozenset(_SHORT),
    # "The second timer" is not one of a second.
    alone=frozenset(_ALL) - {SECOND},
    offered=(SECOND, MINUTE, HOUR),
)
_AGE = replace(_LENGTH, offered=(DAY, WEEK, MONTH))
_POINT_FOR_COLON = re.compile(r"(\d{1,2})\.([0-5]0)|(1\d|2[0-4])\.([0-5][1-46-9]|[0134]5)")
"""What may be hours and minutes: "1.30", with a nought that no decimal needs, and "14.45"."""
_TWO_UNITS = ((HOUR, MINUTE), (MINUTE, SECOND))
_LENGTH_BEFORE = (
    *("for", "in", "about", "around", "approximately", "roughly", "exactly", "circa", "~", "≈", "just", "only"),
    *(
        "another",
        "some",
        "a total of",
        "a period of",
        "the next",
        "next",
        "after",
        "within",
        "say",
        "like",
        "nearly",
    ),
    *("a good", "an extra", "an additional", "almost", "over", "more than", "at least"),
)
_LENGTH_AFTER = (
    *("from now", "or so", "exactly", "long", "in total", "total", "altogether", "more", "or thereabouts"),
    *("please",),
)
_OLDER = (
    *("older than", "more than", "longer than", "greater than", "at least", "over", "above", "beyond", ">", "≥"),
    *("> =", "no newer than", "not newer than", "no younger than", "not younger than", "no less than"),
    *(
        "not less than",
        "files",
        "anything",
        "everything",
        "those",
        "older then",
        "that are",
        "which are",
        "that is",
        "are",
        "is",
        "from",
        "before",
        "since",
        "for",
        "in",
    ),
    *("about", "around", "exactly", "roughly", "approximately", "aged", "age", "some", "a minimum of", "a good"),
)
_OLDER_AFTER = (
    *("or so", "old", "ago", "of age", "or more", "or older", "and older", "and more", "and up", "or longer"),
    *("at least", "minimum", "files", "+"),
)
_UNUSED = (
    *(
        f"{verb} {word}"
        for verb in (
            "not",
            "haven't",
            "have not",
            "not been",
            "haven't been",
            "hasn't been",
            "have not been",
            "has not been",
            "never",
        )
        for word in ("used", "opened", "touched", "changed", "modified", "edited", "accessed", "read")
    ),
    *("unused", "untouched", "unopened", "unchanged", "unmodified"),
)
_UNUSED_FOR = ("in", "for", "since", "the last", "the past", "over", "more than", "at least")
_YOUNGER = (
    *(
        "younger than",
        "newer than",
        "less than",
        "fewer than",
        "no more than",
        "not more than",
        "at most",
        "up to",
    ),
    *(
        "under",
        "within",
        "not older than",
        "no older than",
        "in the last",
        "in the past",
        "from the last",
        "<",
        "≤",
    ),
    *("from the past", "the last", "the past", "more recent than", "below", "a maximum of", "last", "past"),
)
_YOUNGER_AFTER = ("or less", "or younger", "or newer", "at most", "max", "maximum")


def read_duration(text: str) -> Decimal:
    """Seconds of a length of time; raises :class:`Unreadable`."""
    return decimal(read(text, _alone))


def read_age(text: str, *, old_s: int | None = None) -> Decimal:
    """Seconds that something is to be old at least; "old" alone is ``old_s``. Raises :class:`Unreadable`."""
    return decimal(read(text, partial(_age, old_s=old_s)))


def length(reader: Reader) -> Fraction | None:
    """Seconds of a length of time, each unit once and the greatest first: "1 day, 2 hours and 10 minutes".

    Raises :class:`Unreadable` for a number of hours that is a time of day: "1900 hours".
    """
    _refuse_clock(reader)
    found = reader.first(_clock_length)
    if found is not None:
        return found
    counted = _LENGTH.total(reader)
    if counted is None:
        return None
    return counted[0] + (reader.first(partial(_bare_rest, unit=counted[1])) or 0)


# --- whole texts ---------------------------------------------------------------------------------------------


def _alone(reader: Reader) -> Fraction | None:
    reader.skip(*_LENGTH_BEFORE)
    if reader.token.said in ("every", "each"):
        raise Unreadable(UnreadableReason.REPEATS, reader.text.strip())
    found = reader.entire(_length_and_more)
    if found is None:
        _refuse_past(reader)
        _LENGTH.refuse(reader, *_LENGTH_AFTER)
    return found


def _length_and_more(reader: Reader) -> Fraction | None:
    found = length(reader)
    if found is not None:
        reader.said("'")
        reader.said("time")
        reader.skip(*_LENGTH_AFTER)
    return found


def _age(reader: Reader, *, old_s: int | None) -> Fraction | None:
    if old_s is not None and reader.entire(_nothing_but_old):
        return Fraction(old_s)
    _refuse_upper_bound(reader)
    if reader.skip(*_UNUSED):
        reader.skip(*_UNUSED_FOR)
    else:
        reader.skip(*_OLDER)
    reader.first(_refuse_m)
    found = reader.entire(_length_and_age)
    if found is None:
        _AGE.refuse(reader, *_OLDER_AFTER)
    return found


def _length_and_age(reader: Reader) -> Fraction | None:
    found = length(reader)
    if found is not None:
        reader.skip(*_OLDER_AFTER)
    return found


def _nothing_but_old(reader: Reader) -> bool | None:
    reader.skip("the", "very", "really", "that are", "which are")
    is_old = reader.said("old") == "old"
    reader.said("ones", "files")
    return is_old or None


def _refuse_m(reader: Reader) -> None:
    """Refuse "6m", which may be minutes or, as an age, months."""
    start = reader.at
    if reader.first(quantity) is not None and reader.token.said == "m":
        choices = [unit.counted(reader.between(start)) for unit in (MINUTE, MONTH)]
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.text.strip(), choices=choices)


def _refuse_upper_bound(reader: Reader) -> None:
    start = reader.at
    reader.skip("that are", "which are", "are", "is", "aged", "age")
    if reader.skip(*_YOUNGER):
        raise Unreadable(UnreadableReason.UPPER_BOUND, reader.text.strip())
    reader.at = start
    if reader.entire(_length_at_most):
        raise Unreadable(UnreadableReason.UPPER_BOUND, reader.text.strip())


def _length_at_most(reader: Reader) -> bool | None:
    """ "a week old at most"."""
    if length(reader) is None:
        return None
    reader.said("old")
    return reader.skip(*_YOUNGER_AFTER) or None


def _refuse_past(reader: Reader) -> None:
    start = reader.at
    if length(reader) is not None and reader.phrase("ago") and reader.is_done:
        raise Unreadable(UnreadableReason.PAST, reader.text.strip())
    reader.at = start


# --- parts ---------------------------------------------------------------------------------------------------


def _bare_rest(reader: Reader, *, unit: MeasuringUnit) -> Fraction | None:
    """Of "2 minutes 30" the 30, of "1 hour and fifteen" the fifteen."""
    if unit.lower is None:
        return None
    reader.said("and")
    count = cardinal(reader)
    if count is None or not 0 < count < 60 or reader.token.said in UNITS:
        return None
    return Fraction(count * unit.lower.size)


def _clock_length(reader: Reader) -> Fraction | None:
    """ "1:30 hours", "1:30 minutes" and, unlike "1:30" alone, "1:30:00"."""
    numbers = _colon_numbers(reader)
    unit = _LENGTH.unit(reader)
    if len(numbers) == 3 and unit in (HOUR, None):
        hours, minutes, seconds = numbers
        return Fraction(hours * HOUR.size + minutes * MINUTE.size + seconds)
    if len(numbers) != 2:
        return None
    first, rest = numbers
    if unit is None and reader.is_done:
        choices = [f"{high.counted(str(first))} {low.counted(str(rest))}" for high, low in _TWO_UNITS]
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.text.strip(), choices=choices)
    if unit is HOUR and 10 <= first <= 24:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.text.strip(), choices=(f"{first}:{rest:02}",))
    if unit is None or unit.lower is None:
        return None
    return Fraction(first * unit.size + rest * unit.lower.size)


def _colon_numbers(reader: Reader) -> list[int]:
    """Of "1:30:00" the numbers; those behind a colon have two digits and are below 60."""
    numbers: list[int] = []
    while (value := reader.token.whole) is not None:
        if numbers and (value > 59 or len(reader.token.text) != 2):
            return []
        reader.take()
        numbers.append(value)
        if reader.token.said != ":" or not reader.token.is_attached:
            break
        reader.take()
    return numbers


def _refuse_clock(reader: Reader) -> None:
    """Refuse "1900 hours" and "14.30 hours", times of day, and "seven hundred hours", which may be one."""
    start = reader.at
    count = reader.first(quantity)
    if count is not None and reader.token.said in ("hours", "hrs", "hour"):
        said = reader.between(start)
        part = reader.text.strip()
        hours, minutes = divmod(int(count), 100)
        is_padded = len(said) == 4 and said.isdigit()
        if (is_padded or count > HOUR.most) and hours <= 24 and minutes < 60:
            raise Unreadable(UnreadableReason.IMPLAUSIBLE, part, choices=(f"{hours}:{minutes:02}",))
        if said.casefold().endswith("hundred") and count >= 200:
            choices = (f"{hours}:00", HOUR.counted(str(count)))
            raise Unreadable(UnreadableReason.AMBIGUOUS, part, choices=choices)
        if 1 <= count < 25 and _POINT_FOR_COLON.fullmatch(said):
            choices = (said.replace(".", ":"), HOUR.counted(f"{float(count):g}"))
            raise Unreadable(UnreadableReason.AMBIGUOUS, part, choices=choices)
    reader.at = start
