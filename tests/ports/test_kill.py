"""Killed at any system call, also while recovering, the hands leave before or after, and say so (D5).

``strace`` sends SIGKILL at the n-th call that changes something; nothing in the process knows of it.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from jarvisd.executor.adapters.journal import SqliteJournal
from jarvisd.executor.ports.journal import EntryState
from tests.fakes.auditor import followed
from tests.figures import IS_FULL, Record
from tests.sight import state_of
from tests.unit.executor.undo.test_crash import filled, left_over

ROOT = Path(__file__).resolve().parents[2]
CALLS = "?renameat2,?mkdirat,?mkdir,?unlinkat,?unlink,?rmdir,?fsync,?fdatasync,?syncfs,?pwrite64,?write,?ftruncate"
STEPS = ("write", "replace", "delete", "delete-many", "organise-many")
KILLED = (-9, 137)
STRACE = ("strace", "-f", "-qq")
"""Without ``--seccomp-bpf``, which is faster but has some kernels deliver no signal at all."""

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(600),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]


_TRACED = re.compile(r"\d+ +(\w+)\(\d+<([^>]*)>")
Call = tuple[str, int]
"""A system call, and how often it has been made: strace counts each call for itself."""


def hands(folder: Path, step: str, kill_at: Call | None = None) -> subprocess.CompletedProcess[str]:
    """Run the hands; with ``kill_at`` they are killed at that call, before it does anything."""
    command = [sys.executable, "-B", "-m", "tests.fakes.hands_process", str(folder), step]
    if kill_at:
        inject = f"inject={kill_at[0]}:signal=KILL:when={kill_at[1]}"
        command = [*STRACE, "-o", os.devnull, "-e", f"trace={kill_at[0]}", "-e", inject, *command]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def calls_of(folder: Path, step: str) -> list[Call]:
    """Every call of a run at which it could be killed."""
    log = folder.with_suffix(".strace")
    command = [sys.executable, "-B", "-m", "tests.fakes.hands_process", str(folder), step]
    subprocess.run(
        [*STRACE, "-o", str(log), "-e", f"trace={CALLS}", *command],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=300,
    )
    counts: Counter[str] = Counter()
    calls = []
    for line in log.read_text().splitlines():
        found = re.match(r"\d+ +(\w+)\(", line)
        if found is not None:
            counts[found[1]] += 1
            calls.append((found[1], counts[found[1]]))
    return calls


@pytest.mark.soak("SIGKILLs of the hands at a system call", 200, "0 states between before and after")
@pytest.mark.parametrize("step", [*STEPS, "undo"])
def test_killed_at_any_call_the_hands_leave_before_or_after(
    tmp_path: Path, step: str, record_property: Record
) -> None:
    """Every call in a full run, a sample of them otherwise; recovery itself is killed as well."""
    chance = random.Random(f"kill {step}")
    calls = calls_of(_fresh(tmp_path / "count", step), step)
    assert len(calls) > 20
    # A recovery has most to do when the step was killed at its last change of a name.
    late = [call for call in calls if call[0] == "renameat2"][-1]
    assert hands(_fresh(tmp_path / "late", step), step, late).returncode in KILLED
    recovering = calls_of(tmp_path / "late", "recover")
    assert "renameat2" in dict(recovering) or not step.endswith("-many"), "recovery changes names too"
    reached, killed, again_killed = set(), 0, 0
    tried = calls if IS_FULL else chance.sample(calls, 2)
    for number, call in enumerate(tried):
        folder = _fresh(tmp_path / f"kill{number}", step)
        before = state_of(folder / "space", exactly=False)
        done = hands(folder, step, call)
        assert done.returncode in (0, *KILLED), (call, done.stderr)
        killed += done.returncode in KILLED
        recovered = hands(folder, "recover", chance.choice(recovering))
        assert recovered.returncode in (0, *KILLED), recovered.stderr
        again_killed += recovered.returncode in KILLED
        last = hands(folder, "recover")
        assert last.returncode == 0, last.stderr
        now = state_of(folder / "space", exactly=False)
        entries = _entries(folder)
        again = hands(folder, "recover")
        assert (json.loads(again.stdout), state_of(folder / "space", exactly=False)) == ([], now)
        assert followed((folder / "audit.jsonl").read_text().splitlines()).problems == []
        reached.add(_check(folder, step, before, now, entries, f"{step} killed at {call}: {last.stdout}"))
        shutil.rmtree(folder)
    record_property("tried", killed + again_killed)
    record_property("seen", f"{step}: {killed}, and {again_killed} while recovering")
    # The store does not write exactly as often in every run, so a last call of a kind may not come.
    assert killed > len(tried) * (0.9 if IS_FULL else 0)
    assert not IS_FULL or len(reached) == 2, "a full run sees both ends"


@pytest.mark.parametrize("step", ["write", "delete-many", "undo"])
def test_a_step_is_on_the_disk_of_the_journal_before_anything_of_it_happens(tmp_path: Path, step: str) -> None:
    """D5, with the store as it is: what is intended is written and synced, and only then names change.

    A power cut keeps what was synced and may keep later changes of names without it.
    """
    folder = _fresh(tmp_path / "seen", step)
    log = tmp_path / "seen.strace"
    command = [sys.executable, "-uB", "-m", "tests.fakes.hands_process", str(folder), step]
    traced = "trace=?renameat2,?fsync,?fdatasync,?syncfs,?pwrite64,?write"
    subprocess.run(
        [*STRACE, "-y", "-o", str(log), "-e", traced, *command],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=300,
    )
    told = [found.groups() for found in map(_TRACED.match, log.read_text().splitlines()) if found]
    # What recovery found is printed before the step begins.
    began = next(index for index, (call, path) in enumerate(told) if call == "write" and "pipe:" in path)
    changed = next(index for index, (call, _) in enumerate(told) if call == "renameat2")
    before = list(enumerate(told))[began:changed]
    intended = [index for index, (call, path) in before if call == "pwrite64" and path.endswith("undo.db-wal")]
    synced = [index for index, (call, path) in before if "sync" in call and path.endswith("undo.db-wal")]
    assert intended, "what is intended is written before the first change"
    assert synced, "and synced"
    assert synced[-1] > intended[-1]
    # What it speaks of is whole by then.
    made = {path: index for index, (call, path) in before if call == "write" and "/staged/" in path}
    for path, index in made.items():
        assert any(
            index < later < intended[0] and (call == "syncfs" or (call == "fsync" and other == path))
            for later, (call, other) in before
        ), path


def _fresh(folder: Path, step: str) -> Path:
    """Ground of its own for one run: identities of files are part of what is journalled."""
    filled(folder)
    if step != STEPS[0]:
        # Making the journal takes as many calls as a step; being killed at them is tried once.
        journal = SqliteJournal(folder / "undo.db")
        journal.open()
        journal.close()
    if step == "undo":
        assert hands(folder, "organise-many").returncode == 0
    return folder


def _entries(folder: Path) -> list[EntryState]:
    journal = SqliteJournal(folder / "undo.db")
    journal.open()
    states = [state for _, state, _ in journal.outline()]
    journal.close()
    return states


def _check(
    folder: Path, step: str, before: object, now: dict[str, object], entries: list[EntryState], told: str
) -> str:
    """Whether this is the state ``before`` or ``after``; anything else fails."""
    assert not {EntryState.INTENT, EntryState.UNDOING, EntryState.STUCK} & set(entries), told
    if now == before:
        if step != "undo":
            assert EntryState.DONE not in entries, told
            assert left_over(folder / "space") == [], told
        return "before"
    is_done = EntryState.DONE in entries
    assert is_done == (step != "undo"), told
    if is_done:
        # It happened as a whole: then it can be taken back as a whole.
        assert hands(folder, "undo").returncode == 0, told
        assert state_of(folder / "space", exactly=False) == before, told
        assert hands(folder, "recover").returncode == 0, told
        for path in (folder / "space").glob(".Trash-*/staged/*"):
            assert path.is_file() or not list(path.iterdir()), told
        return "after"
    assert "many/0" not in now, told
    return "after"
