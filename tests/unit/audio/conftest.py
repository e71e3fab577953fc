"""A whole ear with scripted engines, in simulated time: sound is fed as fast as it can be taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timezone
from functools import partial
from typing import Any, TypeVar

import pytest

from jarvisd.audio.answers.answer_session import AnswerRules
from jarvisd.audio.events import Event
from jarvisd.audio.ports import Transcriber, TurnDetector, VoiceDetector, WakeDetector
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.request.turn_judge import TurnJudge
from jarvisd.audio.speech.endpoint import EndpointRules
from jarvisd.audio.speech.turn_end import TurnRules
from jarvisd.audio.turn.listener import Listener, ListenRules
from jarvisd.audio.turn.reply_window import FollowUpRules
from jarvisd.audio.wake.vad_gate import VadGate
from jarvisd.audio.wake.wake_detection import LANE, WakeRules, WakeStage, WatchedWord
from jarvisd.audio.wake.wake_verification import NearMiss, WakeVerifier
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.pack import WakePhrase
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
    turn=TurnRules(
        sure_likelihood=0.9, likely_likelihood=0.5, sure_ms=560, likely_ms=880, doubtful_ms=1500, going_on_ms=2500
    ),
    preroll_ms=500,
    refractory_ms=2000,
    answer=AnswerRules(silence_ms=800, min_speech_ms=200, preroll_ms=500, reserve_s=75),
    follow_up=FollowUpRules(question_s=5.0, answer_s=0.0),
)
E = TypeVar("E", bound=Event)


def _same(engine: ScriptedWake) -> ScriptedWake:
    return engine


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
        wake_phrase: WakePhrase = ENGLISH.wake_phrase,
        turns: TurnDetector | None = None,
        others: Sequence[str] = (),
    ) -> None:
        self.clock = SoundClock()
        self.tasks, self.workers, self.parts = Tasks(), Workers(), Parts()
        self.progress = HeartbeatMonitor(self.clock.monotonic_us)
        self.wake, self.transcriber = ScriptedWake(), ScriptedTranscriber()
        transcribes = transcriber or self.transcriber
        vad: Component[VoiceDetector] = loaded_in_lane("vad", make_vad, self.workers, self.parts)
        wake: Component[WakeDetector] = loaded_in_lane("wake", lambda: self.wake, self.workers, self.parts)
        phrases = {"": wake_phrase, **{phrase: ENGLISH.other_wake_phrase(phrase, ()) for phrase in others}}
        self.others = {phrase: ScriptedWake() for phrase in others}
        words = [WatchedWord("", wake, WakeRules(0.5, 0.9))]
        for phrase, engine in self.others.items():
            engine.calls = phrase
            model: Component[WakeDetector] = loaded_in_lane(
                f"wake-{phrase}", partial(_same, engine), self.workers, self.parts, LANE
            )
            words.append(WatchedWord(phrase, model, WakeRules(0.3, 0.8)))
        stt: Component[Transcriber] = loaded_in_lane("stt", lambda: transcribes, self.workers, self.parts)
        self.engines: list[Component[Any]] = [vad, *(word.model for word in words), stt]
        turn: Component[TurnDetector] | None = None
        if turns is not None:
            turn = loaded_in_lane("turn", lambda: turns, self.workers, self.parts)
            self.engines.append(turn)
        judge = TurnJudge(turn, ENGLISH.wholeness, self.workers, self.progress.register("turn", 5))
        self.events: list[Event] = []
        self.decoder = TranscriptionWorker(stt, self.workers, self.progress.register("stt", 5), limit_s=60)
        self.near_misses: list[NearMiss] = []
        self.lost: list[str] = []
        watch = WakeStage(
            words,
            VadGate(),
            self.workers,
            self.progress.register("wake", 5),
            WakeVerifier(self.decoder, phrases, self.tasks, self.near_misses.append),
            lambda model, error: (model.failed(error), self.lost.append(model.part)),
        )
        self.listener = Listener(
            vad=vad,
            transcriber=stt,
            wake=watch,
            decoder=self.decoder,
            wake_phrases=phrases,
            judge=judge,
            wording=ENGLISH.wording,
            stop_words=ENGLISH.stop_words,
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
        """Wait until transcriber and turn model have nothing to do and whoever waited for them has gone on."""
        for _ in range(5):
            for _ in range(10):
                await asyncio.sleep(0)
            await self.workers.run("stt", lambda: None)
            await self.workers.run("turn", lambda: None)

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
