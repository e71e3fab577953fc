"""The tool set_timer: a timer, an alarm or a reminder that survives restarts (:mod:`jarvisd.executor.timers`)."""

from __future__ import annotations

from typing import Literal

from jarvisd.core.errors import RequestError
from jarvisd.executor.timers import spoken
from jarvisd.executor.timers.model import TimerKind
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.lang.en.licences import timers
from jarvisd.lang.en.memories.person import as_heard
from jarvisd.lang.values import ValueKind

LABEL_LIMIT = 200
"""Chosen: it is spoken."""

SPEC = ToolSpec(
    name="set_timer",
    description="Set a timer, an alarm or a reminder. when: the length, time or repetition as spoken.",
    effects=(Effect.MEMORY,),
    examples=(
        Example("Set a timer for twelve minutes.", {"when": "twelve minutes"}),
        Example(
            "Remind me at half past six to feed Tom.",
            {"when": "half past six", "label": "feed Tom", "kind": "reminder"},
        ),
    ),
    deadline_s=10,
    values={"when": (ValueKind.DURATION, ValueKind.INSTANT, ValueKind.REPEAT)},
    undo="cancel_timer stops it.",
    sensitive={"when": Sensitivity.TIME, "label": Sensitivity.TEXT},
    words=timers.SET_TIMER,
)


async def measure(
    context: ToolContext, *, when: str, label: str = "", kind: Literal["timer", "alarm", "reminder"] = "timer"
) -> Preview:
    """When it would end; nothing needs undoing, because a timer is cancelled by its name."""
    if len(label) > LABEL_LIMIT:
        raise RequestError(f"a timer's name has at most {LABEL_LIMIT} characters")
    timer = context.kit.timers.understood(when, label, TimerKind(kind))
    return Preview(phrase=f"set {spoken.with_article(timer)}", reversal=Reversal.HARMLESS)


async def run(
    context: ToolContext, *, when: str, label: str = "", kind: Literal["timer", "alarm", "reminder"] = "timer"
) -> ToolResult:
    """Start it."""
    kept = context.kit.timers
    timer = await kept.add(when, as_heard(" ".join(label.split()), context.utterance), TimerKind(kind))
    [shown] = [each for each in await kept.listed() if each["id"] == timer.id]
    return ToolResult(shown, spoken.promise(timer, kept.now()))


TOOL = Tool(SPEC, run, measure)
