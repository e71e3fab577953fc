"""Replies that travel as dictionaries (``a{sv}``), as one class for who answers and who asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class AnswerReply:
    """The reply of ``ListenForAnswer``; times are CLOCK_MONOTONIC microseconds, 0 without speech."""

    outcome: str
    """``speech``, ``silence`` or ``cancelled``."""
    heard: str = ""
    confidence: float = 0.0
    """0 to 1."""
    heard_again: str = ""
    """What the same sound says when it is read once more with example answers in mind."""
    confidence_again: float = 0.0
    """0 to 1, of ``heard_again``."""
    speech_began_us: int = 0
    speech_ended_us: int = 0
    live: bool = False
    """From the live microphone, not from a file or a test feed."""
    quiet_before: bool = False
    """Nobody else was heard, before the question or since: only our own voice and what was said to us."""

    def to_plain(self) -> dict[str, Any]:
        """The keys and values of the dictionary; whole numbers are of type ``t``."""
        return asdict(self)

    @classmethod
    def from_plain(cls, reply: Mapping[str, Any]) -> AnswerReply:
        """What a dictionary tells; what is missing or of another type counts against consent."""
        silence = cls("silence")
        plain = {field.name: getattr(silence, field.name) for field in fields(cls)}
        told = {name: reply[name] for name, value in plain.items() if type(reply.get(name)) is type(value)}
        return cls(**{**plain, **told})
