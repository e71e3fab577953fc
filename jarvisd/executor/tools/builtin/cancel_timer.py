"""The tool cancel_timer: stop one timer, or all of them."""

from __future__ import annotations

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.executor.timers.timers import Timer
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts, times_of_day
from jarvisd.lang.en.words import words

_ALL = frozenset({"all", "every", "everything", "both"})
_VAGUE = frozenset(
    {"the", "my", "a", "an", "timer", "timers", "alarm", "alarms", "reminder", "reminders", "for", "at", "of"}
)

SPEC = ToolSpec(
    name="cancel_timer",
    description="Cancel a timer or alarm. which: its name or length, or all.",
    effects=(Effect.MEMORY,),
    examples=(
        Example("Stop the egg timer.", {"which": "egg"}),
        Example("Cancel all alarms.", {"which": "all"}),
    ),
    deadline_s=10,
    undo="set_timer sets it again.",
)


async def measure(context: ToolContext, *, which: str = "") -> Preview[tuple[Timer, ...]]:
    """Which timers would stop. They can be set again."""
    meant = _meant([timer for timer, _ in context.kit.timers.pending()], which, context)
    if not meant:
        return Preview(phrase="cancel a timer", nothing="No timer is set.", reversal=Reversal.HARMLESS)
    return Preview(phrase=f"cancel {_listed(meant)}", reversal=Reversal.HARMLESS, selection=tuple(meant))


async def run(context: ToolContext[tuple[Timer, ...]], *, which: str = "") -> ToolResult:
    """Stop what was measured."""
    meant = context.measured
    await context.kit.timers.remove([timer.id for timer in meant])
    return ToolResult({"cancelled": [timer.id for timer in meant]}, f"I cancelled {_listed(meant)}.")


def _meant(timers: list[Timer], which: str, context: ToolContext) -> list[Timer]:
    said = [word for word in words(which) if word not in _VAGUE]
    if not _ALL.isdisjoint(said):
        alarms_only = "alarm" in which.casefold() and any(timer.at for timer in timers)
        return [timer for timer in timers if timer.at] if alarms_only else timers
    found = [timer for timer in timers if timer.id == which.strip()]
    found = found or [timer for timer in timers if set(said) <= set(words(timer.label))]
    found = found or [timer for timer in timers if _is_so_long(timer, " ".join(said), context)]
    if len(found) > 1:
        raise RequestError(f"say which: {_listed(found)}", code=ErrorCode.REFUSED)
    if timers and not found:
        raise RequestError(f"there is no timer {amounts.name(which)!r}", code=ErrorCode.NOT_FOUND)
    return found


def _is_so_long(timer: Timer, which: str, context: ToolContext) -> bool:
    if not timer.at:
        return times_of_day.parse_length(which) == timer.length_s
    moment = times_of_day.parse_moment(which, context.kit.clock.now())
    return moment is not None and moment.isoformat() == timer.at


def _listed(timers: list[Timer] | tuple[Timer, ...]) -> str:
    return amounts.listing([f"the {timer.name}" for timer in timers], limit=5)


TOOL = Tool(SPEC, run, measure)
