"""What a tool is, and the registry of tools (requirement D6).

A tool is one typed function, async if it is built in, and a :class:`ToolSpec`. The argument schema comes from the
function's signature, built-in tools and plugins use the same path, and no tool decides whether it may run: that is
:mod:`jarvisd.executor.policy.risk`. ``docs/tools.md`` is the tutorial.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import Any, Generic, Protocol, TypeVar, Union, get_type_hints

import typing_extensions
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject, JsonValue, object_of
from jarvisd.executor.files.targets import Target
from jarvisd.executor.tools.context import Reach, S, ToolContext
from jarvisd.lang.licence import ToolWords
from jarvisd.lang.values import ValueKind

T = TypeVar("T")
TEXT_LIMIT = 200_000
"""Characters in any one argument."""
NAME_LIMIT = 40
"""Chosen: names stand in columns, and in the prompt."""
_KEPT_SCHEMA_KEYS = ("type", "enum", "items", "minimum", "maximum", "maxLength", "minLength")
_SCHEMA_TYPES = ("string", "integer", "number", "boolean", "array")


class Effect(str, Enum):
    """What a tool may do to the world."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    EXECUTE = "execute"
    SEND = "send"
    FETCH = "fetch"
    """It asks another machine for something: written down before it happens, and never begun early."""
    MEMORY = "memory"


class Reversal(str, Enum):
    """What can be said about taking a step back."""

    UNDO = "undo"
    HARMLESS = "harmless"
    """It changes nothing that would need undoing."""
    NEVER = "never"


class Sensitivity(str, Enum):
    """What an argument decides, so that the policy asks when nobody said it."""

    SUBJECT = "subject"
    """Which thing that is there is changed, moved or copied; what its path ends with counts."""
    NAME = "name"
    """What something new is called: announced when the planner chose it. Where it is there already, a subject."""
    GOAL = "goal"
    """Where something goes; the whole path counts."""
    ADDRESS = "address"
    """To whom something goes."""
    TEXT = "text"
    """What is written or sent: may be the planner's, but no quotation of what was read."""
    MEMORY = "memory"
    """What is remembered: the person's own words, retold."""
    WHICH = "which"
    """Which of the things that are kept for the person is meant, such as a timer: all of its words count but those
    that tell no more than the first sentence of the tool's description does."""
    TIME = "time"
    """How long, or when: as for WHICH, but a short word beside a number ("pm") may be the planner's, for times are
    said back."""
    SITE = "site"
    """Which web site is asked: a word of its name is enough, since only allowed ones are asked at all."""
    UNDECLARED = "undeclared"
    """Whatever a tool with effects does not declare: all of it counts, numbers too."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence a user might say and the arguments it leads to."""

    say: str
    args: JsonObject


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """Everything about a tool except its code."""

    name: str
    description: str
    """One or two sentences for the language model."""
    effects: tuple[Effect, ...]
    examples: tuple[Example, ...] = ()
    factors: tuple[str, ...] = ()
    """Risk factors of :data:`jarvisd.executor.policy.risk.WEIGHTS` beyond those its effects imply."""
    deadline_s: float = 0.0
    """How long a step may take; 0 takes ``executor.step_deadline_s``."""
    output_limit_bytes: int = 0
    """How large a result may be as JSON; 0 takes ``executor.output_limit_bytes``."""
    undo: str = ""
    """How a step is taken back, for people; empty when it cannot be."""
    on_files: bool = False
    """It works on files of workspaces, and its preview names every place that it touches."""
    measured: tuple[str, ...] = ()
    """Risk factors that the preview may add when it has looked."""
    values: Mapping[str, tuple[ValueKind, ...]] = field(default_factory=dict)
    """What the text of an argument may be, the first that it can be read as; text, where nothing is said."""
    sentences: tuple[str, ...] = ()
    """Templates of requests that need no language model, ``"feed the {label:pet} [{label:count} times]"``; of a
    plugin's tool, since those of built-in ones are the language's."""
    sensitive: Mapping[str, Sensitivity] | None = None
    """Arguments that a person has to stand behind, by name (:mod:`jarvisd.executor.policy.provenance`). ``None``,
    for a tool that does not say: all of them where it has effects. ``{}`` says that none matters."""
    words: ToolWords = field(default_factory=ToolWords)
    """The words of a request that ask for it; without any it can only be asked for by its name."""

    @property
    def has_effects(self) -> bool:
        """Whether a step of this tool changes anything."""
        return any(effect is not Effect.READ for effect in self.effects)

    @property
    def changes(self) -> bool:
        """Whether a step of this tool does more than look, here or elsewhere."""
        return not {Effect.READ, Effect.FETCH}.issuperset(self.effects)

    def sensitivity(self, argument: str) -> Sensitivity | None:
        """How ``argument`` has to be stood behind; ``None`` where it may be anybody's."""
        if self.sensitive is None:
            return Sensitivity.UNDECLARED if self.has_effects else None
        return self.sensitive.get(argument)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a preview measured."""

    files: int = 0
    folders: int = 0
    total_bytes: int = 0

    def to_json(self) -> dict[str, JsonValue]:
        """``{"files","folders","total_bytes"}``."""
        return {"files": self.files, "folders": self.folders, "total_bytes": self.total_bytes}


@dataclass(frozen=True)
class Preview(Generic[S]):
    """What a step would do, measured without side effects."""

    # No slots: up to Python 3.12 a frozen generic with slots cannot be made as Preview[Letter](...).

    phrase: str
    """Continues both "I'm about to ..." and "I did not ...": ``"delete 5 files, 3 MB, from tmp"``."""
    facts: Facts = field(default_factory=Facts)
    reversal: Reversal = Reversal.UNDO
    consequence: str = ""
    """A sentence that the question adds, such as where the files go."""
    factors: tuple[str, ...] = ()
    """Measured risk factors: ``overwrite``, ``recursive``."""
    nothing: str = ""
    """Set when there is nothing to do: what is said instead of doing it."""
    ended: ToolResult | None = None
    """With ``nothing``: what measuring has already brought to light, such as a program's output."""
    profile: JsonObject = field(default_factory=dict)
    """How the sandbox would hold a program: shown by a dry run."""
    targets: tuple[Target, ...] = ()
    """Every place in a workspace that the step touches, as it was resolved; the gate judges them."""
    selection: S | None = None
    """What was measured, handed to ``run`` as ``context.measured``: what was asked is what is done."""
    choices: tuple[str, ...] = ()
    """Set when several things may be meant and ``phrase`` is done to one: what each is called. It is asked which
    one, and measured again with the answer in ``context.answer``; nothing happens while there are choices."""
    makes_new: bool = False
    """What its arguments name is not there yet: nothing that is there changes."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool did."""

    data: JsonObject
    """Typed result; untrusted content for every reader (decision 4)."""
    spoken: str
    """A sentence composed by code from measured facts."""
    undo_id: int = 0
    """Journal entry that reverses the step, 0 for none."""
    error: ErrorCode | None = None
    """Set when the step did not succeed but has data to show, such as a program's error output."""


