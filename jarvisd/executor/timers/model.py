"""A timer, an alarm or a reminder, and what can be done to it. Pure: the moment is an argument.

Two clocks count. What was given a length *runs down*: "ten minutes" are ten minutes of real time, whoever sets
the clock meanwhile and however long the machine sleeps, so it is measured on CLOCK_BOOTTIME. That clock starts
anew with the machine; what runs since an earlier boot goes by the wall clock, the only one that went on while the
machine was off. What was given a time of day means what the clock on the wall says and is always compared with
local wall time, so that a changed clock, zone or summer time moves it as a person expects. Whatever is snoozed
runs down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.timers.repetition import began, latest_until, may_begin_at, next_after

LONGEST_S = 366 * 86_400
"""A leap year."""
SNOOZE_S = 600.0
"""Where nobody says for how long. Chosen: as long as most clocks give."""


class TimerKind(str, Enum):
    """What people call it."""

    TIMER = "timer"
    ALARM = "alarm"
    REMINDER = "reminder"


class TimerState(str, Enum):
    """Where it stands."""

    RUNNING = "running"
    PAUSED = "paused"
    DUE = "due"
    """Its time has come, and nobody has dismissed or snoozed it yet."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, on both clocks."""

    wall: datetime
    """Local, with its zone."""
    boot_id: str
    boot_s: float

    @property
    def local(self) -> datetime:
        """What the clock on the wall says, without a zone."""
        return self.wall.replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer, alarm or reminder; with ``at`` it belongs to a time of day, without to a length of time."""

    id: str
    label: str
    length_s: float
    """How long it runs as it was set; 0 with ``at``."""
    due_wall_s: float
    """When it ends, in seconds of the wall clock's epoch, as seen when it was set or went on."""
    due_boot_s: float = 0.0
    boot_id: str = ""
    at: str = ""
    """Local wall time as ISO 8601 without a zone: the next time, or the last where it is due."""
    kind: TimerKind = TimerKind.TIMER
    number: int = 0
    """Grows with each that is set."""
    repeat: str = ""
    """The RRULE (RFC 5545, 3.3.10) by which ``at`` moves on; empty for once."""
    first: str = ""
    """Where ``repeat`` is counted from, which may be before it was set; empty for once."""
    state: TimerState = TimerState.RUNNING
    left_s: float = 0.0
    """What is left of a paused one."""
    is_snoozed: bool = False
    is_told: bool = False
    """Whether it has been said that it is due, or has rung to its end."""
    is_unheard: bool = False
    """Whether it rang and nobody came; it is said when somebody speaks next."""

    def remaining_s(self, now: Moment) -> float:
        """Seconds until it is due, negative when it is late."""
        if self.state is TimerState.PAUSED:
            return self.left_s
        if self.at and not self.is_snoozed:
            return (datetime.fromisoformat(self.at) - now.local).total_seconds()
        if self.boot_id == now.boot_id:
            return self.due_boot_s - now.boot_s
        return self.due_wall_s - now.wall.timestamp()

    # --- what can be done to it ------------------------------------------------------------------------

    def running_down(self, seconds: float, now: Moment) -> Timer:
        """The same, due in so many seconds from now on."""
        return replace(
            self,
            due_wall_s=now.wall.timestamp() + seconds,
            due_boot_s=now.boot_s + seconds,
            boot_id=now.boot_id,
            state=TimerState.RUNNING,
            left_s=0.0,
            is_told=False,
            is_unheard=False,
        )

    def for_length(self, length_s: float, now: Moment) -> Timer:
        """The same, running down from ``length_s``."""
        return replace(self, length_s=length_s, at="", repeat="").running_down(length_s, now)

    def at_time(self, moment: datetime, now: Moment) -> Timer:
        """The same at another local time."""
        wait_s = (moment - now.local).total_seconds()
        return replace(
            self,
            at=moment.isoformat(),
            due_wall_s=now.wall.timestamp() + wait_s,
            state=TimerState.RUNNING,
            is_snoozed=False,
            is_told=False,
            is_unheard=False,
        )

    def repeating(self, rule: str, first: datetime, now: Moment) -> Timer:
        """The same at ``first`` and then by an RRULE; raises ValueError for one that is none."""
        counted_from = began(rule, first, now.local)
        return replace(self.at_time(first, now), repeat=rule, first=counted_from.isoformat())

    def longer(self, seconds: float, now: Moment) -> Timer:
        """With so much more time, or less if negative. Raises REFUSED where that leaves none or makes no sense."""
        if self.state is TimerState.DUE:
            if seconds <= 0:
                raise RequestError("it has ended already", code=ErrorCode.REFUSED)
            return self.snoozed(seconds, now)
        if self.repeat and not self.is_snoozed:
            raise RequestError("it repeats; set it for another time instead", code=ErrorCode.REFUSED)
        left_s = self.remaining_s(now) + seconds
        if left_s <= 0:
            raise RequestError("it has no more than that left", code=ErrorCode.REFUSED)
        if left_s > LONGEST_S:
            raise RequestError("a timer runs for a second to a year")
        if self.state is TimerState.PAUSED:
            return replace(self, left_s=left_s)
        if self.at and not self.is_snoozed:
            return self.at_time(datetime.fromisoformat(self.at) + timedelta(seconds=seconds), now)
        return self.running_down(left_s, now)

    def paused(self, now: Moment) -> Timer:
        """Held; raises REFUSED for what does not run, or belongs to a time of day."""
        self._demand(TimerState.RUNNING)
        if self.at and not self.is_snoozed:
            raise RequestError("what is set for a time of day cannot be paused", code=ErrorCode.REFUSED)
        return replace(self, left_s=max(0.0, self.remaining_s(now)), state=TimerState.PAUSED)

    def resumed(self, now: Moment) -> Timer:
        """Going on with what was left; raises REFUSED for what is not paused."""
        self._demand(TimerState.PAUSED)
        return self.running_down(self.left_s, now)

    def snoozed(self, seconds: float, now: Moment) -> Timer:
        """Due again in so many seconds; raises REFUSED for what is not due, INVALID_REQUEST for no such length."""
        self._demand(TimerState.DUE)
        if not 1 <= seconds <= LONGEST_S:
            raise RequestError("a timer runs for a second to a year")
        return replace(self.running_down(seconds, now), is_snoozed=True)

    def dismissed(self, now: Moment) -> Timer | None:
        """What becomes of it once people know: ``None`` unless it repeats. Raises REFUSED for what is not due."""
        if not self.is_snoozed:
            self._demand(TimerState.DUE)
        moment = self._next(now.local) if self.repeat else None
        return self.at_time(moment, now) if moment is not None else None

    def skipped(self, now: Moment) -> Timer | None:
        """Without the time to come, counted from the one after it; ``None`` for what comes once. Raises REFUSED.

        Its repetition begins later from then on, so that neither a restart nor a clock that is set back brings the
        time again, and whatever read timers before this could be done to them does so, too.
        """
        self._demand(TimerState.RUNNING)
        if not self.at or self.is_snoozed:
            raise RequestError("what runs down cannot be skipped", code=ErrorCode.REFUSED)
        if not self.repeat:
            return None
        later = self._next(datetime.fromisoformat(self.at))
        if later is None:
            raise RequestError("it does not come again after that", code=ErrorCode.REFUSED)
        if not may_begin_at(self.repeat, datetime.fromisoformat(self.first), later):
            raise RequestError("it comes a number of times, so none is skipped", code=ErrorCode.REFUSED)
        return replace(self, first=later.isoformat()).at_time(later, now)

    def aligned(self, now: Moment) -> Timer:
        """What it is after the clock was set: one that repeats may come earlier than the clock had said."""
        is_ahead = self.state is TimerState.RUNNING and self.remaining_s(now) > 0
        if not self.repeat or self.is_snoozed or not is_ahead:
            return self
        moment = self._next(now.local)
        return self.at_time(moment, now) if moment is not None and moment.isoformat() < self.at else self

    def ticked(self, now: Moment) -> Timer:
        """What it is now: due once its time has come, and anew at each next time of one that repeats."""
        if self.state is TimerState.RUNNING and self.remaining_s(now) <= 0:
            return replace(self._at_latest(now), state=TimerState.DUE, is_told=False, is_unheard=False)
        if self.state is TimerState.DUE and self.repeat:
            latest = self._at_latest(now)
            if latest.at != self.at:
                return replace(latest, is_told=False, is_unheard=False, is_snoozed=False)
        return self

    def _demand(self, state: TimerState) -> None:
        if self.state is not state:
            raise RequestError(f"it is {self.state.value}, not {state.value}", code=ErrorCode.REFUSED)

    def _at_latest(self, now: Moment) -> Timer:
        """One that repeats at the last of its times that have come; it is due once, however many were missed."""
        if not self.repeat:
            return self
        latest = latest_until(self.repeat, datetime.fromisoformat(self.first), now.local)
        return replace(self, at=max(self.at, latest.isoformat())) if latest is not None else self

    def _next(self, after: datetime) -> datetime | None:
        return next_after(self.repeat, datetime.fromisoformat(self.first), after)

    # --- as it is kept ---------------------------------------------------------------------------------

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {
            "id": self.id,
            "label": self.label,
            "length_s": self.length_s,
            "due_wall_s": self.due_wall_s,
            "due_boot_s": self.due_boot_s,
            "boot_id": self.boot_id,
            "at": self.at,
            "kind": self.kind.value,
            "number": self.number,
            "repeat": self.repeat,
            "first": self.first,
            "state": self.state.value,
            "left_s": self.left_s,
            "is_snoozed": self.is_snoozed,
            "is_told": self.is_told,
            "is_unheard": self.is_unheard,
        }

    @classmethod
    def from_json(cls, value: JsonObject) -> Timer:
        """The inverse of :meth:`to_json`; raises ValueError, TypeError or KeyError for anything else.

        Formats 1 and 2 end with ``at``: they knew timers and alarms that run, and nothing else.
        """
        at = str(value["at"])
        timer = cls(
            id=str(value["id"]),
            label=str(value["label"]),
            length_s=float(str(value["length_s"])),
            due_wall_s=float(str(value["due_wall_s"])),
            due_boot_s=float(str(value["due_boot_s"])),
            boot_id=str(value["boot_id"]),
            at=at,
            kind=TimerKind(value.get("kind", TimerKind.ALARM if at else TimerKind.TIMER)),
            number=int(str(value.get("number", 0))),
            repeat=str(value.get("repeat", "")),
            first=str(value.get("first", "")),
            state=TimerState(value.get("state", TimerState.RUNNING)),
            left_s=float(str(value.get("left_s", 0.0))),
            is_snoozed=value.get("is_snoozed", False) is True,
            is_told=value.get("is_told", False) is True,
            is_unheard=value.get("is_unheard", False) is True,
        )
        if timer.at:
            datetime.fromisoformat(timer.at)
        if timer.repeat:
            first = datetime.fromisoformat(timer.first)
            next_after(timer.repeat, first, first)
        return timer
