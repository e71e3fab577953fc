"""The tool set_timer: a timer or an alarm that survives restarts (:mod:`jarvisd.executor.timers.timers`)."""

from __future__ import annotations

from datetime import datetime

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.timers.timers import Timer
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts, clock_words
from jarvisd.lang.en.memories.person import as_heard, to_listener
from jarvisd.lang.values import ValueKind

LABEL_LIMIT = 200
"""Chosen: it is spoken."""

SPEC = ToolSpec(
    name="set_timer",
    description="Set a timer, an alarm or a reminder. when: the length or time as spoken.",
    effects=(Effect.MEMORY,),
    examples=(
        Example("Set a timer for twelve minutes.", {"when": "twelve minutes"}),
        Example("Remind me at half past six to feed Tom.", {"when": "half past six", "label": "feed Tom"}),
    ),
    deadline_s=10,
    values={"when": (ValueKind.DURATION, ValueKind.INSTANT, ValueKind.REPEAT)},
    undo="cancel_timer stops it.",
)


async def measure(context: ToolContext, *, when: str, label: str = "") -> Preview:
    """When it would end; nothing needs undoing, because a timer is cancelled by its name."""
    if len(label) > LABEL_LIMIT:
        raise RequestError(f"a timer's name has at most {LABEL_LIMIT} characters")
    timer = context.kit.timers.understood(when, label)
    return Preview(phrase=f"set a {timer.name}", reversal=Reversal.HARMLESS)


async def run(context: ToolContext, *, when: str, label: str = "") -> ToolResult:
    """Start it."""
    timer = await context.kit.timers.add(when, as_heard(" ".join(label.split()), context.utterance))
    left_s = timer.remaining_s(context.kit.clock.now(), context.kit.timers.uptime)
    data: JsonObject = {"id": timer.id, "label": timer.label, "seconds": round(left_s), "at": timer.at}
    return ToolResult(data, _sentence(timer, context.kit.clock.now()))


def _sentence(timer: Timer, now: datetime) -> str:
    label = f": {amounts.name(to_listener(timer.label))}" if timer.label else ""
    if not timer.at:
        return f"Your timer for {clock_words.spoken_length(timer.length_s)} is running{label}."
    moment = datetime.fromisoformat(timer.at)
    return f"Your alarm is set for {clock_words.spoken_day(moment, now)}{clock_words.spoken_time(moment)}{label}."


TOOL = Tool(SPEC, run, measure)
