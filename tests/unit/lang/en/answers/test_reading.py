"""Asking to hear all of it is neither a yes nor a no."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.lang.en.answers.reading import PIECE_LIMIT, is_asked_for, pieces
from tests.tables import each


@pytest.mark.parametrize(
    "heard",
    [
        "read it",
        "Read it.",
        "Please read it to me.",
        "Read the letter.",
        "read me the whole e-mail",
        "Could you read it out loud?",
        "read all of it",
        "Read the whole thing, please.",
        "okay, read it back to me",
    ],
)
def test_who_wants_to_hear_all_of_it_is_understood(heard: str) -> None:
    assert is_asked_for(heard)


@pytest.mark.parametrize(
    "heard",
    [
        "",
        "read",
        "yes",
        "no",
        "don't read it",
        "I read it",
        "read it and send it",
        "have you read it",
        "send it",
        "ready",
    ],
)
def test_anything_else_asks_for_no_reading(heard: str) -> None:
    assert not is_asked_for(heard)


BEFORE = [
    "please",
    "yes",
    "okay",
    "jarvis",
    "can you",
    "could you",
    "would you",
    "yes please",
    "jarvis, could you",
]
WHAT = each(
    "it|that|this|all|the rest|the whole|everything|all of it|all of that|all of this|the rest of the letter"
    "|all of the text|the rest of the message|the whole of the mail|everything of the email|all the letter"
    "|all letter|all text|all message|all mail|all email|the letter|this text|that message|the whole mail"
    "|the full email|the entire thing|this letter|me the letter|me all|me this thing|the text"
    "|the message|the mail"
    "|the email|the thing|that thing"
)
AFTER = [
    "to me",
    "out",
    "aloud",
    "out loud",
    "back",
    "back to me",
    "again",
    "first",
    "please",
    "aloud to me please",
]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("after", AFTER)
def test_however_it_is_asked_for(before: str, after: str) -> None:
    assert is_asked_for(f"{before} read it {after}")
    assert not is_asked_for(f"read {before} {after} songs")


@pytest.mark.parametrize("what", WHAT)
def test_whatever_it_is_called(what: str) -> None:
    assert is_asked_for(f"read {what}")
    assert is_asked_for(f"please read {what} aloud")
    assert not is_asked_for(f"read {what} and send it")


@pytest.mark.parametrize("heard", ["read the songs", "read her letter", "read a message", "sing it", "read rest"])
def test_nothing_else_is_read(heard: str) -> None:
    assert not is_asked_for(heard)


def test_a_piece_ends_with_the_last_word_that_has_room() -> None:
    assert PIECE_LIMIT == 400
    whole = "x" * 399
    assert list(pieces(f"{whole} y z")) == [whole, "y z"]
    assert list(pieces(f"{whole}y z")) == [f"{whole}y", "z"]
    assert list(pieces(f"{whole}y")) == [f"{whole}y"]
    assert list(pieces(f"{whole}yz a")) == [f"{whole}y", "z a"]
    assert list(pieces("x " + "y" * 500)) == ["x", "y" * 400, "y" * 100]
    assert list(pieces("one\x07two\n three")) == ["one two three"]
    assert list(pieces(" \n")) == []


@given(st.text())
def test_the_pieces_are_the_whole_text(text: str) -> None:
    found = list(pieces(text))
    shown = "".join(character if character.isprintable() else " " for character in text)
    assert "".join("".join(found).split()) == "".join(shown.split())
    assert all(0 < len(piece) <= PIECE_LIMIT for piece in found)
