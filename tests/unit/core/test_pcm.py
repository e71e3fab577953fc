"""Sound as values: how long it lasts."""

from __future__ import annotations

from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, AudioChunk, duration_ms


def chunk(index: int) -> AudioChunk:
    return AudioChunk(pcm=bytes([index % 256]) * CHUNK_BYTES, began_us=index * CHUNK_MS * 1000)


def test_a_chunk_lasts_as_long_as_it_says() -> None:
    assert duration_ms(chunk(0).pcm) == CHUNK_MS
    assert chunk(3).ended_us == chunk(4).began_us
