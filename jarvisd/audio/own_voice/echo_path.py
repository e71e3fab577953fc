"""The way of our own voice from the loudspeaker to the microphone: how long it takes, and how that changes. Pure.

Two devices have two clocks, so the lag drifts; buffers run over or are filled up, so it jumps. Lags and positions,
those of what the microphone took, are samples of 16 kHz.
"""

from __future__ import annotations

import statistics
from collections import deque
from itertools import combinations

from jarvisd.audio.ports import MeasuredLag
from jarvisd.core.pcm import SAMPLE_RATE_HZ

CERTAIN = 9.0
"""Measured: where there is no echo it is at most 7 (``adapters/echo/alignment``)."""
JUMP_SAMPLES = 128
"""8 ms. Chosen: reflections lie as near, and a filter of 256 ms does not mind them."""
SAME_SAMPLES = 32
"""Two measurements that differ by less say the same."""
EXACT_SAMPLES = 1
"""A measurement is exact to the sample: what differs by so much is what the filter has learnt."""
KEPT = 60
"""Measurements from which the drift is found: half a minute."""
DRIFT_AFTER_SAMPLES = 3 * SAMPLE_RATE_HZ // 2
"""A quarter of a sample of error in so much is 10 ppm; the longer, the less."""
OTHER_DRIFT = 15e-6
"""Chosen: where the drift proves to be so different, what was learnt has been blurred by it."""
MOST_DRIFT = 300e-6
"""Chosen: cheap crystals are off by 100 ppm, two of them by 200."""


class EchoPath:
    """``lag_at`` what position; told of each measurement, ``measured`` tells whether the way is another one."""

    def __init__(self, lag: float) -> None:
        self._lag = lag
        self._position = 0
        self._drift = 0.0
        self._known: deque[tuple[int, float]] = deque(maxlen=KEPT)
        self._doubtful: MeasuredLag | None = None
        self.is_found = False
        """Whether the lag was measured, or else only told."""
        self._was_found = False

    def renew(self) -> None:
        """The lag is only about what it was: how it went on from one measurement to the next counts no more."""
        self._known.clear()
        self._doubtful, self.is_found = None, False

    @property
    def drift(self) -> float:
        """How much longer the way gets in a sample of time."""
        return self._drift

    def lag_at(self, position: int) -> float:
        """How much later the microphone took then what is played."""
        return self._lag + self._drift * (position - self._position)

    def measured(self, position: int, found: MeasuredLag) -> bool:
        """Take a measurement; whether everything learnt of the way is of no use any more."""
        if found.certainty < CERTAIN:
            return False
        if self.is_found and abs(found.samples - self.lag_at(position)) > JUMP_SAMPLES:
            before, self._doubtful = self._doubtful, found
            if before is None or abs(before.samples - found.samples) > SAME_SAMPLES:
                return False
            self._known.clear()
            self.is_found = False
        self._doubtful = None
        self._known.append((position, found.samples))
        if not self.is_found:
            is_same = self._was_found and abs(found.samples - self.lag_at(position)) <= EXACT_SAMPLES
            self._lag = self.lag_at(position) if is_same else float(found.samples)
            self._position, self.is_found, self._was_found = position, True, True
            return not is_same
        return self._follow(position)

    def _follow(self, position: int) -> bool:
        """From here on the lag changes as it did; what it is by now stays, because the filter has learnt it."""
        if self._known[-1][0] - self._known[0][0] < DRIFT_AFTER_SAMPLES:
            return False
        # The median of all slopes (Theil and Sen): a reflection that was louder for once plays no role.
        slopes = [(later - lag) / (at - since) for (since, lag), (at, later) in combinations(self._known, 2)]
        self._lag, self._position = self.lag_at(position), position
        before, self._drift = self._drift, max(-MOST_DRIFT, min(MOST_DRIFT, statistics.median(slopes)))
        return abs(self._drift - before) > OTHER_DRIFT
