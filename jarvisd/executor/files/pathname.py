"""Names as they arrive from a language model: split, or refused when they could mean something else. Pure.

This is the first wall and only a courtesy: what holds is that every path is resolved beneath a workspace root
by the kernel (:mod:`jarvisd.executor.files.disk`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from jarvisd.core.errors import ErrorCode, RequestError

MAX_PATH_BYTES = 4096
MAX_NAME_BYTES = 255
"""``PATH_MAX`` and ``NAME_MAX`` of linux/limits.h."""
MAX_DEPTH = 40
"""Chosen: deeper than folders of people are."""
NAMED_CHOICES = 5
"""Chosen: more names nobody keeps in mind."""
TRASH_PREFIX = ".Trash-"
"""Folders with this prefix belong to the trash; no name that is given may lead into one."""

_LOOKALIKES = frozenset(
    "\u2044\u2215\u29f8\uff0f\u29f5\uff3c\u2024\u2025\u2026\uff0e\u2216\u1735\u3164\u115f\u1160\uffa0"
)
"""Characters that look like a separator, a dot or nothing at all."""
_MIXED_SCRIPTS = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"})
"""Scripts with letters that look Latin; a word that mixes one of them with Latin is refused."""


_JOINED = re.compile("(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])")
"""A joiner between two letters of a script that needs it, or in an emoji: the one invisible sign allowed."""


class SeveralFit(RequestError):
    """A name fits several things; ``choices`` are their places, and ``text`` is the name."""

    def __init__(self, text: str, choices: Sequence[str], code: ErrorCode | None = None) -> None:
        super().__init__(f"{text!r} could be any of: {', '.join(choices[:NAMED_CHOICES])}", code=code)
        self.text = text
        self.choices = tuple(choices)


def split(text: str, *, any_space: bool = False, any_sign: bool = False) -> tuple[bool, tuple[str, ...]]:
    """Whether a name is absolute, and its components; raises PATH_REFUSED with the reason.

    With ``any_space`` spaces may be of any kind, as in names that other systems write. With ``any_sign`` it may
    also look like another name: only for finding exactly what has that name already.
    """
    _check_characters(text, any_space=any_space or any_sign, any_sign=any_sign)
    if len(text.encode()) > MAX_PATH_BYTES:
        raise _refusal("the path is too long")
    if text.startswith("~") and not text.startswith("~$"):
        raise _refusal("home folders are not in sight")
    components = tuple(part for part in text.split("/") if part not in ("", "."))
    if len(components) > MAX_DEPTH:
        raise _refusal("the path is too deep")
    for component in components:
        _check_component(component, any_sign=any_sign)
    return text.startswith("/"), components


def _check_characters(text: str, *, any_space: bool, any_sign: bool) -> None:
    if text.isascii() and text.isprintable() and "\\" not in text:
        return
    for character in _JOINED.sub("", text):
        category = unicodedata.category(character)
        if category[0] == "C" or category in ("Zl", "Zp"):
            raise _refusal("the name has invisible or control characters")
        if category == "Zs" and character != " " and not any_space:
            raise _refusal("the name has an unusual space")
        if character == "\\":
            raise _refusal("the name has a backslash")
        if character in _LOOKALIKES and not any_sign:
            raise _refusal("the name has a character that only looks like a dot or a slash")


def _check_component(component: str, *, any_sign: bool) -> None:
    if component == "..":
        raise _refusal("the path climbs out of its folder")
    if not component.strip(". ;"):
        raise _refusal("the name is made of dots alone")
    if len(component.encode()) > MAX_NAME_BYTES:
        raise _refusal("a name in the path is too long")
    if component.startswith(TRASH_PREFIX):
        raise _refusal("the trash is not in sight")
    if component.isascii() or any_sign:
        return
    folded = unicodedata.normalize("NFKC", component)
    if folded != component and (".." in folded or "/" in folded or "\\" in folded):
        raise _refusal("the name stands for another path")
    for run in re.findall(r"[^\W\d_]+", component):
        scripts = {_script(letter) for letter in run}
        if "LATIN" in scripts and not scripts.isdisjoint(_MIXED_SCRIPTS):
            raise _refusal("the name mixes letters that look alike")


def _script(character: str) -> str:
    return unicodedata.name(character, "UNKNOWN").split()[0]


def _refusal(reason: str) -> RequestError:
    return RequestError(reason, code=ErrorCode.PATH_REFUSED)


def spoken(name: str) -> str:
    """A name as it is spoken: its words, in small letters."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def spoken_forms(name: str) -> tuple[str, str, str]:
    """Every way in which the name of a file may be spoken, with its ending and without."""
    stem = name.rpartition(".")[0]
    return spoken(name), spoken(stem), spoken(stem.removesuffix(".tar"))
