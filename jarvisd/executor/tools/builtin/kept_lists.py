"""What the list tools share: which list is meant, its text, and which of its items. Blocking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.executor.files.paths import Entry
from jarvisd.executor.files.selection import read_entry
from jarvisd.executor.lists.places import is_in_lists, list_files, near_files, stem
from jarvisd.executor.lists.text import ListItem, ListText
from jarvisd.executor.tools.context import ToolContext
from jarvisd.lang.en import amounts
from jarvisd.lang.en.answers.choice import chosen
from jarvisd.lang.en.everyday.lists import SHOPPING, TO_DO, item_key, list_keys, list_title
from jarvisd.lang.en.words import words

SIZE_LIMIT_BYTES = 200_000
"""Chosen: a larger file is no list that somebody reads."""
OFFERED = ("shopping list", "to-do list")
"""What may be meant by "my list" where there is none yet."""


@dataclass(frozen=True, slots=True)
class FoundLists:
    """The lists that a name means. With ``choices`` one of several is meant, and nobody knows which."""

    files: tuple[Entry, ...] = ()
    choices: tuple[str, ...] = ()


def found(context: ToolContext, name: str) -> FoundLists:
    """The list called ``name``; without a name all that there are. ``context.answer`` tells several apart."""
    workspaces = context.kit.workspaces
    if not name.strip():
        return FoundLists(tuple(entry for entry in near_files(workspaces) if _is_a_list(entry)))
    files = list_files(workspaces, list_keys, name, context.stop_here)
    if len(files) < 2:
        return FoundLists(tuple(files))
    return _one_of(files, [amounts.name(entry.place.shown) for entry in files], context.answer)


def one_by_title(files: Sequence[Entry], answer: str) -> FoundLists:
    """The one of several lists that an answer names."""
    return _one_of(files, [f"the {title_of(entry)}" for entry in files], answer)


def title_of(entry: Entry) -> str:
    """How the list in a file is spoken of."""
    return amounts.name(list_title(stem(entry.place)))


def read(context: ToolContext, entry: Entry) -> ListText:
    """The text of a list; raises REFUSED for what is no text or too long for a list."""
    content, size_bytes = read_entry(context.kit.workspaces, entry, SIZE_LIMIT_BYTES)
    if size_bytes > SIZE_LIMIT_BYTES:
        raise RequestError(f"{entry.place.shown} is too long for a list", code=ErrorCode.REFUSED)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise RequestError(f"{entry.place.shown} is not a text file", code=ErrorCode.REFUSED)
    return ListText(text)


def fitting(items: Sequence[ListItem], said: str) -> list[ListItem]:
    """The items that ``said`` may mean: those of just these words, else those with all of these words."""
    wanted = item_key(said)
    exact = [item for item in items if item_key(item.text) == wanted]
    return exact or [item for item in items if set(wanted) <= set(item_key(item.text))]


def none_called(name: str) -> str:
    """What is said where there is no such list."""
    return f"You have no {amounts.name(list_title(name))} yet." if name.strip() else "You have no lists yet."


def capital(text: str) -> str:
    """``text`` at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def is_or_are(items: Sequence[str]) -> str:
    """The verb behind items as they are spoken of: "eggs are"."""
    last = words(items[-1])[-1:] if items else ()
    is_plural = len(items) > 1 or (bool(last) and last[0].endswith("s") and not last[0].endswith("ss"))
    return "are" if is_plural else "is"


def _is_a_list(entry: Entry) -> bool:
    key = list_keys(stem(entry.place))[1]
    return is_in_lists(entry) or key in (SHOPPING, TO_DO) or "list" in words(stem(entry.place).replace("_", " "))


def _one_of(files: Sequence[Entry], choices: Sequence[str], answer: str) -> FoundLists:
    index = chosen(answer, choices) if answer else None
    return FoundLists(choices=tuple(choices)) if index is None else FoundLists((files[index],))
