"""Cases: what is said, and the plan that has to come of it. Pure.

A line is ``{"say", "tools": [{"name", "args"}]}``. A ``name`` may be alternatives, ``a|b``; an argument's value
is a regular expression that is looked for in it, whatever its case; the name of an argument may be alternatives
too, and ``~`` stands for all arguments as JSON. No tools mean that words answer. What the suite does with itself
counts as a tool of that name: ``volume``, ``stop``. ``before`` are earlier requests of the same dialogue,
``claim`` is a regular expression that a reply without a step must not match, and ``"sentence": false`` stands
where no sentence may take it. Other keys, and lines that begin with ``//``, are for people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jarvisd.core.json_types import JsonObject

FOLDER = Path(__file__).parents[1] / "data" / "plans"
HELD_OUT = FOLDER / "held-out.jsonl"
"""Written with ``more.jsonl``, alternately, and never looked at while sentences are written."""
OWN = tuple(sorted(FOLDER.glob("*.jsonl")))
ALL = "~"


@dataclass(frozen=True)
class Wanted:
    """A step that has to be planned."""

    tools: frozenset[str]
    args: tuple[tuple[str, re.Pattern[str]], ...] = ()

    def has(self, args: Mapping[str, Any]) -> bool:
        """Whether ``args`` are the right ones."""
        return all(
            any(pattern.search(_text(args, each)) for each in name.split("|")) for name, pattern in self.args
        )


@dataclass(frozen=True)
class Case:
    """One request."""

    say: str
    tools: tuple[Wanted, ...]
    before: tuple[str, ...] = ()
    claim: re.Pattern[str] | None = None
    may_fit: bool = True
    """Whether a sentence may take it; one that may not has to be thought about."""

    def has_tools(self, names: Sequence[str]) -> bool:
        """Whether the steps are of the right tools, in order."""
        return len(names) == len(self.tools) and all(
            name in wanted.tools for name, wanted in zip(names, self.tools, strict=True)
        )

    def is_met_by(self, steps: Sequence[tuple[str, JsonObject]]) -> bool:
        """Whether the steps have the right arguments too."""
        return self.has_tools([tool for tool, _ in steps]) and all(
            wanted.has(args) for wanted, (_, args) in zip(self.tools, steps, strict=True)
        )


def load(path: Path) -> list[Case]:
    """The cases of a file; raises ValueError with the line of what is none."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("//"):
            continue
        try:
            found.append(_case(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
            raise ValueError(f"{path}:{number} is no case: {error!r}") from error
    return found


def _case(row: Mapping[str, Any]) -> Case:
    say, before = row["say"], row.get("before", [])
    if not (isinstance(say, str) and say.strip() and isinstance(row["tools"], list) and isinstance(before, list)):
        raise ValueError("say is a text; tools and before are lists")
    claim = row.get("claim")
    return Case(
        say=say,
        tools=tuple(_wanted(tool) for tool in row["tools"]),
        before=tuple(map(str, before)),
        claim=None if claim is None else re.compile(claim, re.IGNORECASE),
        may_fit=row.get("sentence", True) is True,
    )


def _wanted(row: Mapping[str, Any]) -> Wanted:
    args = row.get("args", {})
    patterns = ((name, re.compile(str(pattern), re.IGNORECASE)) for name, pattern in args.items())
    return Wanted(frozenset(row["name"].split("|")), tuple(patterns))


def filled(args: Mapping[str, Any]) -> dict[str, Any]:
    """``args`` with a text in place of each that an earlier step will bring."""
    return {name: "brought" if isinstance(value, Mapping) else value for name, value in args.items()}


def _text(args: Mapping[str, Any], name: str) -> str:
    value = dict(args) if name == ALL else args.get(name, "")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
