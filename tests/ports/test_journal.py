"""Every journal keeps entries durably and finds them again (decision 5)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.executor.adapters.journal import SqliteJournal
from jarvisd.executor.ports.journal import EntryState, Journal, JournalEntry
from tests.fakes.executor import ScriptedJournal

ENTRY = JournalEntry(
    id=0,
    state=EntryState.DONE,
    plan_id="p1",
    step=2,
    tool="file_move",
    summary="move a",
    created="2026-11-22T16:05:00+01:00",
    operations=({"kind": "move", "odd": "na\udce9me\n"},),
)


@pytest.fixture(params=["scripted", pytest.param("sqlite", marks=pytest.mark.real)])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    made: Journal = ScriptedJournal() if request.param == "scripted" else SqliteJournal(tmp_path / "s" / "undo.db")
    made.open()
    yield made
    made.close()


def test_an_entry_begins_as_an_intent_and_is_found_whole(journal: Journal) -> None:
    """Also names that are not text survive."""
    number = journal.begin(ENTRY)
    found = journal.find(number)
    assert found is not None
    assert (found.state, found.operations, found.plan_id) == (EntryState.INTENT, ENTRY.operations, "p1")
    assert journal.find(number + 1) is None


def test_states_change_and_select_newest_first(journal: Journal) -> None:
    first, second, third = journal.begin(ENTRY), journal.begin(ENTRY), journal.begin(ENTRY)
    journal.mark(first, EntryState.DONE)
    journal.mark(third, EntryState.DONE)
    assert [entry.id for entry in journal.in_state(EntryState.DONE)] == [third, first]
    assert [entry.id for entry in journal.in_state(EntryState.DONE, EntryState.INTENT, limit=2)] == [third, second]


def test_when_we_worked_is_kept_and_what_was_before_counts_as_ours(journal: Journal) -> None:
    """Of files from before the journal nobody knows whose doing they are."""
    [before] = journal.spans()
    number = journal.begin(ENTRY)
    journal.mark(number, EntryState.DONE, None, [(2**62, 2**62 + 5), (2**62 + 9, 2**62 + 9)])
    assert before[0] == 0 < before[1]
    assert journal.spans() == [before, (2**62, 2**62 + 5), (2**62 + 9, 2**62 + 9)]


def test_operations_that_were_left_out_can_be_dropped(journal: Journal) -> None:
    number = journal.begin(ENTRY)
    journal.mark(number, EntryState.DONE, [])
    found = journal.find(number)
    assert found is not None
    assert found.operations == ()


def test_entries_of_a_plan_come_in_their_order(journal: Journal) -> None:
    numbers = [journal.begin(ENTRY), journal.begin(ENTRY)]
    assert [entry.id for entry in journal.of_plan("p1")] == numbers
    assert journal.of_plan("p2") == []


def test_what_operations_speak_of_is_found(journal: Journal) -> None:
    journal.begin(ENTRY)
    assert journal.mentions("move")
    assert not journal.mentions("c0ffee")


def test_a_check_passes_while_it_can_be_written(journal: Journal) -> None:
    journal.check()
    journal.check()


@pytest.mark.real
def test_entries_survive_reopening(tmp_path: Path) -> None:
    """What begin stored is there after the process is gone, with full synchronisation."""
    one = SqliteJournal(tmp_path / "undo.db")
    one.open()
    number = one.begin(ENTRY)
    other = SqliteJournal(tmp_path / "undo.db")
    other.open()
    assert other.find(number) is not None
    one.close()
    other.close()


@pytest.mark.real
def test_a_store_that_cannot_be_used_is_audit_unwritable(tmp_path: Path) -> None:
    """D4: a journal that cannot be written has its own code, never a library's exception."""
    (tmp_path / "undo.db").write_bytes(b"this is no database" * 100)
    journal = SqliteJournal(tmp_path / "undo.db")
    for act in (journal.open, journal.check, lambda: journal.begin(ENTRY)):
        with pytest.raises(Unavailable) as caught:
            act()
        assert caught.value.code is ErrorCode.AUDIT_UNWRITABLE
    (tmp_path / "undo.db").unlink()
    journal.check()
    assert journal.begin(ENTRY) == 1
    journal.close()


