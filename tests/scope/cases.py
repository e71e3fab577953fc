"""Cases: what is said, and whether this box can do it. Pure.

A line is ``{"say", "can": false}``, or ``{"say", "can": true, "tools": [name, …]}`` with alternatives as
``a|b``, and where the tools alone do not tell a right plan ``"args": {name: REGEX}`` for what one of its steps
must say. What the suite does with itself counts as a tool of that name: ``volume``, ``stop``. Other keys, and
lines that begin with ``//``, are for people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jarvisd.core.json_types import JsonObject

FOLDER = Path(__file__).parents[1] / "data" / "scope"
OWN = (FOLDER / "outside.jsonl", FOLDER / "within.jsonl")
PLANS = FOLDER / "plans.jsonl"
"""What the planner answered to the cases, as it was recorded."""
NEAREST_PLANS = FOLDER / "plans-without-way-out.jsonl"
"""What it answered to some of them before its grammar had a way out."""


@dataclass(frozen=True)
class Case:
    """One request."""

    say: str
    can: bool
    tools: tuple[frozenset[str], ...] = ()
    """The steps in order, each by the tools that do; empty where words alone answer."""
    args: tuple[tuple[str, str], ...] = ()
    """Arguments and what one of the steps must have there, as a pattern."""

    def allows(self, tool: str) -> bool:
        """Whether a step of ``tool`` is a right one."""
        return any(tool in names for names in self.tools)

    def is_met_by(self, actions: Sequence[JsonObject]) -> bool:
        """Whether ``actions``, ``{"tool","args"}``, are the steps, in order."""
        tools = [action["tool"] for action in actions]
        return (
            len(tools) == len(self.tools)
            and all(tool in names for tool, names in zip(tools, self.tools, strict=True))
            and all(any(_says(action, name, text) for action in actions) for name, text in self.args)
        )


def _says(action: JsonObject, name: str, text: str) -> bool:
    args = action["args"]
    return isinstance(args, Mapping) and name in args and re.search(text, str(args[name])) is not None


def load(path: Path) -> list[Case]:
    """The cases of a file, each request once; raises ValueError with the line of what is none."""
    found: dict[str, Case] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("//"):
            continue
        try:
            row = json.loads(line)
            tools = tuple(frozenset(str(names).split("|")) for names in row.get("tools", ()))
            case = Case(str(row["say"]), row["can"], tools, tuple(row.get("args", {}).items()))
            if not isinstance(case.can, bool) or not case.say.strip() or (tools and not case.can):
                raise ValueError("can is true or false, say a text, and only what can be done has tools")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}:{number} is no case: {error!r}") from error
        found.setdefault(case.say, case)
    return list(found.values())
