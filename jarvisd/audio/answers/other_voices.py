"""Whether somebody else was speaking in the room while a question was put and answered (decision 2). Pure.

A radio, or people who talk to each other, may say "yes" at the right moment. Nobody can be told from another by
their voice here, so what counts is speech that was meant for nobody: not a request, not an answer, and not our own
voice, whose times the voice tells. While we speak ourselves nothing else can be heard.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from jarvisd.audio.own_voice.own_words import ECHO_US
from jarvisd.audio.ports import FRAME_MS
from jarvisd.audio.speech.endpoint import ONSET_FRAMES
from jarvisd.audio.speech.utterance import VadChunk

LOOKBACK_US = 20_000_000
"""Speech this long before a question still counts. Chosen: long enough for the longest request and its planning to
lie between, since broadcast speech does not wait for them."""
RECENT_SPEECH_MS = 300
"""This much since somebody last spoke to us is somebody else. Chosen: two syllables; a clatter is over sooner."""
SPEECH_MS = 1000
"""This much altogether is. Chosen: more than a wake phrase that was not heard takes. With 1500 ms, broadcasts that
rested behind the request were missed (``tests/ports/test_broadcast.py``)."""


@dataclass(frozen=True, slots=True)
class _Voiced:
    """Speech heard in one chunk."""

    began_us: int
    ended_us: int
    length_ms: int


class OtherVoices:
    """Speech of the last twenty seconds and since; times are CLOCK_MONOTONIC microseconds."""

    def __init__(self) -> None:
        self._voiced: deque[_Voiced] = deque()
        self._own: deque[tuple[int, int]] = deque()
        self._own_began_us: int | None = None
        self._own_utterance = ""
        self._run = 0
        self._is_holding = False
        self._addressed_us = 0

    def push(self, heard: VadChunk) -> None:
        """Take the next chunk, whoever it is for."""
        length_ms = 0
        for is_voiced in heard.voiced:
            self._run = self._run + 1 if is_voiced else 0
            if self._run >= ONSET_FRAMES:
                length_ms += FRAME_MS * (ONSET_FRAMES if self._run == ONSET_FRAMES else 1)
        if length_ms:
            self._voiced.append(_Voiced(heard.chunk.began_us, heard.chunk.ended_us, length_ms))
        if not self._is_holding:
            self._drop_before(heard.chunk.ended_us - LOOKBACK_US)

    def own_began(self, at_us: int, utterance_id: str) -> None:
        """From now on it is we who speak."""
        self.own_ended(at_us)
        self._own_began_us, self._own_utterance = at_us, utterance_id

    def own_ended(self, at_us: int, utterance_id: str = "") -> None:
        """The last sample of what we say was played; without ``utterance_id`` whoever plays it has gone."""
        if self._own_began_us is None or utterance_id not in ("", self._own_utterance):
            return
        self._own.append((self._own_began_us, at_us + ECHO_US))
        self._own_began_us = None

    @property
    def own_sounds(self) -> bool:
        """Whether it is we who speak now."""
        return self._own_began_us is not None

    def hold(self) -> None:
        """A question is about to be put: keep what was heard until it is answered, however long that takes."""
        self._is_holding = True

    def release(self) -> None:
        """The question is over."""
        self._is_holding = False

    def addressed(self, since_us: int, until_us: int) -> None:
        """What was said in this time was said to us."""
        self._addressed_us = max(self._addressed_us, until_us)
        self.forget(since_us, until_us)

    def forget(self, since_us: int, until_us: int) -> None:
        """What was heard in this time was no speech."""
        self._voiced = deque(it for it in self._voiced if it.ended_us <= since_us or it.began_us >= until_us)

    def without_own(self, heard: VadChunk) -> VadChunk:
        """``heard`` as if nobody spoke in it where we are heard ourselves: a tone of ours begins no request.

        Not for the time of an echo after it, in which whoever waited for the tone begins.
        """
        at_us = heard.chunk.began_us
        is_own = self._own_began_us is not None and at_us >= self._own_began_us
        if not is_own and not any(began_us <= at_us < ended_us - ECHO_US for began_us, ended_us in self._own):
            return heard
        return replace(heard, voiced=(False,) * len(heard.voiced))

    @property
    def are_heard(self) -> bool:
        """Whether anybody has spoken to somebody else."""
        others = [it for it in self._voiced if not self._is_own(it.began_us)]
        recent_ms = sum(it.length_ms for it in others if it.began_us >= self._addressed_us)
        return recent_ms >= RECENT_SPEECH_MS or sum(it.length_ms for it in others) >= SPEECH_MS

    def _is_own(self, at_us: int) -> bool:
        is_now = self._own_began_us is not None and at_us >= self._own_began_us
        return is_now or any(began_us <= at_us < ended_us for began_us, ended_us in self._own)

    def _drop_before(self, limit_us: int) -> None:
        while self._voiced and self._voiced[0].began_us < limit_us:
            self._voiced.popleft()
        while self._own and self._own[0][1] < limit_us:
            self._own.popleft()
