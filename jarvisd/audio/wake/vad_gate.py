"""When the wake model looks at all: only around sound that could be speech. Pure.

Scoring every chunk costs a few percent of a core for ever. The gate keeps the last two seconds, and when something
that could be speech begins it hands them all over: the model sees the same as if it had looked all the time.
It keeps more than that, for who asks later what was said.
"""

from __future__ import annotations

from collections import deque

from jarvisd.audio.speech.utterance import VadChunk
from jarvisd.core.pcm import CHUNK_MS

BACKLOG_MS = 2400
"""What the wake model remembers (16 features of 80 ms over 760 ms windows), and a little more."""
KEPT_MS = 10_000
"""Chosen: while a wake word is in doubt or a transcript awaited, what is said next is lost only after this."""
HOLD_MS = 2000
"""Quiet after which the model rests."""


class VadGate:
    """Holds the most recent sound and decides which of it to score."""

    def __init__(self, *, is_gated: bool = True) -> None:
        self._recent: deque[VadChunk] = deque(maxlen=KEPT_MS // CHUNK_MS)
        self._is_gated = is_gated
        self._unscored = 0
        self._open_for = 0

    def push(self, heard: VadChunk) -> list[VadChunk]:
        """Remember a chunk; what to score now, oldest first, which may be nothing."""
        self.keep(heard)
        if heard.may_be_speech or not self._is_gated:
            self._open_for = HOLD_MS // CHUNK_MS
        if self._open_for == 0:
            return []
        self._open_for -= 1
        count, self._unscored = self._unscored, 0
        return list(self._recent)[-count:]

    def keep(self, heard: VadChunk) -> None:
        """Remember a chunk without asking for a score."""
        self._recent.append(heard)
        self._unscored = min(self._unscored + 1, BACKLOG_MS // CHUNK_MS)

    def recent(self, length_ms: int) -> list[VadChunk]:
        """The chunks of the last ``length_ms``, rounded up to whole chunks."""
        count = -(-length_ms // CHUNK_MS)
        return list(self._recent)[-count:] if count else []

    def since(self, at_us: int) -> list[VadChunk]:
        """The chunks that ended after ``at_us``."""
        return [heard for heard in self._recent if heard.chunk.ended_us > at_us]

    def clear(self) -> None:
        """Forget everything, so that words of a finished request wake nobody."""
        self._recent.clear()
        self._unscored = self._open_for = 0
