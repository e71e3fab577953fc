"""The tool change_timer: set a timer anew, give it more time or less, hold it, snooze or dismiss what is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Literal

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.timers import spoken
from jarvisd.executor.timers.model import SNOOZE_S, Moment, Timer, TimerState
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import exact_amounts
from jarvisd.lang.en.licences import timers
from jarvisd.lang.values import ValueKind

What = Literal["set", "add", "take_off", "pause", "resume", "snooze", "dismiss", "stop", "skip"]

SPEC = ToolSpec(
    name="change_timer",
    description=(
        "Change a timer, alarm or reminder that is set, or dismiss one that is due. by: how much time, as spoken;"
        " for set the new length or time."
    ),
    effects=(Effect.MEMORY,),
    examples=(
        Example(
            "Give the egg timer five more minutes.", {"what": "add", "which": "egg timer", "by": "five minutes"}
        ),
        Example("Snooze the alarm.", {"what": "snooze", "which": "alarm"}),
    ),
    deadline_s=10,
    values={"by": (ValueKind.DURATION, ValueKind.INSTANT, ValueKind.REPEAT)},
    undo="Another change_timer takes it back; set_timer sets again what was dismissed or skipped.",
    sensitive={"which": Sensitivity.WHICH},
    words=timers.CHANGE_TIMER,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to which timers."""

    timers: tuple[Timer, ...]
    apply: Callable[[Timer, Moment], Timer | None]


def _is_set(timer: Timer) -> bool:
    return timer.state is not TimerState.DUE


def _is_due(timer: Timer) -> bool:
    return timer.state is TimerState.DUE


def _rings(timer: Timer) -> bool:
    return _is_due(timer) and not timer.is_told


def _runs_down(timer: Timer) -> bool:
    return timer.state is TimerState.RUNNING and (not timer.at or timer.is_snoozed)


def _comes_at(timer: Timer) -> bool:
    return timer.state is TimerState.RUNNING and bool(timer.at) and not timer.is_snoozed


def _is_paused(timer: Timer) -> bool:
    return timer.state is TimerState.PAUSED


_MEANT_FIRST: Mapping[str, tuple[Callable[[Timer], bool], ...]] = MappingProxyType(
    {
        "set": (_is_set,),
        "add": (_rings, _is_set, _is_due),
        "take_off": (_is_set,),
        "pause": (_runs_down,),
        "resume": (_is_paused,),
        "snooze": (_rings, _is_due),
        "dismiss": (_rings, _is_due, lambda timer: timer.is_snoozed),
        "stop": (_rings, _is_due, _is_set),
        "skip": (_comes_at,),
    }
)
"""Of which a change is meant where the words fit others as well, the likeliest first."""
_NONE: Mapping[str, str] = MappingProxyType(
    {
        "pause": "No timer is running.",
        "resume": "No timer is paused.",
        "snooze": "Nothing is due.",
        "dismiss": "Nothing is due.",
        "skip": "Nothing is set for a time of day.",
    }
)
_DOING: Mapping[str, str] = MappingProxyType(
    {
        "set": "set {it} to {by}",
        "add": "add {by} to {it}",
        "take_off": "take {by} off {it}",
        "pause": "pause {it}",
        "resume": "let {it} go on",
        "snooze": "snooze {it} for {by}",
        "dismiss": "dismiss {it}",
        "stop": "stop {it}",
        "skip": "skip the next time of {it}",
    }
)


async def measure(context: ToolContext, *, what: What, which: str = "", by: str = "") -> Preview[Change]:
    """What would become of which timers. Each change can be taken back by another."""
    await context.kit.timers.opened()
    timers, now = context.kit.timers.all(), context.kit.timers.now()
    by_s = _length(what, by)
    if what == "set":
        _demand_time(by)
    groups: list[Sequence[Timer]] = [[each for each in timers if fits(each)] for fits in _MEANT_FIRST[what]]
    if spoken.wants_all(which, now) and what == "stop":
        groups = [timers]
    elif spoken.names_one(which, now):
        groups.append(timers)
    found = spoken.found(groups, which, context.answer, now)
    doing = partial(_DOING[what].format, by=by if what == "set" else exact_amounts.length(by_s))
    if not found.timers:
        spoken.demand_general(timers, which, now)
        nothing = _NONE.get(what, "") if timers else ""
        nothing = nothing or spoken.none_found(timers, which, now)
        return Preview(phrase=doing(it="a timer"), nothing=nothing, reversal=Reversal.HARMLESS)
    if not found.is_clear:
        choices = spoken.choices(found.timers, now)
        return Preview(phrase=doing(it="a timer"), choices=choices, reversal=Reversal.HARMLESS)
    apply = partial(_set_anew, by) if what == "set" else partial(_changed, what, by_s)
    change = Change(found.timers, apply)
    if what == "skip":
        spoken.demand_skippable(found.timers, which, now)
    elif what in ("set", "stop"):
        spoken.demand_whole(found.timers, which, now)
    for timer in found.timers:
        change.apply(timer, now)
    phrase = doing(it=spoken.listed(found.timers, now))
    return Preview(phrase=phrase, reversal=Reversal.HARMLESS, selection=change)


