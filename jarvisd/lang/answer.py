"""What an answer to a question means, whatever the language. Pure."""

from __future__ import annotations

from typing import NamedTuple

from jarvisd.core.json_types import JsonValue


class Judgement(NamedTuple):
    """``verdict`` is ``"yes"`` or ``"no"``; ``reason`` says why, with the word that decided."""

    verdict: str
    reason: str
    may_ask_again: bool = False
    """Whether the answer was merely not understood, so that one more try is fair."""

    def to_json(self) -> dict[str, JsonValue]:
        """``{"verdict","reason"}``."""
        return {"verdict": self.verdict, "reason": self.reason}

    @property
    def is_yes(self) -> bool:
        """Whether this is consent."""
        return self.verdict == "yes"
