"""Lists that people keep, by name, and their items as they are said: "milk, eggs and flour" are three. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from jarvisd.lang.en.wording import tokens
from jarvisd.lang.en.words import words

NAME_WORDS = 4
"""Chosen: a name of more words is a sentence."""
NAME_LIMIT = 40
"""Characters of a list's name; it becomes that of a file."""
TO_DO = "todo"
SHOPPING = "shopping"
_OF_A_LIST = frozenset({"list", "my", "our", "the", "a", "an", "new", "file"})
_SAME: Mapping[str, str] = MappingProxyType(
    {
        "grocery": SHOPPING, "grocerie": SHOPPING, "groceryshopping": SHOPPING, "foodshopping": SHOPPING,
        "task": TO_DO, "thingtodo": TO_DO, "chore": TO_DO,
    }
)  # fmt: skip
"""Names that people use for one list, where there is none of that very name."""
_ARTICLES = frozenset({"a", "an", "the", "some", "my", "our", "of", "more", "any"})
_COUPLES = frozenset(
    {
        "mac and cheese", "macaroni and cheese", "half and half", "fish and chips", "salt and vinegar",
        "peanut butter and jelly", "cookies and cream", "sour cream and onion", "cheese and onion",
        "arts and crafts", "salt and vinegar chips", "salt and vinegar crisps", "sweet and sour sauce",
        "gin and tonic", "bits and pieces", "rum and raisin", "mac and cheese sauce", "black and white",
        "pork and beans", "head and shoulders",
    }
)  # fmt: skip
"""One thing with an "and" in its name; a closed table, since nothing else tells."""
_ERRANDS = frozenset(
    {
        "ask", "book", "bring", "buy", "call", "cancel", "change", "charge", "check", "clean", "clear",
        "collect", "cook", "do", "draft", "drop", "email", "empty", "feed", "fill", "find", "finish", "fix",
        "fold", "get", "give", "go", "iron", "mail", "make", "mow", "order", "paint", "pay", "pick", "plan",
        "post", "prepare", "print", "put", "read", "register", "renew", "repair", "replace", "reply",
        "return", "ring", "schedule", "sell", "send", "sew", "sign", "sort", "study", "take", "tell", "text",
        "tidy", "update", "vacuum", "visit", "walk", "wash", "water", "write",
    }
)  # fmt: skip
"""Verbs with which another thing to do begins."""
_BETWEEN = re.compile(r"(\s*[,;]\s*(?:(?:and|plus|&)\s+)?|\s+(?:and|plus|&)\s+)", re.IGNORECASE)
_ENDS = " \t.!?;,:"


def list_keys(name: str) -> tuple[str, str]:
    """``name`` as it is compared: as it was said, and as the one of several names that people use for one list."""
    kept = [word for word in tokens(name) if word not in _OF_A_LIST]
    own = "".join(kept).removesuffix("list")
    own = TO_DO if own == "todos" else own
    return own, _SAME.get(own, own)


def list_title(name: str) -> str:
    """How a list is spoken of: "shopping list", "to-do list"; "list" without a name."""
    return " ".join([*_title_words(name), "list"])


def file_name(name: str) -> str:
    """What the file of a new list is called, without an ending; empty when ``name`` is no name of a list."""
    found = _title_words(name)
    called = " ".join(found)
    return called if len(found) <= NAME_WORDS and len(called) <= NAME_LIMIT else ""


def _title_words(name: str) -> list[str]:
    if list_keys(name)[0] == TO_DO:
        return ["to-do"]
    return [
        word for word in words(name) if word.removesuffix("s") not in _OF_A_LIST and re.fullmatch(r"[\w']+", word)
    ]


def is_to_do(name: str) -> bool:
    """Whether a list holds things to do, and no things."""
    return list_keys(name)[1] == TO_DO


def item_key(item: str) -> tuple[str, ...]:
    """An item as it is compared with others: "some Milk" is "milk"."""
    found = tokens(item)
    return tuple(word for word in found if word not in _ARTICLES) or found


def split_items(said: str, list_name: str = "") -> list[str]:
    """The items of a row of them, as they were said, each once.

    Of a thing to do, commas and "and" part two only where another thing to do begins: "call mum and dad" is one.
    """
    are_errands = is_to_do(list_name)
    pieces = _BETWEEN.split(said.strip(_ENDS))
    found = pieces[:1]
    for between, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        together = f"{found[-1]}{between}{piece}"
        is_errand = are_errands and _begins_errand(found[-1])
        if _begins_errand(piece) if is_errand else not _is_couple(together):
            found.append(piece)
        else:
            found[-1] = together
    items: dict[tuple[str, ...], str] = {}
    for part in found:
        if item := _without_article(part.strip(_ENDS)):
            items.setdefault(item_key(item), item)
    return list(items.values())


def _begins_errand(text: str) -> bool:
    return not _ERRANDS.isdisjoint(words(text)[:1])


def _is_couple(text: str) -> bool:
    said = " ".join(words(text))
    return any(said == couple or said.endswith(f" {couple}") for couple in _COUPLES)


def _without_article(item: str) -> str:
    bare = re.sub(r"^(?:the|some|also)\s+(?=\S)", "", item, flags=re.IGNORECASE)
    return re.sub(r"^(?:a|an)\s+(?=\S+$)", "", bare, flags=re.IGNORECASE)
