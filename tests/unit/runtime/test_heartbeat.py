"""The watchdog is fed only while every loop makes progress (D1)."""

from __future__ import annotations

from contextlib import suppress

from jarvisd.runtime.heartbeat import HeartbeatMonitor, WatchdogFeeder
from tests.fakes.clock import MovedByHand


def test_a_loop_is_overdue_only_past_its_limit() -> None:
    clock = MovedByHand()
    progress = HeartbeatMonitor(clock)
    heartbeat = progress.register("microphone", limit_s=2)
    assert progress.late() == []
    heartbeat.report()
    clock.now_us = 2_000_000
    assert progress.late() == []
    clock.now_us = 2_000_001
    assert [heartbeat.name for heartbeat in progress.late()] == ["microphone"]
    heartbeat.report()
    assert progress.late() == []


def test_an_idle_loop_owes_nothing() -> None:
    clock = MovedByHand()
    progress = HeartbeatMonitor(clock)
    heartbeat = progress.register("plan", limit_s=1)
    heartbeat.busy()
    heartbeat.idle()
    clock.now_us = 10**9
    assert progress.late() == []


def test_work_may_set_its_own_limit_until_it_is_done() -> None:
    clock = MovedByHand()
    progress = HeartbeatMonitor(clock)
    heartbeat = progress.register("llm", limit_s=1)
    heartbeat.busy(limit_s=60)
    clock.now_us = 59_000_000
    assert progress.late() == []
    clock.now_us = 61_000_000
    assert [heartbeat.name for heartbeat in progress.late()] == ["llm"]
    heartbeat.idle()
    heartbeat.busy()
    clock.now_us += 1_500_000
    assert [heartbeat.name for heartbeat in progress.late()] == ["llm"]


def test_of_several_works_at_once_the_last_to_end_makes_idle() -> None:
    """Each that ends is progress of those that go on; one that fails ends too."""
    clock = MovedByHand()
    progress = HeartbeatMonitor(clock)
    heartbeat = progress.register("stt", limit_s=1)
    with heartbeat.working(limit_s=10):
        with suppress(ValueError), heartbeat.working(limit_s=10):
            clock.now_us = 9_000_000
            raise ValueError
        clock.now_us = 18_000_000
        assert progress.late() == []
        clock.now_us = 20_000_000
        assert [heartbeat.name for heartbeat in progress.late()] == ["stt"]
    assert progress.late() == []


def test_a_gap_of_the_whole_process_is_forgiven_once() -> None:
    """After a suspend or a stop every loop seems overdue; those that go on afterwards are."""
    clock = MovedByHand()
    progress = HeartbeatMonitor(clock)
    stuck, alive = progress.register("stuck", limit_s=1, part="wake"), progress.register("alive", limit_s=1)
    pacemaker = WatchdogFeeder(progress, 2, clock)
    for heartbeat in (stuck, alive):
        heartbeat.report()
    clock.now_us = 3_600_000_000
    assert pacemaker.may_feed()
    alive.report()
    clock.now_us += 2_000_000
    alive.report()
    assert not pacemaker.may_feed()
    assert [heartbeat.part for heartbeat in pacemaker.late] == ["wake"]


def test_gaps_in_a_row_are_not_forgiven() -> None:
    clock = MovedByHand()
    progress = HeartbeatMonitor(clock)
    progress.register("stuck", limit_s=1).report()
    pacemaker = WatchdogFeeder(progress, 2, clock)
    fed = []
    for _ in range(4):
        clock.now_us += 10_000_000
        fed.append(pacemaker.may_feed())
    assert fed == [True, False, False, False]


def test_every_stalled_loop_is_named() -> None:
    clock = MovedByHand()
    progress = HeartbeatMonitor(clock)
    for name in ("a", "b", "c"):
        progress.register(name, limit_s=1).report()
    clock.now_us = 2_000_000
    assert [heartbeat.name for heartbeat in progress.late()] == ["a", "b", "c"]
