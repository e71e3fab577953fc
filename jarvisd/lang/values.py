"""Values that are said in words, whatever the language: why a text is none. Pure.

The grammars of a language return a value or raise :class:`Unreadable`; none guesses, and none returns a value from
a text of which a part was not understood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class UnreadableReason(str, Enum):
    """Why a text is not the value that is needed. Each has a sentence of its own in every language."""

    MISSING = "missing"
    """Nothing was said."""
    NOT_UNDERSTOOD = "not_understood"
    """``part`` fits nowhere; what came before it does."""
    NO_UNIT = "no_unit"
    """A number without what it counts; ``choices`` has readings with a unit."""
    AMBIGUOUS = "ambiguous"
    """``choices`` may be meant."""
    IMPLAUSIBLE = "implausible"
    """Understood, and beyond what anybody means; ``choices`` has what may be meant instead."""
    UPPER_BOUND = "upper_bound"
    """"At most" where only "at least" can be used."""
    NO_TIME = "no_time"
    """A day without the time of day that is needed."""
    PAST = "past"
    """A time that is over, where one to come is needed."""
    REPEATS = "repeats"
    """A time that comes again and again, where a single one is needed."""
    BOUNDED = "bounded"
    """Something that comes again, with a beginning or an end; ``part`` says which."""
    TOO_FAR = "too_far"
    """A time too far ahead."""

    def __str__(self) -> str:
        return self.value


class Unreadable(ValueError):
    """A text that is not the value which is needed.

    ``part`` is what stands against it and ``understood`` what came before and was understood, both as they were
    heard. ``choices`` are what may be said instead, in words that are read without a doubt.
    """

    def __init__(
        self, reason: UnreadableReason, part: str = "", *, understood: str = "", choices: Sequence[str] = ()
    ) -> None:
        super().__init__(f"{reason}: {part}" if part else str(reason))
        self.reason = reason
        self.part = part
        self.understood = understood
        self.choices = tuple(choices)


class ValueKind(str, Enum):
    """What a text may be asked to be, and what :class:`HeardValue` holds then."""

    DURATION = "duration"
    """Seconds."""
    AGE = "age"
    """Seconds."""
    INSTANT = "instant"
    """ISO 8601 with the offset of the zone in which it was said."""
    REPEAT = "repeat"
    """A recurrence rule (RFC 5545, section 3.3.10)."""
    SIZE = "size"
    """Bytes."""
    NUMBER = "number"
    """A decimal string."""
    PLACE = "place"
    """A time zone of the IANA database."""
    ADDRESS = "address"
    """An e-mail address."""
    TEXT = "text"
    """As it was heard."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class HeardValue:
    """A value and what it is a value of."""

    kind: ValueKind
    value: int | float | str
    """As its kind says."""
