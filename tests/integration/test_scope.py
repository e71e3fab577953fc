"""Requests in and out of reach by the answers that the planner gave to them, without a model (decision 32)."""

from __future__ import annotations

from pathlib import Path

from tests.scope.__main__ import evaluate
from tests.scope.answers import Answers, KeptModel
from tests.scope.cases import Case
from tests.scope.evaluation import ASKED, READS, UNASKED

NEAREST = (
    ("fetch my slippers", "file_delete", {"path": "notes.txt"}),
    ("polish the silver", "file_write", {"path": "silver.txt", "content": "polish"}),
    ("is the cat in", "get_time", {"what": "date"}),
)
"""What a small model may take for requests that nothing here can do."""


async def test_a_neighbouring_act_is_seen(tmp_path: Path) -> None:
    """The whole way from a planner's answer to what the policy says of it: nothing of it is done."""
    answers = Answers(tmp_path / "plans.jsonl")
    for say, tool, args in NEAREST:
        answers.add(say, {"intent": tool, "args": args}, "scripted")
    tally = await evaluate([Case(say, can=False) for say, *_ in NEAREST], KeptModel(answers))
    assert (tally.tried, tally.missing, tally.by_sentence) == (3, 0, 0)
    # Each is seen as what it would be, or has no licence.
    assert tally.found[UNASKED] + tally.found[ASKED] + tally.found[READS] in (0, 3)
    tally = await evaluate([Case("write notes", True, (frozenset({"file_write"}),))], KeptModel(answers))
    assert (tally.tried, tally.missing) == (0, 1)
