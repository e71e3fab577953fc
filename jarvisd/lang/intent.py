"""What an utterance surely means, whatever the language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from jarvisd.core.planning.plan import Plan


class Control(str, Enum):
    """What the suite does with itself."""

    STOP = "stop"
    MUTE = "mute"
    UNMUTE = "unmute"
    STATUS = "status"
    VOLUME = "volume"
    """Tell how loudly it speaks, or change that."""
    UNDO = "undo"
    REPEAT = "repeat"
    HELP = "help"
    """Say what can be asked for."""
    INTRODUCE = "introduce"
    """Say what it is."""
    GREET = "greet"
    THANK = "thank"
    PART = "part"
    GOOD_NIGHT = "good_night"
    """Answer courtesy with courtesy."""
    RECOUNT = "recount"
    """Say what was asked last and what came of it."""


@dataclass(frozen=True, slots=True)
class VolumeChange:
    """How loudly is to be spoken from now on; neither of them only asks."""

    to_percent: int | None = None
    """0 to 100; more is for the voice to refuse."""
    by_percent: int = 0


ONLY_TOLD = VolumeChange()
"""Nothing changes."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What an utterance surely means: a control, or else a plan."""

    control: Control | None = None
    plan: Plan | None = None
    count: int = 1
    """How many changes are to be undone."""
    volume: VolumeChange = ONLY_TOLD
    """With the control of that name."""
    sentence: str = ""
    """The template that the request fits, several joined by " + ", a tool in brackets where words alone said it.
    Empty for a single request that words alone say."""


class AddedIntents(Protocol):
    """Requests that sentences of an administrator or of plugins fit."""

    def recognise(self, text: str) -> Intent | None:
        """The intent of a transcript that nothing of the suite's own fits; ``None`` when none does for sure."""
        ...
