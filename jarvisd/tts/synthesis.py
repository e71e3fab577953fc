"""Synthesis ahead of playback: one chunk is made while the one before it is played."""

from __future__ import annotations

import asyncio

from jarvisd.core.errors import JarvisError
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.tasks import Tasks
from jarvisd.tts.ports import Speech, Synthesizer
from jarvisd.tts.queue import Chunk, QueuedSpeech

STUCK_FACTOR = 2.0
"""An engine that is silent for so many deadlines will not come back: the watchdog may end the unit."""

Coming = asyncio.Task["Speech | JarvisError"]


class Synthesis:
    """Turns chunks into sound in the background. What is begun is never cancelled, since engines cannot be.

    ``deadline_s`` is for one chunk, on a machine that is busy with everything else; the first may include loading
    the voice.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        part: Component[Synthesizer],
        tasks: Tasks,
        heartbeat: Heartbeat,
        deadline_s: float,
    ) -> None:
        self._synthesizer = synthesizer
        self.part = part
        self._tasks = tasks
        self._heartbeat = heartbeat
        self._deadline_s = deadline_s
        self._prepared: tuple[str, Coming] | None = None

    def reconfigure(self, deadline_s: float) -> None:
        """Another deadline from the next chunk on."""
        self._deadline_s = deadline_s

    def prepare(self, utterance: QueuedSpeech) -> None:
        """Begin with the first chunk of the utterance that will come next, unless that has begun."""
        if utterance.chunks and (self._prepared is None or self._prepared[0] != utterance.id):
            self._prepared = (utterance.id, self.begin(utterance.chunks[0]))

    def begin_first(self, utterance: QueuedSpeech) -> Coming:
        """The first chunk of ``utterance``, from the preparation if there was one."""
        if self._prepared is not None and self._prepared[0] == utterance.id:
            coming, self._prepared = self._prepared[1], None
            return coming
        return self.begin(utterance.chunks[0])

    def begin(self, chunk: Chunk) -> Coming:
        """Start to make the sound of ``chunk``; pass what is returned to :meth:`result`."""
        return self._tasks.start("synthesis", self._synthesize(chunk))

    async def result(self, coming: Coming) -> Speech:
        """The sound. Raises what the engine raised, or TIMEOUT."""
        outcome = await self.part.within(asyncio.shield(coming), self._deadline_s)
        if isinstance(outcome, JarvisError):
            raise outcome
        return outcome

    async def _synthesize(self, chunk: Chunk) -> Speech | JarvisError:
        """An error is a value here: the chunk may have lost its listener by the time it fails."""
        if isinstance(chunk, Speech):
            return chunk
        with self._heartbeat.working(STUCK_FACTOR * self._deadline_s):
            try:
                return await self.part.use(self._synthesizer.synthesize(chunk))
            except JarvisError as error:
                return error
