"""The transcriber as the ear uses it: off the event loop, timed, watched, failing with why it is not ready."""

from __future__ import annotations

import time
from dataclasses import dataclass

from jarvisd.audio.ports import Transcriber, Transcription
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.workers import Workers


@dataclass(frozen=True, slots=True)
class TimedTranscription:
    """Words, confidence from 0 to 1, and how long the transcriber took, waiting not counted."""

    text: str
    confidence: float
    took_ms: float


class TranscriptionWorker:
    """Transcribes one piece of sound after another; one that takes longer than ``limit_s`` is stuck."""

    def __init__(
        self, transcriber: Component[Transcriber], workers: Workers, heartbeat: Heartbeat, limit_s: float
    ) -> None:
        self._transcriber = transcriber
        self._workers = workers
        self._heartbeat = heartbeat
        self.limit_s = limit_s

    @property
    def engine(self) -> str:
        """Name of the transcriber; empty while there is none."""
        transcriber = self._transcriber.now
        return transcriber.engine if transcriber is not None else ""

    async def decode(self, pcm: bytes, example: str = "") -> TimedTranscription:
        """The words in ``pcm``, which may be like ``example``.

        Waits for the model while it loads, raises what keeps it from loading. Cancelling takes the work off the
        queue, or lets it run to its end unheard if it had begun.
        """
        transcriber = await self._transcriber.wait()
        with self._heartbeat.working(self.limit_s):
            result, took_ms = await self._workers.run(self._transcriber.part, _timed, transcriber, pcm, example)
        return TimedTranscription(result.text.strip(), result.confidence, took_ms)


def _timed(transcriber: Transcriber, pcm: bytes, example: str) -> tuple[Transcription, float]:
    began_s = time.perf_counter()
    result = transcriber.transcribe(pcm, example)
    return result, (time.perf_counter() - began_s) * 1000
