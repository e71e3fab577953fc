"""What a request wants to know of files: how many, how large, when, where, or the newest or largest of them. Pure.

The answer to a question is its answer. What is found is the same; this tells what is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from jarvisd.lang.en.wording import tokens
from jarvisd.lang.en.words import strip_courtesy, words

ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "newest": "newest|latest|most recent|most recently (?:changed|modified|edited|saved)|youngest",
        "oldest": "oldest|least recent",
        "largest": "largest|biggest|heaviest|longest",
        "smallest": "smallest|tiniest|lightest|shortest",
    }
)
"""Order to the words that ask for it. Of a text the longest is the one with most to it."""
_ORDER = re.compile(
    r"\b(?:" + "|".join(f"(?P<{order}>{said})" for order, said in ORDERS.items()) + r")\b", re.IGNORECASE
)
_PARTS = re.compile(r"\s*(?:[,;]|\b(?:and|then|also)\b)\s*", re.IGNORECASE)
_ASKS: Mapping[str, str] = MappingProxyType(
    {
        "count": r"\bhow many\b|\bcount\b|\bnumber of\b",
        "size": r"\bhow (?:large|big|heavy)\b|\bhow much (?:space|room|storage)\b|\bwhat size\b|\bthe size of\b",
        "time": r"\bwhen\b|\bhow (?:old|recent|new)\b|\bwhat (?:date|day|time) (?:is|was|does|did)\b",
        "where": r"\bwhere(?:'s|s)?\b|\bin (?:which|what) folder\b",
        "whether": r"^(?:do (?:i|we|you) have|have i got|are there|is there)\b",
    }
)


_ENDING = re.compile(r"\b(?:in|inside|from|of|under|called|named|that|which|with|about|to|for|aloud)\b")
"""Where what a noun is like begins."""


class FileAsk(str, Enum):
    """What is to be told of the files that were found."""

    COUNT = "count"
    SIZE = "size"
    TIME = "time"
    WHERE = "where"
    WHETHER = "whether"
    WHICH = "which"


@dataclass(frozen=True, slots=True)
class FileQuestion:
    """What a request asks of files."""

    ask: FileAsk = FileAsk.WHICH
    order: str = ""
    """One of :data:`ORDERS`, where the first by it is asked for."""
    is_many: bool = False
    """Several are asked for, in that order: "the latest photos"."""


def file_question(utterance: str, looked_for: Sequence[str]) -> FileQuestion:
    """What the part of ``utterance`` that asks for ``looked_for``, the words of a search, wants to know.

    Of several parts that may be meant none is.
    """
    wanted = {word for text in looked_for for word in tokens(text)}
    parts = [part for part in _PARTS.split(utterance) if part.strip()]
    meant = [part for part in parts if wanted <= set(tokens(part))] if len(parts) > 1 else parts
    if len(meant) != 1:
        return FileQuestion()
    line = " ".join(strip_courtesy(words(meant[0])))
    asked = [ask for ask, said in _ASKS.items() if re.search(said, line)]
    # What is in the name of a file orders nothing: "latest news".
    orders = [] if any(map(orders_in, looked_for)) else orders_in(line)
    ask = FileAsk(asked[0]) if asked else FileAsk.WHICH
    return FileQuestion(ask, orders[0], _is_of_many(line)) if len(orders) == 1 else FileQuestion(ask)


def _is_of_many(line: str) -> bool:
    """Whether the noun behind an order names several."""
    found = _ORDER.search(line)
    noun = _ENDING.split(line[found.end() :])[0].split() if found else []
    return bool(noun) and noun[-1].endswith("s") and not noun[-1].endswith("ss")


def orders_in(text: str) -> list[str]:
    """The orders that ``text`` names."""
    return [str(found.lastgroup) for found in _ORDER.finditer(text)]


def without_order(text: str) -> str:
    """``text`` without the words that name an order."""
    return " ".join(_ORDER.sub(" ", text).split())
