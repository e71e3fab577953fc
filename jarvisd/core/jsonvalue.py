"""JSON values as types, and the one canonical rendering that hashes and caches rely on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Union

JsonValue = Union[None, bool, int, float, str, Sequence["JsonValue"], Mapping[str, "JsonValue"]]  # noqa: UP007 - evaluated at run time on 3.10
JsonObject = Mapping[str, JsonValue]


def canonical(value: JsonValue) -> str:
    """Render ``value`` with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parse(text: str) -> JsonValue:
    """What ``text`` says; raises ValueError for anything that could not be written down again.

    That is: no JSON, nested too deep, numbers that are none, and halves of characters (lone surrogates), which no
    file, message or database takes.
    """
    try:
        value: JsonValue = json.loads(text)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def digest(value: JsonValue) -> str:
    """SHA-256 of the canonical rendering, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
