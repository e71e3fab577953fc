"""How often plans are the right ones, as counts and as lines for people. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from jarvisd.core.errors import JarvisError
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.executor.tools.registry import with_built_in_tools
from jarvisd.executor.tools.spec import Registry
from tests.plans.cases import Case, filled
from tests.scope.claims import is_claimed
from tests.scope.house import Rehearsal

_UNLICENSED = "unlicensed"


@dataclass
class Share:
    """How many of so many."""

    count: int = 0
    of: int = 0

    def add(self, is_so: bool) -> bool:
        """One more, of which it is so or not; gives that back."""
        self.of += 1
        self.count += is_so
        return is_so

    def __str__(self) -> str:
        """In percent; of none it is all."""
        return f"{100 * self.count / self.of if self.of else 100.0:.1f} %"


@dataclass
class Tally:
    """What was found over the cases so far.

    Tools and arguments are counted over requests that want steps, "no tool" over the others, and "by sentence"
    over the former; a plan is valid that can be read and whose tools take its arguments.
    """

    tools: Share = field(default_factory=Share)
    arguments: Share = field(default_factory=Share)
    no_tool: Share = field(default_factory=Share)
    valid: Share = field(default_factory=Share)
    by_sentence: Share = field(default_factory=Share)
    claims: Share = field(default_factory=Share)
    """Of replies without a step."""
    wrong_by_sentence: int = 0
    missing: int = 0
    """A model would have been asked, and there was none."""
    registry: Registry = field(default_factory=with_built_in_tools)

    def add(self, case: Case, seen: Rehearsal) -> list[str]:
        """Count one request; returns a line for each thing that is wrong with it."""
        steps = steps_of(seen)
        names = [tool for tool, _ in steps]
        is_sure = seen.is_by_sentence and not seen.is_missing
        self.missing += seen.is_missing
        is_right = case.is_met_by(steps)
        wrong = []
        if case.tools:
            self.by_sentence.add(is_sure and bool(steps))
            if not self.tools.add(case.has_tools(names)):
                wrong.append("tool")
            if not self.arguments.add(is_right) and not wrong:
                wrong.append("arguments")
        elif not self.no_tool.add(is_right):
            wrong.append("no tool")
        if not seen.is_missing and not self.valid.add(self._is_valid(seen, steps)):
            wrong.append("schema")
        if is_sure and not is_right:
            self.wrong_by_sentence += 1
            wrong.append("by sentence")
        if not steps and not seen.is_missing and self.claims.add(_is_claim(case, seen.reply)):
            wrong.append("claim")
        told = json.dumps([seen.reply or seen.code, [list(step) for step in steps]], ensure_ascii=False)
        return [f"wrong {', '.join(wrong)}: {case.say!r} {told}"] if wrong else []

    def lines(self) -> list[str]:
        """The last lines of a run."""
        return [
            f"tool accuracy {self.tools}",
            f"argument accuracy {self.arguments}",
            f"no-tool accuracy {self.no_tool}",
            f"schema-valid {self.valid}",
            f"by sentence {self.by_sentence}",
            f"wrong by sentence {self.wrong_by_sentence}",
            f"false claims {self.claims.count} of {self.claims.of}",
        ]

    def _is_valid(self, seen: Rehearsal, steps: Sequence[tuple[str, JsonObject]]) -> bool:
        if seen.code:
            return False
        if seen.control:
            return True
        for tool, args in steps:
            try:
                self.registry.known(tool).validate(filled(args))
            except JarvisError:
                return False
        return True


def steps_of(seen: Rehearsal) -> list[tuple[str, JsonObject]]:
    """What would be done: tools with their arguments, or what the suite does with itself.

    A step that the request does not ask for is refused and said to be out of reach, so that it is none.
    """
    if seen.control:
        return [(seen.control, {})]
    actions: JsonValue = seen.plan.get("actions")
    listed = [each for each in actions if isinstance(each, dict)] if isinstance(actions, list) else []
    refused = {at for at, step in enumerate(seen.steps) if _object(step.get("licence")).get("kind") == _UNLICENSED}
    return [(str(each["tool"]), _object(each["args"])) for at, each in enumerate(listed) if at not in refused]


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _is_claim(case: Case, reply: str) -> bool:
    """Whether a reply without a step asserts what the case names, or a deed or a state that nobody measured."""
    if case.claim is not None and case.claim.search(reply):
        return True
    return is_claimed(reply, can=True)
