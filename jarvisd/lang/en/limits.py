"""How old and how large files are to be, as a request says it. Pure."""

from __future__ import annotations

import re
from types import MappingProxyType

from jarvisd.core.errors import RequestError
from jarvisd.lang.en.durations import parse_duration
from jarvisd.lang.en.numbers import parse_number
from jarvisd.lang.en.words import words

_DAY_S = 86_400
_SIZE = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?|[a-z -]+?)\s*"
    r"(?P<unit>[kmgt]i?b?|bytes?|(?:kilo|mega|giga|tera)bytes?)\b"
)
_UNIT_BYTES = MappingProxyType({"k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "b": 1.0})
_SIZE_FILLERS = frozenset(
    {"more", "than", "over", "at", "least", "above", "larger", "bigger", "of", "about", "and"}
)


def age_limit_s(phrase: str, old_after_days: float) -> float | None:
    """Seconds for "three weeks", "old" or nothing; raises :class:`RequestError` for anything else."""
    if not phrase.strip():
        return None
    age_s = parse_duration(phrase, old_s=round(old_after_days * _DAY_S))
    if age_s is None:
        raise RequestError(f"I do not understand how old {phrase!r} is")
    return float(age_s)


def size_limit_bytes(phrase: str) -> float | None:
    """Bytes for "2 gigabytes", "500 MB", "ten kilobytes" or nothing; raises :class:`RequestError` otherwise."""
    if not phrase.strip():
        return None
    match = _SIZE.search(" ".join(word for word in phrase.casefold().split() if word not in _SIZE_FILLERS))
    number = parse_number(words(match["number"])) if match else None
    if match is None or number is None:
        raise RequestError(f"I do not understand how large {phrase!r} is")
    return number * _UNIT_BYTES[match["unit"][0].lower()]
