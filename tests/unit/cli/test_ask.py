"""The exit status says what stopped a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvisd.cli import submit
from jarvisd.cli.ask import exit_code
from jarvisd.core.error_texts import EX_DATAERR, FAULTS
from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Outcome, StepReport
from tests.fakes.brain import step_report

GONE = step_report(Outcome.FAILED, error="SandboxGone")
DONE = step_report()


@pytest.mark.parametrize(
    ("outcome", "code", "steps", "expected"),
    [
        ("done", "", [DONE], 0),
        ("failed", "UnitDown", [], FAULTS[ErrorCode.UNIT_DOWN].exit_code),
        ("failed", "", [DONE, GONE], FAULTS[ErrorCode.SANDBOX_GONE].exit_code),
        ("failed", "", [step_report(Outcome.FAILED)], EX_DATAERR),
        ("done", "", [step_report(Outcome.DECLINED)], EX_DATAERR),
    ],
)
def test_the_first_cause_counts(outcome: str, code: str, steps: list[StepReport], expected: int) -> None:
    """A plan that was submitted has no code of its own, only its steps have."""
    assert exit_code(outcome, code, steps) == expected


def test_of_a_plan_no_more_is_read_than_is_taken(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("x" * 2 * submit.LONGEST_CHARACTERS)
    assert len(submit.read(str(tmp_path / "plan.json"))) == submit.LONGEST_CHARACTERS
