"""Recordings heard beside the live microphone: an ear of its own for each, in a thread and a time of its own.

It has a wake model and a voice detector of its own; the transcriber is that of the live ear, one piece at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from jarvisd.audio.ports import Transcription
from jarvisd.audio.recordings.hearing import HearingOptions
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.core.json_types import JsonObject
from jarvisd.runtime.workers import Workers

LANE = "hear"


class LentTranscriber:
    """The transcriber of another loop's ear. Blocks, and so is called in another thread than that loop's."""

    def __init__(self, decoder: TranscriptionWorker, loop: asyncio.AbstractEventLoop) -> None:
        self._decoder = decoder
        self._loop = loop

    @property
    def engine(self) -> str:
        """That of the transcriber."""
        return self._decoder.engine

    def load(self) -> None:
        """Wait until it is loaded; raises what keeps it from that."""
        asyncio.run_coroutine_threadsafe(self._decoder.ready(), self._loop).result()

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        """Its words, as soon as the live ear leaves it time."""
        return asyncio.run_coroutine_threadsafe(self._decoder.decode(pcm, example), self._loop).result()


class RecordingHearer:
    """Hears recordings, one at a time.

    ``read`` gives the sound behind a descriptor, of at most so many seconds; ``hear`` makes a report. Both block.
    """

    def __init__(
        self,
        read: Callable[[int, float], bytes],
        hear: Callable[[bytes, HearingOptions, LentTranscriber], JsonObject],
        decoder: TranscriptionWorker,
        workers: Workers,
        longest_s: float,
    ) -> None:
        self._read = read
        self._hear = hear
        self._decoder = decoder
        self._workers = workers
        self._turn = asyncio.Lock()
        self.longest_s = longest_s

    async def hear(self, descriptor: int, options: HearingOptions, playing: int | None = None) -> JsonObject:
        """The report on a WAV file, while the voice plays another. The caller keeps and closes the descriptors."""
        async with self._turn:
            pcm = await self._workers.run(LANE, self._read, descriptor, self.longest_s)
            if playing is not None:
                sound = await self._workers.run(LANE, self._read, playing, self.longest_s)
                options = replace(options, playing=sound)
            lent = LentTranscriber(self._decoder, asyncio.get_running_loop())
            return await self._workers.run(LANE, self._hear, pcm, options, lent)
