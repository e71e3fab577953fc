"""Times that come late by chance are evened out; what the samples do not explain is told."""

from __future__ import annotations

import random

import pytest

from jarvisd.audio.own_voice.steady_times import SteadyTimes
from jarvisd.core.pcm import CHUNK_BYTES, AudioChunk

CHUNK_US = 80_000
SILENCE = bytes(CHUNK_BYTES)


def chunk(number: int, late_us: int = 0, lost_ms: float = 0.0) -> AudioChunk:
    return AudioChunk(SILENCE, 1_000_000 + CHUNK_US * number + late_us, lost_ms)


def test_what_is_late_by_chance_is_put_in_its_place() -> None:
    times, chance = SteadyTimes(), random.Random(1)
    found = [
        times.began_us(chunk(number, chance.choice((0, 3000, 60_000)) if number else 0), may_follow=False)
        for number in range(200)
    ]
    assert found == [(1_000_000 + CHUNK_US * number, number == 0) for number in range(200)]


@pytest.mark.parametrize(("may_follow", "most_us"), [(True, 400), (False, 8000)])
def test_two_clocks_are_followed_only_while_nothing_is_played(may_follow: bool, most_us: int) -> None:
    times = SteadyTimes()
    for number in range(1000):
        began_us, has_jumped = times.began_us(chunk(number, 8 * number), may_follow=may_follow)
        assert has_jumped == (number == 0)
    assert most_us - 400 <= chunk(999, 8 * 999).began_us - began_us <= most_us


def test_sound_that_was_lost_or_not_told_of_begins_anew() -> None:
    times = SteadyTimes()
    for number in range(3):
        times.began_us(chunk(number), may_follow=False)
    assert times.began_us(chunk(3, 100_000, lost_ms=100), may_follow=False) == (1_340_000, True)
    # Earlier than the samples tell: they cannot have been taken then, so the times before were wrong.
    assert times.began_us(chunk(4, 50_000), may_follow=False) == (1_370_000, True)


def test_a_microphone_that_was_closed_begins_anew() -> None:
    times = SteadyTimes()
    times.began_us(chunk(0), may_follow=True)
    assert times.began_us(chunk(1, 3_600_000_000), may_follow=True) == (chunk(1, 3_600_000_000).began_us, True)


def test_what_stays_late_was_lost_without_a_word() -> None:
    times = SteadyTimes()
    times.began_us(chunk(0), may_follow=False)
    told = [times.began_us(chunk(number, 40_000), may_follow=False) for number in range(1, 40)]
    assert [has_jumped for _, has_jumped in told].count(True) == 1
    assert told[-1][0] == chunk(39, 40_000).began_us
