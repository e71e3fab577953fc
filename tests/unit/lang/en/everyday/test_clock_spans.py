"""How long it is until a time of day."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from jarvisd.lang.en.everyday.clock_spans import clock_span
from jarvisd.lang.en.requests.intents import recognise

NOW = datetime(2026, 3, 14, 14, 50, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("How long until midnight?", 33_000),
        ("how long is it until noon", 76_200),
        ("please, how long until noon", 76_200),
        ("How many minutes until 5 pm?", 7_800),
        ("tell me how many hours till ten pm", 25_800),
        ("how much time is there before half past four", 6_000),
        ("so how much longer until three o'clock", 600),
    ],
)
def test_it_is_counted_from_now(asked: str, seconds: int) -> None:
    span = clock_span(asked, NOW)
    assert span is not None
    assert span.seconds == seconds
    intent = recognise(asked)
    assert intent is not None
    assert intent.plan is not None
    assert [(step.tool, dict(step.args)) for step in intent.plan.actions] == [("get_time", {"what": "time"})]


@pytest.mark.parametrize(
    "asked",
    [
        "how long until christmas",
        "how many days until the first of may",
        "how long until the pasta timer ends",
        "how long is left on the timer",
        "how long until the next bus",
        "how long until it is done",
        "wait until midnight",
    ],
)
def test_what_is_no_time_of_day_is_none_of_these(asked: str) -> None:
    assert clock_span(asked, NOW) is None
