"""A second model that may only make a doubtful score count: the first hears little in noise and echoing rooms.

It sleeps until the first has a suspicion, then it is played the sound that it has missed. What counts by that is
still doubtful, so that the transcriber has the last word (ADR 22 has the measurements).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from jarvisd.audio.ports import WakeDetector
from jarvisd.audio.wake.vad_gate import BACKLOG_MS
from jarvisd.core.errors import JarvisError
from jarvisd.core.pcm import CHUNK_MS

TOGETHER = 8
"""Chunks (640 ms) within which both must have heard it: openWakeWord's score peaks up to 0.45 s after the phrase,
microWakeWord's about at its end (measured on 46 phrases), and one may fade before the other rises."""


@dataclass(frozen=True, slots=True)
class OpinionRules:
    """From ``floor`` of the first on there is a suspicion; from ``agrees`` of the second on it is shared.

    It then counts like ``raised`` of the first.
    """

    floor: float
    agrees: float
    raised: float


class SecondOpinion:
    """``first``, with ``second`` at its side; a second that fails leaves the first alone and is a ``problem``."""

    def __init__(self, first: WakeDetector, second: WakeDetector, rules: Callable[[], OpinionRules]) -> None:
        self._first = first
        self._second = second
        self._rules = rules
        self.problem: JarvisError | None = None
        """Why there is no second opinion."""
        self._missed: deque[bytes] = deque(maxlen=BACKLOG_MS // CHUNK_MS)
        self._scores: deque[float] = deque(maxlen=TOGETHER)
        self._awake_for = 0

    @property
    def needs_verification(self) -> bool:
        """As of the first."""
        return self._first.needs_verification

    @property
    def engine(self) -> str:
        """Both."""
        return self._first.engine if self.problem is not None else f"{self._first.engine}, {self._second.engine}"

    def load(self) -> None:
        """Load both: what the first raises; what the second raises becomes the ``problem``."""
        self._first.load()
        try:
            self._second.load()
            self.problem = None
        except JarvisError as error:
            self.problem = error

    def score(self, pcm: bytes) -> float:
        """The first one's score, or ``raised`` where that is more and the second agrees."""
        score = self._first.score(pcm)
        if self.problem is not None:
            return score
        rules = self._rules()
        if score >= rules.floor:
            if not self._awake_for:
                self._wake_up()
            self._awake_for = TOGETHER
        if not self._awake_for:
            self._missed.append(pcm)
            return score
        self._awake_for -= 1
        agrees = self._hear(pcm) and max(self._scores) >= rules.agrees
        self._missed.append(pcm)
        return max(score, rules.raised) if agrees else score

    def reset(self) -> None:
        """Forget what was heard."""
        self._first.reset()
        self._missed.clear()
        self._awake_for = 0

    def _wake_up(self) -> None:
        self._scores.clear()
        self._second.reset()
        for pcm in self._missed:
            self._hear(pcm)

    def _hear(self, pcm: bytes) -> bool:
        """Whether it could."""
        if self.problem is None:
            try:
                self._scores.append(self._second.score(pcm))
            except JarvisError as error:
                self.problem = error
        return self.problem is None
