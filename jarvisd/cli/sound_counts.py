"""What the command line says of sound that was lost or came late. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LATE_PERCENT = 1.0
"""Chosen: one chunk in a hundred, about one in eight seconds, is a machine that is too slow for its work."""


def lost_sound(values: Mapping[str, Any]) -> str:
    """One line about the sound since the unit started, of the ear's properties; empty where none is missing."""
    counts = values.get("CaptureCounts") or {}
    lost = counts.get("overruns", 0)
    late = counts.get("late_chunks", 0)
    found = [f"lost {lost} times, {counts.get('lost_ms', 0) / 1000:.1f} s in all"] if lost else []
    if 100 * late > LATE_PERCENT * counts.get("chunks", 0):
        found.append(f"{late} of {counts['chunks']} pieces came late")
    return "; ".join(found)
