"""The whole ear on a recording: wake word, speech, words. Runs beside the live microphone and touches none of it.

It has a wake model and a voice detector of its own; the transcriber is shared, one utterance at a time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from jarvisd.audio.ports import Transcription, VoiceDetector, WakeDetector
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.speech.endpoint import EndpointEvent, EndpointRules
from jarvisd.audio.speech.utterance import Utterance, VadChunk, classify
from jarvisd.audio.wake.vad_gate import VadGate
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, AudioChunk, bytes_for_ms, duration_ms
from jarvisd.lang.pack import WakePhrase
from jarvisd.runtime.workers import Workers

LANE = "hear"
LEAD_IN_MS = 2000
"""Silence put before the recording: live sound has a past too, and the wake model wants one."""


@dataclass(frozen=True, slots=True)
class RecordingRules:
    """How a recording is heard."""

    endpoint: EndpointRules
    preroll_ms: int
    wake_preroll_ms: int
    threshold: float
    is_gated: bool
    longest_s: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech; milliseconds from the start of the recording."""

    began_ms: float
    ended_ms: float
    sound: bytes
    follows_wake: bool


@dataclass
class RecordingScan:
    """What wake model and voice detector found."""

    wake_score: float = 0.0
    wake_at_ms: float | None = None
    wake_took_s: float = 0.0
    segments: list[Segment] = field(default_factory=list)


class RecordingScanner:
    """Goes through a recording once. Blocks."""

    def __init__(self, wake: WakeDetector, vad: VoiceDetector, rules: RecordingRules) -> None:
        self._wake = wake
        self._vad = vad
        self._rules = rules
        self._gate = VadGate(is_gated=rules.is_gated)
        self._utterance = Utterance(rules.endpoint, rules.preroll_ms)
        self._scan = RecordingScan()
        self._has_split = False

    def run(self, pcm: bytes) -> RecordingScan:
        """What is in ``pcm``."""
        for chunk in chunked(pcm, self._rules.endpoint.silence_ms + CHUNK_MS):
            heard = classify(chunk, self._vad)
            marks = self._utterance.push(heard)
            if self._is_woken(self._gate.push(heard)):
                self._split_at_wake()
            elif EndpointEvent.ENDED in marks or EndpointEvent.LIMIT in marks:
                self._close(self._utterance.sound())
                self._utterance = Utterance(self._rules.endpoint, self._rules.preroll_ms)
        return self._scan

    def _is_woken(self, pieces: list[VadChunk]) -> bool:
        """Score ``pieces``; whether the wake word was found for the first time."""
        began_s = time.perf_counter()
        is_woken = False
        for piece in pieces:
            score = self._wake.score(piece.chunk.pcm)
            self._scan.wake_score = max(self._scan.wake_score, score)
            if score >= self._rules.threshold and self._scan.wake_at_ms is None:
                self._scan.wake_at_ms = piece.chunk.ended_us / 1000 - LEAD_IN_MS
                is_woken = True
        self._scan.wake_took_s += time.perf_counter() - began_s
        return is_woken

    def _split_at_wake(self) -> None:
        """Like live: a new utterance begins shortly before the wake word; what was said earlier is its own."""
        lead_ms = self._rules.wake_preroll_ms
        earlier = self._utterance.sound()
        if duration_ms(earlier) > 2 * lead_ms:
            self._close(earlier[: -bytes_for_ms(lead_ms)])
        self._has_split = True
        self._utterance = Utterance(self._rules.endpoint, lead_ms)
        self._utterance.extend(self._gate.recent(lead_ms))

    def _close(self, sound: bytes) -> None:
        began_ms = max(0.0, self._utterance.began_us / 1000 - LEAD_IN_MS)
        ended_ms = self._utterance.ended_us / 1000 - LEAD_IN_MS
        self._scan.segments.append(Segment(began_ms, ended_ms, sound, follows_wake=self._has_split))


