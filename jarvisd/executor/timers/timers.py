"""Timers and alarms: kept durably, told when they are due, also when that was while nobody was running.

A *timer* runs down: "ten minutes" are ten minutes of real time, whoever sets the clock meanwhile and however long
the machine sleeps, so it is measured on CLOCK_BOOTTIME. That clock starts anew with the machine; a timer of an
earlier boot goes by the wall clock, the only one that went on while the machine was off. An *alarm* means what the
clock on the wall says and is always compared with local wall time, so that a changed clock, zone or summer time
moves it as a person expects.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_hex

from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.timeout import within
from jarvisd.executor.audit.service_clock import StateStore, Uptime
from jarvisd.lang.en import amounts, clock_words, times_of_day
from jarvisd.lang.en.memories.person import to_listener
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

LANE = "timers"
TIMERS_LIMIT = 50
"""Chosen: more than anybody keeps in mind."""
LONGEST_S = 366 * 86_400
"""A leap year."""
TICK_S = 1.0
"""How long a machine that woke from sleep may take to notice; asyncio's own clock stands still meanwhile."""
LATE_S = 10.0
"""Later than this it is said that it is late."""
SAY_AGAIN_S = 5.0
"""Chosen: a voice that starts, or a question, is over by then or the next time."""
UNSAID_S = 86_400.0
"""After a day in which nobody could speak, a timer that has ended is dropped."""


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer, or an alarm when ``at`` is set."""

    id: str
    label: str
    """What it is for, in the words of who set it."""
    length_s: float
    """How long a timer runs; 0 for an alarm."""
    due_wall_s: float
    """When it ends, in seconds of the wall clock's epoch, as seen when it was set."""
    due_boot_s: float = 0.0
    boot_id: str = ""
    at: str = ""
    """For an alarm: local wall time as ISO 8601 without a zone."""

    def remaining_s(self, now: datetime, uptime: Uptime) -> float:
        """Seconds until it is due, negative when it is late."""
        if self.at:
            return (datetime.fromisoformat(self.at) - now.replace(tzinfo=None)).total_seconds()
        if self.boot_id == uptime.boot_id():
            return self.due_boot_s - uptime.boot_s()
        return self.due_wall_s - now.timestamp()

    @property
    def name(self) -> str:
        """What it is called when it is spoken of."""
        label = f" ({amounts.name(to_listener(self.label))})" if self.label else ""
        if self.at:
            return f"alarm at {clock_words.spoken_time(datetime.fromisoformat(self.at))}{label}"
        return f"timer for {clock_words.spoken_length(self.length_s)}{label}"

    def to_json(self) -> JsonObject:
        """As it is kept and shown."""
        return {
            "id": self.id,
            "label": self.label,
            "length_s": self.length_s,
            "due_wall_s": self.due_wall_s,
            "due_boot_s": self.due_boot_s,
            "boot_id": self.boot_id,
            "at": self.at,
        }

    @classmethod
    def from_json(cls, value: JsonObject) -> Timer:
        """The inverse of :meth:`to_json`; raises ValueError, TypeError or KeyError for anything else."""
        timer = cls(
            id=str(value["id"]),
            label=str(value["label"]),
            length_s=float(str(value["length_s"])),
            due_wall_s=float(str(value["due_wall_s"])),
            due_boot_s=float(str(value["due_boot_s"])),
            boot_id=str(value["boot_id"]),
            at=str(value["at"]),
        )
        if timer.at:
            datetime.fromisoformat(timer.at)
        return timer


def announcement(timer: Timer, late_s: float) -> str:
    """What is said when a timer has ended."""
    label = amounts.name(to_listener(timer.label))
    if late_s > LATE_S:
        what = f"{timer.name} ended {clock_words.spoken_length(late_s)} ago, while I could not tell you."
        return f"Your {what}"
    if timer.at:
        time = clock_words.spoken_time(datetime.fromisoformat(timer.at))
        return f"It is {time}: {label}." if timer.label else f"It is {time}. This is your alarm."
    done = f"Your timer for {clock_words.spoken_length(timer.length_s)} is done"
    return f"{done}: {label}." if timer.label else f"{done}."


@dataclass(slots=True)
class _Ended:
    timer: Timer
    say_at_s: float
    """Boot time from which it may be said (again)."""
    dropped_at_s: float


