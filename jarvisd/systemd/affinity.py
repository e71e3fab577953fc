"""Which processor cores each part of the suite gets (B5, decision 19). Pure: no I/O.

The generator turns :func:`unit_cores` into ``CPUAffinity=`` of the units; inside a unit, threads and children pin
themselves to their part's share of :func:`placement`. What must answer in milliseconds keeps a core that long
computations stay away from, as soon as there are enough cores for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

APART = 4
"""From so many cores on, hearing has a core of its own."""
PLENTY = 8
"""From so many cores on, capture, wake word and event loops have one each."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Cores of each part, ascending, never empty."""

    capture: tuple[int, ...]
    wake: tuple[int, ...]
    loop: tuple[int, ...]
    """The event loops of all units, the executor's steps, playback."""
    stt: tuple[int, ...]
    llm: tuple[int, ...]
    synthesis: tuple[int, ...]
    background: tuple[int, ...]
    """What nobody waits for, such as merging memories."""


def placement(cores: Sequence[int]) -> Placement:
    """Share out the usable ``cores``; with none, the first core stands in."""
    usable = tuple(sorted(set(cores))) or (0,)
    first, last = usable[:1], usable[-1:]
    if len(usable) < APART:
        # Too few to set one aside: a language model on half a machine costs more than a shared core.
        return Placement(first, first, first, usable, usable, usable, last)
    if len(usable) < PLENTY:
        rest = usable[1:]
        return Placement(first, first, usable[1:2], rest, rest, rest, last)
    rest = usable[3:]
    return Placement(first, usable[1:2], usable[2:3], rest, rest, usable[2:4], last)


def unit_cores(plan: Placement) -> dict[str, tuple[int, ...]]:
    """Unit name to the union of its parts' cores."""
    parts = {
        "audio": (plan.capture, plan.wake, plan.stt, plan.loop),
        "brain": (plan.loop, plan.llm, plan.background),
        "executor": (plan.loop, plan.background),
        "tts": (plan.loop, plan.synthesis),
    }
    return {unit: tuple(sorted({core for part in shares for core in part})) for unit, shares in parts.items()}


def parse_cores(text: str) -> tuple[int, ...]:
    """Cores of a list like ``0-3,6``; raises ValueError for anything else."""
    found: set[int] = set()
    for piece in text.split(","):
        low, dash, high = piece.strip().partition("-")
        if not low.isdecimal() or (dash and not high.isdecimal()) or (dash and int(high) < int(low)):
            raise ValueError(f"{text!r} is no list of cores such as 0-3,6")
        found.update(range(int(low), int(high or low) + 1))
    return tuple(sorted(found))
