"""The voice unit on a real bus: who may do what, what is signalled, and a whole daemon with its real engines."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import wave
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import variants
from jarvisd.config.schema import Config, Paths, Tts
from jarvisd.core.clock import SystemClock
from jarvisd.core.errors import ConfigError, ErrorCode, JarvisError
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.service import Runtime
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from jarvisd.tts.adapters.volume_file import VolumeFile
from jarvisd.tts.app import TtsUnit, build
from jarvisd.tts.volume import Volume
from tests.fakes.tts import sound_of

WAIT_S = 300
"""A real voice is loaded, which took more than a minute on a machine with 13 times its work."""


def scripted(state: Path) -> Config:
    engines = Tts(engine="tests.fakes.tts:synthesizer", speaker="tests.fakes.tts:speaker")
    return Config(paths=Paths(state_dir=state), tts=engines)


def runtime_on(bus: Connection, config: Config) -> Runtime:
    clock = SystemClock()
    return Runtime(config, clock, Tasks(), Workers(), HeartbeatMonitor(clock.monotonic_us), Parts(), bus)


class Client:
    """A peer of the voice that collects its signals."""

    def __init__(self, connection: Connection) -> None:
        self.peer = UnitClient(connection, UnitName.TTS)
        self.signals: list[tuple[str, Sequence[Any]]] = []
        self._changed = asyncio.Event()

    async def follow(self) -> None:
        self.peer.on("SpeakingStarted", lambda body: self._add("started", body))
        self.peer.on("SpeakingFinished", lambda body: self._add("finished", body))
        self.peer.on_properties(lambda values: self._add("changed", [values]))
        await self.peer.follow(lambda owner: self._changed.set())

    async def say(self, text: str, **options: str) -> str:
        [name] = await self.peer.call("Say", "sa{sv}", [text, variants(**options)], timeout_s=WAIT_S)
        return str(name)

    async def finished(self, name: str) -> Sequence[Any]:
        """Body of the signal that ends an utterance."""

        def body() -> Sequence[Any] | None:
            return next((body for kind, body in self.signals if kind == "finished" and body[2] == name), None)

        while body() is None:
            await self.changed()
        return body() or ()

    async def changed(self) -> None:
        """Wait until anything has been signalled."""
        await asyncio.wait_for(self._changed.wait(), WAIT_S)
        self._changed.clear()

    def _add(self, kind: str, body: Sequence[Any]) -> None:
        self.signals.append((kind, body))
        self._changed.set()


@pytest.fixture
async def unit(bus_address: str, tmp_path: Path) -> AsyncIterator[TtsUnit]:
    """The real unit with scripted engines."""
    link = Connection(bus_address)
    await link.connect()
    runtime = runtime_on(link, scripted(tmp_path))
    made = build(runtime)
    link.export(UnitName.TTS.path, made.interface)
    await link.request_name(UnitName.TTS.bus_name)
    await made.start()
    yield made
    await made.close()
    await runtime.tasks.cancel_all()
    runtime.workers.close()
    await link.disconnect()


@pytest.fixture
async def client(unit: TtsUnit, connection: Connection) -> Client:
    made = Client(connection)
    await made.follow()
    return made


async def test_what_is_said_is_signalled_with_its_turn(client: Client) -> None:
    """A4: start and end carry the turn and times on one clock."""
    name = await client.say("It is noon.", turn="t7")
    turn, ended_us, _, completed, heard = await client.finished(name)
    [(_, started)] = [signal for signal in client.signals if signal[0] == "started"]
    assert (turn, completed, heard, started[0], started[2]) == ("t7", True, 11, "t7", name)
    assert started[1] < ended_us


async def test_the_unit_says_what_it_runs_on(client: Client) -> None:
    await client.finished(await client.say("Hello."))
    values = await client.peer.properties()
    assert values["Engines"] == {"synthesizer": "scripted synthesizer", "speaker": "scripted speaker"}
    assert (values["Ready"], values["Speaking"]) == (True, False)


async def test_the_volume_is_told_changed_and_kept(client: Client, tmp_path: Path) -> None:
    assert (await client.peer.properties())["Volume"] == 100
    for member, signature, value, percent in (
        ("SetVolume", "u", 40, 40),
        ("ChangeVolume", "i", 10, 50),
        ("ChangeVolume", "i", -200, 0),
        ("ChangeVolume", "i", 0, 0),
        ("SetVolume", "u", 70, 70),
    ):
        assert await client.peer.call(member, signature, [value]) == [percent]
    with pytest.raises(JarvisError) as caught:
        await client.peer.call("SetVolume", "u", [101])
    assert caught.value.code is ErrorCode.INVALID_REQUEST
    assert (await client.peer.properties())["Volume"] == 70
    told = [body[0]["Volume"] for kind, body in client.signals if kind == "changed" and "Volume" in body[0]]
    assert told == [40, 50, 0, 70]
    kept = Volume(VolumeFile(tmp_path / "tts" / "volume", Workers()))
    await kept.restore()
    assert kept.percent == 70


@pytest.mark.parametrize("content", ["", "loud", "-5", "900", "\x00", "7" * 50])
async def test_a_damaged_volume_is_full(tmp_path: Path, content: str) -> None:
    (tmp_path / "volume").write_text(content)
    volume = Volume(VolumeFile(tmp_path / "volume", Workers()))
    await volume.restore()
    assert volume.percent == 100


async def test_a_text_becomes_a_sound_file(client: Client, tmp_path: Path) -> None:
    """As it would be spoken, without the loudspeaker; nothing else than a plain file is written to."""
    path = tmp_path / "out.wav"
    with path.open("wb") as file:
        [text] = await client.peer.call("Render", "hs", [0, "It is noon. Have lunch."], fds=[file.fileno()])
    report = json.loads(text)
    assert (report["clauses"], report["rate_hz"]) == (["It is noon.", "Have lunch."], 16_000)
    with wave.open(str(path)) as wav:
        assert wav.readframes(wav.getnframes()) == sound_of("It is noon.") + sound_of("Have lunch.")
        assert report["duration_s"] == pytest.approx(wav.getnframes() / 16_000, abs=0.001)
    assert client.signals == []
    with path.open("wb") as file, pytest.raises(JarvisError) as caught:
        await client.peer.call("Render", "hs", [0, "..."], fds=[file.fileno()])
    assert caught.value.code is ErrorCode.INVALID_REQUEST
    reading, writing = os.pipe()
    with pytest.raises(JarvisError) as caught:
        await client.peer.call("Render", "hs", [0, "It is noon."], fds=[writing])
    assert caught.value.code is ErrorCode.INVALID_REQUEST
    os.close(reading)
    os.close(writing)


async def test_say_writes_a_sound_file_from_the_shell(client: Client, bus_address: str, tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    command = [sys.executable, "-m", "jarvisd.cli.main", "--bus", bus_address, "say", "--output", str(path)]

    def say(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *more], capture_output=True, text=True, timeout=WAIT_S, check=False)

    done = await asyncio.to_thread(say, "--json", "It is noon.")
    assert json.loads(done.stdout)["clauses"] == ["It is noon."], done.stderr
    with wave.open(str(path)) as wav:
        assert wav.readframes(wav.getnframes()) == sound_of("It is noon.")
    assert client.signals == []
    command[-1] = str(tmp_path)
    assert "Is a directory" in (await asyncio.to_thread(say, "It is noon.")).stderr


async def test_stop_reaches_the_room(client: Client) -> None:
    name = await client.say("word " * 200)
    while not any(kind == "started" for kind, _ in client.signals):
        await client.changed()
    await client.peer.call("Stop", timeout_s=WAIT_S)
    assert (await client.finished(name))[3] is False
    await client.peer.call("Skip", timeout_s=WAIT_S)


async def test_only_the_executor_asks_questions(client: Client, connection: Connection) -> None:
    """Decision 2: the voice belongs to the executor while it asks, and to nobody else ever."""
    asked: list[Any] = ["r1", "Are you sure?", True]
    for member, signature, body in (("Question", "ssb", asked), ("Release", "s", ["r1"])):
        with pytest.raises(JarvisError) as caught:
            await client.peer.call(member, signature, body)
        assert caught.value.code is ErrorCode.NOT_PERMITTED
    await connection.request_name(UnitName.EXECUTOR.bus_name)
    [finished_us] = await client.peer.call("Question", "ssb", asked, timeout_s=WAIT_S)
    [ended] = [body for kind, body in client.signals if kind == "finished"]
    assert (finished_us, True) == (ended[1], ended[3])
    waiting = await client.say("After that.")
    await client.peer.call("Release", "s", ["r1"])
    assert (await client.finished(waiting))[3]


async def test_the_voice_is_free_when_the_executor_leaves(client: Client, bus_address: str) -> None:
    """A question dies with its executor, and so does its hold: what others say is heard at once."""
    executor = Connection(bus_address)
    await executor.connect()
    await executor.request_name(UnitName.EXECUTOR.bus_name)
    asked = ["r1", "Are you sure?", False]
    await UnitClient(executor, UnitName.TTS).call("Question", "ssb", asked, timeout_s=WAIT_S)
    waiting = await client.say("After that.")
    await executor.disconnect()
    assert (await client.finished(waiting))[3]


async def test_errors_cross_by_name(client: Client) -> None:
    with pytest.raises(JarvisError) as caught:
        await client.say("x" * 5000)
    assert caught.value.code is ErrorCode.INVALID_REQUEST


async def test_an_engine_that_does_not_exist_is_a_mistake_in_the_configuration(connection: Connection) -> None:
    with pytest.raises(ConfigError, match=r"tts\.engine"):
        build(runtime_on(connection, Config(tts=Tts(engine="no.such:engine"))))


@pytest.fixture
def daemon(bus_address: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A whole daemon with Piper and the file speaker; the value is the folder of spoken files."""
    models = os.environ.get("JARVISD_MODELS", "")
    if not models:
        pytest.skip("JARVISD_MODELS does not name the folder of the models; 'make test' does")
    spoken = tmp_path / "spoken"
    config = tmp_path / "jarvisd.toml"
    config.write_text(
        f'[paths]\nmodels_dir = "{getattr(request, "param", models)}"\n'
        f'[tts]\nspeaker = "file"\nfile_path = "{spoken}"\ndeadline_s = 300\n'
    )
    command = [sys.executable, "-m", "jarvisd", "tts", "--config", str(config), "--bus", bus_address]
    process = subprocess.Popen(command)
    yield spoken
    process.terminate()
    assert process.wait(WAIT_S) == 0


async def appeared(connection: Connection) -> Client:
    client = Client(connection)
    await client.follow()
    while client.peer.owner is None:
        await client.changed()
    return client


@pytest.mark.real
async def test_a_daemon_speaks_into_a_file(daemon: Path, connection: Connection) -> None:
    client = await appeared(connection)
    name = await client.say("I found **3.5 megabytes** in `report.txt`.")
    assert (await client.finished(name))[3]
    with wave.open(str(daemon / f"{name}.wav")) as sound:
        assert sound.getnframes() > sound.getframerate()


@pytest.mark.real
@pytest.mark.parametrize("daemon", ["/nonexistent"], indirect=True)
async def test_a_daemon_without_its_voice_stays_up_and_says_why(daemon: Path, connection: Connection) -> None:
    client = await appeared(connection)
    while not str((await client.peer.properties())["Parts"]["synthesizer"]).startswith("failed: ModelMissing"):
        await client.changed()
    with pytest.raises(JarvisError) as caught:
        await client.say("Hello.")
    assert caught.value.code is ErrorCode.MODEL_MISSING
