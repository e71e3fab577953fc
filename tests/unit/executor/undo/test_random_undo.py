"""Whatever a plan did to files, undoing it brings every one of them back exactly (D5).

Random folders with hard and symbolic links, odd modes, times and attributes; random steps of every tool that
changes files; undone as a plan, as the last N, or one by one. And whoever swaps folders for links while steps run
gets nothing outside the workspace touched.
"""

from __future__ import annotations

import os
import random
import shutil
import threading
from pathlib import Path

import pytest

from jarvisd.core.errors import JarvisError, RequestError
from jarvisd.executor.ports.journal import EntryState
from jarvisd.executor.tools.context import ToolContext
from tests.figures import IS_FULL, Record
from tests.sight import state_of
from tests.unit.executor.conftest import Bench

PLANS = 10_000 if IS_FULL else 100
RACES = 100_000 if IS_FULL else 300
pytestmark = pytest.mark.timeout(600)
NAMES = ("a.txt", "b.md", "c.jpg", "notes", "old.log", "ü.txt", "data.csv", "x.py")
FOLDERS = ("", "box", "box/deep", "pictures", "empty")


def fill(folder: Path, chance: random.Random) -> None:
    """A small random tree."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for _ in range(chance.randint(3, 10)):
        path = folder / chance.choice(FOLDERS[:-1]) / chance.choice(NAMES)
        if path.exists() or path.is_symlink():
            continue
        kind = chance.random()
        if kind < 0.15 and files:
            os.link(chance.choice(files), path)
        elif kind < 0.3:
            path.symlink_to(chance.choice(["a.txt", "../a.txt", "nowhere", "box"]))
        else:
            path.write_bytes(chance.randbytes(chance.choice([0, 1, 100, 5000])))
            path.chmod(chance.choice([0o600, 0o644, 0o755, 0o664]))
            if chance.random() < 0.3:
                os.setxattr(path, "user.note", chance.randbytes(5))
            files.append(path)
    for path in files:
        at_ns = chance.randint(1_400_000_000, 1_700_000_000) * 10**9 + chance.randint(0, 10**9 - 1)
        os.utime(path, ns=(at_ns, at_ns))


def step(chance: random.Random) -> tuple[str, dict[str, str]]:
    """A random call of a random tool; many of them are refused, as they should be."""
    folder, other = chance.choice(FOLDERS), chance.choice((*FOLDERS, "new", "new/er"))
    path = f"documents/{folder}/{chance.choice(NAMES)}".replace("//", "/")
    target = f"documents/{other}/{chance.choice(NAMES)}".replace("//", "/")
    inside = f"documents/{folder or 'box'}"
    return chance.choice(
        [
            ("file_write", {"path": target, "content": chance.choice(["", "text", "x" * 3000])}),
            ("file_append", {"path": path, "content": "one more line"}),
            ("file_move", {"source": path, "destination": target}),
            (
                "file_move",
                {"source": f"documents/{folder or 'box'}", "destination": f"documents/{other or 'moved'}"},
            ),
            ("file_copy", {"source": path, "destination": target}),
            ("file_delete", {"path": path}),
            ("file_delete", {"path": inside}),
            ("file_delete", {"folder": "documents", "name": chance.choice(["txt", "o", "*.md"])}),
            ("mkdir", {"path": f"documents/{other}/made"}),
            (
                "organize_files",
                {"folder": f"documents/{folder}".rstrip("/"), "by": chance.choice(["type", "date"])},
            ),
            ("archive", {"action": "create", "path": inside, "destination": "packed.zip"}),
            ("archive", {"action": "extract", "path": "documents/packed.zip"}),
        ]
    )


async def run_plan(bench: Bench, plan_id: str, chance: random.Random) -> int:
    """Carry out some steps; how many of them changed something."""
    done = 0
    for number in range(chance.randint(1, 6)):
        name, args = step(chance)
        tool = bench.registry.find(name)
        context = ToolContext(kit=bench.kit, plan_id=plan_id, step=number, tool=name)
        try:
            checked = tool.validate(args)
            preview = await tool.measure(context, checked)
            if preview.nothing:
                continue
            context.selection = preview.selection
            done += bool((await tool.run(context, checked)).undo_id)
        except RequestError:
            continue
    return done


@pytest.mark.soak("random plans undone", 10_000, "0 differences")
async def test_random_plans_are_undone_exactly(bench: Bench, record_property: Record) -> None:
    """0 differences in bytes, mode, time, owner, attributes and links of every file; nothing is left over."""
    changed = steps = 0
    for number in range(PLANS):
        chance = random.Random(f"plan {number}")
        shutil.rmtree(bench.docs)
        bench.docs.mkdir()
        bench.journal.entries.clear()
        fill(bench.docs, chance)
        before = state_of(bench.docs)
        done = await run_plan(bench, f"plan{number}", chance)
        steps += done
        changed += state_of(bench.docs) != before
        assert len([entry for entry in bench.journal.entries.values() if entry.state is EntryState.DONE]) == done
        if done:
            how = chance.choice(["plan", "last", "singly"])
            words = [f"plan{number}"] if how == "plan" else [f"last {done}"] if how == "last" else ["last"] * done
            for what in words:
                bench.changes.undo(what)
        assert state_of(bench.docs) == before, f"plan {number}"
        assert bench.trashed("docs") == [], f"plan {number}"
        assert list(bench.docs.glob(".Trash-*/info/*")) == []
    assert changed > PLANS / 2
    assert steps > PLANS
    record_property("tried", PLANS)
    record_property("seen", f"{steps:,} steps that changed something")


@pytest.mark.soak("steps raced by swapping links", 100_000, "0 escapes")
@pytest.mark.parametrize("name", ["file_write", "file_delete", "file_move", "file_append"])
async def test_swapping_folders_for_links_leads_nowhere(
    bench: Bench, tmp_path: Path, name: str, record_property: Record
) -> None:
    """Decision 6: a second process exchanges a folder and a link that leads out, as fast as it can."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "f.txt").write_text("not yours")
    (bench.docs / "box").mkdir()
    (bench.docs / "box/f.txt").write_text("mine")
    (bench.docs / "link").symlink_to(outside)
    is_over = threading.Event()

    def swap() -> None:
        disk = bench.workspaces.disk
        fd = os.open(bench.docs, os.O_RDONLY)
        while not is_over.is_set():
            disk.exchange(fd, "box", fd, "link")
        os.close(fd)

    # By descriptor, because the test's own hand must not be led out either.
    box = os.open(bench.docs / "box", os.O_RDONLY | os.O_DIRECTORY)
    swapping = threading.Thread(target=swap)
    swapping.start()
    args = {
        "file_write": {"path": "documents/box/f.txt", "content": "written"},
        "file_append": {"path": "documents/box/f.txt", "content": "more"},
        "file_delete": {"path": "documents/box/f.txt"},
        "file_move": {"source": "documents/box/f.txt", "destination": "documents/box/g.txt"},
    }[name]
    done = refused = 0
    try:
        for _ in range(RACES // 4):
            try:
                await bench.use(name, **args)
                done += 1
                bench.changes.undo("last")
            except JarvisError:
                refused += 1
            bench.journal.entries.clear()
            if not os.listdir(box):
                os.close(os.open("f.txt", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=box))
    finally:
        is_over.set()
        swapping.join()
        os.close(box)
    assert sorted(path.name for path in outside.iterdir()) == ["f.txt"]
    assert (outside / "f.txt").read_text() == "not yours"
    assert refused > 0
    record_property("tried", done + refused)
    record_property("seen", f"{name}: {done:,} done")
