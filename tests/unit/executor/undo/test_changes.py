"""Every effect can be reversed, also after a crash, and nothing is ever lost (D5, decision 5)."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jarvisd.bus.signals.executor import StepProgress
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.files.disk import Disk, Identity
from jarvisd.executor.files.paths import WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.health.maintenance import recovery_sentence, stuck
from jarvisd.executor.ports.journal import EntryState, JournalEntry
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.undo import changes
from jarvisd.executor.undo import operations as effects
from jarvisd.executor.undo.changes import Changes
from jarvisd.executor.undo.operations import Move, OperationRunner
from tests.fakes.clock import ScriptedClock
from tests.fakes.executor import ScriptedJournal
from tests.sight import state_of
from tests.unit.executor.conftest import Bench, filled

ACTIONS: list[tuple[str, dict[str, object]]] = [
    ("file_write", {"path": "new/deep/note.txt", "content": "text"}),
    ("file_write", {"path": "a.txt", "content": "replaced"}),
    ("file_move", {"source": "a.txt", "destination": "other/place/b.txt"}),
    ("file_move", {"source": "box", "destination": "moved"}),
    ("file_delete", {"path": "a.txt"}),
    ("file_delete", {"path": "box"}),
    ("file_delete", {"folder": "documents", "name": "txt"}),
]


@pytest.mark.parametrize(
    "action", ACTIONS, ids=lambda action: f"{action[0]} {' '.join(map(str, action[1].values()))}"
)
async def test_undo_restores_every_file_exactly(bench: Bench, action: tuple[str, dict[str, object]]) -> None:
    """Bytes, mode, times, owner, links, xattrs and inodes are as before, and nothing is left over."""
    filled(bench)
    before = state_of(bench.docs)
    result = await bench.use(action[0], **action[1])
    assert state_of(bench.docs) != before
    [entry] = bench.changes.undo("last")
    assert entry.id == result.undo_id
    assert state_of(bench.docs) == before
    assert os.getxattr(bench.docs / "a.txt", "user.note") == b"kept"
    assert list(bench.docs.glob(".Trash-*/info/*")) == []


class Power(BaseException):
    """The machine loses power."""


class DyingDisk(Disk):
    """Stops working at the n-th call that changes something."""

    def __init__(self, calls_left: int, journal: ScriptedJournal) -> None:
        super().__init__()
        self.calls_left = calls_left
        self._journal = journal

    def _spend(self) -> None:
        if self.calls_left == 0:
            # What handles the exception here would not run either.
            self._journal.broken = True
            raise Power
        self.calls_left -= 1

    def rename(self, source_fd: int, source: str, target_fd: int, target: str) -> None:
        self._spend()
        super().rename(source_fd, source, target_fd, target)

    def exchange(self, one_fd: int, one: str, other_fd: int, other: str) -> None:
        self._spend()
        super().exchange(one_fd, one, other_fd, other)

    def _made(self, *arguments):  # type: ignore[no-untyped-def]
        self._spend()
        return super()._made(*arguments)

    def make_folder(self, folder_fd: int, name: str, mode: int):  # type: ignore[no-untyped-def]
        self._spend()
        return super().make_folder(folder_fd, name, mode)

    def unlink(self, folder_fd: int, name: str) -> None:
        self._spend()
        super().unlink(folder_fd, name)

    def remove_folder(self, folder_fd: int, name: str) -> None:
        self._spend()
        super().remove_folder(folder_fd, name)

    def sync(self, folder_fd: int) -> None:
        self._spend()
        super().sync(folder_fd)


@pytest.mark.parametrize(
    "action", ACTIONS, ids=lambda action: f"{action[0]} {' '.join(map(str, action[1].values()))}"
)
async def test_a_crash_at_any_call_leaves_before_or_after(
    bench: Bench, action: tuple[str, dict[str, object]]
) -> None:
    """For every call that changes something: die there, recover, recover again; never a state in between."""
    filled(bench)
    bench.changes._remove(bench.changes.stage_folder(bench.workspaces.roots[0]).place)
    before = state_of(bench.docs)
    tool = bench.registry.find(action[0])
    disk = bench.workspaces.disk
    crashes = finished = 0
    while True:
        context = ToolContext(kit=bench.kit, tool=action[0])
        args = tool.validate(action[1])  # type: ignore[arg-type] # plain values
        context.selection = (await tool.measure(context, args)).selection
        bench.workspaces.disk = dying = DyingDisk(crashes, bench.journal)
        bench.changes._hand._disk = dying
        try:
            await tool.run(context, args)
        except Power:
            crashed = True
        else:
            crashed = False
        bench.workspaces.disk = bench.changes._hand._disk = disk
        bench.journal.broken = False
        if not crashed:
            break
        settled = bench.changes.recover()
        if settled and settled[-1].state is EntryState.DONE:
            # Everything had happened already: the step is finished, and can be undone like any other.
            assert state_of(bench.docs) != before
            finished += 1
            bench.changes.undo("last")
        else:
            assert bench.staged() == []
        assert state_of(bench.docs) == before, f"after a crash at call {crashes}"
        assert bench.changes.recover() == []
        crashes += 1
    assert finished >= 1
    assert crashes >= 2
    assert state_of(bench.docs) != before


@pytest.mark.parametrize(
    "action", ACTIONS, ids=lambda action: f"{action[0]} {' '.join(map(str, action[1].values()))}"
)
async def test_a_crash_during_undo_is_finished_at_the_next_start(
    bench: Bench, action: tuple[str, dict[str, object]]
) -> None:
    filled(bench)
    before = state_of(bench.docs)
    disk = bench.workspaces.disk
    for crashes in range(50):
        await bench.use(action[0], **action[1])
        bench.workspaces.disk = bench.changes._hand._disk = DyingDisk(crashes, bench.journal)
        try:
            bench.changes.undo("last")
        except Power:
            crashed = True
        else:
            crashed = False
        bench.workspaces.disk = bench.changes._hand._disk = disk
        bench.journal.broken = False
        bench.changes.recover()
        assert state_of(bench.docs) == before, f"after a crash at call {crashes} of the undo"
        if not crashed:
            break
    assert crashes >= 1


CONFLICTS: list[tuple[str, dict[str, object], Callable[[Bench], object]]] = [
    ("file_write", {"path": "a.txt", "content": "mine"}, lambda b: b.file("docs/a.txt", "edited since")),
    ("file_write", {"path": "x/new.txt", "content": "mine"}, lambda b: b.file("docs/x/new.txt", "edited since")),
    ("file_write", {"path": "x/new.txt", "content": "mine"}, lambda b: b.file("docs/x/other.txt", "added since")),
    ("file_move", {"source": "a.txt", "destination": "b.txt"}, lambda b: b.file("docs/a.txt", "taken since")),
    ("file_move", {"source": "a.txt", "destination": "b.txt"}, lambda b: (b.docs / "b.txt").unlink()),
    ("file_delete", {"path": "a.txt"}, lambda b: b.file("docs/a.txt", "taken since")),
    (
        "file_delete",
        {"path": "a.txt"},
        lambda b: (b.docs / next(iter(b.docs.glob(".Trash-*/files/a.txt")))).unlink(),
    ),
]


@pytest.mark.parametrize(("name", "args", "meddle"), CONFLICTS)
async def test_undo_refuses_when_the_target_has_changed_since(
    bench: Bench, name: str, args: dict[str, object], meddle: Callable[[Bench], object]
) -> None:
    """UNDO_CONFLICT, and nothing at all is changed by the attempt."""
    filled(bench)
    await bench.use(name, **args)
    meddle(bench)
    before = state_of(bench.docs)
    with pytest.raises(JarvisError) as caught:
        bench.changes.undo("last")
    assert caught.value.code is ErrorCode.UNDO_CONFLICT
    assert state_of(bench.docs) == before


async def test_what_somebody_changed_after_a_crash_is_left_alone(bench: Bench) -> None:
    """An entry that can be neither finished nor rolled back is reported as stuck; the change stays."""
    path = bench.file("docs/a.txt", "old")
    place = WorkspacePath(bench.workspaces.roots[0], ("a.txt",))
    identity = bench.workspaces.identify(place)
    assert identity is not None
    bench.changes.trash.prepare(place.root)
    move = bench.changes.trash.move(place, identity, bench.clock.now())
    OperationRunner(bench.workspaces).do(move)
    bench.file("docs/b.txt")
    there = bench.workspaces.existing("b.txt")
    waiting = bench.changes.trash.move(there.place, there.identity, bench.clock.now())
    entry = JournalEntry(
        0, EntryState.INTENT, "p", 0, "file_delete", "delete a", "", tuple(map(effects.to_json, (move, waiting)))
    )
    bench.journal.begin(entry)
    path.write_text("new file of the same name")
    [settled] = bench.changes.recover()
    assert settled.state is EntryState.STUCK
    assert path.read_text() == "new file of the same name"
    assert bench.trashed("docs") == ["a.txt"]


def test_operations_survive_the_journal(bench: Bench) -> None:
    """Names that are no text included."""
    root = WorkspaceRoot("documents", str(bench.docs))
    path = bench.docs / os.fsdecode(b"od\xffd\n")
    path.write_text("x")
    identity = bench.workspaces.identify(WorkspacePath(root, (path.name,)))
    assert identity is not None
    move = Move(WorkspacePath(root, (path.name,)), WorkspacePath(root, ("b",)), identity, info="[Trash Info]\n")
    # When it was renamed last is no part of what is kept.
    assert effects.from_json(effects.to_json(move)) == replace(move, identity=identity._replace(ctime_ns=0))


@contextmanager
def small_disk(path: Path) -> Iterator[None]:
    """A file system of 256 kB at ``path``; where mounting is not allowed, a limit on the size of files."""
    path.mkdir(exist_ok=True)
    mounted = (
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(path)], check=False).returncode
        == 0
    )
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if not mounted:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        if mounted:
            subprocess.run(["umount", str(path)], check=True)


async def test_a_full_disk_changes_nothing_and_loses_nothing(bench: Bench) -> None:
    """DISK_FULL in the middle of a write: the old file is untouched, no folder and no half file is left."""
    with small_disk(bench.docs):
        bench.file("docs/a.txt", "precious")
        bench.changes.trash.prepare(bench.workspaces.roots[0])
        before = state_of(bench.docs)
        bench.answers("yes, go ahead", "yes, go ahead")
        for path in ("a.txt", "new/deep/b.txt"):
            [step] = await bench.run(("file_write", {"path": path, "content": "x" * 190_000 + "y" * 9_000}))
            if step["outcome"] == "done":
                # The first write of a small disk may fit; the next cannot.
                await bench.dispatcher.undo("last")
                [step] = await bench.run(("file_write", {"path": path, "content": "x" * 199_000}))
            assert (step["outcome"], step["error"]) == ("failed", "DiskFull")
            assert state_of(bench.docs) == before
            assert all(bench.journal.mentions(path.name) for path in bench.staged())
        assert (bench.docs / "a.txt").read_text() == "precious"


class FullDisk(Disk):
    """Has no room for the n-th rename."""

    def __init__(self, renames: int) -> None:
        super().__init__()
        self._renames = renames

    def rename(self, source_fd: int, source: str, target_fd: int, target: str) -> None:
        self._renames -= 1
        if self._renames == -1:
            raise OSError(28, "No space left on device")
        super().rename(source_fd, source, target_fd, target)


@pytest.mark.parametrize("renames", [0, 1, 3])
async def test_a_bulk_step_that_fails_in_the_middle_is_rolled_back(bench: Bench, renames: int) -> None:
    """D5: a failed bulk operation leaves everything where it was."""
    for number in range(4):
        bench.file(f"tmp/{number}.tmp", age_days=30)
    before = state_of(bench.tmp)
    workspaces = Workspaces(bench.workspaces.roots, FullDisk(renames))
    from dataclasses import replace

    bench.kit = replace(bench.kit, workspaces=workspaces, changes=Changes(bench.journal, workspaces, bench.clock))
    bench.answers("yes, go ahead")
    [step] = await bench.run(("file_delete", {"folder": "tmp", "older_than": "old"}))
    assert (step["outcome"], step["error"]) == ("failed", "DiskFull")
    assert state_of(bench.tmp) == before
    assert [entry.state for entry in bench.journal.entries.values()] == [EntryState.ROLLED_BACK]
    assert list(bench.tmp.glob(".Trash-*/*/*")) == []


class HurryingClock(ScriptedClock):
    """Every look at it takes a millisecond."""

    def monotonic_us(self) -> int:
        self.us += 1000
        return self.us


async def test_a_step_with_many_effects_tells_how_far_it_is(bench: Bench) -> None:
    """At least twice a second, in order, on the bus; undoing brings everything back."""
    for number in range(1200):
        bench.file(f"tmp/{number}.tmp", age_days=30)
    before = state_of(bench.tmp)
    bench.changes.clock = HurryingClock()
    bench.answers("yes, go ahead")
    [step] = await bench.run(("file_delete", {"folder": "tmp", "older_than": "old"}))
    told = [event for event in bench.events if isinstance(event, StepProgress)]
    assert [(event.done, event.total) for event in told] == [(done, 1200) for done in range(1, 1200, 200)]
    assert (told[0].turn_id, told[0].index, told[0].tool) == ("t1", 0, "file_delete")
    assert (step["outcome"], bench.names("tmp"), len(bench.trashed())) == ("done", [], 1200)
    bench.changes.undo("last")
    assert state_of(bench.tmp) == before


async def test_a_cancelled_bulk_step_is_rolled_back(bench: Bench) -> None:
    """Stop is heard between two effects of a step, and everything is as before."""
    for number in range(600):
        bench.file(f"tmp/{number}.tmp", age_days=30)
    before = state_of(bench.tmp)
    bench.changes.clock = HurryingClock()
    found = bench.workspaces.walk(WorkspacePath(bench.workspaces.temporary(), ()))
    context = ToolContext(kit=bench.kit, tool="file_delete")
    context.progress = lambda done, total: context.stopping.set()
    with pytest.raises(JarvisError) as caught:
        bench.changes.carry_out(context, "delete", bench.changes.trash.moves(found, bench.clock.now()))
    assert caught.value.code is ErrorCode.CANCELLED
    assert state_of(bench.tmp) == before
    assert list(bench.tmp.glob(".Trash-*/*/*")) == []
    assert [entry.state for entry in bench.journal.entries.values()] == [EntryState.ROLLED_BACK]


async def test_missing_folders_are_made_once_for_all_places(bench: Bench) -> None:
    (bench.docs / "there").mkdir()
    root = bench.workspaces.roots[0]
    places = [
        WorkspacePath(root, parts) for parts in (("a", "b", "1"), ("a", "b", "2"), ("a", "3"), ("there", "4"))
    ]
    made = bench.changes.missing_folders(*places)
    assert [move.target.relative for move in made if isinstance(move, Move)] == ["a", "a/b"]


async def test_what_is_staged_in_bulk_is_durable_before_the_step_is_journalled(bench: Bench) -> None:
    """Recovery compares sizes, so it must never meet a staged file whose content was lost."""
    order: list[str] = []

    class Noting(Disk):
        def sync_all(self, folder_fd: int) -> None:
            order.append("sync_all")
            super().sync_all(folder_fd)

    workspaces = Workspaces(bench.workspaces.roots, Noting())
    changes = Changes(bench.journal, workspaces, bench.clock)
    root = workspaces.roots[0]
    operations = [
        changes.put(changes.stage_file(root, b"x", durable=False), WorkspacePath(root, (f"{number}.txt",)))
        for number in range(20)
    ]
    begin = bench.journal.begin
    bench.journal.begin = lambda entry: (order.append("begin"), begin(entry))[1]  # type: ignore[method-assign]
    changes.carry_out(ToolContext(kit=bench.kit, tool="x"), "write", operations)
    assert order == ["sync_all", "begin", "sync_all"]


@pytest.mark.parametrize("linked", ["", "files", "info", "staged"])
@pytest.mark.parametrize("elsewhere", ["elsewhere", "docs/box", "tmp/box"])
async def test_a_trash_folder_that_is_a_link_is_refused(
    bench: Bench, tmp_path: Path, linked: str, elsewhere: str
) -> None:
    """Nobody can redirect what is deleted or replaced, not even to where it could have been moved."""
    bench.file("docs/a.txt", "kept")
    goal = tmp_path / elsewhere
    goal.mkdir()
    link = bench.docs / f".Trash-{os.getuid()}" / linked
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(goal)
    for tool, args in (("file_delete", {}), ("file_write", {"content": "new"})):
        with pytest.raises(JarvisError) as caught:
            await bench.use(tool, path="a.txt", **args)
        assert caught.value.code is ErrorCode.PATH_REFUSED
    assert (bench.docs / "a.txt").read_text() == "kept"
    assert list(goal.iterdir()) == []
    assert bench.journal.in_state(*EntryState) == []


async def test_of_a_plan_only_what_is_still_done_is_undone(bench: Bench) -> None:
    for name in ("a.txt", "b.txt"):
        await bench.use("file_write", path=name, content="x")
        assert [entry.plan_id for entry in bench.changes.undo("p")] == ["p"]
    with pytest.raises(JarvisError, match="there is nothing to undo: there is no step or plan 'p'"):
        bench.changes.undo("p")
    assert bench.names() == []


class Closed(Disk):
    """A disk on which nobody may look into a folder, once ``is_closed``."""

    is_closed = False

    def identify(self, folder_fd: int, name: str) -> Identity | None:
        if self.is_closed:
            raise PermissionError(errno.EACCES, "closed")
        return super().identify(folder_fd, name)

    def sync(self, folder_fd: int) -> None:
        if self.is_closed:
            raise PermissionError(errno.EACCES, "closed")
        super().sync(folder_fd)


STUCK, DONE, UNDONE = EntryState.STUCK, EntryState.DONE, EntryState.UNDONE


@pytest.mark.parametrize(
    ("folder", "now", "after_intent", "after_undoing"),
    [
        ("from", "gone", DONE, STUCK),
        ("box", "gone", STUCK, STUCK),
        ("from", "box", DONE, STUCK),
        ("box", "from", STUCK, STUCK),
        ("from", "..", DONE, STUCK),
        ("box", "..", STUCK, STUCK),
        ("from", "a file", DONE, STUCK),
        ("box", "a file", STUCK, STUCK),
        ("from", "another", DONE, UNDONE),
        ("box", "closed", STUCK, STUCK),
    ],
)
@pytest.mark.parametrize("state", [EntryState.INTENT, EntryState.UNDOING])
async def test_whatever_became_of_a_folder_meanwhile_recovery_ends(
    bench: Bench, folder: str, now: str, after_intent: EntryState, after_undoing: EntryState, state: EntryState
) -> None:
    """Or nothing could be done with any file until somebody took the link away that stands in its place."""
    bench.file("docs/from/a.txt")
    (bench.docs / "box").mkdir()
    moved = await bench.use("file_move", source="from/a.txt", destination="box/b.txt")
    assert moved.undo_id
    bench.journal.mark(moved.undo_id, state)
    disk = Closed()
    if now == "closed":
        disk.is_closed = True
    else:
        (bench.docs / folder).rename(bench.folder / "away")
    if now == "a file":
        (bench.docs / folder).write_text("x")
    elif now == "another":
        (bench.docs / folder).mkdir()
    elif now not in ("gone", "closed"):
        (bench.docs / folder).symlink_to(now)
    changes = Changes(bench.journal, Workspaces(bench.workspaces.roots, disk), bench.clock)
    [settled] = changes.recover()
    assert settled.state is (after_intent if state is EntryState.INTENT else after_undoing)
    assert changes.recover() == []


@pytest.mark.parametrize("part", ["", "staged", "files", "info"])
@pytest.mark.parametrize("now", ["..", "/etc", "closed"])
async def test_whatever_became_of_the_trash_the_other_workspaces_are_used_on(
    bench: Bench, part: str, now: str
) -> None:
    """One folder of theirs, exchanged by whoever may write to it, would take the files of all from everybody."""
    bench.file("docs/a.txt")
    bench.file("tmp/b.txt")
    await bench.use("file_delete", path="a.txt")
    disk = Closed()
    disk.is_closed = now == "closed"
    trash = bench.docs / f".Trash-{os.getuid()}" / part
    if now != "closed":
        trash.rename(bench.folder / "away")
        trash.symlink_to(now)
    assert Changes(bench.journal, Workspaces(bench.workspaces.roots, disk), bench.clock).recover() == []
    await bench.use("file_delete", path="b.txt")
    assert bench.trashed("tmp") == ["b.txt"]


async def test_deleting_the_same_name_twice_keeps_both(bench: Bench) -> None:
    for content in ("one", "two"):
        bench.file("docs/a.tar.gz", content)
        await bench.use("file_delete", path="a.tar.gz")
    assert bench.trashed("docs") == ["a.tar 1.gz", "a.tar.gz"]
    bench.changes.undo("last")
    assert (bench.docs / "a.tar.gz").read_text() == "two"


async def test_the_last_few_steps_are_undone_newest_first(bench: Bench) -> None:
    """D5: ``last N``; a step that conflicts stops it, and what was undone before it is said."""
    filled(bench)
    first = state_of(bench.docs)
    await bench.use("file_write", path="a.txt", content="second")
    await bench.use("file_move", source="a.txt", destination="b.txt")
    await bench.use("file_delete", path="b.txt")
    entries = bench.changes.undo("last 3")
    assert [entry.id for entry in entries] == [3, 2, 1]
    assert state_of(bench.docs) == first
    one = await bench.use("file_write", path="a.txt", content="again")
    bench.file("docs/a.txt", "edited since")
    two = await bench.use("file_write", path="c.txt", content="other")
    with pytest.raises(JarvisError) as caught:
        bench.changes.undo("last 2")
    assert caught.value.code is ErrorCode.UNDO_CONFLICT
    assert caught.value.message.endswith(f"already undone before that: {two.undo_id}")
    assert one.undo_id == two.undo_id - 1
    for nonsense in ("last 0", "last -1", "last x", "everything"):
        with pytest.raises(JarvisError) as unknown:
            bench.changes.undo(nonsense)
        assert unknown.value.code is ErrorCode.NOT_FOUND


async def test_a_swap_is_only_done_and_undone_on_what_was_measured(bench: Bench) -> None:
    """The hand itself looks again: somebody's later edit is never swapped away."""
    path = bench.file("docs/a.txt", "old")
    root = bench.workspaces.roots[0]
    hand = OperationRunner(bench.workspaces)
    swap = bench.changes.put(bench.changes.stage_file(root, b"new"), WorkspacePath(root, ("a.txt",)))
    path.write_text("edited meanwhile")
    with pytest.raises(JarvisError) as caught:
        hand.do(swap)
    assert (caught.value.code, path.read_text()) == (ErrorCode.TOOL_FAILED, "edited meanwhile")
    again = bench.changes.put(bench.changes.stage_file(root, b"newer"), WorkspacePath(root, ("a.txt",)))
    hand.do(again)
    path.write_text("edited after")
    with pytest.raises(JarvisError) as conflict:
        hand.undo(again)
    assert (conflict.value.code, path.read_text()) == (ErrorCode.UNDO_CONFLICT, "edited after")


