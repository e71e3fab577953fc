"""The tool recall: what the user said before. The memory itself belongs to the brain (decision 20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import knowledge
from jarvisd.lang.en.memories.facts import are_related
from jarvisd.lang.en.memories.own_name import asks_own_name, told_name
from jarvisd.lang.en.memories.told import (
    asks_everything,
    asks_several,
    recalled,
    recalled_all,
    recalled_nearest,
    recalled_together,
    telling_several,
    tells,
)

COUNT = 3
"""Chosen: they are spoken."""
COUNT_OF_ALL = 6
"""Chosen: of all that was told, as much as anybody listens to."""

SPEC = ToolSpec(
    name="recall",
    description="Look in memory for something the user said before.",
    effects=(Effect.READ,),
    examples=(
        Example("When does my flight leave?", {"query": "when the flight leaves"}),
        Example("What have I told you about my garden?", {"query": "the garden"}),
        Example("Who is Oscar?", {"query": "Oscar"}),
        Example("What's the code of the alarm?", {"query": "code of the alarm"}),
    ),
    deadline_s=30,
    words=knowledge.RECALL,
)


async def run(context: ToolContext, *, query: str) -> ToolResult:
    """Tell the nearest memory, and others that say something else of the same; the result holds up to three."""
    if asks_everything(query):
        return _everything(list(await context.kit.memory.recall(query, COUNT_OF_ALL + 1)))
    memories = list(await context.kit.memory.recall(query, COUNT_OF_ALL if asks_several(query) else COUNT))
    if asks_own_name(query):
        return ToolResult({"memories": memories}, _own_name(memories))
    if not memories:
        return ToolResult({"memories": []}, "I don't remember anything about that.")
    if asks_several(query) and len(several := telling_several([str(it.get("text", "")) for it in memories])) > 1:
        return ToolResult({"memories": memories}, recalled_together(several, is_more=False))
    nearest = str(memories[0].get("text", ""))
    same = [memory for memory in memories[1:] if are_related(nearest, str(memory.get("text", "")))]
    told = [_dated(memory) for memory in (memories[0], *same)]
    if not any(tells(query, text) for text, _ in told):
        return ToolResult({"memories": memories}, recalled_nearest(nearest))
    is_doubtful = bool(same) and all(when is not None for _, when in told)
    if not is_doubtful:
        return ToolResult({"memories": memories}, recalled(nearest))
    dated = [(text, when) for text, when in told if when is not None]
    return ToolResult({"memories": memories}, recalled_all(dated, context.kit.clock.now()))


def _everything(memories: list[JsonObject]) -> ToolResult:
    if not memories:
        return ToolResult({"memories": []}, "You have not told me anything to remember yet.")
    told, is_more = memories[:COUNT_OF_ALL], len(memories) > COUNT_OF_ALL
    return ToolResult(
        {"memories": told}, recalled_together([str(memory.get("text", "")) for memory in told], is_more=is_more)
    )


def _own_name(memories: Sequence[JsonObject]) -> str:
    name = told_name(str(memories[0].get("text", ""))) if memories else ""
    return (
        f"You told me that your name is {amounts.name(name)}." if name else "You have not told me your name yet."
    )


def _dated(memory: JsonObject) -> tuple[str, datetime | None]:
    try:
        when = datetime.fromisoformat(str(memory.get("created", "")))
    except ValueError:
        return str(memory.get("text", "")), None
    return str(memory.get("text", "")), when if when.tzinfo else None


TOOL = Tool(SPEC, run)
