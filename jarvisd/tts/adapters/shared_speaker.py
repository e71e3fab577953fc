"""What the loudspeaker is given, shared with the ear: so it can take our own voice out of what it hears.

The memory is sealed: this process alone writes it, and only who is given the descriptor reads it
(:mod:`jarvisd.linux.sealed_memory`). The ear is given it, whoever owns its name, run by the ear's own user.
"""

from __future__ import annotations

import asyncio
import logging

from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.core.backoff import Backoff
from jarvisd.core.clock import Clock
from jarvisd.core.errors import JarvisError
from jarvisd.core.pcm import BYTES_PER_SAMPLE
from jarvisd.core.played_ring import RING_BYTES, PlayedBlock, PlayedRingWriter
from jarvisd.linux.sealed_memory import SealedMemory
from jarvisd.runtime.tasks import Tasks
from jarvisd.tts.ports import Speaker

logger = logging.getLogger(__name__)

RETRY_FIRST_S, RETRY_LIMIT_S = 1.0, 60.0
"""Chosen: an ear that is just starting takes it soon, one that refuses is not pestered."""


class PlayedSharing:
    """The memory, and the ears it is given to as they come."""

    def __init__(self, bus: Connection, tasks: Tasks) -> None:
        self._memory = SealedMemory("jarvisd-played", RING_BYTES)
        self.ring = PlayedRingWriter(self._memory.memory)
        self._audio = UnitClient(bus, UnitName.AUDIO)
        self._tasks = tasks
        self._giving: asyncio.Task[None] | None = None

    async def follow(self) -> None:
        """Give it to the ear that is there, and to each that comes."""
        self._moved(await self._audio.follow(self._moved))

    def _moved(self, owner: str | None) -> None:
        if self._giving is not None:
            self._giving.cancel()
            self._giving = None
        if owner is not None:
            self._giving = self._tasks.start("share-played", self._give())

    async def _give(self) -> None:
        backoff = Backoff(RETRY_FIRST_S, RETRY_LIMIT_S)
        while True:
            try:
                await self._audio.call_pinned("TakePlayed", "h", [0], fds=[self._memory.fileno()])
            except JarvisError as error:
                logger.info("the ear does not take what is played code=%s detail=%s", error.code, error.message)
                await asyncio.sleep(backoff.failed())
            else:
                return


class SharedSpeaker:
    """A speaker whose blocks ``ring`` gets too, each before it is played, with the time when it will be.

    That is reckoned from when it was handed over: a device begins with the first block and plays on as long as the
    next one comes in time. How much later it really sounds is the same all through an utterance, and the ear finds
    it.
    """

    def __init__(self, speaker: Speaker, ring: PlayedRingWriter, clock: Clock) -> None:
        self._speaker = speaker
        self._ring = ring
        self._clock = clock
        self._rate_hz = 0
        self._stream = 0
        self._ends_us = 0

    @property
    def engine(self) -> str:
        """That of the speaker."""
        return self._speaker.engine

    async def check(self) -> None:
        """As the speaker does."""
        await self._speaker.check()

    async def begin(self, utterance_id: str, rate_hz: int) -> None:
        """Open the output for an utterance."""
        await self._speaker.begin(utterance_id, rate_hz)
        self._rate_hz = rate_hz
        self._stream += 1
        self._ends_us = self._clock.monotonic_us()

    async def write(self, pcm: bytes) -> None:
        """Share a block and hand it over."""
        began_us = max(self._ends_us, self._clock.monotonic_us())
        self._ends_us = began_us + len(pcm) // BYTES_PER_SAMPLE * 1_000_000 // self._rate_hz
        self._ring.write(PlayedBlock(pcm, self._rate_hz, began_us, self._stream))
        await self._speaker.write(pcm)

    async def finish(self) -> None:
        """Return when the last sample has been played."""
        await self._speaker.finish()

    async def stop(self) -> None:
        """Be silent now, and tell that what waited is not played."""
        await self._speaker.stop()
        self._tell_end()

    def abandon(self) -> None:
        """Give up what does not return."""
        self._speaker.abandon()
        self._tell_end()

    def _tell_end(self) -> None:
        now_us = self._clock.monotonic_us()
        if self._ends_us > now_us:
            self._ends_us = now_us
            self._ring.write(PlayedBlock(b"", self._rate_hz, now_us, self._stream))
