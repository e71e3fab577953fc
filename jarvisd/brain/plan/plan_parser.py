"""From the model's text to a plan: an incremental reader that gives each action as its JSON closes (B1, A7).

Two shapes are read: the lean one that :mod:`jarvisd.brain.plan.prompt` asks for, and the full one of requirement
A7 (``thought``, ``confidence``, ``actions``, ``reply``). What stands around the one object is not read
(:mod:`jarvisd.brain.plan.only_object`). Nothing the model writes is trusted: what is no plan raises
PLAN_UNREADABLE, and ``requires_confirmation`` is never taken from it. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jarvisd.brain.models.lean_answers import CHAT, NONE, PART, SEVERAL
from jarvisd.brain.models.thoughts import without_thoughts
from jarvisd.brain.plan.only_object import OnlyObject, unreadable
from jarvisd.brain.ports import GeneratedText
from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject, JsonValue, canonical, parse
from jarvisd.core.planning.plan import MAX_ACTIONS, Action, Plan, parse_action
from jarvisd.lang.pack import ReplySentences

MAX_DEPTH = 12
"""Actions lie at depth 3, and arguments nest no deeper than 8 (:mod:`jarvisd.core.planning.plan`)."""
UNKNOWN_CONFIDENCE = 0.5
"""Confidence of a plan whose model gave neither token probabilities nor its own figure."""

_ACTION_DEPTH, _ARGS_DEPTH = 3, 2
_KEYS = frozenset({"intent", "args", "actions", "reply", "thought", "confidence"})


@dataclass(frozen=True, slots=True)
class ParsedPlan:
    """What the model proposed: a plan, and words to say (empty when there is nothing to say beside the steps)."""

    plan: Plan
    reply: str = ""


class PlanParser:
    """Reads one plan for ``utterance`` from pieces of text; how it is cut into pieces makes no difference."""

    def __init__(self, replies: ReplySentences, utterance: str = "") -> None:
        self._replies = replies
        self._utterance = utterance
        self._object = OnlyObject()
        self._text = ""
        self._scan = _Scanner()
        self._spans: list[tuple[int, int, float]] = []
        self._steps = _Steps()
        self._args_first: JsonObject | None = None

    def feed(self, piece: str) -> list[Action]:
        """Take the next piece; returns the actions that it completed. Raises PLAN_UNREADABLE."""
        start = len(self._text)
        self._text += self._object.feed(piece)
        if isinstance(piece, GeneratedText) and piece.probability is not None:
            self._spans.append((start, len(self._text), piece.probability))
        actions: list[Action] = []
        for begin, end, depth in self._scan.closed_objects(self._text):
            action = self._closed(self._text[begin:end], depth)
            if action is not None:
                actions.append(action)
        return actions

    def finish(self) -> ParsedPlan:
        """The whole plan, after the last piece. Raises PLAN_UNREADABLE."""
        self._object.finish()
        value = _load(self._text)
        if unknown := set(value) - _KEYS:
            unreadable(f"unknown keys {sorted(unknown)}")
        intent, reply = value.get("intent", ""), value.get("reply", "")
        thought = value.get("thought", "")
        if not isinstance(intent, str) or not isinstance(reply, str) or not isinstance(thought, str):
            unreadable("intent, reply and thought are texts")
        _check_form(intent, value)
        self._check_same(intent, value)
        actions = tuple(self._steps.actions)
        unable = self._replies.unsupported(self._steps.unmet, actions, self._utterance)
        reply = " ".join([without_thoughts(reply).strip(), *unable]).strip()
        if not actions and not reply:
            unreadable("neither a step nor an answer")
        plan = Plan(thought=thought or _thought(actions), confidence=self._confidence(value), actions=actions)
        return ParsedPlan(plan, reply)

    def _check_same(self, intent: str, value: JsonObject) -> None:
        """Refuse a text whose parts, read as they came, are not those of the whole (an escaped or late key)."""
        steps = value.get("actions", [])
        count = len(steps) if isinstance(steps, list) else 0
        if self._steps.count != count + ("args" in value) or intent != self._scan.intent(self._text):
            unreadable("its parts do not match the whole")

    def _closed(self, text: str, depth: int) -> Action | None:
        key = self._scan.key
        if depth == _ACTION_DEPTH and key == "actions":
            return self._steps.add(_load(text))
        if depth == _ARGS_DEPTH and key == "args":
            if not self._scan.intent(self._text):
                self._args_first = _load(text)
                return None
            return self._one_call(_load(text))
        if depth == 1 and self._args_first is not None:
            return self._one_call(self._args_first)
        return None

    def _one_call(self, args: JsonObject) -> Action | None:
        tool = self._scan.intent(self._text)
        if tool in {"", CHAT, SEVERAL}:
            unreadable("args without a tool")
        return self._steps.add({"tool": tool, "args": args})

    def _confidence(self, value: JsonObject) -> float:
        stated = value.get("confidence")
        chosen = [
            max(probability, 1e-6)
            for start, end, probability in self._spans
            if any(start < stop and end > begin for begin, stop in self._scan.choices)
        ]
        if chosen:
            return round(math.exp(sum(map(math.log, chosen)) / len(chosen)), 3)
        if isinstance(stated, (int, float)) and not isinstance(stated, bool) and math.isfinite(stated):
            return min(max(float(stated), 0.0), 1.0)
        return UNKNOWN_CONFIDENCE


class _Steps:
    """Numbers the model's steps anew: parts without a tool and repetitions are no actions."""

    def __init__(self) -> None:
        self.actions: list[Action] = []
        self._index_of: list[int | None] = []
        self._parts: list[str] = []
        self._seen: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many steps the model wrote."""
        return len(self._index_of)

    def add(self, step: JsonObject) -> Action | None:
        """The action that ``step`` stands for, or ``None`` when it adds none."""
        if len(self._index_of) >= MAX_ACTIONS:
            unreadable(f"more than {MAX_ACTIONS} steps")
        needs, impossible = self._dependencies(step.get("depends_on"))
        if step.get("tool") == NONE or impossible:
            self._skip(step)
            return None
        try:
            action = parse_action({"tool": step.get("tool"), "args": step.get("args", {})}, len(self.actions))
        except RequestError as error:
            unreadable(error.message)
        identity = canonical({"tool": action.tool, "args": action.args})
        if identity in self._seen:
            self._index_of.append(self._seen[identity])
            return None
        self._seen[identity] = len(self.actions)
        self._index_of.append(len(self.actions))
        self.actions.append(replace(action, depends_on=needs))
        return self.actions[-1]

    @property
    def unmet(self) -> list[str]:
        """The parts of the request that no tool can do, in the model's words; empty where it gave none."""
        return self._parts

    def _skip(self, step: JsonObject) -> None:
        self._index_of.append(None)
        if step.get("tool") == NONE:
            args = step.get("args")
            part = args.get(PART) if isinstance(args, Mapping) else None
            self._parts.append(part.strip(" .") if isinstance(part, str) else "")

    def _dependencies(self, value: JsonValue) -> tuple[tuple[int, ...], bool]:
        """Indices of earlier actions, and whether one of them cannot be done. References ahead mean nothing."""
        items = value if isinstance(value, list) else [value]
        earlier = [
            item
            for item in items
            if isinstance(item, int) and not isinstance(item, bool) and 0 <= item < len(self._index_of)
        ]
        found = [self._index_of[item] for item in earlier]
        return tuple(sorted({index for index in found if index is not None})), None in found


