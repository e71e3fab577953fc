"""What every unit says about its own parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from jarvisd.core.states import PartStatus

PartStates = Mapping[str, Mapping[str, PartStatus]]
"""Unit to part to how it is; a unit that is down is absent."""


class UnitHealth(Protocol):
    """What every unit says about its own parts."""

    def parts(self) -> PartStates:
        """The last known states."""
        ...

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after every change."""
        ...
