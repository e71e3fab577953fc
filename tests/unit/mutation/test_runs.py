"""Whether what a test has failed at is the change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.mutation import runs

UNIT, CLOCK = "tests/unit/a.py::test_it", "tests/integration/b.py::test_it"


@pytest.mark.parametrize(
    ("failed", "codes", "expected", "runs_expected"),
    [
        (UNIT, [1], 1, ["changed"]),
        (CLOCK, [1, 0], 1, ["changed", "source"]),
        (CLOCK, [1, 1], -1, ["changed", "source"]),
        (CLOCK, [1, -1], -1, ["changed", "source"]),
        (CLOCK, [0], 0, ["changed"]),
        ("", [2], 2, ["changed"]),
    ],
)
def test_what_fails_unchanged_too_has_killed_nothing(
    failed: str, codes: list[int], expected: int, runs_expected: list[str], tmp_path: Path
) -> None:
    module = tmp_path / "module.py"
    module.write_text("source")
    seen: list[str] = []

    def run(job: Mapping[str, Any], temporary: str) -> dict[str, Any]:
        seen.append(module.read_text())
        return {"code": codes[len(seen) - 1], "failed": failed, "cpu_s": 1.0}

    job = {"module": str(module), "code": "changed", "tests": [UNIT, CLOCK], "log": "log", "cpu_s": 30}
    answer = runs._with_module(job, "", run)
    assert answer["code"] == expected
    assert seen == runs_expected
    assert answer["cpu_s"] == len(seen)
    assert module.read_text() == "source"
