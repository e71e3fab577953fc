"""Words for measured facts: counts, sizes, ages and names, as they are spoken. Pure.

Names of files are untrusted text (decision 4): they are cut, stripped of anything invisible and quoted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

SPOKEN_NAME_LIMIT = 60
"""Longer names are cut in the middle, so that the end of the name is still heard."""
SPOKEN_NAME_WORDS = 6
"""Names of more words are shortened: what goes on for longer begins to sound like a sentence of ours."""
SPOKEN_ITEM_LIMIT = 120
"""Chosen: so much of one line of a list is listened to."""
_SENTENCE_SIGNS = re.compile(r"[.!?:;,…]+(?=[\s\"'()»«“”]|$)|[\"()«»“”„‟]|(?<=\s)[-–—]+(?=\s)")
"""What ends or divides a sentence; a point inside a name stays."""

_SIZE_UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def counted(number: int, noun: str) -> str:
    """``counted(2347, "file")`` is ``"2,347 files"``."""
    if number == 1:
        return f"1 {noun}"
    ends_in_y = noun.endswith("y") and noun[-2] not in "aeiou"
    return f"{number:,} {noun[:-1]}ies" if ends_in_y else f"{number:,} {noun}s"


def size(size_bytes: int) -> str:
    """A size in decimal units, at most one decimal: ``"450 MB"``, ``"1.2 kB"``, ``"12 bytes"``."""
    for index, (unit_bytes, name) in enumerate(_SIZE_UNITS):
        if size_bytes >= unit_bytes:
            value = size_bytes / unit_bytes
            rounded = f"{value:.1f}" if value < 9.95 else f"{value:,.0f}"
            if rounded == "1,000" and index:
                return f"1 {_SIZE_UNITS[index - 1][1]}"
            return f"{rounded.removesuffix('.0')} {name}"
    return counted(size_bytes, "byte")


def age(age_s: float) -> str:
    """A length of time in its largest whole unit: ``"7 days"``."""
    for unit_s, noun in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if age_s >= unit_s:
            return counted(round(age_s / unit_s), noun)
    return counted(round(age_s), "second")


def name(text: str) -> str:
    """An untrusted name made safe to speak and to print on a terminal."""
    kept = "".join(_visible(character) for character in text)
    words = _SENTENCE_SIGNS.sub(" ", kept).split()
    if len(words) <= SPOKEN_NAME_WORDS:
        return _shortened(" ".join(words)) or "unnamed"
    more = counted(len(words) - SPOKEN_NAME_WORDS, "more word")
    begins = _shortened(" ".join(words[: SPOKEN_NAME_WORDS - 1]))
    return f"{begins} and {more} until {_shortened(words[-1])}"


def item(text: str) -> str:
    """An untrusted line, such as an item of a list, made safe to speak: all of its words up to a limit."""
    kept = " ".join("".join(_visible(character) for character in text).split())
    if len(kept) <= SPOKEN_ITEM_LIMIT:
        return kept
    return f"{kept[:SPOKEN_ITEM_LIMIT].rsplit(None, 1)[0]}…"


def _shortened(text: str) -> str:
    if len(text) <= SPOKEN_NAME_LIMIT:
        return text
    half = SPOKEN_NAME_LIMIT // 2 - 1
    return f"{text[:half]}…{text[-half:]}"


def listing(items: Sequence[str], limit: int = 3) -> str:
    """Up to ``limit`` items in a row and how many more: ``"a, b, c and 4 more"``."""
    shown = list(items[:limit])
    rest = len(items) - len(shown)
    if rest > 0:
        shown.append(f"{rest:,} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def files_and_bytes(files: int, total_bytes: int) -> str:
    """The measured extent of a step: ``"2,347 files, 450 MB"`` (A10)."""
    return f"{counted(files, 'file')}, {size(total_bytes)}"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "Z":
        return " "
    return "" if category[0] == "C" else character
