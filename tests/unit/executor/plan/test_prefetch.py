"""Reads begin while the plan is still being written; nothing else does, and nobody sees them too soon (B1)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Preview, Tool, ToolResult, ToolSpec
from tests.unit.executor.conftest import Bench

TIME: JsonObject = {"tool": "get_time", "args": {"what": "date"}}
WRITE: JsonObject = {"tool": "file_write", "args": {"path": "taxes.txt", "content": "x"}}


class Counter:
    """A tool that only reads and counts how often it was run; ``go`` lets it end."""

    def __init__(self, bench: Bench, name: str = "look", effect: Effect = Effect.READ) -> None:
        self.ran = 0
        self.measured = 0
        self.cancelled = 0
        self.go = asyncio.Event()
        self.go.set()

        async def run(context: ToolContext, *, what: str = "") -> ToolResult:
            self.ran += 1
            try:
                await self.go.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
            return ToolResult({"ran": self.ran}, f"Looked {self.ran}.")

        async def measure(context: ToolContext, *, what: str = "") -> Preview:
            self.measured += 1
            return Preview(phrase="look", selection=self.measured)

        bench.registry.register(Tool(ToolSpec(name=name, description="Looks.", effects=(effect,)), run, measure))


def look(what: str = "", tool: str = "look", **more: Any) -> JsonObject:
    return {"tool": tool, "args": {"what": what}, **more}


async def begin(bench: Bench, turn_id: str, index: int, action: JsonObject) -> JsonObject:
    return await bench.dispatcher.begin(turn_id, index, json.dumps(action))


async def settle() -> None:
    """Give every task that could run its turns; nothing here waits for a thread."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_a_read_begins_early_and_is_not_done_twice(bench: Bench) -> None:
    tool = Counter(bench)
    verdict = await begin(bench, "t1", 0, look())
    assert (verdict["verdict"], verdict["tier"]) == ("run", 1)
    [step] = await bench.run(look(), turn="t1")
    assert (step["index"], step["outcome"], step["spoken"], tool.ran) == (0, "done", "Looked 1.", 1)
    assert tool.measured == 1


async def test_a_row_of_reads_keeps_its_places(bench: Bench) -> None:
    tool = Counter(bench)
    await begin(bench, "t1", 0, look("a"))
    await begin(bench, "t1", 1, look("b"))
    steps = await bench.run(look("a"), look("b"), turn="t1")
    assert [step["index"] for step in steps] == [0, 1]
    assert tool.ran == 2


@pytest.mark.parametrize(
    ("begun", "planned", "turn_id"),
    [
        (look("a"), look("b"), "t1"),
        (look("a"), look("a"), "t2"),
        (look("a", depends_on=[]), look("a"), ""),
    ],
)
async def test_only_the_same_step_of_the_same_turn_takes_it(
    bench: Bench, begun: JsonObject, planned: JsonObject, turn_id: str
) -> None:
    tool = Counter(bench)
    await begin(bench, "t1", 0, begun)
    await bench.run(planned, turn=turn_id)
    assert tool.ran == 2


@pytest.mark.parametrize("option", ["dry_run", "tainted"])
async def test_a_rehearsal_and_a_tainted_plan_take_nothing(bench: Bench, option: str) -> None:
    bench.answers("yes, go ahead")
    tool = Counter(bench)
    await begin(bench, "t1", 0, look())
    [step] = await bench.run(look(), turn="t1", **{option: True})
    assert step["spoken"] != "Looked 1."
    assert tool.ran == (1 if option == "dry_run" else 2)


@pytest.mark.parametrize("effect", [effect for effect in Effect if effect is not Effect.READ])
async def test_what_may_change_something_never_begins_early(bench: Bench, effect: Effect) -> None:
    tool = Counter(bench, "change", effect)
    await begin(bench, "t1", 0, look(tool="change"))
    await settle()
    assert tool.ran == 0


async def test_a_read_after_a_change_waits_for_it(bench: Bench) -> None:
    """It would see the world too soon."""
    tool = Counter(bench)
    await begin(bench, "t1", 0, WRITE)
    await begin(bench, "t1", 1, look())
    await settle()
    assert tool.ran == 0
    steps = await bench.run(WRITE, look(), turn="t1")
    assert [step["outcome"] for step in steps] == ["done", "done"]


async def test_a_plan_that_puts_a_change_first_takes_nothing(bench: Bench) -> None:
    tool = Counter(bench)
    await begin(bench, "t1", 0, look())
    steps = await bench.run(WRITE, look(), turn="t1")
    assert steps[1]["outcome"] == "done"
    assert tool.ran == 2


async def test_a_dependent_read_does_not_begin(bench: Bench) -> None:
    tool = Counter(bench)
    await begin(bench, "t1", 0, look("a"))
    await begin(bench, "t1", 1, look("b", depends_on=[0]))
    await settle()
    assert tool.ran == 1


async def test_another_turn_stops_what_was_begun(bench: Bench) -> None:
    tool = Counter(bench)
    tool.go.clear()
    await begin(bench, "t1", 0, look())
    await settle()
    await begin(bench, "t2", 0, TIME)
    await settle()
    assert (tool.ran, tool.cancelled) == (1, 1)


async def test_stop_stops_what_was_begun(bench: Bench) -> None:
    tool = Counter(bench)
    tool.go.clear()
    await begin(bench, "t1", 0, look())
    await settle()
    await bench.dispatcher.cancel("")
    await settle()
    assert tool.cancelled == 1


async def test_nothing_begins_while_a_plan_runs(bench: Bench) -> None:
    slow, tool = Counter(bench, "slow"), Counter(bench)
    slow.go.clear()
    plan_id = await bench.start(look(tool="slow"), turn="t0")
    await begin(bench, "t1", 0, look())
    await settle()
    assert tool.ran == 0
    await bench.dispatcher.cancel(plan_id)
    await bench.dispatcher.ended()


async def test_what_is_refused_says_so_and_does_not_begin(bench: Bench) -> None:
    verdict = await begin(bench, "t1", 0, {"tool": "shell", "args": {"command": "id"}})
    assert verdict["verdict"] == "refuse"
    assert verdict["error"]
