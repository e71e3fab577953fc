"""Written text to speakable text: its structure made heard, and every line as it is said.

Pure. The result is plain text whose lines are to be spoken one after the other; splitting it is
:mod:`jarvisd.tts.chunking`' task. What the parts of a text are is found by :mod:`jarvisd.tts.markup`; how they and
their lines are said is the language's (:class:`jarvisd.lang.pack.SpeechRules`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from jarvisd.lang.pack import SpeechRules
from jarvisd.tts.markup import Block, Code, Heading, Item, ItemList, Paragraph, Quote, Row, blocks

SHORT_CHARS: Final = 60
"""Longest part of an enumeration that is said in one sentence."""
CODE_LINES: Final = 5
"""More lines of code are counted, not read: nobody follows them by ear."""
_KEPT_SYMBOLS: Final = frozenset("%'\"")
"""Symbols that an engine pronounces well as they stand, beside sentence punctuation."""


def speakable(text: str, language: SpeechRules) -> str:
    """``text`` as it is to be said; empty when nothing in it can be said.

    Each line of the result is spoken by itself. Digits stay digits, without thousands separators.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    written = re.sub("[\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]", "'", text)
    lines = [line for line in _spoken(blocks(written), language) if has_words(line)]
    return "\n".join([*(_closed(line) for line in lines[:-1]), *lines[-1:]])


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit to pronounce."""
    return any(character.isalnum() for character in text)


def _closed(line: str) -> str:
    """``line`` with a mark behind it that ends it."""
    return line if line.rstrip("\"')")[-1:] in tuple(".!?:;") else f"{line.rstrip(',')}."


def _spoken(parts: Sequence[Block], language: SpeechRules) -> Iterator[str]:
    for place, part in enumerate(parts):
        if isinstance(part, Paragraph):
            yield from _enumerated([_line(line, language) for line in part.lines])
        elif isinstance(part, Heading):
            yield _line(part.text, language)
        elif isinstance(part, ItemList):
            yield from _items(part.items, language)
        elif isinstance(part, Row):
            yield language.row([_line(cell, language) for cell in part.cells])
        elif isinstance(part, Code):
            yield from _code(part, language)
        else:
            yield from _quote(part, language, is_last=place == len(parts) - 1)


def _line(line: str, language: SpeechRules) -> str:
    line = language.said(line)
    line = "".join(character if _is_spoken(character) else " " for character in line)
    for pattern, replacement in _SPACING:
        line = pattern.sub(replacement, line)
    return line.strip(" ,;:-")


def _enumerated(lines: Sequence[str]) -> Iterator[str]:
    """Short lines that follow each other are one sentence with pauses, long ones are one each."""
    row: list[str] = []
    for line in filter(has_words, lines):
        if len(line) <= SHORT_CHARS and line[-1] not in ".!?:":
            row.append(line)
            continue
        if row:
            yield _joined(row)
        row = []
        yield line
    if row:
        yield _joined(row)


def _joined(parts: Sequence[str]) -> str:
    return ("; " if any("," in part for part in parts) else ", ").join(parts)


def _items(items: Sequence[Item], language: SpeechRules) -> Iterator[str]:
    told = [said for item in items if has_words(said := _item(item, language))]
    if not any(re.search(r"[.!?](?:\s|$)", item) for item in told):
        yield language.listed(told)
    else:
        yield from told


def _item(item: Item, language: SpeechRules) -> str:
    text = _line(item.text, language)
    if item.number:
        text = language.numbered(item.number, text)
    if item.is_done is not None:
        text = language.checked(text, is_done=item.is_done)
    if item.inner:
        inner = " ".join(_closed(line) for line in _items(item.inner, language))
        text = f"{text.rstrip('.:')}: {inner.removesuffix('.')}"
    return text


def _code(code: Code, language: SpeechRules) -> Iterator[str]:
    if len(code.lines) > CODE_LINES:
        yield language.code_left_out(code.kind, len(code.lines))
    else:
        yield from _enumerated([_line(" ".join(line.split()), language) for line in code.lines])


def _quote(quote: Quote, language: SpeechRules, *, is_last: bool) -> Iterator[str]:
    lines = [line for line in _spoken(quote.blocks, language) if has_words(line)]
    if lines:
        yield from language.quoted([*(_closed(line) for line in lines[:-1]), lines[-1]], goes_on=not is_last)


def _is_spoken(character: str) -> bool:
    category = unicodedata.category(character)
    if category[0] in "LNZ" or category in ("Mn", "Mc"):
        # A variation selector belongs to an emoji.
        return not "\ufe00" <= character <= "\ufe0f" and character != "\u20e3"
    # Piper reads double brackets as raw phonemes.
    return (category[0] == "P" and character not in "[]{}") or character in _KEPT_SYMBOLS


_SPACING: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\s+", " "),
        (r"\(\s*\)", ""),
        (r"\s+([.,;:!?])", r"\1"),
        (r"([!?])[.!?]+", r"\1"),
        (r"[,;:]+(?=[.!?])|,+(?=,)", ""),
    )
)
