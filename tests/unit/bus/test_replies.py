"""Replies that travel as dictionaries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jarvisd.bus.replies import AnswerReply
from jarvisd.bus.service.service import plain, variants

YES = AnswerReply("speech", "yes", 0.9, "yeah", 0.8, 5, 9, live=True, quiet_before=True)


def test_an_answer_arrives_as_it_was_heard() -> None:
    assert AnswerReply.from_plain(plain(variants(**YES.to_plain()))) == YES


TOLD: dict[str, Any] = plain(variants(**YES.to_plain()))
OTHER_KINDS: list[Any] = [None, [], "true", True, 1, 1.5, b"yes"]


@pytest.mark.parametrize(
    ("key", "value"), [(key, other) for key in TOLD for other in OTHER_KINDS if type(other) is not type(TOLD[key])]
)
def test_what_is_of_another_kind_counts_against_consent(key: str, value: Any) -> None:
    """A10: nothing that was not surely heard is a yes."""
    expected = replace(YES, **{key: getattr(AnswerReply("silence"), key)})
    assert AnswerReply.from_plain({**TOLD, key: value}) == expected


@pytest.mark.parametrize("key", TOLD)
def test_what_is_missing_counts_against_consent(key: str) -> None:
    expected = replace(YES, **{key: getattr(AnswerReply("silence"), key)})
    assert AnswerReply.from_plain({name: value for name, value in TOLD.items() if name != key}) == expected
    assert AnswerReply.from_plain({}) == AnswerReply("silence")
