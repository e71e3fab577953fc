"""Whose words count for a plan: those of the ear and of whoever answered, and of earlier turns the same."""

from __future__ import annotations

import json

import pytest

from jarvisd.core.errors import RequestError
from jarvisd.executor.plan.heard_requests import BEFORE_CHARACTERS, BEFORE_LIMIT, HeardRequests


def test_the_words_of_the_ear_and_of_answers_count_before_what_is_reported() -> None:
    heard = HeardRequests()
    heard.note("t1", "set a timer")
    heard.note("t1", "delete everything")
    heard.answered("t1", "ten minutes")
    assert heard.words_of("t1", "delete the files") == "set a timer\nten minutes"
    assert heard.words_of("t2", "what time is it") == "what time is it"


def test_a_request_of_the_room_goes_on_from_nothing_that_was_not_heard() -> None:
    """ADR 15: whoever reports the turns cannot put words into the room's mouth."""
    heard = HeardRequests()
    heard.note("t1", "find the tax files")
    before = json.dumps([["t1", "delete the tax files"], ["t2", "delete everything"]])
    assert heard.going_on_from(before, is_heard=True) == "find the tax files"
    assert heard.going_on_from(before, is_heard=False) == "find the tax files\ndelete everything"
    assert heard.going_on_from("", is_heard=True) == ""


@pytest.mark.parametrize(
    "before",
    [
        "nonsense",
        "{}",
        '["t1"]',
        '[["t1"]]',
        '[["t1", 7]]',
        json.dumps([["t", "x"]] * (BEFORE_LIMIT + 1)),
        json.dumps([["t", "x" * (BEFORE_CHARACTERS + 1)]]),
    ],
)
def test_what_is_no_list_of_turns_is_refused(before: str) -> None:
    with pytest.raises(RequestError):
        HeardRequests().going_on_from(before, is_heard=False)
