"""The tool get_time: the clock and the calendar, here and elsewhere, today and on another day."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.clock_words import spoken_length, spoken_time
from jarvisd.lang.en.everyday.clock_spans import clock_span
from jarvisd.lang.en.everyday.day_spans import DaySpan, SpanKind, day_span
from jarvisd.lang.en.everyday.year_questions import CalendarWeek, LeapYear, calendar_week, leap_year
from jarvisd.lang.en.licences import machine
from jarvisd.lang.en.requests.intents import recognise
from jarvisd.lang.en.requests.time_questions import TimeQuestion, time_question
from jarvisd.lang.en.sentences.values import refusal
from jarvisd.lang.values import HeardValue, Unreadable, UnreadableReason, ValueKind
from jarvisd.linux.local_zone import in_local_zone

_JOINTS = re.compile(r"\s*(?:,|;|\band\b|\bthen\b)\s*", re.IGNORECASE)
LANE = "zones"
"""What the machine knows of time zones is read beside everything else."""

SPEC = ToolSpec(
    name="get_time",
    description="The current time of day, or today's date and weekday.",
    effects=(Effect.READ,),
    examples=(
        Example("Do you have the time?", {"what": "time"}),
        Example("Which day of the week is it?", {"what": "date"}),
    ),
    deadline_s=5,
    words=machine.GET_TIME,
)


async def run(context: ToolContext, *, what: Literal["time", "date"] = "time") -> ToolResult:
    """Tell the time or the date of here and now, or of the place and the day that were named.

    Raises INVALID_REQUEST for a day and NOT_FOUND for a place that is not known.
    """
    now = in_local_zone(context.kit.clock.now())
    said = _part_of(context.utterance, what, context.step)
    if (wait := clock_span(said, now)) is not None:
        data: JsonObject = {"to": wait.moment.isoformat(timespec="seconds"), "seconds": round(wait.seconds)}
        return ToolResult(data, f"It is {spoken_length(wait.seconds)} until {_moment(wait.moment, now)}.")
    if (year_told := _of_the_year(said, now.date())) is not None:
        return year_told
    span = _span(said, now)
    if span is not None:
        first, last = span.first.isoformat(), span.last.isoformat()
        return ToolResult({"from": first, "to": last, "days": span.days}, _span_sentence(span))
    asked = await context.kit.workers.run(LANE, _asked, said, now)
    if asked.place is not None:
        now = now.astimezone(ZoneInfo(asked.place.zone))
    told = asked.moment or now
    iso = asked.day.isoformat() if asked.day else told.isoformat(timespec="seconds")
    return ToolResult({"iso": iso}, _sentence(now, what, asked))


def _part_of(utterance: str, what: str, step: int) -> str:
    """Of several requests in one the part that asks for this: the only one, or the step's; else all of it."""
    parts = [part for part in _JOINTS.split(utterance) if part.strip()] if _plan_of(utterance) is None else []
    asking = [part for part in parts if _plan_of(part) == what]
    if len(asking) > 1 and step < len(parts) and parts[step] in asking:
        return parts[step]
    return asking[0] if len(asking) == 1 else utterance


def _plan_of(utterance: str) -> str | None:
    """What of the clock a request surely asks for, and nothing else."""
    intent = recognise(utterance)
    actions = intent.plan.actions if intent and intent.plan else ()
    is_alone = len(actions) == 1 and actions[0].tool == SPEC.name
    return str(actions[0].args.get("what", "time")) if is_alone else None


def _of_the_year(utterance: str, today: date) -> ToolResult | None:
    """Whether a year is a leap year, or which week it is; ``None`` where neither is asked."""
    try:
        leap, week = leap_year(utterance, today), calendar_week(utterance, today)
    except Unreadable as error:
        raise _refused(error) from error
    if leap is not None:
        return ToolResult({"year": leap.year, "is_leap": leap.is_one}, _leap_sentence(leap, today))
    if week is None:
        return None
    first, last = week.first.isoformat(), week.last.isoformat()
    data: JsonObject = {"week": week.number, "year": week.year, "from": first, "to": last}
    return ToolResult(data, _week_sentence(week, today))


def _leap_sentence(leap: LeapYear, today: date) -> str:
    if leap.is_sought:
        return f"The {'next' if leap.year > today.year else 'last'} leap year {_was(leap, today)} {leap.year}."
    if leap.is_one:
        return f"Yes, {leap.year} {_was(leap, today)} a leap year."
    after = f" The next leap year after it is {leap.next_one}." if leap.year >= today.year else ""
    return f"No, {leap.year} {_was(leap, today)} not a leap year.{after}"


def _was(leap: LeapYear, today: date) -> str:
    return "was" if leap.year < today.year else "is"


