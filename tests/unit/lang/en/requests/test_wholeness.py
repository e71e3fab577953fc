"""What the words before a pause tell of whether more of them come (A2, decision 27)."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.requests.wholeness import wholeness
from jarvisd.lang.intent import Wholeness


@pytest.mark.parametrize(
    "text",
    [
        "Set a timer for",
        "Set a timer for ten minutes and",
        "Move the report to the",
        "Find the invoices, then",
        "Find the",
        "Find, um.",
        "Remind me to call my",
        "Can you tell me",
        "Search for...",
        "Set a timer -",
        "Set a 20 minute",
        "Set a twenty-minute",
        "Give me the old",
        "Add milk to my shopping list, please, and.",
        "Remember that my",
    ],
)
def test_words_that_want_others_go_on(text: str) -> None:
    assert wholeness(text) is Wholeness.GOES_ON


@pytest.mark.parametrize(
    "text",
    [
        "Stop.",
        "What time is it?",
        "Set a timer for ten minutes.",
        "Set a twenty minute timer.",
        "Search for files about the budget.",
        "Can you delete the report, please?",
        "Mute yourself",
        "Set a timer for ten minutes and tell me the time",
    ],
)
def test_a_sentence_of_the_language_is_whole(text: str) -> None:
    assert wholeness(text) is Wholeness.WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "Turn the light on",
        "Call them back tomorrow evening",
        "Do you know what I mean",
        # It may become twenty-five minutes.
        "Set a timer for twenty",
        # A sentence that takes whatever follows says nothing of the end.
        "Remember that my bike is red",
        "Mail Mark that I am running late",
        "Write a file called notes with buy some milk",
    ],
)
def test_what_no_sentence_closes_is_unclear(text: str) -> None:
    assert wholeness(text) is Wholeness.UNCLEAR


@pytest.mark.parametrize("text", ["", "...", "Delete", "Can I have", "Hey Jarvis, play", "Order pizza please"])
def test_few_words_without_a_sentence_are_a_beginning(text: str) -> None:
    assert wholeness(text) is Wholeness.BEGUN


def test_of_the_beginnings_of_a_request_only_those_are_whole_that_could_be_all() -> None:
    """Each beginning is what a pause would leave."""
    request = "set a timer for twenty five minutes and tell me the time in paris"
    spoken = request.split()
    beginnings = [" ".join(spoken[:count]) for count in range(1, len(spoken) + 1)]
    assert [text for text in beginnings if wholeness(text) is Wholeness.WHOLE] == [
        "set a timer for twenty five minutes",
        "set a timer for twenty five minutes and tell me the time",
        "set a timer for twenty five minutes and tell me the time in paris",
    ]
