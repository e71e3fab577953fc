"""What the loudspeaker is given is shared before it sounds, with its time; what it drops is taken back."""

from __future__ import annotations

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.played_ring import RING_BYTES, PlayedBlock, PlayedRingReader, PlayedRingWriter
from jarvisd.tts.adapters.shared_speaker import SharedSpeaker
from tests.fakes.clock import ScriptedClock
from tests.fakes.tts import ScriptedSpeaker

RATE_HZ = 16_000
BLOCK = b"\1\0" * 640


class Played:
    def __init__(self) -> None:
        memory = bytearray(RING_BYTES)
        self.clock, self.inner = ScriptedClock(), ScriptedSpeaker()
        self.speaker = SharedSpeaker(self.inner, PlayedRingWriter(memory), self.clock)
        self.ring = PlayedRingReader(memory)
        self.since_us = self.clock.monotonic_us()

    def told(self) -> list[tuple[int, int, int]]:
        """Time, stream and length of what was shared."""
        return [(block.began_us - self.since_us, block.stream, len(block.pcm)) for block in self.ring.take()]


async def test_blocks_follow_each_other_until_the_device_runs_dry() -> None:
    played = Played()
    await played.speaker.begin("u1", RATE_HZ)
    for _ in range(3):
        await played.speaker.write(BLOCK)
    played.clock.advance(0.2)
    await played.speaker.write(BLOCK)
    assert played.told() == [(0, 1, 1280), (40_000, 1, 1280), (80_000, 1, 1280), (200_000, 1, 1280)]
    assert played.inner.heard == {"u1": 4 * BLOCK}


async def test_what_is_shared_is_what_is_played() -> None:
    played = Played()
    await played.speaker.begin("u1", 22_050)
    await played.speaker.write(BLOCK)
    assert played.ring.take() == [PlayedBlock(BLOCK, 22_050, played.since_us, 1)]


@pytest.mark.parametrize("is_abandoned", [False, True])
async def test_what_waits_when_it_is_stopped_is_taken_back(is_abandoned: bool) -> None:
    played = Played()
    await played.speaker.begin("u1", RATE_HZ)
    for _ in range(3):
        await played.speaker.write(BLOCK)
    played.clock.advance(0.05)
    played.told()
    if is_abandoned:
        played.speaker.abandon()
    await played.speaker.stop()
    assert played.told() == [(50_000, 1, 0)]
    await played.speaker.begin("u2", RATE_HZ)
    await played.speaker.write(BLOCK)
    assert played.told() == [(50_000, 2, 1280)]


async def test_silence_is_not_told_of() -> None:
    played = Played()
    await played.speaker.stop()
    await played.speaker.begin("u1", RATE_HZ)
    await played.speaker.write(BLOCK)
    await played.speaker.finish()
    played.clock.advance(1)
    await played.speaker.stop()
    assert played.told() == [(0, 1, 1280)]


async def test_what_the_speaker_raises_reaches_the_voice() -> None:
    played = Played()
    await played.speaker.check()
    played.inner.failure = Unavailable("unplugged", code=ErrorCode.SPEAKER_GONE)
    with pytest.raises(JarvisError):
        await played.speaker.check()
    with pytest.raises(JarvisError):
        await played.speaker.begin("u1", RATE_HZ)
    assert (played.speaker.engine, played.told()) == ("scripted speaker", [])
