"""Errors keep their kind on the way across the bus."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import jarvisd
from jarvisd.bus.errors import BRANCH, error_name, from_wire
from jarvisd.core.errors import ErrorCode, RequestError


def _raised() -> dict[ErrorCode, set[str]]:
    """The classes that each code is given to somewhere in the code."""
    raised: dict[ErrorCode, set[str]] = defaultdict(set)
    for path in Path(jarvisd.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            for keyword in node.keywords:
                value = keyword.value
                if (
                    keyword.arg == "code"
                    and isinstance(value, ast.Attribute)
                    and value.attr in ErrorCode.__members__
                ):
                    raised[ErrorCode[value.attr]].add(node.func.id)
    return raised


RAISED = _raised()


@pytest.mark.parametrize("code", list(ErrorCode), ids=lambda code: code.value)
def test_an_error_comes_back_as_what_it_was(code: ErrorCode) -> None:
    error = from_wire(error_name(code), "why")
    assert (error.code, error.message) == (code, "why")
    assert type(error) is BRANCH.get(code, RequestError)
    kinds = RAISED[code] & {"RequestError", "EngineError", "Unavailable", "NotPermitted", "InternalError"}
    assert not kinds or type(error).__name__ in kinds


def test_the_codes_of_the_product_are_seen_at_all() -> None:
    assert len(RAISED) > len(ErrorCode) / 2
