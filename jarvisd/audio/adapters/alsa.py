"""A microphone behind ALSA, by pyalsaaudio. Reading blocks, so a thread of its own does nothing else."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import threading
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.pcm import BYTES_PER_SAMPLE, CHUNK_BYTES, CHUNK_MS, SAMPLE_RATE_HZ, AudioChunk
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

LANE = "microphone"
PERIOD_FRAMES = SAMPLE_RATE_HZ * CHUNK_MS // 1000
PERIODS = 8
"""Periods that the device may hold while its thread waits for a processor."""
HELD_CHUNKS = 125
"""Chosen: ten seconds, which a machine that stalls may make up for; older words answer nothing."""
OVERRUN = -errno.EPIPE
"""Sound was lost, because nobody took it in time (ALSA)."""


class AlsaMicrophone:
    """What gives another format than 16 kHz 16-bit mono, as most cards do, is converted by ALSA's plug."""

    gives_zeros = False

    def __init__(self, device: str, workers: Workers, clock: Clock) -> None:
        self._device = device
        self._workers = workers
        self._clock = clock

    @property
    def engine(self) -> str:
        """Name and device."""
        return f"alsa {self._device}"

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """Open the device and yield sound until closed; MICROPHONE_GONE or MICROPHONE_BUSY when it cannot be."""
        stream = _Stream(self._device, self._clock, asyncio.get_running_loop())
        ended = asyncio.wrap_future(self._workers.lane(LANE).submit(stream.run))
        ended.add_done_callback(lambda _: stream.came.set())
        try:
            while True:
                stream.came.clear()
                while stream.held:
                    yield stream.held.popleft()
                if ended.done():
                    # It ends by itself only when it cannot go on.
                    ended.result()
                    return
                await stream.came.wait()
        finally:
            stream.must_end.set()
            # Whoever leaves while it is opened or read leaves nothing open.
            await asyncio.wait({ended})
            if not ended.cancelled():
                ended.exception()


class _Stream:
    """One opening of a device: its thread fills ``held``, and ``came`` is set in the loop whenever it did."""

    def __init__(self, device: str, clock: Clock, loop: asyncio.AbstractEventLoop) -> None:
        self._device = device
        self._clock = clock
        self._loop = loop
        self.held: deque[AudioChunk] = deque()
        self.came = asyncio.Event()
        self.must_end = threading.Event()

    def run(self) -> None:
        """Open, read until told to end, close; blocks. Raises as :meth:`AlsaMicrophone.chunks` says."""
        if self.must_end.is_set():
            return
        pcm = open_device(self._device)
        try:
            ended_us, dropped_ms = 0, 0.0
            while not self.must_end.is_set():
                sound, waiting_frames, has_overrun = read_chunk(pcm, self._device)
                # What still waits in the device was taken after this chunk.
                age_us = (PERIOD_FRAMES + waiting_frames) * 1_000_000 // SAMPLE_RATE_HZ
                began_us = max(ended_us - CHUNK_MS * 1000, self._clock.monotonic_us() - age_us)
                if has_overrun and ended_us:
                    dropped_ms += max(0, began_us - ended_us) / 1000
                chunk = AudioChunk(sound, began_us, lost_ms=dropped_ms)
                ended_us, dropped_ms = chunk.ended_us, self._hold(chunk)
        except RuntimeError:
            # The loop is gone, and with it whoever listened.
            logger.debug("nobody takes the sound any more")
        finally:
            pcm.close()

    def _hold(self, chunk: AudioChunk) -> float:
        """Hand a chunk to the loop; how many milliseconds of others had to be dropped for it."""
        dropped_ms = 0.0
        if len(self.held) >= HELD_CHUNKS:
            self.held.popleft()
            dropped_ms = CHUNK_MS
        self.held.append(chunk)
        self._loop.call_soon_threadsafe(self.came.set)
        return dropped_ms


