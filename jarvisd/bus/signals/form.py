"""How a signal's class and its body on the bus stand for each other.

A class has the signal's name, and its fields the names of the arguments, in their order. Fields of a dictionary
argument (``a{sv}``) stand one by one and are annotated with :data:`Detail`; keys that a class does not know are
left out when it is read, so that a sender may tell more one day.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from jarvisd.core.errors import RequestError

_T = TypeVar("_T")
DETAILS = "details"
"""The name of a signal's dictionary argument."""
_IN_DETAILS, _ENDS_BEFORE = object(), object()
SEPARATOR = ": "

U32 = Annotated[int, "u"]
U64 = Annotated[int, "t"]
Detail = Annotated[_T, _IN_DETAILS]
"""A field that travels in the dictionary argument."""
Suffix = Annotated[_T, _ENDS_BEFORE]
"""A text that, where there is one, ends the argument before it, behind a colon and a space."""


class Signal:
    """A signal; subclasses are frozen dataclasses."""

    __slots__ = ()


SignalT = TypeVar("SignalT", bound=Signal)


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One field of a signal: its D-Bus type, and whether it has an argument of its own."""

    name: str
    signature: str
    is_detail: bool
    is_suffix: bool


def _is_unsigned(value: object, bits: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << bits


_FITS: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "s": lambda value: isinstance(value, str),
        "b": lambda value: isinstance(value, bool),
        "u": lambda value: _is_unsigned(value, 32),
        "t": lambda value: _is_unsigned(value, 64),
        "d": lambda value: isinstance(value, float) and math.isfinite(value),
        "as": lambda value: isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value),
    }
)
_PLAIN: Mapping[object, str] = MappingProxyType({str: "s", bool: "b", float: "d", tuple[str, ...]: "as"})


def fields_of(kind: type[Signal]) -> tuple[Field, ...]:
    """The fields of a signal's class with their D-Bus types."""
    return tuple(_field(name, hint) for name, hint in get_type_hints(kind, include_extras=True).items())


def _field(name: str, hint: Any) -> Field:
    notes: tuple[object, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        notes = tuple(rest)
    [signature] = [note for note in notes if isinstance(note, str)] or [_PLAIN[hint]]
    return Field(name, signature, _IN_DETAILS in notes, _ENDS_BEFORE in notes)


def arguments_of(kind: type[Signal]) -> list[tuple[str, str]]:
    """Name and D-Bus type of each argument of the signal."""
    fields = fields_of(kind)
    plain = [(field.name, field.signature) for field in fields if not field.is_detail and not field.is_suffix]
    return [*plain, (DETAILS, "a{sv}")] if any(field.is_detail for field in fields) else plain


def encode(signal: Signal, variant: Callable[[str, Any], Any]) -> list[Any]:
    """The body of ``signal`` on the bus; raises RequestError for a value that does not fit its type.

    ``variant`` makes of a D-Bus type and a value what the library takes in a dictionary.
    """
    body: list[Any] = []
    details: dict[str, Any] = {}
    for field in fields_of(type(signal)):
        value = _fitting(type(signal), field, getattr(signal, field.name))
        if field.is_detail:
            details[field.name] = variant(field.signature, value)
        elif field.is_suffix:
            body[-1] += f"{SEPARATOR}{value}" if value else ""
        else:
            body.append(list(value) if field.signature == "as" else value)
    return [*body, details] if details else body


def decode(kind: type[SignalT], body: Sequence[Any]) -> SignalT:
    """The signal that ``body`` tells, with dictionaries free of the library's wrappers.

    Raises RequestError for a body that has not the arguments of the signal, each of its type.
    """
    expected = arguments_of(kind)
    if len(body) != len(expected):
        raise RequestError(f"{kind.__name__} has {len(expected)} arguments, not {len(body)}")
    given = {name: value for (name, _), value in zip(expected, body, strict=True)}
    details = given.pop(DETAILS, {})
    if not isinstance(details, Mapping):
        raise RequestError(f"the details of {kind.__name__} are no dictionary")
    values: dict[str, Any] = {}
    before = ""
    for field in fields_of(kind):
        if field.is_suffix:
            values[before], _, given[field.name] = values[before].partition(SEPARATOR)
        source = details if field.is_detail else given
        if field.name not in source:
            raise RequestError(f"{kind.__name__} without {field.name}")
        value = _fitting(kind, field, source[field.name])
        values[field.name] = tuple(value) if field.signature == "as" else value
        before = field.name
    return kind(**values)


def _fitting(kind: type[Signal], field: Field, value: Any) -> Any:
    if not _FITS[field.signature](value):
        raise RequestError(f"{field.name} of {kind.__name__} is not of type {field.signature}")
    return value
