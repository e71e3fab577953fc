"""Sound as values: the one PCM format inside the suite, chunks with a time, and a pre-roll ring.

Samples are 16-bit signed little-endian mono throughout, held as ``bytes`` so that this module needs no numpy.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

SAMPLE_RATE_HZ = 16_000
"""Rate of everything the ear handles."""
BYTES_PER_SAMPLE = 2
CHUNK_MS = 80
"""What a microphone delivers at once: the frame of the wake model, four frames of the voice detector."""
CHUNK_BYTES = SAMPLE_RATE_HZ * BYTES_PER_SAMPLE * CHUNK_MS // 1000


def duration_ms(pcm: bytes, rate_hz: int = SAMPLE_RATE_HZ) -> float:
    """Length of ``pcm`` in milliseconds."""
    return len(pcm) * 1000 / (BYTES_PER_SAMPLE * rate_hz)


def bytes_for_ms(length_ms: float, rate_hz: int = SAMPLE_RATE_HZ) -> int:
    """How many bytes ``length_ms`` of sound takes, a whole number of samples."""
    return int(length_ms * rate_hz / 1000) * BYTES_PER_SAMPLE


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """A piece of captured sound and when its first sample was taken (CLOCK_MONOTONIC, microseconds)."""

    pcm: bytes
    began_us: int

    @property
    def ended_us(self) -> int:
        """When the sample after the last one would be taken."""
        return self.began_us + round(duration_ms(self.pcm) * 1000)


class PreRoll:
    """The most recent ``length_ms`` of sound, so that a first syllable is not lost (A2)."""

    def __init__(self, length_ms: int) -> None:
        self._limit_bytes = bytes_for_ms(length_ms)
        self._chunks: deque[AudioChunk] = deque()
        self._held_bytes = 0

    def push(self, chunk: AudioChunk) -> None:
        """Add ``chunk`` and forget whole chunks that are no longer needed."""
        self._chunks.append(chunk)
        self._held_bytes += len(chunk.pcm)
        while self._chunks and self._held_bytes - len(self._chunks[0].pcm) >= self._limit_bytes:
            self._held_bytes -= len(self._chunks.popleft().pcm)

    def take(self) -> AudioChunk | None:
        """What is held, joined, cut to the length; the ring is empty afterwards."""
        if not self._chunks:
            return None
        end_us = self._chunks[-1].ended_us
        pcm = b"".join(chunk.pcm for chunk in self._chunks)[-self._limit_bytes :] if self._limit_bytes else b""
        self._chunks.clear()
        self._held_bytes = 0
        return AudioChunk(pcm=pcm, began_us=end_us - round(duration_ms(pcm) * 1000))
