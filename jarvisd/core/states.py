"""State names that cross the bus, and the legal edges between turn states (requirement A3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class TurnState(str, Enum):
    """Where a turn is; exactly these names appear on D-Bus."""

    IDLE = "IDLE"
    LISTENING = "LISTENING"
    TRANSCRIBING = "TRANSCRIBING"
    REASONING = "REASONING"
    EXECUTING = "EXECUTING"
    AWAITING_CONFIRM = "AWAITING_CONFIRM"
    RESPONDING = "RESPONDING"


class Edge(str, Enum):
    """Why a turn moves on. Every legal edge has a name."""

    WAKE = "wake"
    ASK = "ask"
    SPEECH_ENDED = "speech_ended"
    NOTHING_HEARD = "nothing_heard"
    TRANSCRIPT = "transcript"
    PLAN_READY = "plan_ready"
    ANSWER_READY = "answer_ready"
    QUESTION = "question"
    ANSWERED = "answered"
    CLARIFIED = "clarified"
    STEPS_DONE = "steps_done"
    SPOKEN = "spoken"
    FAILED = "failed"
    CANCELLED = "cancelled"


_S = TurnState
EDGES: Mapping[tuple[TurnState, Edge], TurnState] = MappingProxyType(
    {
        (_S.IDLE, Edge.WAKE): _S.LISTENING,
        (_S.IDLE, Edge.ASK): _S.REASONING,
        (_S.LISTENING, Edge.SPEECH_ENDED): _S.TRANSCRIBING,
        (_S.LISTENING, Edge.NOTHING_HEARD): _S.IDLE,
        (_S.TRANSCRIBING, Edge.TRANSCRIPT): _S.REASONING,
        (_S.TRANSCRIBING, Edge.NOTHING_HEARD): _S.IDLE,
        (_S.REASONING, Edge.PLAN_READY): _S.EXECUTING,
        (_S.REASONING, Edge.ANSWER_READY): _S.RESPONDING,
        # What a request lacks is asked for before there is a plan.
        (_S.REASONING, Edge.QUESTION): _S.AWAITING_CONFIRM,
        (_S.AWAITING_CONFIRM, Edge.CLARIFIED): _S.REASONING,
        (_S.EXECUTING, Edge.QUESTION): _S.AWAITING_CONFIRM,
        (_S.AWAITING_CONFIRM, Edge.ANSWERED): _S.EXECUTING,
        (_S.EXECUTING, Edge.STEPS_DONE): _S.RESPONDING,
        (_S.RESPONDING, Edge.SPOKEN): _S.IDLE,
        # A failure is told to the user, so it leads to speech; while speaking it ends the turn.
        (_S.LISTENING, Edge.FAILED): _S.RESPONDING,
        (_S.TRANSCRIBING, Edge.FAILED): _S.RESPONDING,
        (_S.REASONING, Edge.FAILED): _S.RESPONDING,
        (_S.EXECUTING, Edge.FAILED): _S.RESPONDING,
        (_S.AWAITING_CONFIRM, Edge.FAILED): _S.RESPONDING,
        (_S.RESPONDING, Edge.FAILED): _S.IDLE,
        # Stop and cancel are always heard.
        (_S.LISTENING, Edge.CANCELLED): _S.IDLE,
        (_S.TRANSCRIBING, Edge.CANCELLED): _S.IDLE,
        (_S.REASONING, Edge.CANCELLED): _S.IDLE,
        (_S.EXECUTING, Edge.CANCELLED): _S.IDLE,
        (_S.AWAITING_CONFIRM, Edge.CANCELLED): _S.IDLE,
        (_S.RESPONDING, Edge.CANCELLED): _S.IDLE,
    }
)


def follow(state: TurnState, edge: Edge) -> TurnState | None:
    """The state after ``edge``, or ``None`` when the edge is illegal in ``state``."""
    return EDGES.get((state, edge))


class ServiceLevel(str, Enum):
    """What the suite as a whole may do now (decision 11)."""

    FULL = "full"
    REDUCED = "reduced"
    SAFE = "safe"
    REFUSING = "refusing"


class PartState(str, Enum):
    """Health of one part of a unit: a model, a device, a store."""

    LOADING = "loading"
    READY = "ready"
    DEGRADED = "degraded"
    FAILED = "failed"
    MUTED = "muted"
    """Switched off by people: neither ready nor at fault."""


@dataclass(frozen=True, slots=True)
class PartStatus:
    """How a part is, and why when it is not well."""

    state: PartState
    code: str = ""
    """An :class:`~jarvisd.core.errors.ErrorCode` value."""
    reason: str = ""

    @property
    def detail(self) -> str:
        """``"ModelMissing: no such file"``; how far it has come while it is loading; else empty."""
        return ": ".join(filter(None, (self.code, self.reason)))

    def __str__(self) -> str:
        """As published on D-Bus: ``"failed: ModelMissing: no such file"``."""
        return f"{self.state.value}: {self.detail}" if self.detail else self.state.value

    @classmethod
    def parse(cls, text: str) -> PartStatus:
        """What a unit published; a state that nobody knows counts as failed."""
        state, _, detail = text.partition(": ")
        if state == PartState.LOADING.value:
            return cls(PartState.LOADING, reason=detail)
        code, _, reason = detail.partition(": ")
        known = state in {each.value for each in PartState}
        return cls(PartState(state) if known else PartState.FAILED, code, reason)
