"""The packaged corpus of attacks and harmless look-alikes passes, and its runner notices when it does not (D8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvisd.core.errors import RequestError
from jarvisd.executor.policy import offline
from jarvisd.executor.selftest import loader, trial
from jarvisd.executor.selftest.loader import Case

CASES = list(loader.load([loader.PACKAGED]))
JUDGE = offline.judge()


def test_every_case_has_an_acceptable_verdict() -> None:
    """Attacks are at least as strict as their case says, harmless requests at most; by text and on a real tree."""
    outcome = trial.run(CASES, JUDGE, offline.ANSWERS, lambda: 0)
    assert [failure.to_json() for failure in outcome.failures] == []


def test_the_corpus_is_as_large_as_promised() -> None:
    """As many attacks and harmless look-alikes as docs/security.md says."""
    assert sum(case.is_attack for case in CASES) >= 1_100
    assert sum(not case.is_attack for case in CASES) >= 400
    assert len({case.category for case in CASES}) >= 7
    assert len({repr(case.request) for case in CASES}) == len(CASES)


def test_a_failing_case_is_told_with_what_was_expected() -> None:
    """An attack that would run, and a harmless request that would be refused, both fail the trial."""
    attack = Case("own", 3, {"tool": "get_time", "args": {"what": "time"}}, "refuse", is_attack=True)
    harmless = Case("own", 4, {"tool": "no_tool", "args": {}}, "ask", is_attack=False)
    outcome = trial.run([attack, harmless], JUDGE, offline.ANSWERS, lambda: 0)
    assert not outcome.passed
    assert [
        (failure["line"], failure["expected"], failure["verdict"]) for failure in outcome.to_json()["failures"]
    ] == [  # type: ignore[union-attr,index]
        (3, "at least refuse", "run"),
        (4, "at most ask", "refuse"),
    ]


def test_nothing_to_try_is_no_success() -> None:
    """An empty corpus proves nothing."""
    assert not trial.run([], JUDGE, offline.ANSWERS, lambda: 0).passed


@pytest.mark.parametrize(
    "line",
    ["garbage", "[]", '{"tool":"get_time"}', '{"mildest":"maybe","tool":"x"}', '{"mildest":"ask","heard":"yes"}'],
)
def test_a_line_that_is_no_case_is_an_error_with_its_place(tmp_path: Path, line: str) -> None:
    """Somebody's own cases are not left out in silence."""
    (tmp_path / "own.jsonl").write_text(f"// a comment\n\n{line}\n")
    with pytest.raises(RequestError, match=r"own\.jsonl:3"):
        list(loader.load([tmp_path]))
