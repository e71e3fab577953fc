"""Playback of one utterance: paced blocks to the speaker, with the speaker's health and proof of progress."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.pcm import bytes_for_ms, duration_ms
from jarvisd.core.timeout import within
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.tts.pcm import blocks, ramped, scaled
from jarvisd.tts.ports import BLOCK_MS, Speaker, Speech

STUCK_S = 12.0
"""Chosen: longer than every call to a device may take, so that what hangs is the unit and not a device."""
OPENING_S = 4.0
"""Most that a device may take to open. Measured: the PulseAudio plugin takes up to 1.9 s."""
BLOCK_S = 4.0
"""Most that it may take to get rid of a block of sound, or to fall silent; else it is opened anew.
Chosen: a hundred times what a healthy one takes, for a machine that is busy with other things."""
IDLE_US = 5_000_000
"""Chosen: outputs that sleep do so later than this."""
REST_MS = 1500
"""Chosen: three or four words; a longer rest of a clause makes way at once, and the clause is said again."""


class Playback:
    """The speaker as the voice uses it. All methods raise what the speaker raises, except :meth:`stop`."""

    def __init__(
        self,
        speaker: Speaker,
        part: Component[Speaker],
        heartbeat: Heartbeat,
        *,
        lead_in_ms: Callable[[], int] = lambda: 0,
        now_us: Callable[[], int] = lambda: 0,
    ) -> None:
        self._speaker = speaker
        self.part = part
        self._heartbeat = heartbeat
        self._lead_in_ms = lead_in_ms
        self._now_us = now_us
        self._ended_us: int | None = None
        self._gain: float | None = None
        """Of the block before, within an utterance."""

    async def begin(self, utterance_id: str, rate_hz: int) -> None:
        """Open the speaker for an utterance, with silence first where it may have gone to sleep."""
        self._gain = None
        with self._heartbeat.working():
            await self._limited(self._speaker.begin(utterance_id, rate_hz), OPENING_S)
            is_idle = self._ended_us is None or self._now_us() - self._ended_us > IDLE_US
            for block in blocks(bytes(bytes_for_ms(self._lead_in_ms() * is_idle, rate_hz)), rate_hz, BLOCK_MS):
                await self._limited(self._speaker.write(block), BLOCK_S)

    async def play(
        self,
        speech: Speech,
        gain: Callable[[], float],
        gives_way: Callable[[], bool] = lambda: False,
        rest_ms: float = REST_MS,
    ) -> bool:
        """Hand over ``speech``, each block going over to the factor that ``gain`` gives then; was it all?

        Where it ``gives_way`` to something that is more urgent, it becomes quiet and ends, but a rest of up to
        ``rest_ms`` is spoken to its end: half a clause is worse than a bell that comes a second later. Returns a
        little before it has been heard.
        """
        left_ms = duration_ms(speech.pcm, speech.rate_hz)
        with self._heartbeat.working():
            for block in blocks(speech.pcm, speech.rate_hz, BLOCK_MS):
                is_ending = left_ms > rest_ms and gives_way()
                await self._limited(self._speaker.write(self._levelled(block, gain(), is_ending)), BLOCK_S)
                self._heartbeat.report()
                if is_ending:
                    return False
                left_ms -= BLOCK_MS
        return True

    def _levelled(self, block: bytes, gain: float, is_ending: bool) -> bytes:
        before, self._gain = gain if self._gain is None else self._gain, gain
        if is_ending:
            return ramped(block, before, 0.0)
        return scaled(block, gain) if before == gain else ramped(block, before, gain)

    async def finish(self) -> None:
        """Return when the last sample has been played."""
        with self._heartbeat.working():
            await self._limited(self._speaker.finish(), BLOCK_S)
        self._ended_us = self._now_us()

    async def stop(self) -> None:
        """Be silent now."""
        with self._heartbeat.working():
            try:
                await within(self._speaker.stop(), BLOCK_S)
            except asyncio.TimeoutError:
                self._speaker.abandon()
        self._ended_us = self._now_us()

    async def _limited(self, work: Awaitable[None], limit_s: float) -> None:
        """Have the speaker do something; one that does not return is given up, and opened anew the next time."""
        try:
            await within(self.part.use(work), limit_s)
        except asyncio.TimeoutError as error:
            self._speaker.abandon()
            stuck = Unavailable(f"the speaker did not return for {limit_s:g} s", code=ErrorCode.SPEAKER_GONE)
            self.part.failed(stuck)
            raise stuck from error
