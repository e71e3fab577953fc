"""What is said for the structure of a text: lists, check boxes, tables, quotes and code. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_LANGUAGES: Final = {
    "py": "Python", "python": "Python", "sh": "shell", "bash": "Bash", "js": "JavaScript",
    "javascript": "JavaScript",
    "ts": "TypeScript", "typescript": "TypeScript", "json": "JSON", "yaml": "YAML", "toml": "TOML", "html": "HTML",
    "css": "CSS", "sql": "SQL", "c": "C", "cpp": "C plus plus", "c++": "C plus plus", "rust": "Rust", "go": "Go",
    "java": "Java", "xml": "XML", "ini": "INI", "diff": "diff",
}  # fmt: skip
"""What fences call languages, and how they are called aloud; an unknown name is left out."""
_LONG_CHARS: Final = 40
"""Chosen: between longer items a comma is too short a pause."""


def listed(items: Sequence[str]) -> str:
    """``items`` as one sentence: "milk, eggs, and bread"."""
    mark = ";" if any("," in item or ":" in item or len(item) > _LONG_CHARS for item in items) else ","
    if len(items) < 3 and mark == ",":
        return " and ".join(items)
    return f"{mark} ".join([*items[:-1], f"and {items[-1]}"]) if len(items) > 1 else "".join(items)


def numbered(number: str, item: str) -> str:
    """An item with the number that stands before it."""
    return f"{number}, {item}"


def checked(item: str, *, is_done: bool) -> str:
    """An item with a check box."""
    return f"{'done' if is_done else 'open'}: {item}"


def row(cells: Sequence[str]) -> str:
    """A row of a table; an empty cell is said, since what follows would move into its column."""
    mark = "; " if any("," in cell for cell in cells) else ", "
    return mark.join(cell or "empty" for cell in cells) if any(cells) else ""


def quoted(lines: Sequence[str], *, goes_on: bool) -> Sequence[str]:
    """What somebody else wrote, and where it ends if something follows."""
    first = f"quote: {lines[0]}"
    return [first, *lines[1:], *(["end of quote"] if goes_on else [])]


def code_left_out(kind: str, lines: int) -> str:
    """In the place of code that is too long to be read aloud."""
    name = _LANGUAGES.get(kind.split()[0].lower(), "") if kind else ""
    return f"{lines} lines of {name + ' ' if name else ''}code, which I do not read out"