SGiven = typing_extensions.TypeVar("SGiven", contravariant=True, default=object)


class Run(Protocol[SGiven]):
    """What acts: it takes the context and, by name, the arguments that its signature declares."""

    def __call__(
        self, context: ToolContext[SGiven], /, *args: Any, **kwargs: Any
    ) -> ToolResult | Awaitable[ToolResult]:
        """Do it."""
        ...


Measure = Callable[..., Union[Preview[S], Awaitable[Preview[S]]]]  # noqa: UP007 - evaluated at run time on 3.10
Vet = Callable[..., None]


class Tool:
    """A function with its spec. ``measure`` takes the same arguments as ``run`` and has no side effects.

    What ``measure`` selects must be what ``run`` takes: ``Preview[S]`` for ``ToolContext[S]``.
    """

    def __init__(
        self, spec: ToolSpec, run: Run[S], measure: Measure[S] | None = None, vet: Vet | None = None
    ) -> None:
        if not spec.name.isidentifier() or len(spec.name) > NAME_LIMIT:
            raise ValueError(f"a tool's name is an identifier of at most {NAME_LIMIT} letters: {spec.name!r}")
        self.spec = spec
        self.arguments = _arguments_model(spec.name, run)
        self.parameters = _parameters(self.arguments)
        self._run: Run[Any] = run
        self._measure: Measure[Any] | None = measure
        self._vet = vet

    @property
    def name(self) -> str:
        """The name that plans use."""
        return self.spec.name

    def has_choices(self, argument: str) -> bool:
        """Whether an argument takes one of a few values."""
        described = object_of(self.parameters, "properties").get(argument)
        return isinstance(described, Mapping) and "enum" in described

    def validate(self, args: Mapping[str, object]) -> dict[str, Any]:
        """The arguments as ``run`` takes them; raises :class:`RequestError` naming every wrong field."""
        for text in _texts(args):
            if len(text) > TEXT_LIMIT or "\0" in text or not _encodable(text):
                raise RequestError(f"{self.name}: a text argument is too long or is not valid text")
        try:
            model = self.arguments.model_validate(dict(args))
        except ValidationError as error:
            problems = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
            raise RequestError(f"{self.name}: {'; '.join(problems)}") from None
        return {name: getattr(model, name) for name in type(model).model_fields}

    def vet(self, reach: Reach, args: Mapping[str, Any]) -> None:
        """Refuse what the arguments alone show to be out of bounds: addresses, hosts. No I/O, no side effects."""
        if self._vet is not None:
            self._vet(reach, **args)

    def with_functions(self, run: Run, measure: Measure) -> Tool:
        """The same tool with other functions behind the same arguments; ``measure`` vets as well."""
        tool = copy(self)
        tool._run, tool._measure, tool._vet = run, measure, None
        return tool

    async def measure(self, context: ToolContext, args: Mapping[str, Any]) -> Preview:
        """What ``run`` would do now."""
        if self._measure is None:
            return Preview(phrase=f"use {self.name.replace('_', ' ')}", reversal=Reversal.HARMLESS)
        return await _settled(self._measure(context, **args))

    async def run(self, context: ToolContext, args: Mapping[str, Any]) -> ToolResult:
        """Do it. Only the dispatcher calls this."""
        return await _settled(self._run(context, **args))

    def to_json(self) -> dict[str, JsonValue]:
        """The form of ``ListTools``: what the planner is told."""
        said: JsonObject = {"sentences": list(self.spec.sentences)} if self.spec.sentences else {}
        return {
            **said,
            "name": self.spec.name,
            "description": self.spec.description,
            "parameters": self.parameters,
            "effects": [effect.value for effect in self.spec.effects],
            "examples": [{"say": example.say, "args": dict(example.args)} for example in self.spec.examples],
        }


