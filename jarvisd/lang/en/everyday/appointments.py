"""Appointments as they are told. Their words are those of whoever wrote the calendar, and set off. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from jarvisd.lang.en import amounts
from jarvisd.lang.en.clock_words import spoken_time
from jarvisd.lang.en.everyday.day_ranges import day_said

MOST = 6
"""Chosen: so many are listened to."""


class _Appointment(Protocol):
    @property
    def begins(self) -> datetime: ...
    @property
    def ends(self) -> datetime: ...
    @property
    def title(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def is_all_day(self) -> bool: ...


def on_day(moment: datetime, now: datetime) -> str:
    """The day of a moment: "today", "on Friday, December 4"."""
    return day_said(moment.date(), now.date())


def hours(one: _Appointment) -> str:
    """ "from 3:00 PM to 4:00 PM", "at 3:00 PM", "all day"."""
    if one.is_all_day:
        return "all day"
    if one.ends == one.begins:
        return f"at {spoken_time(one.begins)}"
    until = "" if one.ends.date() == one.begins.date() else f"{one.ends:%A, %B} {one.ends.day}, "
    return f"from {spoken_time(one.begins)} to {until}{spoken_time(one.ends)}"


def title(one: _Appointment) -> str:
    """The title set off, whatever it says."""
    return f'"{amounts.name(one.title)}"'


def told(one: _Appointment, now: datetime, *, with_day: bool) -> str:
    """One appointment in a row of others."""
    day = f"{on_day(one.begins, now)} " if with_day else ""
    return f"{title(one)} {day}{hours(one)}"


def row(found: Sequence[_Appointment], now: datetime, *, with_day: bool) -> str:
    """Several, the first of them and how many more."""
    shown = [told(one, now, with_day=with_day) for one in found[:MOST]]
    more = len(found) - len(shown)
    return "; ".join([*shown, *([f"and {more} more"] if more else [])])


def unread(problems: Sequence[str]) -> str:
    """A sentence on what could not be read, to stand behind others; empty where all was."""
    return f" I could not read {amounts.listing([amounts.name(each) for each in problems])}." if problems else ""
