"""Spoken text as words, numbers and durations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.lang.en.spoken import (
    parse_duration,
    parse_number,
    strip_courtesy,
    to_listener,
    without_wake_phrase,
    words,
)

DAY_S = 86_400


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What's THE time?", ("what's", "the", "time")),
        ("It’s 3.5, okay", ("it's", "3.5", "okay")),
        ("report.txt -- now!", ("report.txt", "now")),
        ("...", ()),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hey Jarvis, could you please stop?", ("stop",)),
        ("Jarvis, hey Jarvis, stop please, thank you", ("stop",)),
        ("thank you", ("thank", "you")),
        ("please", ("please",)),
    ],
)
def test_courtesy_is_taken_off_but_never_everything(text: str, expected: tuple[str, ...]) -> None:
    assert strip_courtesy(words(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hey Jarvis, find Report.TXT.", "find Report.TXT."),
        ("hey, jarvis! Stop", "Stop"),
        ("Jarvis...", "Jarvis..."),
        ("Jarvis, hey Jarvis: stop", "stop"),
        ("Tell Jarvis to stop", "Tell Jarvis to stop"),
    ],
)
def test_the_wake_phrase_goes_and_the_rest_keeps_its_letters(text: str, expected: str) -> None:
    assert without_wake_phrase(text) == expected


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
def test_no_text_breaks_the_parsers(text: str) -> None:
    duration_s = parse_duration(text, old_s=60)
    assert duration_s is None or duration_s >= 0
    parse_number(words(text))
    strip_courtesy(words(text))


@given(st.integers(1, 999), st.sampled_from(["minute", "hour", "day", "week"]))
def test_digits_and_plurals_agree(count: int, unit: str) -> None:
    assert parse_duration(f"{count} {unit}s") == parse_duration(f"older than {count} {unit}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My gate code is 8812", "Your gate code is 8812"),
        ("I prefer tea and I’m allergic to nuts", "You prefer tea and you're allergic to nuts"),
        ("I am at home, so call me", "You are at home, so call you"),
        ("Mia's number is 5", "Mia's number is 5"),
        ("my name is Amy and mine is the red one", "your name is Amy and yours is the red one"),
    ],
)
def test_words_about_the_speaker_are_said_back(text: str, expected: str) -> None:
    assert to_listener(text) == expected
