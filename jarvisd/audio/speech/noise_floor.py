"""Steady sound is no speech: a voice detector that also follows how loud the room is by itself. Pure.

A detector by spectrum takes a fan or a hiss for speech for as long as it lasts, and then no request ever ends.
Speech rises and falls; what stays at one level is the room.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from operator import mul

from jarvisd.audio.ports import FRAME_MS, VoiceDetector

WINDOW_MS = 3000
"""Chosen: nobody speaks so long without a gap between words, and noise that begins is speech so long."""
FLOOR_SHARE = 0.1
"""Share of frames that are as quiet as the room while somebody speaks."""
RISE_DB = 4.0
"""Speech is this much louder than the floor. Frames of pink noise lie up to 3 dB above their quietest tenth."""
SMOOTH_FRAMES = 3
"""Frames whose mean is one level: single ones of a steady noise differ by several dB."""
LEAST_FRAMES = 1000 // FRAME_MS
"""Before so many the floor is not known, and the detector alone decides."""
MEASURED_FRAMES = WINDOW_MS // FRAME_MS + SMOOTH_FRAMES - 1
"""What was before these has no part in the floor."""


class NoiseFloor:
    """The level of the room, from the power of the last seconds' frames (mean square of 16-bit samples)."""

    def __init__(self) -> None:
        self._powers: deque[float] = deque(maxlen=SMOOTH_FRAMES)
        self._levels: deque[float] = deque()
        # The same in order: to sort them anew for every frame was a fifth of the ear's work in silence.
        self._ordered: list[float] = []

    def rises(self, power: float) -> bool:
        """Take the next frame: whether it is louder than the room."""
        self._powers.append(power)
        level_db = 10 * math.log10(1 + sum(self._powers) / len(self._powers))
        if len(self._levels) == WINDOW_MS // FRAME_MS:
            del self._ordered[bisect_left(self._ordered, self._levels.popleft())]
        self._levels.append(level_db)
        insort(self._ordered, level_db)
        if len(self._levels) < LEAST_FRAMES:
            return True
        floor_db = self._ordered[int(FLOOR_SHARE * len(self._ordered))]
        return level_db >= floor_db + RISE_DB


def power_of(frame: bytes) -> float:
    """Mean square of 16-bit samples; 0 for silence."""
    samples = memoryview(frame).cast("h")
    return float(sum(map(mul, samples, samples))) / max(1, len(samples))


class OverNoise:
    """``detector``, except that sound as steady as the room is surely no speech. Follows one stream.

    Levels are worked out only where the detector takes a frame for speech: in a quiet room that is never, and it
    was a third of the ear's work there (measured). Where it first does, the three seconds before take 2 ms.
    """

    def __init__(self, detector: VoiceDetector) -> None:
        self._detector = detector
        self._floor = NoiseFloor()
        self._unmeasured: deque[bytes] = deque(maxlen=MEASURED_FRAMES)

    @property
    def engine(self) -> str:
        """That of the detector."""
        return self._detector.engine

    def load(self) -> None:
        """Get ready, and forget the room."""
        self._floor = NoiseFloor()
        self._unmeasured.clear()
        self._detector.load()

    def is_speech(self, frame: bytes) -> bool:
        """Whether a 20 ms frame surely is speech: it sounds so, and it is louder than the room."""
        # Both see every frame, because both adapt to the noise.
        self._unmeasured.append(frame)
        if not self._detector.is_speech(frame):
            return False
        rises = [self._floor.rises(power_of(it)) for it in self._unmeasured]
        self._unmeasured.clear()
        return rises[-1]

    def may_be_speech(self, frame: bytes) -> bool:
        """Whether a 20 ms frame could be speech, however loud."""
        return self._detector.may_be_speech(frame)
