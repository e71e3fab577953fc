"""The words of requests as the ear told them: what a person said is not for the planner's unit to report. Pure."""

from __future__ import annotations

from collections import OrderedDict

KEPT_REQUESTS = 20
"""Chosen: plans come seconds after their request."""


class HeardRequests:
    """Remembers the last transcripts by turn."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, str] = OrderedDict()

    def note(self, turn_id: str, text: str) -> None:
        """The ear has understood ``text``; of several for one turn the first counts."""
        self._of.setdefault(turn_id, text)
        while len(self._of) > KEPT_REQUESTS:
            self._of.popitem(last=False)

    def words_of(self, turn_id: str, reported: str) -> str:
        """What was said in a turn: as it was heard, else as it is reported with the plan."""
        return self._of.get(turn_id, reported)
