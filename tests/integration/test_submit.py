"""``jarvisctl submit``: a written plan through validation, consent, effect and report, on real daemons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Home


def plan(*actions: dict[str, Any]) -> str:
    return json.dumps({"thought": "as written", "confidence": 1.0, "actions": list(actions)})


DELETE = {"tool": "file_delete", "args": {"path": "doomed.txt"}}
WRITE = {"tool": "file_write", "args": {"path": "note.txt", "content": "hello"}}
CODE: dict[str, Any] = {"tool": "execute_code", "args": {"language": "python", "code": "print(1)"}}


@pytest.fixture
def doomed(home: Home) -> Path:
    path = home.workspace("documents") / "doomed.txt"
    path.write_text("x")
    return path


@pytest.mark.parametrize(
    ("answer", "outcome", "consent"),
    [("yes", "done", "yes"), ("no", "declined", "no"), ("none", "declined", "silence")],
)
async def test_the_answer_decides(home: Home, doomed: Path, answer: str, outcome: str, consent: str) -> None:
    """A10: yes acts, no and silence do not; the exit status tells them apart."""
    done = home.jarvisctl("submit", "-", "--answer", answer, "--json", stdin=plan(DELETE))
    report = json.loads(done.stdout)
    [step] = report["steps"]
    assert (step["outcome"], step["consent"]) == (outcome, consent), done.stderr
    assert doomed.exists() is (answer != "yes")
    assert (done.returncode == 0) is (answer == "yes")
    if answer == "yes":
        assert home.jarvisctl("undo", str(step["undo_id"])).returncode == 0
        assert doomed.exists()


async def test_without_a_terminal_the_answer_is_no(home: Home, doomed: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(plan(DELETE))
    done = home.jarvisctl("submit", str(tmp_path / "plan.json"))
    assert doomed.exists()
    assert done.returncode != 0
    assert "file_delete: declined (tier 3, ask)" in done.stdout


async def test_a_dry_run_shows_everything_and_does_nothing(home: Home, doomed: Path) -> None:
    """Tiers, questions, what could be undone, and how a program would be held."""
    done = home.jarvisctl("submit", "-", "--dry-run", "--json", stdin=plan(DELETE, WRITE, CODE))
    assert done.returncode == 0, done.stderr
    delete, write, code = json.loads(done.stdout)["steps"]
    assert (delete["outcome"], delete["tier"], delete["reversal"]) == ("dry_run", 3, "undo")
    assert "doomed.txt" in delete["question"]
    assert (write["outcome"], write["verdict"]["verdict"], write["reversal"]) == ("dry_run", "run", "undo")
    assert code["profile"]["network"] == "none"
    assert doomed.exists()
    assert not (home.workspace("documents") / "note.txt").exists()
    shown = home.jarvisctl("submit", "-", "--dry-run", stdin=plan(DELETE, CODE)).stdout
    assert "undo: can be undone" in shown
    assert '"network": "none"' in shown


async def test_what_a_program_writes_is_shown_beside_the_report(home: Home) -> None:
    """Signals of live output reach the shell, and never its standard output, which is the report's."""
    done = home.jarvisctl("submit", "-", "--answer", "yes", "--json", stdin=plan(CODE))
    assert json.loads(done.stdout)["steps"][0]["result"]["stdout"] == "1\n"
    assert done.stderr == "I'll run 1 line of Python code in the sandbox.\n1\n"


async def test_a_dry_run_of_a_writing_program_runs_nothing_and_names_the_workspace(home: Home) -> None:
    writing = {**CODE, "args": {**CODE["args"], "workspace": "documents", "mode": "write"}}
    done = home.jarvisctl("submit", "-", "--dry-run", "--json", stdin=plan(writing))
    [step] = json.loads(done.stdout)["steps"]
    assert (step["outcome"], step["reversal"]) == ("dry_run", "undo")
    assert step["profile"]["files"] == "documents write"
    assert step["verdict"]["verdict"] == "ask"


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", '{"actions": [{"tool": 3}]}', '{"actions": [], "grant": true}']
)
async def test_what_is_no_plan_is_refused(home: Home, text: str) -> None:
    done = home.jarvisctl("submit", "-", stdin=text)
    assert done.returncode == 64
    assert "InvalidRequest" in done.stderr


async def test_a_file_that_is_not_there(home: Home, tmp_path: Path) -> None:
    done = home.jarvisctl("submit", str(tmp_path / "none.json"))
    assert (done.returncode, "NotFound" in done.stderr) == (66, True)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([""], 64, "nothing is named"),
        (["last", "0"], 66, "names no step"),
        (["last", "-1"], 66, "names no step"),
        (["last", "two"], 66, "names no step"),
        (["999999"], 66, "no step or plan '999999'"),
        (["banana"], 66, "no step or plan 'banana'"),
    ],
)
async def test_an_undo_that_names_nothing_says_so_and_takes_nothing_back(
    home: Home, words: list[str], status: int, said: str
) -> None:
    assert home.jarvisctl("submit", "-", stdin=plan(WRITE)).returncode == 0
    done = home.jarvisctl("undo", *words)
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr
    assert (home.workspace("documents") / "note.txt").exists()
    assert home.jarvisctl("undo").returncode == 0


async def test_what_has_been_undone_says_so(home: Home) -> None:
    report = json.loads(home.jarvisctl("submit", "-", "--json", stdin=plan(WRITE)).stdout)
    number = str(report["steps"][0]["undo_id"])
    assert home.jarvisctl("undo", number).returncode == 0
    again = home.jarvisctl("undo", number)
    assert (again.returncode, f"step {number}: it is undone" in again.stderr) == (66, True), again.stderr
