"""The process that opens a device for ``jarvisctl audio``: ``python -m`` with this name, ``hear`` or ``play``, and
the device.

A driver, or the plugin of a sound server that hangs, may never return: whoever started this ends it then. Frames
leave by its standard output, as :mod:`jarvisd.runtime.process.frames` has them: ``{"heard"}`` with 80 ms of sound
behind it, for ever; ``{"played"}`` once the tone is over; ``{"error", "code"}`` when it cannot be.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator

from jarvisd.audio.adapters.alsa import open_device, read_chunk
from jarvisd.cli.sound_levels import TONE_RATE_HZ, TONE_S, tone
from jarvisd.core.errors import JarvisError
from jarvisd.runtime.process.frames import frame
from jarvisd.runtime.workers import Workers
from jarvisd.tts.adapters.alsa import AlsaSpeaker


def _heard(device: str) -> Iterator[bytes]:
    pcm = open_device(device)
    try:
        while True:
            sound, _, _ = read_chunk(pcm, device)
            yield frame({"heard": True}, sound)
    finally:
        pcm.close()


def _played(device: str) -> Iterator[bytes]:
    asyncio.run(_play(device))
    yield frame({"played": True})


async def _play(device: str) -> None:
    workers = Workers()
    speaker = AlsaSpeaker(device, workers)
    try:
        await speaker.begin("tone", TONE_RATE_HZ)
        await speaker.write(tone(TONE_S, TONE_RATE_HZ))
        await speaker.finish()
    finally:
        workers.close()


def main(what: str, device: str) -> None:
    """Write frames until the work is done, fails, or nobody reads them."""
    output = os.fdopen(os.dup(1), "wb", buffering=0)
    # What native code prints is for people.
    os.dup2(2, 1)
    try:
        for each in {"hear": _heard, "play": _played}[what](device):
            output.write(each)
    except JarvisError as error:
        output.write(frame({"error": error.message, "code": str(error.code)}))
    except BrokenPipeError:
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
