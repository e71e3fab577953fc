"""Calculations as they are spoken, as the signs of the calculator."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.templates.arithmetic import read_expression


@pytest.mark.parametrize(
    ("said", "expression"),
    [
        ("twelve times 3", "12 * 3"),
        ("15 percent of 80", "15% of 80"),
        ("the square root of 2 plus 1", "sqrt(2) + 1"),
        # Of what the share is, the calculator asks; 80.15 would be a wrong value.
        ("80 plus 15 percent", "80 + 15%"),
        ("80 minus 15 %", "80 - 15%"),
        ("15 percent plus 5 percent", "15% + 5%"),
        ("20 percent of 60 plus 5", "20% of 60 + 5"),
        ("5 plus 20 percent of sixty", "5 + 20% of 60"),
        ("20 percent of the people plus 5", None),
        ("20 percent", None),
        ("twenty", None),
        ("percent of 80", None),
    ],
)
def test_a_calculation_is_read_as_a_whole(said: str, expression: str | None) -> None:
    assert read_expression(said) == expression
