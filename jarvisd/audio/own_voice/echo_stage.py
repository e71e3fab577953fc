"""Takes our own voice out of what the microphone took, before anybody hears it. Pure but for its engines.

What was played is set off by the lag that was found, so that the canceller's filter begins just before the echo.
When the lag has been found anew the canceller learns the room from the last seconds at once, several times over.
"""

from __future__ import annotations

import statistics
from array import array
from collections import deque
from dataclasses import dataclass
from math import floor, log10

from jarvisd.audio.own_voice.echo_path import EchoPath
from jarvisd.audio.ports import EchoCanceller, PlayedSound, StreamAlignment
from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, SAMPLE_RATE_HZ, AudioChunk, bytes_for_ms

CHUNK_SAMPLES = CHUNK_BYTES // 2
MARGIN_SAMPLES = 160
"""10 ms. The filter begins so much before the echo, which may come earlier than it seems."""
HISTORY_CHUNKS = 4000 // CHUNK_MS
"""Sound from which the lag is measured. Chosen: two seconds are enough in quiet."""
MEASURED_CHUNKS = 2000 // CHUNK_MS
"""Of which, once it is known about where. Chosen: the less it changes meanwhile, the sharper it is seen."""
MEASURED_EVERY_CHUNKS = 6
LONGEST_LAG_SAMPLES = 2 * SAMPLE_RATE_HZ
AROUND_SAMPLES = 32
"""More than the resampler looks at on both sides."""
AUDIBLE = 30
"""Of 32768: what is played below is not heard over any noise."""
SILENT_CHUNKS = 1000 // CHUNK_MS
"""What was played before is in no room any more, whatever its lag within the filter."""
FRAME_BYTES = bytes_for_ms(20)
OURS_ALONE = 10 ** (9 / 10)
"""A frame of which the canceller takes out so much holds nobody else: of one who is 5 dB weaker it takes 6 dB."""
LEFT_OF_OURS = 0.1
"""What is left of such a frame is made so much weaker, that it is no speech for the voice detector."""
LEARNING_PASSES = 2
LEARNS_AGAIN_AT = (6, 12, 25)
"""Chunks of our voice after which the room is learnt once more from all of them; alone the filter takes long."""


@dataclass(frozen=True, slots=True)
class _Piece:
    near: bytes
    far: bytes