async def run(context: ToolContext[Change], *, what: What, which: str = "", by: str = "") -> ToolResult:
    """Change what was measured."""
    change, kept = context.measured, context.kit.timers
    ids = [timer.id for timer in change.timers]
    before = kept.now()
    await kept.change(ids, change.apply)
    after = [timer for timer in kept.all() if timer.id in ids]
    data: JsonObject = {
        "changed": [each for each in await kept.listed() if each["id"] in ids],
        "ended": len(ids) - len(after),
    }
    length = exact_amounts.length(_length(what, by))
    skips = what == "skip"
    said = _skipped(change.timers, after, before) if skips else _told(what, change.timers, after, before, length)
    if what in ("dismiss", "stop"):
        others = [timer for timer in kept.all() if timer.id not in ids]
        said = f"{said} {spoken.staying(others, kept.now())}".strip()
    return ToolResult(data, said)


def _length(what: What, by: str) -> float:
    """Seconds by which it is changed, as far as that is part of the change."""
    if what not in ("add", "take_off", "snooze"):
        return 0.0
    if by:
        return spoken.length_of(by)
    if what == "snooze":
        return SNOOZE_S
    raise RequestError("say by how much time")


def _demand_time(by: str) -> None:
    if not by.strip():
        raise RequestError("say for how long, or for what time")


def _set_anew(when: str, timer: Timer, now: Moment) -> Timer | None:
    return spoken.set_anew(timer, when, now)


def _changed(what: What, by_s: float, timer: Timer, now: Moment) -> Timer | None:
    if what in ("add", "take_off"):
        return timer.longer(by_s if what == "add" else -by_s, now)
    if what == "pause":
        return timer.paused(now)
    if what == "resume":
        return timer.resumed(now)
    if what == "snooze":
        return timer.snoozed(by_s, now)
    if what == "skip":
        return timer.skipped(now)
    if what == "stop" and timer.state is not TimerState.DUE:
        return None
    return timer.dismissed(now)


def _told(what: What, before: Sequence[Timer], after: Sequence[Timer], now: Moment, by: str) -> str:
    """What has become of the timers that were as ``before`` tells."""
    it = spoken.listed(before, now)
    if what == "set":
        return f"I changed {it}: {spoken.begun(after, now)}."
    if what in ("add", "take_off"):
        done = f"I added {by} to {it}" if what == "add" else f"I took {by} off {it}"
        return f"{done}: {spoken.standing(after, now)}."
    if what == "pause":
        return f"I paused {it}: {spoken.standing(after, now)}."
    if what == "resume":
        return (
            f"{it[:1].upper()}{it[1:]} {'goes' if len(before) == 1 else 'go'} on: {spoken.standing(after, now)}."
        )
    if what == "snooze":
        return f"I snoozed {it} for {by}."
    were_due = {timer.state is TimerState.DUE or (what == "dismiss" and timer.is_snoozed) for timer in before}
    done = f"I {'dismissed' if were_due == {True} else 'cancelled' if were_due == {False} else 'stopped'} {it}."
    again = [timer for timer in after if timer.repeat]
    return f"{done} {spoken.coming_again(again, now)}".strip()


def _skipped(before: Sequence[Timer], after: Sequence[Timer], now: Moment) -> str:
    it = spoken.listed(before, now)
    done = f"I skipped {it} once." if len(after) == len(before) else f"I cancelled {it}: it comes only once."
    return f"{done} {spoken.coming_again(after, now)}".strip()


TOOL = Tool(SPEC, run, measure)
