"""Value to spoken to heard to value is the identity, for numbers, lengths of time, ages and sizes.

Spoken means what goes to the synthesis: the words of the house, normalised. Small samples, seeded; the full counts
with JARVISD_SOAK=1 (`make soak`).
"""

from __future__ import annotations

import os
import random
from decimal import Decimal
from fractions import Fraction

import pytest

from jarvisd.lang.en import exact_amounts
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.values.durations import read_age, read_duration
from jarvisd.lang.en.values.number_words import NUMBERS, SCALES, TENS
from jarvisd.lang.en.values.numbers import decimal, read_number
from jarvisd.lang.en.values.sizes import read_size
from tests.figures import IS_FULL, Record

SEED = os.environ.get("JARVISD_SEED", "1")
VALUES = 100_000 if IS_FULL else 1_000
LONGEST_S = 100 * 365 * 86_400
LARGEST_BYTES = 10**17
ONES = tuple(NUMBERS)
BY_TENS = ("", "", *TENS)
PARTS = {
    Fraction(1, 2): ("a half", "one half", "1/2", "½"),
    Fraction(1, 4): ("a quarter", "one quarter", "1/4", "¼"),
    Fraction(3, 4): ("three quarters", "3/4", "¾"),
    Fraction(1, 3): ("a third", "one third", "1/3", "⅓"),
    Fraction(2, 3): ("two thirds", "2/3", "⅔"),
    Fraction(3, 8): ("three eighths", "3/8", "⅜"),
}
TIMES = {"": 1, " thousand": 10**3, " million": 10**6, " dozen": 12}
UNITS_S = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
UNITS_BYTES = {"kilobyte": 10**3, "meg": 10**6, "gig": 10**9, "GB": 10**9, "MiB": 1 << 20}


def soak(what: str) -> pytest.MarkDecorator:
    return pytest.mark.soak(f"{what} spoken and heard again", 100_000, "0 changed")


@soak("numbers")
def test_numbers(record_property: Record) -> None:
    draw = random.Random(f"numbers {SEED}")
    for _ in range(VALUES):
        value = Decimal(_drawn(draw, 10**15)).scaleb(-draw.randint(0, 6)) * draw.choice((1, -1))
        assert read_number(ENGLISH.speech.said(f"{value:,f}")) == value
    record_property("tried", VALUES)


@soak("numbers in words")
def test_numbers_in_words(record_property: Record) -> None:
    """A voice says digits as words, and a transcriber may write down just those."""
    draw = random.Random(f"words {SEED}")
    for _ in range(VALUES):
        value = _drawn(draw, 10**15)
        places = str(draw.randint(0, 999)) if draw.random() < 0.3 else ""
        sign = draw.choice(("", "minus "))
        point = f" point {' '.join(ONES[int(digit)] for digit in places)}" if places else ""
        said = f"{sign}{_in_words(value, draw)}{point}"
        assert read_number(said) == Decimal(f"{'-' if sign else ''}{value}{'.' if places else ''}{places}"), said
    record_property("tried", VALUES)


@soak("lengths of time and ages")
def test_lengths_and_ages(record_property: Record) -> None:
    draw = random.Random(f"lengths {SEED}")
    for _ in range(VALUES):
        seconds = Decimal(_drawn(draw, LONGEST_S))
        if draw.random() < 0.1:
            seconds += Decimal(draw.randint(1, 9)) / 10
        said = ENGLISH.speech.said(exact_amounts.length(float(seconds)))
        assert read_duration(said) == seconds, said
        assert read_age(f"older than {said}") == seconds, said
    record_property("tried", VALUES)


@soak("sizes")
def test_sizes(record_property: Record) -> None:
    draw = random.Random(f"sizes {SEED}")
    for _ in range(VALUES):
        size_bytes = _drawn(draw, LARGEST_BYTES)
        if draw.random() < 0.5:
            size_bytes = draw.randint(0, 99_999) * 10 ** draw.randint(0, 12)
        said = ENGLISH.speech.said(exact_amounts.size(size_bytes))
        assert read_size(said) == size_bytes, said
    record_property("tried", VALUES)


@soak("numbers with parts, alone and of units,")
def test_numbers_with_parts(record_property: Record) -> None:
    """However a part is said or written, and whatever it is a part of."""
    draw = random.Random(f"parts {SEED}")
    for _ in range(VALUES):
        whole, part = draw.randint(1, 99), draw.choice(list(PARTS))
        form = draw.choice(PARTS[part])
        is_written = not form.isascii() or form[0].isdigit()
        count = f"{whole} {form}" if is_written else f"{_in_words(whole, draw)} and {form}"
        times = draw.choice(list(TIMES))
        value = (whole + part) * TIMES[times]
        assert read_number(f"{count}{times}") == decimal(value), f"{count}{times}"
        unit = draw.choice(list(UNITS_S))
        assert read_duration(f"{count} {unit}s") == decimal((whole + part) * UNITS_S[unit]), f"{count} {unit}s"
        said = f"{whole} {unit}s and {PARTS[part][0]}"
        assert read_duration(said) == decimal((whole + part) * UNITS_S[unit]), said
        size = draw.choice(list(UNITS_BYTES))
        assert read_size(f"{count} {size}") == round((whole + part) * UNITS_BYTES[size]), f"{count} {size}"
    record_property("tried", VALUES)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (5400, "1 hour and 30 minutes"),
        (5445.5, "1 hour, 30 minutes and 45.5 seconds"),
        (182.5 * 86_400, "182 days and 12 hours"),
    ],
)
def test_a_length_is_said_in_full(seconds: float, said: str) -> None:
    assert exact_amounts.length(seconds) == said


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (1_230_000_000, "1.23 GB"),
        (1_234_000_000, "1,234 MB"),
        (1 << 30, "1,073,741,824 bytes"),
    ],
)
def test_a_size_is_said_in_full(size_bytes: int, said: str) -> None:
    assert exact_amounts.size(size_bytes) == said


def _drawn(draw: random.Random, limit: int) -> int:
    """Of every order of magnitude as often."""
    return draw.randint(0, min(limit, 10 ** draw.randint(1, 18)))


def _in_words(value: int, draw: random.Random) -> str:
    if value < 20:
        return ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return f"{BY_TENS[tens]}{draw.choice(' -')}{ONES[ones]}" if ones else BY_TENS[tens]
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        return f"{ONES[hundreds]} hundred{_rest(rest, draw)}"
    word = [word for word, scale in SCALES.items() if scale <= value][-1]
    count, rest = divmod(value, SCALES[word])
    return f"{_in_words(count, draw)} {word}{_rest(rest, draw)}"


def _rest(rest: int, draw: random.Random) -> str:
    if not rest:
        return ""
    joint = draw.choice((" ", " and ")) if rest < 100 else draw.choice((" ", ", "))
    return f"{joint}{_in_words(rest, draw)}"
