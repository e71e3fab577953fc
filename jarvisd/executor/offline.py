"""The policy on its own: the built-in tools and default workspaces, no bus, no units, no configuration file."""

from __future__ import annotations

from jarvisd.config.schema import DEFAULT_WORKSPACES
from jarvisd.core.jsonvalue import JsonObject
from jarvisd.executor import consent as answers
from jarvisd.executor.judging import Judge
from jarvisd.executor.tool import Registry


def judge() -> Judge:
    """A judge for the tools that come with the product and the workspaces of a fresh installation."""
    from jarvisd.executor.app import BUILT_IN

    registry = Registry()
    for tool in BUILT_IN:
        registry.register(tool)
    return Judge(registry, [str(space.path) for space in DEFAULT_WORKSPACES])


def consent(question: str, heard: str) -> JsonObject:
    """``{"verdict","reason"}`` of an answer, by the code that judges live answers."""
    return answers.judge(question, heard).to_json()
