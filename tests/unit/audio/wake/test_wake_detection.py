"""A detection is reported with the highest score of its run, and never late (A1)."""

from __future__ import annotations

import pytest

from jarvisd.audio.wake.wake_detection import Detection, ScorePeak

CHUNK_US = 80_000


def found(*scores: float) -> list[Detection]:
    peak = ScorePeak(0.4)
    hits = [peak.push((index + 1) * CHUNK_US, score) for index, score in enumerate(scores)]
    return [hit for hit in hits if hit is not None]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((0.1, 0.39, 0.2), []),
        ((0.1, 0.95), [Detection(2 * CHUNK_US, 0.95)]),
        ((0.45, 0.97), [Detection(2 * CHUNK_US, 0.97)]),
        ((0.45, 0.6, 0.5), [Detection(2 * CHUNK_US, 0.6)]),
        ((0.45, 0.1), [Detection(CHUNK_US, 0.45)]),
        ((0.5, 0.5), [Detection(CHUNK_US, 0.5)]),
        ((0.45, 0.1, 0.0, 0.93), [Detection(CHUNK_US, 0.45), Detection(4 * CHUNK_US, 0.93)]),
    ],
)
def test_the_peak_of_a_run_is_reported_once(scores: tuple[float, ...], expected: list[Detection]) -> None:
    assert found(*scores) == expected
