"""WAV files as they come from recorders and converters: the header by hand, because the standard library's reader
knows neither the extensible form that 24-bit files use nor floating point. Pure: bytes in, values out.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from jarvisd.core.errors import ErrorCode, RequestError

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
"""Format codes of the header."""
LEAST_RATE_HZ, MOST_RATE_HZ = 4_000, 192_000
"""Chosen: half of what a telephone has, up to the most that recorders offer."""
HEADER_LIMIT_BYTES = 1 << 20
"""The sound must begin within this many bytes; recorders write notes of a few kilobytes before it."""


@dataclass(frozen=True, slots=True)
class WavFormat:
    """How the sound is stored, and where it lies in the file."""

    rate_hz: int
    channels: int
    bits: int
    is_float: bool
    data_start: int
    data_bytes: int

    @property
    def frame_bytes(self) -> int:
        """Bytes of one moment, all channels."""
        return self.channels * self.bits // 8

    @property
    def duration_s(self) -> float:
        """Length of the sound."""
        return self.data_bytes / (self.frame_bytes * self.rate_hz)


def read_header(head: bytes, file_bytes: int) -> WavFormat:
    """The format of a file of ``file_bytes`` that begins with ``head``; AUDIO_UNREADABLE if it is none we know."""
    if not file_bytes:
        raise _unreadable("the file is empty")
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise _unreadable("the file is not a WAV file")
    position, layout = 12, None
    while position + 8 <= len(head):
        name, size = struct.unpack_from("<4sI", head, position)
        position += 8
        if name == b"fmt ":
            layout = _layout(head[position : position + size])
        elif name == b"data":
            if layout is None:
                raise _unreadable("the sound comes before its format")
            return _placed(layout, position, size, file_bytes)
        # Chunks begin at even places.
        position += size + size % 2
    raise _unreadable("the header is cut off")


def _layout(chunk: bytes) -> tuple[int, int, int, bool]:
    if len(chunk) < 16:
        raise _unreadable("the header is cut off")
    kind, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if kind == EXTENSIBLE and len(chunk) >= 26:
        kind = struct.unpack_from("<H", chunk, 24)[0]
    if (kind, bits) not in {(PCM, 8), (PCM, 16), (PCM, 24), (PCM, 32), (FLOAT, 32)}:
        raise _unreadable(f"the sound is not plain PCM (format {kind}, {bits} bits)")
    if channels not in (1, 2):
        raise _unreadable(f"the file has {channels} channels; mono and stereo are understood")
    if not LEAST_RATE_HZ <= rate_hz <= MOST_RATE_HZ:
        raise _unreadable(f"the rate of {rate_hz} Hz is not understood")
    return rate_hz, channels, bits, kind == FLOAT


def _placed(layout: tuple[int, int, int, bool], start: int, size: int, file_bytes: int) -> WavFormat:
    rate_hz, channels, bits, is_float = layout
    frame_bytes = channels * bits // 8
    # A writer into a pipe cannot know the size and puts 0 or the largest number there.
    present = max(0, file_bytes - start)
    data_bytes = min(size or present, present) // frame_bytes * frame_bytes
    if not data_bytes:
        raise _unreadable("the file holds no sound")
    return WavFormat(rate_hz, channels, bits, is_float, start, data_bytes)


def _unreadable(why: str) -> RequestError:
    return RequestError(why, code=ErrorCode.AUDIO_UNREADABLE)
