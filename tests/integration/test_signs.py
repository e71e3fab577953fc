"""Signs of life and bells on a real bus: the voice hears what the other units do (issue 14)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dbus_next import Variant

from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import UnitInterface, prop
from jarvisd.bus.service.service import signal as service_signal
from jarvisd.config.schema import Config, Paths
from jarvisd.config.voice import Tts
from jarvisd.core.clock import SystemClock
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.service import Runtime
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from jarvisd.tts.app import TtsUnit, build

WAIT_S = 120


class PlayedEar(UnitInterface):
    """Audio1 as far as the voice hears it."""

    def __init__(self, bus: Connection) -> None:
        super().__init__(UnitName.AUDIO, bus, Parts())
        self.is_muted = False

    @service_signal("std")
    def WakeDetected(self, turn_id: str, at_us: int, confidence: float) -> list[Any]:
        return [turn_id, at_us, confidence]

    @service_signal("sts")
    def ListeningEnded(self, turn_id: str, at_us: int, reason: str) -> list[Any]:
        return [turn_id, at_us, reason]

    @service_signal("sta{sv}")
    def SpeechSegment(self, turn_id: str, at_us: int, details: dict[str, Variant]) -> list[Any]:
        return [turn_id, at_us, details]

    @prop("b")
    def Muted(self) -> bool:
        return self.is_muted


class PlayedMind(UnitInterface):
    """Brain1 as far as the voice hears it."""

    def __init__(self, bus: Connection) -> None:
        super().__init__(UnitName.BRAIN, bus, Parts())

    @service_signal("stsss")
    def StateChanged(self, turn_id: str, at_us: int, source: str, target: str, edge: str) -> list[Any]:
        return [turn_id, at_us, source, target, edge]

    @service_signal("stss")
    def TurnFinished(self, turn_id: str, at_us: int, outcome: str, code: str) -> list[Any]:
        return [turn_id, at_us, outcome, code]


@dataclass
class Household:
    """The real voice, the played others, and what the voice has told."""

    unit: TtsUnit
    ear: PlayedEar
    mind: PlayedMind
    hands: UnitClient
    links: list[Connection]
    activity: str = ""
    ringing: list[str] = field(default_factory=list)
    started: int = 0
    ended: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.news = asyncio.Event()

    def changed(self, values: dict[str, Any]) -> None:
        self.activity = values.get("Activity", self.activity)
        self.ringing = values.get("Ringing", self.ringing)
        self.news.set()

    def sounds(self) -> None:
        self.started += 1
        self.news.set()

    def rung(self, reason: str) -> None:
        self.ended.append(reason)
        self.news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), WAIT_S)


@pytest.fixture
async def house(bus_address: str, tmp_path: Path) -> AsyncIterator[Household]:
    links = [Connection(bus_address) for _ in range(5)]
    for link in links:
        await link.connect()
    voice, audio, brain, hands, listener = links
    config = Config(
        paths=Paths(state_dir=tmp_path),
        tts=Tts(engine="tests.fakes.tts:synthesizer", speaker="tests.fakes.tts:speaker"),
    )
    clock = SystemClock()
    beats = HeartbeatMonitor(clock.monotonic_us)
    runtime = Runtime(config, clock, Tasks(), Workers(), beats, Parts(), voice)
    made = build(runtime)
    voice.export(UnitName.TTS.path, made.interface)
    await voice.request_name(UnitName.TTS.bus_name)
    await made.start()
    ear, mind = PlayedEar(audio), PlayedMind(brain)
    for link, unit, interface in ((audio, UnitName.AUDIO, ear), (brain, UnitName.BRAIN, mind)):
        link.export(unit.path, interface)
    await hands.request_name(UnitName.EXECUTOR.bus_name)
    home = Household(made, ear, mind, UnitClient(hands, UnitName.TTS), links)
    heard = UnitClient(listener, UnitName.TTS)
    heard.on_properties(home.changed)
    heard.on("SpeakingStarted", lambda body: home.sounds())
    heard.on("RingingEnded", lambda body: home.rung(body[3]))
    await heard.follow()
    home.changed(await heard.properties())
    yield home
    await made.close()
    await runtime.tasks.cancel_all()
    runtime.workers.close()
    for link in links:
        await link.disconnect()


async def come(house: Household) -> None:
    """The ear and the brain appear on the bus."""
    await house.links[1].request_name(UnitName.AUDIO.bus_name)
    await house.links[2].request_name(UnitName.BRAIN.bus_name)
    await house.until(lambda: house.activity == "idle")


async def test_one_word_follows_a_turn(house: Household) -> None:
    assert house.activity == "error", "nobody listens yet"
    await come(house)
    house.ear.WakeDetected("t1", 1, 1.0)
    house.mind.StateChanged("t1", 1, "IDLE", "LISTENING", "wake")
    await house.until(lambda: house.activity == "listening")
    await house.until(lambda: house.started == 1)
    house.mind.StateChanged("t1", 1, "LISTENING", "TRANSCRIBING", "speech_ended")
    await house.until(lambda: house.activity == "thinking")
    house.mind.StateChanged("t1", 1, "EXECUTING", "AWAITING_CONFIRM", "question")
    await house.until(lambda: house.activity == "asking")
    house.mind.StateChanged("t1", 1, "RESPONDING", "IDLE", "spoken")
    house.mind.TurnFinished("t1", 1, "done", "")
    await house.until(lambda: house.activity == "idle")
    house.ear.is_muted = True
    house.ear.changed(Muted=True)
    await house.until(lambda: house.activity == "muted")


async def test_a_bell_is_silent_while_somebody_speaks_and_ends_with_stop(house: Household) -> None:
    await come(house)
    await house.hands.call("Ring", "ssd", ["egg", "Your egg timer is done.", 300.0])
    await house.until(lambda: house.started == 1 and house.ringing == ["egg"])
    house.ear.WakeDetected("t1", 1, 1.0)
    await house.until(lambda: house.started == 2)
    house.mind.StateChanged("t1", 1, "IDLE", "LISTENING", "wake")
    await house.until(lambda: house.activity == "listening")
    assert house.ringing == ["egg"], "it is only held"
    await house.hands.call("Hush")
    house.mind.TurnFinished("t1", 1, "answered", "")
    await house.until(lambda: house.started == 3)
    await house.hands.call("Stop")
    await house.until(lambda: house.ended == ["stopped"] and house.ringing == [])


async def test_a_bell_ends_with_the_executor_that_wanted_it(house: Household) -> None:
    await come(house)
    await house.hands.call("Ring", "ssd", ["egg", "Your egg timer is done.", 300.0])
    await house.until(lambda: house.ringing == ["egg"])
    await house.links[3].disconnect()
    await house.until(lambda: house.ringing == [])
    assert house.ended == []
