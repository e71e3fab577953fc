"""Rules for written pieces, tried in order at every place of a line; each piece is said once. Pure.

What a rule has made of a piece is not read again, so no rule can undo or double another's work, and every rule
sees what was written around its piece.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Say = Callable[["re.Match[str]"], "str | None"]
"""The words for a piece; ``None`` when it is nothing of this kind, so that the next rule is asked."""


@dataclass(frozen=True, slots=True)
class SpeechRule:
    """A piece of a line and how it is said. ``pattern`` has no named groups and matches nothing empty."""

    pattern: str
    say: Say


@dataclass(frozen=True, slots=True)
class Section:
    """Rules that only need to be tried where ``begins``, a look-ahead, is true: most of a text is plain words."""

    begins: str
    rules: tuple[SpeechRule, ...]


class Grammar:
    """Sections as one; the first rule that fits at the first place where any fits has the piece."""

    def __init__(self, sections: Iterable[Section]) -> None:
        kept = tuple(sections)
        rules = [rule for section in kept for rule in section.rules]
        self._rules = tuple((re.compile(rule.pattern), rule.say) for rule in rules)
        numbers = iter(range(len(rules)))
        parts = []
        for section in kept:
            patterns = "|".join(f"(?P<r{next(numbers)}>{rule.pattern})" for rule in section.rules)
            parts.append(f"{section.begins}(?:{patterns})")
        self._any = re.compile("|".join(parts))

    def said(self, line: str) -> str:
        """``line`` with every piece that a rule knows in words; the rest as it stands."""
        told, place = "", 0
        is_changed = False
        while (match := self._any.search(line, place)) is not None:
            told = _beside(told, line[place : match.start()], is_apart=is_changed)
            text, end = self._piece(line, match)
            was_changed, is_changed = is_changed and match.start() == place, text != line[match.start() : end]
            told = _beside(told, text, is_apart=is_changed or was_changed)
            place = end
        return _beside(told, line[place:], is_apart=is_changed)

    def _piece(self, line: str, found: re.Match[str]) -> tuple[str, int]:
        """What is said at the place that was found, and where what follows begins."""
        first = int((found.lastgroup or "r0")[1:])
        for pattern, say in self._rules[first:]:
            match = pattern.match(line, found.start())
            if match is not None and (text := say(match)) is not None:
                return text, match.end()
        return line[found.start()], found.start() + 1


def _beside(told: str, text: str, *, is_apart: bool) -> str:
    """``text`` behind ``told``, with a space between two words of which one was written as a sign."""
    gap = " " if is_apart and told[-1:].isalnum() and text[:1].isalnum() else ""
    return f"{told}{gap}{text}"


def fixed(words: str) -> Say:
    """Always these words."""
    return lambda match: words


def before(match: re.Match[str]) -> str:
    """What stands in the line before a piece."""
    return match.string[: match.start()]


def after(match: re.Match[str]) -> str:
    """What stands in the line behind a piece."""
    return match.string[match.end() :]
