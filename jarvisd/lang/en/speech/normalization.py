"""A line of written English as it is said: one grammar of addresses, times, numbers, units and signs. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from jarvisd.lang.en.speech.abbreviations import ABBREVIATIONS
from jarvisd.lang.en.speech.addresses import ADDRESSES
from jarvisd.lang.en.speech.grammar import Grammar, Section, SpeechRule
from jarvisd.lang.en.speech.mathematics import MATHEMATICS
from jarvisd.lang.en.speech.money import MONEY
from jarvisd.lang.en.speech.numerals import NUMERALS
from jarvisd.lang.en.speech.quantities import UNITS
from jarvisd.lang.en.speech.signs import SIGNS
from jarvisd.lang.en.speech.times import TIMES

_MONTHS_AND_DAYS: Final = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|Mon|Tue|Tues|Wed|Thu|Thurs|Fri|Sat|Sun"
_WORD: Final = rf"(?!(?:vs|[ivxl]{{2,6}}|{_MONTHS_AND_DAYS})(?!\w))[A-Z]?[a-z]+(?:'[a-z]+)?"
_PLAIN_WORDS: Final = Section(
    "", (SpeechRule(rf"(?<![^\s(\"'])(?:{_WORD}[,;]?\s)*{_WORD}(?=[\s,;?)]|$)", lambda match: match[0]),)
)
"""Most of a text; no rule says anything of it, so the rules need not be tried on it."""
_REST: Final = Section("", (SpeechRule(r"[A-Za-z]+|\d+", lambda match: match[0]),))
"""What begins as a piece and is none; no rule begins inside of it."""


@cache
def _grammar() -> Grammar:
    """Compiled when it is first needed: it takes longer than most commands."""
    sections = (ADDRESSES, ABBREVIATIONS, TIMES, MONEY, NUMERALS, UNITS, MATHEMATICS, SIGNS)
    return Grammar((_PLAIN_WORDS, *sections, _REST))


_COMPATIBLE: Final = re.compile(
    "[\uff01-\uff5e\u3000\U0001d400-\U0001d7ff\u2460-\u24ea\u2100-\u214f\u2160-\u217f\ufb00-\ufb06]"
)
_KEPT: Final = frozenset("℃℉№™Ω℮")
_TIDY: Final = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s+([.,;:!?])"), r"\1"),
    (re.compile(r"(?<=[,;:])(?:\s*,)+"), ""),
    (re.compile(r",(?=[.!?;:])"), ""),
    (re.compile(r"(?<=[.!?]),"), ""),
    (re.compile(r"(?<=\()\s+|\s+(?=\))"), ""),
)


def said(line: str) -> str:
    """``line``, without markup, as it is to be said; digits that engines read right stay digits."""
    told = _grammar().said(_unified(line))
    for pattern, replacement in _TIDY:
        told = pattern.sub(replacement, told)
    return told.strip(" ,;")


def _unified(line: str) -> str:
    """Digits of every script and letters of another width or style as the plain ones."""
    if line.isascii():
        return line
    shown = "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() and not character.isascii() else character
        for character in line
    )
    return _COMPATIBLE.sub(
        lambda match: match[0] if match[0] in _KEPT else unicodedata.normalize("NFKC", match[0]), shown
    )
