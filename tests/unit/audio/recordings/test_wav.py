"""WAV headers and conversion: everything a recorder writes, and everything that is no recording."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from jarvisd.audio.adapters.recording import read_recording
from jarvisd.audio.recordings.wav import EXTENSIBLE, FLOAT, PCM, read_header
from jarvisd.core.errors import ErrorCode, RequestError


def wav(
    data: bytes, *, rate: int = 16_000, channels: int = 1, bits: int = 16, kind: int = PCM, size: int = -1
) -> bytes:
    frame = channels * bits // 8
    layout = struct.pack("<HHIIHH", kind, channels, rate, rate * frame, frame, bits)
    if kind == EXTENSIBLE:
        layout += struct.pack("<HHIH", 22, bits, 0, PCM) + bytes(14)
    chunks = b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", len(layout)) + layout
    chunks += b"data" + struct.pack("<I", len(data) if size < 0 else size) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def tone(rate: int, length_s: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * 440 * np.arange(round(rate * length_s)) / rate) * 0.5


def encoded(samples: np.ndarray, bits: int, kind: int) -> bytes:
    if kind == FLOAT:
        return samples.astype("<f4").tobytes()
    if bits == 8:
        return (samples * 127 + 128).astype(np.uint8).tobytes()
    whole = np.round(samples * (2 ** (bits - 1) - 1)).astype("<i4")
    return whole.view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes()


def read(tmp_path: Path, content: bytes, longest_s: float = 180) -> bytes:
    path = tmp_path / "recording.wav"
    path.write_bytes(content)
    with path.open("rb") as stream:
        return read_recording(stream.fileno(), longest_s)


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 44_100, 48_000, 47_999])
@pytest.mark.parametrize(
    ("bits", "kind"), [(8, PCM), (16, PCM), (24, PCM), (24, EXTENSIBLE), (32, PCM), (32, FLOAT)]
)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_form_gives_the_same_sound(tmp_path: Path, rate: int, bits: int, kind: int, channels: int) -> None:
    samples = np.repeat(tone(rate), channels)
    pcm = read(tmp_path, wav(encoded(samples, bits, kind), rate=rate, channels=channels, bits=bits, kind=kind))
    heard = np.frombuffer(pcm, "<i2") / 32768
    assert abs(len(heard) - 16_000) <= 16
    expected = tone(16_000)[: len(heard)]
    middle = slice(1000, 15_000)
    error = heard[middle] - expected[: len(heard)][middle]
    assert np.sqrt(np.mean(error**2)) < (0.02 if bits == 8 or rate == 47_999 else 0.005)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 10_000_000])
def test_a_length_that_the_writer_did_not_know_means_up_to_the_end(tmp_path: Path, size: int) -> None:
    data = encoded(tone(16_000), 16, PCM)
    assert len(read(tmp_path, wav(data, size=size))) == len(data)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"hello, this is no sound at all" * 10, id="text"),
        pytest.param(b"RIFF\x10\0\0\0WAVE", id="no chunks"),
        pytest.param(wav(b"\0" * 100)[:30], id="cut in the format"),
        pytest.param(wav(b""), id="no samples"),
        pytest.param(wav(b"\0"), id="half a sample"),
        pytest.param(wav(b"\0" * 800, bits=12), id="12 bits"),
        pytest.param(wav(b"\0" * 800, kind=85), id="MP3 in WAV"),
        pytest.param(wav(b"\0" * 800, channels=6), id="six channels"),
        pytest.param(wav(b"\0" * 800, channels=0), id="no channels"),
        pytest.param(wav(b"\0" * 800, rate=0), id="no rate"),
        pytest.param(b"RIFF\x24\0\0\0WAVEdata\x04\0\0\0abcd", id="no format"),
    ],
)
def test_what_is_no_recording_is_unreadable(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RequestError) as refused:
        read(tmp_path, content)
    assert refused.value.code is ErrorCode.AUDIO_UNREADABLE


@pytest.mark.parametrize("length", range(0, 60, 3))
def test_a_header_cut_anywhere_is_unreadable(length: int) -> None:
    content = wav(b"\0" * 8)[:length]
    with pytest.raises(RequestError):
        read_header(content, len(content))


def test_a_long_recording_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with path.open("wb") as stream:
        stream.write(wav(b"", size=600 * 32_000))
        stream.truncate(600 * 32_000)
    with path.open("rb") as stream, pytest.raises(RequestError) as refused:
        read_recording(stream.fileno(), 180)
    assert refused.value.code is ErrorCode.AUDIO_TOO_LONG


def test_a_device_is_no_recording() -> None:
    with Path("/dev/zero").open("rb") as stream, pytest.raises(RequestError) as refused:
        read_recording(stream.fileno(), 180)
    assert refused.value.code is ErrorCode.AUDIO_UNREADABLE


def test_the_offset_of_the_caller_stays(tmp_path: Path) -> None:
    path = tmp_path / "recording.wav"
    path.write_bytes(wav(encoded(tone(16_000), 16, PCM)))
    with path.open("rb") as stream:
        stream.seek(7)
        assert read_recording(stream.fileno(), 180)
        assert stream.tell() == 7