@dataclass
class Timers:
    """The timers of this machine. ``ring`` hears of each that ends; ``say`` speaks and may fail."""

    store: StateStore
    clock: Clock
    uptime: Uptime
    workers: Workers
    ring: Callable[[Timer], None]
    say: Callable[[str, str], Awaitable[None]]
    is_quiet: Callable[[], bool]
    """Whether nothing else is being asked: an announcement must not be mistaken for a part of a question."""
    _timers: dict[str, Timer] = field(default_factory=dict)
    _ended: dict[str, _Ended] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def open(self) -> None:
        """Load what was kept; what cannot be read is set aside. Errors: FORMAT_NEWER; then none can be kept."""
        damaged = []
        for value in await self.workers.run(LANE, self.store.load):
            try:
                timer = Timer.from_json(value)
            except (ValueError, TypeError, KeyError):
                damaged.append(value)
                continue
            self._timers[timer.id] = timer
        if damaged:
            await self.workers.run(LANE, self.store.set_aside, damaged)

    def pending(self) -> list[tuple[Timer, float]]:
        """Every timer and the seconds left, the next one first; those that have ended are not among them."""
        now = self.clock.now()
        left = [(timer, timer.remaining_s(now, self.uptime)) for timer in self._timers.values()]
        return sorted((pair for pair in left if pair[0].id not in self._ended), key=lambda pair: pair[1])

    async def add(self, when: str, label: str) -> Timer:
        """Keep a new timer; it is on the disk when this returns. Raises INVALID_REQUEST, REFUSED."""
        if len(self._timers) >= TIMERS_LIMIT:
            raise RequestError(f"there are already {TIMERS_LIMIT} timers", code=ErrorCode.REFUSED)
        timer = self.understood(when, label)
        await self._keep({**self._timers, timer.id: timer})
        return timer

    def understood(self, when: str, label: str) -> Timer:
        """The timer that ``when`` means, starting now; raises INVALID_REQUEST."""
        now = self.clock.now()
        timer = Timer(token_hex(4), label, 0.0, now.timestamp())
        length_s = times_of_day.parse_length(when)
        if length_s is not None:
            if not 1 <= length_s <= LONGEST_S:
                raise RequestError("a timer runs for a second to a year")
            return replace(
                timer,
                length_s=length_s,
                due_wall_s=now.timestamp() + length_s,
                due_boot_s=self.uptime.boot_s() + length_s,
                boot_id=self.uptime.boot_id(),
            )
        moment = times_of_day.parse_moment(when, now)
        if moment is None:
            raise RequestError(f"I do not understand when {when!r} is")
        wait_s = (moment - now.replace(tzinfo=None)).total_seconds()
        return replace(timer, at=moment.isoformat(), due_wall_s=now.timestamp() + wait_s)

    async def remove(self, ids: Sequence[str]) -> None:
        """Forget timers; they are off the disk when this returns."""
        await self._keep({key: timer for key, timer in self._timers.items() if key not in ids})

    async def run(self) -> None:
        """Watch for ever."""
        while True:
            self._changed.clear()
            await self.tick()
            try:
                await within(self._changed.wait(), self._pause_s())
            except asyncio.TimeoutError:
                continue

    async def tick(self) -> None:
        """Ring what is due now, and say what has not been said."""
        for timer, left_s in self.pending():
            if left_s <= 0:
                boot_s = self.uptime.boot_s()
                self._ended[timer.id] = _Ended(timer, boot_s, boot_s + UNSAID_S)
                logger.info("timer ended id=%s late_s=%.1f", timer.id, -left_s)
                self.ring(timer)
        for ended in list(self._ended.values()):
            if self.uptime.boot_s() >= ended.say_at_s and self.is_quiet():
                await self._tell(ended)

    # --- private ---------------------------------------------------------------------------------------

    async def _tell(self, ended: _Ended) -> None:
        late_s = -ended.timer.remaining_s(self.clock.now(), self.uptime)
        try:
            if ended.timer.id in self._timers:
                await self.say(announcement(ended.timer, late_s), "")
        except JarvisError as error:
            logger.info("a timer could not be told id=%s code=%s", ended.timer.id, error.code)
            ended.say_at_s = self.uptime.boot_s() + SAY_AGAIN_S
            if self.uptime.boot_s() < ended.dropped_at_s:
                return
        await self.remove([ended.timer.id])
        del self._ended[ended.timer.id]

    def _pause_s(self) -> float | None:
        if self._ended:
            return TICK_S
        pending = self.pending()
        return min(TICK_S, max(0.0, pending[0][1])) if pending else None

    async def _keep(self, timers: dict[str, Timer]) -> None:
        async with self._writing:
            await self.workers.run(LANE, self.store.save, [timer.to_json() for timer in timers.values()])
            self._timers = timers
        self._changed.set()
