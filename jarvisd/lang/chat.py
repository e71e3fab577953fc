"""Which words of a language model may be said: it measured nothing, so it may claim nothing (A13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class ChatRules(Protocol):
    """Which words of a language model may be said: it measured nothing, so it may claim nothing (A13)."""

    def admitted(self, reply: str, request: str, told: Sequence[str], *, may_believe: bool) -> str:
        """What of ``reply``, a model's words for ``request``, is said; its replacement where nothing may be.

        ``told`` are the memories that the model was shown; with ``may_believe`` general knowledge is said, marked.
        """
        ...

    def admitted_so_far(self, reply: str, request: str, told: Sequence[str], *, may_believe: bool) -> str:
        """What :meth:`admitted` begins with, however a ``reply`` goes on of which this much has been written.

        Empty while nothing is certain yet.
        """
        ...

    def unable_alone(self, reply: str) -> str:
        """The sentences of ``reply`` that say what can't be done: all that may stand beside steps."""
        ...
