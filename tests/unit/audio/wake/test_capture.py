"""The microphone as it gives sound, goes away and comes back, and who is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from jarvisd.audio.wake.capture import Capture
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.pcm import AudioChunk
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from tests.fakes.audio import chunks_of

GONE = Unavailable("unplugged", code=ErrorCode.MICROPHONE_GONE)
TWO = chunks_of(bytes(2 * 2560))


class Plug:
    """A microphone that gives two chunks, is gone, and would not open again."""

    engine = "a plug"

    def __init__(self) -> None:
        self.now_us = 0
        self.opened = self.closed = 0

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        self.opened += 1
        try:
            for chunk in TWO:
                yield chunk
            self.now_us += 10_000_000
            raise GONE
        finally:
            self.closed += 1


async def test_chunks_are_handed_on_and_a_failure_is_told() -> None:
    plug, parts, told, failed = Plug(), Parts(), list[object](), asyncio.Event()
    progress = HeartbeatMonitor(lambda: plug.now_us)

    async def take(chunk: AudioChunk) -> None:
        assert parts.states() == {"microphone": "ready"}
        told.append(chunk)

    def fail(error: JarvisError) -> None:
        told.append(error)
        failed.set()

    capture = Capture(
        plug,
        on_chunk=take,
        on_works=lambda: told.append("works"),
        on_failed=fail,
        parts=parts,
        heartbeat=progress.register("microphone", 5, part="microphone"),
    )
    assert parts.states() == {"microphone": "loading"}
    running = Tasks().start("capture", capture.run())
    await asyncio.wait_for(failed.wait(), 60)
    running.cancel()
    await asyncio.wait({running})
    assert told == ["works", TWO[0], "works", TWO[1], GONE]
    assert parts.states() == {"microphone": "failed: MicrophoneGone: unplugged"}
    assert (plug.opened, plug.closed) == (1, 1)
    # Known to be gone, it owes nothing.
    assert progress.late() == []
