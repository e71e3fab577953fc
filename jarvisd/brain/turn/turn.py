"""One turn as a record, and the state machine that it moves through. Pure.

The states and edges are those of requirement A3 (:mod:`jarvisd.core.states`); an illegal edge is a fault of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from jarvisd.brain.ports import Recollection
from jarvisd.core.errors import InternalError
from jarvisd.core.json_types import JsonValue
from jarvisd.core.planning.plan import Outcome, Plan, StepReport
from jarvisd.core.states import Edge, TurnState, follow
from jarvisd.lang.dialogue import NOTHING_BEFORE, DialogueContext, Resolution


class Channel(str, Enum):
    """Where a turn came from, and so where its questions are asked (decision 2)."""

    VOICE = "voice"
    DBUS = "dbus"


class TurnOutcome(str, Enum):
    """How a turn ended."""

    ANSWERED = "answered"
    DONE = "done"
    NOTHING_HEARD = "nothing_heard"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass
class Turn:
    """Everything about one turn that a report or a trace shows."""

    turn_id: str
    channel: Channel
    began_us: int
    origin: str = ""
    """Bus name of the connection that asked; empty for the microphone."""
    asker: str = ""
    """Whose dialogue it belongs to: the room, or a user of the machine."""
    asks_in_reply: bool = False
    """What is missing is asked for at the end, and the next request may be the answer."""
    is_dry_run: bool = False
    is_pasted: bool = False
    """Words of the request are not the asker's, as those of a letter: nothing of its plan happens unasked."""
    utterance: str = ""
    told_before: str = ""
    """The last request, where it was just now and told something that was remembered."""
    wake_score: float = 0.0
    stt_confidence: float = 0.0
    memories: list[Recollection] = field(default_factory=list)
    context: DialogueContext = NOTHING_BEFORE
    """What the dialogue was about when it began."""
    resolution: Resolution | None = None
    """What the request means within its dialogue, where it does not stand for itself."""
    route: str = ""
    """What decided: ``control``, ``sentence`` (words or a template), ``plan`` or ``chat`` (the model)."""
    sentence: str = ""
    """The template that the request fits, if it was one."""
    plan: Plan | None = None
    rounds: int = 0
    """How often it was decided what to do next: 1 for a plan that was made at once."""
    plan_id: str = ""
    """Of the plan that was submitted last."""
    plans_before: tuple[str, ...] = ()
    """Ids of the plans of earlier rounds."""
    steps_before: int = 0
    """How many of the steps were those of earlier rounds."""
    is_clarifying: bool = False
    """A question back is open."""
    has_effects: bool = False
    """Whether steps were handed over, or are about to be, that may be changing something now."""
    steps: list[StepReport] = field(default_factory=list)
    reply: str = ""
    parts: list[tuple[str, str]] = field(default_factory=list)
    """The reply as it was given to the voice: the id of each utterance and its text."""
    heard: str | None = None
    """What of the reply was heard, where it was cut off."""
    gone_on_as: str = ""
    """The utterance that goes on with an earlier reply that was cut off."""
    outcome: TurnOutcome | None = None
    code: str = ""
    """An error code when the turn failed."""
    marks_us: dict[str, int] = field(default_factory=dict)
    """Stage name to the time when it was reached."""

    def mark(self, stage: str, at_us: int) -> None:
        """Note when ``stage`` was reached; the first time counts."""
        self.marks_us.setdefault(stage, at_us)

    def timings_ms(self) -> dict[str, float]:
        """Milliseconds from the start of the turn to each stage, in the order of time."""
        return {stage: round((at_us - self.began_us) / 1000, 1) for stage, at_us in self._reached()}

    def spans(self) -> list[JsonValue]:
        """One span for each stage, from the end of the one before it: together they cover the whole turn."""
        spans: list[JsonValue] = []
        before_us = self.began_us
        for stage, at_us in self._reached():
            began_ms, took_ms = (before_us - self.began_us) / 1000, (at_us - before_us) / 1000
            spans.append({"stage": stage, "began_ms": round(began_ms, 1), "took_ms": round(took_ms, 1)})
            before_us = at_us
        return spans

    def _reached(self) -> list[tuple[str, int]]:
        # What began before the end of speech is told of after it.
        return sorted(self.marks_us.items(), key=lambda mark: mark[1])

    @property
    def is_acting(self) -> bool:
        """Whether a plan was submitted whose steps are not known yet."""
        return bool(self.plan_id) and len(self.steps) == self.steps_before

    @property
    def asks_back(self) -> bool:
        """Whether something is missing from the request, which is known until the turn is over."""
        return self.resolution is not None and self.resolution.question is not None

    @property
    def was_heard_out(self) -> bool:
        """Whether who spoke in the room heard all of an answer, be it a question, but no failure."""
        is_of_room = self.channel is Channel.VOICE and not self.origin
        return (
            is_of_room and "spoken" in self.marks_us and self.outcome in (TurnOutcome.ANSWERED, TurnOutcome.DONE)
        )

    def begin_round(self, plan: Plan) -> None:
        """Another plan, made after what the steps so far have brought, which are then numbered before its own."""
        if self.plan_id:
            self.plans_before, self.plan_id = (*self.plans_before, self.plan_id), ""
        earlier = self.plan.actions if self.plan is not None and self.steps else ()
        self.steps_before = len(self.steps)
        shifted = (
            replace(action, depends_on=tuple(index + len(earlier) for index in action.depends_on))
            for action in plan.actions
        )
        self.plan = replace(plan, actions=(*earlier, *shifted))
        self.rounds += 1

    def take_steps(self, steps: Sequence[StepReport]) -> None:
        """The steps of the last plan, as they are known now."""
        before = self.steps[: self.steps_before]
        self.steps = [*before, *(replace(step, index=step.index + len(before)) for step in steps)]
        if self.plan is not None:
            asked = [index for index, step in enumerate(self.steps) if step.question]
            self.plan = self.plan.confirming(asked)

    def told_steps(self) -> list[StepReport]:
        """The steps that an answer tells of: a later round does what an earlier one could not."""
        before = self.steps[: self.steps_before]
        is_done_since = any(step.outcome is Outcome.DONE for step in self.steps[self.steps_before :])
        kept = [step for step in before if step.outcome is Outcome.DONE] if is_done_since else before
        return [*kept, *self.steps[self.steps_before :]]

    def tiers(self) -> list[JsonValue]:
        """The tier of each step: 1 ran by itself, 2 was announced, 3 was asked about."""
        return [step.verdict.tier for step in self.steps]

    def _refused(self) -> list[JsonValue]:
        """``{"tool","args","why"}`` of every step that was refused."""
        actions = self.plan.actions if self.plan else ()
        found: list[JsonValue] = []
        for step, action in zip(self.steps, actions, strict=False):
            if step.outcome is Outcome.REFUSED:
                why = [*step.verdict.reasons, str(step.licence.get("why", ""))]
                found.append({"tool": step.tool, "args": dict(action.args), "why": ": ".join(filter(None, why))})
        return found

    def to_json(self) -> dict[str, JsonValue]:
        """The report of the turn (requirement A7, A12)."""
        memories: list[JsonValue] = [
            {"kind": found.memory.kind.value, "text": found.memory.text, "distance": round(found.distance, 3)}
            for found in self.memories
        ]
        return {
            "turn_id": self.turn_id,
            "channel": self.channel.value,
            "utterance": self.utterance,
            "wake_score": round(self.wake_score, 3),
            "confidence": round(self.stt_confidence, 3),
            "memories": memories,
            "route": self.route,
            "rounds": self.rounds,
            "tiers": self.tiers(),
            "sentence": self.sentence,
            "plan": self.plan.to_json() if self.plan else None,
            "plan_id": self.plan_id or (self.plans_before[-1] if self.plans_before else ""),
            "steps": [step.to_json() for step in self.steps],
            "refused": self._refused(),
            "reply": self.reply,
            "heard": self.heard,
            "outcome": self.outcome.value if self.outcome else "",
            "code": self.code,
            "timings_ms": dict(self.timings_ms()),
            "spans": self.spans(),
        }


class TurnMachine:
    """Holds the current state; ``on_change`` hears of every move as (from, to, edge)."""

    def __init__(self, on_change: Callable[[TurnState, TurnState, Edge], None]) -> None:
        self.state = TurnState.IDLE
        self._on_change = on_change

    def can(self, edge: Edge) -> bool:
        """Whether ``edge`` is legal now."""
        return follow(self.state, edge) is not None

    def go(self, edge: Edge) -> None:
        """Move along ``edge``; raises :class:`InternalError` when it is illegal in this state."""
        target = follow(self.state, edge)
        if target is None:
            raise InternalError(f"no edge {edge.value} from {self.state.value}")
        source, self.state = self.state, target
        self._on_change(source, target, edge)
