"""Whole numbers in words and digits: "twenty-five hundred", "3 million", "the 21st". Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from jarvisd.lang.en.values.tokens import Reader, TokenKind, remembered

NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
        "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    }
)  # fmt: skip
TENS: Mapping[str, int] = MappingProxyType(
    {
        "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
        "ninety": 90,
    }
)  # fmt: skip
SCALES: Mapping[str, int] = MappingProxyType(
    {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
)
DOZEN = 12
_ZEROS = frozenset({"zero", "nought", "naught", "nil"})
_OH = frozenset({"oh", "o"})
"""A zero among other digits, and nowhere else."""
_ONES = {word: value for word, value in NUMBERS.items() if 0 < value < 10}
_BELOW_20 = {word: value for word, value in NUMBERS.items() if value}
_TENS = {**TENS, "fourty": 40}
_RUN_TOGETHER = {tens + ones: _TENS[tens] + _ONES[ones] for tens in _TENS for ones in _ONES}
"""As some transcribers write: "twentyfive"."""
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14,
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
    "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70,
    "eightieth": 80, "ninetieth": 90,
}  # fmt: skip
_SCALE_ORDINALS = {"hundredth": 100, **{f"{word}th": value for word, value in SCALES.items()}}
ORDINAL_WORDS: Mapping[str, int] = MappingProxyType({**_ORDINALS, **_SCALE_ORDINALS})


@remembered
def cardinal(reader: Reader) -> int | None:
    """A whole number: "zero", "a hundred and seven", "twenty-five hundred", "2 thousand 500", "1,250"."""
    if reader.token.said in _ZEROS:
        reader.take()
        return 0
    found = reader.first(_scaled, _one_scaled, _hundreds, _digits)
    if found is None:
        return None
    total, smallest = found
    while smallest > 1 and (more := reader.first(partial(_lesser, limit=smallest))) is not None:
        total, smallest = total + more[0], more[1]
    return total


def short_cardinal(reader: Reader) -> int | None:
    """A whole number below 100 in words, or one in digits without point and groups, as clocks have them."""
    if reader.token.whole is not None:
        return reader.take().whole
    return 0 if reader.said(*_ZEROS) else below_hundred(reader)


def below_hundred(reader: Reader) -> int | None:
    """One to ninety-nine in words."""
    word = reader.token.said
    if word in _BELOW_20 or word in _RUN_TOGETHER:
        reader.take()
        return _BELOW_20.get(word) or _RUN_TOGETHER[word]
    if word not in _TENS:
        return None
    reader.take()
    ones = reader.token.said
    if ones not in _ONES:
        return _TENS[word]
    reader.take()
    return _TENS[word] + _ONES[ones]


def digit(reader: Reader) -> str:
    """A single digit: a word, "oh" among them, or written; else nothing is taken."""
    token = reader.token
    if token.kind is TokenKind.NUMBER and len(token.text) == 1:
        return reader.take().text
    value = 0 if token.said in _OH | _ZEROS else _ONES.get(token.said)
    if value is None:
        return ""
    reader.take()
    return str(value)


def ordinal(reader: Reader) -> int | None:
    """A place in a row: "third", "the twenty-first", "one hundred and second", "3rd"."""
    reader.said("the")
    if reader.token.kind is TokenKind.ORDINAL:
        return int(reader.take().value or 0)
    before = reader.first(cardinal)
    if before is not None:
        reader.said("and")
    word = reader.token.said
    if word not in ORDINAL_WORDS or before == 0:
        return None
    reader.take()
    value = ORDINAL_WORDS[word]
    if before is None:
        return value
    if word in _SCALE_ORDINALS:
        return before * value if before < value else None
    room = 100 if before % 100 == 0 else 10 if before % 10 == 0 and before % 100 > 10 else 0
    return before + value if value < room else None


def scale(reader: Reader) -> int | None:
    """ "hundred", "thousand", "million" or "dozen" behind a number."""
    word = reader.token.said
    found = {"hundred": 100, "dozen": DOZEN, **SCALES}.get(word)
    if found is not None:
        reader.take()
    return found


def _scaled(reader: Reader) -> tuple[int, int] | None:
    """A number with a scale behind it, and the scale: "two hundred thousand", "3 million"."""
    found = reader.first(_hundreds, _digits)
    word = reader.token.said
    if found is None or word not in SCALES:
        return None
    reader.take()
    return found[0] * SCALES[word], SCALES[word]


def _one_scaled(reader: Reader) -> tuple[int, int] | None:
    """ "a thousand", "million", at the beginning of a number."""
    reader.said("a")
    word = reader.token.said
    if word not in SCALES:
        return None
    reader.take()
    return SCALES[word], SCALES[word]


def _hundreds(reader: Reader) -> tuple[int, int] | None:
    """A number up to 9,999 in words, and the least scale in it: "a hundred and seven", "twenty-five hundred"."""
    count: int | None
    if reader.token.said == "hundred" or (reader.token.said == "a" and reader.ahead().said == "hundred"):
        reader.said("a")
        count = 1
    else:
        count = reader.first(below_hundred, _digits_before_hundred)
    if count is None or not reader.said("hundred"):
        return None if count is None else (count, 1)
    rest = reader.first(_and_below_hundred)
    return count * 100 + (rest or 0), 100 if rest is None else 1


def _and_below_hundred(reader: Reader) -> int | None:
    reader.said("and")
    return reader.first(below_hundred, _digits_below_hundred)


def _lesser(reader: Reader, *, limit: int) -> tuple[int, int] | None:
    """What may follow a scale: a number below it, and the scale of that one."""
    if not reader.said("and"):
        reader.said(",")
        reader.said("and")
    found = reader.first(_scaled, _hundreds, _digits)
    return found if found and found[0] < limit and reader.tokens[reader.at - 1].said != "a" else None


def _digits(reader: Reader) -> tuple[int, int] | None:
    """A whole number in digits. Nothing follows it but a scale."""
    token = reader.token
    if not token.is_whole:
        return None
    reader.take()
    return int(token.value or 0), 1


def _digits_before_hundred(reader: Reader) -> int | None:
    """Of "322 hundred" the digits."""
    found = reader.first(_digits)
    return found[0] if found is not None and 0 < found[0] < 10_000 and reader.token.said == "hundred" else None


def _digits_below_hundred(reader: Reader) -> int | None:
    token = reader.token
    if not token.is_whole or not 0 < (token.value or 0) < 100:
        return None
    reader.take()
    return int(token.value or 0)
