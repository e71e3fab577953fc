"""What a press of the button means: short or held. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Press(Enum):
    """How long the button was down."""

    SHORT = "short"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class KeyMove:
    """The button went down or came up."""

    is_down: bool
    at_us: int
    """By the clock of the device, which tells the lengths of presses that are read late."""


class PressRule:
    """Makes presses of moves. A press that is held is told while the button is still down, so that it is felt."""

    def __init__(self, hold_ms: int) -> None:
        self._hold_us = hold_ms * 1000
        self._down: KeyMove | None = None
        self._due_us = 0

    def moved(self, move: KeyMove, now_us: int) -> Press | None:
        """Take a move, which is read now; the press that ends with it.

        A button that was down before anybody listened, or was told as held already, ends none.
        """
        if move.is_down:
            if self._down is None:
                self._down, self._due_us = move, now_us + self._hold_us
            return None
        down, self._down = self._down, None
        if down is None:
            return None
        return Press.HELD if move.at_us - down.at_us >= self._hold_us else Press.SHORT

    def left_s(self, now_us: int) -> float | None:
        """Until the button, if it stays down, is held; ``None`` while it is up or was told."""
        return None if self._down is None else max(0, self._due_us - now_us) / 1e6

    def passed(self, now_us: int) -> Press | None:
        """Time has passed and every move that there is was taken."""
        if self._down is None or now_us < self._due_us:
            return None
        self._down = None
        return Press.HELD
