"""Requests for what was configured: a sentence takes them, and their own words license the step."""

from __future__ import annotations

from typing import Any

import pytest

from jarvisd.brain.plan.added_sentences import of_tool
from jarvisd.config.schema import Calendar, Config, Weather
from jarvisd.core.json_types import object_of
from jarvisd.core.planning.plan import Action, Plan
from jarvisd.executor.policy.licensing import Licensor
from jarvisd.executor.tools.registry import configured_tools, with_built_in_tools
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.requests.intents import added
from jarvisd.lang.licence import LicenceKind

TOOLS = configured_tools(Config(calendar=Calendar(("calendar",)), weather=Weather("https://example.org")))
LISTED = [tool.to_json() for tool in TOOLS]
ARGUMENTS = {str(each["name"]): tuple(object_of(object_of(each, "parameters"), "properties")) for each in LISTED}
ADDED = added([of_tool(each) for each in LISTED if "sentences" in each], ARGUMENTS)
LICENSOR = Licensor(with_built_in_tools(TOOLS), ENGLISH)

READ, FREE, ADD, SKY = "calendar_read", "calendar_free", "calendar_add", "weather"


@pytest.mark.parametrize(
    ("said", "tool", "args"),
    [
        ("what's on my calendar", READ, {}),
        ("What is on my calendar for tomorrow?", READ, {"when": "tomorrow"}),
        ("what's on my calendar next week", READ, {"when": "next week"}),
        ("what's on my calendar on friday", READ, {"when": "friday"}),
        ("what do I have tomorrow", READ, {"when": "tomorrow"}),
        ("do I have anything planned this weekend", READ, {"when": "this weekend"}),
        ("do I have any meetings tomorrow morning", READ, {"when": "tomorrow morning"}),
        ("do I have an appointment on monday", READ, {"when": "monday"}),
        ("how does my week look next week", READ, {"when": "next week"}),
        ("do I have anything tomorrow", READ, {"when": "tomorrow"}),
        ("anything on my calendar today", READ, {"when": "today"}),
        ("what are my plans for tomorrow", READ, {"when": "tomorrow"}),
        ("what am I doing tomorrow", READ, {"when": "tomorrow"}),
        ("when is my next appointment", READ, {}),
        ("what's my next meeting", READ, {}),
        ("when is the dentist", READ, {"about": "dentist"}),
        ("when is my dentist appointment", READ, {"about": "dentist"}),
        ("am I free tomorrow at three", FREE, {"when": "tomorrow at three"}),
        ("am I free tomorrow", FREE, {"when": "tomorrow"}),
        ("am I busy on friday afternoon", FREE, {"when": "friday afternoon"}),
        ("do I have time next monday at 10", FREE, {"when": "next monday at 10"}),
        ("add dentist to my calendar tomorrow at 3 pm", ADD, {"title": "dentist", "when": "tomorrow at 3 pm"}),
        (
            "add dentist to my calendar tomorrow at 3 pm for an hour",
            ADD,
            {"title": "dentist", "when": "tomorrow at 3 pm", "length": "an hour"},
        ),
        (
            "put lunch with Ruth on my calendar on friday at noon",
            ADD,
            {"title": "lunch with Ruth", "when": "friday at noon"},
        ),
        ("put the fair in my calendar on december 3rd", ADD, {"title": "fair", "when": "december 3rd"}),
        ("schedule a team meeting for monday at 9 am", ADD, {"title": "team meeting", "when": "monday at 9 am"}),
        (
            "add an appointment called tax office on december 3rd at 9 am",
            ADD,
            {"title": "tax office", "when": "december 3rd at 9 am"},
        ),
        ("what's the weather", SKY, {}),
        ("weather", SKY, {}),
        ("what's the weather like right now", SKY, {}),
        ("What's the weather like today?", SKY, {"when": "today"}),
        ("what will the weather be like on sunday", SKY, {"when": "sunday"}),
        ("what's the forecast for next week", SKY, {"when": "next week"}),
        ("is it going to rain", SKY, {"what": "rain"}),
        ("is it raining", SKY, {"what": "rain"}),
        ("will it rain tomorrow", SKY, {"what": "rain", "when": "tomorrow"}),
        ("is it going to rain this weekend", SKY, {"what": "rain", "when": "this weekend"}),
        ("will it snow on sunday", SKY, {"what": "snow", "when": "sunday"}),
        ("do I need an umbrella today", SKY, {"what": "rain", "when": "today"}),
        ("how cold is it outside", SKY, {"what": "temperature"}),
        ("how warm will it be tomorrow", SKY, {"what": "temperature", "when": "tomorrow"}),
        ("what is the temperature tomorrow", SKY, {"what": "temperature", "when": "tomorrow"}),
        ("is it cold outside", SKY, {"what": "temperature"}),
        ("will it be sunny tomorrow", SKY, {"what": "weather", "when": "tomorrow"}),
        ("what's the weather going to be like tomorrow", SKY, {"when": "tomorrow"}),
        ("what's the temperature in Berlin", SKY, {"what": "temperature", "place": "Berlin"}),
        ("what's the weather in Paris", SKY, {"place": "Paris"}),
    ],
)
def test_a_sentence_takes_it_and_its_words_license_it(said: str, tool: str, args: dict[str, Any]) -> None:
    intent = ADDED.recognise(said)
    assert intent is not None
    assert intent.plan is not None
    [action] = intent.plan.actions
    assert (action.tool, dict(action.args)) == (tool, args)
    licences = LICENSOR.licences(intent.plan, said)
    assert licences is not None
    assert licences.of(0).kind is not LicenceKind.UNLICENSED, licences.of(0)


@pytest.mark.parametrize(
    "said",
    [
        "delete my meeting tomorrow",
        "move the dentist to friday",
        "add milk to my shopping list",
        "what's on my shopping list",
        "put the report in the calendar folder",
        "remind me of the dentist tomorrow at 3 pm",
        "book a flight for tomorrow at 3 pm",
        "when is christmas",
        "when is my birthday",
        "when is sunset",
        "how warm is it in the kitchen",
        "what's the temperature of the processor",
        "what's the weather like in my report",
    ],
)
def test_other_requests_are_not_for_the_calendar(said: str) -> None:
    intent = ADDED.recognise(said)
    asked = [action.tool for action in intent.plan.actions] if intent and intent.plan else []
    assert not {READ, FREE, ADD, SKY} & set(asked)


@pytest.mark.parametrize(
    ("said", "tool", "args"),
    [
        ("delete my meeting tomorrow", ADD, {"title": "meeting", "when": "tomorrow"}),
        ("cancel the dentist tomorrow at 3 pm", ADD, {"title": "dentist", "when": "tomorrow at 3 pm"}),
        ("don't add dentist to my calendar tomorrow", ADD, {"title": "dentist", "when": "tomorrow"}),
        ("what's on my calendar tomorrow", ADD, {"title": "calendar", "when": "tomorrow"}),
        ("how much disk space is free", FREE, {"when": "today"}),
        ("delete the old files", READ, {}),
        ("turn on the lights", SKY, {}),
        ("what's the pollen count", SKY, {}),
        ("how hot is the oven", SKY, {"what": "temperature"}),
    ],
)
def test_what_the_words_do_not_ask_for_is_not_licensed(said: str, tool: str, args: dict[str, Any]) -> None:

    plan = Plan(thought="", confidence=1.0, actions=(Action(tool, args),))
    licences = LICENSOR.licences(plan, said)
    assert licences is not None
    assert licences.of(0).kind is LicenceKind.UNLICENSED
