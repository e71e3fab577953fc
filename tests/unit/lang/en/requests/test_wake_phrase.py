"""The wake phrase in front of a transcript."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.requests.wake_phrase import request_in


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hey Jarvis, what time is it?", "What time is it?"),
        ("hey jarvis what time is it", "What time is it"),
        ("Hey, Jarvis. Find 3.5 reports!", "Find 3.5 reports!"),
        ("Jarvis, delete the old files.", "Delete the old files."),
        ("Hey Jarvis, hey Jarvis, stop.", "Stop."),
        ("Hey Jarvis… stop.", "Stop."),
        ("Jarvis's notes", "Jarvis's notes"),
        ("Hey Jarvis.", ""),
        ("Jarvis", ""),
        ("Hey", ""),
        ("", ""),
        ("...", ""),
        ("What does Jarvis mean?", "What does Jarvis mean?"),
        ("what time is it", "what time is it"),
    ],
)
def test_a_leading_wake_phrase_is_no_part_of_the_request(text: str, rest: str) -> None:
    assert request_in(text) == rest
