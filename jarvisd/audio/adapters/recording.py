"""A recording behind a file descriptor as 16 kHz 16-bit mono: read, mixed down and resampled. Blocks."""

from __future__ import annotations

import os
import stat
from fractions import Fraction
from typing import Any

from jarvisd.audio.recordings.wav import HEADER_LIMIT_BYTES, WavFormat, read_header
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.pcm import SAMPLE_RATE_HZ

RATIO_LIMIT = 1000
"""Odd rates are approximated by a ratio of numbers up to this, an error far below what is audible."""


def read_recording(descriptor: int, longest_s: float) -> bytes:
    """The sound of a WAV file; AUDIO_UNREADABLE or AUDIO_TOO_LONG when there is none to be had."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        # A pipe or a device could keep the reader waiting for ever.
        raise RequestError("the recording is not a regular file", code=ErrorCode.AUDIO_UNREADABLE)
    try:
        layout = read_header(os.pread(descriptor, HEADER_LIMIT_BYTES, 0), status.st_size)
        if layout.duration_s > longest_s:
            text = f"the recording is {layout.duration_s:.0f} s long, {longest_s:g} s are allowed"
            raise RequestError(text, code=ErrorCode.AUDIO_TOO_LONG)
        data = _read_all(descriptor, layout)
    except OSError as error:
        text = f"the recording cannot be read: {error.strerror}"
        raise RequestError(text, code=ErrorCode.AUDIO_UNREADABLE) from error
    return convert(data, layout)


def convert(data: bytes, layout: WavFormat) -> bytes:
    """``data`` as 16 kHz 16-bit mono."""
    import numpy as np

    samples = _samples(data, layout).reshape(-1, layout.channels).mean(axis=1, dtype=np.float32)
    if layout.rate_hz != SAMPLE_RATE_HZ:
        from scipy.signal import resample_poly  # type: ignore[import-untyped] # no stubs

        ratio = Fraction(SAMPLE_RATE_HZ, layout.rate_hz).limit_denominator(RATIO_LIMIT)
        samples = resample_poly(samples, ratio.numerator, ratio.denominator)
    return bytes(np.clip(np.rint(samples * 32767.0), -32768, 32767).astype("<i2").tobytes())


def _samples(data: bytes, layout: WavFormat) -> Any:
    """Samples between -1 and 1."""
    import numpy as np

    if layout.is_float:
        return np.clip(np.nan_to_num(np.frombuffer(data, "<f4")), -1.0, 1.0)
    if layout.bits == 8:
        return (np.frombuffer(data, np.uint8).astype(np.float32) - 128.0) / 128.0
    if layout.bits == 24:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        return wide.view("<i4")[:, 0].astype(np.float32) / 2**31
    return np.frombuffer(data, f"<i{layout.bits // 8}").astype(np.float32) / 2 ** (layout.bits - 1)


def _read_all(descriptor: int, layout: WavFormat) -> bytes:
    blocks: list[bytes] = []
    position, end = layout.data_start, layout.data_start + layout.data_bytes
    while position < end and (block := os.pread(descriptor, min(end - position, 1 << 20), position)):
        blocks.append(block)
        position += len(block)
    data = b"".join(blocks)
    return data[: len(data) // layout.frame_bytes * layout.frame_bytes]
