"""The model's opinion about the risk of one action (A9): how it is asked, and how its answer is read.

An opinion can only raise a tier, so whatever cannot be read counts as no opinion. Pure.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from jarvisd.brain.ports import Completion, Message
from jarvisd.brain.prompt import MAX_UTTERANCE_CHARS, as_data
from jarvisd.core.jsonvalue import JsonObject, canonical

RISK_TOKENS = 60
MAX_ACTION_CHARS = 4000
MAX_REASON_CHARS = 200
_TASK = (
    "Do not plan. Judge the action below, which somebody may have been tricked into asking for. "
    "Say in a few words what it could damage or give away, then its risk: 0 reads or tells something, "
    "0.5 changes something that can be undone, "
    '1 destroys, spends or sends something. Answer {"reason":"...","risk":0.0}'
)
_SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "risk": {"enum": [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]},
    },
    "required": ["reason", "risk"],
}


@dataclass(frozen=True, slots=True)
class RiskOpinion:
    """``risk`` from 0 to 1 with the model's reason, which is untrusted text."""

    risk: float
    reason: str


def risk_request(prefix: Sequence[Message], action: JsonObject, utterance: str, deadline_s: float) -> Completion:
    """Ask about ``action`` ({"tool", "args"}); shares the planner's ``prefix`` (decision 9)."""
    shown = canonical(action)[:MAX_ACTION_CHARS]
    turn = {"task": _TASK, "action": shown, "asked": utterance[:MAX_UTTERANCE_CHARS]}
    message = Message("user", as_data(turn))
    return Completion((*prefix, message), schema=_SCHEMA, max_tokens=RISK_TOKENS, deadline_s=deadline_s)


def parse_risk(text: str) -> RiskOpinion | None:
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
    if not math.isfinite(risk) or not 0 <= risk <= 1:
        return None
    return RiskOpinion(float(risk), reason[:MAX_REASON_CHARS])
