"""The tool system_info: disk, memory, processor and uptime of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Literal

from jarvisd.core.json_types import JsonValue
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import machine
from jarvisd.linux.boot import boot_s

SPEC = ToolSpec(
    name="system_info",
    description="State of this machine: disk space, memory, processor load or uptime.",
    effects=(Effect.READ,),
    examples=(
        Example("Is there room left on the drive?", {"topic": "disk"}),
        Example("How busy is the processor?", {"topic": "cpu"}),
        Example("When was this computer started?", {"topic": "uptime"}),
    ),
    deadline_s=10,
    words=machine.SYSTEM_INFO,
)


async def run(
    context: ToolContext, *, topic: Literal["disk", "memory", "cpu", "uptime", "all"] = "all"
) -> ToolResult:
    """Measure and tell."""
    return await context.blocking(_measure, context, topic)


def _measure(context: ToolContext, topic: str) -> ToolResult:
    topics = list(_MEASURES) if topic == "all" else [topic]
    measured = [_MEASURES[name](context) for name in topics]
    data = {name: values for name, (values, _) in zip(topics, measured, strict=True)}
    return ToolResult(data, " ".join(sentence for _, sentence in measured))


def _disk(context: ToolContext) -> tuple[JsonValue, str]:
    import psutil

    roots = context.kit.workspaces.roots
    usage = psutil.disk_usage(roots[0].path if roots else "/")
    values = {"free_bytes": usage.free, "total_bytes": usage.total, "percent_used": usage.percent}
    return values, f"{amounts.size(usage.free)} of {amounts.size(usage.total)} are free on the disk."


def _memory(context: ToolContext) -> tuple[JsonValue, str]:
    import psutil

    memory = psutil.virtual_memory()
    values = {"available_bytes": memory.available, "total_bytes": memory.total, "percent_used": memory.percent}
    return values, f"{amounts.size(memory.available)} of {amounts.size(memory.total)} of memory are available."


def _cpu(context: ToolContext) -> tuple[JsonValue, str]:
    import psutil

    percent = psutil.cpu_percent(interval=0.3)
    values = {"percent_used": percent, "cores": os.cpu_count() or 1, "load_1min": os.getloadavg()[0]}
    return values, f"The processor is {percent:.0f} percent busy."


def _uptime(context: ToolContext) -> tuple[JsonValue, str]:
    uptime_s = boot_s()
    return {"uptime_s": round(uptime_s)}, f"The machine has been running for {amounts.age(uptime_s)}."


_MEASURES: Mapping[str, Callable[[ToolContext], tuple[JsonValue, str]]] = {
    "disk": _disk,
    "memory": _memory,
    "cpu": _cpu,
    "uptime": _uptime,
}

TOOL = Tool(SPEC, run)
