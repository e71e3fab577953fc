"""Shares of a unit's cores: each part keeps to its own, on machines of every size (B5)."""

from __future__ import annotations

import pytest

from jarvisd.runtime.process.cpu_pinning import Pinning
from jarvisd.systemd.affinity import placement, unit_cores

PARTS = {
    "audio": ("capture", "wake", "stt", "loop"),
    "brain": ("loop", "llm", "background"),
    "tts": ("synthesis",),
}


@pytest.mark.parametrize("size", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("unit", PARTS)
def test_each_part_has_its_share(unit: str, size: int) -> None:
    plan = placement(range(size))
    pinning = Pinning(unit_cores(plan)[unit], plan)
    for part in PARTS[unit]:
        assert pinning.share(part) == getattr(plan, part)


def test_a_share_that_the_unit_does_not_have_is_all_that_it_has() -> None:
    """The administrator may give a unit other cores than the plan does."""
    assert Pinning((5, 6), placement(range(8))).share("wake") == (5, 6)


def test_without_a_plan_nothing_is_pinned() -> None:
    assert Pinning((0, 1), None).share("wake") == (0, 1)
    Pinning((), None).keep_to(())


def test_lanes_belong_to_parts() -> None:
    pinning = Pinning(range(8), placement(range(8)))
    assert (pinning.lane("microphone"), pinning.lane("wake")) == ((0,), (1,))
    assert pinning.lane("files") == tuple(range(8))
