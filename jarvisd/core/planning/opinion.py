"""The language model's opinion of a risk, as it goes from the brain to the executor (A9). Pure.

It can only raise a tier (decision 1), so whatever cannot be read counts as none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

MAX_REASON_CHARS = 200
"""Chosen: one sentence."""


@dataclass(frozen=True, slots=True)
class RiskOpinion:
    """``risk`` from 0 to 1 with the model's reason, which is untrusted text."""

    risk: float
    reason: str

    def to_text(self) -> str:
        """What :func:`parse_opinion` reads."""
        return json.dumps({"risk": self.risk, "reason": self.reason})


def parse_opinion(text: str) -> RiskOpinion | None:
    """The opinion in ``text``, or ``None`` when it is anything but an object with a risk from 0 to 1."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    risk, reason = value.get("risk"), value.get("reason", "")
    if isinstance(risk, bool) or not isinstance(risk, (int, float)) or not isinstance(reason, str):
        return None
    return RiskOpinion(float(risk), reason[:MAX_REASON_CHARS]) if 0 <= risk <= 1 else None
