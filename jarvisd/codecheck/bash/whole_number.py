"""Whole numbers in programs, which may be written with any number of digits. Pure."""

from __future__ import annotations

import re

DIGITS = 15
"""Digits that are read: no text and no list is that long. Python itself refuses numbers of thousands of digits."""
_WHOLE = re.compile(r"([+-]?)(\d+)", re.ASCII)


def whole_number(text: str) -> int | None:
    """The number that ``text`` is, of too many digits one as far away as any; ``None`` for anything else."""
    found = _WHOLE.fullmatch(text)
    if found is None:
        return None
    digits = found[2].lstrip("0") or "0"
    size = int(digits) if len(digits) <= DIGITS else 10**DIGITS
    return -size if found[1] == "-" else size