def open_device(device: str) -> Any:
    """An open capture device that gives 16 kHz 16-bit mono; blocks.

    MICROPHONE_GONE if it is not there or does not give that even through ALSA's plug, MICROPHONE_BUSY if another
    program has it.
    """
    try:
        import alsaaudio
    except ImportError as error:
        raise _gone(device, f"cannot be used: {error}") from error
    offer = ""
    for name in (device, f'plug:"{device}"'):
        try:
            pcm = alsaaudio.PCM(
                type=alsaaudio.PCM_CAPTURE,
                mode=alsaaudio.PCM_NORMAL,
                device=name,
                rate=SAMPLE_RATE_HZ,
                channels=1,
                format=alsaaudio.PCM_FORMAT_S16_LE,
                periodsize=PERIOD_FRAMES,
                periods=PERIODS,
            )
        except alsaaudio.ALSAAudioError as error:
            raise refusal(device, str(error)) from error
        info = pcm.info()
        if (info["rate"], info["channels"], info["format"]) == (SAMPLE_RATE_HZ, 1, alsaaudio.PCM_FORMAT_S16_LE):
            return pcm
        pcm.close()
        offer = f"{info['rate']} Hz, {info['channels']} channels, {info['format_name']}"
        logger.info("microphone device=%s gives %s", name, offer)
    raise _gone(device, f"gives {offer} instead of 16 kHz 16-bit mono")


@dataclass(frozen=True, slots=True)
class DeviceOffer:
    """What a device takes or gives by itself, without a conversion."""

    rates_hz: tuple[int, ...]
    """The least and the most, or each of a few."""
    channels: tuple[int, ...]

    def __str__(self) -> str:
        rates, channels = sorted(set(self.rates_hz)), sorted(set(self.channels))
        hz = f"{rates[0]}" if len(rates) == 1 else f"{rates[0]} to {rates[-1]}"
        return f"{hz} Hz, {channels[0]}{f' to {channels[-1]}' if channels[1:] else ''} channels"


def device_offer(device: str, *, hears: bool) -> DeviceOffer:
    """What a microphone or loudspeaker offers; opens it for that. Blocks, and raises as :func:`open_device`."""
    try:
        import alsaaudio
    except ImportError as error:
        raise _gone(device, f"cannot be used: {error}") from error
    kind = alsaaudio.PCM_CAPTURE if hears else alsaaudio.PCM_PLAYBACK
    try:
        pcm = alsaaudio.PCM(type=kind, mode=alsaaudio.PCM_NONBLOCK, device=device)
        try:
            rates = pcm.getrates()
            return DeviceOffer((rates,) if isinstance(rates, int) else tuple(rates), tuple(pcm.getchannels()))
        finally:
            pcm.close()
    except alsaaudio.ALSAAudioError as error:
        raise refusal(device, str(error)) from error


def refusal(device: str, text: str) -> JarvisError:
    """The error for what ALSA says of a device that it does not open."""
    if os.strerror(errno.EBUSY) in text:
        return Unavailable(f'microphone "{device}" is in use by another program', code=ErrorCode.MICROPHONE_BUSY)
    return _gone(device, f"cannot be opened: {text}")


def read_chunk(pcm: Any, device: str) -> tuple[bytes, int, bool]:
    """One chunk of sound, how many frames wait behind it, and whether some were lost before; blocks."""
    import alsaaudio

    sound, has_overrun = b"", False
    try:
        while len(sound) < CHUNK_BYTES:
            frames, data = pcm.read()
            if frames == OVERRUN:
                logger.warning("microphone overrun device=%s: sound was lost", device)
                has_overrun = True
                continue
            if frames <= 0:
                raise _gone(device, f"stopped delivering sound (code {frames})")
            sound += data[: frames * BYTES_PER_SAMPLE]
        return sound[:CHUNK_BYTES], max(0, pcm.avail()), has_overrun
    except alsaaudio.ALSAAudioError as error:
        raise _gone(device, f"stopped delivering sound: {error}") from error


def _gone(device: str, what: str) -> JarvisError:
    return Unavailable(f'microphone "{device}" {what}', code=ErrorCode.MICROPHONE_GONE)
