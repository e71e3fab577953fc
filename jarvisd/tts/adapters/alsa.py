"""The loudspeaker through ALSA."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from functools import cached_property
from importlib.metadata import version
from typing import Any, ParamSpec, TypeVar

from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.pcm import BYTES_PER_SAMPLE, bytes_for_ms
from jarvisd.runtime.workers import Workers
from jarvisd.tts.ports import BLOCK_MS, QUEUED_MS

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

LANE = "speaker"
PROBE_RATE_HZ = 22_050
"""That of Piper's medium voices."""
STUCK_LIMIT = 4
"""Chosen: a driver that keeps so many threads for ever is not asked again until one of them comes back."""
ATTEMPTS = 5
"""How often in a row a block is offered to a device that has run dry."""


class AlsaSpeaker:
    """Plays on an ALSA device, opened for each utterance so that others can use it in between.

    The device holds four periods of 40 ms: two of 80 ms get a third one added by the PulseAudio plugin. One that
    takes no more sound and does not return keeps its thread; after :meth:`abandon` the next opening has another.
    """

    def __init__(self, device: str, workers: Workers) -> None:
        self._name = device
        self._workers = workers
        self._device: _Device | None = None
        self._working: list[_Device] = []
        """Those with a thread inside; a device that was given up stays here until its thread has come back."""
        self._lane = LANE
        self._lanes = 1

    @cached_property
    def engine(self) -> str:
        """Name, version and device."""
        return f"pyalsaaudio {version('pyalsaaudio')} {self._name}"

    async def check(self) -> None:
        """Open and close the device."""
        if self._device is None:
            device = _Device(self._name)
            await self._run(device, device.probe)

    async def begin(self, utterance_id: str, rate_hz: int) -> None:
        """Open the device for an utterance."""
        await self.stop()
        self._device = device = _Device(self._name)
        await self._run(device, device.begin, rate_hz)

    async def write(self, pcm: bytes) -> None:
        """Hand over a block; blocks a thread while the device's buffer is full."""
        device = self._opened()
        await self._run(device, device.write, pcm)

    async def finish(self) -> None:
        """Play to the end and close the device."""
        device = self._opened()
        await self._run(device, device.finish)
        self._device = None

    async def stop(self) -> None:
        """Drop what the device still holds and close it."""
        device, self._device = self._device, None
        if device is not None:
            await self._work(device, device.stop)

    def abandon(self) -> None:
        """Leave a device that does not return to its thread, which closes it if it ever comes back."""
        for device in self._working:
            device.is_abandoned = True
        self._device = None
        self._lane, self._lanes = f"{LANE}-{self._lanes}", self._lanes + 1

    def _opened(self) -> _Device:
        if self._device is None:
            raise Unavailable(f"speaker {self._name} is not open", code=ErrorCode.SPEAKER_GONE)
        return self._device

    async def _run(self, device: _Device, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        from alsaaudio import ALSAAudioError

        if sum(each.is_abandoned for each in self._working) >= STUCK_LIMIT:
            raise Unavailable(f"speaker {self._name} does not return", code=ErrorCode.SPEAKER_GONE)
        try:
            return await self._work(device, function, *args, **kwargs)
        except ALSAAudioError as error:
            raise Unavailable(f"speaker {self._name}: {error}", code=ErrorCode.SPEAKER_GONE) from error

    async def _work(self, device: _Device, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def work() -> T:
            try:
                return function(*args, **kwargs)
            finally:
                self._working.remove(device)
                if device.is_abandoned:
                    device.stop()

        self._working.append(device)
        return await self._workers.run(self._lane, work)


class _Device:
    """One opening of an ALSA device; its methods run one after the other in a thread of the speaker."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pcm: Any = None
        self._block_bytes = 0
        self._waiting = b""
        self._is_primed = False
        self.is_abandoned = False

    def _open(self, rate_hz: int) -> Any:
        """The device, or ALSA's plug before it where it does not play ``rate_hz`` in one channel by itself."""
        import alsaaudio

        offer = ""
        for name in (self._name, f'plug:"{self._name}"'):
            pcm = alsaaudio.PCM(
                type=alsaaudio.PCM_PLAYBACK,
                mode=alsaaudio.PCM_NORMAL,
                device=name,
                rate=rate_hz,
                channels=1,
                format=alsaaudio.PCM_FORMAT_S16_LE,
                periodsize=rate_hz * BLOCK_MS // 1000,
                periods=QUEUED_MS // BLOCK_MS,
            )
            actual = pcm.info()
            if (actual["rate"], actual["channels"]) == (rate_hz, 1):
                return pcm
            pcm.close()
            offer = f"{actual['rate']} Hz, {actual['channels']} channels"
            logger.debug("speaker device=%s plays %s", name, offer)
        raise alsaaudio.ALSAAudioError(f"plays {offer} instead of {rate_hz} Hz mono")

    def probe(self) -> None:
        """Open and close it."""
        self._open(PROBE_RATE_HZ).close()

    def begin(self, rate_hz: int) -> None:
        """Open it."""
        self._pcm = self._open(rate_hz)
        self._block_bytes = bytes_for_ms(BLOCK_MS, rate_hz)

    def write(self, pcm: bytes) -> None:
        """Take a block."""
        self._waiting += pcm
        # A device starts with the first block and runs dry if the next one is late: it gets a full buffer at once.
        if self._is_primed or len(self._waiting) >= self._block_bytes * (QUEUED_MS // BLOCK_MS):
            self._is_primed = True
            self._flush()

    def _flush(self) -> None:
        from alsaaudio import ALSAAudioError

        attempts = 0
        while self._waiting:
            written = self._pcm.write(self._waiting)
            attempts = attempts + 1 if written <= 0 else 0
            if written == -errno.EPIPE:
                logger.debug("speaker ran dry")
            if attempts >= ATTEMPTS:
                raise ALSAAudioError("takes no more sound")
            self._waiting = self._waiting[max(written, 0) * BYTES_PER_SAMPLE :]

    def finish(self) -> None:
        """Play to the end, and close it."""
        # Hardware plays whole periods: what is left of the last one would be old sound.
        self._waiting += bytes(-len(self._waiting) % self._block_bytes)
        self._flush()
        self._pcm.drain()
        self._close()

    def stop(self) -> None:
        """Drop what is left, and close it."""
        if self._pcm is None:
            return
        from alsaaudio import ALSAAudioError

        try:
            self._pcm.drop()
            self._close()
        except ALSAAudioError as error:
            logger.debug("speaker stop error=%s", error)
        finally:
            self._forget()

    def _close(self) -> None:
        pcm = self._pcm
        self._forget()
        pcm.close()

    def _forget(self) -> None:
        self._pcm = None
        self._waiting = b""
        self._is_primed = False
