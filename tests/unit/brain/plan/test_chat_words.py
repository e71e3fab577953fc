"""An answer is heard while it is written, and only if it is nothing but an answer."""

from __future__ import annotations

import json

import pytest

from jarvisd.brain.plan.chat_words import words_so_far

ANSWER = 'Good "morning"! It\'s \\ 5 \u20ac.\nWell \U0001f600 done.'


@pytest.mark.parametrize("is_ascii", [True, False])
def test_every_beginning_gives_a_beginning_of_the_words(is_ascii: bool) -> None:
    text = json.dumps({"intent": "chat", "reply": ANSWER}, ensure_ascii=is_ascii)
    heard = [words_so_far(text[:end]) for end in range(len(text) + 1)]
    for said in heard:
        # Half of a sign may stand at the end, where no sentence is whole.
        assert ANSWER.startswith(said) or ANSWER.startswith(said[:-1])
    assert heard == sorted(heard, key=len)
    assert heard[-1] == ANSWER
    assert len(set(heard)) > len(ANSWER) // 2


@pytest.mark.parametrize(
    "text",
    [
        '{"intent":"get_time","args":{"reply":"Hello."}}',
        '{"reply":"Hello. There. ","actions":[]}',
        '{"thought":"x","intent":"chat","reply":"Hello. There. "',
        '{"intent":"several","reply":"Hello. There. "',
        '[{"intent":"chat","reply":"Hello. There. "',
        'chat "Hello. There. "',
    ],
)
def test_what_is_no_plain_answer_is_not_heard_before_its_end(text: str) -> None:
    assert words_so_far(text) == ""


def test_a_broken_escape_gives_nothing() -> None:
    assert words_so_far('{"intent":"chat","reply":"a\\q b') == ""


def test_thoughts_are_not_heard() -> None:
    """Not even the beginning of the tag that opens them."""
    text = json.dumps({"intent": "chat", "reply": "Well. <think>Hm.</think>Good morning."})
    heard = [words_so_far(text[:end]) for end in range(len(text) + 1)]
    assert all("Well. Good morning.".startswith(said) for said in heard)
    assert heard[-1] == "Well. Good morning."
