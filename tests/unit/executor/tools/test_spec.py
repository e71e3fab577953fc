"""A tool's types: what its preview selects is what it is given, and only its arguments are looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from jarvisd.plugin import (
    Effect,
    EngineError,
    JsonObject,
    Measure,
    Preview,
    Run,
    Tool,
    ToolContext,
    ToolResult,
    ToolSpec,
    ToolWords,
)
from tests.unit.executor.conftest import Bench


@dataclass(frozen=True)
class Lamps:
    """What a preview of a plugin may select."""

    names: tuple[str, ...]


async def measure(context: ToolContext, *, room: str) -> Preview[Lamps]:
    """Of a type of its own."""
    return Preview[Lamps]("switch on two lamps", selection=Lamps((f"{room} left", f"{room} right")))


async def run(context: ToolContext[Lamps], *, room: str) -> ToolResult:
    """Needs no check of what it is given."""
    return ToolResult({"lamps": list(context.measured.names)}, "On.")


async def run_untyped(context: ToolContext, *, room: str) -> ToolResult:
    """Without a type parameter it is given an object."""
    lamps = context.selection
    return ToolResult({"lamps": list(lamps.names) if isinstance(lamps, Lamps) else []}, "On.")


def tool(run: Run[Lamps], measure: Measure[Lamps] | None) -> Tool:
    return Tool(ToolSpec("lamps", "Lamps.", (Effect.MEMORY,)), run, measure)


@pytest.mark.parametrize("act", [run, run_untyped])
async def test_what_was_selected_is_what_is_given(bench: Bench, act: Run[Lamps]) -> None:
    bench.registry.register(tool(act, measure))
    result = await bench.use("lamps", room="hall")
    assert result.data == {"lamps": ["hall left", "hall right"]}


async def test_a_preview_that_selected_nothing_gives_nothing(bench: Bench) -> None:
    bench.registry.register(tool(run, None))
    with pytest.raises(EngineError, match="selected nothing"):
        await bench.use("lamps", room="hall")


def test_only_arguments_are_looked_up() -> None:
    """The types of context and result may have names that are there for type checkers alone."""
    names: dict[str, Callable[..., ToolResult]] = {}
    source = "def run(context: 'ToolContext[Hidden]', *, path: 'str') -> 'Hidden': ..."
    exec(source, {}, names)
    assert set(Tool(ToolSpec("odd", "Odd.", ()), names["run"]).arguments.model_fields) == {"path"}

    async def nested(context: ToolContext[tuple[JsonObject, ...]], *, path: str) -> ToolResult:
        return ToolResult({}, path)

    assert set(Tool(ToolSpec("nested", "Nested.", ()), nested).arguments.model_fields) == {"path"}


def test_the_planner_is_told_what_a_plugin_brings_and_nothing_of_the_built_in_tools(bench: Bench) -> None:
    """Decision 32: what is out of reach otherwise is in reach where a plugin's own words name it."""
    words = ToolWords(acts=("turn on",), things=("light|desk_lamp", "fan"))
    bench.registry.register(Tool(ToolSpec("lamps", "Lamps.", (Effect.MEMORY,), words=words), run, measure))
    told = {str(tool["name"]): tool["things"] for tool in bench.dispatcher.list_tools()}
    assert told.pop("lamps") == ["light", "desk lamp", "fan"]
    assert set(map(str, told.values())) == {"[]"}
