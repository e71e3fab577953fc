"""What a condition of the ear's measurement is asked, and how it is told which of its figures are missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.ears.sound import Clip


@dataclass(frozen=True)
class Asked:
    """How much is to be measured, and on what."""

    models: Path
    people: Sequence[Clip]
    """Recordings of people; empty where none were given."""
    limit: int | None
    """About so many recordings, and phrases of a voice; ``None`` is the full size."""
    seed: int
    told: Callable[[str], None]
    """Progress, for who waits."""


@dataclass(frozen=True)
class Condition:
    """``measure`` gives what was found, a row for each of ``rules``; ``missed`` names figures not met."""

    measure: Callable[[Asked], dict[str, Any]]
    missed: Callable[[Mapping[str, Any]], Iterable[str]]
    needs_people: bool = False
