"""A running ear with scripted models on a bus, and who calls it, for tests of what it says and does there."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jarvisd.audio.app import AudioUnit, build
from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import variants
from jarvisd.bus.signals import SIGNALS
from jarvisd.config.schema import Audio, Config, Echo, Endpoint, Paths, Stt
from jarvisd.config.wake import Wake
from jarvisd.core.clock import SystemClock
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.service import Runtime
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers

WAIT_S = 60


class Client:
    """A connection that calls the ear and collects its signals."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.peer = UnitClient(connection, UnitName.AUDIO)
        self.signals: asyncio.Queue[tuple[str, Sequence[Any]]] = asyncio.Queue()
        for member in (kind.__name__ for kind in SIGNALS[UnitName.AUDIO]):
            self.peer.on(member, lambda body, member=member: self.signals.put_nowait((member, body)))

    async def next(self) -> tuple[str, Sequence[Any]]:
        return await asyncio.wait_for(self.signals.get(), WAIT_S)

    async def ready(self) -> dict[str, Any]:
        """The properties once every part is ready."""
        return await self.until(lambda values: values["Ready"] is True)

    async def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The properties once they are such."""
        changed = asyncio.Event()
        self.peer.on_properties(lambda values: changed.set())
        while not holds(values := await self.peer.properties()):
            await asyncio.wait_for(changed.wait(), WAIT_S)
            changed.clear()
        return values

    async def hear(self, path: Path, **options: bool) -> dict[str, Any]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            [report] = await self.peer.call(
                "Hear", "ha{sv}", [0, variants(**options)], timeout_s=WAIT_S, fds=[descriptor]
            )
        finally:
            os.close(descriptor)
        return dict(json.loads(report))

    async def hear_playing(self, path: Path, playing: Path, delay_ms: float) -> dict[str, Any]:
        with path.open("rb") as file, playing.open("rb") as other:
            body = [0, 1, variants(delay_ms=delay_ms)]
            fds = [file.fileno(), other.fileno()]
            [report] = await self.peer.call("HearPlaying", "hha{sv}", body, timeout_s=WAIT_S, fds=fds)
        return dict(json.loads(report))


def scripted_ear(tmp_path: Path) -> Config:
    """Scripted models behind the real file microphone and the real voice detector."""
    return Config(
        paths=Paths(state_dir=tmp_path / "state"),
        audio=Audio(microphone="file", file_path=tmp_path / "microphone"),
        wake=Wake(engine="tests.fakes.audio:wake"),
        stt=Stt(engine="tests.fakes.audio:transcriber"),
        endpoint=Endpoint(turn_engine="none"),
        echo=Echo(engine="none"),
    )


@asynccontextmanager
async def running(bus_address: str, config: Config) -> AsyncIterator[AudioUnit]:
    """The ear on the bus, from its start to its end."""
    link = Connection(bus_address)
    await link.connect()
    clock = SystemClock()
    progress = HeartbeatMonitor(clock.monotonic_us)
    runtime = Runtime(config, clock, Tasks(), Workers(), progress, Parts(), link)
    ear = build(runtime)
    link.export(UnitName.AUDIO.path, ear.interface)
    await link.request_name(UnitName.AUDIO.bus_name)
    await ear.start()
    yield ear
    assert progress.late() == []
    await ear.close()
    runtime.workers.close()
    await link.disconnect()


async def caller(connection: Connection) -> Client:
    """Who calls an ear that is ready."""
    made = Client(connection)
    await made.peer.follow()
    await made.ready()
    return made
