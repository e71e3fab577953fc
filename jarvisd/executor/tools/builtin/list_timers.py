"""The tool list_timers: which timers run and how long they have left."""

from __future__ import annotations

from datetime import datetime

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.timers.timers import Timer
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts, clock_words

SPOKEN_TIMERS = 5
"""Chosen: more are not kept in mind when heard."""

SPEC = ToolSpec(
    name="list_timers",
    description="Which timers and alarms are set, and the time left.",
    effects=(Effect.READ,),
    examples=(Example("How long is left on my timer?", {}),),
    deadline_s=5,
)


async def run(context: ToolContext) -> ToolResult:
    """Tell them, the next one first."""
    pending = context.kit.timers.pending()
    data: JsonObject = {
        "timers": [
            {"id": timer.id, "label": timer.label, "seconds": max(0, round(left_s)), "at": timer.at}
            for timer, left_s in pending
        ]
    }
    if not pending:
        return ToolResult(data, "No timer is set.")
    now = context.kit.clock.now()
    told = amounts.listing([_told(timer, left_s, now) for timer, left_s in pending], limit=SPOKEN_TIMERS)
    count = "" if len(pending) == 1 else f"{amounts.counted(len(pending), 'timer')}: "
    return ToolResult(data, f"You have {count}{told}.")


def _told(timer: Timer, left_s: float, now: datetime) -> str:
    if timer.at:
        day = clock_words.spoken_day(datetime.fromisoformat(timer.at), now)
        return f"an {timer.name} {day}".replace(",", "").strip()
    return f"a {timer.name} with {clock_words.spoken_length(max(0.0, left_s))} left"


TOOL = Tool(SPEC, run)
