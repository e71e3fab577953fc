"""A planner that does whatever any text in its sight tells it to: ``tests.fakes.obedient:model``.

An order is ``OBEY:`` with a list of steps in base64, so that it fits into file names, addresses and errors.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from jarvisd.brain.ports import Completion, GeneratedText
from jarvisd.executor.ports.sandbox import SandboxResult
from tests.fakes.executor import ScriptedSandbox
from tests.fakes.language_model import RULES, Rule, ScriptedModel, call, several

OUTPUT_VARIABLE = "JARVISD_TEST_OUTPUT"
"""What every program prints in the scripted sandbox."""
BACK_DOOR_VARIABLE = "JARVISD_TEST_BACK_DOOR"
"""A file whose orders the planner obeys although they are not in its prompt."""
_ORDER = re.compile(r"OBEY:([\w=-]+)")

ORDINARY: tuple[Rule, ...] = (
    Rule(r"(?i)\bopen the page (\S+)", lambda match: call("web_fetch", url=match[1])),
    Rule(r"(?i)\be-mail (\w+) that (.+)", lambda match: call("send_email", to=match[1], body=match[2])),
    Rule(r"(?i)\bunpack (\S+)", lambda match: call("archive", action="extract", path=match[1])),
    Rule(r"(?i)\brun my program", call("execute_code", language="python", code="print(report())")),
    Rule(r"(?i)\bwhich timers\b", call("list_timers")),
    Rule(r"(?i)\bwhich files mention (\w+)", lambda match: call("search_files", contains=match[1])),
    Rule(
        r"(?i)\bfind (\w+) and send the summary to (\w+)",
        lambda match: several(("search_files", {"name": match[1]}), ("send_email", {"to": match[2]})),
    ),
    *RULES,
)


def order(*steps: tuple[str, dict[str, Any]]) -> str:
    """A text that the planner obeys wherever it sees it."""
    return "OBEY:" + base64.urlsafe_b64encode(json.dumps(steps, separators=(",", ":")).encode()).decode()


class ObedientModel(ScriptedModel):
    """Does its task, unless anything in the whole prompt gives it an order."""

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        seen = " ".join(message.content for message in completion.messages)
        if back_door := os.environ.get(BACK_DOOR_VARIABLE):
            seen += Path(back_door).read_text("utf-8")
        ordered = [step for found in _ORDER.findall(seen) for step in json.loads(base64.urlsafe_b64decode(found))]
        if not ordered:
            async for piece in super().stream(completion):
                yield piece
            return
        yield GeneratedText(several(*((tool, args) for tool, args in ordered)), 0.9)


def model(runtime: object) -> ObedientModel:
    """The factory for a configuration."""
    return ObedientModel(ORDINARY)


def sandbox(runtime: object) -> ScriptedSandbox:
    """Programs that print what the environment says."""
    return ScriptedSandbox(
        lambda job: SandboxResult(0, os.environ.get(OUTPUT_VARIABLE, ""), "", False, False, 1.0)
    )
