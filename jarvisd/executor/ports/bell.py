"""What makes a due timer heard until somebody comes."""

from __future__ import annotations

from typing import Protocol


class Bell(Protocol):
    """The tts unit as timers use it. Errors: UNIT_DOWN, SPEAKER_GONE, TIMEOUT, BUSY."""

    async def ring(self, timer_id: str, text: str, limit_s: float) -> None:
        """Begin to ring, with ``text`` said in between, for at most so long; how it ended is told elsewhere."""
        ...

    async def stop(self, timer_id: str) -> None:
        """End what rings for this timer; safe where nothing does."""
        ...
