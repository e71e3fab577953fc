"""What the tools need of the machine's service manager: to read, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from jarvisd.core.json_types import JsonValue


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A system service as systemd tells of it; ``active`` and ``sub`` are its words for the state."""

    name: str
    description: str
    active: str
    sub: str

    def to_json(self) -> dict[str, JsonValue]:
        """As it is shown."""
        return {"name": self.name, "description": self.description, "active": self.active, "sub": self.sub}


class Services(Protocol):
    """Reads the state of system services. Errors: UNIT_DOWN without a service manager, TIMEOUT."""

    async def loaded(self) -> Sequence[ServiceState]:
        """Every service that is known now."""
        ...

    async def find(self, name: str) -> ServiceState | None:
        """One service by its full name, also one that was never started."""
        ...
