"""What the loudspeaker is given, as a ring of blocks in memory that one process writes and another reads. Pure.

Nobody waits for anybody: the writer goes round whether or not somebody reads. Each block has a number and a sum,
so that the reader tells a whole one from one that is just being written, whatever order the memory takes, and
notices what it has missed.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from mmap import mmap
from zlib import crc32

from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.pcm import BYTES_PER_SAMPLE

MAGIC, VERSION = b"jarvisdP", 1
SLOTS = 64
"""Blocks of 40 ms: two and a half seconds. Chosen: the ear looks every 80 ms, and a machine may stall for two."""
BLOCK_BYTES = 1920 * BYTES_PER_SAMPLE
"""40 ms at 48 kHz: the longest piece that a speaker is given, at the highest rate of a voice."""
RATES_HZ = 8000, 48_000
"""Lowest and highest rate of a voice."""
_HEADER = struct.Struct("<8sIIII")
_NUMBER = struct.Struct("<Q")
_BLOCK = struct.Struct("<QqIII")
_SUM = struct.Struct("<I")
_HEADER_BYTES = 64
"""Chosen: a line of the cache, with room for more."""
_SLOT_BYTES = _BLOCK.size + BLOCK_BYTES + _SUM.size
RING_BYTES = _HEADER_BYTES + SLOTS * _SLOT_BYTES

Memory = bytearray | mmap


@dataclass(frozen=True, slots=True)
class PlayedBlock:
    """A piece of sound as it is handed to the loudspeaker, 16-bit mono, volume and all."""

    pcm: bytes
    """Empty where the sound ends before its time: nothing is played from ``began_us`` on."""
    rate_hz: int
    began_us: int
    """When its first sample is to be played, as far as the clock tells (CLOCK_MONOTONIC)."""
    stream: int
    """A number for each opening of the device."""


class PlayedRingWriter:
    """Writes into ``memory`` of :data:`RING_BYTES`. One thread at a time."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._count = 0
        head = _HEADER.pack(MAGIC, VERSION, SLOTS, BLOCK_BYTES, _SLOT_BYTES)
        memory[: len(head)] = head

    def write(self, block: PlayedBlock) -> None:
        """The next block; what is longer than a block of a ring is a fault of who cut it."""
        if len(block.pcm) > BLOCK_BYTES:
            raise ValueError(f"a block of {len(block.pcm)} bytes")
        start = _HEADER_BYTES + self._count % SLOTS * _SLOT_BYTES
        self._count += 1
        head = _BLOCK.pack(self._count, block.began_us, block.rate_hz, block.stream, len(block.pcm))
        body = head + block.pcm
        written = body + _SUM.pack(crc32(body))
        self._memory[start : start + len(written)] = written


class PlayedRingReader:
    """Reads what is written from now on; EngineError (ECHO_GONE) where ``memory`` holds no such ring."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        expected = _HEADER.pack(MAGIC, VERSION, SLOTS, BLOCK_BYTES, _SLOT_BYTES)
        if len(memory) != RING_BYTES or memory[: len(expected)] != expected:
            raise EngineError("what the voice plays has another form", code=ErrorCode.ECHO_GONE)
        self._count = max(self._number(slot) for slot in range(SLOTS))
        self.missed = 0
        """How often blocks were overwritten before they were read."""

    @property
    def has_news(self) -> bool:
        """Whether something was written that was not taken."""
        return self._number(self._count % SLOTS) > self._count

    def take(self) -> list[PlayedBlock]:
        """What was written since the last time, at most a ring of it; without what was missed."""
        found: list[PlayedBlock] = []
        while len(found) < SLOTS and self.has_news:
            number, block = self._read(self._count % SLOTS)
            if block is None:
                # It is being written; the next time it is whole.
                break
            self.missed += number > self._count + 1
            self._count = number
            found.append(block)
        return found

    def _number(self, slot: int) -> int:
        number: int = _NUMBER.unpack_from(self._memory, _HEADER_BYTES + slot * _SLOT_BYTES)[0]
        return number

    def _read(self, slot: int) -> tuple[int, PlayedBlock | None]:
        start = _HEADER_BYTES + slot * _SLOT_BYTES
        copied = bytes(self._memory[start : start + _SLOT_BYTES])
        number, began_us, rate_hz, stream, length = _BLOCK.unpack_from(copied)
        end = _BLOCK.size + length
        is_sane = (
            length <= BLOCK_BYTES and length % BYTES_PER_SAMPLE == 0 and RATES_HZ[0] <= rate_hz <= RATES_HZ[1]
        )
        if not is_sane or _SUM.unpack_from(copied, end)[0] != crc32(copied[:end]):
            return number, None
        return number, PlayedBlock(copied[_BLOCK.size : end], rate_hz, began_us, stream)