class Registry:
    """The tools there are, in the order they were registered."""

    def __init__(self) -> None:
        self._tools: dict[str, Tool] = {}
        self._subscribers: list[Callable[[], None]] = []

    def register(self, tool: Tool) -> None:
        """Add ``tool``; a name that is taken is refused, and so are examples that its own schema refuses."""
        if tool.name in self._tools:
            raise RequestError(f"there is already a tool called {tool.name}", code=ErrorCode.REFUSED)
        for example in tool.spec.examples:
            tool.validate(example.args)
        self._tools[tool.name] = tool
        self._changed()

    def unregister(self, name: str) -> None:
        """Remove a tool; steps that are already running end normally."""
        if self._tools.pop(name, None) is None:
            raise RequestError(f"there is no tool called {name}", code=ErrorCode.NOT_FOUND)
        self._changed()

    def find(self, name: str) -> Tool:
        """The tool called ``name``; unknown tools are refused (D9)."""
        tool = self._tools.get(name)
        if tool is None:
            raise RequestError(f"there is no tool called {name[:NAME_LIMIT]!r}", code=ErrorCode.REFUSED)
        return tool

    def known(self, name: str) -> Tool:
        """The tool called ``name``, for who asks about it; raises NOT_FOUND."""
        if name not in self._tools:
            raise RequestError(f"there is no tool {name[:NAME_LIMIT]!r}", code=ErrorCode.NOT_FOUND)
        return self._tools[name]

    def has(self, name: str) -> bool:
        """Whether there is a tool called ``name``."""
        return name in self._tools

    def all(self) -> list[Tool]:
        """Every tool, in order."""
        return list(self._tools.values())

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after every change."""
        self._subscribers.append(callback)

    def _changed(self) -> None:
        for callback in self._subscribers:
            callback()


async def _settled(found: T | Awaitable[T]) -> T:
    return await found if isinstance(found, Awaitable) else found


def _arguments_model(name: str, run: Run[Any]) -> type[BaseModel]:
    parameters = list(inspect.signature(run).parameters.values())[1:]
    # Of the arguments alone: the types of context and result may have names that only type checkers see.
    said = {each.name: each.annotation for each in parameters if each.annotation is not each.empty}
    names = getattr(inspect.unwrap(run), "__globals__", {})
    hints = get_type_hints(SimpleNamespace(__annotations__=said), names, include_extras=True)
    fields: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY or parameter.name not in hints:
            raise ValueError(f"{name}: argument {parameter.name!r} must be keyword-only and have a type")
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[parameter.name] = (hints[parameter.name], default)
    config = ConfigDict(extra="forbid", strict=True, frozen=True)
    return create_model(f"{name}_arguments", __config__=config, **fields)


def _parameters(model: type[BaseModel]) -> dict[str, JsonValue]:
    schema = model.model_json_schema()
    properties: dict[str, JsonValue] = {}
    for name, described in schema.get("properties", {}).items():
        kept = {key: described[key] for key in _KEPT_SCHEMA_KEYS if key in described}
        if "const" in described:
            kept["enum"] = [described["const"]]
        if kept.get("type") not in _SCHEMA_TYPES:
            raise ValueError(
                f"{model.__name__}: {name} has a type that a planner cannot fill: {json.dumps(described)}"
            )
        properties[name] = kept
    return {
        "type": "object",
        "properties": properties,
        "required": list(schema.get("required", [])),
        "additionalProperties": False,
    }


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for pair in value.items() for item in pair for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return []


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
