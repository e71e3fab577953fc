"""A spoken challenge is met by its digits alone (A10)."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.answers.confirmation_code import closing, judge_to, weigh

QUESTION = "I'm about to delete 3 files from tmp."
GOOD = [
    "confirm seven four",
    "Confirm 7 4.",
    "seven four",
    "74",
    "confirm 74",
    "seventy four",
    "seventy-four",
    "seven for",
]
BAD = [
    "yes",
    "yes go ahead",
    "confirm",
    "four seven",
    "seven",
    "seven four two",
    "not seven four",
    "seven four no",
    "",
    "confirm seven five",
    "no",
    "is it seven four?",
    "seven four or so",
    "seventy",
    "7 4 wait",
    "сonfirm 74",
    "do it 74",
]


@pytest.mark.parametrize("heard", GOOD)
def test_the_digits_confirm(heard: str) -> None:
    assert weigh(QUESTION, heard, "74").is_yes
    assert judge_to(f"{QUESTION} {closing('74')}", heard).is_yes


@pytest.mark.parametrize("heard", BAD)
def test_nothing_else_confirms(heard: str) -> None:
    """Not a plain yes, not other digits, not the digits with anything that is not an assent."""
    assert not weigh(QUESTION, heard, "74").is_yes
    assert not judge_to(f"{QUESTION} {closing('74')}", heard).is_yes


@pytest.mark.parametrize("digits", [f"{value:02}" for value in range(100)])
def test_every_pair_is_met_as_it_is_asked_for(digits: str) -> None:
    """What the question says to say is what confirms."""
    said = closing(digits).removeprefix("Say ").removesuffix(" to proceed or no to cancel.")
    assert weigh(QUESTION, said, digits).is_yes


@pytest.mark.parametrize(
    ("heard", "digits"),
    [
        ("oh won", "01"),
        ("o one", "01"),
        ("to too", "22"),
        ("for fore", "44"),
        ("ate niner", "89"),
        ("zero nine", "09"),
        ("three two", "32"),
        ("twenty", "20"),
        ("ninety ate", "98"),
        ("jarvis confirm one two", "12"),
        ("hey jarvis yes one two", "12"),
        ("yes confirm five six", "56"),
        ("confirm, confirm 3 5", "35"),
    ],
)
def test_digits_are_heard_as_a_transcriber_writes_them(heard: str, digits: str) -> None:
    assert weigh(QUESTION, heard, digits).is_yes
    assert not weigh(QUESTION, heard, f"{(int(digits) + 1) % 100:02}").is_yes


def test_why_digits_do_not_confirm_is_told() -> None:
    """Who says yes without them is asked for them; a denial stays one."""
    missing = weigh(QUESTION, "yes", "74")
    assert (missing.reason, missing.may_ask_again) == ("unclear: the digits are missing", True)
    assert weigh(QUESTION, "seven four?", "74").reason == "unclear"
    assert weigh(QUESTION, "no seven four", "74").reason == "denied: no"
    assert not weigh(QUESTION, "twenty one two", "212").is_yes
    assert not weigh(QUESTION, "twenty horses", "20").is_yes


def test_a_plain_yes_or_okay_is_enough_without_digits() -> None:
    assert weigh(QUESTION, "yes", "").is_yes
    assert not weigh(QUESTION, "okay", "").is_yes
    assert weigh(QUESTION, "okay", "", okay_is_yes=True).is_yes
    assert not weigh(QUESTION, "okay", "74", okay_is_yes=True).is_yes
