"""Plans in fewer words: the form in which a model writes them where a grammar holds it, and back again. Pure.

A token costs the same whatever it says, so what is the same in every plan is not written::

    search_files {"name":"warranty"}
    several [["get_time",{"what":"date"}],["file_move",{"source":"a","destination":"b"},[0]],["none","fly"]]
    chat "You're welcome."
    none "turn on the hall lamp"

Behind :class:`LeanReader` nothing knows of it: what comes out is the plan as JSON, as far as it has been written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from jarvisd.brain.models.json_string import JsonString
from jarvisd.brain.ports import GeneratedText
from jarvisd.core.json_types import JsonObject, JsonValue

SEVERAL = "several"
"""Intent of a plan with more than one step."""
CHAT = "chat"
"""Intent of an answer in words, without a tool."""
NONE = "none"
"""Stands for a tool that does not exist: the way out for a request, or a part of several, that no tool can do.
Without it a small model takes the nearest tool."""
PART = "part"
"""The argument of :data:`NONE`: what cannot be done, as words that follow "I can't"."""

_COMPACT = {"x-guidance": {"whitespace_flexible": False}}
"""Without it a model may pad with white space until its tokens are used up (measured)."""
_TEXT: JsonObject = {"type": "string"}
_INDICES: JsonObject = {"type": "array", "items": {"type": "integer"}}


def lean(plan: JsonObject) -> str:
    """A plan as JSON with ``intent``, in the lean form.

    >>> lean({"intent": "chat", "reply": "Hi"})
    'chat "Hi"'
    """
    intent = str(plan["intent"])
    if intent == CHAT:
        return f"{CHAT} {_line(plan['reply'])}"
    if intent == SEVERAL:
        steps = plan["actions"]
        shown = [_step(step) for step in steps if isinstance(step, Mapping)] if isinstance(steps, list) else []
        return f"{SEVERAL} {_line(shown)}"
    return f"{intent} {_line(_args(intent, plan['args']))}"


def lean_grammar(tools: Sequence[tuple[str, JsonObject]]) -> str:
    """What holds a model to the lean form, in LLGuidance's Lark: tools with the schemas of their arguments."""
    rules, calls, steps = [], [f"{_quoted(NONE + ' ')} text"], [f'{_quoted(_opening(NONE))} text "]"']
    for number, (name, schema) in enumerate(tools):
        rules.append(f"args_{number}: {_json(schema)}")
        calls.append(f"{_quoted(name + ' ')} args_{number}")
        steps.append(f"{_quoted(_opening(name))} args_{number} end")
    return "\n".join(
        [
            "%llguidance {}",
            "start: call | several | chat",
            f"call: {' | '.join(calls)}",
            f'several: {_quoted(SEVERAL + " [")} step ("," step)* "]"',
            f"chat: {_quoted(CHAT + ' ')} text",
            f"step: {' | '.join(steps)}",
            'end: "," indices "]" | "]"',
            f"indices: {_json(_INDICES)}",
            f"text: {_json(_TEXT)}",
            *rules,
        ]
    )


def closed(schema: JsonObject) -> JsonObject:
    """``schema`` with every object closed: the grammar would allow any further key."""
    result = {key: _closed_value(value) for key, value in schema.items()}
    if isinstance(result.get("properties"), Mapping) and result.get("type") == "object":
        result["additionalProperties"] = False
    return result


def _closed_value(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_closed_value(item) for item in value]
    return closed(value) if isinstance(value, Mapping) else value


class LeanReader:
    """Gives the plan as JSON, piece by piece, with the probabilities of what it stands for.

    How the text is cut makes no difference to what comes out. What is not in the lean form comes out as something
    that the plan reader refuses.
    """

    def __init__(self) -> None:
        self._name = ""
        self._steps: _Steps | None = None
        self._value: _Value | None = None

    def feed(self, piece: str) -> list[str]:
        """The next pieces of the JSON text."""
        if self._value is not None:
            return [_like(piece, self._rest(piece))]
        text = piece if self._name else piece.lstrip()
        name, space, rest = text.partition(" ")
        begin = "" if self._name or not name else '{"intent":"'
        self._name += name
        parts = [begin + name]
        if space and self._name:
            parts += [self._begin(), self._rest(rest)]
        return [_like(piece, part) for part in parts if part]

    def _begin(self) -> str:
        """What stands between the name and what follows it."""
        after, end = {
            CHAT: ('","reply":', "}"),
            NONE: (f'","args":{{"{PART}":', "}}"),
            SEVERAL: ('","actions":', "}"),
        }.get(self._name, ('","args":', "}"))
        self._value = _Value(end)
        self._steps = _Steps() if self._name == SEVERAL else None
        return after

    def _rest(self, text: str) -> str:
        out = []
        for char in text:
            is_open = self._value is not None and not self._value.is_complete
            out.append(self._steps.take(char) if self._steps is not None and is_open else char)
            out.append(self._value.take(char) if self._value is not None else "")
        return "".join(out)


class _Value:
    """Sees where the one value that follows the name ends."""

    def __init__(self, end: str) -> None:
        self._end = end
        self.is_complete = False
        self._depth = 0
        self._string = JsonString()

    def take(self, char: str) -> str:
        """What is written behind ``char``."""
        if self.is_complete:
            return ""
        was_string = self._string.is_open
        self._string.take(char)
        if not was_string and char in "{[":
            self._depth += 1
        elif not was_string and char in "}]":
            self._depth -= 1
        elif not (was_string and not self._string.is_open):
            return ""
        self.is_complete = self._depth <= 0
        return self._end if self.is_complete else ""


class _Steps:
    """Turns lists of name, arguments and dependencies into objects."""

    def __init__(self) -> None:
        self._depth = 0
        self._item = 0
        self._name = ""
        self._string = JsonString()

    def take(self, char: str) -> str:
        """What stands for ``char``."""
        if self._string.take(char):
            if self._depth == 2 and self._item == 0 and char != '"':
                self._name += char
            return char
        if char in "{[":
            self._depth += 1
            if self._depth == 2 and char == "[":
                self._item, self._name = 0, ""
                return '{"tool":'
        elif char in "}]":
            self._depth -= 1
            if self._depth == 1 and char == "]":
                return "}}" if self._name == NONE and self._item == 1 else "}"
        elif char == "," and self._depth == 2:
            self._item += 1
            if self._item == 1:
                return f',"args":{{"{PART}":' if self._name == NONE else ',"args":'
            return ',"depends_on":'
        return char


def _opening(name: str) -> str:
    return f"[{_line(name)},"


def _step(step: JsonObject) -> list[JsonValue]:
    name = str(step["tool"])
    shown = [name, _args(name, step["args"])]
    return [*shown, step["depends_on"]] if "depends_on" in step else shown


def _args(name: str, args: JsonValue) -> JsonValue:
    return args[PART] if name == NONE and isinstance(args, Mapping) else args


def _like(piece: str, text: str) -> str:
    return GeneratedText(text, piece.probability) if isinstance(piece, GeneratedText) else text


def _json(schema: JsonObject) -> str:
    return f"%json {_line({**closed(schema), **_COMPACT})}"


def _quoted(text: str) -> str:
    """``text`` as a literal of the grammar."""
    return json.dumps(text)


def _line(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
