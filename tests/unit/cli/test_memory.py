"""What ``jarvisctl memory`` makes of ids, counts and exports (A6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jarvisd.cli.memory import found, read_export, statistics
from jarvisd.core.errors import ErrorCode, RequestError


def row(id_: str, **given: Any) -> dict[str, Any]:
    usual = {"kind": "FACT", "text": "a b", "importance": 0.5, "created": "2026-11-30T10:00:00+00:00"}
    return {"id": id_, **usual, "tainted": False, "replaced_by": "", **given}


ROWS = [row("abcd1111"), row("abcd2222", kind="CONTACT"), row("ef000000", tainted=True, replaced_by="abcd1111")]


def test_an_id_is_known_by_how_it_begins() -> None:
    assert found(ROWS, "ef00")["id"] == "ef000000"
    assert found(ROWS, "abcd2222")["kind"] == "CONTACT"


@pytest.mark.parametrize("begin", ["", "e", "ef0", "abce", "EF00", "%", "ef000000x"])
def test_what_names_no_memory_is_not_found(begin: str) -> None:
    """Three signs are rather a slip than a choice, also where they would be enough."""
    with pytest.raises(RequestError) as caught:
        found(ROWS, begin)
    assert caught.value.code is ErrorCode.NOT_FOUND


def test_several_that_begin_alike_are_told() -> None:
    with pytest.raises(RequestError, match="more than one") as caught:
        found(ROWS, "abcd")
    assert caught.value.code is ErrorCode.INVALID_REQUEST


def test_counts_add_up() -> None:
    told = statistics([*ROWS, row("99999999", created="2025-01-01T00:00:00+00:00")])
    assert told == {
        "total": 4,
        "kinds": {"CONTACT": 1, "FACT": 3},
        "told_by_people": 3,
        "replaced": 1,
        "characters": 12,
        "oldest": "2025-01-01T00:00:00+00:00",
        "newest": "2026-11-30T10:00:00+00:00",
    }
    assert statistics([])["oldest"] == ""


def test_an_export_is_read_as_it_was_written() -> None:
    lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in ROWS]
    assert list(read_export(iter([lines[1], "\n", lines[2]]))) == [
        {"kind": "CONTACT", "text": "a b", "importance": 0.5, "tainted": False},
        {"kind": "FACT", "text": "a b", "importance": 0.5, "tainted": True},
    ]


def test_what_says_nothing_of_its_source_is_not_trusted() -> None:
    [memory] = read_export(iter(['{"kind": "FACT", "text": "x"}']))
    assert memory["tainted"] is True


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '"x"', "3", "null", "{}", '{"kind": "FACT"}', '{"kind": "FACT", "text": " "}',
     '{"kind": "FACT", "text": 3}',
     '{"kind": "SECRET", "text": "x"}', '{"kind": ["FACT"], "text": "x"}', "[" * 100_000],
)  # fmt: skip
def test_a_line_that_is_no_memory_is_named(line: str) -> None:
    with pytest.raises(RequestError, match="line 2 is no memory"):
        list(read_export(iter(['{"kind": "FACT", "text": "x"}', line])))
