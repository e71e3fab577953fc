"""Plans, verdicts and step reports: what the brain proposes and the executor answers.

The JSON forms here are what is shown on D-Bus, by ``jarvisctl --json`` and in traces (requirement A7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from jarvisd.core.errors import ErrorCode, InternalError, RequestError
from jarvisd.core.json_types import (
    JsonObject,
    JsonValue,
    depth,
    digest,
    field_of,
    list_of,
    member_of,
    object_of,
)
from jarvisd.core.planning.tool_aliases import translated

MAX_ROUNDS = 3
"""Chosen: find, read, answer; who needs more is asked. So many plans may be made in a turn."""
MAX_ACTIONS = 50
"""No plan may hold more actions; the anomaly rule on too many calls (D7) is far below."""

MAX_NESTING = 8
"""No tool takes arguments that are nested deeper; what walks over them may call itself."""


class VerdictKind(str, Enum):
    """What the policy says about a step."""

    RUN = "run"
    ASK = "ask"
    REFUSE = "refuse"


class Outcome(str, Enum):
    """How a step ended."""

    DONE = "done"
    DRY_RUN = "dry_run"
    REFUSED = "refused"
    """By policy or validation."""
    DECLINED = "declined"
    """By the person who was asked, or by their silence."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """A step it depends on was not done (A11)."""
    CANCELLED = "cancelled"


class Consent(str, Enum):
    """How the question of a step was answered."""

    NOT_ASKED = "not_asked"
    YES = "yes"
    NO = "no"
    SILENCE = "silence"
    UNAVAILABLE = "unavailable"
    """Nobody could be asked: no microphone, no speaker, no answer channel."""


class QuestionKind(str, Enum):
    """What a question is about. An answer to one kind is never taken for an answer to the other."""

    CONSENT = "consent"
    """Whether a step may be done: answered with yes or no."""
    CLARIFY = "clarify"
    """Which of several things is meant: answered by naming one; nothing is agreed to."""


@dataclass(frozen=True, slots=True)
class Action:
    """One tool call of a plan; ``depends_on`` holds indices of earlier actions."""

    tool: str
    args: JsonObject
    depends_on: tuple[int, ...] = ()
    requires_confirmation: bool = False

    def to_json(self) -> dict[str, JsonValue]:
        """The form of requirement A7."""
        return {
            "tool": self.tool,
            "args": dict(self.args),
            "requires_confirmation": self.requires_confirmation,
            "depends_on": list(self.depends_on),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What the planner proposes. It is data: nothing in it grants anything."""

    thought: str
    confidence: float
    """0 to 1."""
    actions: tuple[Action, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """The form of requirement A7."""
        return {
            "thought": self.thought,
            "confidence": self.confidence,
            "actions": [action.to_json() for action in self.actions],
        }

    @property
    def plan_hash(self) -> str:
        """Identity of a frozen plan: what consent is bound to (decision 2)."""
        return digest({"actions": [action.to_json() for action in self.actions]})

    def confirming(self, indices: Sequence[int]) -> Plan:
        """The same plan with ``requires_confirmation`` set by code for ``indices`` and cleared elsewhere."""
        actions = tuple(
            replace(action, requires_confirmation=index in indices) for index, action in enumerate(self.actions)
        )
        return replace(self, actions=actions)


def parse_plan(value: object) -> Plan:
    """Read the JSON form of a plan strictly.

    Unknown keys, wrong types and forward or self references raise :class:`RequestError`; a missing
    ``depends_on`` becomes empty and ``requires_confirmation`` is never taken from the input.
    """
    if not isinstance(value, Mapping):
        raise RequestError("a plan is an object with thought, confidence and actions")
    unknown = set(value) - {"thought", "confidence", "actions"}
    if unknown:
        raise RequestError(f"unknown keys in plan: {sorted(map(str, unknown))}")
    actions = value.get("actions", [])
    thought = value.get("thought", "")
    confidence = value.get("confidence", 1.0)
    if not isinstance(actions, list) or not isinstance(thought, str):
        raise RequestError("actions is a list and thought is a text")
    if isinstance(confidence, bool) or not isinstance(confidence, (int, float)) or not 0 <= confidence <= 1:
        raise RequestError("confidence is a number from 0 to 1")
    if len(actions) > MAX_ACTIONS:
        raise RequestError(f"a plan has at most {MAX_ACTIONS} actions", code=ErrorCode.REFUSED)
    return Plan(
        thought=thought,
        confidence=float(confidence),
        actions=tuple(parse_action(action, index) for index, action in enumerate(actions)),
    )


def parse_action(value: object, index: int = 0) -> Action:
    """Read the JSON form of the action at position ``index``; errors as in :func:`parse_plan`."""
    if not isinstance(value, Mapping):
        raise RequestError(f"action {index} is not an object")
    unknown = set(value) - {"tool", "args", "requires_confirmation", "depends_on"}
    if unknown:
        raise RequestError(f"unknown keys in action {index}: {sorted(map(str, unknown))}")
    tool, args = value.get("tool"), value.get("args", {})
    if not isinstance(tool, str) or not isinstance(args, Mapping) or any(not isinstance(k, str) for k in args):
        raise RequestError(f"action {index} needs a tool name and an args object")
    if depth(args, MAX_NESTING) > MAX_NESTING:
        raise RequestError(f"the arguments of action {index} are nested too deep")
    tool, args = translated(tool, args)
    return Action(tool=tool, args=args, depends_on=_parse_dependencies(value.get("depends_on"), index))


def _parse_dependencies(value: object, index: int) -> tuple[int, ...]:
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    result: list[int] = []
    for item in items:
        if isinstance(item, bool) or not isinstance(item, int) or not 0 <= item < index:
            raise RequestError(f"action {index} may only depend on earlier actions, not on {item!r}")
        result.append(item)
    return tuple(sorted(set(result)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The policy's answer about one step: pure, with every reason listed (A9)."""

    kind: VerdictKind
    tier: int
    """1 runs by itself, 2 is announced, 3 is confirmed."""
    score: float
    """0 to 1, the highest named factor."""
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """``{"verdict","tier","score","reasons"}``."""
        return {
            "verdict": self.kind.value,
            "tier": self.tier,
            "score": round(self.score, 3),
            "reasons": list(self.reasons),
        }

    @classmethod
    def from_json(cls, value: JsonObject) -> Verdict:
        """What :meth:`to_json` wrote; InternalError for anything else. More keys are left out."""
        return cls(
            kind=member_of(value, "verdict", VerdictKind),
            tier=field_of(value, "tier", int),
            score=field_of(value, "score", float),
            reasons=tuple(str(reason) for reason in list_of(value, "reasons")),
        )


@dataclass(frozen=True, slots=True)
class StepReport:
    """How one step of a plan went."""

    index: int
    tool: str
    outcome: Outcome
    verdict: Verdict
    consent: Consent = Consent.NOT_ASKED
    question: str = ""
    """What was asked, when something was asked."""
    spoken: str = ""
    """A sentence, composed by code from measured facts, that tells a person what happened."""
    result: JsonObject = field(default_factory=dict)
    """The tool's typed result. Untrusted content for every reader (decision 4)."""
    undo_id: int = 0
    """Journal entry that can reverse the step; 0 when there is nothing to reverse."""
    reversal: str = ""
    """Whether the step can be taken back: ``undo``, ``harmless`` or ``never``; empty when not measured."""
    profile: JsonObject = field(default_factory=dict)
    """How a sandbox would hold, or has held, the step's program; empty without one."""
    origins: JsonObject = field(default_factory=dict)
    """Argument to where it comes from: ``said``, ``remembered``, ``invented`` or ``read``."""
    licence: JsonObject = field(default_factory=dict)
    """``{"kind","words","doubt","parts","why"}``: how it stands to the words of the request; empty without any."""
    error: str = ""
    """An :class:`ErrorCode` value, or empty."""
    took_ms: float = 0.0

    def to_json(self) -> dict[str, JsonValue]:
        """The form that ``Result`` on D-Bus and traces show."""
        return {
            "index": self.index,
            "tool": self.tool,
            "outcome": self.outcome.value,
            "tier": self.verdict.tier,
            "verdict": self.verdict.to_json(),
            "consent": self.consent.value,
            "question": self.question,
            "spoken": self.spoken,
            "result": dict(self.result),
            "undo_id": self.undo_id,
            "reversal": self.reversal,
            "profile": dict(self.profile),
            "origins": dict(self.origins),
            "licence": dict(self.licence),
            "error": self.error,
            "took_ms": round(self.took_ms, 1),
        }

    @classmethod
    def from_json(cls, value: JsonValue) -> StepReport:
        """What :meth:`to_json` wrote; InternalError for anything else. More keys are left out."""
        if not isinstance(value, Mapping):
            raise InternalError("the report of a step is no object")
        return cls(
            index=field_of(value, "index", int),
            tool=field_of(value, "tool", str),
            outcome=member_of(value, "outcome", Outcome),
            verdict=Verdict.from_json(object_of(value, "verdict")),
            consent=member_of(value, "consent", Consent),
            question=field_of(value, "question", str),
            spoken=field_of(value, "spoken", str),
            result=object_of(value, "result"),
            undo_id=field_of(value, "undo_id", int),
            reversal=field_of(value, "reversal", str),
            profile=object_of(value, "profile"),
            origins=object_of(value, "origins"),
            licence=object_of(value, "licence"),
            error=field_of(value, "error", str),
            took_ms=field_of(value, "took_ms", float),
        )


@dataclass(frozen=True, slots=True)
class PlanReport:
    """How a plan stands: what ``Result`` answers."""

    plan_id: str
    is_finished: bool
    outcome: str
    """One word; empty while the plan runs."""
    steps: tuple[StepReport, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """``{"plan_id","finished","outcome","steps"}``."""
        return {
            "plan_id": self.plan_id,
            "finished": self.is_finished,
            "outcome": self.outcome,
            "steps": [step.to_json() for step in self.steps],
        }

    @classmethod
    def from_json(cls, value: JsonObject) -> PlanReport:
        """What :meth:`to_json` wrote; InternalError for anything else. More keys are left out."""
        return cls(
            plan_id=field_of(value, "plan_id", str),
            is_finished=field_of(value, "finished", bool),
            outcome=field_of(value, "outcome", str),
            steps=tuple(StepReport.from_json(step) for step in list_of(value, "steps")),
        )


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What was reversed: what ``Undo`` answers."""

    undone: tuple[int, ...]
    """The entries of the journal."""
    spoken: str

    def to_json(self) -> dict[str, JsonValue]:
        """``{"undone": [ids], "spoken": sentence}``."""
        return {"undone": list(self.undone), "spoken": self.spoken}

    @classmethod
    def from_json(cls, value: JsonObject) -> UndoReport:
        """What :meth:`to_json` wrote; InternalError for anything else. More keys are left out."""
        undone = list_of(value, "undone")
        if not all(type(entry) is int for entry in undone):
            raise InternalError("undone is no list of numbers")
        return cls(tuple(entry for entry in undone if isinstance(entry, int)), field_of(value, "spoken", str))
