"""The tool list_timers: which timers there are and how long they have left."""

from __future__ import annotations

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.timers import spoken
from jarvisd.executor.timers.model import TimerState
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en.licences import timers

SPEC = ToolSpec(
    name="list_timers",
    description="Which timers, alarms and reminders are set, and the time left. which: only those, as spoken.",
    effects=(Effect.READ,),
    examples=(
        Example("How long is left on my timer?", {"which": "timer"}),
        Example("What alarms are set?", {"which": "alarms"}),
    ),
    deadline_s=5,
    words=timers.LIST_TIMERS,
)


async def run(context: ToolContext, *, which: str = "") -> ToolResult:
    """Tell them, the next one first, and then those that are due."""
    kept = context.kit.timers
    await kept.opened()
    timers, now = kept.all(), kept.now()
    meant = spoken.found([timers], which, "", now).timers
    shown = {timer.id for timer in meant}
    data: JsonObject = {"timers": [each for each in await kept.listed() if each["id"] in shown]}
    if not meant:
        return ToolResult(data, spoken.none_found(timers, which, now))
    due = [timer for timer in meant if timer.state is TimerState.DUE]
    others = [timer for timer in meant if timer not in due]
    sentences = []
    if others:
        count = "" if len(others) == 1 else f"{spoken.counted(others)}: "
        sentences.append(f"You have {count}{spoken.told_in_a_row(others, now)}.")
    if due:
        row = spoken.told_in_a_row(due, now)
        sentences.append(f"You also have {row}." if others else f"You have {row}.")
    return ToolResult(data, " ".join(sentences))


TOOL = Tool(SPEC, run)
