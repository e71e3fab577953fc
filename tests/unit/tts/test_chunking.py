"""The first chunk is short, every chunk is bounded, nothing is lost (B2)."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.pack import ENGLISH
from jarvisd.tts.chunking import CHUNK_CHARS, FIRST_CHUNK_WORDS, chunks

RULES = ENGLISH.speech.chunk_rules
LONG = "I looked at every one of your old documents and found nothing that has not been opened this year."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("Done.", ("Done.",)),
        ("It is 3.5 megabytes. Yes! Really?", ("It is 3.5 megabytes.", "Yes!", "Really?")),
        ("J. Smith wrote it. Then he left.", ("J. Smith wrote it.", "Then he left.")),
        ("It ends in. lower case.", ("It ends in. lower case.",)),
        ("Title\nfirst\nsecond", ("Title", "first", "second")),
        ("Done (all of it). Next.", ("Done (all of it).", "Next.")),
        (
            "I found three files, and all of them are older than seven days by now.",
            ("I found three files,", "and all of them are older than seven days by now."),
        ),
        (
            "I found forty five temporary files that are older than seven days.",
            ("I found forty five temporary files,", "that are older than seven days."),
        ),
        (
            "kilometres per hour docs slash report dot txt slash more dot md and",
            ("kilometres per hour,", "docs slash report dot txt slash more dot md and"),
        ),
    ],
)
def test_chunks(text: str, expected: tuple[str, ...]) -> None:
    assert chunks(text, RULES) == expected


def test_the_first_chunk_of_a_long_sentence_is_short() -> None:
    first, *_ = chunks(LONG, RULES)
    assert 3 <= len(first.split()) <= FIRST_CHUNK_WORDS
    assert first.endswith(",")


def test_a_sentence_of_ten_words_is_not_torn() -> None:
    assert len(chunks("Say yes to proceed or no to cancel it now.", RULES)) == 1


@pytest.mark.parametrize("text", [LONG * 5, "word " * 300, "x" * 1000, "one, two, three; " * 60, "a b." * 100])
def test_chunks_are_bounded_and_say_everything(text: str) -> None:
    found = chunks(text, RULES)
    assert all(0 < len(chunk) <= CHUNK_CHARS for chunk in found)
    letters = [character for chunk in found for character in chunk if character.isalnum()]
    assert letters == [character for character in text if character.isalnum()]
