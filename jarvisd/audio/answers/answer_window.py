"""The exclusive answer window (decision 2): which speech may answer a question. Pure.

Only an utterance that began after the window opened can be an answer. Sound that runs when the window opens, be it
a person or the end of the question itself, must first be followed by a short silence.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from jarvisd.audio.ports import FRAME_MS
from jarvisd.audio.speech.endpoint import RUN_FRAMES, EndpointEvent, EndpointRules
from jarvisd.audio.speech.utterance import Utterance, VadChunk
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.pcm import CHUNK_MS

GAP_MS = 240
"""Silence that must precede an answer."""
MARGIN_US = 100_000
"""Sound stamped this shortly after the opening may have begun before it: capture stamps late, never early.
Chosen: more than a chunk."""
ANSWER_MAX_MS = 10_000
"""Longest answer."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The window is over and nobody spoke in it."""


class AnswerReservation:
    """One reservation of the ear, from before the question until the answer."""

    def __init__(self, request_id: str, *, silence_ms: int, min_speech_ms: int, preroll_ms: int) -> None:
        self.request_id = request_id
        self._rules = EndpointRules(silence_ms=silence_ms, min_speech_ms=min_speech_ms, max_ms=ANSWER_MAX_MS)
        self._preroll_ms = preroll_ms
        self._opened_us: int | None = None
        self._closes_us = 0
        self._run = 0
        self._quiet_frames = 0
        self._recent: deque[VadChunk] = deque(maxlen=GAP_MS // CHUNK_MS)
        self._utterance: Utterance | None = None

    @property
    def is_open(self) -> bool:
        """Whether an answer is awaited."""
        return self._opened_us is not None

    def open(self, now_us: int, window_us: int) -> None:
        """Speech that begins from now on, and at most ``window_us`` later, is an answer. BUSY if already open."""
        if self.is_open:
            raise RequestError(f"the answer window of {self.request_id} is already open", code=ErrorCode.BUSY)
        self._opened_us = now_us
        self._closes_us = now_us + window_us

    def close(self) -> None:
        """No answer is awaited any more."""
        self._opened_us = None

    def push(self, heard: VadChunk) -> Utterance | Silence | None:
        """Take the next chunk: a complete answer, the silence at the end of the window, or nothing yet."""
        self._follow_quiet(heard)
        answer = self._collect(heard)
        if answer is not None or self._opened_us is None:
            return answer
        is_late = heard.chunk.ended_us >= self._closes_us
        is_speaking = self._utterance is not None and self._utterance.has_onset
        return Silence() if is_late and not is_speaking else None

    def _follow_quiet(self, heard: VadChunk) -> None:
        for is_voiced in heard.voiced:
            self._run = self._run + 1 if is_voiced else 0
            self._quiet_frames = 0 if self._run >= RUN_FRAMES else self._quiet_frames + 1
        self._recent.append(heard)

    def _collect(self, heard: VadChunk) -> Utterance | None:
        if self._utterance is None:
            if self._quiet_frames * FRAME_MS >= GAP_MS:
                self._begin()
            return None
        marks = self._utterance.push(heard)
        if self._utterance.has_onset and not self._may_answer(self._utterance):
            self._utterance = None
            return None
        if EndpointEvent.ENDED in marks or EndpointEvent.LIMIT in marks:
            answer, self._utterance = self._utterance, None
            return answer
        return None

    def _begin(self) -> None:
        """Wait for speech; the silence just heard is its pre-roll."""
        self._utterance = Utterance(self._rules, self._preroll_ms)
        self._utterance.extend(list(self._recent))

    def _may_answer(self, utterance: Utterance) -> bool:
        opened_us = self._opened_us
        return opened_us is not None and opened_us + MARGIN_US <= utterance.began_us <= self._closes_us
