"""The follow-up window: once we have spoken, what is said next needs no wake word. Pure but for its events.

Only speech that begins in it counts, after a short silence: who speaks when it opens has not waited for us. It
begins a turn like any other and agrees to nothing; answers to questions of consent have a window of their own
(:mod:`jarvisd.audio.answers.answer_window`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jarvisd.audio.answers.answer_window import GAP_MS
from jarvisd.audio.events import Emit
from jarvisd.audio.ports import FRAME_MS
from jarvisd.audio.speech.endpoint import RUN_FRAMES, EndpointEvent, EndpointRules
from jarvisd.audio.speech.utterance import Utterance, VadChunk
from jarvisd.bus.signals.audio import FollowUpWindow
from jarvisd.core.clock import Clock
from jarvisd.core.pcm import CHUNK_MS

KEPT_MS = 4000
"""Chosen: the longest preroll, and as long again as it takes to be sure that somebody speaks."""


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """How long a window stays open, in seconds; 0: none."""

    question_s: float
    """After a question of ours."""
    answer_s: float
    """After any other answer."""


@dataclass(frozen=True, slots=True)
class SpokenReply:
    """Somebody speaks in the window."""

    began_us: int
    before: Sequence[VadChunk]
    """All of it so far, with the preroll."""
    endpoint: EndpointRules
    """Those of requests, but nobody is waited for beyond the window where this was no speech after all."""


class ReplyWindow:
    """Takes every chunk that nobody else has the ear for, also before it opens: was it quiet then?"""

    def __init__(self, clock: Clock, emit: Emit) -> None:
        self._clock = clock
        self._emit = emit
        self._closes_us: int | None = None
        self._run = 0
        self._quiet_frames = 0
        self._recent: deque[VadChunk] = deque(maxlen=KEPT_MS // CHUNK_MS)
        self._utterance: Utterance | None = None

    def open(self, length_s: float, rules: EndpointRules, preroll_ms: int) -> None:
        """Speech that begins from now on and at most ``length_s`` later is a reply."""
        now_us = self._clock.monotonic_us()
        self._closes_us = now_us + round(length_s * 1e6)
        self._rules, self._preroll_ms = rules, preroll_ms
        self._await_speech()
        self._emit(FollowUpWindow(now_us, is_open=True))

    def close(self) -> None:
        """The wake word is needed again. Safe to call twice."""
        if self._closes_us is not None:
            self._closes_us = self._utterance = None
            self._emit(FollowUpWindow(self._clock.monotonic_us(), is_open=False))

    def hear(self, heard: VadChunk) -> SpokenReply | None:
        """Take the next chunk, without our own voice: a reply once it is sure that somebody speaks."""
        self._follow_quiet(heard)
        if self._closes_us is None:
            return None
        if self._utterance is None:
            self._await_speech()
        elif EndpointEvent.STARTED in self._utterance.push(heard):
            return self._found(self._utterance.began_us, self._closes_us)
        # Sound that began in time may yet be speech.
        if heard.chunk.ended_us >= self._closes_us and not (self._utterance and self._utterance.has_onset):
            self.close()
        return None

    def _await_speech(self) -> None:
        """Wait for speech, if it is quiet: as long as the window is open, not as long as for a request."""
        rules = replace(self._rules, lead_silence_ms=None)
        self._utterance = Utterance(rules, self._preroll_ms) if self._is_quiet else None

    @property
    def _is_quiet(self) -> bool:
        return self._quiet_frames * FRAME_MS >= GAP_MS

    def _found(self, began_us: int, closes_us: int) -> SpokenReply:
        since_us = began_us - self._preroll_ms * 1000
        before = [it for it in self._recent if it.chunk.ended_us > since_us]
        left_ms = max(0, closes_us - self._clock.monotonic_us()) // 1000
        return SpokenReply(began_us, before, replace(self._rules, lead_silence_ms=left_ms))

    def _follow_quiet(self, heard: VadChunk) -> None:
        self._recent.append(heard)
        for is_voiced in heard.voiced:
            self._run = self._run + 1 if is_voiced else 0
            self._quiet_frames = 0 if self._run >= RUN_FRAMES else self._quiet_frames + 1
