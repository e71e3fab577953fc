"""The tool recall: what the user said before. The memory itself belongs to the brain (decision 20)."""

from __future__ import annotations

from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en.memories.person import speaks_of_self, to_listener

COUNT = 3
"""Chosen: they are spoken."""

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
)


async def run(context: ToolContext, *, query: str) -> ToolResult:
    """Tell the nearest memory; the result holds up to three."""
    memories = list(await context.kit.memory.recall(query, COUNT))
    if not memories:
        return ToolResult({"memories": []}, "I don't remember anything about that.")
    nearest = " ".join(str(memories[0].get("text", "")).split())
    said = to_listener(nearest)
    how = "You told me" if speaks_of_self(said) else "I remember"
    return ToolResult({"memories": memories}, f"{how}: {said}")


TOOL = Tool(SPEC, run)
