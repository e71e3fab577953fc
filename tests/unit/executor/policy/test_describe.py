"""What people are told of a tool is what the registry and the policy say, and no tool is left undescribed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jarvisd.core.states import ServiceLevel
from jarvisd.executor.policy.describe import describe
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.registry import BUILT_IN
from jarvisd.executor.tools.spec import Tool, ToolResult

BY_NAME = {tool.name: tool for tool in BUILT_IN}


@pytest.mark.parametrize("tool", BUILT_IN, ids=lambda tool: tool.name)
def test_every_tool_says_what_it_takes_and_how_it_is_undone(tool: Tool) -> None:
    told = describe(tool, ServiceLevel.FULL, step_deadline_s=60)
    assert told["parameters"] == tool.parameters
    assert told["deadline_s"] == (tool.spec.deadline_s or 60)
    assert str(told["undo"])[-1] == "."
    assert told["origin"] == "built in"


@pytest.mark.parametrize(
    ("name", "least", "undo"),
    [
        ("file_read", 1, "It changes nothing."),
        ("file_append", 1, "The file comes back as it was."),
        ("organize_files", 1, "Every file moves back to where it was, and the new folders go."),
        ("file_delete", 3, "Everything comes back out of the trash, with owner, mode and times."),
        ("execute_code", 2, "What it changes in a workspace comes back as a whole."),
        ("send_email", 3, "It cannot be undone."),
        ("forget", 3, "It cannot be undone."),
        ("set_timer", 1, "cancel_timer stops it."),
    ],
)
def test_the_tier_is_the_policys(name: str, least: int, undo: str) -> None:
    told = describe(BY_NAME[name], ServiceLevel.FULL)
    tier = told["tier"]
    assert isinstance(tier, dict)
    assert (tier["least"], told["undo"]) == (least, undo)


def test_what_raises_the_tier_is_told() -> None:
    tier = describe(BY_NAME["file_write"], ServiceLevel.FULL)["tier"]
    assert isinstance(tier, dict)
    assert tier["rises"] == [
        "more than 10 files: is announced if the language model finds it harmless too, else asked about",
        "whole folders: is announced if the language model finds it harmless too, else asked about",
        "overwrite (0.6): is asked about",
        "arguments from untrusted text: is asked about",
        "safe mode: is refused",
    ]


def test_what_raises_nothing_is_not_told() -> None:
    """A deletion is asked about whatever else is true of it."""
    tier = describe(BY_NAME["file_delete"], ServiceLevel.FULL)["tier"]
    assert isinstance(tier, dict)
    assert tier["rises"] == ["safe mode: is refused"]


def test_what_a_program_must_not_have_to_be_only_announced_is_told() -> None:
    tier = describe(BY_NAME["execute_code"], ServiceLevel.FULL)["tier"]
    assert isinstance(tier, dict)
    assert tier["said"] == "is announced"
    assert tier["rises"] == [
        "a workspace, or something that reading the program found: is asked about",
        "arguments from untrusted text: is asked about",
        "safe mode: is refused",
    ]


def test_safe_mode_and_what_is_not_offered_now_are_told() -> None:
    told = describe(BY_NAME["mkdir"], ServiceLevel.SAFE)
    assert (told["offered"], told["in_safe_mode"]) == (False, False)
    assert describe(BY_NAME["file_read"], ServiceLevel.SAFE)["in_safe_mode"] is True


def test_a_factor_that_nobody_knows_is_told_to_weigh_fully() -> None:
    async def run(context: ToolContext[Any]) -> ToolResult:
        return ToolResult({}, "done")

    spec = replace(BY_NAME["file_write"].spec, name="mind_write", measured=("telepathy",))
    tier = describe(Tool(spec, run), ServiceLevel.FULL)["tier"]
    assert isinstance(tier, dict)
    assert "telepathy (1): is asked about" in tier["rises"]  # type: ignore[operator] # a list
