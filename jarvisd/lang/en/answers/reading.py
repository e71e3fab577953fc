"""Asking to hear all of something before agreeing to it: "read it". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jarvisd.lang.en.words import words

PIECE_LIMIT = 400
"""Characters that are read in one go: half a minute."""

_ASKED = re.compile(
    r"(?:(?:please|yes|okay|jarvis|can you|could you|would you) )*read (?:(?:it|that|this|me) ?)?"
    r"(?:(?:all|the rest|the whole|everything) ?(?:of )?(?:it|that|this|letter|text|message|mail|email)? ?)?"
    r"(?:(?:the|this|that) (?:whole |full |entire )?(?:letter|text|message|mail|email|thing) ?)?"
    r"(?:(?:to me|out|aloud|out loud|back|back to me|again|first|please) ?)*"
)


def offer() -> str:
    """Said where a question holds only a part of what is asked about."""
    return "Say read it to hear all of it."


def is_asked_for(heard: str) -> bool:
    """Whether an answer asks to hear all of it, and neither agrees nor denies."""
    said = " ".join(words(heard.replace("e-mail", "email").replace("E-mail", "email")))
    return said != "read" and _ASKED.fullmatch(said) is not None


def pieces(text: str) -> Iterator[str]:
    """``text`` in pieces of at most :data:`PIECE_LIMIT` characters that end with a word, without controls."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    left = " ".join(shown.split())
    while left:
        cut = len(left) if len(left) <= PIECE_LIMIT else left.rfind(" ", 1, PIECE_LIMIT + 1)
        cut = cut if cut > 0 else PIECE_LIMIT
        yield left[:cut]
        left = left[cut:].strip()
