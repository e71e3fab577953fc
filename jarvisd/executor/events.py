"""What the executor tells the world, as frozen values: the signals of its interface."""

from __future__ import annotations

from collections.abc import Callable

from jarvisd.bus.signals.executor import (
    ConfirmRequested,
    ConfirmResolved,
    PlanFinished,
    ServiceLevelChanged,
    StepAnnounced,
    StepFinished,
    StepOutput,
    StepProgress,
    StepStarted,
    TimerFinished,
    ToolsChanged,
)

Event = (
    ConfirmRequested
    | ConfirmResolved
    | StepStarted
    | StepAnnounced
    | StepProgress
    | StepOutput
    | StepFinished
    | PlanFinished
    | TimerFinished
    | ToolsChanged
    | ServiceLevelChanged
)
Emit = Callable[[Event], None]
