"""How the model is asked once more after an answer that is no plan. Pure."""

from __future__ import annotations

import json
from dataclasses import replace

from jarvisd.brain.plan.prompt import as_data, shortened
from jarvisd.brain.ports import Completion

REPAIR_FROM_S = 5.0
"""Chosen: with less time left no second plan would be complete."""
MAX_ERROR_CHARS = 160
"""Chosen: one sentence; more would be evaluated for nothing."""


def repair_request(request: Completion, error: str, deadline_s: float) -> Completion:
    """The same request with ``error`` in its last turn, which is all that has to be evaluated anew.

    What was answered is not shown: a small model would write it again.
    """
    *before, last = request.messages
    turn = {**json.loads(last.content), "error": shortened(f"{error}; write one plan", MAX_ERROR_CHARS)}
    return replace(request, messages=(*before, replace(last, content=as_data(turn))), deadline_s=deadline_s)
