"""Whatever is done to timers in whatever order, clocks that are set included: what is kept is what there is."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from jarvisd.core.errors import JarvisError, Unavailable
from jarvisd.executor.timers.model import Moment, Timer, TimerKind, TimerState
from jarvisd.executor.timers.timers import Timers
from tests.fakes.clock import ScriptedClock
from tests.figures import IS_FULL, Record
from tests.unit.executor.conftest import Bench

HISTORIES, STEPS = (20_000 if IS_FULL else 40), 30
TIMES = ("ten minutes", "90 seconds", "an hour", "7 am", "tomorrow at 9", "every day at 6 pm", "every Monday at 8")
CHANGES: tuple[Callable[[Timer, Moment], Timer | None], ...] = (
    lambda timer, now: timer.longer(300, now),
    lambda timer, now: timer.longer(-300, now),
    lambda timer, now: timer.paused(now),
    lambda timer, now: timer.resumed(now),
    lambda timer, now: timer.snoozed(600, now),
    lambda timer, now: timer.dismissed(now),
    lambda timer, now: timer.skipped(now),
)


async def step(bench: Bench, timers: Timers, chance: random.Random) -> Timers:
    """One thing that happens; returns the timers, which are others after a restart."""
    known = [timer.id for timer in timers.all()]
    what = chance.choice(
        ("add", "change", "change", "remove", "pass", "pass", "sleep", "set", "restart", "reboot")
    )
    try:
        if what == "add":
            await timers.add(chance.choice(TIMES), chance.choice(("", "eggs")), chance.choice(tuple(TimerKind)))
        elif what == "change" and known:
            await timers.change([chance.choice(known)], chance.choice(CHANGES))
        elif what == "remove" and known:
            await timers.remove([chance.choice(known)])
    except JarvisError:
        # What makes no sense is refused, and then nothing has happened.
        assert [timer.id for timer in timers.all()] == known
    if what == "pass":
        bench.clock.advance(chance.choice((1, 60, 601, 40_000)))
    elif what == "sleep":
        bench.clock.sleep(chance.choice((60, 90_000)))
    elif what == "set":
        bench.clock.set(chance.choice((-90_000, -60, 60, 90_000)))
    elif what in ("restart", "reboot"):
        if what == "reboot":
            bench.uptime.reboot()
        timers = bench.new_timers()
        await timers.open()
    return timers


def check(bench: Bench, timers: Timers) -> None:
    """What must hold at any moment."""
    now, there = timers.now(), timers.all()
    assert [Timer.from_json(value) for value in bench.timer_store.kept] == sorted(
        there, key=lambda timer: [value["id"] for value in bench.timer_store.kept].index(timer.id)
    )
    assert len({timer.number for timer in there}) == len(there)
    for timer in there:
        assert bool(timer.repeat) == bool(timer.first)
        assert timer.left_s >= 0
        if timer.state is TimerState.RUNNING:
            assert timer.remaining_s(now) > 0
        if timer.state is TimerState.PAUSED:
            assert not timer.at or timer.is_snoozed
        if timer.repeat and timer.state is TimerState.RUNNING and not timer.is_snoozed:
            # However the clock was set, the next time is the next by the clock on the wall, or the first after one
            # that was skipped.
            assert timer.at == timer.first or datetime.fromisoformat(timer.at) - now.local <= timedelta(days=7)


@pytest.mark.soak("histories of timers", 20_000, "0 in which what is kept is not what there is")
async def test_whatever_happens_what_is_kept_is_what_there_is(bench: Bench, record_property: Record) -> None:
    for seed in range(HISTORIES):
        chance = random.Random(seed)
        bench.timer_store.kept = []
        timers = bench.new_timers()
        for _ in range(STEPS):
            timers = await step(bench, timers, chance)
            await timers.tick()
            check(bench, timers)
        assert bench.timer_store.aside == []
    record_property("tried", HISTORIES)


async def test_a_time_that_was_skipped_does_not_come_again(bench: Bench) -> None:
    """Neither after a reboot nor where the clock is set back meanwhile; and it is kept as every timer is."""
    timer = await bench.timers.add("every day at 7 am", "", TimerKind.ALARM)
    form = [value.keys() for value in bench.timer_store.kept]
    await bench.timers.change([timer.id], lambda each, now: each.skipped(now))
    assert [value.keys() for value in bench.timer_store.kept] == form
    bench.uptime.reboot()
    timers = bench.new_timers()
    await timers.open()
    for back_s in (0, -90_000, 90_000):
        bench.clock.set(back_s)
        await timers.tick()
        assert [each.at for each in timers.all()] == ["2026-11-24T07:00:00"]
    for passed_s, state in ((54_000, TimerState.RUNNING), (86_400, TimerState.DUE)):
        bench.clock.advance(passed_s)
        await timers.tick()
        assert [each.state for each in timers.all()] == [state]


async def test_a_disk_that_takes_nothing_loses_no_timer(bench: Bench) -> None:
    """A change is refused as a whole; that one is due holds all the same, and is kept with the next change."""
    await bench.timers.add("ten minutes", "eggs")
    await bench.timers.add("an hour", "cake")
    bench.timer_store.error = Unavailable("full")
    for change in CHANGES[:3]:
        with pytest.raises(JarvisError):
            await bench.timers.change([timer.id for timer in bench.timers.all()], change)
    assert [(timer.label, timer.state) for timer in bench.timers.all()] == [
        ("eggs", TimerState.RUNNING),
        ("cake", TimerState.RUNNING),
    ]
    bench.clock.advance(601)
    await bench.timers.tick()
    assert bench.speech.said == ["Your timer for 10 minutes is done: eggs."]
    bench.timer_store.error = None
    await bench.timers.add("two hours", "")
    assert [value["state"] for value in bench.timer_store.kept] == ["due", "running", "running"]


async def test_what_is_done_meanwhile_is_not_lost(bench: Bench) -> None:
    """Changes come in while another one is being written."""
    first, second = [await bench.timers.add("ten minutes", name) for name in ("eggs", "rice")]
    both = [
        bench.tasks.start("one", bench.timers.remove([first.id])),
        bench.tasks.start("other", bench.timers.change([second.id], lambda timer, now: timer.longer(60, now))),
        bench.tasks.start("third", bench.timers.add("an hour", "cake")),
    ]
    for task in both:
        await task
    assert [(timer.label, timer.remaining_s(bench.timers.now())) for timer in bench.timers.all()] == [
        ("rice", 660),
        ("cake", 3600),
    ]


def berlin(*moment: int) -> ScriptedClock:
    """A clock in a zone with summer time, which begins on 2027-03-28 at 02:00 and ends on 2027-10-31 at 03:00."""
    year, month, day, hour, minute = moment
    return ScriptedClock(datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin")))


def pass_for(clock: ScriptedClock, hours: float) -> None:
    """Let real time pass: the clock on the wall jumps where summer time begins and ends."""
    zone = clock.wall.tzinfo
    later = clock.wall.astimezone(timezone.utc) + timedelta(hours=hours)
    clock.advance(hours * 3600)
    clock.wall = later.astimezone(zone)


@pytest.mark.parametrize(
    ("began", "when", "hours", "rung"),
    [
        # 7 on the clock of the wall, before and after: 23 hours apart in spring, 25 in autumn.
        ((2027, 3, 27, 6, 0), "every day at 7 am", 46, ["27 07:00", "28 07:00"]),
        ((2027, 10, 30, 6, 0), "every day at 7 am", 49, ["30 07:00", "31 07:00"]),
        # What the clock skips comes when it goes on; what it shows twice comes once.
        ((2027, 3, 26, 12, 0), "every day at 2:30 am", 65, ["27 02:30", "28 03:00", "29 02:30"]),
        ((2027, 10, 30, 12, 0), "every day at 2:30 am", 40, ["31 02:30", "01 02:30"]),
        ((2027, 10, 30, 12, 0), "every weekday at 2:30 am", 40, ["01 02:30"]),
    ],
)
async def test_a_repeating_alarm_over_summer_time(
    bench: Bench, began: tuple[int, ...], when: str, hours: int, rung: list[str]
) -> None:
    bench.clock.wall = berlin(*began).wall
    timers = bench.new_timers()
    found: list[str] = []
    timers.ring = lambda timer: found.append(f"{bench.clock.wall:%d %H:%M}")
    await timers.add(when, "")
    for _ in range(hours * 2):
        pass_for(bench.clock, 0.5)
        await timers.tick()
        due = [timer.id for timer in timers.all() if timer.state is TimerState.DUE]
        await timers.change(due, lambda timer, now: timer.dismissed(now))
    assert found == rung


async def test_an_alarm_that_nobody_dismisses_comes_again_all_the_same(bench: Bench) -> None:
    await bench.timers.add("every day at 7 am", "")
    for _ in range(3):
        bench.clock.advance(86_400)
        await bench.timers.tick()
    assert (len(bench.rung), len(bench.timers.all())) == (3, 1)


async def test_an_alarm_that_was_missed_for_days_is_due_once(bench: Bench) -> None:
    await bench.timers.add("every day at 7 am", "")
    bench.clock.sleep(5 * 86_400)
    await bench.timers.tick()
    assert len(bench.rung) == 1
    [text] = bench.speech.said
    assert text.startswith("Your alarm at 7:00 AM every day ended 9 hours")


async def test_a_clock_that_was_years_ahead_takes_no_alarm_with_it(bench: Bench) -> None:
    """An empty battery, and then the network: the next alarm is tomorrow's, and not that of the far future."""
    await bench.timers.add("every day at 7 am", "")
    bench.clock.set(4 * 365 * 86_400)
    await bench.timers.tick()
    await bench.timers.change([bench.timers.all()[0].id], lambda timer, now: timer.dismissed(now))
    bench.clock.set(-4 * 365 * 86_400)
    await bench.timers.tick()
    assert bench.timers.all()[0].at == "2026-11-23T07:00:00"


async def test_what_is_due_makes_room_for_what_is_new(bench: Bench) -> None:
    """Nobody has to dismiss fifty timers before the next one can be set."""
    for number in range(120):
        await bench.timers.add("a minute", f"n{number}")
        bench.clock.advance(61)
        await bench.timers.tick()
    labels = [timer.label for timer in bench.timers.all()]
    assert (len(labels), "n119" in labels, "n0" in labels) == (50, True, False)
