"""The tutorial in ``docs/tools.md`` is true: its tool and its test run as they stand there (D6)."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.executor.conftest import Bench

TUTORIAL = Path(__file__).resolve().parents[4] / "docs" / "tools.md"
TOOL_CODE, TEST_CODE = re.findall(r"```python\n(.*?)```", TUTORIAL.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def module() -> Iterator[types.ModuleType]:
    """The tutorial's tool, imported as a module of its own."""
    made = types.ModuleType("count_words_tutorial")
    sys.modules[made.__name__] = made
    exec(compile(TOOL_CODE, str(TUTORIAL), "exec"), made.__dict__)
    yield made
    del sys.modules[made.__name__]


async def test_the_tutorials_own_test_passes(bench: Bench, module: types.ModuleType) -> None:
    bench.registry.register(module.TOOL)
    names: dict[str, object] = {}
    exec(compile(TEST_CODE, str(TUTORIAL), "exec"), names)
    await names["test_words_are_counted"](bench)  # type: ignore[operator] # an async test function


async def test_the_tutorials_tool_runs_in_a_plan_and_is_told_to_the_planner(
    bench: Bench, module: types.ModuleType
) -> None:
    bench.registry.register(module.TOOL)
    bench.file("docs/essay.txt", "one two three")
    [step] = await bench.run(("count_words", {"path": "essay.txt"}))
    assert (step["outcome"], step["tier"]) == ("done", 1)
    told = {tool["name"]: tool for tool in bench.dispatcher.list_tools()}
    assert told["count_words"]["parameters"] == {
        "type": "object",
        "properties": {"path": {"type": "string"}},
        "required": ["path"],
        "additionalProperties": False,
    }
