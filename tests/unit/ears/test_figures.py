"""Figures of ``bench/ears``, by hand and at their edges, and what counts as a turn that was cut."""

from __future__ import annotations

import numpy as np
import pytest

from bench.ears.figures import delays, quantile, share
from bench.ears.sound import FADE, joined, power, room_tone
from bench.ears.turns import missed, was_cut
from bench.ears.wake import WakeSample, figures
from bench.ears.wake import missed as wake_missed


def test_a_share_has_an_interval_also_where_nothing_was_hit() -> None:
    assert share(0, 60) == {"hits": 0, "n": 60, "share": 0.0, "interval": [0.0, 0.0602]}
    assert share(5, 10)["interval"] == [0.2366, 0.7634]
    assert share(0, 0)["share"] is None


def test_delays_are_summed_up() -> None:
    found = delays([float(value) for value in range(1, 101)])
    assert (found["n"], found["mean_ms"], found["p90_ms"], found["max_ms"]) == (100, 50.5, 90.0, 100.0)
    assert found["mean_interval_ms"] == [44.8, 56.2]
    assert delays([])["mean_ms"] is None
    assert quantile([1.0, 2.0], 0.9) == 2.0


@pytest.mark.parametrize(
    ("start_s", "end_s", "delay_ms", "is_cut"),
    [
        (0.5, 2.0, 500, True),
        (0.5, 2.0, 1250, True),
        (0.5, 2.0, 1400, False),
        (0.5, 1.0, 300, False),
        (2.5, 4.0, 500, False),
    ],
    ids=["in the pause", "as speech goes on", "after it", "before it", "a later turn"],
)
def test_a_turn_ending_in_the_pause_is_cut(start_s: float, end_s: float, delay_ms: int, is_cut: bool) -> None:
    segment = {"start": start_s, "end": end_s, "endpoint_delay_ms": delay_ms}
    assert was_cut(segment, 2.0, 1.0) is is_cut


def test_a_pause_is_of_the_tone_of_the_room() -> None:
    noise = np.random.default_rng(3)
    room = noise.normal(0, 20, 16_000).astype(np.int16)
    speech = noise.normal(0, 3000, 16_000).astype(np.int16)
    tone = room_tone(np.concatenate([np.zeros(8000, np.int16), speech, room, speech]), 40_000)
    assert len(tone) == 40_000
    assert power(tone) == pytest.approx(400, rel=0.3)


def test_pieces_are_joined_without_a_step() -> None:
    whole = joined(np.full(1000, 1000, np.int16), np.full(1000, -1000, np.int16))
    assert len(whole) == 2000 - FADE
    assert np.abs(np.diff(whole.astype(int))).max() <= 2000 / FADE * 1.1


def test_a_figure_that_is_missed_is_named() -> None:
    def held(mean_ms: float, cut: float) -> dict[str, object]:
        return {
            "delay": {"rules": {"shipped": {"held out": {"delay": {"mean_ms": mean_ms, "p90_ms": 900.0}}}}},
            "cuts": {"rules": {"shipped": {"held out": {"all pauses": {"share": cut}}}}},
        }

    assert list(missed(held(600.0, 0.05))) == []
    assert len(list(missed(held(600.1, 0.06)))) == 2


def heard(voice: str, *, is_call: bool, woke: bool, baseline: bool) -> WakeSample:
    return WakeSample(voice, "hey", is_call, woke, 0.9, baseline, 0.9)


def test_the_wake_word_is_held_against_the_baseline() -> None:
    """Wakes on what is none may be half of the baseline's, and no call be missed that it finds."""
    calls = [heard("slt", is_call=True, woke=True, baseline=True)] * 10
    others = [heard("slt", is_call=False, woke=number < 2, baseline=number < 4) for number in range(10)]
    row = figures([*calls, *others])
    assert (row["recall"]["share"], row["near-misses"]["hits"], row["baseline near-misses"]["n"]) == (1.0, 2, 10)
    cheap, dear = {"ratio": 0.1}, {"ratio": 1.3}
    good = {**row, "compute in speech": cheap}
    assert list(wake_missed({"rules": {"slt": good}, "compute in silence": cheap})) == []
    assert len(list(wake_missed({"rules": {"slt": {**row, "compute in speech": dear}}}))) == 1
    deafer = [heard("slt", is_call=True, woke=False, baseline=True), *calls, *others]
    jumpier = [*calls, *others, heard("slt", is_call=False, woke=True, baseline=False)]
    assert len(list(wake_missed({"rules": {"slt": figures(deafer)}}))) == 1
    assert len(list(wake_missed({"rules": {"slt": figures(jumpier)}, "compute in silence": {"ratio": 0.2}}))) == 2
