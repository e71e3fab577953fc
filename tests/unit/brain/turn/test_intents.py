"""What the dialogue asks of an intent."""

from __future__ import annotations

from jarvisd.brain.turn.intents import is_about_before, is_stop
from jarvisd.lang.en.pack import ENGLISH

RULES = ENGLISH.intents


def test_is_stop_is_about_stopping_alone() -> None:
    assert is_stop("Jarvis, stop!", RULES)
    assert not is_stop("Undo that.", RULES)
    assert not is_stop("Stop the music at ten.", RULES)


def test_what_asks_for_earlier_turns_is_none_of_them() -> None:
    assert is_about_before("Say that again.", RULES)
    assert is_about_before("What did you do?", RULES)
    assert not is_about_before("Stop.", RULES)
    assert not is_about_before("What did you think of the book?", RULES)
