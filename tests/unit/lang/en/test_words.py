"""Spoken text as words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.lang.en.words import strip_courtesy, without_wake_phrase, words


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
