"""Which tests are run for a mutant: those that can notice it, and not all of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.mutation.known import Known

RISK, EMAIL = "jarvisd/executor/policy/risk.py", "jarvisd/courier/email.py"
SECONDS = {
    "tests/unit/a.py::runs": 0.02,
    "tests/unit/a.py::reads_a_constant": 0.01,
    "tests/unit/b.py::runs_an_importer": 0.5,
    "tests/unit/c.py::other": 0.001,
    "tests/ports/test_mail.py::sends": 3.0,
}
RUNS, READS, IMPORTER, OTHER, MAIL = SECONDS


def known() -> Known:
    told = Known(SECONDS)
    told.by_line[RISK, 7].add(RUNS)
    told.by_module[RISK].add(RUNS)
    told.by_module["importer"].add(IMPORTER)
    return told


def mutant(module: str, line: int, *, is_at_load: bool = False) -> Any:
    return SimpleNamespace(module=module, first_line=line, last_line=line, is_at_load=is_at_load)


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        (mutant(RISK, 7), [RUNS]),
        (mutant(RISK, 3, is_at_load=True), [READS, RUNS, IMPORTER]),
        (mutant(RISK, 9), [READS, RUNS, IMPORTER]),
        (mutant(EMAIL, 1), [IMPORTER, MAIL]),
    ],
    ids=["a line", "a constant", "a line that none runs", "a process of its own"],
)
def test_who_can_notice_a_change_is_asked_the_fastest_first(changed: Any, tests: list[str]) -> None:
    assert known().tests_for(changed, ["importer"]) == tests


def test_the_quick_tests_of_the_likely_file_come_first() -> None:
    assert known().rounds([READS, RUNS, IMPORTER, MAIL]) == [[READS, RUNS], [IMPORTER, MAIL]]
    assert known().rounds([MAIL]) == [[MAIL]]
