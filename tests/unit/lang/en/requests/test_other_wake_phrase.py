"""Phrases that people choose: found however they are written, and no part of the request."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.requests.other_wake_phrase import OtherWakePhrase

COMPUTER, NABU = OtherWakePhrase("hey computer"), OtherWakePhrase("okay nabu", ("a naboo",))


@pytest.mark.parametrize(
    ("phrase", "heard", "is_in"),
    [
        (COMPUTER, "Hey, computer, stop.", True),
        (COMPUTER, "Computer!", True),
        (COMPUTER, "Come, pewter.", False),
        (COMPUTER, "Hey.", False),
        (COMPUTER, "", False),
        (NABU, "OK, Nabu.", True),
        (NABU, "A naboo", True),
        (NABU, "Okay.", False),
        (OtherWakePhrase("hey mycroft", ("my croft",)), "Hey my croft", True),
        (OtherWakePhrase("hey you"), "you", False),
        (OtherWakePhrase("hey you"), "Hey you.", True),
    ],
)
def test_whether_it_was_heard(phrase: OtherWakePhrase, heard: str, is_in: bool) -> None:
    assert phrase.is_in(heard) is is_in


@pytest.mark.parametrize(
    ("heard", "request_"),
    [
        ("Hey computer, what time is it?", "What time is it?"),
        ("Computer. Hey, computer: stop.", "Stop."),
        ("Computer stop", "Stop"),
        ("Hey, computer.", ""),
        ("Computer!", ""),
        ("What does the computer do?", "What does the computer do?"),
        ("Computers are slow.", "Computers are slow."),
    ],
)
def test_the_request_is_what_follows(heard: str, request_: str) -> None:
    assert COMPUTER.request_in(heard) == request_


def test_what_we_say_ourselves_is_compared_with_every_word_of_it() -> None:
    assert NABU.sound_alikes() == ("nabu", "naboo")
    assert COMPUTER.example().startswith("Hey Computer, stop.")
