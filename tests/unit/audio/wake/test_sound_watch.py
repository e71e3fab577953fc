"""A microphone that is dead, distorts, or loses sound is known as such, and known to be well again."""

from __future__ import annotations

from array import array

import pytest

from jarvisd.audio.wake.sound_watch import CLIPPED_CHUNKS, CLIPPED_SAMPLES, SoundWatch
from jarvisd.core.errors import ErrorCode
from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, AudioChunk

CHUNK_S = CHUNK_MS / 1000
NOISE = b"\1\0" + bytes(CHUNK_BYTES - 2)
ZEROS = bytes(CHUNK_BYTES)


def clipped(samples: int = CLIPPED_SAMPLES, level: int = -32_768) -> bytes:
    return array("h", [level] * samples + [100] * (CHUNK_BYTES // 2 - samples)).tobytes()


class Stream:
    """Chunks one after the other, and the codes that they led to."""

    def __init__(self, dead_after_s: float = 8.0) -> None:
        self.watch = SoundWatch(dead_after_s)
        self.now_us = 0
        self.told: list[ErrorCode | None] = []

    def gives(self, pcm: bytes, seconds: float, *, late_us: int = 0, lost_ms: float = 0.0) -> None:
        for _ in range(round(seconds / CHUNK_S)):
            chunk = AudioChunk(pcm, self.now_us, lost_ms)
            self.now_us = chunk.ended_us
            if self.watch.take(chunk, chunk.ended_us + late_us):
                self.told.append(self.watch.problem.code if self.watch.problem else None)


def test_nothing_but_zeros_is_a_dead_microphone_until_it_gives_anything() -> None:
    stream = Stream(8.0)
    stream.gives(ZEROS, 7.92)
    assert (stream.told, stream.watch.is_dead) == ([], False)
    stream.gives(ZEROS, 60)
    assert (stream.told, stream.watch.is_dead) == ([ErrorCode.MICROPHONE_SILENT], True)
    stream.gives(NOISE, CHUNK_S)
    assert (stream.told[1:], stream.watch.is_dead) == ([None], False)
    stream.gives(ZEROS, 7.92)
    assert not stream.watch.is_dead


def test_the_least_noise_is_life() -> None:
    stream = Stream(8.0)
    for _ in range(100):
        stream.gives(ZEROS, 7.92)
        stream.gives(NOISE, CHUNK_S)
    assert stream.told == []


def test_what_gives_zeros_in_silence_is_never_dead() -> None:
    stream = Stream(0.0)
    stream.gives(ZEROS, 3600)
    assert stream.told == []


def test_another_opening_begins_anew() -> None:
    stream = Stream(8.0)
    stream.gives(ZEROS, 10)
    stream.watch.reset()
    stream.gives(ZEROS, 7.92)
    assert stream.told == [ErrorCode.MICROPHONE_SILENT]
    assert stream.watch.problem is None


@pytest.mark.parametrize("level", [32_767, -32_768, 32_760, -32_760])
def test_a_second_of_distortion_is_told_and_forgotten_when_it_is_over(level: int) -> None:
    stream = Stream()
    stream.gives(clipped(level=level), (CLIPPED_CHUNKS - 1) * CHUNK_S)
    assert stream.told == []
    stream.gives(clipped(level=level), CHUNK_S)
    assert stream.told == [ErrorCode.MICROPHONE_CLIPPED]
    assert not stream.watch.is_dead
    stream.gives(NOISE, 9)
    assert stream.told[1:] == []
    stream.gives(NOISE, 1)
    assert stream.told[1:] == [None]


@pytest.mark.parametrize(
    "pcm",
    [
        clipped(CLIPPED_SAMPLES - 1),
        clipped(CHUNK_BYTES // 2, level=32_759),
        clipped(CHUNK_BYTES // 2, level=-32_759),
    ],
)
def test_single_peaks_and_loud_sound_are_no_distortion(pcm: bytes) -> None:
    stream = Stream()
    stream.gives(pcm, 60)
    assert stream.told == []


def test_a_door_that_is_slammed_now_and_then_is_no_distortion() -> None:
    stream = Stream()
    for _ in range(50):
        stream.gives(clipped(), 4 * CHUNK_S)
        stream.gives(NOISE, 5)
    assert stream.told == []


def test_lost_and_late_sound_is_counted() -> None:
    stream = Stream()
    stream.gives(NOISE, 1.6, late_us=500_000)
    assert (stream.watch.counts.chunks, stream.watch.counts.late_chunks) == (20, 0)
    stream.gives(NOISE, 0.8, late_us=500_001)
    stream.gives(NOISE, 0.16, lost_ms=120.4)
    counts = stream.watch.counts
    assert (counts.chunks, counts.late_chunks, counts.overruns, counts.lost_ms) == (32, 10, 2, 240)
