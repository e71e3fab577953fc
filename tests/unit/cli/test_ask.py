"""The exit status says what stopped a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvisd.cli import submit
from jarvisd.cli.ask import exit_code
from jarvisd.core.error_texts import EX_DATAERR, FAULTS
from jarvisd.core.errors import ErrorCode

GONE = {"outcome": "failed", "error": "SandboxGone"}
DONE = {"outcome": "done", "error": ""}


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ({"outcome": "done", "code": "", "steps": [DONE]}, 0),
        ({"outcome": "failed", "code": "UnitDown", "steps": []}, FAULTS[ErrorCode.UNIT_DOWN].exit_code),
        ({"outcome": "failed", "code": "", "steps": [DONE, GONE]}, FAULTS[ErrorCode.SANDBOX_GONE].exit_code),
        ({"outcome": "failed", "code": "", "steps": [{"outcome": "failed"}]}, EX_DATAERR),
        ({"outcome": "done", "code": "", "steps": [{"outcome": "declined"}]}, EX_DATAERR),
    ],
)
def test_the_first_cause_counts(report: dict[str, object], expected: int) -> None:
    """A plan that was submitted has no code of its own, only its steps have."""
    assert exit_code(report) == expected


def test_of_a_plan_no_more_is_read_than_is_taken(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("x" * 2 * submit.LONGEST_CHARACTERS)
    assert len(submit.read(str(tmp_path / "plan.json"))) == submit.LONGEST_CHARACTERS
