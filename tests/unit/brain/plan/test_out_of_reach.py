"""What no tool is for is said by the words alone: no model is asked, and nothing near it is done (decision 32)."""

from __future__ import annotations

import pytest

from jarvisd.brain.plan.brought import brought_by
from jarvisd.core.json_types import JsonObject
from tests.fakes.language_model import Rule, ScriptedModel, call
from tests.unit.brain.dialogue.test_dialogue import TIME_PLAN, Room

NEAR = call("system_info", topic="cpu")
"""What a small model makes of lights."""


def room(answer: str = NEAR) -> tuple[Room, ScriptedModel]:
    model = ScriptedModel([Rule("", answer)])
    model.open()
    return Room(model), model


@pytest.mark.parametrize("is_dry_run", [False, True])
async def test_nothing_near_is_done_and_the_model_is_not_asked(is_dry_run: bool) -> None:
    it, model = room()
    it.ask("turn on the lights", is_dry_run=is_dry_run)
    turn = await it.end()
    assert turn.reply == "I can't turn on lights. A plugin for your home would let me."
    assert (turn.outcome, turn.code, it.hands.submitted, model.asked) == ("answered", "", [], [])
    assert "outside" in turn.marks_us


async def test_it_is_said_without_a_model_too() -> None:
    it = Room(None)
    it.hear("t1", "Hey Jarvis, is the garage door shut?")
    turn = await it.end()
    assert it.voice.said == [turn.reply]
    assert turn.reply.startswith("I can't tell whether garage doors are shut.")


async def test_a_draft_is_not_begun_for_it() -> None:
    it, model = room()
    it.dialogue.wake("t1", 1, 0.9)
    it.dialogue.partial("t1", "turn on the lights", 0.9)
    it.dialogue.speech_ended("t1", 2)
    it.dialogue.transcript("t1", 3, "turn on the lights", 0.9)
    await it.end()
    assert model.asked == []


async def test_of_two_parts_the_one_is_done_and_the_other_is_said() -> None:
    it, model = room(TIME_PLAN)
    it.ask("turn on the lights and say how late we are")
    turn = await it.end()
    assert turn.reply == "I did it. I can't turn on lights."
    assert '"say":"say how late we are"' in model.asked[0].messages[-1].content
    [(_, options)] = it.hands.submitted
    assert options["utterance"] == "turn on the lights and say how late we are"


async def test_the_part_that_is_left_may_need_no_model() -> None:
    it = Room(None)
    it.ask("tell me the time and lock the front door")
    turn = await it.end()
    assert [action.tool for action in turn.plan.actions] == ["get_time"] if turn.plan else False
    assert turn.reply == "I did it. I can't lock front doors."
    it.ask("give me a status report and lock the front door")
    assert (await it.end()).reply == "I'm fine. I can't lock front doors."


async def test_what_a_tool_brings_goes_to_the_planner() -> None:
    it, model = room()
    tools = [*await it.hands.list_tools(), {"name": "lamps", "description": "Lamps.", "things": ["light"]}]
    it.hands.tools = tools
    it.ask("turn on the lights")
    await it.end()
    assert len(model.asked) == 1


async def test_pasted_words_are_left_to_the_planner() -> None:
    it, model = room()
    it.ask("turn on the lights", is_pasted=True)
    await it.end()
    assert len(model.asked) == 1


def test_only_lists_of_things_bring_anything() -> None:
    tools: list[JsonObject] = [
        {"name": "a"},
        {"name": "b", "things": "light"},
        {"name": "c", "things": ["fan", "tv"]},
    ]
    assert brought_by(tools) == {"fan", "tv"}
