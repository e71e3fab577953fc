"""The ear on a real bus: who may do what, what is signalled, recordings by descriptor (A4, decisions 2 and 12)."""

from __future__ import annotations

import asyncio
import json
import os
import wave
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from jarvisd.audio.app import AudioUnit, build
from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.signals import SIGNALS
from jarvisd.config.schema import Audio, Config, Stt, Wake
from jarvisd.core.clock import SystemClock
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.service import Runtime
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from tests.fakes.audio import silence, spoken

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
        changed = asyncio.Event()
        self.peer.on_properties(lambda values: changed.set())
        while not (values := await self.peer.properties())["Ready"]:
            await asyncio.wait_for(changed.wait(), WAIT_S)
            changed.clear()
        return values

    async def hear(self, path: Path) -> dict[str, Any]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            [report] = await self.peer.call("Hear", "ha{sv}", [0, {}], timeout_s=WAIT_S, fds=[descriptor])
        finally:
            os.close(descriptor)
        return dict(json.loads(report))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Scripted models behind the real file microphone and the real voice detector."""
    return Config(
        audio=Audio(microphone="file", file_path=tmp_path / "microphone"),
        wake=Wake(engine="tests.fakes.audio:wake"),
        stt=Stt(engine="tests.fakes.audio:transcriber"),
    )


@pytest.fixture
async def unit(bus_address: str, config: Config) -> AsyncIterator[AudioUnit]:
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


@pytest.fixture
async def client(unit: AudioUnit, connection: Connection) -> Client:
    made = Client(connection)
    await made.peer.follow()
    await made.ready()
    return made


@pytest.fixture
async def executor(unit: AudioUnit, bus_address: str) -> AsyncIterator[Client]:
    link = Connection(bus_address)
    await link.connect()
    await link.request_name(UnitName.EXECUTOR.bus_name)
    made = Client(link)
    await made.peer.follow()
    await made.ready()
    yield made
    if not link.closed.is_set():
        await link.disconnect()


def recording(path: Path, pcm: bytes) -> Path:
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(16_000)
        stream.writeframes(pcm)
    return path


async def test_a_spoken_request_is_signalled_step_by_step(client: Client, config: Config) -> None:
    config.audio.file_path.write_bytes(spoken("hey jarvis what time is it", 1600))
    told = [await client.next() for _ in range(4)]
    if partial := [body for member, body in told if member == "PartialTranscript"]:
        # On a crowded machine the end of speech may be certain before the words are known.
        assert partial[0][2:] == ["What time is it", 0.9]
        told.append(await client.next())
    steps = [(member, body) for member, body in told if member != "PartialTranscript"]
    assert [member for member, _ in steps] == ["WakeDetected", "SpeechStarted", "SpeechSegment", "Transcript"]
    assert len({body[0] for _, body in steps}) == 1
    _, _, text, details = steps[3][1]
    assert text == "What time is it"
    assert set(details) == {
        "confidence", "duration_s", "wake_score", "stt_ms", "speech_began_us", "speech_ended_us"
    }  # fmt: skip
    assert details["speech_began_us"] < steps[0][1][1] < details["speech_ended_us"] < steps[3][1][1]
    assert (await client.peer.properties())["State"] == "idle"


async def test_an_answer_goes_to_the_executor_alone(client: Client, executor: Client, config: Config) -> None:
    await executor.peer.call("ReserveAnswer", "s", ["q1"])
    question = asyncio.gather(executor.peer.call("ListenForAnswer", "sd", ["q1", 30.0], timeout_s=WAIT_S))
    assert (await executor.next())[1][2] is True
    config.audio.file_path.write_bytes(silence(400) + spoken("hey jarvis yes", 800))
    [[answer]] = await asyncio.wait_for(question, WAIT_S)
    assert {key: answer[key] for key in ("outcome", "heard", "live")} == {
        "outcome": "speech", "heard": "hey jarvis yes", "live": True
    }  # fmt: skip
    await executor.peer.call("ReleaseAnswer", "s", ["q1"])
    assert [(await client.next())[0] for _ in range(2)] == ["AnswerWindow"] * 2
    assert client.signals.empty()


@pytest.mark.parametrize(
    ("member", "signature", "body"),
    [("ReserveAnswer", "s", ["q1"]), ("ListenForAnswer", "sd", ["q1", 1.0]), ("ReleaseAnswer", "s", ["q1"])],
)
async def test_only_the_executor_may_take_answers(
    client: Client, executor: Client, member: str, signature: str, body: list[Any]
) -> None:
    with pytest.raises(JarvisError) as refused:
        await client.peer.call(member, signature, body)
    assert refused.value.code is ErrorCode.NOT_PERMITTED


async def test_a_question_ends_when_the_executor_leaves(client: Client, executor: Client) -> None:
    gone = asyncio.Event()
    client.peer.on_properties(lambda values: gone.set() if values.get("State") == "idle" else None)
    await executor.peer.call("ReserveAnswer", "s", ["q1"])
    assert (await client.peer.properties())["State"] == "answering"
    await executor.connection.disconnect()
    await asyncio.wait_for(gone.wait(), WAIT_S)


async def test_mute_is_a_property(client: Client) -> None:
    await client.peer.call("SetMuted", "b", [True])
    values = await client.peer.properties()
    assert (values["State"], values["Muted"]) == ("muted", True)
    with pytest.raises(JarvisError) as refused:
        await client.peer.call("Listen")
    assert refused.value.code is ErrorCode.INVALID_REQUEST
    await client.peer.call("SetMuted", "b", [False])
    await client.peer.call("Listen")
    assert (await client.next())[0] == "WakeDetected"
    await client.peer.call("Cancel")
    member, body = await client.next()
    assert (member, body[2]) == ("ListeningEnded", "cancelled")


async def test_a_recording_is_heard_and_signals_nothing(client: Client, tmp_path: Path) -> None:
    open_before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        report = await client.hear(recording(tmp_path / "r.wav", silence(400) + spoken("hey jarvis stop", 1200)))
    assert (report["wake_detected"], report["transcript"]) == (True, "Stop")
    assert client.signals.empty()
    assert len(os.listdir("/proc/self/fd")) <= open_before


async def test_what_is_no_recording_has_its_own_errors(client: Client, tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.wav", tmp_path / "text.wav"
    empty.write_bytes(b"")
    text.write_text("this is no sound")
    cases = [
        (empty, ErrorCode.AUDIO_UNREADABLE),
        (text, ErrorCode.AUDIO_UNREADABLE),
        (recording(tmp_path / "quiet.wav", silence(3000)), ErrorCode.NOTHING_HEARD),
        (recording(tmp_path / "long.wav", silence(181_000)), ErrorCode.AUDIO_TOO_LONG),
    ]
    for path, code in cases:
        with pytest.raises(JarvisError) as refused:
            await client.hear(path)
        assert refused.value.code is code, path.name
