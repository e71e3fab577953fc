"""The watchdog is fed only while every loop makes progress (D1)."""

from __future__ import annotations

from contextlib import suppress

from jarvisd.runtime.heartbeat import Pacemaker, Progress
from tests.fakes.clock import MovedByHand


def test_a_loop_is_overdue_only_past_its_limit() -> None:
    clock = MovedByHand()
    progress = Progress(clock)
    beat = progress.register("microphone", limit_s=2)
    assert progress.late() == []
    beat.report()
    clock.now_us = 2_000_000
    assert progress.late() == []
    clock.now_us = 2_000_001
    assert [beat.name for beat in progress.late()] == ["microphone"]
    beat.report()
    assert progress.late() == []


def test_an_idle_loop_owes_nothing() -> None:
    clock = MovedByHand()
    progress = Progress(clock)
    beat = progress.register("plan", limit_s=1)
    beat.busy()
    beat.idle()
    clock.now_us = 10**9
    assert progress.late() == []


def test_work_may_set_its_own_limit_until_it_is_done() -> None:
    clock = MovedByHand()
    progress = Progress(clock)
    beat = progress.register("llm", limit_s=1)
    beat.busy(limit_s=60)
    clock.now_us = 59_000_000
    assert progress.late() == []
    clock.now_us = 61_000_000
    assert [beat.name for beat in progress.late()] == ["llm"]
    beat.idle()
    beat.busy()
    clock.now_us += 1_500_000
    assert [beat.name for beat in progress.late()] == ["llm"]


def test_of_several_works_at_once_the_last_to_end_makes_idle() -> None:
    """Each that ends is progress of those that go on; one that fails ends too."""
    clock = MovedByHand()
    progress = Progress(clock)
    beat = progress.register("stt", limit_s=1)
    with beat.working(limit_s=10):
        with suppress(ValueError), beat.working(limit_s=10):
            clock.now_us = 9_000_000
            raise ValueError
        clock.now_us = 18_000_000
        assert progress.late() == []
        clock.now_us = 20_000_000
        assert [beat.name for beat in progress.late()] == ["stt"]
    assert progress.late() == []


def test_a_gap_of_the_whole_process_is_forgiven_once() -> None:
    """After a suspend or a stop every loop seems overdue; those that go on afterwards are."""
    clock = MovedByHand()
    progress = Progress(clock)
    stuck, alive = progress.register("stuck", limit_s=1, part="wake"), progress.register("alive", limit_s=1)
    pacemaker = Pacemaker(progress, 2, clock)
    for beat in (stuck, alive):
        beat.report()
    clock.now_us = 3_600_000_000
    assert pacemaker.may_feed()
    alive.report()
    clock.now_us += 2_000_000
    alive.report()
    assert not pacemaker.may_feed()
    assert [beat.part for beat in pacemaker.late] == ["wake"]


def test_gaps_in_a_row_are_not_forgiven() -> None:
    clock = MovedByHand()
    progress = Progress(clock)
    progress.register("stuck", limit_s=1).report()
    pacemaker = Pacemaker(progress, 2, clock)
    fed = []
    for _ in range(4):
        clock.now_us += 10_000_000
        fed.append(pacemaker.may_feed())
    assert fed == [True, False, False, False]


def test_every_stalled_loop_is_named() -> None:
    clock = MovedByHand()
    progress = Progress(clock)
    for name in ("a", "b", "c"):
        progress.register(name, limit_s=1).report()
    clock.now_us = 2_000_000
    assert [beat.name for beat in progress.late()] == ["a", "b", "c"]
