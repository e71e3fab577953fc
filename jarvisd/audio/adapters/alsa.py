"""A microphone behind ALSA, by pyalsaaudio. Reading blocks, so it has a lane of its own."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from typing import Any

from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.pcm import BYTES_PER_SAMPLE, CHUNK_BYTES, CHUNK_MS, SAMPLE_RATE_HZ, AudioChunk
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

LANE = "microphone"
PERIOD_FRAMES = SAMPLE_RATE_HZ * CHUNK_MS // 1000
PERIODS = 8
"""Periods that the device may hold while the ear is busy."""
OVERRUN = -32
"""``-EPIPE``: sound was lost, because nobody took it in time (ALSA)."""


class AlsaMicrophone:
    """The device must give 16 kHz 16-bit mono; names like "default" and "plughw:1" convert what hardware gives."""

    def __init__(self, device: str, workers: Workers, clock: Clock) -> None:
        self._device = device
        self._workers = workers
        self._clock = clock

    @property
    def engine(self) -> str:
        """Name and device."""
        return f"alsa {self._device}"

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """Open the device and yield sound until closed; MICROPHONE_GONE when it is not there or goes away."""
        pcm = await self._workers.run(LANE, open_device, self._device)
        try:
            began_us = 0
            while True:
                sound, waiting_frames = await self._workers.run(LANE, read_chunk, pcm, self._device)
                # What still waits in the device was taken after this chunk.
                age_us = (PERIOD_FRAMES + waiting_frames) * 1_000_000 // SAMPLE_RATE_HZ
                began_us = max(began_us, self._clock.monotonic_us() - age_us)
                yield AudioChunk(sound, began_us)
        finally:
            # In the lane, because a read may still be running there; it must not close under it.
            await self._workers.run(LANE, pcm.close)


def open_device(device: str) -> Any:
    """An open capture device; blocks. MICROPHONE_GONE if it is not there or refuses the format."""
    try:
        import alsaaudio
    except ImportError as error:
        raise _gone(device, f"cannot be used: {error}") from error
    try:
        pcm = alsaaudio.PCM(
            type=alsaaudio.PCM_CAPTURE,
            mode=alsaaudio.PCM_NORMAL,
            device=device,
            rate=SAMPLE_RATE_HZ,
            channels=1,
            format=alsaaudio.PCM_FORMAT_S16_LE,
            periodsize=PERIOD_FRAMES,
            periods=PERIODS,
        )
    except alsaaudio.ALSAAudioError as error:
        raise _gone(device, f"cannot be opened: {error}") from error
    info = pcm.info()
    if (info["rate"], info["channels"], info["format"]) != (SAMPLE_RATE_HZ, 1, alsaaudio.PCM_FORMAT_S16_LE):
        pcm.close()
        offer = f"{info['rate']} Hz, {info['channels']} channels, {info['format_name']}"
        raise _gone(device, f'gives {offer} instead of 16 kHz 16-bit mono; use "plug:{device}"')
    return pcm


def read_chunk(pcm: Any, device: str) -> tuple[bytes, int]:
    """One chunk of sound and how many frames wait behind it; blocks."""
    import alsaaudio

    sound = b""
    try:
        while len(sound) < CHUNK_BYTES:
            frames, data = pcm.read()
            if frames == OVERRUN:
                logger.warning("microphone overrun device=%s: sound was lost", device)
                continue
            if frames <= 0:
                raise _gone(device, f"stopped delivering sound (code {frames})")
            sound += data[: frames * BYTES_PER_SAMPLE]
        return sound[:CHUNK_BYTES], max(0, pcm.avail())
    except alsaaudio.ALSAAudioError as error:
        raise _gone(device, f"stopped delivering sound: {error}") from error


def _gone(device: str, what: str) -> Unavailable:
    return Unavailable(f'microphone "{device}" {what}', code=ErrorCode.MICROPHONE_GONE)
