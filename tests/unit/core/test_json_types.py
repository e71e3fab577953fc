"""JSON from outside: what cannot be written down again is refused where it comes in."""

from __future__ import annotations

import pytest

from jarvisd.core.json_types import depth, parse


@pytest.mark.parametrize("text", ['{"a": [1, 2.5, null, "é", "\\u00e9\\ud83d\\ude00", "\\u0000"]}', "7", '"x"'])
def test_what_can_be_written_again_is_taken(text: str) -> None:
    assert parse(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        "1e999",
        "-Infinity",
        "[" * 5000,
        '{"a":' * 3000,
        "1" * 5000,
        '"\\ud800"',
        '{"\\udc00": 1}',
        '{"a": {"b": 1, "b": 2}}',
    ],
    ids=lambda text: text[:10],
)
def test_what_cannot_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize(("value", "expected"), [(1, 0), ("[[", 0), ([], 1), ({"a": [1, [2]]}, 3)])
def test_depth_counts_lists_and_objects(value: object, expected: int) -> None:
    assert depth(value, 9) == expected


def test_depth_is_not_led_on_by_what_is_deeper() -> None:
    value: object = []
    for _ in range(100_000):
        value = [value]
    assert depth(value, 5) == 6
