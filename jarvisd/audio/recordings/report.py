"""What came of a recording, gathered from the events of the ear."""

from __future__ import annotations

from dataclasses import dataclass, field

from jarvisd.audio.events import Event, WakeWeighed
from jarvisd.audio.ports import Transcriber, Transcription
from jarvisd.audio.request.transcription import attend, give_up, release
from jarvisd.bus.signals.audio import (
    FollowUpWindow,
    ListeningEnded,
    PartialTranscript,
    SpeechSegment,
    SpeechStarted,
    StopHeard,
    Transcript,
    WakeDetected,
)
from jarvisd.core.clock import Clock
from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.runtime.process.processor_time import processor_s


@dataclass
class _Segment:
    """Speech that is being heard, and how it ended; microseconds of the ear's clock."""

    began_us: int = 0
    ended_us: int = 0
    decided_us: int = 0
    end_reason: str = ""
    partials: list[str] = field(default_factory=list)


class HearingReport:
    """Takes events by :meth:`take`. Times are told from the start of the recording, :meth:`begin`."""

    def __init__(self, clock: Clock, *, has_wake_word: bool) -> None:
        self._clock = clock
        self._has_wake_word = has_wake_word
        self._start_us = 0
        self._needs_no_wake_word = False
        self.requests = 0
        """How many were heard with their words."""
        self._open: _Segment | None = None
        self._failure: ErrorCode | None = None
        self._is_verified: bool | None = None
        self._wakes: list[JsonValue] = []
        self._near_misses: list[JsonValue] = []
        self._segments: list[JsonValue] = []
        self._stops: list[JsonValue] = []
        self._stt_cpu_ms = 0.0
        self.echo_reduction_db: float | None = None
        """How much quieter our own voice was behind the canceller; ``None`` where nothing was played."""

    def begin(self, at_us: int) -> None:
        """The first sample of the recording was taken at ``at_us``."""
        self._start_us = at_us
        self._stt_cpu_ms = 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has said anything in the turn that is open, if one is."""
        return self._open is None

    def decoded(self, cpu_ms: float) -> None:
        """The transcriber has used so much of the processor."""
        self._stt_cpu_ms += cpu_ms

    def take(self, event: Event) -> None:
        """Note an event of the ear, at the time at which it comes."""
        if isinstance(event, WakeDetected):
            self._woken(event)
        elif isinstance(event, StopHeard):
            self._stops.append({"t": self._second(event.at_us), "word": event.word})
        elif isinstance(event, WakeWeighed):
            self._weigh(event)
        elif isinstance(event, SpeechStarted):
            self._open = _Segment(began_us=event.at_us)
        elif isinstance(event, PartialTranscript) and self._open is not None and event.text:
            self._open.partials.append(event.text)
        elif isinstance(event, SpeechSegment) and self._open is not None:
            self._open.ended_us, self._open.decided_us = event.at_us, self._clock.monotonic_us()
            self._open.end_reason = event.reason
        elif isinstance(event, FollowUpWindow):
            self._needs_no_wake_word = event.is_open
        elif isinstance(event, Transcript):
            self.requests += 1
            self._close(event.text, event.confidence, event.speech_began_us)
        elif isinstance(event, ListeningEnded):
            self._ended(event)

    def raise_failure(self) -> None:
        """Raise EngineError with the code of what broke, if anything did."""
        if self._failure is not None:
            raise EngineError("the ear failed while it heard the recording", code=self._failure)

    def to_json(self) -> JsonObject:
        """The report; what no stage of the ear has measured is ``None``."""
        reduction_db = None if self.echo_reduction_db is None else round(self.echo_reduction_db, 1)
        return {
            "wakes": self._wakes,
            "near_misses": self._near_misses,
            "segments": self._segments,
            "stops": self._stops,
            "echo_reduction_db": reduction_db,
        }

    def _woken(self, event: WakeDetected) -> None:
        self._open, self._stt_cpu_ms = None, 0.0
        if self._has_wake_word and not self._needs_no_wake_word:
            self._wakes.append(self._weighed(event.at_us, event.confidence, is_verified=self._is_verified))

    def _weigh(self, event: WakeWeighed) -> None:
        self._is_verified = event.is_verified
        if not event.has_woken:
            self._near_misses.append(self._weighed(event.at_us, event.score, is_verified=event.is_verified))

    def _weighed(self, at_us: int, score: float, *, is_verified: bool | None) -> JsonObject:
        return {"t": self._second(at_us), "score": round(score, 4), "verified": is_verified}

    def _ended(self, event: ListeningEnded) -> None:
        if event.code == ErrorCode.REQUEST_TOO_LONG:
            # Somebody spoke and was heard; the words are given up because they are a part of something.
            self._close("", 0.0)
        elif event.code:
            self._failure = ErrorCode(event.code)
        self._open, self._stt_cpu_ms = None, 0.0

    def _close(self, text: str, confidence: float, began_us: int = 0) -> None:
        segment = self._open or _Segment()
        self._segments.append(
            {
                "start": self._second(began_us or segment.began_us),
                "end": self._second(segment.ended_us),
                "endpoint_delay_ms": round((segment.decided_us - segment.ended_us) / 1000),
                "end_reason": segment.end_reason,
                "text": text,
                "confidence": round(confidence, 3),
                "partials": list(segment.partials),
                "stt_cpu_ms": round(self._stt_cpu_ms, 1),
            }
        )
        self._open, self._stt_cpu_ms = None, 0.0

    def _second(self, at_us: int) -> float:
        return round((at_us - self._start_us) / 1e6, 3)


class MeteredTranscriber:
    """A transcriber that tells ``report`` what it costs, whether or not its words are wanted in the end.

    The processor time is that of this process, in which nothing else works meanwhile when time is virtual, and of
    the one that transcribes for it.
    """

    def __init__(self, transcriber: Transcriber, report: HearingReport) -> None:
        self._transcriber = transcriber
        self._report = report

    @property
    def engine(self) -> str:
        """That of the transcriber."""
        return self._transcriber.engine

    def load(self) -> None:
        """Load it."""
        self._transcriber.load()

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        """Its words."""
        began_s = processor_s()
        try:
            return self._transcriber.transcribe(pcm, example)
        finally:
            self._report.decoded((processor_s() - began_s) * 1000)

    async def attend(self) -> None:
        """Return never; raises how its process has ended."""
        await attend(self._transcriber)

    def give_up(self) -> None:
        """Nobody wants what it transcribes now."""
        give_up(self._transcriber)

    def close(self) -> None:
        """Release what it holds."""
        release(self._transcriber)
