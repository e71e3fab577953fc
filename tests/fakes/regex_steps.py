"""A regular expression that counts its steps: what ``re`` does, with how much work, and without a clock.

It tries in the order in which ``re`` tries and knows what the rules of this package use. Work that ``re`` saves by
looking ahead for a literal is counted all the same, so the count is an upper bound.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

if sys.version_info >= (3, 11):
    from re import _parser as parser
else:
    import sre_parse as parser

Groups = dict[int, tuple[int, int]]
Found = tuple[int, Groups]


class CountingRegex:
    """One pattern; ``steps`` counts what was tried, over all calls."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._parsed = list(parser.parse(pattern.pattern, pattern.flags))
        self._flags = pattern.flags | parser.parse(pattern.pattern, pattern.flags).state.flags
        self._single: dict[str, re.Pattern[str]] = {}
        self.steps = 0

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it matches, as ``finditer`` says."""
        spans, at = [], 0
        while at <= len(text):
            end = next((end for end, _ in self._sequence(self._parsed, text, at, {})), -1)
            if end >= at:
                spans.append((at, end))
            at = max(end, at + 1) if end > at else at + 1
        return spans

    def _sequence(self, items: list[Any], text: str, at: int, groups: Groups) -> Iterator[Found]:
        self.steps += 1
        if not items:
            yield at, groups
            return
        for end, found in self._one(items[0], text, at, groups):
            yield from self._sequence(items[1:], text, end, found)

    def _one(self, item: tuple[Any, Any], text: str, at: int, groups: Groups) -> Iterator[Found]:
        name, value = str(item[0]), item[1]
        if (is_one := self._character(name, value)) is not None:
            self.steps += 1
            if at < len(text) and is_one(text[at]):
                yield at + 1, groups
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            yield from self._repeated(name == "MAX_REPEAT", *value, text, at, groups)
        elif name == "SUBPATTERN":
            yield from self._sequence(list(value[3]), text, at, groups)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from self._sequence(list(branch), text, at, groups)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from self._looked(name == "ASSERT", *value, text, at, groups)
        elif name == "AT":
            self.steps += 1
            if self._is_at(str(value), text, at):
                yield at, groups
        else:
            raise NotImplementedError(name)

    def _repeated(
        self, greedy: bool, least: int, most: Any, item: Any, text: str, at: int, groups: Groups
    ) -> Iterator[Found]:
        [only] = item if len(item) == 1 else [None]
        is_one = self._character(str(only[0]), only[1]) if only is not None else None
        if is_one is None:
            yield from self._repeated_group(greedy, least, int(most), list(item), text, at, groups)
            return
        end = at
        limit = len(text) if most is parser.MAXREPEAT else min(len(text), at + int(most))
        while end < limit and (greedy or end - at < least) and is_one(text[end]):
            self.steps += 1
            end += 1
        if greedy:
            for stop in range(end, at + least - 1, -1):
                self.steps += 1
                yield stop, groups
            return
        while end - at >= least:
            self.steps += 1
            yield end, groups
            if end >= limit or not is_one(text[end]):
                return
            end += 1

    def _repeated_group(
        self, greedy: bool, least: int, most: int, item: list[Any], text: str, at: int, groups: Groups
    ) -> Iterator[Found]:
        self.steps += 1
        if not greedy and least <= 0:
            yield at, groups
        if most > 0:
            for end, found in self._sequence(item, text, at, groups):
                if end > at or least > 0:
                    yield from self._repeated_group(greedy, least - 1, most - 1, item, text, end, found)
        if greedy and least <= 0:
            yield at, groups

    def _looked(
        self, wanted: bool, direction: int, item: Any, text: str, at: int, groups: Groups
    ) -> Iterator[Found]:
        begin = at if direction > 0 else at - item.getwidth()[0]
        found = begin >= 0 and any(True for _ in self._sequence(list(item), text, begin, groups))
        if found == wanted:
            yield at, groups

    def _is_at(self, where: str, text: str, at: int) -> bool:
        if where in ("AT_BOUNDARY", "AT_NON_BOUNDARY"):
            before, after = at > 0 and _is_word(text[at - 1]), at < len(text) and _is_word(text[at])
            return (before != after) == (where == "AT_BOUNDARY")
        if where in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
            return at == 0
        return at == len(text) or (where == "AT_END" and text[at:] == "\n")

    def _character(self, name: str, value: Any) -> Callable[[str], bool] | None:
        """What a single character must be, if the item is one; by ``re`` itself, which knows letters and cases."""
        if name not in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
            return None
        pattern = self._single.get(f"{name} {value}")
        if pattern is None:
            pattern = re.compile(_written(name, value), self._flags & (re.IGNORECASE | re.DOTALL))
            self._single[f"{name} {value}"] = pattern
        return lambda letter: pattern.fullmatch(letter) is not None


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


_CATEGORIES = {
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_DIGIT": r"\d",
}


def _written(name: str, value: Any) -> str:
    if name == "ANY":
        return "."
    if name in ("LITERAL", "NOT_LITERAL"):
        return f"[{'^' if name == 'NOT_LITERAL' else ''}{re.escape(chr(value))}]"
    parts = []
    for kind, inner in value:
        if str(kind) == "NEGATE":
            parts.append("^")
        elif str(kind) == "LITERAL":
            parts.append(re.escape(chr(inner)))
        elif str(kind) == "RANGE":
            parts.append(f"{re.escape(chr(inner[0]))}-{re.escape(chr(inner[1]))}")
        else:
            parts.append(_CATEGORIES[str(inner)])
    return f"[{''.join(parts)}]"
