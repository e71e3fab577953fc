"""Everything that is kept can be read by later versions, and what a later version wrote is left as it is.

Each format that there has been is written here as the version of its time wrote it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jarvisd.brain.adapters import chroma
from jarvisd.brain.adapters.chroma import ChromaStore
from jarvisd.brain.ports import Memory, MemoryKind
from jarvisd.core import audit_chain, formats
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.json_types import canonical, digest
from jarvisd.executor.adapters.atomic_file import AtomicFile
from jarvisd.executor.adapters.audit_log import AuditFile
from jarvisd.executor.adapters.journal import SqliteJournal
from jarvisd.executor.audit.service_clock import ClockReading
from jarvisd.executor.files.paths import WorkspaceRoot, Workspaces
from jarvisd.executor.ports.journal import EntryState
from jarvisd.executor.timers.model import Timer, TimerKind, TimerState
from jarvisd.executor.undo.changes import Changes
from jarvisd.executor.undo.retention import KeepLimits, Retention
from jarvisd.runtime.workers import Workers
from tests.fakes.clock import ScriptedClock

pytestmark = pytest.mark.real

ENTRIES_1 = (
    "CREATE TABLE entries(id INTEGER PRIMARY KEY AUTOINCREMENT, state TEXT NOT NULL, plan_id TEXT NOT NULL,"
    " step INTEGER NOT NULL, tool TEXT NOT NULL, summary TEXT NOT NULL, created TEXT NOT NULL,"
    " operations TEXT NOT NULL)"
)
ENTRIES_2 = ENTRIES_1.replace(", operations TEXT NOT NULL", "")
ENTRIES_3 = ENTRIES_2.replace("created TEXT NOT NULL", "created TEXT NOT NULL, since_s REAL NOT NULL DEFAULT 0")
MANIFESTS = "CREATE TABLE manifests(entry_id INTEGER PRIMARY KEY, operations TEXT NOT NULL)"
SPANS = "CREATE TABLE spans(began_ns INTEGER NOT NULL, ended_ns INTEGER NOT NULL)"
ALL_TIME = f"INSERT INTO spans VALUES (0, {2**62})"
DAMAGED = "CREATE TABLE damaged(entry_id INTEGER PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL)"
PROBE = "CREATE TABLE probe(id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL)"
JOURNALS: dict[str, tuple[int, tuple[str, ...]]] = {
    "1 with a probe": (0, (ENTRIES_1, PROBE)),
    "1": (0, (ENTRIES_1,)),
    "2": (2, (ENTRIES_2, MANIFESTS)),
    "3": (3, (ENTRIES_3, MANIFESTS)),
    "4": (4, (ENTRIES_3, MANIFESTS, SPANS, ALL_TIME)),
    "5": (5, (ENTRIES_3, MANIFESTS, SPANS, ALL_TIME, DAMAGED)),
}


def moved(folder: Path) -> dict[str, Any]:
    """A file that was moved, as formats before the second journal told it; that is read until today."""
    (folder / "new").write_text("text")
    status = (folder / "new").stat()
    place = {"workspace": "docs", "path": str(folder)}
    return {
        "kind": "move",
        "source": {**place, "parts": ["old"]},
        "target": {**place, "parts": ["new"]},
        "identity": [status.st_dev, status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns],
        "info": "",
        "must_be_empty": False,
    }


def as_now(operation: dict[str, Any]) -> dict[str, Any]:
    """The same in the short form of all later ones."""
    short = {name: value for name, value in operation.items() if value not in ("", False)}
    for name in ("source", "target"):
        place = operation[name]
        short[name] = [place["workspace"], place["path"], "/".join(place["parts"])]
    return short


def written(path: Path, name: str, *entries: tuple[str, str]) -> None:
    """A journal of the format ``name`` with states and operations of entries."""
    version, schema = JOURNALS[name]
    with closing(sqlite3.connect(path)) as store:
        for statement in schema:
            store.execute(statement)
        for number, (state, operations) in enumerate(entries, start=1):
            values = (number, state, "p1", 0, "file_move", "move old", "2026-02-03T04:05:06+00:00")
            columns = "id, state, plan_id, step, tool, summary, created"
            if name.startswith("1"):
                store.execute(
                    f"INSERT INTO entries({columns}, operations) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (*values, operations),
                )
            else:
                store.execute(f"INSERT INTO entries({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
                store.execute("INSERT INTO manifests VALUES (?, ?)", (number, operations))
        store.execute(f"PRAGMA user_version={version}")
        store.commit()


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


@pytest.fixture
def opened(tmp_path: Path, docs: Path) -> Iterator[tuple[SqliteJournal, Changes]]:
    """A journal that is not open yet, and what works with it."""
    made = SqliteJournal(tmp_path / "undo.db")
    yield made, Changes(made, Workspaces([WorkspaceRoot("docs", str(docs))]), ScriptedClock())
    made.close()


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as store:
        return int(store.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize("name", JOURNALS)
def test_a_journal_of_every_format_undoes_what_it_knows(
    opened: tuple[SqliteJournal, Changes], docs: Path, name: str
) -> None:
    store, changes = opened
    operation = moved(docs) if name.startswith("1") else as_now(moved(docs))
    written(docs.parent / "undo.db", name, ("done", json.dumps([operation])))
    store.open()
    assert [entry.summary for entry in changes.undo("last")] == ["move old"]
    assert [path.name for path in docs.iterdir() if path.is_file()] == ["old"]
    store.close()
    store.open()
    assert [state for _, state, _ in store.outline()] == [EntryState.UNDONE]
    assert version_of(docs.parent / "undo.db") == formats.JOURNAL


def test_the_matrix_has_every_format_up_to_this_one() -> None:
    assert max(version for version, _ in JOURNALS.values()) == formats.JOURNAL
    assert (formats.AUDIT, formats.LISTS, formats.TIMERS, formats.MEMORIES) == (2, 2, 3, 2)


def test_a_newer_journal_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "undo.db"
    written(path, "5", ("done", "[]"))
    with closing(sqlite3.connect(path)) as store:
        store.execute(f"PRAGMA user_version={formats.JOURNAL + 1}")
    before = path.read_bytes()
    one = SqliteJournal(path)
    for act in (one.open, one.check):
        with pytest.raises(JarvisError) as caught:
            act()
        assert caught.value.code is ErrorCode.FORMAT_NEWER
    with pytest.raises(JarvisError) as caught:
        one.spans()
    assert caught.value.code is ErrorCode.FORMAT_NEWER
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["1", "2", "3"])
def test_a_migration_that_fails_leaves_the_old_format(tmp_path: Path, name: str) -> None:
    """It comes to grief at the very end: a table has the name of what is made last."""
    path = tmp_path / "undo.db"
    written(path, name, ("done", "[]"))
    with closing(sqlite3.connect(path)) as store:
        store.execute("CREATE TABLE harmless(id)")
        store.execute("CREATE VIEW damaged AS SELECT id AS entry_id FROM harmless")
        before = sorted(store.execute("SELECT sql FROM sqlite_master").fetchall(), key=str)
    with pytest.raises(JarvisError) as caught:
        SqliteJournal(path).open()
    assert caught.value.code is ErrorCode.AUDIT_UNWRITABLE
    with closing(sqlite3.connect(path)) as store:
        assert sorted(store.execute("SELECT sql FROM sqlite_master").fetchall(), key=str) == before
    assert version_of(path) == JOURNALS[name][0]


NO_OPERATIONS = [
    "{",
    "",
    "null",
    "7",
    "[7]",
    '{"kind": "move"}',
    '[{"kind": "merge"}]',
    "[{}]",
    '[{"kind": "move", "source": 7, "target": ["a", "b", "c"], "identity": [1, 2, 3, 4, 5]}]',
    '[{"kind": "move", "source": ["a"], "target": ["a", "b", "c"], "identity": [1, 2, 3, 4, 5]}]',
    '[{"kind": "swap", "place": ["a", "b", "c"], "aside": ["a", "b", "c"], "old": [1], "new": "x"}]',
    '[{"kind": ["move"]}]',
    "[" * 100_000,
]


@pytest.mark.parametrize("operations", NO_OPERATIONS, ids=lambda text: text[:40])
@pytest.mark.parametrize("state", ["intent", "undoing", "done", "unheard-of"])
def test_an_entry_that_cannot_be_read_is_set_aside_once_and_kept(
    opened: tuple[SqliteJournal, Changes], docs: Path, operations: str, state: str
) -> None:
    """D5: it never ends the start, however often; and it hides no other."""
    store, changes = opened
    good = json.dumps([as_now(moved(docs))])
    written(docs.parent / "undo.db", "4", (state, operations), ("undoing", good))
    is_unfinished = state in ("intent", "undoing")
    for start in range(2):
        store.open()
        settled = {entry.id: entry.state for entry in changes.recover()}
        found = {2: EntryState.UNDONE} | ({1: EntryState.DAMAGED} if is_unfinished else {})
        assert settled == ({} if start else found)
        Retention(store, changes.workspaces, KeepLimits()).prune()
        with pytest.raises(JarvisError):
            changes.undo("1")
        assert dict((number, kept) for number, kept, _ in store.outline())[1] is EntryState.DAMAGED
        store.close()
    with closing(sqlite3.connect(docs.parent / "undo.db")) as raw:
        assert raw.execute("SELECT operations FROM manifests WHERE entry_id = 1").fetchone()[0] == operations
        assert raw.execute("SELECT state FROM damaged").fetchall() == [(state,)]


def sealed(previous: str, record: dict[str, Any]) -> tuple[str, str]:
    """A line of the audit log as format 1 wrote it."""
    link = digest({"previous": previous, "record": record})
    return canonical({**record, "hash": link}) + "\n", link


def test_an_audit_log_goes_on_in_this_format(tmp_path: Path) -> None:
    """A12: the chain of the old records holds, and holds them."""
    path, link = tmp_path / "audit.jsonl", audit_chain.GENESIS
    for number in range(3):
        line, link = sealed(link, {"event": "step", "number": number})
        with path.open("a") as file:
            file.write(line)
    log = AuditFile(path)
    log.open()
    assert log.head() == (3, link)
    log.append({"event": "step", "number": 3}, durable=True)
    found = log.verify()
    assert (found.problems, found.newer, found.count) == ([], 0, 4)
    assert [json.loads(line).get("v") for line in path.read_text().splitlines()] == [None, None, None, 2]
    path.write_text(path.read_text().replace('"number":1', '"number":7'))
    assert log.verify().problems
    log.close()


def test_a_newer_audit_log_is_neither_judged_nor_written_to(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log = AuditFile(path)
    log.open()
    log.append({"event": "step"}, durable=True)
    log.close()
    line = canonical({"event": "step", "v": formats.AUDIT + 1, "hash": "f" * 64}) + "\n"
    with path.open("a") as file:
        file.write(line)
    before = path.read_bytes()
    for act in (log.open, log.check):
        with pytest.raises(JarvisError) as caught:
            act()
        assert caught.value.code is ErrorCode.FORMAT_NEWER
    with pytest.raises(JarvisError):
        log.append({"event": "step"}, durable=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", [True, "9", None, -1])
def test_a_version_that_was_written_into_a_record_does_not_excuse_it(tmp_path: Path, version: object) -> None:
    line, _ = audit_chain.seal(audit_chain.GENESIS, {"event": "step"})
    follower = audit_chain.ChainVerifier()
    follower.follow("audit.jsonl", [canonical({**json.loads(line), "v": version})])
    assert (len(follower.problems), follower.newer) == (1, 0)


READING = ClockReading(5.0, "boot", 1.0, 2.0).to_json()


@pytest.mark.parametrize("kept", [[READING], [READING, {"format": 1}], [READING, {"format": 2}]])
def test_a_list_of_every_format_is_read_and_told_in_this_one(tmp_path: Path, kept: list[Any]) -> None:
    path = tmp_path / "timers.json"
    path.write_text(json.dumps(kept))
    store = AtomicFile(path, "the timers")
    assert store.load() == [READING]
    store.save(store.load())
    # The one of before takes the first of these, and passes over what is no timer.
    assert json.loads(path.read_text()) == [READING, {"format": 2}]
    assert store.problem is None


LENGTH = {"length_s": 600.0, "due_wall_s": 1.8e9, "due_boot_s": 700.0, "boot_id": "b", "at": ""}
RUNNING = {"id": "a", "label": "tea", **LENGTH}
ALARM = {"id": "b", "label": "", **LENGTH, "length_s": 0.0, "boot_id": "", "at": "2027-01-15T07:00:00"}


@pytest.mark.parametrize("told", [[], [{"format": 1}], [{"format": 2}]])
def test_timers_of_every_format_are_read_and_told_in_this_one(tmp_path: Path, told: list[Any]) -> None:
    """What ran before the update runs on: a timer and an alarm, all that the formats before held."""
    path = tmp_path / "timers.json"
    path.write_text(json.dumps([RUNNING, ALARM, *told]))
    store = AtomicFile(path, "the timers", formats.TIMERS)
    read = [Timer.from_json(value) for value in store.load()]
    assert [(each.id, each.kind, each.state, each.label) for each in read] == [
        ("a", TimerKind.TIMER, TimerState.RUNNING, "tea"),
        ("b", TimerKind.ALARM, TimerState.RUNNING, ""),
    ]
    store.save([each.to_json() for each in read])
    kept = json.loads(path.read_text())
    assert kept[-1] == {"format": formats.TIMERS}
    assert [Timer.from_json(value) for value in kept[:-1]] == read
    assert [{key: value[key] for key in RUNNING} for value in kept[:-1]] == [RUNNING, ALARM]


def test_newer_timers_are_refused_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "timers.json"
    path.write_text(json.dumps([RUNNING, {"format": formats.TIMERS + 1}]))
    before = path.read_bytes()
    store = AtomicFile(path, "the timers", formats.TIMERS)
    for act in (store.load, lambda: store.save([])):
        with pytest.raises(JarvisError) as caught:
            act()
        assert caught.value.code is ErrorCode.FORMAT_NEWER
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", [3, 99, "new"])
def test_a_newer_list_is_refused_and_never_written_over(tmp_path: Path, version: object) -> None:
    path = tmp_path / "timers.json"
    path.write_text(json.dumps([READING, {"format": version}]))
    before = path.read_bytes()
    store = AtomicFile(path, "the timers")
    for act in (store.load, lambda: store.save([])):
        with pytest.raises(JarvisError) as caught:
            act()
        assert caught.value.code is ErrorCode.FORMAT_NEWER
    assert (path.read_bytes(), os.listdir(tmp_path)) == (before, ["timers.json"])


KEPT = Memory("a", MemoryKind.FACT, "text", 0.5, "2026-02-03T04:05:06+00:00", tainted=True)


async def with_format(folder: Path, workers: Workers, value: int | None) -> None:
    """A store with one memory whose collection tells this format, or none as the first did."""
    store = ChromaStore(folder, workers)
    await store.start()
    await store.add(KEPT, [1.0, *([0.0] * 383)])
    await store.close()
    with closing(sqlite3.connect(folder / "chroma" / "chroma.sqlite3")) as raw:
        raw.execute("DELETE FROM collection_metadata WHERE key = 'format'")
        if value is not None:
            raw.execute(
                "INSERT INTO collection_metadata(collection_id, key, int_value) SELECT id, 'format', ?"
                " FROM collections",
                (value,),
            )
        raw.commit()


@pytest.mark.parametrize("value", [None, 1, 2])
async def test_memories_of_every_format_are_read(tmp_path: Path, workers: Workers, value: int | None) -> None:
    await with_format(tmp_path / "m", workers, value)
    for _ in range(2):
        store = ChromaStore(tmp_path / "m", workers)
        await store.start()
        assert await store.everything() == [KEPT]
        assert len(await store.nearest([1.0, *([0.0] * 383)], 3)) == 1
        await store.close()
    assert chroma._format(tmp_path / "m" / "chroma" / "chroma.sqlite3") == formats.MEMORIES


async def test_newer_memories_are_refused_and_not_touched(tmp_path: Path, workers: Workers) -> None:
    await with_format(tmp_path / "m", workers, formats.MEMORIES + 1)
    database = tmp_path / "m" / "chroma" / "chroma.sqlite3"
    before = database.read_bytes()
    for _ in range(2):
        store = ChromaStore(tmp_path / "m", workers)
        with pytest.raises(JarvisError) as caught:
            await store.start()
        assert caught.value.code is ErrorCode.FORMAT_NEWER
    assert database.read_bytes() == before
