"""A request as words and marks with one space between them, so that patterns fit. Pure."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from jarvisd.lang.en.scope.clause_words import VERBS
from jarvisd.lang.en.words import APOSTROPHES

QUOTED = '"'
"""Stands for a word that is quoted, so that no pattern takes it for a word of the request."""
_ITEM = re.compile(
    r"(?P<word>[^\W_]+(?:['.:][^\W_]+)*'?)|(?P<end>[.!?;…]+|\n+)|(?P<colon>:)|(?P<pause>,|[–—]| -+ |[()])"
)
_QUOTATION = re.compile(
    r"\"[^\"]*(?:\"|$)|“[^”]*(?:”|$)|„[^“”]*(?:[“”]|$)|«[^»]*(?:»|$)|"
    r"(?<!\w)'(?=\w)[^']*(?:\w'\w[^']*)*(?<=[\w.!?])'(?!\w)"
)
_MARKS = {"end": ".", "colon": ":", "pause": ","}


@dataclass(frozen=True, slots=True)
class _Item:
    text: str
    start: int
    stop: int
    is_word: bool
    is_quoted: bool


class ClauseLine:
    """The items of a request, words and marks: ``.`` ends a sentence, ``,`` is a pause, ``:`` a colon."""

    def __init__(self, written: str) -> None:
        self._written = unicodedata.normalize("NFKC", written).translate(APOSTROPHES)
        self._items = tuple(_items(self._written))
        self.quoted = frozenset(at for at, item in enumerate(self._items) if item.is_quoted)
        """Items between quotation marks."""
        self._lay(self.quoted)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, at: int) -> str:
        return self._shown[at] if 0 <= at < len(self._shown) else ""

    def hide(self, items: frozenset[int]) -> None:
        """Take ``items`` for quoted from now on, so that no pattern finds their words."""
        self._lay(items)

    def is_word(self, at: int) -> bool:
        """Whether an item is a word, not a mark."""
        return self._items[at].is_word

    def rest(self, start: int, stop: int | None = None) -> str:
        """The items from ``start``, up to ``stop``, with a tab behind each verb and a space behind any other."""
        return "".join(self._spaced[start:stop])

    def offset(self, at: int) -> int:
        """Where the item ``at`` begins in ``text``."""
        return self._offsets[at]

    def at(self, offset: int) -> int:
        """The item at ``offset`` of ``text``."""
        return bisect_right(self._offsets, offset) - 1

    def written(self, start: int, stop: int) -> str:
        """The items as they were written, without marks around them."""
        words = [item for item in self._items[start:stop] if item.is_word]
        return self._written[words[0].start : words[-1].stop] if words else ""

    def _lay(self, hidden: frozenset[int]) -> None:
        self._shown = [
            QUOTED if at in hidden and item.is_word else item.text for at, item in enumerate(self._items)
        ]
        self._spaced = [f"{shown}\t" if shown in VERBS else f"{shown} " for shown in self._shown]
        self._offsets = list(accumulate((len(shown) for shown in self._spaced), initial=0))
        self.text = "".join(self._spaced)


def _items(written: str) -> Iterator[_Item]:
    quotations = [match.span() for match in _QUOTATION.finditer(written)]
    for match in _ITEM.finditer(written):
        kind = match.lastgroup or ""
        is_quoted = any(start <= match.start() < stop for start, stop in quotations)
        if kind == "word":
            text = match.group().casefold().removesuffix("'")
            yield _Item(text, match.start(), match.end(), is_word=True, is_quoted=is_quoted)
        elif not is_quoted:
            yield _Item(_MARKS[kind], match.start(), match.end(), is_word=False, is_quoted=False)