@pytest.mark.real
def test_a_locked_store_is_reported_not_waited_for_for_ever(tmp_path: Path) -> None:
    """Another process that holds the store leads to the same code."""
    journal = SqliteJournal(tmp_path / "undo.db")
    journal.open()
    holder = sqlite3.connect(tmp_path / "undo.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Unavailable) as caught:
        journal.begin(ENTRY)
    assert caught.value.code is ErrorCode.AUDIT_UNWRITABLE
    holder.execute("ROLLBACK")
    holder.close()
    journal.close()


@pytest.mark.real
def test_a_removed_store_is_noticed(tmp_path: Path) -> None:
    """D4: what is written to a deleted file would not survive."""
    journal = SqliteJournal(tmp_path / "undo.db")
    journal.open()
    journal.check()
    (tmp_path / "undo.db").unlink()
    with pytest.raises(Unavailable):
        journal.check()
    journal.close()


@pytest.mark.parametrize("make", [ScriptedJournal, pytest.param(SqliteJournal, marks=pytest.mark.real)])
def test_entries_grow_old_by_the_measure_that_they_are_given(
    make: type[ScriptedJournal] | type[SqliteJournal], tmp_path: Path
) -> None:
    """Whatever the wall clock says in them."""
    now_s = 1000.0
    path = () if make is ScriptedJournal else (tmp_path / "undo.db",)
    journal: Journal = make(*path, service_s=lambda: now_s)  # type: ignore[arg-type] # each takes what it takes
    journal.open()
    journal.begin(ENTRY)
    now_s += 60
    journal.begin(ENTRY)
    assert [age_s for *_, age_s in journal.outline()] == [60, 0]
    journal.close()


def test_entries_are_outlined_and_forgotten(journal: Journal) -> None:
    first, second = journal.begin(ENTRY), journal.begin(ENTRY)
    journal.mark(first, EntryState.UNDONE)
    assert journal.outline() == [
        (first, EntryState.UNDONE, 0),
        (second, EntryState.INTENT, 0),
    ]
    journal.forget([first])
    assert [number for number, *_ in journal.outline()] == [second]
    assert journal.find(first) is None
    assert journal.begin(ENTRY) > second


@pytest.mark.real
def test_a_store_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    """What was done before an upgrade can be undone after it."""
    store = sqlite3.connect(tmp_path / "undo.db")
    store.executescript(
        "CREATE TABLE entries(id INTEGER PRIMARY KEY AUTOINCREMENT, state TEXT NOT NULL, plan_id TEXT NOT NULL,"
        "step INTEGER NOT NULL, tool TEXT NOT NULL, summary TEXT NOT NULL, created TEXT NOT NULL,"
        "operations TEXT NOT NULL);"
        "CREATE INDEX entries_by_state ON entries(state, id);"
        """INSERT INTO entries VALUES(7, 'done', 'p1', 2, 'file_move', 'move a', 'then', '[{"kind":"move"}]');"""
    )
    store.close()
    journal = SqliteJournal(tmp_path / "undo.db")
    journal.open()
    [found] = journal.in_state(EntryState.DONE)
    assert (found.id, found.summary, found.operations) == (7, "move a", ({"kind": "move"},))
    assert journal.begin(ENTRY) == 8
    journal.close()


def test_a_damaged_journal_says_how_to_give_it_up(tmp_path: Path) -> None:
    path = tmp_path / "undo.db"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(Unavailable) as caught:
        SqliteJournal(path).open()
    assert caught.value.code is ErrorCode.AUDIT_UNWRITABLE
    assert f"sudo mv {path} {path}.damaged" in caught.value.message
    path.rename(tmp_path / "undo.db.damaged")
    SqliteJournal(path).open()
