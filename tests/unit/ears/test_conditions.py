"""The conditions of ``bench/ears``: what they count, what they call missed, and the sound that they make."""

from __future__ import annotations

import numpy as np
import pytest

from bench.ears import decoding, frames, listening, memory, negatives, recall
from bench.ears.figures import rate
from bench.ears.sound import power
from bench.ears.sounds.programme import music, sentences
from bench.ears.sounds.rooms import LEAD_S, noisy, room, within
from bench.ears.wake import WakeSample
from jarvisd.core.pcm import SAMPLE_RATE_HZ


def test_nothing_in_so_many_hours_has_an_upper_bound_by_the_rule_of_three() -> None:
    assert rate(0, 2.0) == {"events": 0, "hours": 2.0, "per_hour": 0.0, "upper_95_per_hour": 1.498}
    # Tables of Poisson's distribution have 7.754 for three.
    assert rate(3, 1.0)["upper_95_per_hour"] == 7.754
    assert rate(0, 0.0)["upper_95_per_hour"] is None


def call(voice: str, *, woke: bool, baseline: bool) -> WakeSample:
    return WakeSample(voice, "hey jarvis, stop", True, woke, 0.9, baseline, 0.9)


def test_a_voice_that_is_told_apart_counts_for_nothing() -> None:
    samples = {
        ("flite slt", "clean"): [call("flite slt", woke=True, baseline=True)] * 9,
        ("flite slt", "room 0.3 s"): [call("flite slt", woke=False, baseline=True)],
        ("espeak en-us", "clean"): [call("espeak en-us", woke=False, baseline=True)] * 10,
    }
    rows = dict(recall.rows(samples, {"flite slt"}))
    assert rows["flite slt"]["recall"]["share"] == rows["all"]["recall"]["share"] == 0.9
    assert (rows["clean"]["recall"]["n"], rows["espeak en-us"]["recall"]["hits"]) == (9, 0)
    missed = list(recall.missed({"rules": rows, "apart": ["espeak en-us"]}))
    assert [text.split(":")[0] for text in missed] == ["recall flite slt", "recall all"]


def test_scores_that_are_near_each_other_are_one_event() -> None:
    assert negatives.events([0.0] * 50 + [0.4, 0.2, 0.9] + [0.0] * 100 + [0.3] + [0.0] * 10) == 2


@pytest.mark.parametrize(
    ("wakes", "s", "is_full", "count"), [(0, 60, False, 0), (1, 60, False, 1), (0, 60, True, 1)]
)
def test_a_false_wake_is_missed_and_so_are_too_few_hours(wakes: int, s: int, is_full: bool, count: int) -> None:
    found = negatives.figures([{"s": s, "wakes": [0.9] * wakes, "baseline": 2}])
    assert len(list(negatives.missed({"rules": {"all": found}, "is_full": is_full}))) == count


def decoded(waited_s: float, useful_s: float, identical: int) -> decoding.DecodingSample:
    return decoding.DecodingSample("people", "a", 2, waited_s, 1.0, identical, useful_s, 2.0)


def test_the_words_are_held_against_a_decode_after_the_end() -> None:
    good = decoding.figures([decoded(0.2, 1.4, 2)])
    assert (good["wait of decoding after the end"], good["wasted"], good["identical"]["hits"]) == (0.2, 0.3, 2)
    assert list(decoding.missed({"rules": {"people": good}})) == []
    bad = decoding.figures([decoded(0.3, 1.2, 1)])
    assert len(list(decoding.missed({"rules": {"people": bad}}))) == 3


def test_frames_that_are_slow_or_lost_are_missed() -> None:
    row = frames.figures(frames.Frames([4.0] * 98 + [9.0] * 2, [0.0] * 99 + [10_001.0]))
    assert (row["p50_ms"], row["p99_ms"], row["lost"]) == (4.0, 9.0, 1)
    assert len(list(frames.missed({"rules": {"under load": row}, "p99_ratio": 3.1}))) == 2
    assert not list(frames.missed({"rules": {"under load": {**row, "lost": 0}}, "p99_ratio": 3.0}))


def test_growth_is_from_after_the_warm_up_to_the_end() -> None:
    found = listening.figures([50.0] * 5 + [100.0] * 30 + [103.0] * 5)
    assert (found["before_mb"], found["after_mb"], found["growth"]) == (100.0, 103.0, 0.03)
    grown = {"rules": {"shipped": {**found, "hours": 8.0}}}
    assert list(listening.missed({**grown, "is_full": True}))
    assert not list(listening.missed({**grown, "is_full": False}))


def test_a_unit_that_needs_too_much_is_named() -> None:
    rows = {"audio": {"most_mb": 601.0, "limit_mb": 600.0}, "tts": {"most_mb": 400.0, "limit_mb": 400.0}}
    assert [text.split(":")[0] for text in memory.missed({"rules": rows})] == ["memory audio"]


def test_noise_is_as_loud_as_it_is_called_and_a_room_keeps_the_level() -> None:
    rng = np.random.default_rng(1)
    tone = np.rint(3000 * np.sin(np.arange(2 * SAMPLE_RATE_HZ) / 5)).astype(np.int16)
    before = noisy(tone, rng, 10.0)[: round(LEAD_S * SAMPLE_RATE_HZ)]
    assert 10 * np.log10(power(tone) / power(before)) == pytest.approx(10.0, abs=2.0)
    heard = within(tone, room(0.5, rng))
    energy = [float(np.sum(sound.astype(np.float64) ** 2)) for sound in (tone, heard)]
    assert energy[1] == pytest.approx(energy[0], rel=0.02)
    assert len(heard) == len(tone) + SAMPLE_RATE_HZ // 2


def test_a_programme_is_distinct_and_calls_nobody() -> None:
    told = sentences(14)
    assert len(told) == len(set(told)) > 1000
    assert not [text for text in told if "jarvis" in text.lower()]
    assert sentences(14) == told != sentences(15)
    first, other = (music(2.0, np.random.default_rng(seed)) for seed in (1, 2))
    assert len(first) == 2 * SAMPLE_RATE_HZ
    assert power(first) > 0
    assert not np.array_equal(first, other)
