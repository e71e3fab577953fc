"""Written text to speakable text: no markup, no emoji, no code; numbers, names and addresses as they are said.

Pure. The result is plain text whose lines are to be spoken one after the other; splitting it is
:mod:`jarvisd.tts.chunking`' task. How a plain line is said is the language's
(:class:`jarvisd.lang.pack.SpeechRules`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from jarvisd.lang.pack import SpeechRules

Rule = tuple[re.Pattern[str], str]

KEPT_SYMBOLS: Final = frozenset("%'\"")
"""Symbols that an engine pronounces well as they stand, beside sentence punctuation."""


def speakable(text: str, language: SpeechRules) -> str:
    """``text`` as it is to be said; empty when nothing in it can be said.

    Each line of the result is spoken by itself. Digits stay digits, without thousands separators.
    """
    text = unicodedata.normalize("NFC", text).replace("\r", "\n")
    written = re.sub("[\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]", "'", text)
    return "\n".join(_unwrapped(_apply(_BLOCKS, written).split("\n"), language))


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit to pronounce."""
    return any(character.isalnum() for character in text)


def _apply(rules: tuple[Rule, ...], text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def _line(line: str, language: SpeechRules) -> str:
    line = " ".join(line.split())
    line = language.said(_apply(_INLINE_MARKUP, _apply(_LINE_MARKUP, line)))
    line = "".join(character if _is_spoken(character) else " " for character in line)
    return _apply(_SPACING, line).strip(" ,;:-")


def _unwrapped(written: list[str], language: SpeechRules) -> list[str]:
    """The lines to speak; one that was only wrapped in the middle of a sentence continues the one before it."""
    spoken: list[str] = []
    may_continue = False
    for raw in written:
        line = _line(raw, language)
        if not has_words(line):
            may_continue = False
            continue
        if may_continue and line[0].islower() and not _MARKER.match(raw) and spoken[-1][-1] not in ".!?":
            spoken[-1] += " " + line
        else:
            spoken.append(line)
        may_continue = not raw.lstrip().startswith("#")
    return spoken


def _is_spoken(character: str) -> bool:
    category = unicodedata.category(character)
    if category[0] in "LNZ" or category in ("Mn", "Mc"):
        # A variation selector belongs to an emoji.
        return not "\ufe00" <= character <= "\ufe0f" and character != "\u20e3"
    return category[0] == "P" or character in KEPT_SYMBOLS


def _rules(*pairs: tuple[str, str]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


_MARKER: Final = re.compile(r"\s*(?:[-*+•>#|]|\d{1,3}[.)]\s)")

_BLOCKS: Final = _rules(
    (r"(?ms)^[ \t]*(```|~~~).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", "\n"),
    (r"(?s)```.*?(?:```|\Z)", " "),
    (r"(?s)<!--.*?-->", " "),
    (r"</?(?!https?:|ftp:|mailto:)[A-Za-z][^<>\n]*>", " "),
)
_LINE_MARKUP: Final = _rules(
    # Rules and the separator rows of tables.
    (r"^[-*_=|: ]+$", ""),
    (r"^(?:> ?)+", ""),
    (r"^#{1,6} ", ""),
    (r"^[-*+•] (?:\[[ xX]\] )?", ""),
    (r"^(\d{1,3})[.)] ", r"\1, "),
)
_INLINE_MARKUP: Final = _rules(
    (r"!?\[([^\[\]]*)\]\([^()\s]*(?: \"[^\"]*\")?\)", r"\1"),
    (r"\[([^\[\]]+)\]\[[^\[\]]*\]", r"\1"),
    (r"`+|~~", ""),
    (r"\*+(?=\S)|(?<=\S)\*+", ""),
    (r"(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)", ""),
    # Piper reads double brackets as raw phonemes.
    (r"[\[\]{}]+", " "),
    (r" ?\| ?", ", "),
)
_SPACING: Final = _rules(
    (r"\s+", " "),
    (r"\(\s*\)", ""),
    (r"\s+([.,;:!?])", r"\1"),
    (r"([!?])[.!?]+", r"\1"),
    (r"[,;:]+(?=[.!?])|,+(?=,)", ""),
)
