"""What the executor reports is read as it was written, or not at all (A7, A11)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from jarvisd.core.errors import ErrorCode, InternalError
from jarvisd.core.json_types import reply_object
from jarvisd.core.planning.plan import (
    Consent,
    Outcome,
    PlanReport,
    StepReport,
    UndoReport,
    Verdict,
    VerdictKind,
)

STEP = StepReport(
    index=1,
    tool="file_delete",
    outcome=Outcome.DONE,
    verdict=Verdict(VerdictKind.ASK, 3, 0.625, ("it deletes", "it is wide")),
    consent=Consent.YES,
    question="I'm about to delete 3 files.",
    spoken="I deleted 3 files.",
    result={"deleted": 3, "names": ["a", "b", "c"]},
    undo_id=7,
    reversal="undo",
    profile={"memory_mb": 256},
    took_ms=12.5,
)
PLAN = PlanReport("p1", True, "partly", (STEP, StepReport(2, "get_time", Outcome.SKIPPED, STEP.verdict)))


def test_a_report_is_read_as_it_was_written() -> None:
    assert PlanReport.from_json(json.loads(json.dumps(PLAN.to_json()))) == PLAN
    undone = UndoReport((7, 6), "Undone: two things.")
    assert UndoReport.from_json(json.loads(json.dumps(undone.to_json()))) == undone


def test_a_whole_number_may_stand_for_a_fraction() -> None:
    """JSON has one kind of number; a score of 0 is one."""
    assert Verdict.from_json({"verdict": "run", "tier": 1, "score": 0, "reasons": []}).score == 0.0


def test_what_a_later_executor_adds_is_left_out() -> None:
    assert StepReport.from_json({**STEP.to_json(), "mood": "good"}) == STEP


@pytest.mark.parametrize("key", sorted(STEP.to_json().keys() - {"tier"}))
@pytest.mark.parametrize("change", [lambda step, key: step.pop(key), lambda step, key: step.update({key: None})])
def test_a_step_without_one_of_its_facts_is_refused(
    key: str, change: Callable[[dict[str, Any], str], object]
) -> None:
    step = STEP.to_json()
    change(step, key)
    with pytest.raises(InternalError):
        PlanReport.from_json({**PLAN.to_json(), "steps": [step]})


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "well"},
        {"consent": "perhaps"},
        {"undo_id": True},
        {"undo_id": 7.5},
        {"verdict": {**STEP.verdict.to_json(), "verdict": "allow"}},
        {"result": ["a"]},
    ],
)
def test_a_fact_of_another_kind_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InternalError):
        StepReport.from_json({**STEP.to_json(), **change})


def test_a_name_that_is_no_text_does_not_make_a_report_unreadable() -> None:
    """A file may be called anything; half a character stands for each byte that is none."""
    odd = {**STEP.to_json(), "result": {"names": ["caf\udce9"]}}
    told = reply_object(json.dumps({**PLAN.to_json(), "steps": [odd]}), "the reply of Result")
    assert PlanReport.from_json(told).steps[0].result == {"names": ["caf\udce9"]}


@pytest.mark.parametrize("text", ["", "[]", "{", '"done"', "[" * 100_000])
def test_a_reply_that_is_no_object_is_a_fault_of_ours(text: str) -> None:
    with pytest.raises(InternalError) as caught:
        reply_object(text, "the reply of Result")
    assert caught.value.code is ErrorCode.INTERNAL
    assert "Result" in caught.value.message


def test_a_list_that_holds_no_steps_is_refused() -> None:
    with pytest.raises(InternalError):
        PlanReport.from_json({**PLAN.to_json(), "steps": ["done"]})
    with pytest.raises(InternalError):
        UndoReport.from_json({"undone": ["7"], "spoken": "Undone."})
