"""Lengths of time as they are said: "ten minutes", "over an hour and a half", "3d". Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from jarvisd.lang.en.numbers import parse_number
from jarvisd.lang.en.words import words

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_DURATION_UNITS: Mapping[str, int] = MappingProxyType(
    {
        "s": 1, "sec": 1, "second": 1,
        "min": _MINUTE_S, "minute": _MINUTE_S,
        "h": _HOUR_S, "hr": _HOUR_S, "hour": _HOUR_S,
        "d": _DAY_S, "day": _DAY_S, "night": _DAY_S,
        "w": 7 * _DAY_S, "week": 7 * _DAY_S, "wk": 7 * _DAY_S, "fortnight": 14 * _DAY_S,
        "month": 30 * _DAY_S, "year": 365 * _DAY_S, "yr": 365 * _DAY_S,
    }
)  # fmt: skip
_FILLERS = frozenset(
    {
        "older", "than", "over", "more", "at", "least", "about", "around", "some", "old", "ago", "the", "last",
        "past", "for", "in", "of", "and", "before", "time", "from", "then", "longer", "age", "aged", "not", "used",
        "since",
    }
)  # fmt: skip
_VAGUE: Mapping[str, float] = MappingProxyType({"couple": 2.0, "few": 3.0, "several": 5.0, "dozen": 12.0})


def parse_duration(text: str, *, old_s: int | None = None) -> int | None:
    """Seconds meant by a phrase such as "ten minutes", "2 weeks", "over an hour and a half" or "3d".

    "old" alone, and every other phrase without a number and a unit, is ``None`` unless it says nothing but
    "old" and ``old_s`` gives the age that counts as old. "yesterday" is a day.
    """
    parts = _split_attached(words(text))
    if parts and all(part in _FILLERS for part in parts):
        return old_s if "old" in parts else None
    pending: list[str] = []
    total, found = 0.0, False
    last_unit_s = 0
    for part in parts:
        unit_s = _unit_seconds(part)
        if unit_s is not None:
            amount = _amount(pending)
            if amount is None or (not pending and part.endswith("s")):
                return None
            total += amount * unit_s
            pending, found, last_unit_s = [], True, unit_s
        elif part == "yesterday":
            total, found = total + _DAY_S, True
        elif part == "half" or part not in _FILLERS or (part == "and" and pending):
            pending.append(part)
    if found and pending in (["a", "half"], ["half"]):
        total, pending = total + last_unit_s / 2, []
    return round(total) if found and not pending else None


def _split_attached(parts: Sequence[str]) -> list[str]:
    """Number and unit apart: "10min" is ("10", "min")."""
    result: list[str] = []
    for part in parts:
        match = re.fullmatch(r"(\d{1,12}(?:[.,]\d{1,12})?)([a-z]+)", part)
        result.extend(match.groups() if match and _unit_seconds(match[2]) else (part,))
    return result


def _unit_seconds(part: str) -> int | None:
    if part in _DURATION_UNITS:
        return _DURATION_UNITS[part]
    return _DURATION_UNITS.get(part[:-1]) if len(part) > 2 and part.endswith("s") else None


def _amount(pending: Sequence[str]) -> float | None:
    """What stands before a unit: a number, a vague count, a half; nothing ("the last week") is one."""
    parts = [part for part in pending if part != "and"]
    if not parts:
        return 1.0
    if parts[0] == "half":
        return 0.5 if parts[1:] in ([], ["a"], ["an"]) else None
    if parts[-2:] == ["a", "half"]:
        whole = parse_number(parts[:-2])
        return None if whole is None else whole + 0.5
    if parts[-1] in _VAGUE and parts[:-1] in ([], ["a"]):
        return _VAGUE[parts[-1]]
    return parse_number(parts)
