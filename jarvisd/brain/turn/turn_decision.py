"""What is to be done in a turn, once that is decided. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.core.planning.plan import Plan
from jarvisd.lang.intent import ONLY_TOLD, Control, Intent, VolumeChange


@dataclass(frozen=True, slots=True)
class TurnDecision:
    """What is to be done: steer the suite, carry out a plan, or just say something."""

    plan: Plan
    reply: str = ""
    control: Control | None = None
    count: int = 1
    """How many changes the control is about."""
    volume: VolumeChange = ONLY_TOLD
    """With the control of that name."""
    length_s: float | None = None
    """For how long to mute; ``None`` is without an end."""
    to_spell: str = ""
    """The words to be spelled; empty for those of the last answer."""
    is_tainted: bool = False
    """The plan was made where untrusted text could be read, so every step of it is confirmed (decision 4)."""
    remembered: tuple[str, ...] = ()
    """What people told before and the planner was shown."""
    sentence: str = ""
    """The template that the request fits, if it was one."""
    by_model: bool = False
    unable: str = ""
    """What is said of the parts of the request that are out of reach."""
    is_outside: bool = False
    """All of the request is out of reach."""

    @property
    def route(self) -> str:
        """What decided: ``control``, ``sentence``, ``outside``, ``plan`` or ``chat``."""
        if self.is_outside:
            return "outside"
        if self.control is not None:
            return "control"
        if not self.by_model:
            return "sentence"
        return "plan" if self.plan.actions else "chat"


def decided(intent: Intent) -> TurnDecision:
    """What is to be done for words that need no model."""
    plan = intent.plan or Plan(thought=intent.control.value if intent.control else "", confidence=1.0)
    return TurnDecision(
        plan=plan,
        control=intent.control,
        count=intent.count,
        volume=intent.volume,
        length_s=intent.length_s,
        to_spell=intent.to_spell,
        sentence=intent.sentence,
    )
