"""Watching for the wake word: which sound is scored, in which lane, and what counts as a detection.

A sure score is a detection at once. A doubtful one becomes one when the transcriber has heard the word too, a
few chunks later; nobody waits for that, and the sound since is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jarvisd.audio.ports import WakeDetector
from jarvisd.audio.speech.utterance import VadChunk
from jarvisd.audio.wake.doubt import Detection
from jarvisd.audio.wake.vad_gate import VadGate
from jarvisd.audio.wake.wake_verification import VERIFIED_MS, WakeVerifier
from jarvisd.core.errors import JarvisError
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)


LANE = "wake"
"""The threads of all models of wake words, since they share what they compute."""
CERTAIN_SCORE = 0.9
"""A score that is reported at once; a lower one may still be rising, so the next 80 ms are looked at first."""


class ScorePeak:
    """Finds the highest of a run of scores from ``threshold`` up. Pure."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._best: Detection | None = None

    def push(self, at_us: int, score: float) -> Detection | None:
        """Take the next score; the detection once it is certain or the scores have stopped rising."""
        best = self._best
        is_rising = score >= self.threshold and (best is None or score > best.score)
        if is_rising:
            self._best = best = Detection(at_us, score)
        if best is None or (is_rising and score < CERTAIN_SCORE):
            return None
        self._best = None
        return best


@dataclass(frozen=True, slots=True)
class WakeRules:
    """Scores: from ``threshold`` on it may have been the wake word, from ``sure`` on it was.

    Of models that need verification none is sure, and from ``unsure_threshold`` on it may have been.
    """

    threshold: float
    sure: float
    unsure_threshold: float = 0.5

    def threshold_of(self, detector: WakeDetector) -> float:
        """From which score of ``detector`` on it may have been the wake word."""
        return self.unsure_threshold if detector.needs_verification else self.threshold

    def is_sure(self, detector: WakeDetector, score: float) -> bool:
        """Whether nobody has to be asked about ``score``."""
        return score >= self.sure and not detector.needs_verification


class WatchedWord:
    """One wake word: its model, its rules, and the scores of a call so far. ``word`` is as in a detection."""

    def __init__(self, word: str, model: Component[WakeDetector], rules: WakeRules) -> None:
        self.word = word
        self.model = model
        self.rules = rules
        self.failure: JarvisError | None = None
        """What its model has failed with while it worked, until somebody has seen to it."""
        self._peak = ScorePeak(rules.threshold)

    def score(self, heard: VadChunk) -> Detection | None:
        """Take the next chunk; what was found. Blocks. A model that fails is not asked again."""
        detector = self.model.now
        if detector is None or self.failure is not None:
            return None
        self._peak.threshold = self.rules.threshold_of(detector)
        try:
            found = self._peak.push(heard.chunk.ended_us, detector.score(heard.chunk.pcm))
        except JarvisError as error:
            self.failure = error
            return None
        return None if found is None else replace(found, word=self.word)

    def is_sure(self, found: Detection) -> bool:
        """Whether nobody has to be asked about ``found``."""
        detector = self.model.now
        return detector is not None and self.rules.is_sure(detector, found.score)

    def reset(self) -> None:
        """Forget what was heard. Blocks."""
        if (detector := self.model.now) is not None:
            detector.reset()


def score_all(words: Sequence[WatchedWord], pieces: Sequence[VadChunk]) -> list[tuple[Detection, bool]]:
    """Score ``pieces`` in order by all models; what was found and whether that is sure. Blocks.

    It ends with what is sure: what comes after is no wake word any more.
    """
    hits: list[tuple[Detection, bool]] = []
    for heard in pieces:
        for word in words:
            if (found := word.score(heard)) is not None:
                hits.append((found, word.is_sure(found)))
        if any(is_sure for _, is_sure in hits):
            break
    return hits


class WakeStage:
    """The wake words in the live sound. ``heartbeat`` is due while the models look at a chunk.

    ``words`` begins with the first one; ``lost`` is told of a model that has failed while it worked.
    """

    def __init__(
        self,
        words: Sequence[WatchedWord],
        gate: VadGate,
        workers: Workers,
        heartbeat: Heartbeat,
        verifier: WakeVerifier,
        lost: Callable[[Component[WakeDetector], JarvisError], None],
    ) -> None:
        self.gate = gate
        self._words = words
        self._workers = workers
        self._heartbeat = heartbeat
        self._verifier = verifier
        self._lost = lost
        self._is_stale = False

    def reconfigure(self, rules: WakeRules) -> None:
        """Other rules for the first word from the next chunk on."""
        for word in self._words:
            if not word.word:
                word.rules = rules

    async def hear(self, heard: VadChunk, not_before_us: int) -> Detection | None:
        """Take the next chunk; a detection unless it ended before ``not_before_us``."""
        words = [word for word in self._words if word.model.now is not None]
        if not words:
            self.gate.keep(heard)
            return None
        pieces = self.gate.push(heard)
        found = self._weigh(await self._look(words, pieces) if pieces else [], not_before_us)
        if found is None:
            found = self._verifier.take(heard.chunk.ended_us)
        if found is None or found.at_us < not_before_us:
            return None
        # What was found once must not be found again in what the models still remember.
        self._is_stale = True
        self._verifier.drop()
        logger.debug("wake word score=%.3f at_us=%d verified=%s", found.score, found.at_us, found.is_verified)
        return found

    def rest(self, heard: VadChunk) -> None:
        """Take a chunk while something else has the ear."""
        self._verifier.drop()
        self.gate.keep(heard)

    def restart(self) -> None:
        """Forget all sound so far."""
        self._verifier.drop()
        self.gate.clear()
        self._is_stale = True

    def _weigh(self, hits: Sequence[tuple[Detection, bool]], not_before_us: int) -> Detection | None:
        """What of ``hits`` is sure. What is doubtful is asked about; what is too early is forgotten."""
        for found, is_sure in hits:
            if found.at_us < not_before_us:
                self._is_stale = True
            elif is_sure:
                return found
            else:
                self._verifier.ask(found, b"".join(piece.chunk.pcm for piece in self.gate.recent(VERIFIED_MS)))
        return None

    async def _look(
        self, words: Sequence[WatchedWord], pieces: Sequence[VadChunk]
    ) -> list[tuple[Detection, bool]]:
        with self._heartbeat.working():
            if self._is_stale:
                self._is_stale = False
                await self._workers.run(LANE, _reset, words)
            hits = await self._workers.run(LANE, score_all, words, pieces)
        for word in words:
            failure, word.failure = word.failure, None
            if failure is not None:
                self._lost(word.model, failure)
        return hits


def _reset(words: Sequence[WatchedWord]) -> None:
    for word in words:
        word.reset()
