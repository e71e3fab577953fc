"""When the microphone took each chunk, from times that are only about right. Pure.

A thread that waited for a processor tells a time that is too late, never one that is too early, and the samples
follow each other without a gap all the same; to the canceller a millisecond is another room. Two clocks drift
apart, so while nothing is played the times follow what is told.
"""

from __future__ import annotations

from collections import deque

from jarvisd.core.pcm import CHUNK_MS, AudioChunk

WINDOW_CHUNKS = 2000 // CHUNK_MS
"""Chosen: within two seconds a thread has its turn at once for once, on a machine that has any to give."""
JUMP_US = 20_000
"""Chosen: less than the drift of two minutes of speech, and more than a whole window of late turns."""

GAP_US = 500_000
"""Chosen: no thread is so late that also counts what waits in the device; the microphone was closed meanwhile."""


class SteadyTimes:
    """Takes every chunk of one microphone."""

    def __init__(self) -> None:
        self._next_us: int | None = None
        self._late_us: deque[int] = deque(maxlen=WINDOW_CHUNKS)

    def began_us(self, chunk: AudioChunk, *, may_follow: bool) -> tuple[int, bool]:
        """When ``chunk`` was taken, and whether that is another time than its samples tell.

        ``may_follow``: nobody minds if the times move a little.
        """
        if self._next_us is None or chunk.lost_ms:
            return self._begin(chunk), True
        self._late_us.append(chunk.began_us - self._next_us)
        if self._late_us[-1] > GAP_US:
            return self._begin(chunk), True
        late_us = min(self._late_us)
        is_full = len(self._late_us) == WINDOW_CHUNKS
        if late_us < -JUMP_US or (is_full and late_us > JUMP_US):
            return self._begin(chunk), True
        if may_follow and is_full:
            self._next_us += late_us
            self._late_us.clear()
        began_us, self._next_us = self._next_us, self._next_us + CHUNK_MS * 1000
        return began_us, False

    def _begin(self, chunk: AudioChunk) -> int:
        self._late_us.clear()
        self._next_us = chunk.ended_us
        return chunk.began_us
