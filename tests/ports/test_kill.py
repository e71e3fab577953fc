"""Killed at any system call, also while recovering, the hands leave before or after, and say so (D5).

``strace`` sends SIGKILL at the n-th call that changes something; nothing in the process knows of it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jarvisd.core.auditchain import verify
from jarvisd.executor.adapters.journal import SqliteJournal
from jarvisd.executor.ports import EntryState
from tests.unit.executor.test_crash import filled, left_over, seen

ROOT = Path(__file__).resolve().parents[2]
CALLS = "?renameat2,?mkdirat,?mkdir,?unlinkat,?unlink,?rmdir,?fsync,?fdatasync,?syncfs,?pwrite64,?write,?ftruncate"
STEPS = ("write", "replace", "delete", "delete-many", "organise-many")
IS_SOAK = bool(os.environ.get("JARVISD_SOAK"))
KILLED = -9
STRACE = ("strace", "-f", "--seccomp-bpf", "-qq")

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(36_000 if IS_SOAK else 180),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]


def hands(folder: Path, step: str, kill_at: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the hands; with ``kill_at`` they are killed at that call."""
    command = [sys.executable, "-B", "-m", "tests.fakes.hands_process", str(folder), step]
    if kill_at:
        inject = f"inject={CALLS}:signal=KILL:when={kill_at}"
        command = [
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-o",
            os.devnull,
            "-e",
            f"trace={CALLS}",
            "-e",
            inject,
            *command,
        ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def calls_of(folder: Path, step: str) -> int:
    """How many calls a run makes in which it could be killed."""
    log = folder / "strace"
    command = [sys.executable, "-B", "-m", "tests.fakes.hands_process", str(folder), step]
    subprocess.run(
        [*STRACE, "-o", str(log), "-e", f"trace={CALLS}", *command],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=300,
    )
    return sum("(" in line for line in log.read_text().splitlines())


@pytest.mark.parametrize("step", [*STEPS, "undo"])
def test_killed_at_any_call_the_hands_leave_before_or_after(tmp_path: Path, step: str) -> None:
    """Every call in a full run, a sample of them otherwise; recovery itself is killed as well."""
    chance = random.Random(f"kill {step}")
    ground = tmp_path / "ground"
    filled(ground)
    if step == "undo":
        assert hands(ground, "organise-many").returncode == 0
    total = calls_of(_fresh(ground, tmp_path / "count", step), step)
    assert total > 5
    numbers = range(1, total + 1) if IS_SOAK else sorted(chance.sample(range(1, total + 1), 2))
    reached = set()
    for number in numbers:
        folder = _fresh(ground, tmp_path / f"kill{number}", step)
        before = seen(folder / "space")
        done = hands(folder, step, number)
        assert done.returncode in (0, KILLED, 128 + 9, 137), done.stderr
        recovering = hands(folder, "recover", chance.randint(1, 14))
        assert recovering.returncode in (0, KILLED, 137), recovering.stderr
        last = hands(folder, "recover")
        assert last.returncode == 0, last.stderr
        now = seen(folder / "space")
        entries = _entries(folder)
        again = hands(folder, "recover")
        assert (json.loads(again.stdout), seen(folder / "space")) == ([], now)
        assert verify((folder / "audit.jsonl").read_text().splitlines())[2] == []
        reached.add(_check(folder, step, before, now, entries, f"{step} killed at call {number}: {last.stdout}"))
        shutil.rmtree(folder)
    assert not IS_SOAK or len(reached) == 2, "a full run sees both ends"


def _fresh(ground: Path, folder: Path, step: str) -> Path:
    """Ground of its own for one run: identities of files are part of what is journalled."""
    filled(folder)
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
        assert seen(folder / "space") == before, told
        assert hands(folder, "recover").returncode == 0, told
        for path in (folder / "space").glob(".Trash-*/staged/*"):
            assert path.is_file() or not list(path.iterdir()), told
        return "after"
    assert "many/0" not in now, told
    return "after"
