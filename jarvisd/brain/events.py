"""What the brain tells the rest of the suite, as frozen values: the signals of its interface."""

from __future__ import annotations

from collections.abc import Callable

from jarvisd.bus.signals.brain import ReplyPart, ReplySpoken, StateChanged, TurnFinished, TurnStarted

Event = TurnStarted | StateChanged | ReplyPart | ReplySpoken | TurnFinished
Emit = Callable[[Event], None]
