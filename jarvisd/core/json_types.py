"""JSON values as types, and the one canonical rendering that hashes and caches rely on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TypeVar, Union

from jarvisd.core.errors import InternalError, RequestError

JsonValue = Union[None, bool, int, float, str, Sequence["JsonValue"], Mapping[str, "JsonValue"]]  # noqa: UP007 - evaluated at run time on 3.10
JsonObject = Mapping[str, JsonValue]
_T = TypeVar("_T", bool, int, float, str)
_E = TypeVar("_E", bound=Enum)


def canonical(value: JsonValue) -> str:
    """Render ``value`` with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parse(text: str) -> JsonValue:
    """What ``text`` says; raises ValueError for anything that could not be written down again.

    That is: no JSON, nested too deep, numbers that are none, halves of characters (lone surrogates), which no
    file, message or database takes, and a key that is given twice, of which readers disagree which one counts.
    """
    try:
        value: JsonValue = json.loads(text, object_pairs_hook=_unique)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def parse_object(text: str, what: str) -> JsonObject:
    """The object that ``text`` says; ``what`` it should be is in the RequestError for anything else."""
    try:
        value = parse(text)
    except ValueError as error:
        raise RequestError(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise RequestError(f"{what} is a JSON object")
    return value


def reply_object(text: str, what: str) -> JsonObject:
    """The object in the reply of another unit; InternalError for anything else, for only we write ``what``.

    Unlike :func:`parse`, it takes halves of characters: they stand in the names of files as they were found.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InternalError(f"{what} cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise InternalError(f"{what} is no object")
    return value


def field_of(value: JsonObject, key: str, kind: type[_T]) -> _T:
    """The field ``key`` of what another unit wrote; InternalError unless it is there and of ``kind``."""
    found = value.get(key)
    if kind is float and type(found) is int:
        found = float(found)
    if type(found) is not kind:
        raise InternalError(f"{key} is missing or of another kind than {kind.__name__}")
    return found


def member_of(value: JsonObject, key: str, kind: type[_E]) -> _E:
    """The field ``key``, which names a member of ``kind``; errors as in :func:`field_of`."""
    try:
        return kind(field_of(value, key, str))
    except ValueError as error:
        raise InternalError(f"{key} is none of {', '.join(str(item.value) for item in kind)}") from error


def object_of(value: JsonObject, key: str) -> JsonObject:
    """The field ``key``, which is an object; errors as in :func:`field_of`."""
    found = value.get(key)
    if not isinstance(found, Mapping):
        raise InternalError(f"{key} is missing or no object")
    return found


def list_of(value: JsonObject, key: str) -> list[JsonValue]:
    """The field ``key``, which is a list; errors as in :func:`field_of`."""
    found = value.get(key)
    if not isinstance(found, list):
        raise InternalError(f"{key} is missing or no list")
    return found


def depth(value: object, limit: int) -> int:
    """How deep lists and objects are nested in ``value``; never looks deeper than one more than ``limit``."""
    if limit < 0 or not isinstance(value, (list, dict)):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((depth(item, limit - 1) for item in inner), default=0)


def _unique(pairs: Sequence[tuple[str, JsonValue]]) -> JsonObject:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key is given twice")
    return result


def digest(value: JsonValue) -> str:
    """SHA-256 of the canonical rendering, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
