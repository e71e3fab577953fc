"""The tool get_time: the clock and the calendar."""

from __future__ import annotations

from typing import Literal

from jarvisd.executor.clockwords import spoken_time
from jarvisd.executor.context import ToolContext
from jarvisd.executor.tool import Effect, Example, Tool, ToolResult, ToolSpec

SPEC = ToolSpec(
    name="get_time",
    description="The current time of day, or today's date and weekday.",
    effects=(Effect.READ,),
    examples=(
        Example("Do you have the time?", {"what": "time"}),
        Example("Which day of the week is it?", {"what": "date"}),
    ),
    deadline_s=5,
)


async def run(context: ToolContext, *, what: Literal["time", "date"] = "time") -> ToolResult:
    """Tell the local time or date."""
    now = context.kit.clock.now()
    spoken = (
        f"It is {spoken_time(now)}." if what == "time" else f"Today is {now:%A}, {now:%B} {now.day}, {now.year}."
    )
    return ToolResult({"iso": now.isoformat(timespec="seconds")}, spoken)


TOOL = Tool(SPEC, run)
