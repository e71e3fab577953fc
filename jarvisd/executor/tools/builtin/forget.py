"""The tool forget: take something out of memory for good. Exactly what was read out is forgotten."""

from __future__ import annotations

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import knowledge
from jarvisd.lang.en.memories.person import to_listener

LOOKED_AT = 8
"""Chosen: what is further away is hardly what was meant."""
EQUALLY_NEAR = 0.05
"""Memories this close to the nearest one are meant as well: two facts about the same thing."""

SPEC = ToolSpec(
    name="forget",
    description="Forget something that was remembered.",
    effects=(Effect.MEMORY,),
    examples=(Example("Forget my locker combination.", {"query": "locker combination"}),),
    factors=("deletion",),
    deadline_s=300,
    sensitive={"query": Sensitivity.WHICH},
    words=knowledge.FORGET,
)


async def measure(context: ToolContext, *, query: str) -> Preview[tuple[JsonObject, ...]]:
    """Which memories would go."""
    found = [item for item in await context.kit.memory.recall(query, LOOKED_AT) if item.get("id")]
    if not found:
        return Preview(phrase="forget that", nothing="I don't remember anything about that.")
    best = min(_distance(item) for item in found)
    doomed = [item for item in found if _distance(item) <= best + EQUALLY_NEAR]
    texts = [amounts.name(to_listener(str(item.get("text", "")))) + _earlier(item) for item in doomed]
    return Preview(
        phrase=f"forget this for good: {amounts.listing(texts, limit=5)}",
        reversal=Reversal.NEVER,
        selection=tuple(doomed),
    )


async def run(context: ToolContext[tuple[JsonObject, ...]], *, query: str) -> ToolResult:
    """Forget what was read out."""
    doomed = context.measured
    forgotten = 0
    for item in doomed:
        forgotten += await context.kit.memory.forget(str(item["id"]))
    data: JsonObject = {"forgotten": forgotten}
    if not forgotten:
        return ToolResult(data, "That was already forgotten.")
    return ToolResult(data, f"I forgot {amounts.counted(forgotten, 'thing')}.")


def _earlier(item: JsonObject) -> str:
    trail = item.get("earlier")
    count = len(trail) if isinstance(trail, list) else 0
    return f" (and what you had told before it, {amounts.counted(count, 'thing')})" if count else ""


def _distance(item: JsonObject) -> float:
    distance = item.get("distance", 0.0)
    return float(distance) if isinstance(distance, (int, float)) else 0.0


TOOL = Tool(SPEC, run, measure)
