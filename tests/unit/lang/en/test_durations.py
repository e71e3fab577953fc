"""Lengths of time as they are said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.lang.en.durations import parse_duration

DAY_S = 86_400


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ten minutes", 600),
        ("2 weeks", 14 * DAY_S),
        ("older than three weeks", 21 * DAY_S),
        ("over an hour and a half", 5400),
        ("two and a half hours", 9000),
        ("half an hour", 1800),
        ("two hours and thirty minutes", 9000),
        ("3d", 3 * DAY_S),
        ("10min", 600),
        ("a couple of days", 2 * DAY_S),
        ("a few days ago", 3 * DAY_S),
        ("last week", 7 * DAY_S),
        ("a month", 30 * DAY_S),
        ("yesterday", DAY_S),
        ("ten", None),
        ("banana days", None),
        ("old", None),
        ("", None),
    ],
)
def test_durations(text: str, expected: int | None) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("old", 7 * DAY_S), ("the old", 7 * DAY_S), ("old days", None), ("older than 1 day", DAY_S), ("", None)],
)
def test_old_alone_means_what_the_caller_says(text: str, expected: int | None) -> None:
    """Only a phrase that says nothing but "old" takes the default: a wrong guess would delete too much."""
    assert parse_duration(text, old_s=7 * DAY_S) == expected


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    duration_s = parse_duration(text, old_s=60)
    assert duration_s is None or duration_s >= 0


@given(st.integers(1, 999), st.sampled_from(["minute", "hour", "day", "week"]))
def test_digits_and_plurals_agree(count: int, unit: str) -> None:
    assert parse_duration(f"{count} {unit}s") == parse_duration(f"older than {count} {unit}")
