"""What the executor tells the world: one frozen value for each signal of ``org.jarvisd.Executor1``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Union


@dataclass(frozen=True, slots=True)
class ConfirmRequested:
    """A question is being put; it belongs to ``channel``."""

    turn: str
    request_id: str
    question: str
    channel: str


@dataclass(frozen=True, slots=True)
class ConfirmResolved:
    """A question is closed; ``answer`` is a :class:`~jarvisd.core.plan.Consent` value or ``cancelled``."""

    turn: str
    request_id: str
    answer: str


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step is being worked on."""

    turn: str
    index: int
    tool: str


@dataclass(frozen=True, slots=True)
class StepProgress:
    """A step with many effects has come so far."""

    turn: str
    index: int
    tool: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class StepOutput:
    """A program of a step has written something; untrusted text."""

    turn: str
    index: int
    tool: str
    stream: str
    """``stdout`` or ``stderr``."""
    text: str


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step has ended; ``outcome`` is an :class:`~jarvisd.core.plan.Outcome` value."""

    turn: str
    index: int
    tool: str
    outcome: str


@dataclass(frozen=True, slots=True)
class PlanFinished:
    """A plan has ended and its report can be read."""

    turn: str
    plan_id: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TimerFinished:
    """A timer or alarm is due."""

    timer_id: str
    label: str


Event = Union[  # noqa: UP007 - evaluated at run time on 3.10
    ConfirmRequested,
    ConfirmResolved,
    StepStarted,
    StepProgress,
    StepOutput,
    StepFinished,
    PlanFinished,
    TimerFinished,
]
Emit = Callable[[Event], None]


class Signals(Protocol):
    """The signals as an interface has them."""

    def ConfirmRequested(self, turn: str, at_us: int, request_id: str, question: str, channel: str) -> Any:
        """A question is put."""
        ...

    def ConfirmResolved(self, turn: str, at_us: int, request_id: str, answer: str) -> Any:
        """A question is closed."""
        ...

    def StepStarted(self, turn: str, at_us: int, index: int, tool: str) -> Any:
        """A step is being worked on."""
        ...

    def StepProgress(self, turn: str, at_us: int, index: int, tool: str, done: int, total: int) -> Any:
        """A step with many effects has come so far."""
        ...

    def StepOutput(self, turn: str, at_us: int, index: int, tool: str, stream: str, text: str) -> Any:
        """A program of a step has written something."""
        ...

    def StepFinished(self, turn: str, at_us: int, index: int, tool: str, outcome: str) -> Any:
        """A step has ended."""
        ...

    def PlanFinished(self, turn: str, at_us: int, plan_id: str, outcome: str) -> Any:
        """A plan has ended."""
        ...

    def TimerFinished(self, turn: str, at_us: int, timer_id: str, label: str) -> Any:
        """A timer is due."""
        ...


def send(event: Event, signals: Signals, at_us: int) -> None:
    """Emit the signal that belongs to ``event``."""
    match event:
        case ConfirmRequested(turn, request_id, question, channel):
            signals.ConfirmRequested(turn, at_us, request_id, question, channel)
        case ConfirmResolved(turn, request_id, answer):
            signals.ConfirmResolved(turn, at_us, request_id, answer)
        case StepStarted(turn, index, tool):
            signals.StepStarted(turn, at_us, index, tool)
        case StepProgress(turn, index, tool, done, total):
            signals.StepProgress(turn, at_us, index, tool, done, total)
        case StepOutput(turn, index, tool, stream, text):
            signals.StepOutput(turn, at_us, index, tool, stream, text)
        case StepFinished(turn, index, tool, outcome):
            signals.StepFinished(turn, at_us, index, tool, outcome)
        case PlanFinished(turn, plan_id, outcome):
            signals.PlanFinished(turn, at_us, plan_id, outcome)
        case TimerFinished(timer_id, label):
            signals.TimerFinished("", at_us, timer_id, label)
