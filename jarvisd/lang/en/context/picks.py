"""Which of several things are meant: "the second one", "number three", "the blue one", "both". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jarvisd.lang.en.answers.choice import chosen
from jarvisd.lang.en.wording import tokens

_ALL = re.compile(
    r"(?:all|both|every one|each)(?: (?:of )?(?:them|these|those|the (?:files|two|three)))?"
    r"|(?:all )?(?:of )?(?:them|these|those)|everything",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:the )?(?:(?:number|file|option) )?(\d{1,2})(?: one)?", re.IGNORECASE)
_ORDER = re.compile(
    r"(?:the )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|\d{1,2}(?:st|nd|rd|th))"
    r"(?: (?:one|file|document))?",
    re.IGNORECASE,
)
_OTHER = re.compile(r"(?:the )?other(?: (?:one|file|document))?", re.IGNORECASE)
_ONE = re.compile(
    r"(?:the )?(?:one (?:called|named|about|from|with|in) )?(?P<what>[\w' -]+?)(?: (?:one|file|document))?",
    re.IGNORECASE,
)


def picked(said: str, names: Sequence[str], focus: int = -1) -> tuple[int, ...]:
    """Which of ``names``, counted from 0, ``said`` picks: one, or all of them; empty where that is not plain."""
    said = said.strip(" .,!?")
    if _ALL.fullmatch(said):
        return tuple(range(len(names)))
    number = _NUMBER.fullmatch(" ".join(tokens(said)))
    if number is not None:
        return (int(number[1]) - 1,) if 1 <= int(number[1]) <= len(names) else ()
    if _OTHER.fullmatch(said):
        others = [index for index in range(len(names)) if index != focus]
        return tuple(others) if focus >= 0 and len(others) == 1 else ()
    shown = [_shown(name) for name in names]
    index = chosen(said, shown)
    if index is None and (named := _ONE.fullmatch(said)):
        index = chosen(named["what"], shown)
    return () if index is None else (index,)


def is_order(said: str) -> bool:
    """Whether words pick by a place in a row, and name nothing."""
    said = said.strip(" .,!?")
    return bool(_ORDER.fullmatch(said) or _OTHER.fullmatch(said))


def called(name: str) -> str:
    """What a thing is called, without the folder that it is in."""
    return name.rstrip("/").rpartition("/")[2] or name


def _shown(name: str) -> str:
    """A path as words, so that "the blue one" names ``house-blue.txt``."""
    return re.sub(r"[\W_]+", " ", name).strip()
