"""What an utterance surely means, whatever the language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from jarvisd.core.planning.plan import Plan


class Control(str, Enum):
    """What the suite does with itself."""

    STOP = "stop"
    MUTE = "mute"
    UNMUTE = "unmute"
    STATUS = "status"
    UNDO = "undo"
    REPEAT = "repeat"
    RECOUNT = "recount"
    """Say what was asked last and what came of it."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What an utterance surely means: a control, or else a plan."""

    control: Control | None = None
    plan: Plan | None = None
    count: int = 1
    """How many changes are to be undone."""
    sentence: str = ""
    """The template that the request fits, several joined by " + ", a tool in brackets where words alone said it.
    Empty for a single request that words alone say."""
