"""The undo journal in SQLite: write-ahead log, synced at every commit."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jarvisd.core import formats
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.ports.journal import EntryState, JournalEntry, Span

logger = logging.getLogger(__name__)

LOCK_TIMEOUT_S = 2.0
"""How long to wait for another process that holds the store."""

KEPT_SPANS = 50_000
"""More are not kept; a step whose span has gone is then refused to be undone, as if somebody had changed it."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    step INTEGER NOT NULL,
    tool TEXT NOT NULL,
    summary TEXT NOT NULL,
    created TEXT NOT NULL,
    since_s REAL NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS entries_by_state ON entries(state, id);
CREATE INDEX IF NOT EXISTS entries_by_plan ON entries(plan_id, id);
CREATE TABLE IF NOT EXISTS manifests(entry_id INTEGER PRIMARY KEY, operations TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS spans(began_ns INTEGER NOT NULL, ended_ns INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS damaged(entry_id INTEGER PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL)
"""
_FROM_VERSION_1 = """
CREATE TABLE manifests(entry_id INTEGER PRIMARY KEY, operations TEXT NOT NULL);
INSERT INTO manifests SELECT id, operations FROM entries;
ALTER TABLE entries DROP COLUMN operations
"""
_FROM_VERSION_2 = "ALTER TABLE entries ADD COLUMN since_s REAL NOT NULL DEFAULT 0"
_SELECT = """
SELECT id, state, plan_id, step, tool, summary, created, operations
FROM entries JOIN manifests ON entry_id = id
"""


class SqliteJournal:
    """A :class:`~jarvisd.executor.ports.Journal` in one file; without a measure nothing in it grows old."""

    def __init__(self, path: Path, service_s: Callable[[], float] = lambda: 0.0) -> None:
        self._path = path
        self._service_s = service_s
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._why_closed = Unavailable("the undo journal is not open", code=ErrorCode.AUDIT_UNWRITABLE)

    @property
    def engine(self) -> str:
        """What keeps the journal, for reports."""
        return f"sqlite {sqlite3.sqlite_version}"

    def open(self) -> None:
        """Open or create the store."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Used from the file lane and, when closing, from another thread: the lock makes that safe.
            self._connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=LOCK_TIMEOUT_S
            )
            with self._guarded() as store:
                # Before anything that writes: what is newer stays as it is.
                _demand_known(store)
                store.execute("PRAGMA journal_mode=WAL")
            with self._transaction(durable=True) as store:
                _demand_known(store)
                _migrate(store)
        except (OSError, sqlite3.Error, Unavailable) as error:
            self.close()
            self._why_closed = error if isinstance(error, Unavailable) else self._unusable(error)
            raise self._why_closed from error

    def begin(self, entry: JournalEntry) -> int:
        """Store ``entry`` durably in state INTENT."""
        values = (
            EntryState.INTENT.value,
            entry.plan_id,
            entry.step,
            entry.tool,
            entry.summary,
            entry.created,
            self._service_s(),
        )
        manifest = json.dumps(entry.operations, separators=(",", ":"))
        with self._transaction(durable=True) as store:
            cursor = store.execute(
                "INSERT INTO entries(state, plan_id, step, tool, summary, created, since_s)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            store.execute("INSERT INTO manifests VALUES (?, ?)", (cursor.lastrowid, manifest))
            return int(cursor.lastrowid or 0)

    def mark(
        self,
        entry_id: int,
        state: EntryState,
        operations: Sequence[JsonObject] | None = None,
        spans: Sequence[Span] = (),
    ) -> None:
        """Change state, and operations if given; durable when recovery could not find it out by itself."""
        with self._transaction(durable=state is EntryState.UNDOING or operations is not None) as store:
            store.execute("UPDATE entries SET state = ? WHERE id = ?", (state.value, entry_id))
            if operations is not None:
                manifest = json.dumps(list(operations), separators=(",", ":"))
                store.execute("UPDATE manifests SET operations = ? WHERE entry_id = ?", (manifest, entry_id))
            for span in spans:
                store.execute("INSERT INTO spans VALUES (?, ?)", span)

    def set_aside(self, entry_id: int, reason: str) -> None:
        """Make an entry DAMAGED, durably, so that no start stumbles over it again."""
        logger.error("journal entry set aside entry=%d reason=%s", entry_id, reason)
        with self._transaction(durable=True) as store:
            _set_aside(store, "id = ?", (entry_id,), reason)

    def spans(self) -> list[Span]:
        """When we changed files."""
        with self._guarded() as store:
            return [(int(row[0]), int(row[1])) for row in store.execute("SELECT began_ns, ended_ns FROM spans")]

    def outline(self) -> list[tuple[int, EntryState, float]]:
        """Id, state and age in seconds of every entry, oldest first."""
        with self._guarded() as store:
            rows = store.execute("SELECT id, state, since_s FROM entries ORDER BY id").fetchall()
        now_s = self._service_s()
        return [(int(row[0]), EntryState(row[1]), now_s - float(row[2])) for row in rows]

    def forget(self, entry_ids: Sequence[int]) -> None:
        """Drop entries for good."""
        with self._transaction(durable=False) as store:
            newest = "SELECT MAX(rowid) FROM spans"
            store.execute(f"DELETE FROM spans WHERE rowid <= ({newest}) - ?", (KEPT_SPANS,))  # noqa: S608 - written above
            for table, column in (("entries", "id"), ("manifests", "entry_id"), ("damaged", "entry_id")):
                store.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(number,) for number in entry_ids])  # noqa: S608 - both names are written above

    def find(self, entry_id: int) -> JournalEntry | None:
        """The entry with this id."""
        found = self._select("WHERE id = ?", (entry_id,))
        return found[0] if found else None

    def of_plan(self, plan_id: str) -> list[JournalEntry]:
        """Entries of a plan, oldest first."""
        return self._select("WHERE plan_id = ? ORDER BY id", (plan_id,))

    def in_state(self, *states: EntryState, limit: int = 1000) -> list[JournalEntry]:
        """The newest entries in one of ``states``, newest first."""
        marks = ", ".join("?" for _ in states)
        values = (*(state.value for state in states), limit)
        return self._select(f"WHERE state IN ({marks}) ORDER BY id DESC LIMIT ?", values)

    def mentions(self, text: str) -> bool:
        """Whether the operations of any entry hold ``text``."""
        with self._guarded() as store:
            found = store.execute("SELECT 1 FROM manifests WHERE instr(operations, ?) LIMIT 1", (text,)).fetchone()
        return found is not None

    def check(self) -> None:
        """Raise AUDIT_UNWRITABLE unless the file is there, has room and can be locked; writes nothing.

        A store that could not be opened before is tried again, so that safe mode ends when its cause does.
        """
        if self._connection is None:
            self.open()
        try:
            self._path.stat()
            if os.statvfs(self._path.parent).f_bavail == 0:
                raise Unavailable("no room for the undo journal", code=ErrorCode.AUDIT_UNWRITABLE)
        except OSError as error:
            raise self._unusable(error) from error
        with self._guarded() as store:
            store.execute("BEGIN IMMEDIATE")
            store.execute("ROLLBACK")

    def close(self) -> None:
        """Release the store."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _unusable(self, error: Exception) -> Unavailable:
        """A damaged journal is never set aside unasked: with it goes every way back."""
        why = f"the undo journal cannot be used: {error}"
        if type(error) is sqlite3.DatabaseError:
            why += f"; to give it up, with all that it could undo: sudo mv {self._path} {self._path}.damaged"
        return Unavailable(why, code=ErrorCode.AUDIT_UNWRITABLE)

    def _select(self, clause: str, values: Sequence[object]) -> list[JournalEntry]:
        with self._guarded() as store:
            rows = store.execute(_SELECT + clause, tuple(values)).fetchall()
        return [self._readable(row) for row in rows]

    def _readable(self, row: Sequence[str]) -> JournalEntry:
        """The entry of a row, set aside and without operations when it cannot be read."""
        try:
            return _entry(row, _operations(row[7]))
        except (ValueError, TypeError, RecursionError) as error:
            if row[1] != EntryState.DAMAGED.value:
                self.set_aside(int(row[0]), str(error))
            return _entry((row[0], EntryState.DAMAGED.value, *row[2:]), ())

    @contextmanager
    def _transaction(self, *, durable: bool) -> Iterator[sqlite3.Connection]:
        """All or nothing. What is not durable now becomes so with the next that is: the log is one sequence."""
        with self._guarded() as store:
            store.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            store.execute("BEGIN IMMEDIATE")
            try:
                yield store
            except BaseException:
                store.execute("ROLLBACK")
                raise
            store.execute("COMMIT")

    @contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None:
                raise Unavailable(self._why_closed.message, code=self._why_closed.code)
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise self._unusable(error) from error


def _demand_known(store: sqlite3.Connection) -> None:
    version = int(store.execute("PRAGMA user_version").fetchone()[0])
    if version > formats.JOURNAL:
        message = f"the undo journal has format {version}; this version knows formats up to {formats.JOURNAL}"
        raise Unavailable(message, code=ErrorCode.FORMAT_NEWER)


def _migrate(store: sqlite3.Connection) -> None:
    """Bring any older format to this one; the tables tell which it is, since format 1 told no version."""
    columns = {str(column[1]) for column in store.execute("PRAGMA table_info(entries)")}
    scripts = [_FROM_VERSION_1] if "operations" in columns else []
    scripts += [_FROM_VERSION_2] if columns and "since_s" not in columns else []
    for script in (*scripts, _SCHEMA):
        # Not executescript(), which would end the transaction.
        for statement in script.split(";"):
            store.execute(statement)
    if store.execute("SELECT 1 FROM spans LIMIT 1").fetchone() is None:
        # Of what was before nobody can tell whose doing it was.
        store.execute("INSERT INTO spans VALUES (0, ?)", (time.time_ns(),))
    known = ", ".join(f"'{state.value}'" for state in EntryState)
    _set_aside(store, f"state NOT IN ({known})", (), "its state is unknown")
    _set_aside(store, "id NOT IN (SELECT entry_id FROM manifests)", (), "its operations are missing")
    store.execute(f"PRAGMA user_version={formats.JOURNAL}")


def _set_aside(store: sqlite3.Connection, which: str, values: Sequence[object], reason: str) -> None:
    chosen = f"FROM entries WHERE state != '{EntryState.DAMAGED.value}' AND {which}"
    store.execute(f"INSERT OR IGNORE INTO damaged SELECT id, state, ? {chosen}", (reason, *values))
    store.execute(
        f"UPDATE entries SET state = ? WHERE id IN (SELECT id {chosen})",  # noqa: S608 - written here
        (EntryState.DAMAGED.value, *values),
    )
    store.execute("INSERT OR IGNORE INTO manifests SELECT entry_id, '' FROM damaged")


def _operations(text: str) -> tuple[JsonObject, ...]:
    operations = json.loads(text)
    if not isinstance(operations, list) or not all(isinstance(value, dict) for value in operations):
        raise ValueError("its operations are no list of objects")
    return tuple(operations)


def _entry(row: Sequence[str], operations: tuple[JsonObject, ...]) -> JournalEntry:
    return JournalEntry(
        id=int(row[0]),
        state=EntryState(row[1]),
        plan_id=row[2],
        step=int(row[3]),
        tool=row[4],
        summary=row[5],
        created=row[6],
        operations=operations,
    )
