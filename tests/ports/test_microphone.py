"""Every microphone delivers what is said to it, in real time, in chunks of 80 ms on the monotonic clock."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from jarvisd.audio.adapters.alsa import AlsaMicrophone, open_device, refusal
from jarvisd.audio.adapters.filemic import FileMicrophone
from jarvisd.audio.ports import Microphone
from jarvisd.core.clock import SystemClock
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.pcm import CHUNK_BYTES, SAMPLE_RATE_HZ, AudioChunk
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from tests.fakes.audio import ScriptedMicrophone, silence, spoken, words_in
from tests.fakes.card import Card
from tests.ports.conftest import Pulse

real = pytest.mark.real
WAIT_S = 60


@dataclass
class Bench:
    """A microphone, a way to speak into it, and a way to take it away."""

    microphone: Microphone
    speak: Callable[[bytes], None]
    unplug: Callable[[], None]


@pytest.fixture(params=["scripted", pytest.param("file", marks=real), pytest.param("alsa", marks=real)])
async def bench(request: pytest.FixtureRequest, workers: Workers, tmp_path: Path) -> AsyncIterator[Bench]:
    if request.param == "scripted":
        scripted = ScriptedMicrophone()

        def pull_out() -> None:
            scripted.failure = Unavailable("unplugged", code=ErrorCode.MICROPHONE_GONE)

        yield Bench(scripted, scripted.speak, pull_out)
    elif request.param == "file":
        pipe = tmp_path / "run" / "microphone"

        def replace_by_a_file() -> None:
            pipe.unlink(missing_ok=True)
            pipe.parent.mkdir(exist_ok=True)
            pipe.write_text("in the way")

        yield Bench(FileMicrophone(pipe, SystemClock()), lambda pcm: write(pipe, pcm), replace_by_a_file)
    else:
        pulse: Pulse = request.getfixturevalue("pulse")
        players = []

        def play(pcm: bytes) -> None:
            path = tmp_path / "spoken.wav"
            with wave.open(str(path), "wb") as stream:
                stream.setnchannels(1)
                stream.setsampwidth(2)
                stream.setframerate(SAMPLE_RATE_HZ)
                stream.writeframes(pcm)
            players.append(pulse.speak(path))

        yield Bench(AlsaMicrophone("default", workers, SystemClock()), play, pulse.unplug)
        for player in players:
            player.wait(WAIT_S)


def write(pipe: Path, pcm: bytes) -> None:
    """Write into the pipe as another process would, waiting in a thread while it is full."""
    threading.Thread(target=pipe.write_bytes, args=[pcm], daemon=True).start()


async def until_heard(microphone: Microphone, speak: Callable[[bytes], None], pcm: bytes) -> list[AudioChunk]:
    """Speak once sound flows; what was delivered until the words had been heard."""
    heard: list[AudioChunk] = []
    async with aclosing(microphone.chunks()) as chunks:
        async for chunk in chunks:
            heard.append(chunk)
            if len(heard) == 3:
                speak(pcm)
            if words_in(b"".join(piece.pcm for piece in heard)) == ["one", "two"]:
                return heard
    raise AssertionError("the microphone ended")


async def test_what_is_said_is_delivered_bit_by_bit_in_real_time(bench: Bench) -> None:
    sound = spoken("one", 800) + silence(400) + spoken("two", 800)
    heard = await asyncio.wait_for(until_heard(bench.microphone, bench.speak, sound), WAIT_S)
    assert {len(chunk.pcm) for chunk in heard} == {CHUNK_BYTES}
    starts = [chunk.began_us for chunk in heard]
    assert starts == sorted(starts)
    now_us = SystemClock().monotonic_us()
    assert starts[-1] <= now_us
    # Real time: the sound between the two words cannot have come faster than it was spoken.
    assert starts[-1] - starts[0] > 1_000_000


async def test_a_closed_microphone_can_be_opened_again(bench: Bench) -> None:
    for _ in range(2):
        async with aclosing(bench.microphone.chunks()) as chunks:
            await asyncio.wait_for(anext(chunks), WAIT_S)


async def test_no_device_is_a_microphone_that_is_gone(bench: Bench) -> None:
    bench.unplug()
    with pytest.raises(Unavailable) as gone:
        async with aclosing(bench.microphone.chunks()) as chunks:
            await asyncio.wait_for(anext(chunks), WAIT_S)
    assert gone.value.code is ErrorCode.MICROPHONE_GONE


@real
async def test_a_device_that_is_pulled_out_is_gone(pulse: Pulse, workers: Workers) -> None:
    async def listen() -> None:
        async with aclosing(AlsaMicrophone("default", workers, SystemClock()).chunks()) as chunks:
            await anext(chunks)
            pulse.unplug()
            async for _ in chunks:
                continue

    with pytest.raises(Unavailable) as gone:
        await asyncio.wait_for(listen(), WAIT_S)
    assert gone.value.code is ErrorCode.MICROPHONE_GONE


@real
async def test_an_unknown_device_says_its_name(workers: Workers) -> None:
    with pytest.raises(Unavailable, match="no-such-device"):
        await anext(AlsaMicrophone("no-such-device", workers, SystemClock()).chunks())


@real
async def test_the_pipe_is_private_and_survives_its_writers(tmp_path: Path) -> None:
    pipe = tmp_path / "microphone"
    async with aclosing(FileMicrophone(pipe, SystemClock()).chunks()) as chunks:
        await anext(chunks)
        mode = pipe.stat().st_mode
        assert stat.S_ISFIFO(mode)
        assert stat.S_IMODE(mode) & 0o077 == 0
        for word in ("one", "two"):
            write(pipe, spoken(word, 400) + b"\x07")
            heard = b""
            # Up to the silence after it: only there can a stray byte be told from half a sample.
            while words_in(heard) != [word] or any(heard[-CHUNK_BYTES:]):
                heard += (await asyncio.wait_for(anext(chunks), WAIT_S)).pcm


@real
async def test_the_file_microphone_does_not_drift(tmp_path: Path) -> None:
    """Chunk by chunk exactly 80 ms, also when the reader was late."""
    clock = SystemClock()
    async with aclosing(FileMicrophone(tmp_path / "microphone", clock).chunks()) as chunks:
        first = await anext(chunks)
        while clock.monotonic_us() < first.ended_us + 500_000:
            os.sched_yield()
        late = [await anext(chunks) for _ in range(10)]
    assert [chunk.began_us - first.began_us for chunk in late] == [80_000 * n for n in range(1, 11)]


def alsa(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Have ALSA know the devices of ``text``."""
    (folder / "asoundrc").write_text(f"</usr/share/alsa/alsa.conf>\npcm.nothing {{ type null }}\n{text}\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(folder / "asoundrc"))


@real
async def test_a_card_of_two_channels_is_heard_as_one(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of most cards: they give what they have, and ALSA's plug makes of it what the ear takes."""
    stereo = """pcm.stereo { type multi
        slaves.a { pcm "nothing" channels 2 }
        bindings { 0 { slave a channel 0 } 1 { slave a channel 1 } } }"""
    alsa(tmp_path, monkeypatch, stereo)
    async with aclosing(AlsaMicrophone("stereo", workers, SystemClock()).chunks()) as chunks:
        chunk = await asyncio.wait_for(anext(chunks), WAIT_S)
    assert len(chunk.pcm) == CHUNK_BYTES


@real
async def test_a_card_of_another_rate_is_heard_at_the_right_pitch(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And in real time: two channels of 44.1 kHz, which is all that the card has."""
    card, rate_hz, pitch_hz = Card(tmp_path), 44_100, 440.0
    alsa(tmp_path, monkeypatch, card.devices(odd=(rate_hz, 2)))
    tone = 8000 * np.sin(2 * np.pi * pitch_hz / rate_hz * np.arange(2 * rate_hz))
    async with aclosing(AlsaMicrophone("odd", workers, SystemClock()).chunks()) as chunks:
        await asyncio.wait_for(anext(chunks), WAIT_S)
        write(card.sound, np.repeat(tone.astype("<i2"), 2).tobytes())
        heard: list[AudioChunk] = []
        is_over = False
        while not is_over:
            chunk = await asyncio.wait_for(anext(chunks), WAIT_S)
            if is_loud(chunk):
                heard.append(chunk)
            is_over = bool(heard) and chunk is not heard[-1]
    heard = heard[1:-1]
    spectrum = np.abs(np.fft.rfft(np.frombuffer(b"".join(chunk.pcm for chunk in heard), "<i2")))
    length_s = len(heard) * CHUNK_BYTES / 2 / SAMPLE_RATE_HZ
    assert int(spectrum.argmax()) / length_s == pytest.approx(pitch_hz, abs=2)
    assert length_s == pytest.approx(2, abs=0.25)
    # A crowded machine takes late what was delivered in time.
    assert heard[-1].began_us - heard[0].began_us > 0.9 * 1_000_000 * (length_s - 0.08)


def is_loud(chunk: AudioChunk) -> bool:
    return max(memoryview(chunk.pcm).cast("h")) > 4000


@real
async def test_a_card_has_room_for_one(tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    alsa(tmp_path, monkeypatch, Card(tmp_path).devices(card=(SAMPLE_RATE_HZ, 1)))
    async with aclosing(AlsaMicrophone("card", workers, SystemClock()).chunks()) as chunks:
        await asyncio.wait_for(anext(chunks), WAIT_S)
        with pytest.raises(Unavailable) as taken:
            await asyncio.to_thread(open_device, "card")
    assert taken.value.code is ErrorCode.MICROPHONE_BUSY


@real
async def test_what_nobody_takes_in_time_is_lost_and_counted(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The device is read on while the ear is busy, for so long; then the oldest sound goes."""
    alsa(tmp_path, monkeypatch, "")
    monkeypatch.setattr("jarvisd.audio.adapters.alsa.HELD_CHUNKS", 2)
    async with aclosing(AlsaMicrophone("nothing", workers, SystemClock()).chunks()) as chunks:

        async def until_lost() -> None:
            async for chunk in chunks:
                if chunk.lost_ms:
                    return

        await asyncio.wait_for(until_lost(), WAIT_S)


@real
async def test_who_leaves_while_the_device_is_opened_leaves_nothing_open(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decision 28: muting may come at any time."""
    pipe = tmp_path / "sound"
    os.mkfifo(pipe)
    alsa(
        tmp_path,
        monkeypatch,
        f'pcm.slow {{ type file slave.pcm nothing file /dev/null infile "{pipe}" format raw }}',
    )
    opening = Tasks().start("open", anext(AlsaMicrophone("slow", workers, SystemClock()).chunks()))
    # A writer finds the pipe open once the thread waits in its opening, and lets it go on.
    writer = await asyncio.to_thread(os.open, pipe, os.O_WRONLY)
    opening.cancel()
    # It may be read already, which no signal ends: a device gives sound, and so does this one until it is closed.
    closed = Tasks().start("feed", asyncio.to_thread(feed_until_closed, writer))
    await asyncio.wait({opening, closed}, timeout=WAIT_S)
    assert opening.cancelled()
    assert closed.done()
    await workers.run("microphone", lambda: None)
    os.close(writer)


def feed_until_closed(pipe: int) -> None:
    """Silence, until nobody has the other end open."""
    with suppress(BrokenPipeError):
        while True:
            os.write(pipe, bytes(CHUNK_BYTES))


def test_a_device_that_another_program_has_is_told_from_one_that_is_not_there() -> None:
    assert refusal("hw:0", "Device or resource busy [hw:0]").code is ErrorCode.MICROPHONE_BUSY
    assert refusal("hw:0", "No such device [hw:0]").code is ErrorCode.MICROPHONE_GONE