def _week_sentence(week: CalendarWeek, today: date) -> str:
    """The number with the days that it stands for, since not everybody counts weeks alike."""
    first = _date(week.first) if week.first.year != week.last.year else _day(week.first)
    last = _day(week.last) if week.last.year == today.year == week.first.year else _date(week.last)
    days = f"from {first}, to {last}"
    if week.first <= today <= week.last:
        return f"It is calendar week {week.number}, {days}."
    verb = "was" if week.last < today else "will be"
    return f"That {verb} calendar week {week.number}, {days}."


def _span(utterance: str, now: datetime) -> DaySpan | None:
    try:
        return day_span(utterance, now.date())
    except Unreadable as error:
        raise _refused(error) from error


def _refused(error: Unreadable) -> RequestError:
    if error.reason is UnreadableReason.NOT_UNDERSTOOD:
        return RequestError(f"I do not know '{amounts.name(error.part)}'", code=ErrorCode.NOT_FOUND)
    return RequestError(refusal(error))


def _span_sentence(span: DaySpan) -> str:
    first, last = _date(span.first), _date(span.last)
    if span.kind is SpanKind.AGE:
        years = span.whole_months[0] // 12
        age = (
            f"{years - 1} or {amounts.counted(years, 'year')}"
            if span.may_be_less
            else amounts.counted(years, "year")
        )
        born = f"in {span.first.year}" if span.may_be_less else f"on {first}"
        return f"Born {born}, somebody is {age if years else 'less than a year'} old."
    if span.days == 0:
        return f"{first} is today." if span.kind is not SpanKind.BETWEEN else f"Both are {first}."
    length = _length(span)
    if span.kind is SpanKind.UNTIL:
        return f"It is {length} until {last}."
    return (
        f"It is {length} since {first}."
        if span.kind is SpanKind.SINCE
        else f"It is {length} from {first} to {last}."
    )


def _length(span: DaySpan) -> str:
    """The length in its unit and what is left in days: "4 weeks and 5 days"."""
    count, days = 0, span.days
    if span.unit == "week":
        count, days = divmod(span.days, 7)
    elif span.unit in ("month", "year"):
        count, days = span.whole_months
        if span.unit == "year" and count >= 12:
            months = amounts.counted(count % 12, "month") if count % 12 else ""
            rest = amounts.counted(days, "day") if days else ""
            parts = [amounts.counted(count // 12, "year"), months, rest]
            return amounts.listing([part for part in parts if part])
    unit = "month" if span.unit == "year" else span.unit
    parts = [
        amounts.counted(count, unit) if count else "",
        amounts.counted(days, "day") if days or not count else "",
    ]
    return amounts.listing([part for part in parts if part])


def _asked(utterance: str, now: datetime) -> TimeQuestion:
    try:
        return time_question(utterance, now)
    except Unreadable as error:
        raise _refused(error) from error


def heard(utterance: str, now: datetime) -> dict[str, HeardValue]:
    """The place, and the beginning of the day or the moment, that a question names: for ``understand``.

    Raises :class:`~jarvisd.lang.values.Unreadable` where ``run`` refuses.
    """
    if (wait := clock_span(utterance, now)) is not None:
        return {"to": HeardValue(ValueKind.INSTANT, wait.moment.isoformat())}
    span = calendar_week(utterance, now.date()) or day_span(utterance, now.date())
    if span is not None:
        return {
            name: HeardValue(ValueKind.INSTANT, datetime.combine(each, time(), now.tzinfo).isoformat())
            for name, each in (("from", span.first), ("to", span.last))
        }
    if leap_year(utterance, now.date()) is not None:
        return {}
    asked = time_question(utterance, now)
    values: dict[str, HeardValue] = {}
    zone = now.tzinfo
    if asked.place is not None:
        values["place"] = HeardValue(ValueKind.PLACE, asked.place.zone)
        zone = ZoneInfo(asked.place.zone)
    moment = asked.moment or (datetime.combine(asked.day, time(), zone) if asked.day else None)
    if moment is not None:
        values["moment" if asked.moment else "day"] = HeardValue(ValueKind.INSTANT, moment.isoformat())
    return values


def _moment(moment: datetime, now: datetime) -> str:
    on = f" on {_date(moment)}" if moment.date() != now.date() else ""
    return f"{spoken_time(moment)}{on}"


def _sentence(now: datetime, what: str, asked: TimeQuestion) -> str:
    where = f"In {asked.place.name} " if asked.place else ""
    if asked.day is not None and asked.day != now.date():
        that = f"{where}{'that' if where else 'That'} {'was' if asked.day < now.date() else 'will be'}"
        return f"{that} {_date(asked.day)}."
    it = f"{where}{'it' if where else 'It'}"
    if asked.moment is not None:
        return f"{it} will be {_moment(asked.moment, now)}."
    if what == "time" and asked.day is None:
        return f"{it} is {spoken_time(now)}."
    return f"{it} is {_date(now)}." if where else f"Today is {_date(now)}."


def _date(day: date) -> str:
    return f"{_day(day)}, {day.year}"


def _day(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}"


TOOL = Tool(SPEC, run)
