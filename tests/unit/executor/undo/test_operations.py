"""Operations one by one: what the disk says of them, how they are kept, and what the trash calls things (D5)."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from jarvisd.codecheck.protected import PlaceClass
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.files.disk import Disk, Identity
from jarvisd.executor.files.paths import Entry, WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.undo import building
from jarvisd.executor.undo import operations as effects
from jarvisd.executor.undo.building import ChangeBuilder, _copy_attributes, chunks, reading, tree
from jarvisd.executor.undo.change_times import Spans
from jarvisd.executor.undo.changes import Changes, demand_judged
from jarvisd.executor.undo.operations import Move, OperationRunner, OperationState, Swap
from jarvisd.executor.undo.trash import Trash, info_text
from tests.fakes.clock import ScriptedClock
from tests.fakes.executor import ScriptedJournal
from tests.unit.executor.conftest import Bench

ROOT = WorkspaceRoot("documents", "/srv/docs")
ONE = Identity(1, 2, 0o100644, 4, 5)
MOVE = Move(WorkspacePath(ROOT, ("a",)), WorkspacePath(ROOT, ("b", "c")), ONE)
SWAP = Swap(
    WorkspacePath(ROOT, ("a",)), WorkspacePath(ROOT, (".Trash-0", "staged", "x")), ONE, Identity(1, 3, 0, 0, 0)
)


def place(bench: Bench, *parts: str) -> WorkspacePath:
    return WorkspacePath(bench.workspaces.roots[0], parts)


def identity(bench: Bench, *parts: str) -> Identity:
    found = bench.workspaces.identify(place(bench, *parts))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "operation", [MOVE, replace(MOVE, info="[Trash Info]\n"), replace(MOVE, must_be_empty=True), SWAP]
)
def test_an_operation_is_kept_whole(operation: effects.Operation) -> None:
    assert effects.from_json(effects.to_json(operation)) == operation


def test_an_operation_of_the_first_journals_is_read() -> None:
    old = effects.to_json(MOVE)
    old["source"] = {"workspace": "documents", "path": "/srv/docs", "parts": ["a"]}
    assert effects.from_json(old) == MOVE
    root = effects.to_json(replace(MOVE, source=WorkspacePath(ROOT, ())))
    assert effects.from_json(root) == replace(MOVE, source=WorkspacePath(ROOT, ()))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "melt"},
        {"kind": None},
        {"source": 7},
        {"source": "abc"},
        {"source": ["one", "two"]},
        {"source": {"workspace": "documents"}},
        {"target": None},
        {"identity": "12345"},
        {"identity": [1, 2]},
        {"identity": ["x", 2, 3, 4, 5]},
        {"identity": None},
    ],
)
def test_what_was_never_written_is_no_operation(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        effects.from_json({**effects.to_json(MOVE), **change})  # type: ignore[dict-item] # wrong on purpose
    for missing in ("kind", "source", "target", "identity"):
        value = effects.to_json(MOVE)
        del value[missing]
        with pytest.raises(ValueError, match="no operation"):
            effects.from_json(value)


@pytest.mark.parametrize(
    ("parts", "in_trash", "staged"),
    [
        ((), False, False),
        (("a",), False, False),
        ((".Trash-0",), True, False),
        ((".Trash-0", "files", "staged"), True, False),
        ((".Trash-0", "staged", "x"), True, True),
        (("a", "staged", "x"), False, False),
        (("a", ".Trash-0"), False, False),
    ],
)
def test_what_is_in_the_trash_is_known_by_its_place(parts: tuple[str, ...], in_trash: bool, staged: bool) -> None:
    assert effects.is_in_trash(WorkspacePath(ROOT, parts)) is in_trash
    assert effects.is_staged(WorkspacePath(ROOT, parts)) is staged


def test_where_an_operation_stands_is_read_from_the_disk(bench: Bench) -> None:
    hand = OperationRunner(bench.workspaces)
    path = bench.file("docs/a", "12")
    move = Move(place(bench, "a"), place(bench, "b"), identity(bench, "a"))
    assert hand.where(move) is OperationState.NOT_DONE
    assert not hand.has_happened(move)
    hand.do(move)
    assert hand.where(move) is OperationState.DONE
    assert hand.has_happened(move)
    (bench.docs / "b").write_text("345")
    assert hand.where(move) is OperationState.CHANGED
    assert hand.has_happened(move)
    (bench.docs / "b").unlink()
    assert hand.where(move) is OperationState.CHANGED
    assert hand.where(replace(move, source=place(bench, ".Trash-0", "staged", "x"))) is OperationState.NOT_DONE
    assert not path.exists()


def test_a_move_never_replaces_and_never_takes_another_object(bench: Bench) -> None:
    hand = OperationRunner(bench.workspaces)
    bench.file("docs/a", "mine")
    bench.file("docs/b", "theirs")
    measured = identity(bench, "a")
    for target, known, code in (
        ("b", measured, ErrorCode.REFUSED),
        ("c", identity(bench, "b"), ErrorCode.TOOL_FAILED),
    ):
        with pytest.raises(JarvisError) as caught:
            hand.do(Move(place(bench, "a"), place(bench, target), known))
        assert caught.value.code is code
        assert ((bench.docs / "a").read_text(), (bench.docs / "b").read_text()) == ("mine", "theirs")
        assert bench.names() == ["a", "b"]
    with pytest.raises(JarvisError) as gone:
        hand.do(Move(place(bench, "nothing"), place(bench, "c"), measured))
    assert gone.value.code is ErrorCode.NOT_FOUND


def test_a_folder_that_was_made_is_taken_back_only_while_it_is_empty(bench: Bench) -> None:
    hand = OperationRunner(bench.workspaces)
    staged = bench.changes.stage_folder(bench.workspaces.roots[0])
    made = Move(staged.place, place(bench, "box"), staged.identity, must_be_empty=True)
    hand.do(made)
    (bench.docs / "box" / "a").write_text("x")
    with pytest.raises(JarvisError) as caught:
        hand.undo(made)
    assert caught.value.code is ErrorCode.UNDO_CONFLICT
    assert "no longer empty" in caught.value.message
    (bench.docs / "box" / "a").unlink()
    hand.undo(made)
    assert bench.names() == []


def test_a_link_in_the_place_of_a_folder_that_was_made_is_not_touched(bench: Bench) -> None:
    """Whether a folder is empty is not read off the one that a link leads to."""
    hand = OperationRunner(bench.workspaces)
    staged = bench.changes.stage_folder(bench.workspaces.roots[0])
    made = Move(staged.place, place(bench, "box"), staged.identity, must_be_empty=True)
    hand.do(made)
    (bench.docs / "box").rename(bench.docs / "other")
    (bench.docs / "box").symlink_to("other")
    before = (bench.docs / "box").lstat()
    with pytest.raises(JarvisError) as caught:
        hand.undo(made)
    assert caught.value.code is ErrorCode.PATH_REFUSED
    assert (bench.docs / "box").lstat().st_ctime_ns == before.st_ctime_ns


def test_the_note_of_the_trash_goes_with_what_it_is_about(bench: Bench) -> None:
    hand = OperationRunner(bench.workspaces)
    bench.file("docs/a", "x")
    root = bench.workspaces.roots[0]
    trash = Trash(bench.workspaces)
    trash.prepare(root)
    move = trash.move(place(bench, "a"), identity(bench, "a"), datetime(2026, 1, 2, 3, 4, 5))
    info = bench.docs / f".Trash-{os.getuid()}" / "info" / "a.trashinfo"
    hand.do(move)
    assert info.read_text() == "[Trash Info]\nPath=a\nDeletionDate=2026-01-02T03:04:05\n"
    assert info.stat().st_mode & 0o777 == 0o600
    info.write_text(info.read_text()[:20])
    assert not hand.has_happened(move)
    hand.undo(move, keep_info=True)
    assert info.exists()
    hand.drop_info(move)
    assert not info.exists()
    hand.do(move)
    info.write_text("somebody else's")
    hand.undo(move)
    assert info.read_text() == "somebody else's"
    hand.drop_info(SWAP)
    with pytest.raises(JarvisError):
        hand.do(replace(move, target=replace(move.target, parts=(*move.target.parts[:-1], "a"))))
    assert info.read_text() == "somebody else's"


def test_names_in_the_trash_are_numbered_and_never_too_long(bench: Bench) -> None:
    trash = Trash(bench.workspaces)
    trash.prepare(bench.workspaces.roots[0])
    bench.file("docs/a.tar.gz", "x")
    taken: set[str] = set()
    names = []
    for _ in range(3):
        move = trash.move(place(bench, "a.tar.gz"), identity(bench, "a.tar.gz"), datetime(2026, 1, 1), taken)
        names.append(move.target.name)
        taken.add(move.target.name)
    assert names == ["a.tar.gz", "a.tar 1.gz", "a.tar 2.gz"]
    for name, expected in (
        (".bashrc2", ".bashrc2 1"),
        ("x" * 255, "x" * 243 + " 1"),
    ):
        bench.file(f"docs/{name}", "x")
        first = trash.move(place(bench, name), identity(bench, name), datetime(2026, 1, 1))
        second = trash.move(place(bench, name), identity(bench, name), datetime(2026, 1, 1), [first.target.name])
        assert len(os.fsencode(first.target.name)) <= 245
        assert second.target.name == expected
        assert len(os.fsencode(second.target.name)) <= 245


def test_many_things_of_one_name_get_names_of_their_own(bench: Bench) -> None:
    for folder in ("one", "two", "three"):
        bench.file(f"docs/{folder}/a.txt", folder)
    bench.file("tmp/a.txt", "four")
    items = [bench.workspaces.existing(f"documents/{folder}/a.txt") for folder in ("one", "two", "three")]
    items.append(bench.workspaces.existing("tmp/a.txt"))
    (bench.docs / f".Trash-{os.getuid()}" / "info").mkdir(parents=True)
    (bench.docs / f".Trash-{os.getuid()}" / "info" / "a 1.txt.trashinfo").write_text("")
    moves = Trash(bench.workspaces).moves(items, datetime(2026, 1, 1))
    assert [move.target.name for move in moves] == ["a.txt", "a 2.txt", "a 3.txt", "a.txt"]
    assert [move.info for move in moves][1] == info_text("two/a.txt", datetime(2026, 1, 1))


def test_a_tree_is_what_can_be_copied_of_it(bench: Bench) -> None:
    bench.file("docs/box/a.txt", "12345")
    bench.file("docs/box/deep/.bashrc", "run")
    (bench.docs / "box" / "link").symlink_to("a.txt")
    os.mkfifo(bench.docs / "box" / "pipe")
    found = tree(bench.workspaces, bench.workspaces.end(place(bench, "box")), lambda: None)
    assert (found.files, found.folders, found.total_bytes, found.left_out, found.closed) == (2, 2, 5, 1, 1)
    every = tree(bench.workspaces, bench.workspaces.end(place(bench, "box")), lambda: None, PlaceClass.SECRET)
    assert (every.files, every.closed) == (3, 0)
    lone = tree(bench.workspaces, bench.workspaces.end(place(bench, "box", "a.txt")), lambda: None)
    assert (lone.files, lone.folders, lone.inside) == (1, 0, ())
    with pytest.raises(JarvisError) as caught:
        tree(bench.workspaces, bench.workspaces.end(place(bench, "box", "pipe")), lambda: None)
    assert caught.value.code is ErrorCode.REFUSED


@pytest.mark.parametrize("verify", [False, True])
def test_a_copy_has_content_times_rights_and_links(bench: Bench, verify: bool) -> None:
    path = bench.file("docs/box/a.sh", b"x" * 3_000_000, age_days=30)
    path.chmod(0o4751)
    os.setxattr(path, "user.note", b"kept")
    (bench.docs / "box" / "link").symlink_to("a.sh")
    (bench.docs / "box").chmod(0o755)
    stops: list[None] = []
    builder = ChangeBuilder(bench.changes, lambda: stops.append(None))
    source = tree(bench.workspaces, bench.workspaces.end(place(bench, "box")), lambda: None)
    with builder:
        builder.copy(source, place(bench, "twin"), verify=verify)
    assert len(stops) >= 3 + 3 * (1 + verify)
    hand = OperationRunner(bench.workspaces)
    for operation in builder.operations:
        hand.do(operation)
    twin = bench.docs / "twin" / "a.sh"
    assert twin.read_bytes() == path.read_bytes()
    assert twin.stat().st_mtime_ns == path.stat().st_mtime_ns
    assert twin.stat().st_mode & 0o7777 == 0o751
    assert os.getxattr(twin, "user.note") == b"kept"
    assert (bench.docs / "twin" / "link").readlink() == Path("a.sh")
    assert not builder.is_bulk


def test_what_was_staged_goes_when_the_block_raises(bench: Bench) -> None:
    builder = ChangeBuilder(bench.changes, lambda: None)
    builder.folders_for(place(bench, "new", "a.txt"))
    builder.file(place(bench, "new", "a.txt"), lambda file: file.write(b"x"))
    assert len(builder.operations) == len(bench.staged()) == 2
    with builder:
        pass
    assert len(bench.staged()) == 2
    with pytest.raises(ZeroDivisionError), builder:
        raise ZeroDivisionError
    assert bench.staged() == []


def test_a_file_that_changes_while_it_is_read_is_noticed(bench: Bench) -> None:
    path = bench.file("docs/a.txt", "12345")
    found = bench.workspaces.end(place(bench, "a.txt"))
    with reading(bench.workspaces, found) as file:
        assert b"".join(chunks(file, lambda: None)) == b"12345"
    with pytest.raises(JarvisError) as caught, reading(bench.workspaces, found):
        path.write_text("123456")
    assert caught.value.code is ErrorCode.TOOL_FAILED
    with pytest.raises(JarvisError), reading(bench.workspaces, found):
        pytest.fail("it is another file already")


def test_nothing_protected_is_touched_that_was_not_judged() -> None:
    def to(*parts: str) -> Move:
        return Move(WorkspacePath(ROOT, ("a",)), WorkspacePath(ROOT, parts), ONE)

    hidden = WorkspacePath(ROOT, (".hidden",))
    demand_judged([to("b"), to(".Trash-0", "files", "id_rsa"), SWAP], frozenset())
    demand_judged([to(".hidden")], frozenset({hidden}))
    for operation, judged in (
        (to(".hidden"), frozenset()),
        (to(".bashrc"), frozenset({WorkspacePath(ROOT, (".bashrc",))})),
        (to(".ssh", "id_rsa"), frozenset({WorkspacePath(ROOT, (".ssh", "id_rsa"))})),
        (replace(to("b"), source=hidden), frozenset()),
        (replace(SWAP, place=hidden), frozenset()),
    ):
        with pytest.raises(JarvisError) as caught:
            demand_judged([to("b"), operation], judged)
        assert caught.value.code is ErrorCode.PATH_REFUSED


def test_a_trash_folder_of_somebody_else_is_refused(bench: Bench) -> None:
    folder = bench.docs / f".Trash-{os.getuid()}"
    folder.write_text("no folder")
    with pytest.raises(JarvisError) as caught:
        Trash(bench.workspaces).prepare(bench.workspaces.roots[0])
    assert caught.value.code is ErrorCode.PATH_REFUSED
    assert "not a trash folder of this service" in caught.value.message
    folder.unlink()
    Trash(bench.workspaces).prepare(bench.workspaces.roots[0])
    assert sorted(path.name for path in folder.iterdir()) == ["files", "info", "staged"]
    assert {path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())} == {0o700}
    if os.geteuid() == 0:
        os.chown(folder / "files", 12345, -1)
        with pytest.raises(JarvisError):
            Trash(bench.workspaces).prepare(bench.workspaces.roots[0])


@pytest.mark.parametrize("mode", [0o755, 0o775, 0o700, 0o500])
def test_what_is_new_is_as_open_as_its_workspace(bench: Bench, mode: int) -> None:
    bench.docs.chmod(mode)
    root = bench.workspaces.roots[0]
    file, folder = bench.changes.stage_file(root, b"x"), bench.changes.stage_folder(root)
    closed = bench.changes.stage_file(root, b"x", 0o640)
    assert file.identity.mode & 0o777 == (mode | 0o700) & 0o666
    assert folder.identity.mode & 0o777 == mode | 0o700
    assert closed.identity.mode & 0o777 == 0o640
    link = bench.changes.stage_link(root, "a.txt")
    bench.changes.discard(
        [Move(one.place, place(bench, "b"), one.identity) for one in (file, folder, closed, link)]
    )
    assert bench.staged() == []


def test_folders_that_are_missing_are_made_once_outermost_first(bench: Bench) -> None:
    bench.file("docs/there/a.txt")
    places = [place(bench, *parts.split("/")) for parts in ("there/b/c/d", "there/b/e", "x", "there/b/c/f")]
    operations = bench.changes.missing_folders(*places)
    assert [operation.target.relative for operation in operations] == ["there/b", "there/b/c"]  # type: ignore[union-attr] # moves alone
    assert all(isinstance(operation, Move) and operation.must_be_empty for operation in operations)


def test_only_a_plain_file_is_replaced(bench: Bench) -> None:
    root = bench.workspaces.roots[0]
    (bench.docs / "box").mkdir()
    bench.file("docs/a.txt", "old")
    staged = bench.changes.stage_file(root, b"new")
    assert isinstance(bench.changes.put(staged, place(bench, "b.txt")), Move)
    assert isinstance(bench.changes.put(staged, place(bench, "a.txt")), Swap)
    with pytest.raises(JarvisError) as caught:
        bench.changes.put(staged, place(bench, "box"))
    assert caught.value.code is ErrorCode.REFUSED


def test_a_read_only_workspace_is_not_swept(tmp_path: Path) -> None:
    staged = tmp_path / f".Trash-{os.getuid()}" / "staged"
    staged.mkdir(parents=True)
    (staged / "left").write_text("x")
    for is_read_only in (True, False):
        workspaces = Workspaces([WorkspaceRoot("documents", str(tmp_path), is_read_only=is_read_only)])
        Changes(ScriptedJournal(), workspaces, ScriptedClock()).recover()
        assert (staged / "left").exists() is is_read_only


def test_folders_are_kept_open_for_as_long_as_it_is_wanted(bench: Bench) -> None:
    """One that was exchanged for a link meanwhile is looked up again."""
    hand = OperationRunner(bench.workspaces)
    for name in "abc":
        bench.file(f"docs/{name}", name)
    moves = [Move(place(bench, name), place(bench, f"{name}2"), identity(bench, name)) for name in "abc"]
    before = len(os.listdir("/proc/self/fd"))
    hand.do(moves[0])
    assert len(os.listdir("/proc/self/fd")) == before
    with hand.keeping():
        hand.do(moves[1])
        assert len(os.listdir("/proc/self/fd")) > before
        hand.let_go()
        assert len(os.listdir("/proc/self/fd")) == before
        hand.do(moves[2])
        with pytest.raises(JarvisError):
            hand.do(moves[2])
    assert len(os.listdir("/proc/self/fd")) == before
    hand.undo(moves[2])
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(("files", "is_bulk"), [(14, False), (15, False), (16, True), (17, True)])
def test_many_files_are_made_durable_at_once(bench: Bench, files: int, is_bulk: bool) -> None:
    """The folder counts too; a few are synced one by one."""
    seen: list[bool] = []

    class Noting(Disk):
        def write(self, *args: Any, durable: bool = True) -> Identity:
            seen.append(durable)
            return super().write(*args, durable=durable)

    for number in range(files):
        bench.file(f"docs/box/{number}")
    workspaces = Workspaces(bench.workspaces.roots, Noting())
    builder = ChangeBuilder(Changes(bench.journal, workspaces, bench.clock), lambda: None)
    builder.copy(tree(workspaces, workspaces.end(place(bench, "box")), lambda: None), place(bench, "twin"))
    assert (builder.is_bulk, set(seen), len(seen)) == (is_bulk, {not is_bulk}, files)


def test_notes_of_a_file_go_where_they_can(tmp_path: Path) -> None:
    """Some file systems have none, which is no failure; anything else is."""
    source = os.open(tmp_path / "a", os.O_RDWR | os.O_CREAT)
    target = os.open(tmp_path / "b", os.O_RDWR | os.O_CREAT)
    os.setxattr(source, "user.note", b"kept")
    _copy_attributes(source, target)
    assert os.getxattr(target, "user.note") == b"kept"
    without = os.open("/proc/self/comm", os.O_RDONLY)
    _copy_attributes(source, without)
    reading_end, pipe = os.pipe()
    with pytest.raises(PermissionError):
        _copy_attributes(source, pipe)
    for fd in (source, target, without, reading_end, pipe):
        os.close(fd)


def test_what_was_judged_is_not_looked_for_behind_a_link(bench: Bench) -> None:
    """Somebody may exchange a folder between one call and the next."""
    (bench.docs / "box").mkdir()
    (bench.docs / "box" / "link").symlink_to("a")
    (bench.docs / "swapped").symlink_to("box")
    found = identity(bench, "box", "link")
    builder = ChangeBuilder(bench.changes, lambda: None)
    assert builder._link_text(Entry(place(bench, "box", "link"), found)) == "a"
    with pytest.raises(JarvisError):
        builder._link_text(Entry(place(bench, "swapped", "link"), found))
    with pytest.raises(JarvisError):
        Trash(bench.workspaces)._make(place(bench, "swapped", "files"))


def test_nothing_is_left_open_by_what_only_looks(bench: Bench) -> None:
    hand = OperationRunner(bench.workspaces)
    bench.file("docs/a", "x")
    move = Move(place(bench, "a"), place(bench, "b"), identity(bench, "a"))
    before = len(os.listdir("/proc/self/fd"))
    hand.take_for_ours(move)
    hand.has_happened(move)
    hand.drop_info(replace(move, info="x"))
    hand.where(move, Spans([]))
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_folder_is_durable_before_what_moves_into_it(bench: Bench) -> None:
    """A power cut could keep the move and lose the folder."""
    order: list[str] = []

    class Noting(Disk):
        def rename(self, source_fd: int, source: str, target_fd: int, target: str) -> None:
            order.append(target)
            super().rename(source_fd, source, target_fd, target)

        def sync(self, folder_fd: int) -> None:
            order.append("sync")
            super().sync(folder_fd)

    bench.file("docs/a", "x")
    bench.file("docs/b", "x")
    changes = Changes(bench.journal, Workspaces(bench.workspaces.roots, Noting()), bench.clock)
    made = changes.missing_folders(place(bench, "box", "a"))
    moves = [Move(place(bench, name), place(bench, "box", name), identity(bench, name)) for name in ("a", "b")]
    order.clear()
    changes.carry_out(ToolContext(kit=bench.kit, tool="file_move"), "move", [*made, *moves])
    assert [name for name, _ in groupby(order)] == ["box", "sync", "a", "b", "sync"]
    order.clear()
    changes.undo("last")
    assert [name for name, _ in groupby(order)][:3] == ["b", "a", "sync"]


def test_what_was_rolled_back_is_durable_before_it_is_noted(bench: Bench) -> None:
    """A power cut could keep the note and bring the half of a step back."""
    order: list[str] = []

    class Noting(Disk):
        def rename(self, source_fd: int, source: str, target_fd: int, target: str) -> None:
            if target == "two":
                raise OSError(errno.EACCES, "closed")
            order.append(target)
            super().rename(source_fd, source, target_fd, target)

        def sync(self, folder_fd: int) -> None:
            order.append("sync")
            super().sync(folder_fd)

    for name in ("a", "b"):
        bench.file(f"docs/{name}", "x")
    changes = Changes(bench.journal, Workspaces(bench.workspaces.roots, Noting()), bench.clock)
    moves = [
        Move(place(bench, old), place(bench, new), identity(bench, old))
        for old, new in (("a", "one"), ("b", "two"))
    ]
    with pytest.raises(JarvisError):
        changes.carry_out(ToolContext(kit=bench.kit, tool="file_move"), "move", moves)
    assert [name for name, _ in groupby(order)] == ["one", "a", "sync"]
    assert bench.names() == ["a", "b"]


def test_what_cannot_be_undone_as_a_whole_is_done_still(bench: Bench) -> None:
    """Else the next start would go on with an undoing that was given up, and told to have failed."""

    class Failing(Disk):
        refused = ""

        def rename(self, source_fd: int, source: str, target_fd: int, target: str) -> None:
            if target == self.refused:
                raise OSError(errno.EACCES, "closed")
            super().rename(source_fd, source, target_fd, target)

    for name in ("a", "b"):
        bench.file(f"docs/{name}", "x")
    disk = Failing()
    changes = Changes(bench.journal, Workspaces(bench.workspaces.roots, disk), bench.clock)
    made = changes.missing_folders(place(bench, "box", "a"))
    moves = [Move(place(bench, name), place(bench, "box", name), identity(bench, name)) for name in ("a", "b")]
    changes.carry_out(ToolContext(kit=bench.kit, tool="file_move"), "move", [*made, *moves])
    disk.refused = "a"
    with pytest.raises(JarvisError):
        changes.undo("last")
    assert bench.names() == ["box/a", "box/b"]
    assert changes.recover() == []
    disk.refused = ""
    [entry] = changes.undo("last")
    assert entry.tool == "file_move"
    assert bench.names() == ["a", "b"]


def test_after_a_crash_what_was_last_done_is_ours(bench: Bench) -> None:
    hand = OperationRunner(bench.workspaces)
    bench.file("docs/a", "x")
    move = Move(place(bench, "a"), place(bench, "b"), identity(bench, "a"))
    hand.do(move)
    later = OperationRunner(bench.workspaces)
    later.take_for_ours(move)
    [(began, ended)] = later.work.spans()
    assert began <= identity(bench, "b").ctime_ns <= ended


@pytest.mark.parametrize("limit", [2, 3])
def test_a_tree_has_a_limit(bench: Bench, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    for name in "abc":
        bench.file(f"docs/box/{name}")
    monkeypatch.setattr(building, "FILES_LIMIT", limit)
    top = bench.workspaces.end(place(bench, "box"))
    if limit == 3:
        assert tree(bench.workspaces, top, lambda: None).files == 3
        return
    with pytest.raises(JarvisError, match="documents/box has too many files") as caught:
        tree(bench.workspaces, top, lambda: None)
    assert caught.value.code is ErrorCode.REFUSED
