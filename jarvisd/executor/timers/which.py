"""Which of the timers is meant: the one resolver that every timer tool asks. Pure.

It guesses nothing. What fits several, where one is meant, comes back as several, and what fits none as none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from jarvisd.executor.timers.model import Moment, Timer, TimerState
from jarvisd.executor.timers.repetition import next_after
from jarvisd.lang.timers import TimerOrder, TimerReading, TimerReference

NEARLY_S = 60.0
"""Chosen: so far may a remembered "four minutes left" be from what is left when it is looked up."""
Words = Callable[[str], Sequence[str]]
"""The words of a name, as the language compares them."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """Timers that a reference fits, as they are told; unless ``are_all_meant``, one of them is meant."""

    timers: tuple[Timer, ...] = ()
    are_all_meant: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether it is known which are meant."""
        return bool(self.timers) and (self.are_all_meant or len(self.timers) == 1)


def as_told(timers: Sequence[Timer], now: Moment) -> list[Timer]:
    """The order of a list that is read out: the next to end first, what is due at its end."""
    return sorted(
        timers,
        key=lambda timer: (timer.state is TimerState.DUE, timer.remaining_s(now), timer.number),
    )


def fitting(timers: Sequence[Timer], said: TimerReference, words_of: Words, now: Moment) -> Fitting:
    """Those of ``timers`` that ``said`` may mean. A position that two orders count differently fits two timers."""
    among = _of_kind(as_told(timers, now), said)
    plain = [reading for reading in said.readings if not reading.position and not reading.count]
    if found := _fitting_any(among, plain, words_of, now):
        return Fitting(found, said.wants_all)
    for reading in said.readings:
        if reading.count and (found := _fitting_any(among, [reading], words_of, now)):
            return Fitting(found, said.wants_all and len(found) == reading.count)
    placed = [reading for reading in said.readings if reading.position]
    return Fitting(_fitting_any(among, placed, words_of, now))


def chosen(choices: Sequence[Timer], said: TimerReference, words_of: Words, now: Moment) -> Timer | None:
    """The one of ``choices``, in the order in which they were told, that an answer names, if it names just one."""
    among = _of_kind(choices, said)
    found: list[Timer] = []
    for reading in said.readings:
        fits = [timer for timer in among if _fits(timer, reading, words_of, now)]
        found += _at(fits, reading.position) if reading.position else fits
    named = {timer.id: timer for timer in found}
    return next(iter(named.values())) if len(named) == 1 else None


def means_next(timer: Timer, said: TimerReference, words_of: Words, now: Moment) -> bool:
    """Whether the time at which ``timer`` comes next is on the day that ``said`` names, if it names one."""
    once = replace(timer, repeat="")
    fits = [reading for reading in said.readings if _fits(timer, reading, words_of, now)]
    return any(_fits(once, reading, words_of, now) for reading in fits)


def means_one_time(timer: Timer, said: TimerReference, words_of: Words, now: Moment) -> bool:
    """Whether ``said`` names one time of a ``timer`` that comes again and again: "tomorrow's", of a daily one."""
    if not timer.repeat:
        return False
    fits = [reading for reading in said.readings if _fits(timer, reading, words_of, now)]
    return bool(fits) and all(_is_narrower(timer, reading) for reading in fits)


def _is_narrower(timer: Timer, reading: TimerReading) -> bool:
    if reading.day is not None:
        return True
    own = {day.weekday() for day in _days(timer)}
    return bool(reading.weekdays) and not own <= reading.weekdays


def _of_kind(timers: Sequence[Timer], said: TimerReference) -> list[Timer]:
    return [
        timer
        for timer in timers
        if (not said.kinds or timer.kind.value in said.kinds) and said.states <= _states(timer)
    ]


def _states(timer: Timer) -> set[str]:
    named = {timer.state.value}
    if timer.is_snoozed and timer.state is TimerState.RUNNING:
        named.add("snoozed")
    return named | {"repeating"} if timer.repeat else named


def _fitting_any(
    timers: Sequence[Timer], readings: Sequence[TimerReading], words_of: Words, now: Moment
) -> tuple[Timer, ...]:
    found: set[str] = set()
    for reading in readings:
        fits = [timer for timer in timers if _fits(timer, reading, words_of, now)]
        for order in reading.orders:
            found.update(timer.id for timer in _at(_ordered(fits, order), reading.position))
        if not reading.position:
            found.update(timer.id for timer in fits)
    return tuple(timer for timer in timers if timer.id in found)


def _ordered(timers: Sequence[Timer], order: TimerOrder) -> list[Timer]:
    """``timers``, which stand as they are told, in another order."""
    if order is TimerOrder.SET:
        return sorted(timers, key=lambda timer: timer.number)
    if order is TimerOrder.LENGTH:
        return sorted(timers, key=lambda timer: timer.length_s)
    return list(timers)


def _at(timers: Sequence[Timer], position: int) -> list[Timer]:
    if position > 0:
        return list(timers[position - 1 : position])
    return list(timers[position:][:1]) if -position <= len(timers) else []


def _fits(timer: Timer, reading: TimerReading, words_of: Words, now: Moment) -> bool:
    if not set(reading.label) <= set(words_of(timer.label)):
        return False
    if reading.length_s is not None and (timer.length_s != reading.length_s or timer.at):
        return False
    if reading.left_s is not None and abs(timer.remaining_s(now) - reading.left_s) > NEARLY_S:
        return False
    if not reading.times and reading.day is None and not reading.weekdays:
        return True
    return bool(timer.at) and _falls(timer, reading)


def _falls(timer: Timer, reading: TimerReading) -> bool:
    """Whether a time of an alarm is one that was named."""
    at = datetime.fromisoformat(timer.at)
    if reading.times and (at.hour, at.minute) not in reading.times:
        return False
    days = _days(timer)
    if reading.day is not None and reading.day not in days:
        return False
    return not reading.weekdays or any(day.weekday() in reading.weekdays for day in days)


def _days(timer: Timer) -> list[date]:
    """The days of a week from its next time on, on which it comes."""
    at = datetime.fromisoformat(timer.at)
    days, moment = [at.date()], next_after(timer.repeat, at, at) if timer.repeat else None
    while moment is not None and moment - at < timedelta(days=7):
        days.append(moment.date())
        moment = next_after(timer.repeat, moment, moment)
    return days
