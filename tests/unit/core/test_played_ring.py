"""What the voice plays goes to the ear whole or not at all, and neither waits for the other."""

from __future__ import annotations

import pytest

from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.played_ring import (
    BLOCK_BYTES,
    RING_BYTES,
    SLOTS,
    PlayedBlock,
    PlayedRingReader,
    PlayedRingWriter,
)


def block(number: int, length: int = 8) -> PlayedBlock:
    return PlayedBlock(number.to_bytes(2, "little") * (length // 2), 22_050, 40_000 * number, 1)


def ring() -> tuple[bytearray, PlayedRingWriter]:
    memory = bytearray(RING_BYTES)
    return memory, PlayedRingWriter(memory)


def test_what_is_written_is_read_once_and_in_order() -> None:
    memory, writer = ring()
    reader = PlayedRingReader(memory)
    assert not reader.has_news
    told = [block(1, BLOCK_BYTES), block(2), PlayedBlock(b"", 48_000, 7, 2)]
    for each in told:
        writer.write(each)
    assert reader.has_news
    assert reader.take() == told
    assert (reader.has_news, reader.take(), reader.missed) == (False, [], 0)


def test_who_comes_late_reads_from_then_on() -> None:
    memory, writer = ring()
    for number in range(SLOTS + 3):
        writer.write(block(number))
    reader = PlayedRingReader(memory)
    assert reader.take() == []
    writer.write(block(500))
    assert reader.take() == [block(500)]


def test_who_reads_too_seldom_misses_some_and_is_told() -> None:
    memory, writer = ring()
    reader = PlayedRingReader(memory)
    for number in range(2 * SLOTS + 5):
        writer.write(block(number))
    newest = [block(number) for number in range(2 * SLOTS, 2 * SLOTS + 5)]
    assert (reader.take(), reader.missed) == (newest, 1)


@pytest.mark.parametrize("at", [8, 16, 28, 40, -1], ids=["time", "rate", "length", "sound", "sum"])
def test_a_block_that_is_being_written_is_read_when_it_is_whole(at: int) -> None:
    memory, writer = ring()
    reader = PlayedRingReader(memory)
    writer.write(block(3, BLOCK_BYTES))
    slot = (RING_BYTES - 64) // SLOTS
    place = 64 + at % slot
    memory[place] ^= 0xFF
    assert reader.take() == []
    memory[place] ^= 0xFF
    assert reader.take() == [block(3, BLOCK_BYTES)]


def test_memory_of_another_form_is_refused() -> None:
    memory, _ = ring()
    memory[8] += 1
    for other in (memory, bytearray(RING_BYTES), bytearray(RING_BYTES - 1)):
        with pytest.raises(EngineError) as refused:
            PlayedRingReader(other)
        assert refused.value.code is ErrorCode.ECHO_GONE


def test_a_block_that_is_too_long_is_a_fault_of_who_cut_it() -> None:
    _, writer = ring()
    with pytest.raises(ValueError, match="3842 bytes"):
        writer.write(block(1, BLOCK_BYTES + 2))
