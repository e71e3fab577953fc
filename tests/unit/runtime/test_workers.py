"""Work in a lane that is watched: what stands still is overdue, what comes on is not (D1)."""

from __future__ import annotations

from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.workers import Workers
from tests.fakes.clock import MovedByHand


async def test_long_work_that_comes_on_is_not_stuck() -> None:
    clock, workers = MovedByHand(), Workers()
    progress = HeartbeatMonitor(clock)
    workers.watch("files", progress.register("files", limit_s=10))
    seen: list[list[str]] = []

    def work(comes_on: bool) -> None:
        for _ in range(3):
            clock.now_us += 9_000_000
            if comes_on:
                workers.advanced("files")
            seen.append([heartbeat.name for heartbeat in progress.late()])

    await workers.run("files", work, True)
    assert seen == [[], [], []]
    seen.clear()
    await workers.run("files", work, False)
    assert seen == [[], ["files"], ["files"]]
    assert progress.late() == []
    workers.close()


async def test_nobody_else_can_speak_for_the_work() -> None:
    """A report from outside would hide a hang, or make an idle lane look busy."""
    clock, workers = MovedByHand(), Workers()
    progress = HeartbeatMonitor(clock)
    workers.watch("files", progress.register("files", limit_s=10))
    workers.advanced("files")
    workers.advanced("no such lane")
    clock.now_us += 60_000_000
    assert progress.late() == []
    workers.close()
