"""An argument of a plan that an earlier step brings: ``{"step": 0, "take": "file"}``. Pure.

A plan that the sentences of a language make may hold some. The executor puts what the step brought in their place
when it is known, and judges the step then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject, JsonValue


class Take(str, Enum):
    """What of a step's result an argument takes."""

    FILE = "file"
    """The path of the one file that it found or read."""
    TEXT = "text"
    """The text that it read."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What step ``step`` of the same plan brings."""

    step: int
    take: Take

    def to_json(self) -> JsonObject:
        """``{"step","take"}``."""
        return {"step": self.step, "take": self.take.value}


def references(args: Mapping[str, JsonValue], index: int) -> dict[str, Reference]:
    """The references among the arguments of step ``index``.

    Raises :class:`RequestError` for an object that is none, or that leads to no step before.
    """
    return {name: _reference(value, index) for name, value in args.items() if isinstance(value, Mapping)}


def _reference(value: Mapping[str, JsonValue], index: int) -> Reference:
    step, take = value.get("step"), value.get("take")
    if set(value) != {"step", "take"} or not isinstance(step, int) or isinstance(step, bool):
        raise RequestError("an argument that is an object has step and take")
    if not 0 <= step < index:
        raise RequestError(f"step {index} may only take from an earlier step, not from {step!r}")
    try:
        return Reference(step, Take(str(take)))
    except ValueError as error:
        raise RequestError(f"nothing can be taken that is called {take!r}") from error
