"""Shares of a unit's cores: each part keeps to its own, on machines of every size (B5)."""

from __future__ import annotations

import os

import pytest

from jarvisd.runtime.process.cpu_pinning import Pinning
from jarvisd.runtime.workers import Workers
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


def nice_now() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may hurry without a limit of its own")
async def test_sound_goes_first_and_nothing_else_is_hurried_with_it() -> None:
    """Threads inherit from who starts them, so that each says for itself how urgent it is."""
    before = nice_now()
    pinning = Pinning(os.sched_getaffinity(0), None, "audio")
    workers = Workers(pinning)
    try:
        pinning.settle_loop()
        assert nice_now() == before - 5
        found = {name: await workers.run(name, nice_now) for name in ("microphone", "wake", "stt", "settings")}
        assert found == {"microphone": before - 10, "wake": before - 5, "stt": before, "settings": before}
    finally:
        workers.close()
        os.setpriority(os.PRIO_PROCESS, 0, before)
    Pinning(os.sched_getaffinity(0), None, "brain").settle_loop()
    assert nice_now() == before
