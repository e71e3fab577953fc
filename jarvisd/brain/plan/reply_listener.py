"""Who hears of an answer while the model still writes it."""

from __future__ import annotations

from typing import Protocol

from jarvisd.core.planning.plan import Action


class ReplyListener(Protocol):
    """Hears of an answer while the model still writes."""

    async def advance(self, reply: str) -> None:
        """The answer begins with ``reply``, whatever follows."""
        ...

    def started(self, action: Action) -> None:
        """A step that may run by itself was written first."""
        ...


class Unheard:
    """Nobody listens: the words follow from untrusted text, or nobody is there."""

    async def advance(self, reply: str) -> None:
        """Told to nobody."""

    def started(self, action: Action) -> None:
        """Told to nobody."""
