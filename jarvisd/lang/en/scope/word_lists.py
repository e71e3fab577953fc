"""The words that patterns stand on, and the tables that they are read from (``tables/*.toml``)."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_FOLDER = Path(__file__).with_name("tables")
_AFTER_BAR = re.compile(r"\|\s+")


def table(name: str) -> dict[str, Any]:
    """The table of a name, as it is written."""
    read: dict[str, Any] = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=1)
def shared_words() -> Mapping[str, str]:
    """Lists of words by their names, bars between the words and ``_`` for the blanks of phrases."""
    return MappingProxyType(words_of(table("shared"), {}))


def words_of(read: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """The ``[words]`` of a table, which may name others of it and those that are ``known``."""
    found: dict[str, str] = {}
    for name, said in read.get("words", {}).items():
        found[name] = in_one_line(said, {**known, **found})
    return found


def in_one_line(said: str, words: Mapping[str, str]) -> str:
    """A text of several lines as one, with the lists for their names in braces."""
    for name, listed in words.items():
        said = said.replace(f"{{{name}}}", listed)
    return " ".join(_AFTER_BAR.sub("|", said).split())
