"""A plugin as somebody might write it: tools that work, and tools that do everything wrong."""

from __future__ import annotations

import sys

from jarvisd.core.jsonvalue import JsonObject
from jarvisd.executor.context import ToolContext
from jarvisd.executor.tool import Effect, Example, Preview, Tool, ToolResult, ToolSpec


async def shout(context: ToolContext, *, text: str) -> ToolResult:
    """Say it loudly."""
    return ToolResult({"text": text.upper()}, text.upper())


async def crash(context: ToolContext, *, how: str) -> ToolResult:
    """Fail in the way that is asked for."""
    if how == "exit":
        sys.exit(3)
    if how == "data":
        odd: JsonObject = {"odd": object()}  # type: ignore[dict-item] # wrong on purpose
        return ToolResult(odd, "done")
    if how == "nothing":
        return None  # type: ignore[return-value] # wrong on purpose
    raise ZeroDivisionError(how)


async def bad_preview(context: ToolContext, *, how: str) -> Preview:
    """Look in the way that is asked for."""
    if how == "preview":
        return None  # type: ignore[return-value] # wrong on purpose
    if how == "preview exit":
        sys.exit(4)
    return Preview(phrase="crash")


SHOUT = Tool(
    ToolSpec("shout", "Say something loudly.", (Effect.READ,), (Example("Shout hi", {"text": "hi"}),)), shout
)
CRASH = Tool(ToolSpec("crash", "Break.", (Effect.READ,)), crash, bad_preview)
TOOLS = [SHOUT, CRASH]
NOT_TOOLS = ["shout"]
