"""What it costs to be able to take things back: ratios to the same work done bare, interleaved, medians.

``bulk``: ten thousand files deleted, and sorted into folders, through journal and undo, against a loop of the same
renames (and ``.trashinfo`` files) and one ``syncfs``. ``single``: journal and audit of one step against two bare
``fdatasync`` calls. ``cancel``: how long a bulk step takes to stop and roll back when it is almost done.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from jarvisd.core.clock import SystemClock
from jarvisd.core.errors import JarvisError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.adapters.audit_log import AuditFile
from jarvisd.executor.adapters.journal import SqliteJournal
from jarvisd.executor.audit import records
from jarvisd.executor.files.paths import Entry, WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.ports.journal import EntryState, JournalEntry
from jarvisd.executor.tools.context import ToolContext, ToolServices
from jarvisd.executor.undo.changes import Changes
from jarvisd.executor.undo.operations import Move, Operation
from jarvisd.runtime.workers import Workers

FILES, FOLDERS, ROUNDS, SINGLES = 10_000, 8, 5, 60
LIMIT_BULK, LIMIT_SINGLE, LIMIT_CANCEL_S, LIMIT_PROGRESS_GAP_S = 3.0, 2.0, 1.0, 0.5


class Ground:
    """A workspace full of small files, and what changes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "space"
        self.here = self.folder / "here"
        self.here.mkdir(parents=True)
        for number in range(FILES):
            (self.here / f"{number:05}.tmp").write_bytes(b"x" * 100)
        self.workspaces = Workspaces([WorkspaceRoot("space", str(self.folder))])
        self.journal = SqliteJournal(folder / "undo.db")
        self.journal.open()
        self.changes = Changes(self.journal, self.workspaces, SystemClock())
        self.root = self.workspaces.roots[0]
        self.sync()

    def sync(self) -> None:
        """Make everything durable, so that one measurement does not pay for another."""
        fd = os.open(self.folder, os.O_RDONLY)
        ctypes.CDLL(None).syncfs(fd)
        os.close(fd)

    def found(self) -> list[Entry]:
        """The files, as a preview measures them."""
        return list(self.workspaces.walk(WorkspacePath(self.root, ("here",))))

    def close(self) -> None:
        """Release the journal."""
        self.journal.close()


def context() -> ToolContext:
    """A step; carrying out needs nothing else of its equipment."""
    return ToolContext(kit=cast("ToolServices", SimpleNamespace(workers=Workers())), tool="bench")


