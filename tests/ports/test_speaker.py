"""Every speaker plays in real time, waits for the last sample, and is silent at once when stopped."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
import wave
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from jarvisd.core.clock import SystemClock
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.pcm import bytes_for_ms, duration_ms
from jarvisd.core.states import PartState
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.workers import Workers
from jarvisd.tts.adapters.alsa import AlsaSpeaker
from jarvisd.tts.adapters.filespeaker import FileSpeaker
from jarvisd.tts.pcm import blocks
from jarvisd.tts.playback import Playback
from jarvisd.tts.ports import BLOCK_MS, QUEUED_MS, Speaker, Speech
from tests.fakes.card import DEFAULTS, Card
from tests.fakes.tts import ScriptedSpeaker, sound_of
from tests.ports.conftest import Pulse

real = pytest.mark.real
RATE_HZ = 16_000
ONE_SECOND = sound_of("word " * 13)[: bytes_for_ms(1000)]
LEEWAY_S = 30
"""For a machine under load; everything that must be quick is measured in sound, not in seconds."""


@dataclass
class Bench:
    """A speaker, and how to take its output away."""

    speaker: Speaker
    unplug: Callable[[], None]


@pytest.fixture(params=["scripted", pytest.param("file", marks=real), pytest.param("alsa", marks=real)])
async def bench(request: pytest.FixtureRequest, workers: Workers, tmp_path: Path) -> AsyncIterator[Bench]:
    if request.param == "scripted":
        scripted = ScriptedSpeaker(SystemClock())

        def pull_out() -> None:
            scripted.failure = Unavailable("unplugged", code=ErrorCode.SPEAKER_GONE)

        yield Bench(scripted, pull_out)
    elif request.param == "file":
        folder = tmp_path / "spoken"

        def replace_by_a_file() -> None:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
            folder.write_text("in the way")

        yield Bench(FileSpeaker(folder, workers, SystemClock()), replace_by_a_file)
    else:
        pulse: Pulse = request.getfixturevalue("pulse")
        yield Bench(AlsaSpeaker("default", workers), pulse.unplug)


async def play(speaker: Speaker, pcm: bytes) -> None:
    for block in blocks(pcm, RATE_HZ, BLOCK_MS):
        await speaker.write(block)


async def test_playing_takes_as_long_as_the_sound(bench: Bench) -> None:
    """finish() returns after the last sample, so that its time can open an answer window (decision 2)."""
    await bench.speaker.check()
    await bench.speaker.begin("u1", RATE_HZ)
    began_s = time.monotonic()
    await play(bench.speaker, ONE_SECOND)
    handed_s = time.monotonic() - began_s
    await bench.speaker.finish()
    assert handed_s >= 1 - QUEUED_MS / 1000 - 0.05
    assert 0.99 <= time.monotonic() - began_s < LEEWAY_S


async def test_a_short_sound_is_played_too(bench: Bench) -> None:
    """Shorter than what the device wants before it starts."""
    await bench.speaker.check()
    await bench.speaker.begin("u1", RATE_HZ)
    began_s = time.monotonic()
    await bench.speaker.write(ONE_SECOND[: bytes_for_ms(25)])
    await bench.speaker.finish()
    assert 0.02 <= time.monotonic() - began_s < LEEWAY_S


async def test_stop_ends_the_sound_and_the_next_utterance_plays(bench: Bench) -> None:
    await bench.speaker.check()
    await bench.speaker.begin("u1", RATE_HZ)
    await bench.speaker.write(ONE_SECOND[: bytes_for_ms(BLOCK_MS)])
    began_s = time.monotonic()
    await bench.speaker.stop()
    await bench.speaker.stop()
    assert time.monotonic() - began_s < LEEWAY_S
    await bench.speaker.begin("u2", RATE_HZ)
    await play(bench.speaker, ONE_SECOND)
    await bench.speaker.finish()


async def test_a_write_that_is_cancelled_leaves_the_speaker_stoppable(bench: Bench) -> None:
    """Barge-in: the player is cancelled in the middle of a block, then the speaker is stopped."""
    await bench.speaker.check()
    await bench.speaker.begin("u1", RATE_HZ)
    playing = asyncio.get_running_loop().create_task(play(bench.speaker, ONE_SECOND * 20))
    await asyncio.wait([playing], timeout=0.5)
    playing.cancel()
    began_s = time.monotonic()
    await bench.speaker.stop()
    assert time.monotonic() - began_s < LEEWAY_S
    assert playing.cancelled() or (await asyncio.wait([playing]))


async def test_an_opening_that_is_cancelled_is_forgotten(bench: Bench) -> None:
    await bench.speaker.check()
    opening = asyncio.get_running_loop().create_task(bench.speaker.begin("u1", RATE_HZ))
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait([opening])
    await bench.speaker.stop()
    await bench.speaker.begin("u2", RATE_HZ)
    await bench.speaker.write(ONE_SECOND[: bytes_for_ms(BLOCK_MS)])
    await bench.speaker.finish()


@real
async def test_a_sound_server_that_hangs_is_given_up_and_used_again(
    pulse: Pulse, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a restart of the unit: the thread that hangs in the driver is left behind."""
    monkeypatch.setattr("jarvisd.tts.playback.BLOCK_S", 1.0)
    speaker = AlsaSpeaker("default", workers)
    parts = Parts()
    part: Component[Speaker] = Component("speaker", lambda: speaker, parts, open_=lambda device: device.check())
    playback = Playback(speaker, part, HeartbeatMonitor(lambda: 0).register("playback", 60))
    await playback.begin("u1", RATE_HZ)
    pulse.server.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(JarvisError) as caught:
            await asyncio.wait_for(playback.play(Speech(ONE_SECOND * 20, RATE_HZ), lambda: 1.0), LEEWAY_S)
    finally:
        pulse.server.send_signal(signal.SIGCONT)
    assert caught.value.code is ErrorCode.SPEAKER_GONE
    await playback.stop()
    await playback.begin("u2", RATE_HZ)
    assert await playback.play(Speech(ONE_SECOND, RATE_HZ), lambda: 1.0)
    await playback.finish()
    assert parts.state("speaker") is PartState.READY


