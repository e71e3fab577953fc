"""Watching for the wake word: which sound is scored, in which lane, and what counts as a detection."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from jarvisd.audio.ports import WakeDetector
from jarvisd.audio.speech.utterance import VadChunk
from jarvisd.audio.wake.vad_gate import VadGate
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Detection:
    """The wake word ended at ``at_us``; ``score`` is from 0 to 1."""

    at_us: int
    score: float


CERTAIN_SCORE = 0.9
"""A score that is reported at once; a lower one may still be rising, so the next 80 ms are looked at first."""


class ScorePeak:
    """Finds the highest of a run of scores from ``threshold`` up. Pure."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._best: Detection | None = None

    def push(self, at_us: int, score: float) -> Detection | None:
        """Take the next score; the detection once it is certain or the scores have stopped rising."""
        best = self._best
        is_rising = score >= self._threshold and (best is None or score > best.score)
        if is_rising:
            self._best = best = Detection(at_us, score)
        if best is None or (is_rising and score < CERTAIN_SCORE):
            return None
        self._best = None
        return best


def score_until(detector: WakeDetector, pieces: Sequence[VadChunk], peak: ScorePeak) -> Detection | None:
    """Score ``pieces`` in order until ``peak`` has found a detection. Blocks."""
    for heard in pieces:
        if found := peak.push(heard.chunk.ended_us, detector.score(heard.chunk.pcm)):
            return found
    return None


class WakeStage:
    """The wake word in the live sound. ``heartbeat`` is due while the model looks at a chunk."""

    def __init__(
        self,
        detector: Component[WakeDetector],
        gate: VadGate,
        workers: Workers,
        heartbeat: Heartbeat,
        *,
        threshold: float,
    ) -> None:
        self.gate = gate
        self._detector = detector
        self._workers = workers
        self._heartbeat = heartbeat
        self._peak = ScorePeak(threshold)
        self._is_stale = False

    def reconfigure(self, threshold: float) -> None:
        """Another threshold from the next chunk on."""
        self._peak = ScorePeak(threshold)

    async def hear(self, heard: VadChunk, not_before_us: int) -> Detection | None:
        """Take the next chunk; a detection unless it ended before ``not_before_us``."""
        detector = self._detector.now
        if detector is None:
            self.gate.keep(heard)
            return None
        pieces = self.gate.push(heard)
        if not pieces:
            return None
        found = await self._look(detector, pieces)
        if found is None:
            return None
        # What was found once must not be found again in what the model still remembers.
        self._is_stale = True
        logger.debug("wake word score=%.3f at_us=%d", found.score, found.at_us)
        return found if found.at_us >= not_before_us else None

    def rest(self, heard: VadChunk) -> None:
        """Take a chunk while something else has the ear."""
        self.gate.keep(heard)

    def restart(self) -> None:
        """Forget all sound so far."""
        self.gate.clear()
        self._is_stale = True

    async def _look(self, detector: WakeDetector, pieces: Sequence[VadChunk]) -> Detection | None:
        with self._heartbeat.working():
            if self._is_stale:
                self._is_stale = False
                await self._workers.run(self._detector.part, detector.reset)
            return await self._workers.run(self._detector.part, score_until, detector, pieces, self._peak)
