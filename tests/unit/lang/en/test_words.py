"""Spoken text as words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.lang.en.words import strip_courtesy, to_listener, without_wake_phrase, words


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


@given(st.text(max_size=60))
def test_no_text_breaks_the_rules(text: str) -> None:
    assert len(strip_courtesy(words(text))) <= len(words(text))


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
