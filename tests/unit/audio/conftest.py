"""A whole ear with scripted engines, in simulated time: sound is fed as fast as it can be taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timezone
from typing import TypeVar

import pytest

from jarvisd.audio.answers.answer_session import AnswerRules
from jarvisd.audio.events import Event
from jarvisd.audio.ports import Transcriber, VoiceDetector, WakeDetector
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.speech.endpoint import EndpointRules
from jarvisd.audio.turn.listener import Listener, ListenRules
from jarvisd.audio.wake.vad_gate import VadGate
from jarvisd.audio.wake.wake_detection import WakeStage
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.component import Component, loaded_in_lane
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from tests.fakes.audio import ScriptedTranscriber, ScriptedVad, ScriptedWake, chunks_of

WAIT_S = 60
RULES = ListenRules(
    endpoint=EndpointRules(
        silence_ms=1500, min_speech_ms=200, max_ms=10_000, lead_silence_ms=5000, speculate_after_ms=500
    ),
    preroll_ms=500,
    refractory_ms=2000,
    answer=AnswerRules(silence_ms=800, min_speech_ms=200, preroll_ms=500, reserve_s=75),
)
E = TypeVar("E", bound=Event)


class SoundClock:
    """Time as told by the sound that was fed."""

    def __init__(self) -> None:
        self.now_us = 10_000_000

    def monotonic_us(self) -> int:
        return self.now_us

    def boot_us(self) -> int:
        return self.now_us

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_us / 1e6, timezone.utc)


class Room:
    """A listener, what is said to it, and what it tells."""

    def __init__(
        self,
        make_vad: Callable[[], VoiceDetector] = ScriptedVad,
        transcriber: Transcriber | None = None,
        rules: ListenRules = RULES,
    ) -> None:
        self.clock = SoundClock()
        self.tasks, self.workers, self.parts = Tasks(), Workers(), Parts()
        self.progress = HeartbeatMonitor(self.clock.monotonic_us)
        self.wake, self.transcriber = ScriptedWake(), ScriptedTranscriber()
        transcribes = transcriber or self.transcriber
        vad: Component[VoiceDetector] = loaded_in_lane("vad", make_vad, self.workers, self.parts)
        wake: Component[WakeDetector] = loaded_in_lane("wake", lambda: self.wake, self.workers, self.parts)
        stt: Component[Transcriber] = loaded_in_lane("stt", lambda: transcribes, self.workers, self.parts)
        self.engines = (vad, wake, stt)
        watch = WakeStage(wake, VadGate(), self.workers, self.progress.register("wake", 5), threshold=0.5)
        self.decoder = TranscriptionWorker(stt, self.workers, self.progress.register("stt", 5), limit_s=60)
        self.events: list[Event] = []
        self.listener = Listener(
            vad=vad,
            transcriber=stt,
            wake=watch,
            decoder=self.decoder,
            wake_phrase=ENGLISH.wake_phrase,
            answer_example=ENGLISH.answers.example(),
            rules=rules,
            tasks=self.tasks,
            clock=self.clock,
            emit=self._take,
        )
        self._told = asyncio.Event()

    async def load(self) -> None:
        for engine in self.engines:
            self.tasks.start(engine.part, engine.run())
        for engine in self.engines:
            try:
                await engine.wait()
            except Exception:  # noqa: BLE001 - a scripted failure to load
                continue

    async def hears(self, *sounds: bytes) -> None:
        """Let ``sounds`` be heard one after the other; whole chunks."""
        for chunk in chunks_of(b"".join(sounds), self.clock.now_us):
            self.clock.now_us = chunk.ended_us
            await self.listener.hear(chunk)

    async def settled(self) -> None:
        """Wait until the transcriber has nothing to do and whoever waited for it has gone on."""
        for _ in range(5):
            for _ in range(10):
                await asyncio.sleep(0)
            await self.workers.run("stt", lambda: None)

    async def told(self, kind: type[E], count: int = 1) -> E:
        """The ``count``-th event of a kind; waits for it."""
        while len(self.all(kind)) < count:
            self._told.clear()
            await asyncio.wait_for(self._told.wait(), WAIT_S)
        return self.all(kind)[count - 1]

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def _take(self, event: Event) -> None:
        self.events.append(event)
        self._told.set()


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    place = Room()
    await place.load()
    yield place
    await place.tasks.cancel_all()
    place.workers.close()
