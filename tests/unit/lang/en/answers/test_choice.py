"""An answer to "which one" picks one of what was named, or nothing."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.answers.choice import chosen

MILKS = ("oat milk", "cow milk", "milk chocolate")
FILES = ("documents/shopping.txt", "documents/lists/shopping.md")


@pytest.mark.parametrize(
    ("answer", "choices", "index"),
    [
        ("the oat milk", MILKS, 0),
        ("oat", MILKS, 0),
        ("I mean the cow one", MILKS, 1),
        ("the second one please", MILKS, 1),
        ("number three", MILKS, None),
        ("the last", MILKS, 2),
        ("the third", MILKS, 2),
        ("milk", MILKS, None),
        ("the fourth", MILKS, None),
        ("the oat milk and the cow milk", MILKS, None),
        ("neither", MILKS, None),
        ("yes", MILKS, None),
        ("no", MILKS, None),
        ("all of them", MILKS, None),
        ("", MILKS, None),
        ("the first or the second", MILKS, None),
        ("milk", ("milk", "oat milk"), 0),
        ("shopping.md", FILES, 1),
        ("documents/shopping.txt", FILES, 0),
        ("shopping", FILES, None),
        ("first", (), None),
    ],
)
def test_one_is_picked_or_none(answer: str, choices: tuple[str, ...], index: int | None) -> None:
    assert chosen(answer, choices) == index


@pytest.mark.parametrize("count", [1, 9, 10])
def test_each_place_is_named_by_its_word_and_its_number(count: int) -> None:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    numbers = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th")
    choices = [f"note {letter * 3}" for letter in "abcdefghij"[:count]]
    for index, named in enumerate(zip(words, numbers, strict=True)):
        for name in named:
            expected = index if index < count else None
            assert chosen(f"the {name} one please", choices) == expected, name
    assert chosen("the eleventh", choices) is None
    assert chosen("the last", choices) == count - 1


@pytest.mark.parametrize(
    "around",
    [
        "um",
        "uh",
        "er",
        "I mean",
        "I meant",
        "I want",
        "number",
        "the one with",
        "option",
        "the item",
        "thank you",
        "thanks",
    ],
)
def test_words_around_what_is_picked_pick_nothing(around: str) -> None:
    assert chosen(f"{around} oat", MILKS) == 0
    assert chosen(f"{around} the second", MILKS) == 1
    assert chosen(around, MILKS) is None
