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
from jarvisd.core.jsonvalue import JsonObject

PACKAGED = Path(__file__).parent
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


def load(places: Iterable[Path]) -> list[Case]:
    """All cases of files, or of the ``.jsonl`` files of folders; RequestError for a line that is no case."""
    cases: list[Case] = []
    for place in places:
        files = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
        for file in files:
            cases += _read(file)
    return cases


def _read(file: Path) -> Iterator[Case]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{file}: cannot be read", code=ErrorCode.NOT_FOUND) from error
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("//"):
            yield _case(file, number, line)


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
