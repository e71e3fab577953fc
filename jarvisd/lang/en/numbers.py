"""Number words and digits as they are said. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

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
_UNITS: Mapping[str, int] = MappingProxyType({**NUMBERS, "a": 1, "an": 1})
_TENS: Mapping[str, int] = MappingProxyType({**TENS, "fourty": 40})


def parse_number(spoken: Sequence[str]) -> float | None:
    """The value of digits or English number words below one million, or ``None``: ("twenty", "five") is 25."""
    if not spoken:
        return None
    if len(spoken) == 1 and re.fullmatch(r"\d{1,3}(?:,\d{3}){1,3}|\d{1,12}(?:[.,]\d{1,12})?", spoken[0]):
        return _digits(spoken[0])
    total, group, seen = 0.0, 0.0, False
    for word in spoken:
        if word == "and" and seen:
            continue
        if word in _UNITS:
            group += _UNITS[word]
        elif word in _TENS:
            group += _TENS[word]
        elif word == "hundred":
            group = (group or 1) * 100
        elif word == "thousand":
            total, group = total + (group or 1) * 1000, 0.0
        elif re.fullmatch(r"\d{1,12}", word):
            group += int(word)
        else:
            return None
        seen = True
    return total + group if seen else None


def _digits(digits: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", digits):
        return float(digits.replace(",", ""))
    return float(digits.replace(",", "."))
