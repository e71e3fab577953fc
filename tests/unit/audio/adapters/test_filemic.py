"""What the file microphone makes of what is written into its pipe."""

from __future__ import annotations

from jarvisd.audio.adapters.filemic import ChunkFeed
from jarvisd.core.pcm import CHUNK_BYTES

QUIET = bytes(CHUNK_BYTES)


def sound(chunks: float, value: int = 7) -> bytes:
    return bytes([value]) * round(CHUNK_BYTES * chunks)


def test_silence_when_nothing_is_written() -> None:
    feed = ChunkFeed()
    assert [feed.take(b"") for _ in range(3)] == [QUIET] * 3


def test_a_whole_recording_comes_out_unchanged() -> None:
    feed, left = ChunkFeed(), sound(5.5)
    heard = b""
    for _ in range(8):
        data, left = left[: feed.wanted_bytes], left[feed.wanted_bytes :]
        heard += feed.take(data)
    assert heard.rstrip(b"\0") == sound(5.5)
    assert len(heard) == 8 * CHUNK_BYTES


def test_a_writer_who_is_paced_himself_leaves_no_gaps() -> None:
    """Pieces arrive a little early or late; the sound between first and last is whole."""
    feed = ChunkFeed()
    heard = b"".join(feed.take(sound(part)) for part in (1, 0.5, 1.5, 0.6, 1.4, 0.2, 1.8, 1, 1, 0, 0, 0))
    assert heard.strip(b"\0") == sound(9)


def test_a_stray_byte_does_not_shift_the_next_writer() -> None:
    feed = ChunkFeed()
    first = [feed.take(data) for data in (sound(1) + b"\x09", b"", b"", b"")]
    assert b"".join(first).count(b"\x09") == 0
    second = b"".join(feed.take(data) for data in (b"\x01\x02" * (CHUNK_BYTES // 2), b"", b""))
    assert second.strip(b"\0") == b"\x01\x02" * (CHUNK_BYTES // 2)
    assert second.index(b"\x01") % 2 == 0
