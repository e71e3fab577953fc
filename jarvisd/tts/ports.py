"""What the voice needs from outside: something that turns text into sound, and something that plays it.

Sound is 16-bit signed little-endian mono. Failures are :class:`~jarvisd.core.errors.JarvisError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from jarvisd.config.voice import Tts

BLOCK_MS = 40
"""Longest piece of sound that is handed to a speaker at once."""
QUEUED_MS = 160
"""Most sound that a speaker holds ahead of the ear; what barge-in can leave behind at worst."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Sound of one chunk of text."""

    pcm: bytes
    rate_hz: int
    text: str = ""
    """The words in it, where it is speech that is being put out."""


class Synthesizer(Protocol):
    """Text to sound."""

    @property
    def engine(self) -> str:
        """Name, version and voice, for reports: ``"piper-tts 1.8.0 piper-joe"``."""
        ...

    def reconfigure(self, settings: Tts) -> None:
        """Speak with another volume and speed from the next chunk on, as far as the engine has such."""
        ...

    async def load(self) -> None:
        """Load the voice, once. MODEL_MISSING or MODEL_CORRUPT when it cannot be used."""
        ...

    async def synthesize(self, text: str) -> Speech:
        """The sound of ``text``, a sentence or a clause. Empty ``pcm`` when there is nothing to pronounce.

        Loads the voice first if needed. Raises TOOL_FAILED when the engine breaks. Cancelling the wait does not
        stop an engine that has begun.
        """
        ...

    async def close(self) -> None:
        """Release the voice; safe to call twice."""
        ...


class VolumeStore(Protocol):
    """Keeps the volume over restarts."""

    async def load(self) -> int | None:
        """The percent that was kept; ``None`` where there is none, or none that can be read."""
        ...

    async def save(self, percent: int) -> None:
        """Keep it durably; raises JarvisError when that fails."""
        ...


class Speaker(Protocol):
    """A sound output that plays one utterance at a time, in real time."""

    @property
    def engine(self) -> str:
        """Name, version and device, for reports: ``"alsa default"``."""
        ...

    async def check(self) -> None:
        """Raise SPEAKER_GONE or DISK_FULL when sound cannot be put out now."""
        ...

    async def begin(self, utterance_id: str, rate_hz: int) -> None:
        """Open the output for an utterance at ``rate_hz``; raises like :meth:`check`."""
        ...

    async def write(self, pcm: bytes) -> None:
        """Hand over at most ``BLOCK_MS`` of sound; returns once at most ``QUEUED_MS`` wait to be played.

        Raises SPEAKER_GONE or DISK_FULL when the output breaks.
        """
        ...

    async def finish(self) -> None:
        """Return when the last sample has been played and the output is closed."""
        ...

    async def stop(self) -> None:
        """Be silent now: drop what waits and close the output. Safe in silence; raises nothing."""
        ...

    def abandon(self) -> None:
        """Give up what does not return; the next :meth:`begin` or :meth:`check` opens the output anew."""
        ...