class _Scanner:
    """Follows JSON text character by character, just far enough to see objects close."""

    def __init__(self) -> None:
        self.key = ""
        """The key of the outermost object that the scan is inside."""
        self.choices: list[tuple[int, int]] = []
        """Where the names of tools and intents stand in the text."""
        self._at = 0
        self._open: list[tuple[str, int]] = []
        self._string_from: int | None = None
        self._escaped = False
        self._last_string = (0, 0)
        self._inner_key = ""
        self._intent = (0, 0)

    def intent(self, text: str) -> str:
        """The value of ``intent`` as far as it has been read."""
        return text[self._intent[0] : self._intent[1]]

    def closed_objects(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Start, end and depth of every object that closes in the part of ``text`` not scanned yet.

        ``key`` and :meth:`intent` are those of the object just given, so take them before the next one.
        """
        while self._at < len(text):
            char = text[self._at]
            if self._string_from is not None:
                self._in_string(char)
            elif char == '"':
                self._string_from = self._at + 1
            elif char in "{[":
                self._opens(char)
            elif char in "}]":
                depth, start = len(self._open), self._closes(char)
                if char == "}" and (depth != _ACTION_DEPTH or self._open[1][0] == "["):
                    yield start, self._at + 1, depth
            elif char == ":":
                self._names_key(text)
            elif char == ",":
                self._inner_key = ""
            self._at += 1

    def _in_string(self, char: str) -> None:
        if self._escaped:
            self._escaped = False
        elif char == "\\":
            self._escaped = True
        elif char == '"':
            start = self._string_from or 0
            self._string_from = None
            self._last_string = (start, self._at)
            self._names_choice()

    def _names_choice(self) -> None:
        if self._inner_key == "intent" and len(self._open) == 1:
            self._intent = self._last_string
            self.choices.append(self._last_string)
        elif self._inner_key == "tool" and len(self._open) == _ACTION_DEPTH:
            self.choices.append(self._last_string)

    def _names_key(self, text: str) -> None:
        self._inner_key = text[self._last_string[0] : self._last_string[1]]
        if len(self._open) == 1:
            self.key = self._inner_key

    def _opens(self, char: str) -> None:
        if len(self._open) >= MAX_DEPTH:
            unreadable(f"nested deeper than {MAX_DEPTH}")
        self._open.append((char, self._at))
        self._inner_key = ""

    def _closes(self, char: str) -> int:
        if not self._open or self._open[-1][0] != ("{" if char == "}" else "["):
            unreadable("brackets do not match")
        self._inner_key = ""
        return self._open.pop()[1]


def _check_form(intent: str, value: JsonObject) -> None:
    """Refuse what the incremental scan and the whole text would understand differently."""
    actions = value.get("actions", [])
    if not isinstance(actions, list) or any(not isinstance(item, Mapping) for item in actions):
        unreadable("actions is a list of objects")
    if intent not in {"", CHAT, SEVERAL} and (actions or not isinstance(value.get("args"), Mapping)):
        unreadable("one tool has args and no list of actions")


def _thought(actions: Sequence[Action]) -> str:
    """What the choice of steps amounts to, for people who read the plan."""
    if not actions:
        return "answer in words"
    return ", then ".join(action.tool for action in actions)


def _load(text: str) -> JsonObject:
    try:
        value = parse(text)
    except ValueError as error:
        unreadable(str(error))
    if not isinstance(value, dict):
        unreadable("not an object")
    return value
