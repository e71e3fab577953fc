"""What a configuration key is: a default, its documentation and what its value must satisfy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ENGINE_HINT = " Also takes 'package.module:factory'."


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value must satisfy beyond its type."""

    doc: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    """Allowed words; with ``engine`` set, anything with a colon is allowed too."""
    engine: bool = False
    live: bool = False
    """Whether a running unit takes a new value at a reload; other keys wait for a restart."""


def key(default: Any, doc: str, *, low: float | None = None, high: float | None = None, live: bool = False) -> Any:
    """A configuration key with its documentation and inclusive bounds."""
    return field(default=default, metadata={"rule": Rule(doc, low, high, live=live)})


def choice(default: str, doc: str, *choices: str, engine: bool = False, live: bool = False) -> Any:
    """A key that takes one of ``choices``; ``engine`` also admits ``module:factory``."""
    text = doc + (ENGINE_HINT if engine else "")
    return field(default=default, metadata={"rule": Rule(text, choices=choices, engine=engine, live=live)})
