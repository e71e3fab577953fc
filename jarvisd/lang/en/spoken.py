"""Spoken text as words: normalising transcripts, number words and durations. Pure, English only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

_WORD = re.compile(r"[^\W_]+(?:['.:,][^\W_]+)*|[^\W_]+", re.UNICODE)
APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
"""Every form of an apostrophe to the one of a keyboard."""

_NAMES = ("jarvis", "jervis", "javis", "jarvas", "charvis")
"""The name, and what speech recognition makes of it."""
_GREETINGS = ("hey", "hi", "hello", "okay", "ok", "a")
_LEADING: tuple[tuple[str, ...], ...] = (
    *((greeting, name) for greeting in _GREETINGS for name in _NAMES),
    *((name,) for name in _NAMES),
)
_BREAK = r"\s,.!?:;…–—-"
_WAKE_PHRASE = re.compile(
    rf"^\W*(?:(?:(?:{'|'.join(_GREETINGS)})\W+)?(?:{'|'.join(_NAMES)})\b[{_BREAK}]+(?=[^{_BREAK}]))+",
    re.IGNORECASE,
)
_POLITE_BEFORE: tuple[tuple[str, ...], ...] = (
    ("can", "you", "please"),
    ("could", "you", "please"),
    ("would", "you", "please"),
    ("can", "you"),
    ("could", "you"),
    ("would", "you"),
    ("will", "you"),
    ("please",),
)
_POLITE_AFTER: tuple[tuple[str, ...], ...] = (
    ("thank", "you"),
    ("thanks",),
    ("please",),
    ("jarvis",),
)

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


def words(text: str) -> tuple[str, ...]:
    """The words of ``text`` in lower case, without punctuation; apostrophes and decimal points inside stay."""
    folded = unicodedata.normalize("NFKC", text).translate(APOSTROPHES).casefold()
    return tuple(_WORD.findall(folded))


def without_wake_phrase(text: str) -> str:
    """``text`` as it was written, without a wake phrase at its beginning, said once or twice."""
    return _WAKE_PHRASE.sub("", text)


def strip_courtesy(spoken: Sequence[str]) -> tuple[str, ...]:
    """``spoken`` without wake phrase and politeness around it; what is polite alone stays as it is."""
    result = _without_wake_words(tuple(spoken))
    while stripped := _without_prefix(result, _POLITE_BEFORE):
        result = _without_wake_words(stripped)
    while stripped := _without_courtesy_after(result):
        result = stripped
    return result


def _without_wake_words(spoken: tuple[str, ...]) -> tuple[str, ...]:
    while stripped := _without_prefix(spoken, _LEADING):
        spoken = stripped
    return spoken


def _without_prefix(spoken: tuple[str, ...], phrases: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    for phrase in phrases:
        if len(spoken) > len(phrase) and spoken[: len(phrase)] == phrase:
            return spoken[len(phrase) :]
    return ()


def _without_courtesy_after(spoken: tuple[str, ...]) -> tuple[str, ...]:
    for phrase in _POLITE_AFTER:
        if len(spoken) > len(phrase) and spoken[-len(phrase) :] == phrase:
            return spoken[: -len(phrase)]
    return ()


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


_LISTENER: Mapping[str, str] = MappingProxyType(
    {
        "my": "your", "me": "you", "mine": "yours", "i": "you", "myself": "yourself", "i'm": "you're",
        "i've": "you've", "i'd": "you'd", "i'll": "you'll", "i am": "you are", "i was": "you were",
        "am i": "are you",
    }
)  # fmt: skip
_SPEAKER = re.compile(r"\b(?:i am|i was|am i|i'm|i've|i'd|i'll|i|my|me|mine|myself)\b", re.IGNORECASE)


def to_listener(text: str) -> str:
    """A person's words about themselves, said back to them: "my code" is "your code"."""
    changed = _SPEAKER.sub(lambda match: _LISTENER[match[0].lower()], text.translate(APOSTROPHES))
    return changed[:1].upper() + changed[1:] if text[:1].isupper() else changed
