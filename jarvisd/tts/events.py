"""What the voice tells the rest of the suite, as frozen values: the signals of its interface."""

from __future__ import annotations

from collections.abc import Callable

from jarvisd.bus.signals.tts import ClauseStarted, RingingEnded, SpeakingFinished, SpeakingStarted

Event = SpeakingStarted | ClauseStarted | SpeakingFinished | RingingEnded
Emit = Callable[[Event], None]
