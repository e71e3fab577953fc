"""A plugin as somebody might write it: tools that work, and tools that do everything wrong."""

from __future__ import annotations

import asyncio
import sys
import threading
from dataclasses import dataclass, field

from jarvisd.plugin import (
    Effect,
    ErrorCode,
    Example,
    JsonObject,
    Measure,
    Preview,
    Reach,
    RequestError,
    Run,
    Tool,
    ToolContext,
    ToolResult,
    ToolSpec,
    Vet,
)


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


@dataclass
class Gate:
    """Where a tool below stands still until it is let through."""

    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def stand(self) -> None:
        """Block the thread, as ``time.sleep`` or a library without asyncio does."""
        self.reached.set()
        self.opened.wait()
        self.left.set()


GATES: dict[str, Gate] = {}


def block(context: ToolContext, *, gate: str) -> ToolResult:
    """A plain function that blocks."""
    GATES[gate].stand()
    return ToolResult({}, "through")


async def block_in_coroutine(context: ToolContext, *, gate: str) -> ToolResult:
    """A coroutine that blocks."""
    GATES[gate].stand()
    return ToolResult({}, "through")


def heed(context: ToolContext, *, gate: str) -> ToolResult:
    """A plain function that looks whether it should stop."""
    GATES[gate].reached.set()
    context.stopping.wait()
    context.stop_here()
    return ToolResult({}, "through")


async def wait(context: ToolContext, *, gate: str) -> ToolResult:
    """A coroutine that waits as coroutines should."""
    GATES[gate].reached.set()
    await asyncio.Event().wait()
    return ToolResult({}, "through")


def slow_preview(context: ToolContext, *, gate: str) -> Preview:
    """Measure, blocking."""
    GATES[gate].stand()
    return Preview(phrase="wait")


def slow_vet(reach: Reach, *, gate: str) -> None:
    """Vet, blocking."""
    GATES[gate].stand()
    raise RequestError("not this gate", code=ErrorCode.REFUSED)


async def reach_out(context: ToolContext, *, path: str) -> ToolResult:
    """Use what belongs to the executor's loop: its threads, its memory, its output and its tasks."""
    here = threading.current_thread()
    lane = await context.blocking(threading.current_thread)
    found = await context.kit.memory.recall("anything", 1)
    context.output("stdout", "half way")
    shown = await context.to_the_end(asyncio.sleep(0, result="shown"))
    mine = await context.blocking(lambda: context.kit.workspaces.existing(path).place.shown)
    return ToolResult({"found": len(found), "apart": lane is not here}, f"{shown} {mine}")


def _tool(name: str, run: Run, measure: Measure | None = None, vet: Vet | None = None) -> Tool:
    return Tool(ToolSpec(name, "A tool of a test.", (Effect.READ,)), run, measure, vet)


BLOCKERS = [
    _tool("block", block),
    _tool("block_in_coroutine", block_in_coroutine),
    _tool("heed", heed),
    _tool("wait", wait),
    _tool("slow_preview", block, slow_preview),
    _tool("slow_vet", block, None, slow_vet),
    _tool("reach_out", reach_out),
]

SHOUT = Tool(
    ToolSpec("shout", "Say something loudly.", (Effect.READ,), (Example("Shout hi", {"text": "hi"}),)), shout
)
CRASH = Tool(ToolSpec("crash", "Break.", (Effect.READ,)), crash, bad_preview)
TOOLS = [SHOUT, CRASH]
NOT_TOOLS = ["shout"]
