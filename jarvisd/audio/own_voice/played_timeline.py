"""What the voice played of late, laid out in time at the ear's rate. Pure but for its resampler.

The voice tells of each block when it is to be played. Within a stream the samples follow each other without a gap,
whatever the times of its blocks say to the millisecond; where they say that the device ran dry, a stretch begins
anew. Positions are samples of 16 kHz since the clock began, set off by what the times may be wrong.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from jarvisd.audio.ports import Resampler
from jarvisd.core.pcm import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from jarvisd.core.played_ring import PlayedBlock

LEEWAY_SAMPLES = SAMPLE_RATE_HZ // 5
"""0.2 s. A device may be told to play later than it does, so everything counts as played so much earlier: an echo
is never before its sound. Chosen: more than a speaker holds."""
DRY_US = 30_000
"""Chosen: what comes so much later than the samples before it end has left a gap that is heard."""
KEPT_SAMPLES = 8 * SAMPLE_RATE_HZ
"""Four seconds from which the lag is measured, two of the longest lag, and a reserve."""
AUDIBLE_SAMPLES = 3 * SAMPLE_RATE_HZ
"""What was played longer ago is in no room any more: the longest lag and a second of reverberation."""


@dataclass(slots=True)
class _Stretch:
    start: int
    pcm: bytearray

    @property
    def end(self) -> int:
        return self.start + len(self.pcm) // BYTES_PER_SAMPLE


class PlayedTimeline:
    """Takes blocks in their order; a :class:`~jarvisd.audio.ports.PlayedSound`."""

    def __init__(self, resampler: Resampler) -> None:
        self._resampler = resampler
        self._stretches: deque[_Stretch] = deque()
        self._stream = 0
        self._ends_us = 0
        self._breaks = 0

    @property
    def breaks(self) -> int:
        """How often a stretch began."""
        return self._breaks

    def position(self, at_us: int) -> float:
        """Which sample was played at that time."""
        return at_us * SAMPLE_RATE_HZ / 1e6

    def samples(self, start: int, count: int) -> bytes:
        """So many from ``start`` on, zeros where nothing was played."""
        found = bytearray(BYTES_PER_SAMPLE * count)
        for stretch in self._stretches:
            first, end = max(start, stretch.start), min(start + count, stretch.end)
            if first < end:
                taken = stretch.pcm[2 * (first - stretch.start) : 2 * (end - stretch.start)]
                found[2 * (first - start) : 2 * (end - start)] = taken
        return bytes(found)

    def may_sound(self, at_us: int) -> bool:
        """Whether something that was played can be in what a microphone takes then."""
        last = self._stretches[-1].end if self._stretches else 0
        return bool(self._stretches) and self.position(at_us) < last + AUDIBLE_SAMPLES

    def take(self, block: PlayedBlock) -> None:
        """The next block."""
        if not block.pcm:
            self._cut(self._played_at(block.began_us))
            return
        if block.stream != self._stream or block.began_us > self._ends_us + DRY_US or not self._stretches:
            self._begin(block)
        self._stretches[-1].pcm += self._resampler.take(block.pcm)
        self._ends_us += len(block.pcm) // BYTES_PER_SAMPLE * 1_000_000 // block.rate_hz
        while self._stretches[0].end < self._stretches[-1].end - KEPT_SAMPLES:
            self._stretches.popleft()
        self._shorten()

    def missed(self) -> None:
        """Blocks are missing: the next one begins anew."""
        self._stream = 0

    def _begin(self, block: PlayedBlock) -> None:
        start = self._played_at(block.began_us)
        self._cut(start)
        self._resampler.begin(block.rate_hz)
        self._stream, self._ends_us = block.stream, block.began_us
        self._stretches.append(_Stretch(start, bytearray()))
        self._breaks += 1

    def _played_at(self, at_us: int) -> int:
        return round(self.position(at_us)) - LEEWAY_SAMPLES

    def _cut(self, position: int) -> None:
        """Nothing was played from ``position`` on."""
        self._stream = 0
        while self._stretches and self._stretches[-1].start >= position:
            self._stretches.pop()
        if self._stretches:
            last = self._stretches[-1]
            del last.pcm[2 * max(0, position - last.start) :]

    def _shorten(self) -> None:
        """Somebody who reads aloud for an hour is one stretch."""
        last = self._stretches[-1]
        surplus = last.end - last.start - 2 * KEPT_SAMPLES
        if surplus > 0:
            del last.pcm[: 2 * (surplus + KEPT_SAMPLES)]
            last.start += surplus + KEPT_SAMPLES
