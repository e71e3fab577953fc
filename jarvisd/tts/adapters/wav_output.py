"""Sound into a file that somebody else has opened."""

from __future__ import annotations

import os
import stat
import wave
from collections.abc import Sequence

from jarvisd.core.errors import EngineError, ErrorCode, RequestError
from jarvisd.core.pcm import BYTES_PER_SAMPLE
from jarvisd.runtime.workers import Workers
from jarvisd.tts.ports import Speech

LANE = "rendering"


class WavOutput:
    """Writes WAV files in a lane of their own, since a disk may be slow."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    async def write(self, descriptor: int, sound: Sequence[Speech]) -> None:
        """Write ``sound``, all at one rate. The caller keeps the descriptor. INVALID_REQUEST for no plain file."""
        await self._workers.run(LANE, _write, descriptor, sound)


def _write(descriptor: int, sound: Sequence[Speech]) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise RequestError("sound is written to plain files only")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file, wave.open(file, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(BYTES_PER_SAMPLE)
            wav.setframerate(sound[0].rate_hz)
            wav.writeframes(b"".join(each.pcm for each in sound))
    except OSError as error:
        raise EngineError(f"the file cannot be written: {error.strerror}", code=ErrorCode.DISK_FULL) from error
