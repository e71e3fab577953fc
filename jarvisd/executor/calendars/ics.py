"""Calendar files (RFC 5545): what is in one, by the library icalendar, and a new one with one event.

What nobody has to trust comes in here: a file is bounded in size and count, and an event that is not understood
whole is counted and left out, never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from jarvisd.executor.calendars.series import EventSeries, demand_readable

FILE_LIMIT_BYTES = 4_000_000
"""Chosen: some 20,000 events; ten seconds of reading, once."""
EVENT_LIMIT = 20_000
"""Chosen: fifty years with one a day."""
TEXT_LIMIT = 200
"""Characters of a title or a place: it is spoken."""
_FOLD = re.compile(rb"\r?\n[ \t]")
_ZONE = re.compile(rb"BEGIN:VTIMEZONE.*?END:VTIMEZONE", re.DOTALL | re.IGNORECASE)
_FREQUENT = re.compile(
    rb"FREQ=(?!YEARLY)|BY(?:HOUR|MINUTE|SECOND|YEARDAY|WEEKNO|SETPOS)=|RDATE(?:[^\n,]*,){200}", re.IGNORECASE
)
"""What no zone of the world needs: the library would expand it up to the end of its time."""
_MISTAKES = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError, OSError)
"""What the library raises at content that is none; OSError where a time zone is called like a folder of theirs."""
_PRODUCT = "-//jarvisd//calendar//EN"


@dataclass(frozen=True, slots=True)
class CalendarText:
    """What a file holds."""

    series: tuple[EventSeries, ...]
    unreadable: int = 0
    """Events that were not understood."""


def read_calendar(content: bytes, local: tzinfo | None, source: str) -> CalendarText:
    """The events of a file; ``source`` tells those of two files apart. Raises ValueError for what is none."""
    from icalendar import Calendar

    content = _FOLD.sub(b"", content)
    if any(_FREQUENT.search(zone) for zone in _ZONE.findall(content)):
        raise ValueError("it makes a time zone of its own")
    try:
        calendars = Calendar.from_ical(content, multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except _MISTAKES as error:
        raise ValueError(f"it is no calendar: {error}") from None
    if not calendars or len(events) > EVENT_LIMIT:
        raise ValueError("it is empty" if not calendars else "it has too many events")
    series: list[EventSeries] = []
    unreadable = 0
    for number, event in enumerate(events):
        try:
            series.append(_series(event, local, f"{source}#{number}", source))
        except _MISTAKES:
            unreadable += 1
    return CalendarText(tuple(series), unreadable)


def new_event(title: str, begins: datetime | date, length: timedelta, uid: str, written: datetime) -> bytes:
    """A calendar with one event, as other programs read it."""
    from icalendar import Calendar, Event

    event = Event()
    event.add("uid", uid)
    event.add("summary", title)
    event.add("dtstamp", written)
    event.add("dtstart", begins)
    event.add("dtend", begins + length)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _series(event: Any, local: tzinfo | None, own: str, source: str) -> EventSeries:
    """Raises ValueError, or what the library does, for an event that is not understood whole."""
    if event.errors:
        raise ValueError("a value is broken")
    begins = _moment(event["DTSTART"], local)
    rules = list(_several(event.get("RRULE")))
    if len(rules) > 1 or event.get("EXRULE") is not None:
        raise ValueError("more than one rule")
    rule = rules[0].to_ical().decode() if rules else ""
    if rule:
        demand_readable(rule, begins)
    replaced = event.get("RECURRENCE-ID")
    if replaced is not None and replaced.params.get("RANGE"):
        raise ValueError("an exception for all that follows")
    uid = _text(event.get("UID"))
    return EventSeries(
        uid=f"{source}/{uid}" if uid else own,
        title=_text(event.get("SUMMARY")) or "no title",
        place=_text(event.get("LOCATION")),
        begins=begins,
        length=_length(event, begins, local),
        rule=rule,
        extra=tuple(_dates(event.get("RDATE"), local)),
        excluded=frozenset(_dates(event.get("EXDATE"), local)),
        exception_of=_moment(replaced, local) if replaced is not None else None,
        is_cancelled=_text(event.get("STATUS")).upper() == "CANCELLED",
        is_free=_text(event.get("TRANSP")).upper() == "TRANSPARENT",
    )


def _moment(value: Any, local: tzinfo | None) -> datetime | date:
    """A point in time with its zone; one without belongs here, one of a zone that nobody knows is refused."""
    said = value.dt
    if not isinstance(said, date):
        raise TypeError("no point in time")
    if isinstance(said, datetime) and said.tzinfo is None:
        if value.params.get("TZID"):
            raise ValueError("an unknown zone")
        return said.replace(tzinfo=local)
    return said


def _length(event: Any, begins: datetime | date, local: tzinfo | None) -> timedelta:
    whole_day = timedelta(days=0 if isinstance(begins, datetime) else 1)
    if event.get("DTEND") is not None:
        ends = _moment(event["DTEND"], local)
        if isinstance(ends, datetime) is not isinstance(begins, datetime):
            raise ValueError("an end of another kind")
        length = ends - begins
    elif event.get("DURATION") is not None:
        length = event["DURATION"].dt
    else:
        length = whole_day
    if not timedelta() <= length <= timedelta(days=3660):
        raise ValueError("an end before the beginning")
    # Some programs write a day that ends when it begins.
    return max(length, whole_day)


def _dates(value: Any, local: tzinfo | None) -> Iterator[datetime | date]:
    for listed in _several(value):
        for each in listed.dts:
            said = each.dt
            if not isinstance(said, date):
                raise TypeError("no point in time, but a time of day, or one with an end")
            yield said.replace(tzinfo=local) if isinstance(said, datetime) and said.tzinfo is None else said


def _several(value: Any) -> Iterator[Any]:
    if value is not None:
        yield from value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    first = next(iter(_several(value)), "")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(first)).split())[:TEXT_LIMIT]
