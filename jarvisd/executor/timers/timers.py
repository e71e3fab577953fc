"""The timers of this machine: kept durably, told when due, also when that was while nobody was running."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from secrets import token_hex

from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.core.timeout import within
from jarvisd.executor.audit.service_clock import StateStore, Uptime
from jarvisd.executor.ports.bell import Bell
from jarvisd.executor.timers import spoken
from jarvisd.executor.timers.model import SNOOZE_S, Moment, Timer, TimerKind, TimerState
from jarvisd.executor.timers.which import as_told
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

LANE = "timers"
TIMERS_LIMIT = 50
"""Chosen: more than anybody keeps in mind. Of those that are due, as many are kept again."""
TICK_S = 1.0
"""How long a machine that woke from sleep may take to notice; asyncio's own clock stands still meanwhile."""
SAY_AGAIN_S = 5.0
"""Chosen: a voice that starts, or a question, is over by then or the next time."""
UNSAID_S = 86_400.0
"""After a day in which nobody could speak, it is not said any more that a timer has ended; it stays due."""
RING_S = 300.0
"""After five minutes nobody is likely to come (issue 14)."""
CLOCK_SET_S = 1.0
"""Less than this is rounding, or a clock that is steered slowly."""
Apply = Callable[[dict[str, Timer]], dict[str, Timer]]


