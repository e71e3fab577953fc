"""Where speech begins and ends, decided frame by frame from the voice detector. Pure; time is counted frames.

Speech begins with a run of voiced frames and ends after a stretch without one. A single voiced frame between
unvoiced ones is noise: it neither begins nor prolongs speech.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from jarvisd.audio.ports import FRAME_MS

ONSET_FRAMES = 3
"""Voiced frames in a row that begin speech."""
RUN_FRAMES = 2
"""Voiced frames in a row that prolong speech."""
BURST_GAP_MS = 400
"""Silence after which a sound shorter than ``min_speech_ms`` is forgotten."""


class EndpointEvent(Enum):
    """What a frame brought about."""

    STARTED = "started"
    """Enough voiced sound to be speech."""
    PAUSED = "paused"
    """Silent for ``speculate_after_ms``: worth transcribing already."""
    RESUMED = "resumed"
    """Speech goes on after a pause."""
    ENDED = "ended"
    """Silent for ``silence_ms``, or for what :meth:`Endpointer.wait` said of this pause."""
    LIMIT = "limit"
    """Speech reached ``max_ms``."""
    NO_SPEECH = "no speech"
    """Nobody spoke within ``lead_silence_ms``."""


@dataclass(frozen=True, slots=True)
class EndpointRules:
    """Limits in milliseconds; ``None`` for never."""

    silence_ms: int
    min_speech_ms: int
    max_ms: int
    lead_silence_ms: int | None = None
    speculate_after_ms: int | None = None


class Endpointer:
    """Follows one utterance. After ENDED, LIMIT or NO_SPEECH it says nothing more."""

    def __init__(self, rules: EndpointRules) -> None:
        self._rules = rules
        self._run = 0
        self._is_paused = False
        self._is_over = False
        self._patience_ms = rules.silence_ms
        self.frames = 0
        """How many frames were pushed."""
        self.onset: int | None = None
        """Index of the first voiced frame of the speech in progress, which may yet prove to be a short noise."""
        self.last_voiced = -1
        """Index of the last voiced frame of that speech."""
        self.voiced_frames = 0
        """How many of its frames were voiced."""
        self.has_started = False
        """Whether it lasted long enough to be speech."""

    def push(self, is_voiced: bool) -> EndpointEvent | None:
        """Take the next frame."""
        if self._is_over:
            return None
        index = self.frames
        self.frames += 1
        self._run = self._run + 1 if is_voiced else 0
        mark = self._waiting(index) if self.onset is None else self._speaking(index, self.onset)
        self._is_over = mark in (EndpointEvent.ENDED, EndpointEvent.LIMIT, EndpointEvent.NO_SPEECH)
        return mark

    def wait(self, silence_ms: int) -> EndpointEvent | None:
        """Let the pause that lasts end the speech after ``silence_ms``; ENDED if it is as long as that already.

        Speech that goes on takes that back.
        """
        if not self._is_paused or self._is_over:
            return None
        self._patience_ms = silence_ms
        if (self.frames - 1 - self.last_voiced) * FRAME_MS < silence_ms:
            return None
        self._is_over = True
        return EndpointEvent.ENDED

    def forget(self) -> None:
        """What was heard so far was no speech: wait again; the time waited counts on."""
        self.onset = None
        self._patience_ms = self._rules.silence_ms
        self.has_started = self._is_paused = self._is_over = False
        self.voiced_frames = 0

    def _waiting(self, index: int) -> EndpointEvent | None:
        if self._run >= ONSET_FRAMES:
            self.onset = index - self._run + 1
            self.last_voiced = index
            self.voiced_frames = self._run
            return self._start_if_long_enough()
        lead_ms = self._rules.lead_silence_ms
        return EndpointEvent.NO_SPEECH if lead_ms is not None and self.frames * FRAME_MS >= lead_ms else None

    def _speaking(self, index: int, onset: int) -> EndpointEvent | None:
        mark = None
        if self._run >= RUN_FRAMES:
            self.voiced_frames += RUN_FRAMES if self._run == RUN_FRAMES else 1
            self.last_voiced = index
            mark = self._resumed() if self.has_started else self._start_if_long_enough()
        if self.has_started and (index - onset + 1) * FRAME_MS >= self._rules.max_ms:
            return EndpointEvent.LIMIT
        return mark or self._silent((index - self.last_voiced) * FRAME_MS)

    def _start_if_long_enough(self) -> EndpointEvent | None:
        self.has_started = self.voiced_frames * FRAME_MS >= self._rules.min_speech_ms
        return EndpointEvent.STARTED if self.has_started else None

    def _resumed(self) -> EndpointEvent | None:
        if not self._is_paused:
            return None
        self._is_paused = False
        self._patience_ms = self._rules.silence_ms
        return EndpointEvent.RESUMED

    def _silent(self, silence_ms: int) -> EndpointEvent | None:
        if not self.has_started:
            if silence_ms >= BURST_GAP_MS:
                self.forget()
            return None
        if silence_ms >= self._patience_ms:
            return EndpointEvent.ENDED
        early_ms = self._rules.speculate_after_ms
        if early_ms is not None and silence_ms >= early_ms and not self._is_paused:
            self._is_paused = True
            return EndpointEvent.PAUSED
        return None
