"""An edit that keeps size, time and inode is a later change too: undoing refuses, nothing of it is lost (D5)."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.ports.journal import EntryState
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.undo.change_times import NEAR_NS, OpenSpans, Spans
from tests.unit.executor.conftest import Bench

PLANS = 60
STEPS = (
    ("file_write", {"path": "documents/fresh.txt", "content": "new text"}),
    ("file_write", {"path": "documents/a.txt", "content": "other text"}),
    ("file_append", {"path": "documents/a.txt", "content": "one more line"}),
    ("file_copy", {"source": "documents/a.txt", "destination": "documents/copy.txt"}),
    ("file_copy", {"source": "documents/box", "destination": "documents/box two"}),
    ("file_move", {"source": "documents/a.txt", "destination": "documents/box/moved.txt"}),
    ("file_delete", {"path": "documents/a.txt"}),
    ("file_delete", {"folder": "documents", "name": "txt"}),
    ("organize_files", {"folder": "documents", "by": "type"}),
    ("archive", {"action": "create", "path": "documents/box", "destination": "packed.zip"}),
)


def fill(bench: Bench) -> None:
    for name in ("a.txt", "b.txt", "c.jpg", "box/deep.md", "box/other.txt"):
        os.utime(bench.file(f"docs/{name}", f"this is {name}"), (1e9, 1e9))


def files(bench: Bench) -> dict[int, Path]:
    """Inode to file, the trash included."""
    return {path.stat().st_ino: path for path in bench.folder.rglob("*") if path.is_file()}


async def carry_out(bench: Bench, tool: str, args: dict[str, str]) -> int:
    """The entry of a step, 0 when there was nothing to do."""
    try:
        preview = await bench.registry.find(tool).measure(ToolContext(kit=bench.kit), args)
        return 0 if preview.nothing else (await bench.use(tool, **args)).undo_id
    except JarvisError:
        return 0


def edit_unseen(path: Path, step_ended_ns: int) -> bytes:
    """Another content of the same size, with the times of before, in the same inode."""
    before = path.stat()
    content = bytes(byte ^ 1 for byte in path.read_bytes())
    while path.stat().st_ctime_ns <= step_ended_ns:
        # Where the kernel's clock is coarse, an edit may fall into the last tick of the step.
        with path.open("r+b") as file:
            file.write(content)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)
    return content


@pytest.mark.parametrize("seed", range(PLANS))
async def test_an_edit_that_shows_nowhere_else_is_not_undone(bench: Bench, seed: int) -> None:
    """A random step, maybe others undone before, then the edit of one file that it put where it is."""
    chance = random.Random(seed)
    fill(bench)
    undo_id = 0
    while not undo_id:
        # Some steps find nothing to do after those before them.
        before = {path: inode for inode, path in files(bench).items()}
        undo_id = await carry_out(bench, *chance.choice(STEPS))
        if undo_id and chance.random() < 0.5:
            before, undo_id = {path: inode for inode, path in files(bench).items()}, 0
    touched = [path for inode, path in sorted(files(bench).items()) if before.get(path) != inode]
    touched = [path for path in touched if "staged" not in path.parts and path.suffix != ".trashinfo"]
    path = chance.choice(touched)
    content = edit_unseen(path, max(path.stat().st_ctime_ns for path in touched))
    with pytest.raises(JarvisError) as caught:
        bench.changes.undo(str(undo_id))
    assert caught.value.code is ErrorCode.UNDO_CONFLICT
    assert path.read_bytes() == content
    entry = bench.journal.find(undo_id)
    assert entry is not None
    assert entry.state is EntryState.DONE


async def test_our_own_renames_are_no_edits_also_after_a_crash(bench: Bench) -> None:
    """Two steps about the same file; a crash while the second is taken back loses when we worked for that."""
    fill(bench)
    first = await bench.use("file_write", path="documents/new.txt", content="text")
    known = bench.journal.spans()
    second = await bench.use("file_move", source="documents/new.txt", destination="documents/box/new.txt")
    bench.journal.worked = known
    bench.journal.mark(second.undo_id, EntryState.UNDOING)
    bench.changes.recover()
    bench.changes.undo(str(first.undo_id))
    assert not (bench.docs / "new.txt").exists()


async def test_a_file_may_get_another_name(bench: Bench) -> None:
    """Linking a file changes its ctime, and loses nothing when it is moved back."""
    fill(bench)
    done = await bench.use("file_move", source="documents/a.txt", destination="documents/box/moved.txt")
    os.link(bench.docs / "box/moved.txt", bench.docs / "second name.txt")
    bench.changes.undo(str(done.undo_id))
    assert (bench.docs / "a.txt").read_text() == "this is a.txt"


def test_spans_hold_what_is_in_them() -> None:
    spans = Spans([(10, 20), (30, 30), (15, 25), (12, 13)])
    assert [time for time in range(8, 33) if spans.hold(time)] == [*range(10, 26), 30]
    assert not Spans([]).hold(5)


def test_work_gathers_what_is_near() -> None:
    work = OpenSpans()
    for ctime_ns in (5 * NEAR_NS, 5 * NEAR_NS + 7, 9 * NEAR_NS, 8 * NEAR_NS + 1):
        work.note(ctime_ns)
    assert work.spans() == ((5 * NEAR_NS, 5 * NEAR_NS + 7), (8 * NEAR_NS + 1, 9 * NEAR_NS))
    work.written()
    assert work.spans() == ()
