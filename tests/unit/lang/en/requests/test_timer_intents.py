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
]
CANCEL = [
    ("Cancel the timer.", None),
    ("Stop the timer!", None),
    ("Turn off my alarm.", None),
    ("Cancel the egg timer.", "egg"),
    ("Cancel the ten minute timer.", "ten minute"),
    ("Cancel all timers.", "all"),
    ("Delete all of my reminders.", "all"),
    ("Cancel all my alarms.", "all alarms"),
]
LIST = [
    "How long is left on my timer?",
    "How much time do I have left?",
    "What timers do I have?",
    "Which alarms are set?",
    "List my timers.",
    "Do I have any timers running?",
    "Is the timer running?",
]
FOR_THE_PLANNER = [
    "Set a timer.",
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
    "Stop the alarm clock factory project files from growing.",
]


@pytest.mark.parametrize(("said", "when", "label"), SET)
def test_timers_are_set_without_a_model(said: str, when: str, label: str | None) -> None:
    intent = recognise(said)
    assert intent is not None
    assert intent.plan is not None
    [action] = intent.plan.actions
    assert action.tool == "set_timer"
    assert dict(action.args) == ({"when": when, "label": label} if label else {"when": when})


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
    assert recognise(said) is None
