"""The ear on a real bus: who may do what, what is signalled, recordings by descriptor (A4, decisions 2 and 12)."""

from __future__ import annotations

import asyncio
import os
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from jarvisd.audio.app import AudioUnit
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.config.schema import Config
from jarvisd.core.errors import ErrorCode, JarvisError
from tests.fakes.audio import silence, spoken
from tests.integration.ear import WAIT_S, Client, caller, running, scripted_ear


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return scripted_ear(tmp_path)


@pytest.fixture
async def unit(bus_address: str, config: Config) -> AsyncIterator[AudioUnit]:
    async with running(bus_address, config) as ear:
        yield ear


@pytest.fixture
async def client(unit: AudioUnit, connection: Connection) -> Client:
    return await caller(connection)


@pytest.fixture
async def executor(unit: AudioUnit, bus_address: str) -> AsyncIterator[Client]:
    link = Connection(bus_address)
    await link.connect()
    await link.request_name(UnitName.EXECUTOR.bus_name)
    yield await caller(link)
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


def opened(path: Path) -> int:
    """How often this process holds ``path`` open."""
    folder = Path("/proc/self/fd")
    return sum(os.path.samefile(folder / name, path) for name in os.listdir(folder) if (folder / name).exists())


@pytest.mark.parametrize("call", [("SetMuted", "b", [True]), ("MuteFor", "d", [3600.0])], ids=["ever", "hour"])
async def test_muted_the_device_is_closed_also_after_a_restart(
    config: Config, bus_address: str, connection: Connection, call: tuple[str, str, list[Any]]
) -> None:
    """Decision 28: by the descriptors of the process once the call is answered, and of a unit that starts anew."""
    pipe, client = config.audio.file_path, Client(connection)
    async with running(bus_address, config):
        await client.peer.follow()
        await client.ready()
        assert opened(pipe) == 1
        await client.peer.call(*call)
        assert opened(pipe) == 0
        values = await client.peer.properties()
        assert (values["Muted"], values["Ready"], values["Parts"]["microphone"]) == (True, False, "muted")
        assert bool(values["MutedUntil"]) == (call[0] == "MuteFor")
    async with running(bus_address, config):
        again = await client.peer.properties()
        assert (again["Muted"], again["State"], again["MutedUntil"]) == (True, "muted", values["MutedUntil"])
        assert opened(pipe) == 0
        await client.peer.call("SetMuted", "b", [False])
        await client.ready()
        assert opened(pipe) == 1


async def test_mute_is_a_property(client: Client) -> None:
    await client.peer.call("SetMuted", "b", [True])
    values = await client.peer.properties()
    assert (values["State"], values["Muted"]) == ("muted", True)
    with pytest.raises(JarvisError) as refused:
        await client.peer.call("Listen")
    assert refused.value.code is ErrorCode.MUTED
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
    [wake], [segment] = report["wakes"], report["segments"]
    assert (wake["score"], segment["text"], segment["end_reason"]) == (0.985, "Stop", "silence")
    assert client.signals.empty()
    assert len(os.listdir("/proc/self/fd")) <= open_before


async def test_a_recording_is_heard_without_the_wake_word(client: Client, tmp_path: Path) -> None:
    path = recording(tmp_path / "r.wav", spoken("a coffee please", 1200) + silence(2000) + spoken("thanks", 800))
    assert (await client.hear(path))["segments"] == []
    report = await client.hear(path, no_wake=True)
    assert [segment["text"] for segment in report["segments"]] == ["a coffee please", "thanks"]
    assert (await client.hear(recording(tmp_path / "quiet.wav", silence(3000)), no_wake=True))["segments"] == []


async def test_a_recording_is_heard_while_the_voice_plays(client: Client, tmp_path: Path) -> None:
    open_before = len(os.listdir("/proc/self/fd"))
    own = recording(tmp_path / "own.wav", spoken("hey jarvis is how you call me", 1600) + silence(1600))
    took = recording(tmp_path / "took.wav", spoken("hey jarvis is how you call me", 1600) + silence(800))
    assert len((await client.hear(took))["wakes"]) == 1
    report = await client.hear_playing(took, own, 0.0)
    assert (report["wakes"], report["segments"], report["stops"]) == ([], [], [])
    apart = recording(tmp_path / "apart.wav", silence(1600) + spoken("stop", 480) + silence(800))
    assert [stop["word"] for stop in (await client.hear_playing(apart, own, 0.0))["stops"]] == ["stop"]
    assert client.signals.empty()
    with pytest.raises(JarvisError) as refused:
        await client.hear_playing(took, own, -1.0)
    assert refused.value.code is ErrorCode.INVALID_REQUEST
    assert len(os.listdir("/proc/self/fd")) <= open_before


async def test_a_recording_signals_nothing_and_changes_nothing(
    client: Client, executor: Client, tmp_path: Path
) -> None:
    """Decision 2: what is in a file answers no question."""
    await executor.peer.call("ReserveAnswer", "s", ["q1"])
    question = asyncio.gather(executor.peer.call("ListenForAnswer", "sd", ["q1", 60.0], timeout_s=WAIT_S))
    assert (await client.next())[0] == "AnswerWindow"
    report = await client.hear(recording(tmp_path / "yes.wav", spoken("hey jarvis yes", 1200)))
    assert [segment["text"] for segment in report["segments"]] == ["Yes"]
    assert (await client.peer.properties())["State"] == "answering"
    assert client.signals.empty()
    await executor.peer.call("ReleaseAnswer", "s", ["q1"])
    [[answer]] = await asyncio.wait_for(question, WAIT_S)
    assert answer["outcome"] == "cancelled"


async def test_what_is_no_recording_has_its_own_errors(client: Client, tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.wav", tmp_path / "text.wav"
    empty.write_bytes(b"")
    text.write_text("this is no sound")
    cases = [
        (empty, ErrorCode.AUDIO_UNREADABLE),
        (text, ErrorCode.AUDIO_UNREADABLE),
        (recording(tmp_path / "long.wav", silence(181_000)), ErrorCode.AUDIO_TOO_LONG),
    ]
    for path, code in cases:
        with pytest.raises(JarvisError) as refused:
            await client.hear(path)
        assert refused.value.code is code, path.name
