"""What is left of our own voice is no speech, and nobody who speaks over it gets weaker."""

from __future__ import annotations

from array import array

import pytest

from jarvisd.audio.own_voice.echo_stage import FRAME_BYTES, power, without_rest


def frame(level: int) -> bytes:
    return array("h", [level, -level] * (FRAME_BYTES // 4)).tobytes()


@pytest.mark.parametrize(("left", "kept"), [(1000, 1.0), (500, 1.0), (300, 0.1), (30, 0.1)])
def test_frames_that_are_ours_alone_get_weaker(left: int, kept: float) -> None:
    """Of near sound at 1000; who speaks 5 dB below our voice leaves half of it."""
    made = without_rest(frame(1000) + frame(1000), frame(left) + frame(1000))
    assert power(made[:FRAME_BYTES]) == pytest.approx((kept * left) ** 2)
    assert made[FRAME_BYTES:] == frame(1000)
