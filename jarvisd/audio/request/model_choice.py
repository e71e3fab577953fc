"""Which of two models transcribes: the better one while it is quick enough and memory is left (B7). Pure.

Time is passed in. What the smaller one takes tells what the better one would take; that also has to rest first,
longer each time that its return did not last.
"""

from __future__ import annotations

from collections import deque
from statistics import fmean

SAMPLES = 100
"""Requirement B7: a rolling mean over so many."""
LEAST_SAMPLES = 3
"""Chosen: one transcription that others held up says nothing."""
OLDEST_S = 300.0
"""Chosen: what was five minutes ago is not how the machine is now."""
SLOW_S = 3.0
"""Requirement B7: a mean beyond this is too slow."""
SLOW_SHARE = 0.5
"""Chosen: of its own length long sound may take so much, as its cost grows with it."""
COST_RATIO = 2.0
"""The better model costs 1.4 to 1.6 times as much (0.58 to 0.70 s of the processor to 0.35 to 0.43 s, commands,
two threads); a little more is assumed, since a return that does not last costs two changes."""
QUICK = 0.7
"""Chosen: so much of what is too slow may the better model be expected to take when it comes back."""
FIRST_REST_S, LONGEST_REST_S = 300.0, 3600.0
"""Chosen: how long the smaller one serves at least."""
SHORT_OF_MEMORY, ENOUGH_MEMORY = 0.10, 0.15
"""Share of the memory that is available. D2 calls 90 % in use too much; the return wants more than that."""


class ModelChoice:
    """Begins with the better model. :meth:`judge` decides, by what was noted since the last change."""

    def __init__(self) -> None:
        self._burdens: deque[tuple[int, float, float]] = deque(maxlen=SAMPLES)
        """When, how long it took, and that as a share of what is too slow."""
        self._memory = 1.0
        self._since_us: int | None = None
        """When the better model came back."""
        self._rest_s = FIRST_REST_S
        self._rests_until_us = 0
        self._reason_before = ""
        self.reason = ""
        """Why the smaller model is to be used; empty while it is not."""

    @property
    def is_small(self) -> bool:
        """Whether the smaller model is to be used."""
        return bool(self.reason)

    def decoded(self, sound_s: float, took_s: float, now_us: int) -> None:
        """The model in use has worked on ``sound_s`` of sound for ``took_s``."""
        self._burdens.append((now_us, took_s, took_s / max(SLOW_S, SLOW_SHARE * sound_s)))

    def memory(self, available_share: float) -> None:
        """So much of the machine's memory is available, 0 to 1."""
        self._memory = available_share

    def judge(self, now_us: int) -> bool:
        """Decide; whether the choice is another one now."""
        if now_us < self._rests_until_us:
            return False
        if self.is_small:
            if not self._may_return(now_us):
                return False
            self._since_us = now_us
            self._turn("")
        elif reason := self._why_smaller(now_us):
            is_soon = self._since_us is not None and now_us - self._since_us < self._rest_s * 1e6
            self._rest_s = min(LONGEST_REST_S, 2 * self._rest_s) if is_soon else FIRST_REST_S
            self._rests_until_us = now_us + round(self._rest_s * 1e6)
            self._turn(reason)
        else:
            return False
        return True

    def refused(self, now_us: int) -> None:
        """The change could not be made: all is as before, for a rest at least."""
        self.reason = self._reason_before
        self._rests_until_us = now_us + round(FIRST_REST_S * 1e6)

    def _turn(self, reason: str) -> None:
        self._reason_before, self.reason = self.reason, reason
        self._burdens.clear()

    def _recent(self, now_us: int) -> list[tuple[float, float]]:
        return [(took_s, burden) for at_us, took_s, burden in self._burdens if now_us - at_us <= OLDEST_S * 1e6]

    def _why_smaller(self, now_us: int) -> str:
        if self._memory < SHORT_OF_MEMORY:
            return f"{self._memory:.0%} of the memory is available"
        recent = self._recent(now_us)
        if len(recent) >= LEAST_SAMPLES and fmean(burden for _, burden in recent) > 1.0:
            return f"a transcription took {fmean(took_s for took_s, _ in recent):.1f} s on average"
        return ""

    def _may_return(self, now_us: int) -> bool:
        recent = self._recent(now_us)
        is_quick = not recent or COST_RATIO * fmean(burden for _, burden in recent) <= QUICK
        return is_quick and self._memory >= ENOUGH_MEMORY
