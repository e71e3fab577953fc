"""The table of a full-size run: it never calls held what failed, was skipped or was tried too seldom."""

from __future__ import annotations

from typing import Literal

import pytest

from tests import figures

Outcome = Literal["passed", "failed", "skipped"]


def report(outcome: Outcome, tried: int, when: Literal["setup", "call", "teardown"] = "call") -> pytest.TestReport:
    told: list[tuple[str, object]] = [("figure", ("kills", 10, "0 between")), ("tried", tried), ("seen", "odd")]
    return pytest.TestReport("a", ("a", 1, "a"), {}, outcome, None, when, user_properties=told)


def only(*reports: pytest.TestReport) -> figures.Row:
    [row] = figures.rows(reports).values()
    return row


def test_tests_with_one_figure_share_a_row() -> None:
    found = figures.rows([report("passed", 4), report("passed", 0, "teardown"), report("passed", 6)])
    assert figures.lines(found)[2:] == ["| kills | 10 | 0 between | held; odd |"]


@pytest.mark.parametrize(
    "reports",
    [
        [report("passed", 9)],
        [report("passed", 10), report("failed", 1)],
        [report("passed", 10), report("skipped", 0, "setup")],
        [report("passed", 10), report("failed", 10, "teardown")],
    ],
)
def test_what_failed_or_fell_short_is_not_held(reports: list[pytest.TestReport]) -> None:
    row = only(*reports)
    assert not row.is_held
    assert not row.result.startswith("held")