@dataclass
class Timers:
    """The timers of this machine. ``ring`` hears of each that becomes due; ``say`` speaks and may fail.

    Timers and alarms ring by ``bell`` until somebody comes, reminders are said once; without a bell all are.
    """

    store: StateStore
    clock: Clock
    uptime: Uptime
    workers: Workers
    ring: Callable[[Timer], None]
    say: Callable[[str, str], Awaitable[None]]
    is_quiet: Callable[[], bool]
    """Whether nothing else is being asked: an announcement must not be mistaken for a part of a question."""
    bell: Bell | None = None
    is_open: bool = True
    """Whether it is known which timers there are; otherwise everything waits for :meth:`open`."""
    _problem: JarvisError | None = None
    """Why it cannot be known."""
    _opened: asyncio.Event = field(default_factory=asyncio.Event)
    _timers: dict[str, Timer] = field(default_factory=dict)
    _say_at_s: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Of each that is due and not told: boot time from which it may be said (again), and until when."""
    _ringing: set[str] = field(default_factory=set)
    _has_rung: set[str] = field(default_factory=set)
    _seen: tuple[str, float] = ("", 0.0)
    """The boot, and by how much the wall clock was ahead of its clock at the last look."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def open(self) -> None:
        """Load what was kept; what cannot be read is set aside. Errors: FORMAT_NEWER; then none can be kept."""
        damaged = []
        try:
            kept = await self.workers.run(LANE, self.store.load)
        except JarvisError as error:
            self._problem = error
            self._opened.set()
            raise
        for value in kept:
            try:
                timer = Timer.from_json(value)
            except (ValueError, TypeError, KeyError):
                damaged.append(value)
                continue
            self._timers[timer.id] = timer
        if damaged:
            await self.workers.run(LANE, self.store.set_aside, damaged)
        self._opened.set()

    async def opened(self) -> None:
        """Return once it is known which timers there are; raises FORMAT_NEWER if it cannot be."""
        if not self.is_open:
            await self._opened.wait()
        if self._problem is not None:
            raise Unavailable(self._problem.message, code=self._problem.code)

    def now(self) -> Moment:
        """This moment on both clocks."""
        return Moment(self.clock.now(), self.uptime.boot_id(), self.uptime.boot_s())

    def all(self) -> list[Timer]:
        """Every timer, also paused and due ones, as they are told; to be asked after :meth:`opened`."""
        return as_told(list(self._timers.values()), self.now())

    async def listed(self) -> list[JsonObject]:
        """Every timer as it is shown; ``ordinal`` counts them in the order in which they were set."""
        await self.opened()
        now, there = self.now(), self.all()
        order = sorted(there, key=lambda timer: timer.number)
        places = {timer.id: place for place, timer in enumerate(order, 1)}
        return [spoken.shown(timer, places[timer.id], now) for timer in there]

    async def add(self, when: str, label: str, kind: TimerKind = TimerKind.TIMER) -> Timer:
        """Keep a new timer; it is on the disk when this returns. Raises INVALID_REQUEST, REFUSED."""
        timer = self.understood(when, label, kind)
        await self._change(lambda timers: _with(timers, timer))
        return self._timers[timer.id]

    def understood(self, when: str, label: str, kind: TimerKind = TimerKind.TIMER) -> Timer:
        """The timer that ``when`` means, starting now; raises INVALID_REQUEST."""
        now = self.now()
        timer = spoken.set_for(Timer(token_hex(4), label, 0.0, now.wall.timestamp(), kind=kind), when, now)
        return replace(timer, kind=TimerKind.ALARM) if timer.at and kind is TimerKind.TIMER else timer

    async def remove(self, ids: Sequence[str]) -> None:
        """Forget timers; they are off the disk when this returns."""
        await self._change(lambda timers: {key: timer for key, timer in timers.items() if key not in ids})

    async def change(self, ids: Sequence[str], apply: Callable[[Timer, Moment], Timer | None]) -> None:
        """Put in the place of each what ``apply`` makes of it, or nothing; it is on the disk when this returns.

        All are changed or none: what ``apply`` raises is raised here.
        """
        now = self.now()

        def changed(timers: dict[str, Timer]) -> dict[str, Timer]:
            new = {key: apply(timer, now) if key in ids else timer for key, timer in timers.items()}
            return {key: timer for key, timer in new.items() if timer is not None}

        await self._change(changed)

    async def snooze(self, timer_id: str = "", seconds: float = 0.0) -> int:
        """Let one that is due, or all that ring, or else all that are due, come again later; how many there were.

        Without ``seconds`` it is :data:`SNOOZE_S`. Raises NOT_FOUND, INVALID_REQUEST.
        """
        await self.opened()
        due = [timer for timer in self._timers.values() if timer.state is TimerState.DUE]
        ringing = [timer for timer in due if timer.id in self._ringing]
        meant = [timer.id for timer in due if timer.id == timer_id] if timer_id else [t.id for t in ringing or due]
        if not meant:
            raise RequestError("nothing is due", code=ErrorCode.NOT_FOUND)
        await self.change(meant, lambda timer, now: timer.snoozed(seconds or SNOOZE_S, now))
        return len(meant)

    async def rung(self, timer_id: str, reason: str) -> None:
        """The bell of a timer has ended: "stopped" by somebody, who so dismisses it, or "unheard"."""
        if timer_id not in self._ringing:
            return
        self._ringing.discard(timer_id)
        if reason == "stopped":
            logger.info("timer dismissed id=%s", timer_id)
            await self._note_each(lambda each, now: each.dismissed(now) if each.id == timer_id else each)
        else:
            await self._miss(timer_id)

    def bell_lost(self) -> None:
        """Whoever rang is gone; what is due rings again as soon as somebody can."""
        self._ringing.clear()
        self._changed.set()

    async def tell_unheard(self) -> None:
        """Say to somebody who is there what rang while nobody was."""
        await self.opened()
        now = self.now()
        unheard = as_told([timer for timer in self._timers.values() if timer.is_unheard], now)
        if not unheard:
            return
        await self.say(spoken.rang_unheard(unheard, now), "")
        heard = {timer.id for timer in unheard}
        await self._note_each(lambda each, _: replace(each, is_unheard=False) if each.id in heard else each)

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
        """Ring what is due now, and say what has not been said; what is due no longer rings no more."""
        now = self.now()
        for timer in await self._came_due(now):
            logger.info("timer ended id=%s late_s=%.1f", timer.id, -timer.remaining_s(now))
            self.ring(timer)
        untold = as_told([timer for timer in self._timers.values() if _is_untold(timer)], now)
        fresh = (now.boot_s, now.boot_s + UNSAID_S)
        self._say_at_s = {timer.id: self._say_at_s.get(timer.id, fresh) for timer in untold}
        for timer_id in self._ringing - {timer.id for timer in untold}:
            await self._silence(timer_id)
        for timer in untold:
            is_time = self.uptime.boot_s() >= self._say_at_s[timer.id][0]
            if is_time and self.is_quiet() and timer.id not in self._ringing:
                await self._announce(timer)

    # --- private ---------------------------------------------------------------------------------------

    async def _came_due(self, now: Moment) -> list[Timer]:
        """Those that have become due since the last look."""
        ahead_s = now.wall.timestamp() - now.boot_s
        was_set = now.boot_id != self._seen[0] or abs(ahead_s - self._seen[1]) > CLOCK_SET_S
        self._seen = (now.boot_id, ahead_s)
        came: list[Timer] = []

        def ticked(timers: dict[str, Timer]) -> dict[str, Timer]:
            aligned = {key: timer.aligned(now) if was_set else timer for key, timer in timers.items()}
            new = {key: timer.ticked(now) for key, timer in aligned.items()}
            came[:] = [timer for key, timer in new.items() if timer is not aligned[key]]
            return new

        if ticked(self._timers) != self._timers:
            await self._note(ticked)
        return as_told(came, now)

    async def _announce(self, timer: Timer) -> None:
        """Ring it, as long as it has not been due for too long, or say that it is due."""
        left_s = RING_S + timer.remaining_s(self.now())
        if (
            self.bell is None
            or timer.kind is TimerKind.REMINDER
            or (left_s <= 0 and timer.id not in self._has_rung)
        ):
            await self._tell(timer)
        elif left_s <= 0:
            await self._miss(timer.id)
        else:
            self._ringing.add(timer.id)
            try:
                await self.bell.ring(timer.id, spoken.announcement(timer, RING_S - left_s), left_s)
                self._has_rung.add(timer.id)
            except JarvisError as error:
                logger.info("a timer cannot ring id=%s code=%s", timer.id, error.code)
                self._ringing.discard(timer.id)
                self._say_at_s[timer.id] = (self.uptime.boot_s() + SAY_AGAIN_S, self._say_at_s[timer.id][1])

    async def _silence(self, timer_id: str) -> None:
        self._ringing.discard(timer_id)
        try:
            if self.bell is not None:
                await self.bell.stop(timer_id)
        except JarvisError as error:
            logger.info("a bell could not be stopped id=%s code=%s", timer_id, error.code)

    async def _miss(self, timer_id: str) -> None:
        """It rang to its end, and nobody came."""
        logger.info("timer rang unheard id=%s", timer_id)
        self._has_rung.discard(timer_id)
        await self._note_each(
            lambda each, _: replace(each, is_told=True, is_unheard=True) if each.id == timer_id else each
        )

    async def _note_each(self, apply: Callable[[Timer, Moment], Timer | None]) -> None:
        now = self.now()

        def noted(timers: dict[str, Timer]) -> dict[str, Timer]:
            new = {key: apply(timer, now) for key, timer in timers.items()}
            return {key: timer for key, timer in new.items() if timer is not None}

        await self._note(noted)

    async def _tell(self, timer: Timer) -> None:
        boot_s, (_, give_up_s) = self.uptime.boot_s(), self._say_at_s[timer.id]
        try:
            await self.say(spoken.announcement(timer, -timer.remaining_s(self.now())), "")
        except JarvisError as error:
            logger.info("a timer could not be told id=%s code=%s", timer.id, error.code)
            if boot_s < give_up_s:
                self._say_at_s[timer.id] = (boot_s + SAY_AGAIN_S, give_up_s)
                return
        told = replace(timer, is_told=True)
        await self._note(lambda kept: {key: told if each == timer else each for key, each in kept.items()})

    async def _note(self, apply: Apply) -> None:
        """What has happened holds, also where the disk does not take it; then it happens again after a restart."""
        try:
            await self._change(apply)
        except JarvisError as error:
            logger.warning("that a timer has ended is not kept code=%s", error.code)
            self._timers = apply(self._timers)

    def _pause_s(self) -> float | None:
        if any(_is_untold(timer) for timer in self._timers.values()):
            return TICK_S
        now = self.now()
        waiting = [timer.remaining_s(now) for timer in self._timers.values() if timer.state is TimerState.RUNNING]
        # One that is due and repeats comes again.
        waiting += [TICK_S for timer in self._timers.values() if timer.state is TimerState.DUE and timer.repeat]
        return min(TICK_S, max(0.0, min(waiting))) if waiting else None

    async def _change(self, apply: Apply) -> None:
        await self.opened()
        async with self._writing:
            timers = apply(self._timers)
            await self.workers.run(LANE, self.store.save, [timer.to_json() for timer in timers.values()])
            self._timers = timers
        self._changed.set()


def _is_untold(timer: Timer) -> bool:
    return timer.state is TimerState.DUE and not timer.is_told


def _with(timers: dict[str, Timer], new: Timer) -> dict[str, Timer]:
    """``timers`` and ``new``; of those that are due and told, the longest kept go where there are too many."""
    ended = [key for key, timer in timers.items() if timer.state is TimerState.DUE and not timer.repeat]
    if len(timers) - len(ended) >= TIMERS_LIMIT:
        raise RequestError(f"there are already {TIMERS_LIMIT} timers", code=ErrorCode.REFUSED)
    gone = ended[: max(0, len(ended) - TIMERS_LIMIT + 1)]
    number = max((timer.number for timer in timers.values()), default=0) + 1
    return {
        **{key: timer for key, timer in timers.items() if key not in gone},
        new.id: replace(new, number=number),
    }
