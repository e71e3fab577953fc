"""A run of mutants goes on where it was, and never counts what was found with other files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.mutation.kept import Kept, state

ROWS = (("a", "killed"), ("b", "survived"), ("c", "too long"), ("c", "killed"))


def run(folder: Path, now: str, *, again: bool = False) -> Kept:
    return Kept(folder, "7", now, again=again)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kept = run(tmp_path, "old")
    kept.begin([])
    for name, how in ROWS:
        kept.keep({"mutant": name, "how": how, "by": "", "cpu_s": 1.0})
    kept.keep_unchanged({"seconds": {}})
    return tmp_path


@pytest.mark.parametrize(
    ("now", "again", "known"),
    [
        ("old", False, {"a", "b"}),
        ("old", True, {"a", "b"}),
        ("new", False, set()),
        ("new", True, {"a"}),
    ],
)
def test_what_was_found_counts_for_the_files_it_was_found_with(
    folder: Path, now: str, again: bool, known: set[str]
) -> None:
    """Of two mutants that are called the same nobody knows whose outcome it is."""
    kept = run(folder, now, again=again)
    rows = kept.outcomes(["a", "b", "c", "c", "d"])
    assert set(rows) == known
    assert (kept.unchanged() is not None) == (now == "old")
    kept.begin(rows.values())
    assert set(kept.outcomes(["a", "b", "c", "d"])) == known


def test_the_files_and_no_reasons_make_the_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason for a survivor changes no outcome; any other file may."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kept").mkdir()
    (tmp_path / "left").mkdir()
    reasons = tmp_path / "kept/reasons.toml"
    seen = []
    for name in ("kept/one", "kept/reasons.toml", "left/two", "top"):
        (tmp_path / name).write_text("x")
        seen.append(state(("kept",), sys.executable, without=reasons))
    assert seen[0] == seen[1] == seen[2] != seen[3]