async def test_a_speaker_that_is_gone_says_so(bench: Bench) -> None:
    await bench.speaker.check()
    bench.unplug()
    for attempt in (bench.speaker.check(), bench.speaker.begin("u1", RATE_HZ)):
        with pytest.raises(JarvisError) as caught:
            await attempt
        assert caught.value.code is ErrorCode.SPEAKER_GONE
    await bench.speaker.stop()


@real
async def test_an_unplugged_device_is_noticed_while_it_plays(pulse: Pulse, workers: Workers) -> None:
    speaker = AlsaSpeaker("default", workers)
    await speaker.begin("u1", RATE_HZ)
    await play(speaker, ONE_SECOND)
    pulse.unplug()
    with pytest.raises(JarvisError) as caught:
        await asyncio.wait_for(play(speaker, ONE_SECOND * 60), LEEWAY_S)
    assert caught.value.code is ErrorCode.SPEAKER_GONE
    await speaker.stop()


@real
async def test_the_device_sounds_as_long_as_it_should_and_not_after_stop(pulse: Pulse, workers: Workers) -> None:
    """What the sound server really played: all of the first utterance, a part of the second."""
    speaker = AlsaSpeaker("default", workers)
    with pulse.recording(RATE_HZ) as recorder:
        heard = asyncio.get_running_loop().run_in_executor(None, loud_ms, recorder)
        await speaker.begin("u1", RATE_HZ)
        await play(speaker, ONE_SECOND)
        await speaker.finish()
        await speaker.begin("u2", RATE_HZ)
        for block in list(blocks(ONE_SECOND, RATE_HZ, BLOCK_MS))[: QUEUED_MS // BLOCK_MS]:
            await speaker.write(block)
        await speaker.stop()
        await speaker.begin("u3", RATE_HZ)
        await play(speaker, bytes(len(ONE_SECOND)))
        await speaker.finish()
        recorder.terminate()
        # A null sink swallows a few blocks at the start of a stream.
        assert 850 <= await heard <= 1000 + QUEUED_MS


def loud_ms(recorder: subprocess.Popen[bytes]) -> float:
    assert recorder.stdout is not None
    pcm = recorder.stdout.read()
    loud = sum(abs(sample) > 1000 for sample in memoryview(pcm[: len(pcm) // 2 * 2]).cast("h"))
    return loud * 1000 / RATE_HZ


@real
async def test_a_device_that_does_not_exist_is_gone(pulse: Pulse, workers: Workers) -> None:
    with pytest.raises(JarvisError) as caught:
        await AlsaSpeaker("no_such_device", workers).check()
    assert caught.value.code is ErrorCode.SPEAKER_GONE
    assert "no_such_device" in caught.value.message


@real
async def test_a_card_of_another_rate_plays_as_long_as_the_sound(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two channels of 44.1 kHz, which is all that the card has: ALSA's plug makes of the sound what it takes."""
    (tmp_path / "asoundrc").write_text(DEFAULTS + Card(tmp_path).devices(odd=(44_100, 2)))
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asoundrc"))
    speaker = AlsaSpeaker("odd", workers)
    await speaker.check()
    await speaker.begin("u1", RATE_HZ)
    began_s = time.monotonic()
    await play(speaker, ONE_SECOND)
    await speaker.finish()
    assert 0.95 <= time.monotonic() - began_s < LEEWAY_S


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def recorded(path: Path) -> tuple[int, bytes]:
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        return sound.getframerate(), sound.readframes(sound.getnframes())


@real
async def test_a_file_holds_the_whole_utterance_when_it_appears(tmp_path: Path, workers: Workers) -> None:
    speaker = FileSpeaker(tmp_path, workers, SystemClock())
    await speaker.begin("u1", RATE_HZ)
    await play(speaker, ONE_SECOND)
    assert names(tmp_path) == ["u1.wav.partial"]
    await speaker.finish()
    assert names(tmp_path) == ["u1.wav"]
    assert recorded(tmp_path / "u1.wav") == (RATE_HZ, ONE_SECOND)


@real
async def test_a_stopped_file_is_cut_where_it_was_stopped(tmp_path: Path, workers: Workers) -> None:
    """All that was past the queue had been heard, and never more than the time that went by."""
    speaker = FileSpeaker(tmp_path, workers, SystemClock())
    began_s = time.monotonic()
    await speaker.begin("u1", RATE_HZ)
    await play(speaker, ONE_SECOND[: bytes_for_ms(400)])
    await speaker.stop()
    gone_by_ms = (time.monotonic() - began_s) * 1000
    _, pcm = recorded(tmp_path / "u1.wav")
    assert ONE_SECOND.startswith(pcm)
    assert 400 - QUEUED_MS - 1 <= duration_ms(pcm) <= gone_by_ms


@real
async def test_a_full_disk_is_named_and_leaves_no_part(tmp_path: Path, workers: Workers) -> None:
    (tmp_path / "u1.wav.partial").symlink_to("/dev/full")
    speaker = FileSpeaker(tmp_path, workers, SystemClock())
    with pytest.raises(JarvisError) as caught:
        await speaker.begin("u1", RATE_HZ)
    assert caught.value.code is ErrorCode.DISK_FULL
    await speaker.stop()
    assert names(tmp_path) == []
    await speaker.begin("u2", RATE_HZ)
    await speaker.finish()


@real
async def test_left_over_parts_are_removed(tmp_path: Path, workers: Workers) -> None:
    (tmp_path / "u0.wav.partial").write_bytes(b"of a run that was killed")
    (tmp_path / "u0.wav").write_bytes(b"complete")
    await FileSpeaker(tmp_path, workers, SystemClock()).check()
    assert names(tmp_path) == ["u0.wav"]
