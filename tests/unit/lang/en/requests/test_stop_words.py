"""Words that stop without the wake word: a closed list, and all that was said."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.requests.stop_words import example, is_stop


@pytest.mark.parametrize(
    "heard",
    ["Stop.", "Wait!", "Hold on.", "Okay, stop.", "OK stop", "Never mind.", "Cancel.", "Stop, stop, stop!",
     "Hey Jarvis, stop.", "Please stop.", "Wait, wait.", "That's enough.", "Stop, please.",
     "Hold on. Hold on.", "Okay stop, okay stop.", "never mind never mind never mind"],
)  # fmt: skip
def test_it_stops(heard: str) -> None:
    assert is_stop(heard)


@pytest.mark.parametrize(
    "heard",
    ["", "...", "Stop the kitchen timer.", "The bus stop.", "Don't stop.", "I can't wait.", "Go on.", "No.",
     "Yes.", "Wait for me.", "She told him to stop.", "okay", "Top.", "hold on to it",
     "hold on hold", "hold on hold it on", "stop stop the timer", "okay stop okay"],
)  # fmt: skip
def test_it_does_not(heard: str) -> None:
    assert not is_stop(heard)


def test_the_example_as_a_whole_stops_nothing() -> None:
    """A transcriber that hears noise may say it back."""
    assert not is_stop(example())
