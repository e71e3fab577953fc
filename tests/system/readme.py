"""The commands of README.md, as a person copies them from there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
_INDENT = "    "


@dataclass(frozen=True)
class Command:
    """One line of a block of commands."""

    section: str
    line: str
    """As it is shown, with its comment."""

    @property
    def words(self) -> str:
        """The line without its comment."""
        return re.split(r"\s+# ", self.line)[0].strip()

    @property
    def is_of_the_checkout(self) -> bool:
        """Whether it is a target of the Makefile, which the other tests and continuous integration run."""
        return self.words.split()[0] == "make"


def commands() -> list[Command]:
    """Every line of every block of commands, in order; fenced blocks hold pictures."""
    return list(_commands(README.read_text("utf-8")))


def command(pattern: str) -> Command:
    """The one command that matches; an AssertionError if there is none or more."""
    found = [each for each in commands() if re.search(pattern, each.words)]
    assert len(found) == 1, f"{pattern} matches {[each.words for each in found]}"
    return found[0]


def _commands(text: str) -> Iterator[Command]:
    section, is_fenced = "", False
    for line in text.splitlines():
        if line.startswith("```"):
            is_fenced = not is_fenced
        elif line.startswith("#"):
            section = line.lstrip("# ")
        elif line.startswith(_INDENT) and not is_fenced:
            yield Command(section, line[len(_INDENT) :])
