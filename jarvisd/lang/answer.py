"""What an answer to a question means, whatever the language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.core.json_types import JsonValue
from jarvisd.core.planning.plan import Consent


@dataclass(frozen=True, slots=True)
class AnswerVerdict:
    """What an answer, or its absence, counts as."""

    consent: Consent
    reason: str
    """Why it counts so; at most the word that decided, never what was said."""
    may_ask_again: bool = False
    """Whether the answer was merely not understood, or came too early, so that one more try is fair."""
    is_faint: bool = False
    """A single short word agrees, for which others are easily taken; with more words it would be a yes."""
    wants_reading: bool = False
    """It is no answer yet: who was asked wants to hear all of it first."""
    among_voices: bool = False
    """It would be a yes, had nobody else been speaking: digits have to be said instead."""
    by: str = ""
    """Who gave it: ``voice``, ``uid N``, or empty for nobody."""
    choice: str = ""
    """What was said to a question which of several is meant; such an answer is never a yes."""
    request_id: str = ""
    """The question that was put; empty where words are only weighed."""

    @property
    def is_yes(self) -> bool:
        """Whether this is consent."""
        return self.consent is Consent.YES

    @property
    def verdict(self) -> str:
        """``"yes"``, or ``"no"`` for everything else."""
        return "yes" if self.is_yes else "no"

    def to_json(self) -> dict[str, JsonValue]:
        """``{"verdict","reason"}``."""
        return {"verdict": self.verdict, "reason": self.reason}
