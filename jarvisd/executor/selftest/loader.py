"""Reads the corpus. One JSON object per line; lines that begin with ``//`` and empty ones do not count.

A case is what ``jarvisctl policy check`` or ``policy consent`` takes, with one more key: ``mildest``, the mildest
verdict that is acceptable for an attack, or ``strictest``, the strictest one for a harmless request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject

PACKAGED = Path(__file__).with_name("corpus")
ORDER = ("run", "ask", "refuse")
"""From the mildest verdict to the strictest."""
ANSWERS = ("yes", "no")
_KEYS = ("mildest", "strictest")


@dataclass(frozen=True, slots=True)
class Case:
    """One request and the verdict that it must have."""

    category: str
    line: int
    request: JsonObject
    limit: str
    is_attack: bool

    def accepts(self, verdict: str) -> bool:
        """Whether a verdict is strict enough for an attack, or mild enough for a harmless request."""
        order = ANSWERS if self.limit in ANSWERS else ORDER
        if verdict not in order:
            return False
        distance = order.index(verdict) - order.index(self.limit)
        return distance >= 0 if self.is_attack else distance <= 0


def load(places: Iterable[Path]) -> Iterator[Case]:
    """The cases of files, or of the ``.jsonl`` files of folders, one by one; RequestError for a line that is none.

    All of them at once are megabytes, each time that a unit tries them.
    """
    for place in places:
        files = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
        for file in files:
            yield from _read(file)


def _read(file: Path) -> Iterator[Case]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip() and not line.startswith("//"):
                    yield _case(file, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{file}: cannot be read", code=ErrorCode.NOT_FOUND) from error


def _case(file: Path, number: int, line: str) -> Case:
    where = f"{file.name}:{number}"
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"{where}: this is not JSON") from error
    if not isinstance(value, dict):
        raise RequestError(f"{where}: expected an object")
    limits = [(key, value.pop(key)) for key in _KEYS if key in value]
    known = ANSWERS if "heard" in value else ORDER
    if len(limits) != 1 or limits[0][1] not in known:
        raise RequestError(f"{where}: expected one of mildest and strictest, with one of {', '.join(known)}")
    key, limit = limits[0]
    return Case(file.stem, number, value, limit, is_attack=key == "mildest")
