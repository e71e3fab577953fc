"""Plugins that block: only their own step waits for them, and what becomes of it is said as it is."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from jarvisd.config.ownership import TrustedOwners
from jarvisd.core.errors import ErrorCode
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.tools.plugins import LOAD_DEADLINE_S, Plugins
from tests.fakes.clock import LoopTime
from tests.fakes.executor import ScriptedMemory
from tests.fakes.plugin import GATES, Gate
from tests.unit.executor.conftest import Bench

DEADLINE_S = 20.0
ME = TrustedOwners({0, os.getuid()})
BLOCKING = ("block", "block_in_coroutine", "slow_preview", "slow_vet")


@pytest.fixture
def gate() -> Iterator[Gate]:
    GATES["g"] = made = Gate()
    yield made
    made.opened.set()
    del GATES["g"]


async def load(bench: Bench) -> None:
    assert await Plugins(bench.registry, ME).apply(["tests.fakes.plugin:BLOCKERS"]) == {}


async def reached(gate: Gate) -> None:
    assert await asyncio.to_thread(gate.reached.wait, DEADLINE_S)


@pytest.mark.parametrize("tool", BLOCKING)
async def test_everything_else_goes_on_while_a_plugin_blocks(bench: Bench, gate: Gate, tool: str) -> None:
    """The loop turns: another request is judged, and the step can be told how it goes on."""
    await load(bench)
    plan_id = await bench.start((tool, {"gate": "g"}))
    await reached(gate)
    checked = await bench.dispatcher.check('{"tool": "get_time", "args": {"what": "time"}}')
    assert checked["verdict"] == "run"
    assert not bench.dispatcher.result(plan_id).is_finished
    gate.opened.set()
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], step["spoken"]) == (
        ("refused", "I won't use slow vet: not this gate.") if tool == "slow_vet" else ("done", "through")
    )


@pytest.mark.parametrize("tool", BLOCKING)
async def test_a_cancelled_plan_ends_although_its_plugin_goes_on(bench: Bench, gate: Gate, tool: str) -> None:
    """The report says so, and until the call has ended the plugin is not called again."""
    await load(bench)
    plan_id = await bench.start((tool, {"gate": "g"}), ("get_time", {"what": "time"}))
    await reached(gate)
    await bench.dispatcher.cancel(plan_id)
    step, after = await bench.ended(plan_id)
    assert not gate.left.is_set()
    assert (step["outcome"], step["error"], after["outcome"]) == ("failed", ErrorCode.NOT_STOPPED, "cancelled")
    assert "may still be going on" in str(step["spoken"])
    assert bench.dispatcher.result(plan_id).outcome == "cancelled"
    [refused] = await bench.run(("heed", {"gate": "g"}))
    assert refused["error"] == ErrorCode.BUSY
    gate.opened.set()
    assert await asyncio.to_thread(gate.left.wait, DEADLINE_S)


@pytest.mark.parametrize("tool", ["block", "block_in_coroutine"])
async def test_a_late_plugin_is_left_behind(bench: Bench, gate: Gate, tool: str) -> None:
    time = LoopTime()
    await load(bench)
    plan_id = await bench.start((tool, {"gate": "g"}))
    await reached(gate)
    await time.advance(bench.step_deadline_s)
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], step["error"]) == ("failed", ErrorCode.NOT_STOPPED)
    assert not gate.left.is_set()


@pytest.mark.parametrize("tool", ["heed", "wait"])
async def test_a_plugin_that_stops_when_told_to_is_cancelled_like_any_tool(
    bench: Bench, gate: Gate, tool: str
) -> None:
    await load(bench)
    plan_id = await bench.start((tool, {"gate": "g"}))
    await reached(gate)
    await bench.dispatcher.cancel(plan_id)
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], step["error"]) == ("cancelled", ErrorCode.CANCELLED)
    gate.reached.clear()
    again = await bench.start((tool, {"gate": "g"}))
    await reached(gate)
    await bench.dispatcher.cancel(again)
    await bench.ended(again)


class MemoryAtHome(ScriptedMemory):
    """Notes in which loop it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_in: list[asyncio.AbstractEventLoop] = []

    async def recall(self, query: str, count: int) -> Sequence[JsonObject]:
        self.asked_in.append(asyncio.get_running_loop())
        return await super().recall(query, count)


async def test_a_plugin_reaches_the_executor_from_its_own_thread(bench: Bench) -> None:
    """File work in the file lane, ports in the executor's loop."""
    memory = MemoryAtHome()
    bench.kit = replace(bench.kit, memory=memory)
    bench.set_up()
    bench.file("docs/a.txt")
    await load(bench)
    [step] = await bench.run(("reach_out", {"path": "a.txt"}))
    assert (step["outcome"], step["spoken"], step["result"]) == (
        "done",
        "shown documents/a.txt",
        {"found": 0, "apart": True},
    )
    assert memory.asked_in == [asyncio.get_running_loop()]


async def test_an_import_that_never_ends_keeps_nobody_waiting(bench: Bench, gate: Gate) -> None:
    sleepy, time = "tests.fakes.plugin_that_sleeps", LoopTime()
    loading = bench.tasks.start("loading", Plugins(bench.registry, ME).apply([sleepy, "tests.fakes.plugin:SHOUT"]))
    await reached(gate)
    await time.advance(LOAD_DEADLINE_S)
    problems = await loading
    assert {spec: error.code for spec, error in problems.items()} == {sleepy: ErrorCode.NOT_STOPPED}
    assert bench.registry.has("shout")
