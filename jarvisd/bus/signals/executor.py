"""The signals of ``org.jarvisd.Executor1``."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.bus.signals.form import U32, U64, Signal


@dataclass(frozen=True, slots=True)
class ConfirmRequested(Signal):
    """A question is being put; it belongs to ``channel``."""

    turn_id: str
    at_us: U64
    request_id: str
    question: str
    channel: str
    kind: str
    """A :class:`~jarvisd.core.planning.plan.QuestionKind` value."""
    choices: tuple[str, ...]
    """What may be meant, of a ``clarify``."""


@dataclass(frozen=True, slots=True)
class ConfirmResolved(Signal):
    """A question is closed.

    ``answer`` is a :class:`~jarvisd.core.planning.plan.Consent` value, ``answered`` or ``cancelled``.
    """

    turn_id: str
    at_us: U64
    request_id: str
    answer: str


@dataclass(frozen=True, slots=True)
class StepStarted(Signal):
    """A step is being worked on."""

    turn_id: str
    at_us: U64
    index: U32
    tool: str


@dataclass(frozen=True, slots=True)
class StepAnnounced(Signal):
    """A step is about to be done without a question; ``text`` says what."""

    turn_id: str
    at_us: U64
    index: U32
    text: str


@dataclass(frozen=True, slots=True)
class StepProgress(Signal):
    """A step with many effects has come so far."""

    turn_id: str
    at_us: U64
    index: U32
    tool: str
    done: U32
    total: U32


@dataclass(frozen=True, slots=True)
class StepOutput(Signal):
    """A program of a step has written something; untrusted text."""

    turn_id: str
    at_us: U64
    index: U32
    tool: str
    stream: str
    """``stdout`` or ``stderr``."""
    text: str


@dataclass(frozen=True, slots=True)
class StepFinished(Signal):
    """A step has ended; ``outcome`` is an :class:`~jarvisd.core.planning.plan.Outcome` value."""

    turn_id: str
    at_us: U64
    index: U32
    tool: str
    outcome: str


@dataclass(frozen=True, slots=True)
class PlanFinished(Signal):
    """A plan has ended and its report can be read."""

    turn_id: str
    at_us: U64
    plan_id: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TimerFinished(Signal):
    """A timer or alarm is due; ``turn_id`` is empty."""

    turn_id: str
    at_us: U64
    timer_id: str
    label: str


@dataclass(frozen=True, slots=True)
class ToolsChanged(Signal):
    """The list of tools would be another one now."""

    at_us: U64


@dataclass(frozen=True, slots=True)
class ServiceLevelChanged(Signal):
    """The service level, or why it is not full, has changed."""

    at_us: U64
    level: str
    reasons: tuple[str, ...]


SIGNALS: tuple[type[Signal], ...] = (
    ConfirmRequested,
    ConfirmResolved,
    StepStarted,
    StepAnnounced,
    StepProgress,
    StepOutput,
    StepFinished,
    PlanFinished,
    TimerFinished,
    ToolsChanged,
    ServiceLevelChanged,
)
