"""What the voice plays while a recording is heard: the ear is told of it as the voice tells it live.

The words are those that the ear's own transcriber finds in the sound, breath by breath.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from jarvisd.audio.own_voice.echo_stage import EchoStage, PlayedOnce
from jarvisd.audio.ports import PlayedSound, VoiceDetector
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.speech.endpoint import EndpointEvent, EndpointRules
from jarvisd.audio.speech.utterance import Utterance, VadChunk, classify
from jarvisd.audio.turn.listener import Listener
from jarvisd.core.pcm import (
    BYTES_PER_SAMPLE,
    CHUNK_BYTES,
    CHUNK_MS,
    SAMPLE_RATE_HZ,
    AudioChunk,
    bytes_for_ms,
    duration_ms,
)
from jarvisd.runtime.workers import Workers

RULES = EndpointRules(silence_ms=300, min_speech_ms=60, max_ms=15_000)
"""Chosen: the voice tells of clauses, between which it rests so long."""
PREROLL_MS = 200
"""Chosen: the first sound of a word may not be voiced."""
UTTERANCE = "playing"
LANE = "echo"
BYTES_A_SECOND = BYTES_PER_SAMPLE * SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class PlayedClause:
    """Words and when they sound, from the start of what is played."""

    began_ms: float
    length_ms: float
    text: str


class PlayedVoice:
    """Tells ``listener`` what ``clauses``, the words of ``pcm``, say when it is their time.

    ``cancelling`` makes what takes the sound itself out of what the microphone took.
    """

    def __init__(
        self,
        listener: Listener,
        pcm: bytes,
        clauses: Sequence[PlayedClause],
        workers: Workers,
        cancelling: Callable[[PlayedSound], EchoStage] | None,
    ) -> None:
        self._listener = listener
        self._pcm = pcm
        self._clauses = deque(clauses)
        self._workers = workers
        self._cancelling = cancelling
        self._stage: EchoStage | None = None
        self._length_us = round(duration_ms(pcm) * 1000)
        self._began_us: int | None = None
        self._is_over = False

    def begin(self, at_us: int) -> None:
        """The first sample is handed to the loudspeaker."""
        self._began_us = at_us
        self._listener.voices.own_began(at_us, UTTERANCE)
        if self._cancelling is not None:
            self._stage = self._cancelling(PlayedOnce(self._pcm, at_us))

    @property
    def reduction_db(self) -> float | None:
        """How much quieter it was behind the canceller; ``None`` without one, or where nothing was played."""
        return None if self._stage is None else self._stage.reduction_db

    async def cleaned(self, chunk: AudioChunk) -> AudioChunk:
        """``chunk`` as the ear is to hear it."""
        self._follow(chunk.began_us)
        return chunk if self._stage is None else await self._workers.run(LANE, self._stage.clean, chunk)

    def _follow(self, now_us: int) -> None:
        """Tell what has begun, or ended, by now."""
        if self._began_us is None:
            return
        while self._clauses and (began_us := self._began_us + round(self._clauses[0].began_ms * 1000)) <= now_us:
            clause = self._clauses.popleft()
            self._listener.own_words.clause_began(began_us, UTTERANCE, clause.text, round(clause.length_ms))
        ended_us = self._began_us + self._length_us
        if not self._is_over and now_us >= ended_us:
            self._is_over = True
            self._listener.voices.own_ended(ended_us, UTTERANCE)
            self._listener.own_words.ended(ended_us, UTTERANCE)


async def clauses_in(pcm: bytes, vad: VoiceDetector, decoder: TranscriptionWorker) -> list[PlayedClause]:
    """What is said in ``pcm``; raises what keeps the transcriber from working."""
    clauses = []
    for utterance in _breaths(pcm, vad):
        sound = utterance.sound()
        said = await decoder.decode(sound)
        began_ms = max(0.0, utterance.began_us / 1000 - PREROLL_MS)
        clauses.append(PlayedClause(began_ms, duration_ms(sound), said.text))
    return clauses


def _breaths(pcm: bytes, vad: VoiceDetector) -> Iterator[Utterance]:
    """Each stretch of speech without a rest; silence behind the sound ends the last."""
    utterance, before = Utterance(RULES, PREROLL_MS), deque[VadChunk](maxlen=RULES.silence_ms // CHUNK_MS)
    sound = pcm + bytes(bytes_for_ms(RULES.silence_ms) + CHUNK_BYTES)
    for start in range(0, len(sound), CHUNK_BYTES):
        chunk = AudioChunk(sound[start : start + CHUNK_BYTES], start * 1_000_000 // BYTES_A_SECOND)
        before.append(classify(chunk, vad))
        marks = utterance.push(before[-1])
        if EndpointEvent.ENDED in marks or EndpointEvent.LIMIT in marks:
            yield utterance
            utterance = Utterance(RULES, PREROLL_MS)
            # In the last of them the next words may have begun.
            utterance.extend(before)
