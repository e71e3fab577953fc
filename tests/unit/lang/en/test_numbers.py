"""Numbers as they are said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.lang.en.numbers import parse_number
from jarvisd.lang.en.words import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("twenty five", 25),
        ("one hundred and seven", 107),
        ("three thousand two hundred", 3200),
        ("1,250", 1250),
        ("2.5", 2.5),
        ("a", 1),
        ("banana", None),
        ("", None),
    ],
)
def test_numbers(text: str, expected: float | None) -> None:
    assert parse_number(words(text)) == expected


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    number = parse_number(words(text))
    assert number is None or number >= 0
