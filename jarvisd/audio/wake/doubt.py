"""Which doubtful detections of the wake word are worth a question. Pure."""

from __future__ import annotations

from dataclasses import dataclass

SAME_CALL_US = 800_000
"""Scores so soon after another are about the same words. Chosen: "hey jarvis" takes so long, spoken calmly."""


@dataclass(frozen=True, slots=True)
class Detection:
    """The wake word ended at ``at_us``; ``score`` is from 0 to 1."""

    at_us: int
    score: float
    is_verified: bool | None = None
    """Whether the transcriber heard it too; ``None``: it was not asked."""
    word: str = ""
    """The phrase, as the settings have it; empty for the first wake word."""


class DoubtfulCalls:
    """Remembers what was asked last. The scores of one call rise and fall, and one question is enough for it."""

    def __init__(self) -> None:
        self._asked: Detection | None = None

    def is_new(self, found: Detection) -> bool:
        """Whether to ask about ``found``: other words than those of the last question, or surer of the same."""
        last = self._asked
        is_same = last is not None and found.word == last.word and found.at_us - last.at_us < SAME_CALL_US
        if last is not None and is_same and found.score <= last.score:
            return False
        self._asked = found
        return True
