"""The tables of what is out of reach (``tables/*.toml``), read into domains.

In them a ``[[domain]]`` has ``things``, groups of words, and rules: a rule with ``acts`` is a command, one with
``states`` a question how something is, and one with ``patterns`` a request of a form of its own. ``{name}`` stands
for a list of ``[words]``; how patterns are written tells :mod:`jarvisd.lang.en.scope.pattern`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jarvisd.lang.en.scope.grammar import Command, Domain, Form, State
from jarvisd.lang.en.scope.word_lists import in_one_line, shared_words, table, words_of

_ORDER = (
    "weather", "news", "machines", "home", "climate", "media", "travel", "contact", "calendar", "money", "buying",
    "things",
)  # fmt: skip
"""Where a request fits domains of two of them, that of the first is told."""


@lru_cache(maxsize=1)
def domains() -> tuple[Domain, ...]:
    """All domains, in the order in which they are asked; read once."""
    return tuple(domain for name in _ORDER for domain in _domains(table(name)))


def _domains(read: Mapping[str, Any]) -> Iterator[Domain]:
    words = {**shared_words(), **words_of(read, shared_words())}
    for each in read["domain"]:
        things = {name: in_one_line(said, words) for name, said in each.get("things", {}).items()}
        yield Domain(each["name"], each["remedy"], tuple(_rule(rule, words) for rule in each["rule"]), things)


def _rule(rule: Mapping[str, Any], words: Mapping[str, str]) -> Command | State | Form:
    fields: dict[str, Any] = {
        name: in_one_line(said, words) if isinstance(said, str) else said for name, said in rule.items()
    }
    if "acts" in fields:
        return Command(**fields)
    if "states" in fields:
        return State(**fields)
    fields["patterns"] = tuple(in_one_line(said, words) for said in rule["patterns"])
    return Form(**fields)