def test_what_recovery_did_is_said() -> None:
    def entry(summary: str, state: EntryState) -> JournalEntry:
        return JournalEntry(1, state, "p", 0, "x", summary, "", ())

    assert recovery_sentence([]) == ""
    settled = [entry("delete 5 files", EntryState.ROLLED_BACK), entry("write a.txt", EntryState.UNDONE)]
    assert recovery_sentence(settled) == (
        "I was interrupted while I was working. I finished: undo write a.txt. I took back: delete 5 files."
    )
    assert stuck(settled) is None
    problem = stuck([entry("move a", EntryState.STUCK)])
    assert problem is not None
    assert (problem.code, "move a" in problem.message) == (ErrorCode.UNDO_CONFLICT, True)


class Counting(Disk):
    """Notes each time the workspace is opened anew."""

    opened = 0

    def open_root(self, path: str) -> int:
        self.opened += 1
        return super().open_root(path)


def _opened(bench: Bench, group: int, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(changes, "GROUP_OPERATIONS", group)
    monkeypatch.setattr(changes, "BULK_OPERATIONS", 1)
    disk = Counting()
    doing = Changes(ScriptedJournal(), Workspaces(bench.workspaces.roots, disk), bench.clock)
    moves = doing.trash.moves(
        bench.workspaces.walk(WorkspacePath(bench.workspaces.roots[0], ())), bench.clock.now()
    )
    before = disk.opened
    doing.carry_out(ToolContext(kit=bench.kit, tool="file_delete"), "delete", moves)
    opened = disk.opened - before
    doing.undo("last")
    return opened


def test_a_long_step_looks_its_folders_up_again_from_time_to_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may have exchanged one for a link."""
    for number in range(12):
        bench.file(f"docs/{number}.txt")
    opened = [_opened(bench, group, monkeypatch) for group in (100, 12, 6, 4, 3)]
    assert opened[1:] == sorted(opened[1:])
    assert opened[0] < opened[2] < opened[3] < opened[4]


@pytest.mark.parametrize(("passed_us", "told"), [(199_999, []), (200_000, [1, 2, 3]), (200_001, [1, 2, 3])])
def test_progress_is_told_five_times_a_second(bench: Bench, passed_us: int, told: list[int]) -> None:
    class Passing(ScriptedClock):
        def monotonic_us(self) -> int:
            self.us += passed_us
            return self.us

    for number in range(3):
        bench.file(f"docs/{number}.txt")
    context = ToolContext(kit=bench.kit, tool="file_delete")
    seen: list[tuple[int, int]] = []
    context.progress = lambda done, total: seen.append((done, total))
    bench.changes.clock = Passing()
    found = bench.workspaces.walk(WorkspacePath(bench.workspaces.roots[0], ()))
    bench.changes.carry_out(context, "delete", bench.changes.trash.moves(found, bench.clock.now()))
    assert seen == [(done, 3) for done in told] or (not told and [done for done, _ in seen] == [2])


def test_what_is_taken_back_is_noted_as_that_before_anything_of_it_happens(bench: Bench) -> None:
    """A crash in it leads to the state before, even if everything had happened."""
    bench.file("docs/a.txt")
    bench.file("docs/b.txt")
    states: list[EntryState] = []

    class Noting(ScriptedJournal):
        def mark(self, entry_id: int, state: EntryState, *rest: Any, **more: Any) -> None:
            states.append(state)
            super().mark(entry_id, state, *rest, **more)

    doing = Changes(Noting(), Workspaces(bench.workspaces.roots, FullDisk(1)), bench.clock)
    moves = doing.trash.moves(
        bench.workspaces.walk(WorkspacePath(bench.workspaces.roots[0], ())), bench.clock.now()
    )
    with pytest.raises(JarvisError):
        doing.carry_out(ToolContext(kit=bench.kit, tool="file_delete"), "delete", moves)
    assert states == [EntryState.UNDOING, EntryState.ROLLED_BACK]
    assert bench.names("docs") == ["a.txt", "b.txt"]


async def test_what_was_undone_is_not_undone_again(bench: Bench) -> None:
    bench.file("docs/a.txt")
    done = await bench.use("file_delete", path="a.txt")
    bench.changes.undo(str(done.undo_id))
    with pytest.raises(JarvisError, match=f"nothing to undo of step {done.undo_id}: it is undone") as caught:
        bench.changes.undo(str(done.undo_id))
    assert caught.value.code is ErrorCode.NOT_FOUND
    with pytest.raises(JarvisError, match="there is no step or plan '99'"):
        bench.changes.undo("99")
    assert bench.names() == ["a.txt"]


def test_what_cannot_be_read_keeps_recovery_from_nothing_else(bench: Bench) -> None:
    bench.file("docs/a.txt")
    entry = JournalEntry(0, EntryState.INTENT, "p", 0, "file_move", "move", "then", ({"kind": "melt"},))
    broken = bench.journal.begin(entry)
    good = bench.journal.begin(replace(entry, operations=()))
    settled = bench.changes.recover()
    assert {one.id: one.state for one in settled} == {broken: EntryState.DAMAGED, good: EntryState.DONE}
    assert [bench.journal.entries[one].state for one in (broken, good)] == [EntryState.DAMAGED, EntryState.DONE]
    assert bench.changes.recover() == []
