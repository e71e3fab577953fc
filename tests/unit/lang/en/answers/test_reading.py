"""Asking to hear all of it is neither a yes nor a no."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.lang.en.answers.reading import PIECE_LIMIT, is_asked_for, pieces


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


@given(st.text())
def test_the_pieces_are_the_whole_text(text: str) -> None:
    found = list(pieces(text))
    shown = "".join(character if character.isprintable() else " " for character in text)
    assert "".join("".join(found).split()) == "".join(shown.split())
    assert all(0 < len(piece) <= PIECE_LIMIT for piece in found)
