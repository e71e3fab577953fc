"""What of a text was heard is told in whole words of it, however it was read out."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.pack import ENGLISH
from jarvisd.tts.ports import QUEUED_MS
from jarvisd.tts.utterance import Progress, engine_chunks, heard_chars, letters_of

RULES = ENGLISH.speech
TEXT = "It is 3:30 pm. The **disk** has 3.5 GB left, see `notes.txt`. Then 12 more files followed."


def test_the_letters_of_a_beginning_are_that_beginning() -> None:
    words = TEXT.split()
    for count in range(len(words) + 1):
        start = " ".join(words[:count])
        letters = letters_of(engine_chunks(start, RULES))
        assert heard_chars(TEXT, letters, RULES) == len(start)


@pytest.mark.parametrize(("letters", "heard"), [(0, ""), (1, ""), (4, "It is"), (10_000, TEXT)])
def test_half_a_word_is_none(letters: int, heard: str) -> None:
    assert TEXT[: heard_chars(TEXT, letters, RULES)] == heard


def test_what_waits_in_the_loudspeaker_is_not_heard_yet() -> None:
    progress = Progress(letters=5)
    progress.begins("ten letters", 1_000_000, 1000)
    heard = [progress.letters_at(1_000_000 + (QUEUED_MS + ms) * 1000) for ms in (-100, 0, 500, 1000, 5000)]
    assert heard == [5, 5, 10, 15, 15]
    progress.ends()
    assert progress.letters_at(0) == 15