class EchoStage:
    """One microphone and one loudspeaker. ``told_lag`` is about how much later the echo is, in samples. Blocks."""

    def __init__(
        self, canceller: EchoCanceller, alignment: StreamAlignment, played: PlayedSound, told_lag: float
    ) -> None:
        self._canceller = canceller
        self._alignment = alignment
        self._played = played
        self._path = EchoPath(told_lag)
        self._pieces: deque[_Piece] = deque(maxlen=HISTORY_CHUNKS)
        self._quiet_chunks = SILENT_CHUNKS
        self._heard_chunks = 0
        self._breaks = played.breaks
        self._reductions_db: list[float] = []

    def clean(self, chunk: AudioChunk) -> AudioChunk:
        """``chunk`` without our voice; the same while nothing was played for a second."""
        position = round(self._played.position(chunk.began_us))
        if chunk.lost_ms:
            self.forget()
        if self._breaks != self._played.breaks:
            self._renew()
        far = self._aligned(position)
        is_audible = loudness(far) > AUDIBLE
        self._quiet_chunks = 0 if is_audible else self._quiet_chunks + 1
        if self._quiet_chunks >= SILENT_CHUNKS:
            self._pieces.clear()
            return chunk
        cleaned = self._canceller.cancel(chunk.pcm, far)
        self._pieces.append(_Piece(chunk.pcm, far))
        if is_audible:
            self._heard_chunks += 1
            self._note(chunk.pcm, cleaned)
            if self._heard_chunks % MEASURED_EVERY_CHUNKS == 0:
                self._measure(position)
            if self._heard_chunks in LEARNS_AGAIN_AT:
                self._learn_again()
            cleaned = without_rest(chunk.pcm, cleaned)
        return AudioChunk(cleaned, chunk.began_us, chunk.lost_ms)

    @property
    def reduction_db(self) -> float | None:
        """How much quieter the sound was behind the canceller than before it, while something was played.

        The median of all chunks, so that who speaks over it for less than half of the time plays no role; ``None``
        where nothing was played.
        """
        return statistics.median(self._reductions_db) if self._reductions_db else None

    def _aligned(self, position: int) -> bytes:
        """What is in the microphone's chunk at ``position`` of what was played."""
        start = position - self._path.lag_at(position) + MARGIN_SAMPLES
        first = floor(start) - AROUND_SAMPLES
        sound = self._played.samples(first, CHUNK_SAMPLES + 2 * AROUND_SAMPLES)
        return self._alignment.shifted(sound, start - first, 1.0 - self._path.drift, CHUNK_SAMPLES)

    def _measure(self, position: int) -> None:
        recent = list(self._pieces)[-MEASURED_CHUNKS:] if self._path.is_found else list(self._pieces)
        near = b"".join(piece.near for piece in recent)
        count = len(near) // 2
        end = position + CHUNK_SAMPLES
        far = self._played.samples(end - count - LONGEST_LAG_SAMPLES, count + LONGEST_LAG_SAMPLES)
        # The lag changes all the while; what is found is that of the middle.
        if not self._path.measured(end - count // 2, self._alignment.lag(near, far)):
            return
        first = end - CHUNK_SAMPLES * len(self._pieces)
        again = [
            _Piece(piece.near, self._aligned(first + number * CHUNK_SAMPLES))
            for number, piece in enumerate(self._pieces)
        ]
        self._pieces.clear()
        self._pieces.extend(again)
        self._learn_again()

    def _learn_again(self) -> None:
        self._canceller.reset()
        for _ in range(LEARNING_PASSES):
            for piece in self._pieces:
                self._canceller.cancel(piece.near, piece.far)

    def forget(self) -> None:
        """The streams have lost each other: what was learnt is of another time."""
        self._pieces.clear()
        self._canceller.reset()

    def _renew(self) -> None:
        """What is played has begun anew; the room is the same, and the lag nearly."""
        self._breaks = self._played.breaks
        self._pieces.clear()
        self._path.renew()
        self._heard_chunks = 0

    def _note(self, near: bytes, cleaned: bytes) -> None:
        before, after = power(near), power(cleaned)
        if before > AUDIBLE:
            self._reductions_db.append(10 * log10(before / max(after, 1.0)))


class PlayedOnce:
    """A sound whose first sample was handed to the loudspeaker at ``began_us``."""

    breaks = 0

    def __init__(self, pcm: bytes, began_us: int) -> None:
        self._pcm = pcm
        self._began_us = began_us

    def position(self, at_us: int) -> float:
        """Which sample of it was handed over then; below zero before it began."""
        return (at_us - self._began_us) * SAMPLE_RATE_HZ / 1e6

    def samples(self, start: int, count: int) -> bytes:
        """So many samples from ``start`` on, zeros where there are none."""
        end = start + count
        before = bytes(2 * min(count, max(0, -start)))
        inside = self._pcm[2 * max(0, start) : 2 * max(0, end)]
        return (before + inside).ljust(2 * count, b"\0")


def without_rest(near: bytes, cleaned: bytes) -> bytes:
    """``cleaned`` with what is left of our voice weaker where nobody else speaks."""
    made = array("h")
    for start in range(0, len(cleaned), FRAME_BYTES):
        frame = array("h", cleaned[start : start + FRAME_BYTES])
        is_ours = power(near[start : start + FRAME_BYTES]) > OURS_ALONE * power(frame.tobytes())
        made.extend([round(LEFT_OF_OURS * sample) for sample in frame] if is_ours else frame)
    return made.tobytes()


def power(pcm: bytes) -> float:
    """Mean square of samples."""
    samples = array("h", pcm)
    return sum(sample * sample for sample in samples) / max(1, len(samples))


def loudness(pcm: bytes) -> float:
    """Root of it."""
    return float(power(pcm) ** 0.5)
