"""The words of requests as the ear told them: what a person said is not for the planner's unit to report. Pure.

So it is with answers to questions back, which come from whoever was asked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import parse

KEPT_REQUESTS = 20
"""Chosen: plans come seconds after their request."""
BEFORE_LIMIT = 4
"""Chosen: so many earlier requests one may go on from."""
BEFORE_CHARACTERS = 2000
"""Chosen: of all of them; what is gone on from is short."""


class HeardRequests:
    """Remembers the last transcripts by turn, and the answers that were given in it."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, str] = OrderedDict()
        self._answers: OrderedDict[str, list[str]] = OrderedDict()

    def note(self, turn_id: str, text: str) -> None:
        """The ear has understood ``text``; of several for one turn the first counts."""
        self._of.setdefault(turn_id, text)
        while len(self._of) > KEPT_REQUESTS:
            self._of.popitem(last=False)

    def answered(self, turn_id: str, text: str) -> None:
        """A question back was answered with ``text``."""
        self._answers.setdefault(turn_id, []).append(text)
        while len(self._answers) > KEPT_REQUESTS:
            self._answers.popitem(last=False)

    def words_of(self, turn_id: str, reported: str) -> str:
        """What was said in a turn: as it was heard, else as it is reported with the plan, and what was answered.

        Each on a line of its own.
        """
        said = self._of.get(turn_id, reported)
        return "\n".join(filter(None, (said, *self._answers.get(turn_id, ()))))

    def going_on_from(self, before: str, *, is_heard: bool) -> str:
        """What was said in the earlier turns that a request goes on from, a line for each.

        ``before`` is a JSON list of turns with what is reported of them, which counts for none of the room's, of
        which all words ``is_heard``. Raises INVALID_REQUEST for anything else.
        """
        turns = _turns(before)
        said = "\n".join(filter(None, (self.words_of(turn, "" if is_heard else text) for turn, text in turns)))
        if len(said) > BEFORE_CHARACTERS:
            raise RequestError("the requests before are too long")
        return said


def _turns(before: str) -> Sequence[tuple[str, str]]:
    try:
        listed = parse(before) if before else []
    except ValueError as error:
        raise RequestError("before is no JSON") from error
    if not isinstance(listed, list) or len(listed) > BEFORE_LIMIT:
        raise RequestError(f"before is a list of at most {BEFORE_LIMIT} turns")
    turns = []
    for item in listed:
        if not isinstance(item, list) or len(item) != 2 or not all(isinstance(each, str) for each in item):
            raise RequestError("a turn before is its id and what was said")
        turns.append((str(item[0]), str(item[1])))
    return turns