def bare_delete(ground: Ground) -> float:
    """Renames and info files in a loop, and one syncfs."""
    trash = ground.folder / "bare"
    (trash / "files").mkdir(parents=True)
    (trash / "info").mkdir()
    names = os.listdir(ground.here)  # noqa: PTH208 - the barest way
    began_s = time.perf_counter()
    for name in names:
        text = f"[Trash Info]\nPath=here/{name}\nDeletionDate=2026-01-01T00:00:00\n".encode()
        fd = os.open(f"{trash}/info/{name}.trashinfo", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(fd, text)
        os.close(fd)
        os.rename(f"{ground.here}/{name}", f"{trash}/files/{name}")  # noqa: PTH104
    ground.sync()
    return time.perf_counter() - began_s


def own_delete(ground: Ground) -> float:
    """The same through journal and undo."""
    found = ground.found()
    began_s = time.perf_counter()
    moves = ground.changes.trash.moves(found, datetime.now())
    ground.changes.carry_out(context(), "delete", moves, leave_out_changed=True)
    return time.perf_counter() - began_s


def bare_organise(ground: Ground) -> float:
    """New folders and renames in a loop, and one syncfs."""
    names = os.listdir(ground.here)  # noqa: PTH208 - the barest way
    began_s = time.perf_counter()
    for number in range(FOLDERS):
        os.mkdir(f"{ground.here}/{number}")  # noqa: PTH102
    for number, name in enumerate(names):
        os.rename(f"{ground.here}/{name}", f"{ground.here}/{number % FOLDERS}/{name}")  # noqa: PTH104
    ground.sync()
    return time.perf_counter() - began_s


def own_organise(ground: Ground) -> float:
    """The same through journal and undo."""
    found = ground.found()
    began_s = time.perf_counter()
    places = [
        WorkspacePath(ground.root, ("here", str(number % FOLDERS), item.place.name))
        for number, item in enumerate(found)
    ]
    operations: list[Operation] = ground.changes.missing_folders(*places)
    operations += [Move(item.place, place, item.identity) for item, place in zip(found, places, strict=True)]
    ground.changes.carry_out(context(), "organise", operations)
    return time.perf_counter() - began_s


def fresh(folder: Path, work: Callable[[Ground], Any]) -> Any:
    """``work`` on new ground that is removed afterwards."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        ground = Ground(Path(name))
        try:
            return work(ground)
        finally:
            ground.close()
            shutil.rmtree(ground.folder)


def cancel(ground: Ground) -> tuple[float, float]:
    """Seconds from a cancel in the last tenth until everything is back, and the longest gap between signals."""
    moves = ground.changes.trash.moves(ground.found(), datetime.now())
    step, cancelled_s = context(), [0.0]
    told_s = [time.perf_counter()]

    class Stopping(threading.Event):
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            if self.asked == FILES * 9 // 10:
                cancelled_s[0] = time.perf_counter()
                self.set()
            return super().is_set()

    step.stopping = Stopping()
    step.progress = lambda done, total: told_s.append(time.perf_counter())
    try:
        ground.changes.carry_out(step, "delete", moves)
    except JarvisError:
        pass
    ended_s = time.perf_counter()
    assert len(list(ground.here.iterdir())) == FILES
    gaps = [later - earlier for earlier, later in zip(told_s, [*told_s[1:], cancelled_s[0]], strict=True)]
    return ended_s - cancelled_s[0], max(gaps)


def single(folder: Path) -> dict[str, list[float]]:
    """Milliseconds of journal and audit of one step, and of two bare synced appends."""
    journal, log = SqliteJournal(folder / "single.db"), AuditFile(folder / "single.jsonl")
    journal.open()
    log.open()
    bare = [os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND) for name in ("one", "two")]
    place = ["documents", "/srv/jarvisd/documents", "notes/a.txt"]
    move: JsonObject = {"kind": "move", "source": place, "target": place, "identity": [1, 2, 3, 4, 5], "info": ""}
    entry = JournalEntry(0, EntryState.INTENT, "p", 0, "file_move", "move a", "2026-01-01T00:00:00", (move,))
    record = records.event("intent", "2026-01-01T00:00:00", step=0, tool="file_move", args_hash="0" * 64)
    samples: dict[str, list[float]] = {"own_ms": [], "bare_ms": []}
    for _ in range(SINGLES):
        began_s = time.perf_counter()
        for fd in bare:
            os.write(fd, b"x" * 300)
            os.fdatasync(fd)
        samples["bare_ms"].append(1000 * (time.perf_counter() - began_s))
        began_s = time.perf_counter()
        log.append(record, durable=True)
        journal.mark(journal.begin(entry), EntryState.DONE)
        log.append(record, durable=False)
        samples["own_ms"].append(1000 * (time.perf_counter() - began_s))
    journal.close()
    log.close()
    for fd in bare:
        os.close(fd)
    return samples


def measure(folder: Path) -> dict[str, Any]:
    """Every figure with its raw samples, its limit and whether it holds."""
    raw: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for work in (bare_delete, own_delete, bare_organise, own_organise):
            raw.setdefault(f"{work.__name__}_s", []).append(fresh(folder, work))
        stopped_s, gap_s = fresh(folder, cancel)
        raw.setdefault("cancel_s", []).append(stopped_s)
        raw.setdefault("progress_gap_s", []).append(gap_s)
    raw.update(single(folder))
    medians = {name: statistics.median(samples) for name, samples in raw.items()}
    figures = {
        "delete_ratio": (medians["own_delete_s"] / medians["bare_delete_s"], LIMIT_BULK),
        "organise_ratio": (medians["own_organise_s"] / medians["bare_organise_s"], LIMIT_BULK),
        "single_ratio": (medians["own_ms"] / medians["bare_ms"], LIMIT_SINGLE),
        "cancel_s": (medians["cancel_s"], LIMIT_CANCEL_S),
        "progress_gap_s": (medians["progress_gap_s"], LIMIT_PROGRESS_GAP_S),
    }
    shown = {
        name: {"value": round(value, 3), "limit": limit, "holds": value <= limit}
        for name, (value, limit) in figures.items()
    }
    return {"files": FILES, "figures": shown, "medians": medians, "samples": raw}


def main() -> None:
    """Measure and write ``undo.json``."""
    parser = argparse.ArgumentParser(prog="bench.undo")
    parser.add_argument("--output", type=Path, required=True)
    args, _ = parser.parse_known_args()
    args.output.mkdir(parents=True, exist_ok=True)
    result = measure(args.output.absolute())
    (args.output / "undo.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps(result["figures"], indent=1))


if __name__ == "__main__":
    main()
