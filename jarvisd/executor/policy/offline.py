"""The policy on its own: the built-in tools and default workspaces, no bus, no units, no configuration file."""

from __future__ import annotations

from collections.abc import Mapping

from jarvisd.config.schema import DEFAULT_WORKSPACES, Executor
from jarvisd.core.clock import SystemClock
from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.states import ServiceLevel
from jarvisd.executor.policy.describe import describe
from jarvisd.executor.policy.on_tree import TreeJudge
from jarvisd.executor.policy.verdict import Judge
from jarvisd.executor.tools.context import Reach
from jarvisd.executor.tools.registry import with_built_in_tools
from jarvisd.executor.tools.spec import Registry
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.pack import LanguagePack

_REACH = Reach(has_mail=True, note=", which was not read: with --offline no web site is allowed")


def tools_and_reach() -> tuple[Registry, Reach, LanguagePack]:
    """What a fresh installation judges with."""
    return with_built_in_tools(), _REACH, ENGLISH


def judge() -> Judge:
    """A judge for the tools that come with the product and the workspaces of a fresh installation."""
    return Judge(with_built_in_tools(), [str(space.path) for space in DEFAULT_WORKSPACES], _REACH, ENGLISH)


def on_tree(request: Mapping[str, object]) -> JsonObject:
    """The verdict on a request with ``"root"``: a folder that is the only workspace, seen with one's own rights.

    Besides the verdict it has ``"targets"``: ``[{"act","workspace","path","class"}]``, where names led.
    """
    root = request.get("root")
    if not isinstance(root, str) or not root:
        raise RequestError("root is the path of a folder")
    return TreeJudge(*tools_and_reach(), root, SystemClock()).check(
        {key: value for key, value in request.items() if key != "root"}
    )


ANSWERS = ENGLISH.answers
"""What counts as yes in a fresh installation."""


def consent(question: str, heard: str) -> JsonObject:
    """``{"verdict","reason"}`` of an answer, by the code that judges live answers."""
    return ANSWERS.judge_to(question, heard).to_json()


def tools(name: str) -> list[JsonObject]:
    """The built-in tool called ``name``, or all of them, as people are shown it; raises NOT_FOUND."""
    registry = with_built_in_tools()
    wanted = [registry.known(name)] if name else registry.all()
    return [describe(tool, ServiceLevel.FULL, step_deadline_s=Executor().step_deadline_s) for tool in wanted]
