"""A request of several parts, some of which are out of reach: what is said, and what is left to be done. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from jarvisd.lang.en.scope.clauses import clauses
from jarvisd.lang.en.scope.outside import outside
from jarvisd.lang.en.scope.request import is_courtesy
from jarvisd.lang.en.words import without_wake_phrase
from jarvisd.lang.scope import Clause, Outside, RequestScope

_JOINED = re.compile(r"^[\s,]*(?:(?:and|then|also|but|so|or|after that|afterwards|plus)\b[\s,]*)+", re.IGNORECASE)
_REFERS = re.compile(
    r"\b(?:it|its|him|his|her|them|their|they|he|she|that|this|those|these|there|ones?)\b", re.IGNORECASE
)
"""What stands for a thing that was named before."""


def apart(text: str, brought: Collection[str] = ()) -> RequestScope:
    """What of ``text`` is out of reach, and what is left; what hangs on something out of reach goes with it."""
    parts = [part for part in clauses(without_wake_phrase(text.strip())) if not is_courtesy(part.text)]
    ordering = [part for part in parts if part.can_order]
    found = {part: outside(_JOINED.sub("", part.text, count=1), brought) for part in ordering}
    if not any(found.values()) or any(part.is_corrected for part in parts):
        # A list of things, a question in two halves, or what is left when words were taken back.
        whole = outside(" ".join(part.text for part in parts if part.can_ask), brought)
        return RequestScope((whole,)) if whole else RequestScope(rest=text)
    return _apart(parts, found)


def _apart(parts: Sequence[Clause], found: dict[Clause, Outside | None]) -> RequestScope:
    left: list[Clause] = []
    is_before_out = False
    for part in parts:
        if found.get(part) is not None:
            is_before_out = True
        elif not (is_before_out and (part not in found or _REFERS.search(part.text))):
            # What is quoted, told or a condition belongs to the act before it.
            is_before_out = False
            left.append(part)
    out = tuple(each for each in found.values() if each is not None)
    if not any(part.can_order for part in left):
        return RequestScope(out)
    return RequestScope(out, _JOINED.sub("", " ".join(part.text for part in left), count=1))
