"""Words for times and lengths of time, as they are spoken. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from jarvisd.lang.en import amounts

_DAYS: Mapping[str, str] = MappingProxyType(
    {
        "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday",
        "SU": "Sunday",
    }
)  # fmt: skip
_WORKING, _FREE = ("MO", "TU", "WE", "TH", "FR"), ("SA", "SU")
_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "MINUTELY": "minute",
        "HOURLY": "hour",
        "DAILY": "day",
        "WEEKLY": "week",
        "MONTHLY": "month",
        "YEARLY": "year",
    }
)  # fmt: skip
_MONTHS: Mapping[str, str] = MappingProxyType(
    {
        "1": "January", "2": "February", "3": "March", "4": "April", "5": "May", "6": "June", "7": "July",
        "8": "August", "9": "September", "10": "October", "11": "November", "12": "December",
    }
)  # fmt: skip
_SOMEHOW = "again and again"
_PLACES: Mapping[str, str] = MappingProxyType(
    {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
)


def spoken_time(moment: datetime) -> str:
    """ "4:05 PM", as people say it."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def spoken_day(moment: datetime, now: datetime) -> str:
    """``""`` for today, ``"tomorrow "``, or the weekday and date before a time."""
    days = (moment.date() - now.date()).days
    if days <= 1:
        return "tomorrow " if days == 1 else ""
    return f"{moment:%A}, {moment:%B} {moment.day}, "


def spoken_length(seconds: float) -> str:
    """A length of time in its two largest units: ``"1 hour and 30 minutes"``."""
    left = max(0, round(seconds))
    pieces = []
    for unit_s, noun in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, left = divmod(left, unit_s)
        if count:
            pieces.append(amounts.counted(count, noun))
        elif pieces:
            break
    return " and ".join(pieces[:2]) or "0 seconds"


def spoken_repetition(rule: str) -> str:
    """An RRULE (RFC 5545, 3.3.10) after a time: "every day", "on weekdays", "on the first Monday of every month".

    A rule that has no words here is "again and again": less than it says, and nothing else.
    """
    parts = dict(part.partition("=")[::2] for part in rule.removeprefix("RRULE:").split(";"))
    single = {key for key in ("BYHOUR", "BYMINUTE", "BYSECOND", "WKST") if "," not in parts.get(key, "")}
    parts = {key: value for key, value in parts.items() if key not in single}
    unit, count = _UNITS.get(parts.pop("FREQ", ""), ""), parts.pop("INTERVAL", "1")
    every = f"every {unit}" if count == "1" else f"every {count} {unit}s"
    if not unit or set(parts) - {"BYDAY", "BYMONTHDAY", "BYMONTH"}:
        return _SOMEHOW
    if not parts:
        return every
    if set(parts) == {"BYDAY"} and unit != "year":
        return _on_weekdays(parts["BYDAY"].split(","), unit, every)
    date, month = parts.get("BYMONTHDAY", ""), parts.get("BYMONTH", "")
    if unit == "month" and set(parts) == {"BYMONTHDAY"}:
        return _on_month_days(date.split(","), every)
    if unit == "year" and set(parts) == {"BYMONTHDAY", "BYMONTH"} and date.isdigit() and month in _MONTHS:
        return f"on {_MONTHS[month]} {date} {every}"
    return _SOMEHOW


def _on_weekdays(days: Sequence[str], unit: str, every: str) -> str:
    if unit == "month":
        place, day = days[0][:-2].lstrip("+"), days[0][-2:]
        is_told = len(days) == 1 and day in _DAYS and place in _PLACES
        return f"on the {_PLACES[place]} {_DAYS[day]} of {every}" if is_told else _SOMEHOW
    if not _DAYS.keys() >= set(days):
        return _SOMEHOW
    if every not in ("every day", "every week"):
        named = amounts.listing([_DAYS[day] for day in _DAYS if day in days], limit=7)
        return f"{every} on {named}" if unit == "week" else _SOMEHOW
    if set(days) == set(_DAYS):
        return "every day"
    if set(days) in (set(_WORKING), set(_FREE)):
        return "on weekdays" if set(days) == set(_WORKING) else "on weekends"
    return f"every {amounts.listing([_DAYS[day] for day in _DAYS if day in days], limit=7)}"


def _on_month_days(days: Sequence[str], every: str) -> str:
    if list(days) == ["-1"]:
        return f"on the last day of {every}"
    if not all(day.isdigit() for day in days):
        return _SOMEHOW
    return f"on the {amounts.listing([_ordinal(int(day)) for day in days], limit=len(days))} of {every}"


def _ordinal(number: int) -> str:
    ending = "th" if number // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
