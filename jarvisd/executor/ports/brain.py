"""What the executor asks of the brain: opinions and memories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.opinion import RiskOpinion
from jarvisd.lang.en.contacts import Contact


class RiskAssessor(Protocol):
    """Asks the brain for an opinion on an ambiguous action."""

    async def assess(self, action: JsonObject, timeout_s: float) -> RiskOpinion | None:
        """The opinion, or ``None`` when there is none, it is late or it is malformed."""
        ...


class MemoryGateway(Protocol):
    """The brain's memories. Errors: UNIT_DOWN, MEMORY_GONE, TIMEOUT."""

    async def remember(self, text: str, kind: str, importance: float, *, tainted: bool) -> str:
        """Keep ``text`` and return the memory's id."""
        ...

    async def recall(self, query: str, count: int) -> Sequence[JsonObject]:
        """The nearest memories, nearest first, each with kind, text and distance."""
        ...

    async def forget(self, memory_id: str) -> int:
        """Take a memory away for good; returns how many went."""
        ...

    async def contacts(self, name: str) -> Sequence[Contact]:
        """The people whose e-mail address ``name`` may mean, one for each address."""
        ...
