"""Texts as words that can be held against each other, however they are written or said. Pure.

"To-Do", "to do" and "todo", "café" and "cafe", "recipes" and "recipe", "twenty five" and "25" are the same words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from jarvisd.lang.en.values.number_words import NUMBERS, TENS

_WORD = re.compile(r"[^\W_]+")
_E_MAIL = re.compile(r"\be[- ]mail")
_SMALL = frozenset(
    {
        "a", "an", "the", "this", "that", "these", "those", "it", "its", "my", "your", "our", "his", "her",
        "their", "i", "me", "you", "we", "they", "s", "am", "is", "are", "was", "were", "be", "been", "has",
        "have", "had", "do", "does", "did", "will", "would", "and", "or", "but", "not", "so", "if", "then",
        "than", "as", "of", "in", "on", "at", "to", "for", "from", "by", "with", "about", "into", "up", "out",
        "over", "please", "new", "file", "folder", "directory", "document", "list", "note", "email",
    }
)  # fmt: skip
"""Words that say nothing of what is meant, or only what kind of thing it is; in the forms of :func:`tokens`."""
_WRITTEN_SHORT = {"tmp": "temporary", "temp": "temporary", "docs": "document", "pics": "picture", "pic": "picture"}
"""Names of folders as they are written, and as they are said."""
_PLURAL_FROM = 4
"""Chosen: shorter words that end with an s are mostly no plurals ("gas", "bus", "was")."""


def tokens(text: str) -> tuple[str, ...]:
    """The words of ``text`` in order: small letters without accents, one number for many, numbers in digits."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return tuple(_in_digits(_WORD.findall(_E_MAIL.sub("email", bare))))


def is_small(token: str) -> bool:
    """Whether a token tells nothing of what is meant."""
    return token in _SMALL


def _in_digits(found: list[str]) -> Iterator[str]:
    at = 0
    while at < len(found):
        word, following = found[at], found[at + 1] if at + 1 < len(found) else ""
        at += 1
        if word in TENS and 1 <= NUMBERS.get(following, 0) <= 9:
            at += 1
            yield str(TENS[word] + NUMBERS[following])
        elif word in NUMBERS or word in TENS:
            yield str(NUMBERS.get(word, TENS.get(word)))
        else:
            yield _singular(word)


def _singular(word: str) -> str:
    if word in _WRITTEN_SHORT:
        return _WRITTEN_SHORT[word]
    is_plural = len(word) >= _PLURAL_FROM and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if is_plural else word
