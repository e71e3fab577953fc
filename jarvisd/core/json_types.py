"""JSON values as types, and the one canonical rendering that hashes and caches rely on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Union

from jarvisd.core.errors import RequestError

JsonValue = Union[None, bool, int, float, str, Sequence["JsonValue"], Mapping[str, "JsonValue"]]  # noqa: UP007 - evaluated at run time on 3.10
JsonObject = Mapping[str, JsonValue]


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