def chunked(pcm: bytes, trail_ms: int) -> Iterator[AudioChunk]:
    """``pcm`` as chunks between the lead-in and ``trail_ms`` of silence; time 0 is the start of the lead-in."""
    before, after = bytes(bytes_for_ms(LEAD_IN_MS)), bytes(bytes_for_ms(trail_ms))
    padded = before + pcm + after
    for number, start in enumerate(range(0, len(padded), CHUNK_BYTES)):
        yield AudioChunk(padded[start : start + CHUNK_BYTES].ljust(CHUNK_BYTES, b"\0"), number * CHUNK_MS * 1000)


class RecordingTranscriber:
    """Hears recordings, one at a time, each with a fresh wake model and voice detector.

    ``read`` gives the sound behind a descriptor; a second argument is the longest length in seconds.
    """

    def __init__(
        self,
        *,
        make_wake: Callable[[], WakeDetector],
        make_vad: Callable[[], VoiceDetector],
        read: Callable[[int, float], bytes],
        decoder: TranscriptionWorker,
        wake_phrase: WakePhrase,
        workers: Workers,
        rules: RecordingRules,
    ) -> None:
        self._make_wake = make_wake
        self._make_vad = make_vad
        self._read = read
        self._decoder = decoder
        self._wake_phrase = wake_phrase
        self._workers = workers
        self._rules = rules
        self._turn = asyncio.Lock()

    def reconfigure(self, rules: RecordingRules) -> None:
        """Other rules from the next recording on."""
        self._rules = rules

    async def hear(self, descriptor: int) -> JsonObject:
        """The report on a WAV file. The caller keeps the descriptor and closes it."""
        async with self._turn:
            return await self._hear(descriptor)

    async def _hear(self, descriptor: int) -> JsonObject:
        began_s = time.perf_counter()
        rules = self._rules
        pcm = await self._workers.run(LANE, self._read, descriptor, rules.longest_s)
        decoded_s = time.perf_counter()
        wake, vad = self._make_wake(), self._make_vad()
        scan = await self._workers.run(LANE, _scan, wake, vad, rules, pcm)
        words = [await self._words(segment) for segment in scan.segments]
        if not any(decoded.text for decoded in words):
            raise RequestError("nobody speaks in the recording", code=ErrorCode.NOTHING_HEARD)
        said = _after_wake(scan.segments, words, self._wake_phrase)
        return {
            "wake_score": round(scan.wake_score, 4),
            "wake_detected": scan.wake_at_ms is not None,
            "wake_at_s": None if scan.wake_at_ms is None else scan.wake_at_ms / 1000,
            "duration_s": round(duration_ms(pcm) / 1000, 3),
            "segments": list(map(_report, scan.segments, words)),
            "transcript": said.text,
            "confidence": round(said.confidence, 3),
            "engines": {"wake": wake.engine, "vad": vad.engine, "stt": self._decoder.engine},
            "timings_ms": {
                "decode": round((decoded_s - began_s) * 1000, 1),
                "wake": round(scan.wake_took_s * 1000, 1),
                "stt": round(sum(decoded.took_ms for decoded in words), 1),
                "total": round((time.perf_counter() - began_s) * 1000, 1),
            },
        }

    async def _words(self, segment: Segment) -> Transcription:
        example = self._wake_phrase.example() if segment.follows_wake else ""
        return await self._decoder.decode(segment.sound, example)


def _scan(wake: WakeDetector, vad: VoiceDetector, rules: RecordingRules, pcm: bytes) -> RecordingScan:
    wake.load()
    vad.load()
    return RecordingScanner(wake, vad, rules).run(pcm)


def _after_wake(segments: list[Segment], words: list[Transcription], wake_phrase: WakePhrase) -> Transcription:
    """The first words after the wake phrase; no text if there are none."""
    for segment, decoded in zip(segments, words, strict=True):
        text = wake_phrase.request_in(decoded.text) if segment.follows_wake else ""
        if text:
            return replace(decoded, text=text)
    return Transcription("", 0.0)


def _report(segment: Segment, decoded: Transcription) -> JsonObject:
    return {
        "start_s": round(segment.began_ms / 1000, 3),
        "end_s": round(segment.ended_ms / 1000, 3),
        "text": decoded.text,
        "confidence": round(decoded.confidence, 3),
    }
