"""How the model is asked for its opinion of the risk of one action (A9). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.brain.plan.prompt import MAX_UTTERANCE_CHARS, as_data, shortened
from jarvisd.brain.ports import Completion, Message
from jarvisd.core.json_types import JsonObject, canonical

RISK_TOKENS = 60
"""Chosen: a few words and a number."""
RISK_DEADLINE_S = 20.0
"""Chosen: a person is waiting, and no opinion counts as the worst (A9)."""
ASKED = "asked"
MAX_ACTION_CHARS = 4000
"""Chosen: what is cut off, the executor has judged all the same."""
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


def risk_request(prefix: Sequence[Message], action: JsonObject) -> Completion:
    """Ask about ``action``: {"tool", "args"}, what was measured, and in "asked" the words that it is to answer.

    Shares the planner's ``prefix`` (decision 9).
    """
    shown = {key: value for key, value in action.items() if key != ASKED}
    turn = {
        "task": _TASK,
        "action": shortened(canonical(shown), MAX_ACTION_CHARS),
        ASKED: shortened(str(action.get(ASKED, "")), MAX_UTTERANCE_CHARS),
    }
    message = Message("user", as_data(turn))
    return Completion((*prefix, message), schema=_SCHEMA, max_tokens=RISK_TOKENS, deadline_s=RISK_DEADLINE_S)
