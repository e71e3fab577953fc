"""The microphone as it gives sound, goes away and comes back, and who is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from jarvisd.audio.ports import Microphone
from jarvisd.audio.wake.capture import Capture
from jarvisd.core.clock import SystemClock
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.pcm import AudioChunk
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from tests.fakes.audio import ScriptedMicrophone, chunks_of

GONE = Unavailable("unplugged", code=ErrorCode.MICROPHONE_GONE)
TWO = chunks_of(bytes(2 * 2560))


class Plug:
    """A microphone that gives two chunks, is gone, and would not open again."""

    engine = "a plug"
    gives_zeros = True

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
        tasks=Tasks(),
        clock=SystemClock(),
        dead_after_s=30,
    )
    assert parts.states() == {"microphone": "loading"}
    capture.open()
    running = Tasks().start("capture", capture.run())
    await asyncio.wait_for(failed.wait(), 60)
    running.cancel()
    await asyncio.wait({running})
    assert told == ["works", TWO[0], "works", TWO[1], GONE]
    assert parts.states() == {"microphone": "failed: MicrophoneGone: unplugged"}
    assert (plug.opened, plug.closed) == (1, 1)
    # Known to be gone, it owes nothing.
    assert progress.late() == []


class Ear:
    """A capture of a scripted microphone, and how many chunks have come of it."""

    def __init__(self, microphone: Microphone) -> None:
        self.parts, self.heard, self.progress = Parts(), 0, HeartbeatMonitor(lambda: 0)
        self._came = asyncio.Event()
        tasks = Tasks()
        self.capture = Capture(
            microphone,
            on_chunk=self._take,
            on_works=lambda: None,
            on_failed=lambda error: None,
            parts=self.parts,
            heartbeat=self.progress.register("microphone", 5, part="microphone"),
            tasks=tasks,
            clock=SystemClock(),
            dead_after_s=30,
        )
        self.running = tasks.start("capture", self.capture.run())

    async def _take(self, chunk: AudioChunk) -> None:
        self.heard += 1
        self._came.set()

    async def hears(self) -> None:
        """One more chunk."""
        self._came.clear()
        await asyncio.wait_for(self._came.wait(), 60)

    async def closed(self) -> None:
        await asyncio.wait_for(self.capture.closed(), 60)

    async def end(self) -> None:
        self.running.cancel()
        await asyncio.wait({self.running})


async def test_shut_the_device_is_closed_until_it_is_opened_again() -> None:
    """Decision 28."""
    microphone = ScriptedMicrophone()
    ear = Ear(microphone)
    ear.capture.open()
    await ear.hears()
    assert ear.parts.states() == {"microphone": "ready"}
    ear.capture.shut()
    await ear.closed()
    before = (microphone.opened, microphone.closed, ear.heard)
    assert before[:2] == (1, 1)
    assert (ear.parts.states(), ear.parts.is_ready) == ({"microphone": "muted"}, False)
    ear.capture.open()
    await ear.hears()
    assert (microphone.opened, microphone.closed) == (2, 1)
    assert ear.parts.states() == {"microphone": "ready"}
    await ear.end()
    assert (microphone.opened, microphone.closed) == (2, 2)


async def test_nothing_is_opened_before_it_may_nor_when_it_is_shut_at_once() -> None:
    microphone = ScriptedMicrophone()
    ear = Ear(microphone)
    for _ in range(10):
        ear.capture.open()
        ear.capture.shut()
        await ear.closed()
        await asyncio.sleep(0)
    assert (microphone.opened, ear.parts.states()) == (0, {"microphone": "muted"})
    await ear.end()


async def test_a_check_waits_for_the_next_sound_and_tells_why_none_comes() -> None:
    """D3: that it was ready a while ago proves nothing; shut, it is as somebody wants it."""
    microphone = ScriptedMicrophone()
    ear = Ear(microphone)
    await ear.capture.check()
    ear.capture.open()
    await ear.hears()
    before = ear.heard
    await asyncio.wait_for(ear.capture.check(), 60)
    assert ear.heard > before
    await ear.end()
    gone = ScriptedMicrophone()
    gone.failure = GONE
    deaf = Ear(gone)
    deaf.capture.open()
    failed = asyncio.Event()
    deaf.parts.subscribe(failed.set)
    await asyncio.wait_for(failed.wait(), 60)
    with pytest.raises(Unavailable, match="unplugged"):
        await deaf.capture.check()
    await deaf.end()


async def test_a_broken_microphone_is_muted_and_not_failed() -> None:
    microphone = ScriptedMicrophone()
    microphone.failure = GONE
    ear = Ear(microphone)
    failed = asyncio.Event()
    ear.parts.subscribe(failed.set)
    ear.capture.open()
    while ear.parts.states()["microphone"] == "loading":
        await asyncio.wait_for(failed.wait(), 60)
        failed.clear()
    assert ear.parts.states()["microphone"].startswith("failed")
    ear.capture.shut()
    await ear.closed()
    await asyncio.sleep(0)
    assert ear.parts.states() == {"microphone": "muted"}
    await ear.end()


class Dead(Plug):
    """A microphone that gives zeros, then sound, as fast as it is taken."""

    gives_zeros = False

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        for chunk in chunks_of(bytes(20 * 2560) + b"\1\0" * 1280):
            yield chunk
        raise GONE


async def test_a_dead_microphone_is_told_as_such_and_well_again() -> None:
    """Never ready, and what waits for it is told; what it gives is listened to all the same."""
    parts, told, ended = Parts(), list[object](), asyncio.Event()
    parts.subscribe(lambda: told.append(parts.states()["microphone"].partition(": ")[0]))
    heard: list[AudioChunk] = []

    async def take(chunk: AudioChunk) -> None:
        heard.append(chunk)

    def fail(error: JarvisError) -> None:
        told.append(error.code)
        if error is GONE:
            ended.set()

    capture = Capture(
        Dead(),
        on_chunk=take,
        on_works=lambda: told.append("works") if told[-1] != "works" else None,
        on_failed=fail,
        parts=parts,
        heartbeat=HeartbeatMonitor(lambda: 0).register("microphone", 5, part="microphone"),
        tasks=Tasks(),
        clock=SystemClock(),
        dead_after_s=0.8,
    )
    capture.open()
    running = Tasks().start("capture", capture.run())
    await asyncio.wait_for(ended.wait(), 60)
    running.cancel()
    await asyncio.wait({running})
    assert told == [
        *("loading", "ready", "works", "degraded", ErrorCode.MICROPHONE_SILENT, "ready", "works"),
        *("failed", ErrorCode.MICROPHONE_GONE),
    ]
    assert (len(heard), capture.counts.chunks, capture.counts.openings) == (21, 21, 1)
