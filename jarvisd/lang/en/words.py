"""Spoken text as words: normalising transcripts, wake phrase and politeness. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+(?:['.:,][^\W_]+)*|[^\W_]+", re.UNICODE)
APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
"""Every form of an apostrophe to the one of a keyboard."""

NAMES = ("jarvis", "jervis", "javis", "jarvas", "charvis")
"""The name, and what speech recognition makes of it."""
_GREETINGS = ("hey", "hi", "hello", "okay", "ok", "a")
_LEADING: tuple[tuple[str, ...], ...] = (
    *((greeting, name) for greeting in _GREETINGS for name in NAMES),
    *((name,) for name in NAMES),
)
_BREAK = r"\s,.!?:;…–—-"
_WAKE_PHRASE = re.compile(
    rf"^\W*(?:(?:(?:{'|'.join(_GREETINGS)})\W+)?(?:{'|'.join(NAMES)})\b[{_BREAK}]+(?=[^{_BREAK}]))+",
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


def words(text: str) -> tuple[str, ...]:
    """The words of ``text`` in lower case, without punctuation; apostrophes and decimal points inside stay."""
    folded = unicodedata.normalize("NFKC", text).translate(APOSTROPHES).casefold()
    return tuple(_WORD.findall(folded))


def without_wake_phrase(text: str) -> str:
    """``text`` as it was written, without a wake phrase at its beginning, said once or twice."""
    return _WAKE_PHRASE.sub("", text)


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


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
