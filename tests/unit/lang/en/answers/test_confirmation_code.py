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
