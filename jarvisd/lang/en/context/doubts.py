"""A time that can mean two things: "next Friday" on a Monday. Pure.

It is asked which is meant, and the answer takes its place in the request. The tool reads the time in the end, by
the same readers, so that a doubt that is not seen here is refused there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from jarvisd.core.planning.plan import Action
from jarvisd.lang.dialogue import Clarification, Recognise
from jarvisd.lang.en.context.questions import either
from jarvisd.lang.en.everyday.clock_spans import clock_span
from jarvisd.lang.en.everyday.day_ranges import read_range
from jarvisd.lang.en.everyday.day_spans import day_span
from jarvisd.lang.en.requests.time_questions import time_question
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.intent import Intent
from jarvisd.lang.values import Unreadable, UnreadableReason

_FOR_DAYS = frozenset({"calendar_read", "calendar_free"})
"""Tools that take days as well as a moment."""
_FOR_MOMENTS = frozenset({"calendar_add", "set_timer"})


_WAKING = re.compile(r"\bwake (?:me|us)\b", re.IGNORECASE)
_TELLS_HALF = re.compile(
    r"\b(?:[ap]\.? ?m|morning|afternoon|evening|tonight|night|noon|midnight|midday|lunch|dinner)\b"
    r"|\b(?:1[3-9]|2[0-3])(?:[:.]|\b)|\b(?:in|seconds?|minutes?|hours?|from now|later)\b",
    re.IGNORECASE,
)
"""What says which half of the day is meant, or how long it is until then."""
NOON_HOUR, EVENING_HOUR = 12, 17


def doubtful(said: str, whole: Intent, now: datetime, recognise: Recognise) -> Clarification | None:
    """What to ask about the time in ``said``; ``None`` where it has one meaning at most, or none that helps."""
    actions = whole.plan.actions if whole.plan is not None else ()
    doubt = _doubt(said, actions[0], now) if len(actions) == 1 else None
    if doubt is None or len(doubt.choices) < 2:
        return None
    places = [*re.finditer(rf"(?<!\w){re.escape(doubt.part)}(?!\w)", said, re.IGNORECASE)]
    if len(places) != 1 or "{" in said or "}" in said:
        return None
    gap = f"{said[: places[0].start()]}{{}}{said[places[0].end() :]}"
    if any(not _is_settled(gap.replace("{}", choice), now, recognise) for choice in doubt.choices):
        return None
    return Clarification(either(doubt.choices), (gap,), choices=doubt.choices)


def _is_settled(said: str, now: datetime, recognise: Recognise) -> bool:
    """Whether that is a request whose time is no longer in doubt."""
    whole = recognise(said)
    actions = whole.plan.actions if whole is not None and whole.plan is not None else ()
    return len(actions) == 1 and _doubt(said, actions[0], now) is None


def _doubt(said: str, action: Action, now: datetime) -> Unreadable | None:
    """Why the time cannot be read, if it can mean several things; a reader that can read it settles that."""
    found = None
    for read in _readers(said, action, now):
        try:
            read()
        except Unreadable as unreadable:
            if unreadable.reason is UnreadableReason.AMBIGUOUS:
                found = unreadable
        else:
            return None
    return found


def _readers(said: str, action: Action, now: datetime) -> Iterator[Callable[[], object]]:
    when = str(action.args.get("when", ""))
    if action.tool == "get_time":
        yield lambda: clock_span(said, now) or day_span(said, now.date()) or time_question(said, now)
    if when and action.tool in _FOR_DAYS:
        yield lambda: read_range(when, now)
    if when and action.tool == "set_timer" and _WAKING.search(said):
        yield lambda: _waking(when, now)
    elif when and action.tool in _FOR_DAYS | _FOR_MOMENTS:
        yield lambda: read_instant(when, now)


def _waking(when: str, now: datetime) -> datetime:
    """The moment at which somebody wants to be woken; raises where it would be one of the afternoon unsaid.

    "Wake me at seven" is said in the evening for the morning, and before a nap for the same day.
    """
    moment = read_instant(when, now)
    if moment.hour < NOON_HOUR or _TELLS_HALF.search(when):
        return moment
    hour, minute = (moment.hour - 1) % NOON_HOUR + 1, f":{moment:%M}" if moment.minute else ""
    later = "evening" if moment.hour >= EVENING_HOUR else "afternoon"
    choices = tuple(f"at {hour}{minute} in the {part}" for part in ("morning", later))
    raise Unreadable(UnreadableReason.AMBIGUOUS, when, choices=choices)
