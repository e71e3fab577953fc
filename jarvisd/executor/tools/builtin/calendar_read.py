"""The tools of a calendar that only look: what is on it, when something is, and whether one is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.calendars.series import Appointment, appointments, free_from
from jarvisd.executor.calendars.shelf import CalendarFolders
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.clock_words import spoken_time
from jarvisd.lang.en.everyday import appointments as spoken
from jarvisd.lang.en.everyday.day_ranges import read_range
from jarvisd.lang.en.licences import calendars
from jarvisd.lang.en.memories.told import recalled
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.en.values.reading import why
from jarvisd.lang.en.words import words
from jarvisd.lang.values import Unreadable

AHEAD = timedelta(days=366)
"""Chosen: how far "next" and "when is" look."""
NEXT = 3
"""Chosen: of what comes next so much is told unasked."""
SLOT = timedelta(hours=1)
"""Chosen: who asks whether they are free at a time means about so long."""
TEXT_LIMIT = 200
"""Characters of an argument. Chosen: it is spoken."""
_TELLS_NOTHING = frozenset(
    {"my", "the", "a", "an", "next", "appointment", "appointments", "meeting", "event", "events", "calendar", "at"}
)

READ = ToolSpec(
    name="calendar_read",
    description="What is on the calendar. when: the days as spoken; about: which appointment; neither: the next.",
    effects=(Effect.READ,),
    examples=(Example("When do I see Dr. Lee?", {"about": "Dr. Lee"}),),
    words=calendars.READ,
    sentences=calendars.READ_SENTENCES,
)
FREE = ToolSpec(
    name="calendar_free",
    description="Whether the user is free at a time or on days. when: as spoken.",
    effects=(Effect.READ,),
    words=calendars.FREE,
    sentences=calendars.FREE_SENTENCES,
)


def reading(folders: CalendarFolders) -> Tool:
    """The tool that tells what is on the calendar in ``folders``."""

    async def run(context: ToolContext, *, when: str = "", about: str = "") -> ToolResult:
        """Tell the appointments that are asked for, in order."""
        told = await context.blocking(_told, context, folders, when, about)
        return told if told.data["count"] or not about.strip() else await _remembered(context, about, told)

    return Tool(READ, run)


def freedom(folders: CalendarFolders) -> Tool:
    """The tool that tells whether nothing is on the calendar in ``folders``."""

    async def run(context: ToolContext, *, when: str) -> ToolResult:
        """Tell what is in the way, or that nothing is."""
        return await context.blocking(_free, context, folders, when)

    return Tool(FREE, run)


def between(
    context: ToolContext, folders: CalendarFolders, begin: datetime, end: datetime
) -> tuple[list[Appointment], list[str]]:
    """What happens in a span, and what could not be read."""
    series, problems = folders.series(context.kit.workspaces, begin.tzinfo, context.stop_here)
    return appointments(series, begin, end, context.stop_here), problems


def _told(context: ToolContext, folders: CalendarFolders, when: str, about: str) -> ToolResult:
    now = context.kit.clock.now()
    if len(when) > TEXT_LIMIT or len(about) > TEXT_LIMIT:
        raise RequestError("say which days, or which appointment, in a few words")
    try:
        span = read_range(when, now) if when.strip() else None
    except Unreadable as error:
        raise RequestError(f"no days: {when}", spoken=why(error)) from None
    begin, end = (span.begin, span.end) if span else (now, now + AHEAD)
    found, problems = between(context, folders, begin, end)
    if wanted := _wanted(about):
        found = [one for one in found if _is_about(one, wanted)]
        text = _about(found, about, span.said if span else "", now)
    elif span is None:
        text = _next(found, now)
    elif not found:
        text = f"Nothing is on your calendar {span.said}."
    else:
        listed = spoken.row(found, now, with_day=not span.is_one_day)
        text = f"{amounts.counted(len(found), 'appointment')} {span.said}: {listed}."
    return ToolResult(_data(found, problems), text + spoken.unread(problems))


async def _remembered(context: ToolContext, about: str, told: ToolResult) -> ToolResult:
    """What a person told of it instead, where the calendar has nothing: "the party is on Friday"."""
    wanted = _wanted(about)
    for memory in await context.kit.memory.recall(about, 1) if wanted else ():
        text = str(memory.get("text", ""))
        if set(wanted) <= set(words(text)):
            return ToolResult({**told.data, "remembered": text}, f"{told.spoken} {recalled(text)}")
    return told


def _wanted(about: str) -> list[str]:
    """The words that tell one appointment from others."""
    return [word for word in words(about) if word not in _TELLS_NOTHING]


def _next(found: Sequence[Appointment], now: datetime) -> str:
    coming = [one for one in found if one.begins >= now] or list(found)
    if not coming:
        return "Nothing is on your calendar in the coming year."
    return f"Next on your calendar: {spoken.row(coming[:NEXT], now, with_day=True)}."


def _about(found: Sequence[Appointment], about: str, said: str, now: datetime) -> str:
    if not found:
        return f'I see no "{amounts.name(about)}" on your calendar {said or "in the coming year"}.'
    first = found[0]
    place = f', place: "{amounts.name(first.place)}"' if first.place else ""
    others = sorted({spoken.title(one) for one in found} - {spoken.title(first)})
    more = f" There is also {amounts.listing(others)}." if others else ""
    return f"{spoken.told(first, now, with_day=True)}{place}.{more}"


def _is_about(one: Appointment, wanted: Sequence[str]) -> bool:
    has = {word.removesuffix("s").removesuffix("'") for word in (*words(one.title), *words(one.place))}
    return all(word.removesuffix("s").removesuffix("'") in has for word in wanted)


def _free(context: ToolContext, folders: CalendarFolders, when: str) -> ToolResult:
    now = context.kit.clock.now()
    if len(when) > TEXT_LIMIT:
        raise RequestError("say the time in a few words")
    try:
        at = read_instant(when, now)
    except Unreadable as error:
        return _free_days(context, folders, when, error)
    found, problems = between(context, folders, at, at + SLOT)
    busy = free_from(found)
    moment = f"{spoken.on_day(at, now)} at {spoken_time(at)}"
    if any(one.begins <= at for one in busy):
        text = f"No, {spoken.row([one for one in busy if one.begins <= at], now, with_day=True)}."
    elif busy:
        text = f"Yes, {moment}, but only until {spoken.row(busy, now, with_day=False)}."
    else:
        text = f"{_yes(problems)} nothing is on your calendar {moment}."
    return ToolResult(_data(found, problems), text + _whole_days(found) + spoken.unread(problems))


def _free_days(context: ToolContext, folders: CalendarFolders, when: str, no_time: Unreadable) -> ToolResult:
    now = context.kit.clock.now()
    try:
        span = read_range(when, now)
    except Unreadable as error:
        worse = max((error, no_time), key=lambda each: len(each.understood))
        raise RequestError(f"no time: {when}", spoken=why(worse)) from None
    found, problems = between(context, folders, max(span.begin, now) if span.end > now else span.begin, span.end)
    busy = free_from(found)
    if busy:
        text = f"Not all of it: {spoken.row(busy, now, with_day=not span.is_one_day)}."
    else:
        text = f"{_yes(problems)} nothing is on your calendar {span.said}."
    return ToolResult(_data(found, problems), text + _whole_days(found) + spoken.unread(problems))


def _yes(problems: Sequence[str]) -> str:
    return "As far as I can read," if problems else "Yes,"


def _whole_days(found: Sequence[Appointment]) -> str:
    titles = [spoken.title(one) for one in found if one.is_all_day]
    return f" All day there is {amounts.listing(titles)}." if titles else ""


def _data(found: Sequence[Appointment], problems: Sequence[str]) -> JsonObject:
    return {
        "appointments": [
            {
                "begins": one.begins.isoformat(),
                "ends": one.ends.isoformat(),
                "title": one.title,
                "place": one.place,
                "all_day": one.is_all_day,
            }
            for one in found[:50]
        ],
        "count": len(found),
        "unread": list(problems),
    }
