"""Playback of one utterance: paced blocks to the speaker, with the speaker's health and proof of progress."""

from __future__ import annotations

from collections.abc import Callable

from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.tts.pcm import blocks, scaled
from jarvisd.tts.ports import BLOCK_MS, Speaker, Speech

STUCK_S = 5.0
"""A device that takes longer to get rid of a block of sound, or to fall silent, is stuck."""


class Playback:
    """The speaker as the voice uses it. All methods raise what the speaker raises, except :meth:`stop`."""

    def __init__(self, speaker: Speaker, part: Component[Speaker], heartbeat: Heartbeat) -> None:
        self._speaker = speaker
        self.part = part
        self._heartbeat = heartbeat

    async def begin(self, utterance_id: str, rate_hz: int) -> None:
        """Open the speaker for an utterance."""
        with self._heartbeat.working():
            await self.part.use(self._speaker.begin(utterance_id, rate_hz))

    async def play(self, speech: Speech, gain: Callable[[], float]) -> None:
        """Hand over all of ``speech``, each block with the factor that ``gain`` gives then.

        Returns a little before it has been heard.
        """
        with self._heartbeat.working():
            for block in blocks(speech.pcm, speech.rate_hz, BLOCK_MS):
                await self.part.use(self._speaker.write(scaled(block, gain())))
                self._heartbeat.report()

    async def finish(self) -> None:
        """Return when the last sample has been played."""
        with self._heartbeat.working():
            await self.part.use(self._speaker.finish())

    async def stop(self) -> None:
        """Be silent now."""
        with self._heartbeat.working():
            await self._speaker.stop()
