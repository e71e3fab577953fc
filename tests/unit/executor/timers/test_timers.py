"""Timers and alarms: kept, told once when they are due, right through restarts, sleep and changed clocks."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, RequestError, Unavailable
from jarvisd.executor.adapters.atomic_file import AtomicFile, KernelUptime
from jarvisd.executor.timers.model import Timer, TimerState
from jarvisd.executor.timers.timers import Timers
from jarvisd.lang.en.clock_words import spoken_length
from jarvisd.lang.en.requests.timer_times import read_time
from jarvisd.lang.values import Unreadable
from tests.unit.executor.conftest import Bench

SUNDAY = datetime(2026, 11, 22, 16, 5, tzinfo=timezone(timedelta(hours=1)))


def left(timers: Timers) -> list[tuple[Timer, float]]:
    """Those that are not due, the next one first, and the seconds that they have."""
    now = timers.now()
    return [(each, each.remaining_s(now)) for each in timers.all() if each.state is not TimerState.DUE]


def due(bench: Bench) -> list[str]:
    """The names of those that are due, as they are kept."""
    return [str(each["label"]) for each in bench.timer_store.kept if each["state"] == "due"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("half past six", "22 18:30"),
        ("quarter to nine", "22 20:45"),
        ("a quarter to seven in the evening", "22 18:45"),
        ("twenty five to seven", "22 18:35"),
        ("at seven", "22 19:00"),
        ("seven", "22 19:00"),
        ("4", "23 04:00"),
        ("7pm", "22 19:00"),
        ("7:30 a.m.", "23 07:30"),
        ("seven oh five", "22 19:05"),
        ("six thirty", "22 18:30"),
        ("seven forty five pm", "22 19:45"),
        ("3 o'clock", "23 03:00"),
        ("noon", "23 12:00"),
        ("ten to noon", "23 11:50"),
        ("midnight", "23 00:00"),
        ("quarter to midnight", "22 23:45"),
        ("twelve at night", "23 00:00"),
        ("12:15 am", "23 00:15"),
        ("19:30", "22 19:30"),
        ("16:05", "23 16:05"),
        ("16:06", "22 16:06"),
        ("tomorrow at 7", "23 07:00"),
        ("tomorrow morning at 7", "23 07:00"),
        ("tomorrow at three", "23 15:00"),
        ("tonight at 11", "22 23:00"),
        ("monday at 9", "23 09:00"),
        ("sunday at 9", "29 09:00"),
        ("friday at noon", "27 12:00"),
        ("8 in the morning", "23 08:00"),
    ],
)
def test_times_of_day_are_understood(said: str, expected: str) -> None:
    found = read_time(said, SUNDAY)
    assert f"{found.at:%d %H:%M}" == expected


@pytest.mark.parametrize(
    "said",
    ["banana", "", "25:00", "7:61", "tomorrow", "today at 3", "7 am pm", "half past", "quarter to", ":", "1.5"],
)
def test_what_is_no_time_of_day_is_none(said: str) -> None:
    with pytest.raises(Unreadable):
        read_time(said, SUNDAY)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("ten minutes", 600), ("an hour and a half", 5400), ("90 seconds", 90), ("in half an hour", 1800)],
)
def test_lengths_are_understood(said: str, seconds: int) -> None:
    assert read_time(said, SUNDAY).length_s == seconds


@pytest.mark.parametrize("said", ["yesterday", "ten minutes ago", "older than a week", "soon"])
def test_what_is_past_is_no_length(said: str) -> None:
    with pytest.raises(Unreadable):
        read_time(said, SUNDAY)


@pytest.mark.parametrize(
    ("seconds", "spoken"),
    [(5400, "1 hour and 30 minutes"), (90, "1 minute and 30 seconds"), (86_460, "1 day"), (0, "0 seconds")],
)
def test_lengths_are_spoken_in_two_units(seconds: int, spoken: str) -> None:
    assert spoken_length(seconds) == spoken


async def test_a_timer_never_asks_and_is_told_when_it_is_due(bench: Bench) -> None:
    """Everyday requests stay quiet."""
    [step] = await bench.run(("set_timer", {"when": "ten minutes", "label": "tea"}))
    assert (step["outcome"], step["tier"], step["spoken"]) == (
        "done",
        1,
        "Your timer for 10 minutes is running: tea.",
    )
    bench.clock.advance(599)
    await bench.timers.tick()
    assert (bench.rung, bench.speech.said) == ([], [])
    bench.clock.advance(2)
    await bench.timers.tick()
    await bench.timers.tick()
    assert [timer.label for timer in bench.rung] == ["tea"]
    assert bench.speech.said == ["Your timer for 10 minutes is done: tea."]
    assert due(bench) == ["tea"]


async def test_a_timer_is_promised_in_full(bench: Bench) -> None:
    """What is left may be told in two units, what was understood may not."""
    [step] = await bench.run(("set_timer", {"when": "1 hour 30 minutes and 45 seconds"}))
    assert step["spoken"] == "Your timer for 1 hour, 30 minutes and 45 seconds is running."
    [step] = await bench.run(("set_timer", {"when": "a day and a minute"}))
    assert step["spoken"] == "Your timer for 1 day and 1 minute is running."


async def test_an_alarm_is_told_by_its_time(bench: Bench) -> None:
    result = await bench.use("set_timer", when="half past six")
    assert result.spoken == "Your alarm is set for 6:30 PM."
    result = await bench.use("set_timer", when="tomorrow at 7", label="call Ben")
    assert result.spoken == "Your alarm is set for tomorrow 7:00 AM: call Ben."
    bench.clock.advance(2 * 3600 + 25 * 60)
    await bench.timers.tick()
    assert bench.speech.said == ["It is 6:30 PM. This is your alarm."]


async def test_a_snoozed_alarm_is_not_said_to_be_at_its_time(bench: Bench) -> None:
    await bench.use("set_timer", when="half past six")
    bench.clock.advance(2 * 3600 + 25 * 60)
    await bench.timers.tick()
    await bench.use("change_timer", what="snooze", by="five minutes")
    bench.clock.advance(300)
    await bench.timers.tick()
    assert bench.speech.said[1:] == ["Your alarm at 6:30 PM is due again."]
    assert (await bench.use("list_timers")).spoken == "You have an alarm at 6:30 PM, which was due just now."


@pytest.mark.parametrize(
    ("kind", "label", "promised", "told"),
    [
        ("alarm", "", "Your alarm comes in 10 minutes.", "This is your alarm."),
        (
            "reminder",
            "call Ben",
            "Your reminder comes in 10 minutes: call Ben.",
            "This is your reminder: call Ben.",
        ),
        ("reminder", "", "Your reminder comes in 10 minutes.", "Your reminder after 10 minutes is due."),
    ],
)
async def test_each_kind_is_told_as_what_it_is(
    bench: Bench, kind: str, label: str, promised: str, told: str
) -> None:
    result = await bench.use("set_timer", when="ten minutes", kind=kind, label=label)
    bench.clock.advance(600)
    await bench.timers.tick()
    assert (result.spoken, bench.speech.said) == (promised, [told])


@pytest.mark.parametrize("which", ["first " * 30_000, "ten minute " * 500, "a " * 100_000])
async def test_a_name_that_goes_on_for_ever_is_no_work(bench: Bench, which: str) -> None:
    """A planner may write anything."""
    await bench.use("set_timer", when="ten minutes", label="eggs")
    await bench.use("list_timers", which=which[:190_000])


async def test_timers_survive_a_restart(bench: Bench) -> None:
    await bench.use("set_timer", when="ten minutes")
    again = bench.new_timers()
    await again.open()
    bench.clock.advance(400)
    [(timer, left_s)] = left(again)
    assert (timer.length_s, left_s) == (600, 200)
    bench.clock.advance(200)
    await again.tick()
    assert bench.speech.said == ["Your timer for 10 minutes is done."]


async def test_what_ended_while_nobody_ran_is_said_at_the_start(bench: Bench) -> None:
    await bench.use("set_timer", when="ten minutes", label="tea")
    await bench.use("set_timer", when="half past four")
    bench.clock.advance(3600)
    bench.uptime.reboot()
    again = bench.new_timers()
    await again.open()
    await again.tick()
    assert bench.speech.said == [
        "Your timer for 10 minutes (tea) ended 50 minutes ago, while I could not tell you.",
        "Your alarm at 4:30 PM ended 35 minutes ago, while I could not tell you.",
    ]
    assert (len(bench.rung), due(bench)) == (2, ["tea", ""])


@pytest.mark.parametrize("jump", [timedelta(days=-3), timedelta(days=3), timedelta(minutes=9)])
async def test_a_timer_does_not_follow_the_wall_clock(bench: Bench, jump: timedelta) -> None:
    """CLOCK_BOOTTIME: somebody who sets the clock does not change how long an egg boils."""
    await bench.use("set_timer", when="ten minutes")
    bench.clock.wall += jump
    [(_, left_s)] = left(bench.timers)
    assert left_s == 600
    bench.clock.advance(600)
    await bench.timers.tick()
    assert bench.speech.said == ["Your timer for 10 minutes is done."]


async def test_timers_go_on_while_the_machine_sleeps(bench: Bench) -> None:
    """Both kinds are told at the first look after it; the time-outs of the loop stood still."""
    await bench.use("set_timer", when="ten minutes")
    await bench.use("set_timer", when="quarter past four")
    bench.clock.sleep(599)
    [(_, left_s), (_, alarm_left_s)] = left(bench.timers)
    assert (left_s, alarm_left_s) == (1, 1)
    bench.clock.sleep(601)
    await bench.timers.tick()
    assert [text.partition(", while")[0] for text in bench.speech.said] == [
        "Your timer for 10 minutes ended 10 minutes ago",
        "Your alarm at 4:15 PM ended 10 minutes ago",
    ]


async def test_an_alarm_does_follow_the_wall_clock(bench: Bench) -> None:
    await bench.use("set_timer", when="half past six")
    bench.clock.wall += timedelta(hours=2)
    [(_, left_s)] = left(bench.timers)
    assert left_s == 25 * 60


async def test_a_timer_of_an_earlier_boot_goes_by_the_wall_clock(bench: Bench) -> None:
    await bench.use("set_timer", when="an hour")
    bench.clock.advance(600)
    bench.uptime.reboot()
    [(_, left_s)] = left(bench.timers)
    assert left_s == 3000


async def test_a_timer_is_said_again_until_somebody_can_speak(bench: Bench) -> None:
    await bench.use("set_timer", when="a minute")
    bench.speech.error = Unavailable("tts is down")
    bench.clock.advance(60)
    for _ in range(3):
        await bench.timers.tick()
        bench.clock.advance(5)
    assert (len(bench.rung), len(bench.timer_store.kept)) == (1, 1)
    bench.speech.error = None
    await bench.timers.tick()
    assert bench.speech.said == ["Your timer for 1 minute ended 15 seconds ago, while I could not tell you."]
    assert [each["is_told"] for each in bench.timer_store.kept] == [True]


async def test_nothing_is_announced_into_an_open_question(bench: Bench) -> None:
    """An announcement must not be taken for a part of the question, nor be heard as its answer."""
    await bench.use("set_timer", when="a minute")
    bench.clock.advance(60)
    bench.is_asking = True
    await bench.timers.tick()
    assert (len(bench.rung), bench.speech.said) == (1, [])
    bench.is_asking = False
    await bench.timers.tick()
    assert bench.speech.said == ["Your timer for 1 minute is done."]


async def test_the_loop_wakes_when_a_timer_is_set(bench: Bench) -> None:
    watching = bench.tasks.start("timers", bench.timers.run())
    told = asyncio.Event()
    bench.timers.ring = lambda timer: told.set()
    await bench.use("set_timer", when="a minute")
    bench.clock.advance(61)
    await asyncio.wait_for(told.wait(), 60)
    watching.cancel()


async def test_timers_are_listed_the_next_one_first(bench: Bench) -> None:
    assert (await bench.use("list_timers")).spoken == "No timer is set."
    await bench.use("set_timer", when="half an hour", label="cake")
    assert (await bench.use("list_timers")).spoken == (
        "You have a timer for 30 minutes (cake) with 30 minutes left."
    )
    await bench.use("set_timer", when="5 pm")
    await bench.use("set_timer", when="ten minutes")
    bench.clock.advance(60)
    result = await bench.use("list_timers")
    assert result.spoken == (
        "You have 2 timers and 1 alarm: a timer for 10 minutes with 9 minutes left, "
        "a timer for 30 minutes (cake) with 29 minutes left and an alarm at 5:00 PM."
    )


@pytest.mark.parametrize(
    ("which", "left"),
    [
        ("egg", 2),
        ("the egg timer", 2),
        ("ten minutes", 2),
        ("my timer for ten minutes", 2),
        ("at 5 pm", 2),
        ("all", 0),
        ("all alarms", 2),
        ("all timers", 1),
        ("everything", 0),
    ],
)
async def test_timers_are_cancelled_as_they_are_called(bench: Bench, which: str, left: int) -> None:
    for when, label in (("ten minutes", "egg"), ("an hour", "cake"), ("5 pm", "")):
        await bench.use("set_timer", when=when, label=label)
    [step] = await bench.run(("cancel_timer", {"which": which}))
    assert (step["outcome"], step["tier"], len(bench.timers.all())) == ("done", 1, left)
    assert len(bench.timer_store.kept) == left


async def test_the_only_timer_needs_no_name_and_two_do(bench: Bench) -> None:
    [step] = await bench.run(("cancel_timer", {}))
    assert step["spoken"] == "No timer is set."
    await bench.use("set_timer", when="ten minutes")
    assert (await bench.use("cancel_timer")).spoken == "I cancelled the timer for 10 minutes."
    await bench.use("set_timer", when="ten minutes")
    await bench.use("set_timer", when="ten minutes", label="egg")
    bench.answers("")
    [step] = await bench.run(("cancel_timer", {}))
    assert (step["outcome"], len(left(bench.timers))) == ("declined", 2)
    with pytest.raises(RequestError, match="no timer 'fish'"):
        await bench.use("cancel_timer", which="fish")


@pytest.mark.parametrize("when", ["", "soon", "0 seconds", "two years", "yesterday", "banana"])
async def test_what_cannot_be_timed_is_refused(bench: Bench, when: str) -> None:
    with pytest.raises(RequestError) as caught:
        await bench.use("set_timer", when=when)
    assert caught.value.code is ErrorCode.INVALID_REQUEST
    assert bench.timer_store.kept == []


async def test_there_is_an_end_to_how_many(bench: Bench) -> None:
    for _ in range(50):
        await bench.timers.add("an hour", "")
    with pytest.raises(RequestError, match="already 50"):
        await bench.use("set_timer", when="an hour")


async def test_timers_that_cannot_be_read_are_not_said_to_be_none(bench: Bench) -> None:
    """ "No timer is set" would be a wrong answer."""
    bench.timer_store.unreadable = Unavailable("format 9", code=ErrorCode.FORMAT_NEWER)
    with pytest.raises(Unavailable):
        await bench.timers.open()
    for tool in ("list_timers", "cancel_timer"):
        [step] = await bench.run((tool, {}))
        assert (step["outcome"], step["error"]) == ("failed", "FormatNewer")


async def test_a_timer_that_cannot_be_kept_is_not_promised(bench: Bench) -> None:
    bench.timer_store.error = Unavailable("full", code=ErrorCode.DISK_FULL)
    [step] = await bench.run(("set_timer", {"when": "an hour"}))
    assert (step["outcome"], left(bench.timers)) == ("failed", [])


def test_the_file_of_timers_is_replaced_as_a_whole(tmp_path: Path) -> None:
    store = AtomicFile(tmp_path / "executor" / "timers.json", "the timers")
    assert store.load() == []
    store.save([{"id": "1"}])
    store.save([{"id": "2"}])
    assert AtomicFile(tmp_path / "executor" / "timers.json", "the timers").load() == [{"id": "2"}]
    assert [path.name for path in (tmp_path / "executor").iterdir()] == ["timers.json"]
    assert (tmp_path / "executor" / "timers.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", '{"id": 1}', "\udcff"])
def test_a_damaged_file_of_timers_is_set_aside(tmp_path: Path, content: str) -> None:
    path = tmp_path / "timers.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    store = AtomicFile(path, "the timers")
    assert store.load() == []
    assert store.problem is not None
    assert store.problem.code is ErrorCode.STATE_DAMAGED
    store.save([])
    [aside] = tmp_path.glob("damaged-timers-*.json")
    kept = aside.read_bytes()
    assert kept == content.encode("utf-8", "surrogateescape") or json.loads(kept) == [1, 2]


async def test_a_timer_that_cannot_be_read_does_not_hide_the_others(bench: Bench) -> None:
    await bench.use("set_timer", when="ten minutes")
    good = dict(bench.timer_store.kept[0])
    bench.timer_store.kept = [{"id": "x"}, {**good, "id": "y", "at": "never"}, good, {**good, "length_s": "many"}]
    again = bench.new_timers()
    await again.open()
    assert json.loads(json.dumps([timer.id for timer, _ in left(again)])) == [good["id"]]
    assert len(bench.timer_store.aside) == 3


def test_the_clock_of_the_boot_is_the_kernels() -> None:
    uptime = KernelUptime()
    first = uptime.boot_s()
    assert 0 < first <= uptime.boot_s() <= float(Path("/proc/uptime").read_text().split()[0]) + 60
    assert uptime.boot_id() == KernelUptime().boot_id()
    assert len(uptime.boot_id()) == 36
