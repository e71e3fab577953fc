"""Sound with what the voice detector said about it, and the collecting of one utterance from it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jarvisd.audio.ports import FRAME_MS, VoiceDetector
from jarvisd.audio.speech.endpoint import Endpointer, EndpointEvent, EndpointRules
from jarvisd.core.pcm import AudioChunk, bytes_for_ms, duration_ms

FRAME_BYTES = bytes_for_ms(FRAME_MS)
TAIL_MS = 300
"""Sound kept after the last voiced frame: final consonants are not voiced."""


@dataclass(frozen=True, slots=True)
class VadChunk:
    """A chunk and the voice detector's opinion on each of its frames."""

    chunk: AudioChunk
    voiced: tuple[bool, ...]
    may_be_speech: bool
    """Whether any frame could be speech."""


def classify(chunk: AudioChunk, vad: VoiceDetector) -> VadChunk:
    """Ask ``vad`` about every frame of ``chunk``; a last frame that is cut short is not asked about."""
    starts = range(0, len(chunk.pcm) - FRAME_BYTES + 1, FRAME_BYTES)
    frames = [chunk.pcm[start : start + FRAME_BYTES] for start in starts]
    # Both modes see every frame, because they adapt to the noise.
    maybe = [vad.may_be_speech(frame) for frame in frames]
    return VadChunk(chunk, tuple(vad.is_speech(frame) for frame in frames), any(maybe))


class Utterance:
    """Collects chunks until speech has begun and ended. Chunks must hold whole frames."""

    def __init__(self, rules: EndpointRules, preroll_ms: int) -> None:
        self._endpointer = Endpointer(rules)
        self._preroll_frames = preroll_ms // FRAME_MS
        early_ms = rules.speculate_after_ms
        tail_ms = TAIL_MS if early_ms is None else min(TAIL_MS, early_ms)
        # An early transcription sees exactly the sound that the final one would.
        self._tail_frames = tail_ms // FRAME_MS
        self._sound = bytearray()
        self._frame_times_us: list[int] = []

    def push(self, heard: VadChunk) -> list[EndpointEvent]:
        """Add a chunk; what happened in it, in order."""
        self._sound += heard.chunk.pcm
        began_us = heard.chunk.began_us
        self._frame_times_us += [began_us + index * FRAME_MS * 1000 for index in range(len(heard.voiced))]
        marks = [self._endpointer.push(is_voiced) for is_voiced in heard.voiced]
        return [mark for mark in marks if mark is not None]

    def extend(self, many: Sequence[VadChunk]) -> list[EndpointEvent]:
        """Add several chunks."""
        return [mark for heard in many for mark in self.push(heard)]

    def wait(self, silence_ms: int) -> EndpointEvent | None:
        """Let the pause that lasts end it after ``silence_ms``; ENDED if it is as long as that already."""
        return self._endpointer.wait(silence_ms)

    def forget(self) -> None:
        """What was heard so far was no speech; keep waiting."""
        self._endpointer.forget()

    @property
    def has_onset(self) -> bool:
        """Whether voiced sound is in progress, even if too short yet to be speech."""
        return self._endpointer.onset is not None

    @property
    def began_us(self) -> int:
        """When the speech began; 0 before it has."""
        onset = self._endpointer.onset
        return 0 if onset is None else self._frame_times_us[onset]

    @property
    def ended_us(self) -> int:
        """When the last voiced frame so far ended; 0 before speech has begun."""
        return self._frame_times_us[self._endpointer.last_voiced] + FRAME_MS * 1000 if self.has_onset else 0

    @property
    def speech_ms(self) -> int:
        """How much of it was voiced."""
        return self._endpointer.voiced_frames * FRAME_MS

    def sound(self) -> bytes:
        """The speech with pre-roll and a short tail; empty before it has begun."""
        onset = self._endpointer.onset
        if onset is None:
            return b""
        start = max(0, onset - self._preroll_frames)
        end = self._endpointer.last_voiced + 1 + self._tail_frames
        return bytes(self._sound[start * FRAME_BYTES : end * FRAME_BYTES])

    @property
    def sound_ms(self) -> float:
        """Length of :meth:`sound`."""
        return duration_ms(self.sound())
