"""Words that were heard, held against words that were spoken: echoes, slips, and what is no echo."""

from __future__ import annotations

import random

import pytest

from jarvisd.audio.own_voice.echo import compared
from jarvisd.lang.en.wording import tokens

SPOKEN = "I found three invoices in your downloads. Say yes to proceed or no to cancel."


def marks(heard: str, spoken: str = SPOKEN) -> list[str]:
    """The words of ``heard`` that count as an echo."""
    words = heard.split()
    found = compared(["".join(tokens(word)) for word in words], tokens(spoken))
    return [word for word, is_echo in zip(words, found.is_echo, strict=True) if is_echo]


@pytest.mark.parametrize("heard", ["Yes.", "no", "cancel", "Yes to proceed.", "No to cancel", "three", "candle"])
def test_a_short_text_that_was_spoken_is_an_echo(heard: str) -> None:
    assert marks(heard) == heard.split()


@pytest.mark.parametrize("heard", ["stop", "okay", "go ahead", "yep", "yes please", "wait", "open it"])
def test_a_short_text_of_other_words_is_none(heard: str) -> None:
    """One word of its own is enough: only what was spoken whole is an echo."""
    assert marks(heard) == []


@pytest.mark.parametrize(
    "heard",
    [
        "I found 3 in voices in your down loads.",
        "found three invoice is in you're downloads say yes",
        "Say yes to proceed, or no to console.",
    ],
)
def test_slips_of_transcription_do_not_hide_an_echo(heard: str) -> None:
    letters = "".join(tokens(heard))
    assert compared([letters], tokens(SPOKEN)).share > 0.7


def test_digits_are_an_echo_however_they_are_written() -> None:
    """A code that we say aloud confirms nothing when it comes back."""
    for heard in ("471", "4 7 1", "four seven one", "4-7-1"):
        assert (
            compared(["".join(tokens(word)) for word in heard.split()], tokens("Say four, seven, one.")).share == 1
        )
    assert compared(["472"], tokens("Say four, seven, one.")).share == 0


def test_what_is_said_over_it_is_left() -> None:
    assert marks("I found three invoices in stop your downloads") == (
        ["I", "found", "three", "invoices", "in", "your", "downloads"]
    )
    assert marks("in your downloads hey jarvis what time is it") == ["in", "your", "downloads"]


def test_nothing_is_an_echo_where_nothing_was_spoken() -> None:
    assert compared(["yes"], ()) == compared(["yes"], ("no",))
    assert compared([], ("yes",)).share == 0


def test_requests_are_no_echo_of_other_sentences() -> None:
    requests = (
        "Move the pictures from my camera to the holiday folder.",
        "What is the weather going to be like in Dublin tomorrow?",
        "Remind me to water the plants at nine in the morning.",
        "Send the report to Mark and put Anna in copy.",
        "How much is left on the kitchen timer?",
        "Add two litres of milk to the shopping list.",
    )
    for heard in requests:
        for spoken in requests:
            assert bool(marks(heard, spoken)) is (heard == spoken), (heard, spoken)


def test_an_echo_with_letters_lost_and_changed_is_one() -> None:
    """One letter in six wrong, a thousand times."""
    order = random.Random(14)
    text = "".join(tokens("The archive holds two hundred and twelve pictures of the summer in Norway."))
    for _ in range(1000):
        slipped = "".join(
            order.choice(("", order.choice("aeiostn"), letter + order.choice("aeiostn")))
            if order.random() < 1 / 6
            else letter
            for letter in text
        )
        assert compared([slipped], [text]).share >= 0.5
