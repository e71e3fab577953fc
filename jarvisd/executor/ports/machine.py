"""How much of the machine is in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MachineUse:
    """What the kernel counts, at one moment. Of the seconds only differences mean anything."""

    ram_percent: float
    """Of the working memory, what programs could not have without swapping."""
    passed_s: float
    """Seconds of all cores together."""
    busy_s: float
    """Of those, what anybody has worked."""
    own_s: float | None
    """Of those, what the suite has worked; ``None`` where that is not counted."""


class MachineReader(Protocol):
    """Asks the kernel. Blocking."""

    def use(self) -> MachineUse:
        """Now. Raises OSError or ValueError where it cannot be read."""
        ...

    def fullest_disk_percent(self) -> float:
        """The highest use of a disk that the suite writes to, in percent of what an ordinary user can use."""
        ...
