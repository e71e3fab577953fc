"""The transcriber as the ear uses it: off the event loop, timed, watched, failing with why it is not ready."""

from __future__ import annotations

import time
from dataclasses import replace

from jarvisd.audio.ports import Transcriber, Transcription
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.workers import Workers


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

    async def decode(self, pcm: bytes, example: str = "") -> Transcription:
        """The words in ``pcm``, which may be like ``example``, without space around them, and how long they took.

        Waits for the model while it loads, raises what keeps it from loading. Cancelling takes the work off the
        queue, or lets it run to its end unheard if it had begun.
        """
        transcriber = await self._transcriber.wait()
        with self._heartbeat.working(self.limit_s):
            return await self._workers.run(self._transcriber.part, _timed, transcriber, pcm, example)


def _timed(transcriber: Transcriber, pcm: bytes, example: str) -> Transcription:
    began_s = time.perf_counter()
    result = transcriber.transcribe(pcm, example)
    return replace(result, text=result.text.strip(), took_ms=(time.perf_counter() - began_s) * 1000)
