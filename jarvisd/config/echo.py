"""The section of our own voice in the microphone's sound."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.config.keys import choice


@dataclass(frozen=True, slots=True)
class Echo:
    """Our own voice in the microphone's sound."""

    engine: str = choice(
        "speexdsp",
        "What takes it out of recordings, and of live sound while the voice plays.",
        "speexdsp",
        "none",
        engine=True,
    )
