"""What the ear is doing: the published states, the legal steps between them, and the turn in progress. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from jarvisd.core.errors import ErrorCode, InternalError, RequestError, Unavailable


class EarState(str, Enum):
    """The ``State`` property."""

    IDLE = "idle"
    LISTENING = "listening"
    TRANSCRIBING = "transcribing"
    ANSWERING = "answering"
    MUTED = "muted"

    def __str__(self) -> str:
        return self.value


class Trigger(Enum):
    """Why the state changes."""

    WAKE = "wake"
    SPEECH_ENDED = "speech ended"
    NOTHING_SAID = "nothing said yet"
    """What ended was only the wake word: go on listening."""
    FINISHED = "finished"
    RESERVED = "reserved"
    RELEASED = "released"
    MUTED = "muted"
    UNMUTED = "unmuted"


TURN_GOES_ON = frozenset({Trigger.WAKE, Trigger.SPEECH_ENDED, Trigger.NOTHING_SAID})
"""Steps of a turn; after every other one somebody else has the ear, or nobody."""

_S = EarState
TRANSITIONS: Mapping[tuple[EarState, Trigger], EarState] = MappingProxyType(
    {
        (_S.IDLE, Trigger.WAKE): _S.LISTENING,
        (_S.LISTENING, Trigger.SPEECH_ENDED): _S.TRANSCRIBING,
        (_S.TRANSCRIBING, Trigger.NOTHING_SAID): _S.LISTENING,
        (_S.LISTENING, Trigger.FINISHED): _S.IDLE,
        (_S.TRANSCRIBING, Trigger.FINISHED): _S.IDLE,
        # A question takes the ear from whatever it is doing.
        (_S.IDLE, Trigger.RESERVED): _S.ANSWERING,
        (_S.LISTENING, Trigger.RESERVED): _S.ANSWERING,
        (_S.TRANSCRIBING, Trigger.RESERVED): _S.ANSWERING,
        (_S.ANSWERING, Trigger.RELEASED): _S.IDLE,
        (_S.IDLE, Trigger.MUTED): _S.MUTED,
        (_S.LISTENING, Trigger.MUTED): _S.MUTED,
        (_S.TRANSCRIBING, Trigger.MUTED): _S.MUTED,
        (_S.ANSWERING, Trigger.MUTED): _S.MUTED,
        (_S.MUTED, Trigger.UNMUTED): _S.IDLE,
    }
)


class EarSession:
    """The state and, while listening or transcribing, the id of the turn."""

    def __init__(self, *, is_muted: bool = False) -> None:
        self.state = EarState.MUTED if is_muted else EarState.IDLE
        self.turn_id = ""

    def step(self, step: Trigger, turn_id: str = "") -> None:
        """Follow ``step``; InternalError if it is illegal here. ``turn_id`` names the turn that WAKE begins."""
        target = TRANSITIONS.get((self.state, step))
        if target is None:
            raise InternalError(f"step '{step.value}' is illegal while {self.state}")
        self.state = target
        if step is Trigger.WAKE:
            self.turn_id = turn_id
        elif target not in (EarState.LISTENING, EarState.TRANSCRIBING):
            self.turn_id = ""

    @property
    def is_in_turn(self) -> bool:
        """Whether a request is being heard or transcribed."""
        return self.state in (EarState.LISTENING, EarState.TRANSCRIBING)

    def require_idle(self) -> None:
        """Raise MUTED, or BUSY, unless a turn could begin now."""
        if self.state is EarState.MUTED:
            raise Unavailable("the microphone is muted", code=ErrorCode.MUTED)
        if self.state is not EarState.IDLE:
            raise RequestError(f"the ear is {self.state}", code=ErrorCode.BUSY)
