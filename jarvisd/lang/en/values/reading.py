"""A text as a value of a kind, or of the first of several kinds that it is one of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from jarvisd.lang.en.addresses import from_speech
from jarvisd.lang.en.places import read_place
from jarvisd.lang.en.sentences.values import refusal
from jarvisd.lang.en.values.durations import read_age, read_duration
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.en.values.repeats import read_repeat
from jarvisd.lang.en.values.sizes import read_size
from jarvisd.lang.values import HeardValue, Unreadable, UnreadableReason, ValueKind


def read(kinds: Sequence[ValueKind], text: str, now: datetime) -> HeardValue:
    """``text`` as a value of the first of ``kinds`` that it is one of; ``now`` has a zone.

    Raises :class:`~jarvisd.lang.values.Unreadable`, from the kind that understood most.
    """
    errors: list[Unreadable] = []
    for kind in kinds:
        try:
            return HeardValue(kind, _READERS[kind](text, now))
        except Unreadable as error:
            errors.append(error)
    raise max(errors, key=understood)


def why(error: Unreadable) -> str:
    """What is said of a text that is no value."""
    return refusal(error)


def understood(error: Unreadable) -> tuple[bool, int]:
    """Whether the text is one of the kind at all, and how much of it was understood before what was not."""
    return error.reason is not UnreadableReason.NOT_UNDERSTOOD, len(error.understood)


def _address(text: str) -> str:
    address = from_speech(text)
    if address is None:
        raise Unreadable(UnreadableReason.NOT_UNDERSTOOD, text)
    return address


def _seconds(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


_READERS: Mapping[ValueKind, Callable[[str, datetime], int | float | str]] = MappingProxyType(
    {
        ValueKind.DURATION: lambda text, now: _seconds(read_duration(text)),
        ValueKind.AGE: lambda text, now: _seconds(read_age(text)),
        ValueKind.INSTANT: lambda text, now: read_instant(text, now).isoformat(),
        ValueKind.REPEAT: lambda text, now: read_repeat(text, now).rrule,
        ValueKind.SIZE: lambda text, now: read_size(text),
        ValueKind.NUMBER: lambda text, now: f"{read_number(text):f}",
        ValueKind.PLACE: lambda text, now: read_place(text).zone,
        ValueKind.ADDRESS: lambda text, now: _address(text),
        ValueKind.TEXT: lambda text, now: text,
    }
)
