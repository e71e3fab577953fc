"""The one JSON object in what a model wrote: fences, courtesies and other text around it are not read. Pure.

Two objects are none: nobody can tell which of them was meant.
"""

from __future__ import annotations

from typing import NoReturn

from jarvisd.brain.models.json_string import JsonString
from jarvisd.core.errors import EngineError, ErrorCode

MAX_PLAN_CHARS = 20_000
"""Chosen: more than a model writes within its tokens; what stands around the object counts too."""


class OnlyObject:
    """Gives the characters of the object as they come; how the text is cut makes no difference."""

    def __init__(self) -> None:
        self._chars = 0
        self._depth = 0
        self._is_complete = False
        self._string = JsonString()

    def feed(self, piece: str) -> str:
        """The part of ``piece`` that belongs to the object. Raises PLAN_UNREADABLE."""
        self._chars += len(piece)
        if self._chars > MAX_PLAN_CHARS:
            unreadable(f"longer than {MAX_PLAN_CHARS} characters")
        return "".join(filter(self._belongs, piece))

    def finish(self) -> None:
        """The text has ended. Raises PLAN_UNREADABLE when no object is complete."""
        if not self._is_complete:
            unreadable("its object does not end" if self._depth else "it holds no JSON object")

    def _belongs(self, char: str) -> bool:
        if self._depth == 0:
            return char == "{" and self._opens()
        if not self._string.take(char) and char in "{}":
            self._depth += 1 if char == "{" else -1
            self._is_complete = self._depth == 0
        return True

    def _opens(self) -> bool:
        if self._is_complete:
            unreadable("it holds more than one JSON object")
        self._depth = 1
        return True


def only_object(text: str) -> str:
    """The one JSON object in ``text``; PLAN_UNREADABLE if there is none, or more than one.

    >>> only_object("Sure:\\n```json\\n{}\\n```")
    '{}'
    """
    reader = OnlyObject()
    found = reader.feed(text)
    reader.finish()
    return found


def unreadable(why: str) -> NoReturn:
    """Raise PLAN_UNREADABLE; ``why`` is for whoever reads the log, and for the model."""
    raise EngineError(f"the model's plan is unreadable: {why}", code=ErrorCode.PLAN_UNREADABLE)
