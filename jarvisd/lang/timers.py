"""Which timer is meant, whatever the language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class TimerOrder(str, Enum):
    """In which order a position counts."""

    TOLD = "told"
    """The next to end first, as they are listed."""
    SET = "set"
    """The first that was set first."""
    LENGTH = "length"
    """The shortest first."""


@dataclass(frozen=True, slots=True)
class TimerReading:
    """One way to read the words that tell a timer from others: all of it has to fit."""

    label: tuple[str, ...] = ()
    """Words of its name, each without the ending of a plural."""
    length_s: float | None = None
    """How long it was set for."""
    left_s: float | None = None
    """How long it still has, more or less."""
    times: frozenset[tuple[int, int]] = frozenset()
    """Hours and minutes of the day, of which one is its; empty for any."""
    day: date | None = None
    weekdays: frozenset[int] = frozenset()
    """Of which one is its; Monday is 0; empty for any."""
    position: int = 0
    """Which of those that fit the rest: counted from 1, from the end if negative; 0 for none."""
    orders: tuple[TimerOrder, ...] = ()
    """In which orders ``position`` may count."""
    count: int = 0
    """How many fit, as far as who speaks knows; 0 if that was not said."""


@dataclass(frozen=True, slots=True)
class TimerReference:
    """What was said about which timers are meant."""

    kinds: frozenset[str] = frozenset()
    """``timer``, ``alarm``, ``reminder``; empty for any."""
    wants_all: bool = False
    states: frozenset[str] = frozenset()
    """``running``, ``paused``, ``due``, ``snoozed``, ``repeating``: all of them hold."""
    readings: tuple[TimerReading, ...] = (TimerReading(),)
    """One of them holds. Those with neither position nor count are likelier than those with one."""
