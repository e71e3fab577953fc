"""What the voice played stands where it was heard, without gaps that only the clock has."""

from __future__ import annotations

from array import array

from jarvisd.audio.own_voice.played_timeline import LEEWAY_SAMPLES, PlayedTimeline
from jarvisd.core.played_ring import PlayedBlock

SECOND_US = 1_000_000
BLOCK = 640
"""Samples of 40 ms."""


class SameRate:
    """Sound of 16 kHz is taken as it is."""

    def __init__(self) -> None:
        self.begun: list[int] = []

    def begin(self, rate_hz: int) -> None:
        self.begun.append(rate_hz)

    def take(self, pcm: bytes) -> bytes:
        return pcm


def block(value: int, began_us: int, stream: int = 1) -> PlayedBlock:
    return PlayedBlock(array("h", [value] * BLOCK).tobytes(), 16_000, began_us, stream)


def values(timeline: PlayedTimeline, at_us: int, count: int) -> list[int]:
    """What was played from a time on, as a microphone without any delay would have it."""
    return array("h", timeline.samples(round(timeline.position(at_us)) - LEEWAY_SAMPLES, count)).tolist()


def test_blocks_of_a_stream_follow_each_other_whatever_the_clock_says() -> None:
    timeline = PlayedTimeline(SameRate())
    for number, late_us in enumerate((0, 4000, -2000, 29_000)):
        timeline.take(block(number + 1, SECOND_US + 40_000 * number + late_us))
    found = values(timeline, SECOND_US - 1000, 4 * BLOCK + 32)
    assert found == [0] * 16 + [n for n in (1, 2, 3, 4) for _ in range(BLOCK)] + [0] * 16
    assert timeline.breaks == 1


def test_a_device_that_ran_dry_and_another_utterance_begin_anew() -> None:
    resampler = SameRate()
    timeline = PlayedTimeline(resampler)
    timeline.take(block(1, SECOND_US))
    timeline.take(block(2, SECOND_US + 140_000))
    timeline.take(block(3, SECOND_US + 180_000, stream=2))
    assert values(timeline, SECOND_US, 2 * BLOCK) == [1] * BLOCK + [0] * BLOCK
    assert values(timeline, SECOND_US + 140_000, 2 * BLOCK) == [2] * BLOCK + [3] * BLOCK
    assert (timeline.breaks, resampler.begun) == (3, [16_000] * 3)


def test_what_was_not_played_any_more_is_taken_back() -> None:
    timeline = PlayedTimeline(SameRate())
    for number in range(3):
        timeline.take(block(number + 1, SECOND_US + 40_000 * number))
    timeline.take(PlayedBlock(b"", 16_000, SECOND_US + 50_000, 1))
    assert values(timeline, SECOND_US, 3 * BLOCK) == [1] * BLOCK + [2] * 160 + [0] * (2 * BLOCK - 160)
    timeline.take(block(9, SECOND_US + 60_000))
    assert values(timeline, SECOND_US + 60_000, BLOCK) == [9] * BLOCK


def test_after_what_was_missed_it_begins_anew() -> None:
    timeline = PlayedTimeline(SameRate())
    timeline.take(block(1, SECOND_US))
    timeline.missed()
    timeline.take(block(2, SECOND_US + 60_000))
    assert values(timeline, SECOND_US + 60_000, BLOCK) == [2] * BLOCK


def test_it_sounds_as_long_as_an_echo_may_last() -> None:
    timeline = PlayedTimeline(SameRate())
    assert not timeline.may_sound(SECOND_US)
    timeline.take(block(1, SECOND_US))
    assert timeline.may_sound(SECOND_US)
    assert timeline.may_sound(SECOND_US + 2_500_000)
    assert not timeline.may_sound(SECOND_US + 3_000_000)


def test_an_hour_takes_no_more_memory_than_a_minute() -> None:
    timeline = PlayedTimeline(SameRate())
    for number in range(60 * 25):
        timeline.take(block(number, SECOND_US + 40_000 * number))
    [stretch] = timeline._stretches
    assert len(stretch.pcm) <= 2 * 16 * 16_000 + 2 * BLOCK
    assert values(timeline, SECOND_US + 40_000 * (60 * 25 - 1), BLOCK) == [60 * 25 - 1] * BLOCK
    assert values(timeline, SECOND_US + 40_000 * (60 * 25 - 150), BLOCK) == [60 * 25 - 150] * BLOCK
