"""What the executor tells the world, as frozen values; the interface turns each into a D-Bus signal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConfirmRequested:
    """A question is being put; it belongs to ``channel``."""

    turn_id: str
    request_id: str
    question: str
    channel: str


@dataclass(frozen=True, slots=True)
class ConfirmResolved:
    """A question is closed; ``answer``: a :class:`~jarvisd.core.planning.plan.Consent` value or ``cancelled``."""

    turn_id: str
    request_id: str
    answer: str


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step is being worked on."""

    turn_id: str
    index: int
    tool: str


@dataclass(frozen=True, slots=True)
class StepProgress:
    """A step with many effects has come so far."""

    turn_id: str
    index: int
    tool: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class StepOutput:
    """A program of a step has written something; untrusted text."""

    turn_id: str
    index: int
    tool: str
    stream: str
    """``stdout`` or ``stderr``."""
    text: str


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step has ended; ``outcome`` is an :class:`~jarvisd.core.planning.plan.Outcome` value."""

    turn_id: str
    index: int
    tool: str
    outcome: str


@dataclass(frozen=True, slots=True)
class PlanFinished:
    """A plan has ended and its report can be read."""

    turn_id: str
    plan_id: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TimerFinished:
    """A timer or alarm is due."""

    timer_id: str
    label: str


Event = (
    ConfirmRequested
    | ConfirmResolved
    | StepStarted
    | StepProgress
    | StepOutput
    | StepFinished
    | PlanFinished
    | TimerFinished
)
Emit = Callable[[Event], None]
