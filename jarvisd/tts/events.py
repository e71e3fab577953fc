"""What the voice tells the rest of the suite, as frozen values: the signals of its interface."""

from __future__ import annotations

from collections.abc import Callable

from jarvisd.bus.signals.tts import SpeakingFinished, SpeakingStarted

Event = SpeakingStarted | SpeakingFinished
Emit = Callable[[Event], None]
