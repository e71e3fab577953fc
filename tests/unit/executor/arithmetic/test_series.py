"""Sums that are written with dots go on as their first terms do, or are refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

from jarvisd.core.errors import RequestError
from jarvisd.executor.arithmetic.evaluation import evaluate


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1 + 2 + ... + 44", range(1, 45)),
        ("1+2+3+...+100", range(1, 101)),
        ("1 + 2 + 3 + … + 30", range(1, 31)),
        ("2 + 4 + ... + 50", range(2, 51, 2)),
        ("10 + 9 + ... + 1", range(1, 11)),
        ("5 + 10 + 15 ... 30", range(5, 31, 5)),
        ("-3 + -2 + ... + 3", range(-3, 4)),
    ],
)
def test_a_sum_goes_on_as_it_began(text: str, numbers: range) -> None:
    assert evaluate(text).exact == sum(numbers)


def test_decimals_are_exact() -> None:
    assert evaluate("0.1 + 0.2 + ... + 1.0").exact == Fraction(11, 2)


@pytest.mark.parametrize(
    "text",
    [
        "1 + 2 + 4 + ... + 64",
        "1 + ... + 44",
        "1 + 1 + ... + 5",
        "1 + 3 + ... + 10",
        "1 + 2 + ... + 2",
        "1 * 2 * ... * 5",
    ],
)
def test_what_could_go_on_in_several_ways_is_refused(text: str) -> None:
    with pytest.raises(RequestError):
        evaluate(text)
