"""What nobody waits for is given up, and never anything else in its place."""

from __future__ import annotations

import asyncio
import threading

from jarvisd.audio.ports import Transcription
from jarvisd.audio.request.kept_transcriber import KeptTranscriber
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.core.clock import SystemClock
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from tests.fakes.audio import ScriptedTranscriber, spoken

WAIT_S = 60


class Slow(ScriptedTranscriber):
    """At work until it is told that nobody wants it; then, or told "now", it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.unwanted = threading.Event()
        self.given_up = 0

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        said = super().transcribe(pcm, example)
        self.loop.call_soon_threadsafe(self.begun.set)
        if said.text != "now":
            self.unwanted.wait(WAIT_S)
        return said

    async def attend(self) -> None:
        await asyncio.Event().wait()

    def give_up(self) -> None:
        self.given_up += 1
        self.unwanted.set()

    def close(self) -> None:
        return None


async def test_only_what_is_under_way_is_given_up() -> None:
    slow, workers, tasks = Slow(), Workers(), Tasks()
    part = KeptTranscriber(lambda: slow, workers, Parts(), SystemClock()).component
    await part.open()
    heartbeat = HeartbeatMonitor(SystemClock().monotonic_us).register("stt", WAIT_S)
    worker = TranscriptionWorker(part, workers, heartbeat, WAIT_S)
    first = tasks.start("first", worker.decode(spoken("first")))
    await asyncio.wait_for(slow.begun.wait(), WAIT_S)
    waiting = tasks.start("waiting", worker.decode(spoken("waiting")))
    last = tasks.start("last", worker.decode(spoken("now")))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert slow.given_up == 0, "what had not begun is only taken off the queue"
    first.cancel()
    await asyncio.wait({first})
    assert slow.given_up == 1
    assert (await asyncio.wait_for(last, WAIT_S)).text == "now"
    assert slow.heard == ["first", "now"]
    await tasks.cancel_all()
    workers.close()
