"""Sound as values: the one PCM format inside the suite, and chunks with a time.

Samples are 16-bit signed little-endian mono throughout, held as ``bytes`` so that this module needs no numpy.
"""

from __future__ import annotations

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
    lost_ms: float = 0.0
    """How much sound was lost just before it, because nobody took it in time."""

    @property
    def ended_us(self) -> int:
        """When the sample after the last one would be taken."""
        return self.began_us + round(duration_ms(self.pcm) * 1000)
