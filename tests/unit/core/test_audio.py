"""Sound as values: durations, and a pre-roll that keeps exactly the last stretch (A2)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jarvisd.core.audio import CHUNK_BYTES, CHUNK_MS, AudioChunk, PreRoll, bytes_for_ms, duration_ms


def chunk(index: int) -> AudioChunk:
    return AudioChunk(pcm=bytes([index % 256]) * CHUNK_BYTES, began_us=index * CHUNK_MS * 1000)


def test_a_chunk_lasts_as_long_as_it_says() -> None:
    assert duration_ms(chunk(0).pcm) == CHUNK_MS
    assert chunk(3).ended_us == chunk(4).began_us


@given(st.integers(0, 3000), st.integers(0, 60))
def test_the_pre_roll_is_the_end_of_what_was_pushed(length_ms: int, count: int) -> None:
    ring = PreRoll(length_ms)
    for index in range(count):
        ring.push(chunk(index))
    everything = b"".join(chunk(index).pcm for index in range(count))
    held = ring.take()
    if not count or not length_ms:
        assert held is None
        return
    assert held is not None
    assert held.pcm == everything[-bytes_for_ms(length_ms) :]
    assert held.ended_us == chunk(count - 1).ended_us
    assert ring.take() is None
