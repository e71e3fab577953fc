"""One finding of ``jarvisctl doctor``, and what the counts of a unit say to it and to ``status``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jarvisd.core.error_texts import FAULTS
from jarvisd.core.errors import ErrorCode
from jarvisd.core.json_types import JsonObject

LATE_PERCENT = 1.0
"""Chosen: one chunk in a hundred, about one in eight seconds, is a machine that is too slow for its work."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at."""

    what: str
    detail: str
    code: ErrorCode | None = None
    """What is wrong; ``None`` when all is well."""
    is_note: bool = False
    """Something that is missing but not needed, or not known."""
    mends: str = ""
    """The command that mends it, where it is not that of the code."""

    @property
    def remedy(self) -> str:
        """The command that mends it; empty when nothing is wrong."""
        return self.mends or (FAULTS[self.code].remedy if self.code else "")

    def to_json(self) -> JsonObject:
        """As ``--json`` shows it."""
        state = "fail" if self.code else "note" if self.is_note else "ok"
        found = {"what": self.what, "state": state, "detail": self.detail}
        return {**found, "code": str(self.code or ""), "remedy": self.remedy}

    def show(self) -> None:
        """Print it as a line."""
        if self.code is not None:
            print(f"FAIL  {self.what}: {self.detail} ({self.code}); try: {self.remedy}")
        else:
            print(f"{'note' if self.is_note else 'ok  '}  {self.what}: {self.detail}")


def lost_sound(values: Mapping[str, Any]) -> str:
    """One line about the sound since the unit started, of the ear's properties; empty where none is missing."""
    counts = values.get("CaptureCounts") or {}
    lost = counts.get("overruns", 0)
    late = counts.get("late_chunks", 0)
    found = [f"lost {lost} times, {counts.get('lost_ms', 0) / 1000:.1f} s in all"] if lost else []
    if 100 * late > LATE_PERCENT * counts.get("chunks", 0):
        found.append(f"{late} of {counts['chunks']} pieces came late")
    return "; ".join(found)
