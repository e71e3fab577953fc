"""A list as people write it into a text file: its items, and the same text with other items. Pure.

Lines with a bullet, a number or a check box (``- [ ] milk``, the task lists of GitHub Flavored Markdown) and bare
lines are items; headings, rules and empty lines are not. A file whose only item is a line with commas has an item
between any two of them. Whatever is no item stays to the byte, and what is added is written as its neighbours are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

NEW_LINE_STYLE = "- [ ] "
"""How the first item of a new list is written."""
_LINE = re.compile(
    r"(?P<lead>\s*(?:(?:[-*+•–]|(?P<number>\d{1,3})[.)])\s+)?)"
    r"(?P<box>\[(?P<mark>[ xX✓✔]?)\]\s+)?(?P<text>\S.*?)\s*"
)
_NO_ITEM = re.compile(
    r"\s*(?:#{1,6}\s.*|([-*_=~])(?:\s*\1){2,}\s*|<!--.*|[^-*+•\d\s].*:\s*|[-*+•–]\s*|\d{1,3}[.)]\s*)?"
)
"""Headings, also those of a line that ends with a colon, rules, comments, and bullets without anything."""
_COMMA = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item; ``line`` counts from 0, and ``part`` those of a line with commas, -1 elsewhere."""

    text: str
    is_done: bool
    line: int
    part: int = -1


@dataclass(frozen=True, slots=True)
class ListText:
    """The text of a list, without a change until it is asked for another."""

    text: str

    @property
    def items(self) -> tuple[ListItem, ...]:
        """What is on it, in order."""
        found = []
        for number, line in enumerate(self._lines):
            match = _LINE.fullmatch(line)
            if match is not None and not _NO_ITEM.fullmatch(line):
                is_done = (match["mark"] or "").strip() != ""
                found.append((match, ListItem(match["text"], is_done, number)))
        if len(found) == 1 and not found[0][0]["lead"].strip() and not found[0][0]["box"]:
            [(match, only)] = found
            parts = [part for part in _COMMA.split(only.text) if part]
            if len(parts) > 1:
                return tuple(replace(only, text=part, part=index) for index, part in enumerate(parts))
        return tuple(item for _, item in found)

    def added(self, texts: Sequence[str], style: str = NEW_LINE_STYLE) -> ListText:
        """With ``texts`` behind the last item, written as that is; a list without items begins with ``style``."""
        items, lines = self.items, list(self._lines)
        if items and items[-1].part >= 0:
            return self._with_parts([item.text for item in items] + list(texts))
        if not items:
            while lines and not lines[-1].strip():
                del lines[-1]
            return self._of([*lines, *(f"{style}{text}" for text in texts), ""])
        last = items[-1].line
        match = _LINE.fullmatch(lines[last])
        lead, box = (match["lead"], "[ ] " if match["box"] else "") if match else ("", "")
        number = int(match["number"]) if match and match["number"] else None
        new = []
        for count, text in enumerate(texts, 1):
            counted = lead if number is None else lead.replace(str(number), str(number + count), 1)
            new.append(f"{counted}{box}{text}")
        lines[last + 1 : last + 1] = new
        return self._of(lines if lines[-1] == "" else [*lines, ""])

    def without(self, items: Iterable[ListItem]) -> ListText:
        """Without ``items``, each a line or a part of one."""
        gone = set(items)
        kept = [item for item in self.items if item not in gone]
        if any(item.part >= 0 for item in gone):
            return self._with_parts([item.text for item in kept])
        lines = {item.line for item in gone}
        return self._of([line for number, line in enumerate(self._lines) if number not in lines])

    def marked(self, items: Iterable[ListItem], *, is_done: bool) -> ListText:
        """With ``items`` ticked off, or no longer so."""
        wanted = list(items)
        if any(item.part >= 0 for item in wanted):
            apart = self._apart()
            lines_of = {item.part: now for item, now in zip(self.items, apart.items, strict=True)}
            return apart.marked([lines_of[item.part] for item in wanted], is_done=is_done)
        lines = list(self._lines)
        for item in wanted:
            lines[item.line] = _marked(lines[item.line], is_done=is_done)
        return self._of(lines)

    # --- private ---------------------------------------------------------------------------------------

    @property
    def _end(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    @property
    def _lines(self) -> Sequence[str]:
        return self.text.removeprefix("\ufeff").split(self._end)

    def _of(self, lines: Iterable[str]) -> ListText:
        mark = "\ufeff" if self.text.startswith("\ufeff") else ""
        return ListText(mark + self._end.join(lines))

    def _with_parts(self, parts: Sequence[str]) -> ListText:
        """With other items between the commas of its only line."""
        return self._replaced(lambda lead: [lead + ", ".join(parts)] if parts else [])

    def _apart(self) -> ListText:
        """With each item between commas on a line of its own."""
        texts = [item.text for item in self.items]
        return self._replaced(lambda lead: [lead + text for text in texts])

    def _replaced(self, lines_for: Callable[[str], Sequence[str]]) -> ListText:
        number, lines = self.items[0].line, list(self._lines)
        match = _LINE.fullmatch(lines[number])
        lines[number : number + 1] = lines_for(match["lead"] if match else "")
        return self._of(lines)


def _marked(line: str, *, is_done: bool) -> str:
    match = _LINE.fullmatch(line)
    if match is None:
        return line
    rest = line[match.start("text") :]
    return f"{match['lead']}[{'x' if is_done else ' '}] {rest}"
