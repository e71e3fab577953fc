"""What steps put aside is kept for a time in service and up to a size, the oldest going first (D5)."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.files.disk import Disk
from jarvisd.executor.files.paths import Workspaces
from jarvisd.executor.ports.journal import EntryState, JournalEntry
from jarvisd.executor.undo.retention import KeepLimits, Retention
from tests.fakes.executor import ScriptedJournal
from tests.unit.executor.conftest import Bench, filled


def keeping(bench: Bench, **limits: float) -> Retention:
    return Retention(bench.journal, bench.workspaces, KeepLimits(**limits))  # type: ignore[arg-type] # a number each


async def test_what_is_too_old_to_be_undone_goes_and_is_told(bench: Bench) -> None:
    """Only what a step put aside: deleted and replaced files, not what was moved or written."""
    filled(bench)
    await bench.use("file_delete", path="box")
    await bench.use("file_write", path="a.txt", content="new")
    await bench.use("file_move", source="hard.txt", destination="soft.txt")
    undone = await bench.use("file_write", path="gone.txt", content="x")
    bench.changes.undo(str(undone.undo_id))
    bench.clock.advance(20 * 86_400)
    recent = await bench.use("file_delete", path="soft.txt")
    assert keeping(bench, keep_days=30).prune() == []
    bench.clock.advance(15 * 86_400)
    expired = keeping(bench, keep_days=30).prune()
    assert [entry.tool for entry in expired] == ["file_delete", "file_write", "file_move"]
    assert bench.trashed("docs") == ["soft.txt"]
    assert (bench.docs / "a.txt").read_text() == "new"
    assert list(bench.docs.glob(".Trash-*/info/*")) != []
    assert bench.journal.find(undone.undo_id) is None
    with pytest.raises(JarvisError) as caught:
        bench.changes.undo(str(expired[0].id))
    assert caught.value.code is ErrorCode.NOT_FOUND
    assert "no longer" in caught.value.message
    bench.changes.recover()
    assert bench.staged() == []
    assert bench.changes.undo("last")[0].id == recent.undo_id
    assert bench.names() == ["a.txt", "soft.txt"]


async def test_of_what_is_old_only_the_settled_is_forgotten(bench: Bench) -> None:
    """What is unfinished or stuck stays until somebody has looked at it."""
    entries = {}
    for state in EntryState:
        result = await bench.use("mkdir", path=state.value)
        assert result.undo_id
        bench.journal.mark(result.undo_id, state)
        entries[state] = result.undo_id
    bench.clock.advance(40 * 86_400)
    keeping(bench, keep_days=30).prune()
    left = {state for state, entry in entries.items() if bench.journal.find(entry) is not None}
    assert left == {EntryState.INTENT, EntryState.DONE, EntryState.UNDOING, EntryState.STUCK}


@pytest.mark.parametrize("leap_s", [10 * 365 * 86_400, -10 * 365 * 86_400])
async def test_a_clock_that_leaps_lets_go_of_nothing(bench: Bench, leap_s: float) -> None:
    """Neither of what was kept before nor of what is kept while it is wrong, when it is set right again."""
    bench.file("docs/a.txt")
    await bench.use("file_delete", path="a.txt")
    bench.clock.set(leap_s)
    assert keeping(bench, keep_days=1).prune() == []
    bench.file("docs/b.txt")
    await bench.use("file_delete", path="b.txt")
    bench.clock.set(-leap_s)
    assert keeping(bench, keep_days=1).prune() == []
    bench.changes.undo("last 2")
    assert bench.names() == ["a.txt", "b.txt"]


async def test_the_oldest_go_when_too_much_is_kept(bench: Bench) -> None:
    for number in range(4):
        bench.file(f"docs/{number}.bin", b"x" * 1000)
        await bench.use("file_delete", path=f"{number}.bin")
    assert [entry.id for entry in keeping(bench, keep_bytes=2500).prune()] == [1, 2]
    assert bench.trashed("docs") == ["2.bin", "3.bin"]
    assert keeping(bench, keep_bytes=2500).prune() == []


async def test_what_somebody_put_into_the_trash_in_its_place_stays(bench: Bench) -> None:
    """Nothing is removed but the very object that a step put there."""
    bench.file("docs/a.txt", "mine")
    await bench.use("file_delete", path="a.txt")
    [trashed] = bench.docs.glob(".Trash-*/files/a.txt")
    trashed.rename(bench.docs / "rescued.txt")
    trashed.write_text("another")
    bench.clock.advance(40 * 86_400)
    assert len(keeping(bench, keep_days=30).prune()) == 1
    assert (trashed.read_text(), (bench.docs / "rescued.txt").read_text()) == ("another", "mine")


async def test_what_lies_behind_a_link_now_is_not_kept_and_ends_nothing(bench: Bench) -> None:
    bench.file("docs/a.txt", "mine")
    deleted = await bench.use("file_delete", path="a.txt")
    trash = bench.docs / f".Trash-{os.getuid()}"
    trash.rename(bench.folder / "away")
    trash.symlink_to(bench.folder / "away")
    bench.clock.advance(40 * 86_400)
    assert [entry.id for entry in keeping(bench, keep_days=30).prune()] == [deleted.undo_id]
    assert (bench.folder / "away" / "files" / "a.txt").read_text() == "mine"


async def test_a_day_is_a_day(bench: Bench) -> None:
    bench.file("docs/a.txt")
    await bench.use("file_delete", path="a.txt")
    bench.clock.advance(86_400)
    assert keeping(bench, keep_days=1).prune() == []
    bench.clock.advance(0.5)
    assert len(keeping(bench, keep_days=1).prune()) == 1


async def test_what_cannot_be_read_is_set_aside_and_the_rest_is_kept(bench: Bench) -> None:
    bench.file("docs/a.txt")
    done = await bench.use("file_delete", path="a.txt")
    bench.journal.mark(done.undo_id, EntryState.DONE, [{"kind": "melt"}])
    bench.file("docs/b.txt")
    await bench.use("file_delete", path="b.txt")
    assert keeping(bench).prune() == []
    assert [entry.state for entry in bench.journal.entries.values()] == [EntryState.DAMAGED, EntryState.DONE]
    bench.journal.mark(done.undo_id, EntryState.DONE)
    bench.clock.advance(40 * 86_400)
    assert [entry.id for entry in keeping(bench, keep_days=30).prune()] == [done.undo_id + 1]


class Stubborn(Disk):
    """Lets go of nothing."""

    def unlink(self, folder_fd: int, name: str) -> None:
        raise PermissionError("not now")


async def test_what_cannot_be_removed_now_stops_nothing(bench: Bench) -> None:
    bench.file("docs/a.txt")
    await bench.use("file_delete", path="a.txt")
    bench.clock.advance(40 * 86_400)
    workspaces = Workspaces(bench.workspaces.roots, Stubborn())
    [expired] = Retention(bench.journal, workspaces, KeepLimits(keep_days=30)).prune()
    found = bench.journal.find(expired.id)
    assert found is not None
    assert found.state is EntryState.EXPIRED
    assert bench.trashed("docs") == ["a.txt"]


@pytest.mark.parametrize("disk", [Disk, Stubborn])
async def test_nothing_is_left_open_by_what_goes(bench: Bench, disk: type[Disk]) -> None:
    for name in "abc":
        bench.file(f"docs/{name}.txt")
        await bench.use("file_delete", path=f"{name}.txt")
    bench.clock.advance(40 * 86_400)
    before = sorted(os.listdir("/proc/self/fd"))
    workspaces = Workspaces(bench.workspaces.roots, disk())
    assert len(Retention(bench.journal, workspaces, KeepLimits(keep_days=30)).prune()) == 3
    assert sorted(os.listdir("/proc/self/fd")) == before


class Damaged(ScriptedJournal):
    """What can only be seen when an entry is read."""

    def find(self, entry_id: int) -> JournalEntry | None:
        entry = super().find(entry_id)
        return replace(entry, state=EntryState.DAMAGED, operations=()) if entry else None


def test_what_turns_out_to_be_damaged_is_not_taken_for_old(bench: Bench) -> None:
    bench.clock.advance(1)
    journal = Damaged(lambda: bench.clock.boot_us() / 1e6)
    journal.mark(journal.begin(JournalEntry(0, EntryState.DONE, "p", 0, "t", "s", "then", ())), EntryState.DONE)
    bench.clock.advance(40 * 86_400)
    assert Retention(journal, bench.workspaces, KeepLimits(keep_days=30)).prune() == []
    assert [entry.state for entry in journal.entries.values()] == [EntryState.DONE]
