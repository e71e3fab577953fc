"""A text as the engine gets it, and how much of it has been heard. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from jarvisd.core.errors import RequestError
from jarvisd.lang.pack import SpeechRules
from jarvisd.tts.chunking import chunks
from jarvisd.tts.normalization import speakable
from jarvisd.tts.ports import QUEUED_MS

TEXT_CHARS = 4000
"""Longest text of one utterance, about five minutes of speech."""


def engine_chunks(text: str, language: SpeechRules) -> tuple[str, ...]:
    """What is synthesised one after the other for ``text``; nothing when nothing in it can be said.

    Raises INVALID_REQUEST when the text is too long.
    """
    if len(text) > TEXT_CHARS:
        raise RequestError(f"the text has {len(text)} characters; {TEXT_CHARS} can be spoken at once")
    return chunks(speakable(text, language), language.chunk_rules)


def letters_of(clauses: Iterable[str]) -> int:
    """Letters and digits, which time in speech goes by; signs between them may differ from one cut to another."""
    return sum(sum(map(str.isalnum, clause)) for clause in clauses)


def heard_chars(text: str, letters: int, language: SpeechRules) -> int:
    """How many characters of ``text``, whole words, make at most ``letters`` of what the engine gets for it."""
    if not letters:
        return 0
    ends = [0, *(word.end() for word in re.finditer(r"\S+", text))]
    return ends[bisect_right(ends, letters, key=lambda end: letters_of(engine_chunks(text[:end], language))) - 1]


class Progress:
    """How far an utterance has come, in letters of its clauses; times are CLOCK_MONOTONIC microseconds."""

    def __init__(self, letters: int = 0) -> None:
        self.letters = letters
        """Of whole clauses."""
        self._clause = (0, 0, 0.0)

    def begins(self, clause: str, at_us: int, length_ms: float) -> None:
        """The first sample of ``clause`` is handed over."""
        self._clause = (letters_of([clause]), at_us, length_ms)

    def ends(self) -> None:
        """The last one is."""
        self.letters += self._clause[0]
        self._clause = (0, 0, 0.0)

    def letters_at(self, now_us: int) -> int:
        """Those that have been heard, and not only handed over, if the clause is spoken evenly."""
        letters, began_us, length_ms = self._clause
        heard_ms = (now_us - began_us) / 1000 - QUEUED_MS
        return self.letters + int(letters * min(1.0, max(0.0, heard_ms / length_ms))) if letters else self.letters
