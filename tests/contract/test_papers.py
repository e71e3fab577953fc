"""What people read beside the code: what it names is there, and the history can be read as a list."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import jarvisd
from demo.scenes import Facts, scenes

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "jarvisd"
PAPERS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
TOP = {path.name for base in (ROOT, PACKAGE) for path in base.iterdir() if path.is_dir()} - {"build", ".git"}
SUBJECT_CHARS = 72
"""What ``git log --oneline`` shows in a terminal of 80 columns."""
SUBJECTS_SINCE = "02f7e3e"
"""Commits up to this one are older than the rule."""
CHANGES = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Known limits"}
REQUIREMENTS = {"A": 14, "B": 7, "C": 1, "D": 9, "E": 8}
DECISIONS = 32
COUNTS = ("seven", "eight", "nine", "ten", "eleven", "twelve")


def is_there(cited: str) -> bool:
    """Whether ``cited`` is a place as documents write one: from the top, package or unit, or a module."""
    place, _, test = cited.partition("::")
    bases = (ROOT, PACKAGE, *(PACKAGE / unit for unit in ("audio", "brain", "executor", "tts")))
    found = [path for base in bases for end in ("", ".py") for path in base.glob(place.rstrip("/") + end)]
    if "/" not in place:
        found = [path for folder in ("jarvisd", "tests", "demo", "bench") for path in (ROOT / folder).rglob(place)]
    return bool(found) and (not test or f"def {test}(" in found[0].read_text("utf-8"))


def cited_in(text: str) -> set[str]:
    """Every file and folder that ``text`` names in a code span."""
    spans = re.findall(r"(?<!`)`([^`\s]+)`(?!`)", text)
    places = {span for span in spans if re.fullmatch(r"[.\w-]+(/[\w.*@-]+)+/?(::\w+)?", span)}
    modules = {span for span in spans if re.fullmatch(r"\w+\.py", span)}
    return {place for place in places if place.split("/")[0] in TOP} | modules


def test_what_counts_as_a_place() -> None:
    assert cited_in("`core/states.py`, `tests/unit/a.py::test_b`, `x.py`, `/etc/passwd`, `a/b`") == {
        "core/states.py",
        "tests/unit/a.py::test_b",
        "x.py",
    }
    assert is_there("core/states.py")
    assert is_there("tests/contract/test_papers.py::test_what_counts_as_a_place")
    assert not is_there("tests/contract/test_papers.py::test_that_is_not_there")
    assert not is_there("core/no_such_module.py")


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_place_that_a_document_names_is_there(path: Path) -> None:
    assert {cited for cited in cited_in(path.read_text("utf-8")) if not is_there(cited)} == set()


def rows_of(text: str) -> list[list[str]]:
    """The cells of every table in ``text``, without heads."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [cells for cells in lines if cells[-1] not in ("lives in", "begin in", "do", "state")]


def test_the_task_list_leads_everybody_to_a_file() -> None:
    """Who knows voice assistants, but not this one, finds each place at once."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = rows_of(text.partition("\n## Where to begin\n")[2].partition("\n## ")[0])
    assert [task for task, place in rows if not cited_in(place)] == []
    asked = {"change what counts as yes", "add a tool", "change when speech ends", "find where a letter is sent"}
    assert asked | {"add a language", "change the reply at the end of a turn"} <= {task for task, _ in rows}


def test_each_word_of_the_glossary_leads_to_its_class() -> None:
    """The class is in one of the files beside it."""
    rows = rows_of((ROOT / "docs" / "glossary.md").read_text("utf-8"))
    assert len(rows) > 50
    for word, meaning, _, lives_in in rows:
        files = cited_in(lives_in)
        text = "".join((PACKAGE / place).read_text("utf-8") for place in files)
        named = re.findall(r"`([A-Z]\w+)`", lives_in)
        missing = [name for name in named if not re.search(rf"^class {name}\b", text, re.MULTILINE)]
        assert (word, missing, bool(files), bool(meaning)) == (word, [], True, True)


def test_every_requirement_says_how_far_it_has_come() -> None:
    """Done and narrowed name a test that holds it; the others say that nothing is built."""
    rows = rows_of((ROOT / "docs" / "decisions.md").read_text("utf-8"))
    numbers = [str(number) for number in range(1, DECISIONS + 1)]
    numbers += [f"{part}{number}" for part, last in REQUIREMENTS.items() for number in range(1, last + 1)]
    assert [row[0] for row in rows if row[0]] == numbers
    for number, _, state in (row for row in rows if row[0]):
        tests = [cited for cited in cited_in(state) if "::test_" in cited]
        kind = state.split(":")[0].split(",")[0]
        assert (number, kind in ("done", "narrowed"), kind == "not built") == (number, bool(tests), not tests)


def test_the_decision_about_the_bus_library_names_who_imports_it() -> None:
    """ADR 1 says what a swap takes."""
    text = (ROOT / "docs" / "adr" / "0001-dbus-library.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))
    uses = re.compile(r"^(from|import) dbus_next\b", re.MULTILINE)
    importing = {path for path in PACKAGE.rglob("*.py") if uses.search(path.read_text("utf-8"))}
    assert named == {path.relative_to(ROOT).as_posix() for path in importing}


def test_the_changelog_tells_the_version_in_hand() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[([^\]]+)\](?: - \d{4}-\d\d-\d\d)?$", text, re.MULTILINE)
    assert versions[:2] == ["Unreleased", jarvisd.__version__]
    for version in text.split("\n## ")[1:]:
        kinds = re.findall(r"^### (.+)$", version, re.MULTILINE)
        assert set(kinds) <= CHANGES
        assert len(kinds) == len(set(kinds))
    entries = text.split("\n- ")[1:]
    assert len(entries) == len(set(entries)), "told twice"


def test_the_number_of_requests_in_the_demo_is_told_alike(tmp_path: Path) -> None:
    spoken = COUNTS[len(scenes(Facts(1, tmp_path, []))) - 7]
    for name in ("README.md", "Makefile", "demo/__main__.py"):
        told = re.findall(rf"\b({'|'.join(COUNTS)}) requests", (ROOT / name).read_text("utf-8"))
        assert (name, told) == (name, [spoken])


def subjects_since(commit: str) -> list[str]:
    """The subjects after ``commit``; none where that is not known: in an export, and in a shallow clone."""
    if shutil.which("git") is None:
        return []
    log = ["git", "-C", str(ROOT), "log", "--no-merges", "--format=%s", f"{commit}..HEAD"]
    done = subprocess.run(log, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def test_subjects_of_commits_fit_into_a_line() -> None:
    """The rule holds wherever the history can be read."""
    subjects = set(subjects_since(SUBJECTS_SINCE))
    assert [subject for subject in subjects if len(subject) > SUBJECT_CHARS] == []
