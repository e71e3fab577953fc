"""The tool cancel_timer: stop one timer, or all of a kind."""

from __future__ import annotations

from jarvisd.executor.timers import spoken
from jarvisd.executor.timers.model import Timer, TimerState
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.lang.en.licences import timers

SPEC = ToolSpec(
    name="cancel_timer",
    description="Cancel a timer, alarm or reminder. which: what tells it from others, as spoken, or all.",
    effects=(Effect.MEMORY,),
    examples=(
        Example("Cancel the egg timer.", {"which": "egg timer"}),
        Example("Cancel all alarms.", {"which": "all alarms"}),
    ),
    deadline_s=10,
    undo="set_timer sets it again.",
    sensitive={"which": Sensitivity.WHICH},
    words=timers.CANCEL_TIMER,
)


async def measure(context: ToolContext, *, which: str = "") -> Preview[tuple[Timer, ...]]:
    """Which timers would stop. They can be set again."""
    await context.kit.timers.opened()
    timers, now = context.kit.timers.all(), context.kit.timers.now()
    ended = [timer for timer in timers if timer.state is TimerState.DUE]
    groups = ([timer for timer in timers if timer not in ended], ended)
    found = spoken.found([timers] if spoken.wants_all(which, now) else groups, which, context.answer, now)
    if not found.timers:
        spoken.demand_general(timers, which, now)
        nothing = spoken.none_found(timers, which, now)
        return Preview(phrase="cancel a timer", nothing=nothing, reversal=Reversal.HARMLESS)
    if not found.is_clear:
        choices = spoken.choices(found.timers, now)
        return Preview(phrase="cancel a timer", choices=choices, reversal=Reversal.HARMLESS)
    spoken.demand_whole(found.timers, which, now)
    phrase = f"cancel {spoken.listed(found.timers, now)}"
    return Preview(phrase=phrase, reversal=Reversal.HARMLESS, selection=found.timers)


async def run(context: ToolContext[tuple[Timer, ...]], *, which: str = "") -> ToolResult:
    """Stop what was measured."""
    meant, kept = context.measured, context.kit.timers
    said = spoken.listed(meant, kept.now())
    await kept.remove([timer.id for timer in meant])
    told = f"I cancelled {said}. {spoken.staying(kept.all(), kept.now())}".strip()
    return ToolResult({"cancelled": [timer.id for timer in meant]}, told)


TOOL = Tool(SPEC, run, measure)
