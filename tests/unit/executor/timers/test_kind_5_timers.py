"""Timers keep what tells them apart (issue 12, kind 5): what there was, what was said, and what there is after it.

Everything is said in words and understood by the code that runs live, without a model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from jarvisd.bus.signals.executor import ConfirmRequested
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.timers.model import Timer, TimerState
from jarvisd.lang.en.requests.intents import recognise
from tests.unit.executor.conftest import Bench

ALARM_7 = "set an alarm for 7 am"
TEN, FIVE = "set a timer for ten minutes", "set a timer for five minutes"
EGGS = "set a ten minute timer for the eggs"
RICE = "set a twenty minute timer for the rice"
MONDAY, TUESDAY = "set an alarm for Monday at 8 am", "set an alarm for Tuesday at 8 am"
DAILY = "set an alarm for 7 am every day"
BEN = "remind me at 6 pm to call Ben"


@dataclass(frozen=True)
class Case:
    """A dialogue. A number among what was said before lets so many seconds pass."""

    before: tuple[str | int, ...]
    said: str
    after: tuple[str, ...]
    spoken: str = ""
    """What is said, or how it begins."""
    asked: str = ""
    """A part of the question that is asked back; empty where none may be."""
    answer: str = ""
    """What is answered to it; empty for silence."""


def shown(timer: Timer, bench: Bench) -> str:
    """A timer in a few words: "alarm 07:00", "timer(eggs) 600 paused"."""
    label = f"({timer.label})" if timer.label else ""
    # A question takes three seconds to put.
    left_s = math.ceil(timer.remaining_s(bench.timers.now()) / 5) * 5
    left = timer.at[11:16] if timer.at and not timer.is_snoozed else f"{left_s}"
    state = {TimerState.RUNNING: " snoozed" if timer.is_snoozed else "", TimerState.PAUSED: " paused"}
    if timer.state is TimerState.DUE:
        return f"{timer.kind.value}{label} due"
    again = " again" if timer.repeat else ""
    return f"{timer.kind.value}{label} {left}{state[timer.state]}{again}"


async def say(bench: Bench, words: str) -> JsonObject:
    """Say something that needs no model, and wait until it is done."""
    intent = recognise(words)
    assert intent is not None, words
    assert intent.plan is not None, words
    [action] = intent.plan.actions
    [step] = await bench.run((action.tool, action.args), utterance=words)
    return step


async def after(bench: Bench, *before: str | int) -> None:
    """Bring about what there was before."""
    for each in before:
        if isinstance(each, str):
            step = await say(bench, each)
            assert step["outcome"] == "done", step
        else:
            bench.clock.advance(each)
            await bench.timers.tick()


CASES = {
    "the timer is not the alarm": Case(
        (TEN, ALARM_7),
        "cancel the timer",
        ("alarm 07:00",),
        "I cancelled the timer for 10 minutes. The alarm at 7:00 AM tomorrow stays.",
    ),
    "the alarm is not the timer": Case(
        (TEN, ALARM_7),
        "cancel the alarm",
        ("timer 600",),
        "I cancelled the alarm at 7:00 AM tomorrow. The timer for 10 minutes stays.",
    ),
    "the only timer": Case((TEN,), "cancel my timer", (), "I cancelled the timer for 10 minutes."),
    "all timers are no alarms": Case(
        (TEN, FIVE, ALARM_7),
        "cancel all timers",
        ("alarm 07:00",),
        "I cancelled the timer for 5 minutes and the timer for 10 minutes. The alarm at 7:00 AM tomorrow stays.",
    ),
    "all alarms are no timers": Case((TEN, ALARM_7, MONDAY), "cancel all my alarms", ("timer 600",)),
    "all reminders": Case((TEN, BEN), "delete all of my reminders", ("timer 600",)),
    "both timers": Case((TEN, FIVE, ALARM_7), "cancel both timers", ("alarm 07:00",)),
    "all timers and alarms": Case(
        (TEN, ALARM_7, BEN), "cancel all timers and alarms", ("reminder(call Ben) 18:00",)
    ),
    "no timer but an alarm": Case(
        (ALARM_7,),
        "cancel the timer",
        ("alarm 07:00",),
        "No timer is set. You have the alarm at 7:00 AM tomorrow.",
    ),
    "nothing at all": Case((), "cancel the timer", (), "No timer is set."),
    "no reminder but a timer": Case((TEN,), "cancel the reminder", ("timer 600",), "No reminder is set."),
    "by name": Case((EGGS, RICE), "cancel the egg timer", ("timer(rice) 1200",)),
    "by name, one for many": Case((EGGS, RICE), "cancel the eggs timer", ("timer(rice) 1200",)),
    "by a name that nobody has": Case(
        (EGGS, RICE), "cancel the fish timer", ("timer(eggs) 600", "timer(rice) 1200"), "I could not find that."
    ),
    "by name after the kind": Case((EGGS, RICE), "cancel the timer for the rice", ("timer(eggs) 600",)),
    "by length": Case((EGGS, RICE), "cancel the ten minute timer", ("timer(rice) 1200",)),
    "by length after the kind": Case((EGGS, RICE), "cancel the timer for twenty minutes", ("timer(eggs) 600",)),
    "by length and name": Case((EGGS, TEN), "cancel the ten minute egg timer", ("timer 600",)),
    "by a length that none has": Case((TEN,), "cancel the five minute timer", ("timer 600",), "I could not find"),
    "a length is no time of day": Case(
        ("set an alarm for 10 am", TEN), "cancel the ten minute timer", ("alarm 10:00",)
    ),
    "by day": Case((MONDAY, TUESDAY), "cancel the Monday alarm", ("alarm 08:00",)),
    "by another day": Case(
        (MONDAY, TUESDAY), "cancel the alarm on Wednesday", ("alarm 08:00", "alarm 08:00"), "I could"
    ),
    "by tomorrow": Case((MONDAY, TUESDAY), "cancel the alarm for tomorrow", ("alarm 08:00",)),
    "by day and time": Case(
        (MONDAY, "set an alarm for Monday at 9 am"), "cancel the Monday 9 am alarm", ("alarm 08:00",)
    ),
    "a day and a time that are not together": Case(
        (MONDAY, "set an alarm for Tuesday at 9 am"),
        "cancel the Monday 9 am alarm",
        ("alarm 08:00", "alarm 09:00"),
    ),
    "by time": Case((ALARM_7, MONDAY), "cancel my 7 am alarm", ("alarm 08:00",)),
    "by time without morning": Case((ALARM_7, MONDAY), "cancel the 7 o'clock alarm", ("alarm 08:00",)),
    "by a part of the day": Case((ALARM_7, "set an alarm for 9 pm"), "cancel the evening alarm", ("alarm 07:00",)),
    "by a part of another day": Case((ALARM_7,), "cancel the evening alarm", ("alarm 07:00",), "I could not find"),
    "a day of one that repeats": Case(
        (DAILY, TEN), "cancel the Wednesday alarm", ("timer 600", "alarm 07:00 again"), "I won't cancel the timer"
    ),
    "the one that repeats": Case((DAILY, MONDAY), "cancel the daily alarm", ("alarm 08:00",)),
    "the first in every order": Case((FIVE, TEN), "cancel the first timer", ("timer 600",)),
    "the last in every order": Case((FIVE, TEN), "cancel the last timer", ("timer 300",)),
    "the second of three": Case((FIVE, TEN, RICE), "cancel the second timer", ("timer 300", "timer(rice) 1200")),
    "the first, which is not clear": Case(
        (TEN, FIVE),
        "cancel the first timer",
        ("timer 300", "timer 600"),
        "I heard no answer",
        "Which one do you mean",
    ),
    "the last that was set": Case((TEN, FIVE), "cancel the last timer I set", ("timer 600",)),
    "the next": Case((TEN, FIVE), "cancel the next timer", ("timer 600",)),
    "the longest": Case((TEN, FIVE), "cancel the longest timer", ("timer 300",)),
    "the first of a kind": Case((ALARM_7, FIVE, TEN), "cancel the first timer", ("timer 600", "alarm 07:00")),
    "the fourth of three": Case(
        (FIVE, TEN, RICE), "cancel the fourth timer", ("timer 300", "timer 600", "timer(rice) 1200")
    ),
    "two fit and nobody answers": Case(
        (EGGS, RICE),
        "cancel the timer",
        ("timer(eggs) 600", "timer(rice) 1200"),
        "I heard no answer, so I did not cancel a timer.",
        "Which one do you mean: the timer for 10 minutes (eggs) with 10 minutes left or the timer for 20 minutes",
    ),
    "two fit and one is named": Case(
        (EGGS, RICE), "cancel the timer", ("timer(rice) 1200",), "I cancelled", "Which one", "The eggs."
    ),
    "two fit and one is named by its length": Case(
        (EGGS, RICE), "cancel the timer", ("timer(eggs) 600",), "I cancelled", "Which one", "the twenty minute one"
    ),
    "two fit and one is named by its place": Case(
        (EGGS, RICE), "cancel the timer", ("timer(eggs) 600",), "I cancelled", "Which one", "the second one please"
    ),
    "two fit and one is named by a number": Case(
        (EGGS, RICE), "cancel the timer", ("timer(eggs) 600",), "I cancelled", "Which one", "number two"
    ),
    "two fit and no": Case(
        (EGGS, RICE),
        "cancel the timer",
        ("timer(eggs) 600", "timer(rice) 1200"),
        "I don't know",
        "Which one",
        "no",
    ),
    "two fit and no, though a name has it": Case(
        ("set a timer for ten minutes called no milk", "set a timer for five minutes called tea"),
        "cancel the timer",
        ("timer(tea) 300", "timer(no milk) 600"),
        "I don't know",
        "Which one",
        "no",
    ),
    "two fit and none": Case(
        (EGGS, RICE),
        "cancel the timer",
        ("timer(eggs) 600", "timer(rice) 1200"),
        "",
        "Which one",
        "neither of them",
    ),
    "two fit and yes": Case(
        (EGGS, RICE),
        "cancel the timer",
        ("timer(eggs) 600", "timer(rice) 1200"),
        "I don't know",
        "Which one",
        "yes",
    ),
    "two fit and something else": Case(
        (EGGS, RICE), "cancel the timer", ("timer(eggs) 600", "timer(rice) 1200"), "", "Which one", "not the eggs"
    ),
    "two fit and one that is not among them": Case(
        (EGGS, RICE, ALARM_7),
        "cancel the timer",
        ("timer(eggs) 600", "timer(rice) 1200", "alarm 07:00"),
        "I don't know",
        "Which one",
        "the alarm",
    ),
    "two fit and both are named": Case(
        (EGGS, RICE), "cancel the timer", ("timer(eggs) 600", "timer(rice) 1200"), "", "Which one", "both"
    ),
    "two equal ones": Case(
        (TEN, 60, TEN),
        "cancel the ten minute timer",
        ("timer 540", "timer 600"),
        "I heard no answer",
        "first timer for 10 minutes with 9 minutes left or the second timer for 10 minutes with 10 minutes left",
    ),
    "two equal ones and the second": Case(
        (TEN, 60, TEN), "cancel the ten minute timer", ("timer 540",), "I cancelled", "Which one", "the second"
    ),
    "two equal ones by what is left": Case(
        (TEN, 240, TEN),
        "cancel the ten minute timer",
        ("timer 600",),
        "",
        "Which one",
        "the one with six minutes left",
    ),
    "two equal ones by place": Case((TEN, 60, TEN), "cancel the second ten minute timer", ("timer 540",)),
    "more time": Case(
        (TEN, 60), "add five minutes to the timer", ("timer 840",), "I added 5 minutes to the timer for 10 minutes"
    ),
    "more time for one by name": Case(
        (EGGS, RICE), "add five minutes to the egg timer", ("timer(eggs) 900", "timer(rice) 1200")
    ),
    "more time in other words": Case((TEN,), "give the timer five more minutes", ("timer 900",)),
    "more time, which is not clear": Case(
        (EGGS, RICE),
        "add five minutes to the timer",
        ("timer(eggs) 900", "timer(rice) 1200"),
        "I added",
        "Which",
        "eggs",
    ),
    "more time without a timer": Case((), "add five minutes to the timer", (), "No timer is set."),
    "more time for what has ended": Case((TEN, 601), "add five minutes to the timer", ("timer 300 snoozed",)),
    "more time for an alarm": Case((ALARM_7,), "add ten minutes to the alarm", ("alarm 07:10",)),
    "another length": Case(
        (EGGS, RICE, 60),
        "change the egg timer to 15 minutes",
        ("timer(eggs) 900", "timer(rice) 1140"),
        "I changed the timer for 10 minutes (eggs): 15 minutes left.",
    ),
    "another time": Case(
        (ALARM_7,),
        "make the alarm half past seven",
        ("alarm 07:30",),
        "I changed the alarm at 7:00 AM tomorrow: it is set for 7:30 AM",
    ),
    "another time for every day": Case((DAILY,), "move the alarm to 8 am", ("alarm 08:00 again",)),
    "another length of a paused one": Case((TEN, "pause the timer"), "make the timer 3 minutes", ("timer 180",)),
    "another length, which is not clear": Case(
        (EGGS, RICE),
        "make the timer 3 minutes",
        ("timer(eggs) 180", "timer(rice) 1200"),
        "I changed",
        "Which",
        "eggs",
    ),
    "a time that is past": Case((TEN,), "change the timer to 9 am yesterday", ("timer 600",), "I won't"),
    "less time": Case((TEN,), "take five minutes off the timer", ("timer 300",)),
    "less time than there is": Case((FIVE,), "take five minutes off the timer", ("timer 300",), "I won't"),
    "paused": Case(
        (TEN, 60), "pause the timer", ("timer 540 paused",), "I paused the timer for 10 minutes: 9 minutes left."
    ),
    "paused for long": Case((TEN, 60, "pause the timer", 9000), "resume the timer", ("timer 540",)),
    "an alarm is not paused": Case((ALARM_7,), "pause the 7 am alarm", ("alarm 07:00",), "I won't"),
    "the one that is paused goes on": Case(
        (EGGS, RICE, "pause the egg timer", 60), "continue the timer", ("timer(eggs) 600", "timer(rice) 1140")
    ),
    "nothing is paused": Case((TEN,), "resume the timer", ("timer 600",), "No timer is paused."),
    "more time for a paused one": Case(
        (TEN, "pause the timer"), "add five minutes to the timer", ("timer 900 paused",)
    ),
    "what has ended stays due": Case(
        (EGGS, 601), "what is due", ("timer(eggs) due",), "You have a timer for 10 minutes (eggs), which ended"
    ),
    "dismissed": Case((EGGS, 601), "dismiss the timer", (), "I dismissed the timer for 10 minutes (eggs)."),
    "nothing to dismiss": Case((TEN,), "dismiss the timer", ("timer 600",), "Nothing is due."),
    "stop means the one that is due": Case(
        (EGGS, RICE, 601),
        "stop the timer",
        ("timer(rice) 600",),
        "I dismissed the timer for 10 minutes (eggs). The timer for 20 minutes (rice) stays.",
    ),
    "stop without one that is due": Case((TEN,), "stop the timer", (), "I cancelled the timer for 10 minutes."),
    "cancel means the one that runs": Case(
        (EGGS, RICE, 601),
        "cancel the timer",
        ("timer(eggs) due",),
        "I cancelled the timer for 20 minutes (rice). The timer for 10 minutes (eggs) is still due.",
    ),
    "cancel without one that runs": Case((EGGS, 601), "cancel the timer", ()),
    "snoozed": Case((EGGS, 601), "snooze for five minutes", ("timer(eggs) 300 snoozed",), "I snoozed"),
    "snoozed as usual": Case((EGGS, 601), "snooze", ("timer(eggs) 600 snoozed",)),
    "snoozed and due again": Case(
        (EGGS, 601, "snooze for five minutes", 301), "what is due", ("timer(eggs) due",)
    ),
    "nothing to snooze": Case((TEN,), "snooze", ("timer 600",), "Nothing is due."),
    "a daily alarm moves on": Case(
        (DAILY, 54_000),
        "dismiss the alarm",
        ("alarm 07:00 again",),
        "I dismissed the alarm at 7:00 AM every day. It comes again tomorrow at 7:00 AM.",
    ),
    "a daily alarm is stopped for today": Case((DAILY, 54_000), "stop the alarm", ("alarm 07:00 again",)),
    "a daily alarm is snoozed": Case(
        (DAILY, 54_000), "snooze the alarm for ten minutes", ("alarm 600 snoozed again",)
    ),
    "a snoozed daily alarm is dismissed": Case(
        (DAILY, 54_000, "snooze the alarm for ten minutes"), "dismiss the alarm", ("alarm 07:00 again",)
    ),
    "a daily alarm is skipped tomorrow": Case(
        (DAILY,),
        "skip tomorrow's alarm",
        ("alarm 07:00 again",),
        "I skipped the alarm at 7:00 AM every day once. It comes again Tuesday, November 24, at 7:00 AM.",
    ),
    "a daily alarm is skipped twice": Case(
        (DAILY, "skip the next alarm"),
        "skip the next time of my alarm",
        ("alarm 07:00 again",),
        "I skipped the alarm at 7:00 AM every day once. It comes again Wednesday, November 25, at 7:00 AM.",
    ),
    "what was skipped is told with its next time": Case(
        (DAILY, "skip the next alarm"),
        "which alarms are set",
        ("alarm 07:00 again",),
        "You have an alarm at 7:00 AM every day, next Tuesday, November 24, 7:00 AM.",
    ),
    "only the next time is skipped": Case(
        (DAILY,),
        "skip Tuesday's alarm",
        ("alarm 07:00 again",),
        "I won't change the timer: I can skip only the next time, and it comes tomorrow before that.",
    ),
    "the next alarm may be one that comes once": Case(
        (DAILY, "set an alarm for 6 am"),
        "skip the next alarm",
        ("alarm 07:00 again",),
        "I cancelled the alarm at 6:00 AM tomorrow: it comes only once.",
    ),
    "one that comes once is not skipped by its kind alone": Case(
        (ALARM_7,), "skip the alarm", ("alarm 07:00",), "I won't change the timer: it comes only once: say cancel"
    ),
    "which of two is skipped": Case(
        (DAILY, "set an alarm for 6 am every day"),
        "skip the alarm",
        ("alarm 06:00 again", "alarm 07:00 again"),
        asked="Which one do you mean",
    ),
    "what runs down is not skipped": Case(
        (TEN,), "skip the timer", ("timer 600",), "Nothing is set for a time of day."
    ),
    "a daily alarm is cancelled for good": Case((DAILY,), "cancel the alarm", ()),
    "one time of a daily alarm is not all of it": Case(
        (DAILY,),
        "cancel the alarm tomorrow",
        ("alarm 07:00 again",),
        "I won't cancel the timer: it comes again and again: to leave out its next time say skip",
    ),
    "nor is one weekday of it": Case(
        (DAILY,), "cancel the Tuesday alarm", ("alarm 07:00 again",), "I won't cancel the timer: it comes again"
    ),
    "nor is one time moved with all of it": Case(
        (DAILY,),
        "move the alarm tomorrow to 8",
        ("alarm 07:00 again",),
        "I won't change the timer: it comes again",
    ),
    "what comes on that day alone is cancelled by it": Case(
        ("wake me up every Tuesday at 7",), "cancel the Tuesday alarm", ()
    ),
    "one that comes once is cancelled by its day": Case((ALARM_7,), "cancel the alarm tomorrow", ()),
    "an alarm is made to come again": Case(
        (ALARM_7,),
        "repeat my alarm on weekdays",
        ("alarm 07:00 again",),
        "I changed the alarm at 7:00 AM tomorrow: it is set for 7:00 AM on weekdays, first tomorrow 7:00 AM.",
    ),
    "an alarm of a later day begins with that day": Case(
        (TUESDAY,),
        "make the alarm repeat every day",
        ("alarm 08:00 again",),
        "I changed the alarm at 8:00 AM Tuesday November 24: it is set for 8:00 AM every day, first Tuesday",
    ),
    "a repetition of other days begins with the first of them": Case(
        (TUESDAY,),
        "make the alarm every Monday",
        ("alarm 08:00 again",),
        "I changed the alarm at 8:00 AM Tuesday November 24: it is set for 8:00 AM every Monday, first Monday",
    ),
    "a reminder is made to come again": Case(
        (BEN,), "make the reminder daily", ("reminder(call Ben) 18:00 again",)
    ),
    "what runs down has no time to come again at": Case(
        (TEN,),
        "make the timer repeat every day",
        ("timer 600",),
        "I won't change the timer: it runs down, so I need a time of day at which it comes again.",
    ),
    "weekdays": Case(
        (), "wake me every weekday at 7", ("alarm 07:00 again",), "Your alarm is set for 7:00 AM on weekdays"
    ),
    "a reminder on a date": Case((), "remind me on March 20th at 3 pm to call Ben", ("reminder(call Ben) 15:00",)),
    "a reminder that repeats": Case(
        (), "remind me every Monday at 9 to take out the bins", ("reminder(take out the bins) 09:00 again",)
    ),
    "a reminder after a length of time": Case(
        (), "remind me in twenty minutes to call Ben", ("reminder(call Ben) 1200",)
    ),
    "a day without a time": Case((), "remind me on Friday to call Ben", (), "I won't"),
    "what is left": Case(
        (EGGS, RICE, 60),
        "how much is left on the egg timer",
        ("timer(eggs) 540", "timer(rice) 1140"),
        "You have a timer for 10 minutes (eggs) with 9 minutes left.",
    ),
    "what is left of all": Case(
        (TEN, ALARM_7),
        "how much time is left on the timer",
        ("timer 600", "alarm 07:00"),
        "You have a timer for 10 minutes with 10 minutes left.",
    ),
    "only alarms": Case(
        (TEN, ALARM_7),
        "which alarms are set",
        ("timer 600", "alarm 07:00"),
        "You have an alarm at 7:00 AM tomorrow.",
    ),
    "alarms of a day": Case(
        (MONDAY, TUESDAY),
        "which alarms do I have on Tuesday",
        ("alarm 08:00", "alarm 08:00"),
        "You have an alarm at 8:00 AM Tuesday",
    ),
    "none of that kind": Case((TEN,), "do I have any alarms", ("timer 600",), "No alarm is set."),
    "none of them is paused": Case(
        (TEN,), "which timers are paused", ("timer 600",), "No timer is paused. You have the timer for 10 minutes."
    ),
    "none like that": Case(
        (TEN,), "how much is left on the egg timer", ("timer 600",), "There is no timer 'egg timer'. You have the"
    ),
    "how many": Case(
        (EGGS, RICE, ALARM_7),
        "how many timers do I have",
        ("timer(eggs) 600", "timer(rice) 1200", "alarm 07:00"),
        "You have 2 timers: a timer for 10 minutes (eggs)",
    ),
    "how many are running": Case(
        (EGGS, RICE, "pause the egg timer"),
        "how many timers are still running",
        ("timer(eggs) 600 paused", "timer(rice) 1200"),
        "You have a timer for 20 minutes (rice) with 20 minutes left.",
    ),
    "how many are left of none": Case((), "how many timers are left", (), "No timer is set."),
    "how many alarms of a day": Case(
        (MONDAY, TUESDAY),
        "how many alarms are set for Tuesday",
        ("alarm 08:00", "alarm 08:00"),
        "You have an alarm at 8:00 AM Tuesday",
    ),
    "the paused one is told as such": Case(
        (TEN, "pause the timer"),
        "list my timers",
        ("timer 600 paused",),
        "You have a timer for 10 minutes, paused with 10 minutes left.",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_what_is_said_of_timers_is_what_happens(bench: Bench, case: Case) -> None:
    await after(bench, *case.before)
    bench.answers(case.answer)
    asked_before = sum(isinstance(event, ConfirmRequested) for event in bench.events)
    step = await say(bench, case.said)
    assert tuple(shown(timer, bench) for timer in bench.timers.all()) == case.after
    assert str(step["spoken"]).startswith(case.spoken), step["spoken"]
    asked = [event for event in bench.events if isinstance(event, ConfirmRequested)][asked_before:]
    assert [case.asked in event.question for event in asked] == ([True] if case.asked else [])
    assert all(event.kind == "clarify" for event in asked)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_what_there_is_outlives_a_restart(bench: Bench, case: Case) -> None:
    await after(bench, *case.before)
    bench.answers(case.answer)
    await say(bench, case.said)
    again = bench.new_timers()
    await again.open()
    assert again.all() == bench.timers.all()
    assert len(bench.timer_store.aside) == 0
