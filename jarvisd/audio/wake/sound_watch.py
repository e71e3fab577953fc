"""Whether what a microphone gives can be heard at all: dead silence, clipping, lost and late sound. Pure."""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass

from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.pcm import AudioChunk, duration_ms

LATE_MS = 500.0
"""Chosen: sound that is handed on later than this after it was taken makes every answer noticeably late."""
FULL_SCALE = 32_760
"""Chosen: eight steps below the largest sample, which converters of rates do not reach exactly."""
CLIPPED_SAMPLES = 13
"""Chosen: one in a hundred of a chunk at full scale is distortion that is heard, a single peak is not."""
CLIPPED_CHUNKS = 12
CLIP_WINDOW_S = 10.0
"""Both chosen: a second of distortion within ten is no door that was slammed."""


@dataclass
class CaptureCounts:
    """What became of the sound since the unit started."""

    chunks: int = 0
    """Of 80 ms, handed on."""
    overruns: int = 0
    """How often sound was lost before one of them."""
    lost_ms: int = 0
    """How much that was, as far as the clock tells."""
    late_chunks: int = 0
    """Handed on more than :data:`LATE_MS` after they were taken."""
    openings: int = 0
    """How often the device was opened."""


class SoundWatch:
    """Judges sound chunk by chunk. ``dead_after_s`` of nothing but zeros are a dead microphone; 0 is never."""

    def __init__(self, dead_after_s: float) -> None:
        self._dead_after_ms = dead_after_s * 1000
        self._zeros_ms = 0.0
        self._clipped_us: deque[int] = deque(maxlen=CLIPPED_CHUNKS)
        self.counts = CaptureCounts()
        self.problem: JarvisError | None = None
        """What keeps this sound from being understood: MICROPHONE_SILENT or MICROPHONE_CLIPPED."""

    @property
    def is_dead(self) -> bool:
        """Whether nothing at all can be heard."""
        return self.problem is not None and self.problem.code is ErrorCode.MICROPHONE_SILENT

    def reset(self) -> None:
        """Another device is opened: what the one before gave counts no more."""
        self._zeros_ms, self.problem = 0.0, None
        self._clipped_us.clear()

    def take(self, chunk: AudioChunk, now_us: int) -> bool:
        """Judge the next chunk, which is handed on now; whether ``problem`` is another one since."""
        counts = self.counts
        counts.chunks += 1
        counts.late_chunks += now_us - chunk.ended_us > LATE_MS * 1000
        if chunk.lost_ms:
            counts.overruns += 1
            counts.lost_ms += round(chunk.lost_ms)
        self._zeros_ms = 0.0 if chunk.pcm.strip(b"\0") else self._zeros_ms + duration_ms(chunk.pcm)
        if _is_clipped(chunk.pcm):
            self._clipped_us.append(chunk.ended_us)
        before, self.problem = self.problem, self._judge(chunk.ended_us)
        return (before and before.code) != (self.problem and self.problem.code)

    def _judge(self, now_us: int) -> JarvisError | None:
        if 0 < self._dead_after_ms <= self._zeros_ms:
            text = (
                f"it has given nothing but zeros for {self._dead_after_ms / 1000:g} s, as if it were switched off"
            )
            return Unavailable(text, code=ErrorCode.MICROPHONE_SILENT)
        is_full = len(self._clipped_us) == CLIPPED_CHUNKS
        if is_full and now_us - self._clipped_us[0] <= CLIP_WINDOW_S * 1e6:
            return Unavailable("it is too loud and distorts", code=ErrorCode.MICROPHONE_CLIPPED)
        return None


def _is_clipped(pcm: bytes) -> bool:
    # The upper bytes of what is so loud: nearly all sound has none, and to look at every sample takes far longer.
    upper = pcm[1::2]
    if b"\x7f" not in upper and b"\x80" not in upper:
        return False
    return sum(abs(sample) >= FULL_SCALE for sample in array("h", pcm)) >= CLIPPED_SAMPLES
