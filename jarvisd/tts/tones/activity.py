"""How the whole suite stands, in one word, for a light or a screen. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from jarvisd.core.states import TurnState


class Activity(str, Enum):
    """The ``Activity`` property."""

    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"
    ASKING = "asking"
    """Somebody is asked, and an answer awaited."""
    MUTED = "muted"
    ERROR = "error"
    """Nobody listens or nobody thinks: the ear or the brain is gone or cannot work."""


_THINKING = frozenset({TurnState.TRANSCRIBING.value, TurnState.REASONING.value, TurnState.EXECUTING.value})


@dataclass(slots=True)
class Standing:
    """What is known of the units."""

    is_there: bool = False
    """Whether the ear and the brain are on the bus."""
    is_deaf: bool = False
    """Whether no sound arrives, and not because that is wanted."""
    is_muted: bool = False
    turn: str = TurnState.IDLE.value
    is_speaking: bool = False

    @property
    def activity(self) -> Activity:
        """The most telling word: what is going on before how things are."""
        if self.turn == TurnState.AWAITING_CONFIRM.value:
            return Activity.ASKING
        if self.is_speaking:
            return Activity.SPEAKING
        if self.turn == TurnState.LISTENING.value:
            return Activity.LISTENING
        if self.turn in _THINKING or self.turn == TurnState.RESPONDING.value:
            return Activity.THINKING
        if self.is_muted:
            return Activity.MUTED
        return Activity.IDLE if self.is_there and not self.is_deaf else Activity.ERROR
