"""Cases: what is said, and whether this box can do it. Pure.

A line is ``{"say", "can": false}``, or ``{"say", "can": true, "tools": [name, …]}`` with alternatives as ``a|b``.
What the suite does with itself counts as a tool of that name: ``volume``, ``stop``. Other keys, and lines that
begin with ``//``, are for people.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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

    def allows(self, tool: str) -> bool:
        """Whether a step of ``tool`` is a right one."""
        return any(tool in names for names in self.tools)

    def is_met_by(self, tools: Sequence[str]) -> bool:
        """Whether ``tools`` are the steps, in order."""
        return len(tools) == len(self.tools) and all(
            tool in names for tool, names in zip(tools, self.tools, strict=True)
        )


def load(path: Path) -> list[Case]:
    """The cases of a file, each request once; raises ValueError with the line of what is none."""
    found: dict[str, Case] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("//"):
            continue
        try:
            row = json.loads(line)
            tools = tuple(frozenset(str(names).split("|")) for names in row.get("tools", ()))
            case = Case(str(row["say"]), row["can"], tools)
            if not isinstance(case.can, bool) or not case.say.strip() or (tools and not case.can):
                raise ValueError("can is true or false, say a text, and only what can be done has tools")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}:{number} is no case: {error!r}") from error
        found.setdefault(case.say, case)
    return list(found.values())
