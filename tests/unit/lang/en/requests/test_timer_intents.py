"""Timers by surely understood words, without a model; everything that is not sure goes to the planner."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.requests.intents import recognise

SET = [
    ("Set a timer for ten minutes.", "ten minutes", None),
    ("Hey Jarvis, could you set a timer for an hour and a half, please?", "an hour and a half", None),
    ("Start a timer for 90 seconds", "90 seconds", None),
    ("Set a ten minute timer.", "ten minute", None),
    ("Set a 5 minute timer for the eggs.", "5 minute", "eggs"),
    ("Set a timer for ten minutes for the pasta.", "ten minutes", "pasta"),
    ("Set a timer for ten minutes called pasta.", "ten minutes", "pasta"),
    ("Set an egg timer for five minutes.", "five minutes", "egg"),
    ("Set a timer for rice nine minutes.", "nine minutes", "rice"),
    ("Set a timer for the rice for nine minutes.", "nine minutes", "rice"),
    ("Set a timer for two or three minutes.", "two or three minutes", ""),
    ("Set an alarm for 7:30 a.m.", "7:30 a.m", None),
    ("Set an alarm for half past six.", "half past six", None),
    ("Wake me at seven.", "at seven", None),
    ("Wake me up at 7 o'clock tomorrow.", "at 7 o'clock tomorrow", None),
    ("Wake me up in half an hour.", "in half an hour", None),
    ("Remind me in twenty minutes to call Ben.", "in twenty minutes", "call Ben"),
    ("Remind me to call Ben in twenty minutes.", "in twenty minutes", "call Ben"),
    ("Remind me at noon to look at the oven.", "at noon", "look at the oven"),
    ("Remind me to water the plants at six pm.", "at six pm", "water the plants"),
    ("Set an alarm for five to seven.", "five to seven", None),
    ("Remind me at quarter to nine to call Ben.", "at quarter to nine", "call Ben"),
    ("Remind me at six to go to bed.", "at six", "go to bed"),
    ("Remind me to look in at the oven at noon.", "at noon", "look in at the oven"),
    ("Set a reminder for noon to call O'Brien's shop.", "noon", "call O'Brien's shop"),
    ("Remind me tomorrow at eight about the rent.", "tomorrow at eight", "rent"),
    ("Remind me in ten minutes that the oven is on.", "in ten minutes", "oven is on"),
    ("Remind me that Mum visits at noon.", "at noon", "Mum visits"),
    # Of what may be the time it is the longest, or the reminder would come on another day.
    ("Remind me to call Mum Sunday at six.", "Sunday at six", "call Mum"),
    (
        "Remind me to pay the rent the day after tomorrow at nine.",
        "the day after tomorrow at nine",
        "pay the rent",
    ),
    ("Remind me to see the dentist December 5th at nine.", "December 5th at nine", "see the dentist"),
    ("Remind me to pay 5 December at nine.", "5 December at nine", "pay"),
    ("Remind me to call Ben a week on Friday at nine.", "a week on Friday at nine", "call Ben"),
    ("Remind me to call Ben Friday week at nine.", "Friday week at nine", "call Ben"),
    ("Remind me to call Ben Sunday or Monday at six.", "Sunday or Monday at six", "call Ben"),
    ("Remind me to turn it off half an hour from now.", "half an hour from now", "turn it off"),
    ("Remind me Friday at nine to call Ben.", "Friday at nine", "call Ben"),
    ("Remind me 5 December at nine to call Ben.", "5 December at nine", "call Ben"),
    # Such words may name something as well.
    ("Remind me to bring the Sunday paper at nine.", "at nine", "bring the Sunday paper"),
    ("Remind me to ask about Friday at nine.", "at nine", "ask about Friday"),
    ("Remind me to read chapter 6 at nine.", "at nine", "read chapter 6"),
    ("Remind me to log in at nine.", "at nine", "log in"),
]
CANCEL = [
    ("Cancel the timer.", "timer"),
    ("Cancel the egg timer.", "egg timer"),
    ("Cancel the ten minute timer.", "ten minute timer"),
    ("Cancel the timer for ten minutes.", "timer for ten minutes"),
    ("Cancel all timers.", "all timers"),
    ("Delete all of my reminders.", "reminders"),
    ("Cancel all my alarms.", "all my alarms"),
    ("Cancel my 7 am alarm.", "7 am alarm"),
    ("Cancel the last timer I set.", "last timer i set"),
    ("Cancel the reminder to call Ben.", "reminder to call ben"),
    ("Never mind the reminder.", "reminder"),
    ("I don't need the egg timer any more.", "egg timer"),
]
CHANGE = [
    ("Stop the timer!", {"what": "stop", "which": "timer"}),
    ("Turn off my alarm.", {"what": "stop", "which": "alarm"}),
    ("Turn the alarm off.", {"what": "stop", "which": "alarm"}),
    ("Dismiss the alarm.", {"what": "dismiss", "which": "alarm"}),
    ("Snooze.", {"what": "snooze"}),
    ("Snooze for ten minutes.", {"what": "snooze", "by": "ten minutes"}),
    ("Snooze the alarm for 5 minutes please.", {"what": "snooze", "which": "alarm", "by": "5 minutes"}),
    ("Pause the timer.", {"what": "pause", "which": "timer"}),
    ("Put the egg timer on hold.", {"what": "pause", "which": "egg timer"}),
    ("Resume the timer.", {"what": "resume", "which": "timer"}),
    ("Continue the egg timer.", {"what": "resume", "which": "egg timer"}),
    ("Start the timer again.", {"what": "resume", "which": "timer"}),
    ("Add five minutes to the timer.", {"what": "add", "which": "timer", "by": "five minutes"}),
    ("Add another five minutes to the egg timer.", {"what": "add", "which": "egg timer", "by": "five minutes"}),
    ("Add five more minutes to the timer.", {"what": "add", "which": "timer", "by": "five minutes"}),
    ("Add half an hour.", {"what": "add", "by": "half an hour"}),
    ("Give the egg timer five more minutes.", {"what": "add", "which": "egg timer", "by": "five minutes"}),
    ("Extend the timer by an hour and a half.", {"what": "add", "which": "timer", "by": "an hour and a half"}),
    ("Take five minutes off.", {"what": "take_off", "by": "five minutes"}),
    ("Take five minutes off the egg timer.", {"what": "take_off", "which": "egg timer", "by": "five minutes"}),
    ("Remove two minutes from the timer.", {"what": "take_off", "which": "timer", "by": "two minutes"}),
    ("Make the timer two minutes shorter.", {"what": "take_off", "which": "timer", "by": "two minutes"}),
    ("Make the timer fifteen minutes.", {"what": "set", "which": "timer", "by": "fifteen minutes"}),
    ("Change the egg timer to 8 minutes.", {"what": "set", "which": "egg timer", "by": "8 minutes"}),
    ("Move my alarm to half past seven.", {"what": "set", "which": "alarm", "by": "half past seven"}),
]
LIST = [
    "What's ringing?",
    "Did anything go off?",
    "How long is left on my timer?",
    "How much time do I have left?",
    "What timers do I have?",
    "Which alarms are set?",
    "List my timers.",
    "Do I have any timers running?",
    "Is the timer running?",
    "How much is left on the egg timer?",
    "When does my alarm go off?",
    "When is my next alarm?",
    "What time is my alarm set for?",
    "How long until the timer is done?",
    "What alarms do I have on Monday?",
    "List all my timers and alarms.",
    "What is due?",
    "Which timer is done?",
    "How many timers are running?",
    "How many alarms do I have right now?",
    "How many of my timers are left?",
]
FOR_THE_PLANNER = [
    "Set a timer.",
    "Set a second timer.",
    "Add five apples to the basket.",
    "Take five minutes to think about it.",
    "Pause the film.",
    "Tell me a story about an alarm in the night.",
    "Read the alarm notes.",
    "Set the table for ten.",
    "Set a timer for the pasta.",
    "Wake me when the download is done.",
    "Wake me up before you go.",
    "Remind me to call Ben.",
    "Remind me what I said about the garden at noon in March.",
    "Remind me who called.",
    "Set a reminder in the file notes.txt.",
    "Make a timer program in Python.",
    "Cancel the timer and delete the temp files.",
    "Set a timer for ten minutes and find my tax files.",
    "How long is left of the film?",
    "Delete the file timer.",
    "What is an alarm?",
    "How many alarms are in the file?",
    "How many timers are there in the app?",
    "How many smoke alarms do I have?",
    "Stop the alarm clock factory project files from growing.",
]


@pytest.mark.parametrize(("said", "when", "label"), SET)
def test_timers_are_set_without_a_model(said: str, when: str, label: str | None) -> None:
    intent = recognise(said)
    assert intent is not None
    assert intent.plan is not None
    [action] = intent.plan.actions
    assert action.tool == "set_timer"
    args = {key: value for key, value in action.args.items() if key != "kind"}
    assert args == ({"when": when, "label": label} if label else {"when": when})


@pytest.mark.parametrize(
    ("said", "when", "kind"),
    [
        ("Wake me in half an hour.", "in half an hour", "alarm"),
        ("Remind me to call Ben in twenty minutes.", "in twenty minutes", "reminder"),
        ("Remind me at noon to look at the oven.", "at noon", "reminder"),
        ("Set a reminder to call Ben on March 20th at 3.", "on March 20th at 3", "reminder"),
        ("Remind me every Monday at 9 to take out the bins.", "every Monday at 9", "reminder"),
        ("Set a daily alarm for 7.", "daily at 7", None),
        ("Wake me every weekday at 7.", "every weekday at 7", None),
        ("Set an alarm for 7 am every day.", "7 am every day", None),
        ("Set a second timer for five minutes.", "five minutes", None),
        ("Start a three minute egg timer.", "three minute", None),
        ("Timer, five minutes.", "five minutes", None),
        ("Remind me to call Ben on Friday.", "on Friday", "reminder"),
    ],
)
def test_what_is_set_and_when_it_comes_again(said: str, when: str, kind: str | None) -> None:
    """A time of day makes an alarm by itself; a day without a time is for the tool to ask about."""
    intent = recognise(said)
    assert intent is not None
    assert intent.plan is not None
    [action] = intent.plan.actions
    assert (action.tool, action.args["when"], action.args.get("kind")) == ("set_timer", when, kind)


@pytest.mark.parametrize(("said", "args"), CHANGE)
def test_timers_are_changed_without_a_model(said: str, args: dict[str, str]) -> None:
    intent = recognise(said)
    assert intent is not None
    assert intent.plan is not None
    [action] = intent.plan.actions
    assert (action.tool, dict(action.args)) == ("change_timer", args)


@pytest.mark.parametrize(("said", "which"), CANCEL)
def test_timers_are_cancelled_without_a_model(said: str, which: str | None) -> None:
    intent = recognise(said)
    assert intent is not None
    assert intent.plan is not None
    [action] = intent.plan.actions
    assert (action.tool, dict(action.args)) == ("cancel_timer", {"which": which} if which else {})


@pytest.mark.parametrize("said", LIST)
def test_timers_are_listed_without_a_model(said: str) -> None:
    intent = recognise(said)
    assert intent is not None
    assert intent.plan is not None
    assert [action.tool for action in intent.plan.actions] == ["list_timers"]


@pytest.mark.parametrize("said", FOR_THE_PLANNER)
def test_what_is_not_surely_a_timer_goes_to_the_planner(said: str) -> None:
    intent = recognise(said)
    assert intent is None or intent.sentence
