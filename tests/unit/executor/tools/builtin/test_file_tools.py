"""Appending, copying, moving to another disk, making folders: measured, whole or not at all, undoable (D5)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.files import destinations
from jarvisd.executor.files.disk import Disk, Identity
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.undo.changes import Changes
from jarvisd.executor.undo.retention import KeepLimits, Retention
from tests.sight import state_of
from tests.unit.executor.conftest import Bench


class TwoMounts(Disk):
    """A disk on which the workspaces docs and tmp are mounts of their own: nothing is renamed between them."""

    def mount_of(self, folder_fd: int) -> int:
        return 1 if "/docs" in os.readlink(f"/proc/self/fd/{folder_fd}") else 2

    def rename(self, source_fd: int, source: str, target_fd: int, target: str) -> None:
        if self.mount_of(source_fd) != self.mount_of(target_fd):
            raise OSError(18, "Invalid cross-device link")
        super().rename(source_fd, source, target_fd, target)


def put_on(bench: Bench, disk: Disk) -> None:
    """Let everything of the bench use ``disk``."""
    bench.workspaces.disk = disk
    bench.changes = Changes(bench.journal, bench.workspaces, bench.clock)
    bench.kit = replace(bench.kit, changes=bench.changes)
    bench.set_up()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("milk\n", "milk\nolives\n"),
        ("milk", "milk\nolives\n"),
        ("", "olives\n"),
        ("milk\n\n", "milk\n\nolives\n"),
    ],
)
async def test_a_line_is_added_as_a_line_of_its_own(bench: Bench, before: str, after: str) -> None:
    path = bench.file("docs/Party-List.txt", before)
    path.chmod(0o640)
    state = state_of(bench.docs)
    result = await bench.use("file_append", path="party list", content="olives")
    assert (path.read_text(), oct(path.stat().st_mode)) == (after, "0o100640")
    assert result.spoken == "I added that to documents/Party-List.txt."
    bench.changes.undo(str(result.undo_id))
    assert state_of(bench.docs) == state


async def test_a_file_that_is_not_there_is_made_by_adding_to_it(bench: Bench) -> None:
    result = await bench.use("file_append", path="lists/chores.txt", content="call the plumber\n")
    assert (bench.docs / "lists/chores.txt").read_text() == "call the plumber\n"
    bench.changes.undo(str(result.undo_id))
    assert state_of(bench.docs) == {}


async def test_adding_never_asks(bench: Bench) -> None:
    """Everyday requests stay quiet: what was there is kept and comes back with undo."""
    bench.file("docs/list.txt", "milk")
    [step] = await bench.run(("file_append", {"path": "list.txt", "content": "eggs"}))
    assert (step["outcome"], step["tier"]) == ("done", 1)


async def test_nothing_is_added_to_what_is_no_text_file(bench: Bench) -> None:
    bench.file("docs/a.bin", b"\0\1")
    bench.file("docs/real.txt", "x")
    (bench.docs / "link.txt").symlink_to("real.txt")
    os.mkfifo(bench.docs / "pipe")
    (bench.docs / "box").mkdir()
    before = state_of(bench.docs / "box")
    for name in ("a.bin", "documents/link.txt", "pipe", "box"):
        with pytest.raises(JarvisError):
            await bench.use("file_append", path=name, content="more")
    with pytest.raises(JarvisError):
        await bench.use("file_append", path="real.txt", content=" \n")
    assert (bench.docs / "real.txt").read_text() == "x"
    assert state_of(bench.docs / "box") == before
    assert bench.staged() == []


async def test_a_file_that_changes_before_a_line_is_added_is_left_alone(bench: Bench) -> None:
    bench.file("docs/list.txt", "milk")
    tool, context = bench.registry.find("file_append"), ToolContext(kit=bench.kit, tool="file_append")
    args = {"path": "list.txt", "content": "eggs"}
    context.selection = (await tool.measure(context, args)).selection
    bench.file("docs/list.txt", "milk and honey")
    with pytest.raises(RequestError):
        await tool.run(context, args)
    assert (bench.docs / "list.txt").read_text() == "milk and honey"
    assert bench.staged() == []


async def test_a_copy_has_content_mode_time_and_attributes(bench: Bench) -> None:
    path = bench.file("docs/budget.ods", os.urandom(3_000_000), age_days=9)
    path.chmod(0o750)
    (bench.docs / "archive").mkdir()
    result = await bench.use("file_copy", source="budget.ods", destination="archive")
    copied = bench.docs / "archive/budget.ods"
    assert copied.read_bytes() == path.read_bytes()
    assert (copied.stat().st_mode, copied.stat().st_mtime_ns) == (path.stat().st_mode, path.stat().st_mtime_ns)
    assert copied.stat().st_ino != path.stat().st_ino
    bench.changes.undo(str(result.undo_id))
    assert bench.names() == ["budget.ods"]


async def test_a_copy_without_a_destination_stands_beside(bench: Bench) -> None:
    bench.file("docs/plan.md", "a")
    for expected in ("documents/plan 2.md", "documents/plan 3.md"):
        assert (await bench.use("file_copy", source="plan.md")).data["destination"] == expected
    assert bench.names() == ["plan 2.md", "plan 3.md", "plan.md"]


async def test_a_folder_is_copied_with_links_and_empty_folders(bench: Bench) -> None:
    for number in range(30):
        bench.file(f"docs/box/deep/{number}.txt", f"content {number}", age_days=number)
    (bench.docs / "box/empty").mkdir(mode=0o700)
    (bench.docs / "box/link").symlink_to("deep/1.txt")
    os.mkfifo(bench.docs / "box/pipe")
    result = await bench.use("file_copy", source="box", destination="tmp")

    def without_inode(folder: Path) -> dict[str, object]:
        return {k: v[:3] for k, v in state_of(folder, exactly=False).items()}

    (bench.docs / "box/pipe").unlink()
    assert without_inode(bench.tmp / "box") == without_inode(bench.docs / "box")
    assert (result.data["files"], result.data["left_out"]) == (31, 1)
    bench.changes.undo(str(result.undo_id))
    assert state_of(bench.tmp) == {}


async def test_undoing_a_copy_never_takes_what_was_added_since(bench: Bench) -> None:
    """D5: undo refuses when it would lose a later change."""
    bench.file("docs/box/a.txt")
    result = await bench.use("file_copy", source="box", destination="documents/box2")
    bench.file("docs/box2/new.txt", "later work")
    with pytest.raises(RequestError) as caught:
        bench.changes.undo(str(result.undo_id))
    assert caught.value.code is ErrorCode.UNDO_CONFLICT
    assert bench.names() == ["box/a.txt", "box2/a.txt", "box2/new.txt"]


@pytest.mark.parametrize(
    ("source", "destination"), [("a.txt", "b.txt"), ("box", "box/inner"), ("none.txt", "c.txt"), ("pipe", "d")]
)
async def test_a_copy_never_replaces_or_nests(bench: Bench, source: str, destination: str) -> None:
    for name in ("a.txt", "b.txt", "box/c.txt"):
        bench.file(f"docs/{name}", name)
    os.mkfifo(bench.docs / "pipe")
    before = bench.names()
    with pytest.raises(JarvisError):
        await bench.use("file_copy", source=source, destination=destination)
    assert (bench.names(), bench.staged()) == (before, [])


async def test_what_does_not_fit_is_not_begun(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.file("docs/big.bin", "x" * 1000)
    monkeypatch.setattr(destinations, "KEPT_FREE_BYTES", 1 << 60)
    with pytest.raises(JarvisError) as caught:
        await bench.use("file_copy", source="big.bin")
    assert caught.value.code is ErrorCode.DISK_FULL


@pytest.mark.parametrize(
    ("source", "destination", "made"),
    [
        ("annual report", "summary", "summary.pdf"),
        ("annual report", "summary.txt", "summary.txt"),
        ("Annual-Report.pdf", "summary", "summary"),
        ("backup", "older", "older.tar.gz"),
    ],
)
@pytest.mark.parametrize("tool", ["file_move", "file_copy"])
async def test_who_speaks_of_no_suffix_loses_none(
    bench: Bench, tool: str, source: str, destination: str, made: str
) -> None:
    bench.file("docs/Annual-Report.pdf")
    bench.file("docs/backup.tar.gz")
    await bench.use(tool, source=source, destination=destination)
    assert made in bench.names()


async def test_a_file_is_moved_to_another_disk_and_back(bench: Bench) -> None:
    """Decision 5: the copy is compared, the original is kept aside as the inode it was."""
    put_on(bench, TwoMounts())
    path = bench.file("docs/film.mkv", os.urandom(2_500_000), age_days=3)
    path.chmod(0o604)
    before, status = state_of(bench.docs), path.stat()
    tool, context = bench.registry.find("file_move"), ToolContext(kit=bench.kit, tool="file_move")
    preview = await tool.measure(context, {"source": "film.mkv", "destination": "tmp"})
    assert "another disk" in preview.consequence
    result = await bench.use("file_move", source="film.mkv", destination="tmp")
    moved = bench.tmp / "film.mkv"
    assert (bench.names(), bench.names("tmp")) == ([], ["film.mkv"])
    assert (moved.stat().st_mode, moved.stat().st_mtime_ns) == (status.st_mode, status.st_mtime_ns)
    assert bench.trashed("docs") == []
    bench.changes.undo(str(result.undo_id))
    assert (state_of(bench.docs), bench.names("tmp")) == (before, [])


async def test_a_folder_is_moved_to_another_disk_and_back(bench: Bench) -> None:
    put_on(bench, TwoMounts())
    for number in range(40):
        bench.file(f"docs/album/{number % 4}/{number}.jpg", f"{number}", age_days=number)
    (bench.docs / "album/cover").symlink_to("0/0.jpg")
    (bench.docs / "album/empty").mkdir()
    before = state_of(bench.docs)
    result = await bench.use("file_move", source="album", destination="tmp/album")
    assert (state_of(bench.docs), len(bench.names("tmp"))) == ({}, 41)
    bench.changes.undo(str(result.undo_id))
    assert (state_of(bench.docs), state_of(bench.tmp)) == (before, {})


async def test_originals_of_a_move_to_another_disk_do_not_stay_for_ever(bench: Bench) -> None:
    """They are kept for undo, counted, and removed with their entry, subfolders and all."""
    put_on(bench, TwoMounts())
    for number in range(6):
        bench.file(f"docs/album/{number % 2}/{number}.jpg", "x" * 1000)
    await bench.use("file_move", source="album", destination="tmp/album")
    keep = Retention(bench.journal, bench.workspaces, KeepLimits(keep_bytes=6000))
    assert keep.prune() == []
    keep = Retention(bench.journal, bench.workspaces, KeepLimits(keep_bytes=5999))
    assert [entry.tool for entry in keep.prune()] == ["file_move"]
    assert (list(bench.docs.glob(".Trash-*/staged/*")), len(bench.names("tmp"))) == ([], 6)


async def test_a_move_to_another_disk_that_fails_leaves_both_as_they_were(bench: Bench) -> None:
    class Failing(TwoMounts):
        renames = 0

        def rename(self, source_fd: int, source: str, target_fd: int, target: str) -> None:
            Failing.renames += 1
            if Failing.renames == 5:
                raise OSError(5, "Input/output error")
            super().rename(source_fd, source, target_fd, target)

    put_on(bench, Failing())
    for number in range(4):
        bench.file(f"docs/box/{number}.txt", f"{number}")
    before = state_of(bench.docs)
    with pytest.raises(JarvisError):
        await bench.use("file_move", source="box", destination="tmp/box")
    assert (state_of(bench.docs), state_of(bench.tmp), bench.staged()) == (before, {}, [])


@dataclass
class Spoiling:
    """An open file that stores something else than it is given."""

    file: BinaryIO

    def write(self, content: bytes) -> int:
        return self.file.write(content[:-1] + b"?")

    def flush(self) -> None:
        self.file.flush()

    def fileno(self) -> int:
        return self.file.fileno()


class FaultyDisk(TwoMounts):
    """What is written to it comes back changed."""

    def write(
        self, folder_fd: int, name: str, write: Callable[[BinaryIO], object], mode: int, *, durable: bool = True
    ) -> Identity:
        def spoil(file: BinaryIO) -> None:
            write(cast("BinaryIO", Spoiling(file)))

        return super().write(folder_fd, name, spoil, mode, durable=durable)


async def test_a_copy_that_reads_back_wrong_never_replaces_the_original(bench: Bench) -> None:
    put_on(bench, FaultyDisk())
    bench.file("docs/a.txt", "precious")
    with pytest.raises(JarvisError, match="not what was written"):
        await bench.use("file_move", source="a.txt", destination="tmp/a.txt")
    assert (bench.names(), bench.names("tmp"), bench.staged()) == (["a.txt"], [], [])


async def test_what_changes_after_it_was_copied_stops_the_move(bench: Bench) -> None:
    """Nothing that was written meanwhile is put out of sight with the originals."""
    late = bench.docs / "box" / "1.txt"

    class Meddling(TwoMounts):
        def rename(self, source_fd: int, source: str, target_fd: int, target: str) -> None:
            if late.exists():
                late.write_text("written meanwhile")
            super().rename(source_fd, source, target_fd, target)

    put_on(bench, Meddling())
    for number in range(3):
        bench.file(f"docs/box/{number}.txt", f"{number}")
    with pytest.raises(RequestError, match="changed meanwhile"):
        await bench.use("file_move", source="box", destination="tmp/box")
    assert (bench.names(), bench.names("tmp")) == (["box/0.txt", "box/1.txt", "box/2.txt"], [])
    assert late.read_text() == "written meanwhile"


async def test_special_files_do_not_go_to_another_disk(bench: Bench) -> None:
    put_on(bench, TwoMounts())
    bench.file("docs/box/a.txt")
    os.mkfifo(bench.docs / "box/pipe")
    with pytest.raises(RequestError, match="1 special file"):
        await bench.use("file_move", source="box", destination="tmp/box")


async def test_a_folder_is_made_with_the_ones_above_it(bench: Bench) -> None:
    result = await bench.use("mkdir", path="trips/2027/rome")
    assert (bench.docs / "trips/2027/rome").is_dir()
    assert result.spoken == "I made the folder documents/trips/2027/rome."
    bench.changes.undo(str(result.undo_id))
    assert state_of(bench.docs) == {}


async def test_a_folder_that_is_there_is_not_made_again(bench: Bench) -> None:
    (bench.docs / "Recipes").mkdir()
    bench.file("docs/notes", "a file")
    [step] = await bench.run(("mkdir", {"path": "recipes"}))
    assert (step["outcome"], step["spoken"]) == ("done", "There is already a folder documents/Recipes.")
    with pytest.raises(RequestError, match="not a folder"):
        await bench.use("mkdir", path="notes")


async def test_a_made_folder_that_is_used_stays(bench: Bench) -> None:
    result = await bench.use("mkdir", path="recipes")
    bench.file("docs/recipes/soup.md")
    with pytest.raises(RequestError) as caught:
        bench.changes.undo(str(result.undo_id))
    assert caught.value.code is ErrorCode.UNDO_CONFLICT
    assert bench.names() == ["recipes/soup.md"]


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("file_append", {"path": "a.txt", "content": "x"}),
        ("file_copy", {"source": "a.txt"}),
        ("mkdir", {"path": "documents/new"}),
        ("organize_files", {"folder": "documents"}),
        ("archive", {"action": "create", "path": "a.txt"}),
    ],
)
async def test_a_read_only_workspace_is_not_changed_by_the_new_tools(
    bench: Bench, tool: str, args: dict[str, str]
) -> None:
    bench.file("docs/a.txt")
    bench.workspaces.roots = (replace(bench.workspaces.roots[0], is_read_only=True), bench.workspaces.roots[1])
    with pytest.raises(RequestError) as caught:
        await bench.use(tool, **args)
    assert caught.value.code is ErrorCode.PATH_REFUSED
    assert bench.names() == ["a.txt"]
