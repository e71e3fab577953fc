"""The loudspeaker through ALSA."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from functools import cached_property
from importlib.metadata import version
from typing import Any, TypeVar

from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.pcm import BYTES_PER_SAMPLE, bytes_for_ms
from jarvisd.runtime.workers import Workers
from jarvisd.tts.ports import BLOCK_MS, QUEUED_MS

logger = logging.getLogger(__name__)

T = TypeVar("T")

LANE = "speaker"
PROBE_RATE_HZ = 22_050
"""That of Piper's medium voices."""
ATTEMPTS = 5
"""How often in a row a block is offered to a device that has run dry."""


class AlsaSpeaker:
    """Plays on an ALSA device, opened for each utterance so that others can use it in between.

    The device holds four periods of 40 ms: two of 80 ms get a third one added by the PulseAudio plugin.
    """

    def __init__(self, device: str, workers: Workers) -> None:
        self._device = device
        self._workers = workers
        self._pcm: Any = None
        self._block_bytes = 0
        self._waiting = b""
        self._is_primed = False

    @cached_property
    def engine(self) -> str:
        """Name, version and device."""
        return f"pyalsaaudio {version('pyalsaaudio')} {self._device}"

    async def check(self) -> None:
        """Open and close the device."""
        await self._run(self._probe)

    async def begin(self, utterance_id: str, rate_hz: int) -> None:
        """Open the device for an utterance."""
        await self._run(self._begin, rate_hz)

    async def write(self, pcm: bytes) -> None:
        """Hand over a block; blocks a thread while the device's buffer is full."""
        await self._run(self._write, pcm)

    async def finish(self) -> None:
        """Play to the end and close the device."""
        await self._run(self._finish)

    async def stop(self) -> None:
        """Drop what the device still holds and close it."""
        await self._workers.run(LANE, self._stop)

    async def _run(self, function: Callable[..., T], *arguments: Any) -> T:
        from alsaaudio import ALSAAudioError

        try:
            return await self._workers.run(LANE, function, *arguments)
        except ALSAAudioError as error:
            raise Unavailable(f"speaker {self._device}: {error}", code=ErrorCode.SPEAKER_GONE) from error

    def _open(self, rate_hz: int) -> Any:
        import alsaaudio

        pcm = alsaaudio.PCM(
            type=alsaaudio.PCM_PLAYBACK,
            mode=alsaaudio.PCM_NORMAL,
            device=self._device,
            rate=rate_hz,
            channels=1,
            format=alsaaudio.PCM_FORMAT_S16_LE,
            periodsize=rate_hz * BLOCK_MS // 1000,
            periods=QUEUED_MS // BLOCK_MS,
        )
        actual = pcm.info()
        if actual["rate"] != rate_hz or actual["channels"] != 1:
            pcm.close()
            raise alsaaudio.ALSAAudioError(
                f"does not play {rate_hz} Hz mono; name it through 'plug', as in plughw:0"
            )
        return pcm

    def _probe(self) -> None:
        if self._pcm is None:
            self._open(PROBE_RATE_HZ).close()

    def _begin(self, rate_hz: int) -> None:
        self._stop()
        self._pcm = self._open(rate_hz)
        self._block_bytes = bytes_for_ms(BLOCK_MS, rate_hz)

    def _write(self, pcm: bytes) -> None:
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

    def _finish(self) -> None:
        # Hardware plays whole periods: what is left of the last one would be old sound.
        self._waiting += bytes(-len(self._waiting) % self._block_bytes)
        self._flush()
        self._pcm.drain()
        self._close()

    def _stop(self) -> None:
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
