"""A restore drill without a guest: what was saved comes back as it was, or nothing changes."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jarvisd.backup import archive, contents
from jarvisd.backup.contents import Machine
from jarvisd.backup.restore import NOTE, Exchange, _reverse, begin, interrupted, restore, take_back
from jarvisd.backup.rights import as_owner_of
from jarvisd.cli.main import main
from jarvisd.config.schema import Paths
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.adapters.atomic_file import AtomicFile
from jarvisd.executor.adapters.audit_log import AuditFile
from jarvisd.executor.adapters.journal import SqliteJournal
from jarvisd.executor.ports.audit import AuditRetention
from jarvisd.executor.ports.journal import EntryState, JournalEntry

CREATED = "2026-02-03T04:05:06+00:00"
STAMP = "replaced-then"


class Suite:
    """Everything that a machine keeps, made by what makes it, and still open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.main_file = folder / "etc" / "jarvisd.toml"
        paths = Paths(state_dir=folder / "state", log_dir=folder / "log")
        self.machine = Machine(self.main_file, paths)
        (folder / "etc" / "conf.d").mkdir(parents=True)
        self.main_file.write_text(f'[paths]\nstate_dir = "{folder}/state"\nlog_dir = "{folder}/log"\n')
        (folder / "etc" / "conf.d" / "50-mine.toml").write_text("[llm]\nthreads = 1\n")
        memories = folder / "state" / "brain" / "memories" / "chroma"
        memories.mkdir(parents=True)
        with closing(sqlite3.connect(memories / "chroma.sqlite3")) as store:
            store.execute("CREATE TABLE collections(id TEXT, name TEXT)")
            store.execute("CREATE TABLE collection_metadata(collection_id TEXT, key TEXT, int_value INTEGER)")
            store.execute("INSERT INTO collections VALUES ('c', 'memories')")
            store.execute("INSERT INTO collection_metadata VALUES ('c', 'format', 2)")
            store.commit()
        self.timers = AtomicFile(folder / "state" / "executor" / "timers.json", "the timers")
        self.timers.save([{"id": "1"}])
        self.journal = SqliteJournal(folder / "state" / "executor" / "undo.db")
        self.journal.open()
        self.audit = AuditFile(folder / "log" / "audit.jsonl", AuditRetention(rotate_bytes=700))
        self.audit.open()
        self.work(1)

    def work(self, number: int) -> None:
        """One more of everything."""
        entry = JournalEntry(0, EntryState.INTENT, f"p{number}", 0, "file_move", "move", CREATED, ())
        self.journal.mark(self.journal.begin(entry), EntryState.DONE)
        for step in range(9):
            self.audit.append({"event": "step", "number": number, "step": step}, durable=False)
        self.timers.save([{"id": str(number)}])
        memories = self.folder / "state" / "brain" / "memories" / "chroma" / "chroma.sqlite3"
        with closing(sqlite3.connect(memories)) as store:
            store.execute(f"CREATE TABLE memory{number}(text TEXT)")
            store.commit()

    def close(self) -> None:
        self.journal.close()
        self.audit.close()

    def create(self, name: str = "backup") -> Path:
        target = self.folder / name
        archive.create(self.machine, target, CREATED)
        return target

    def bring_back(self, backup: Path, step: Callable[[str], None] = lambda _: None) -> bool:
        with archive.opened(backup) as (manifest, members):
            begin(self.machine)
            return restore(self.machine, manifest, members, STAMP, step)


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Suite]:
    made = Suite(tmp_path)
    yield made
    made.close()


def kept(folder: Path) -> dict[str, bytes]:
    """Names and bytes of everything that a suite keeps."""
    files = [path for top in ("etc", "state", "log") for path in (folder / top).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(files)}


def test_what_was_saved_while_it_was_written_comes_back(suite: Suite) -> None:
    backup = suite.create()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    suite.work(2)
    suite.close()
    log = kept(suite.folder / ".")
    assert suite.bring_back(backup) is False
    after = kept(suite.folder)
    assert {name for name in after if "restor" in name} == set()
    journal = SqliteJournal(suite.folder / "state" / "executor" / "undo.db")
    journal.open()
    assert [entry.plan_id for entry in journal.in_state(EntryState.DONE)] == ["p1"]
    journal.close()
    assert suite.timers.load() == [{"id": "1"}]
    with closing(sqlite3.connect(suite.folder / "state/brain/memories/chroma/chroma.sqlite3")) as store:
        tables = {row[0] for row in store.execute("SELECT name FROM sqlite_master")}
    assert ("memory1" in tables, "memory2" in tables) == (True, False)
    # What was done since stays on record.
    assert {name: data for name, data in after.items() if name.startswith("log/")} == {
        name: data for name, data in log.items() if name.startswith("log/")
    }


def test_it_comes_back_on_another_machine(suite: Suite, tmp_path_factory: pytest.TempPathFactory) -> None:
    backup = suite.create()
    other = Suite(tmp_path_factory.mktemp("other"))
    other.close()
    shutil.rmtree(other.folder / "log")
    (other.folder / "log").mkdir()
    assert other.bring_back(backup) is True
    before, after = kept(suite.folder), kept(other.folder)
    for name in before:
        if name.startswith(("log/", "etc/conf.d", "state/executor/timers")):
            assert after[name] == before[name]
    log = AuditFile(other.folder / "log" / "audit.jsonl")
    log.open()
    assert (log.verify().problems, log.head()) == ([], suite.audit.head())
    log.close()


@pytest.mark.parametrize("harm", ["rolled back", "altered", "another"])
def test_a_log_that_does_not_go_on_from_the_backups_is_replaced_and_kept(suite: Suite, harm: str) -> None:
    backup = suite.create()
    suite.close()
    newest = suite.folder / "log" / "audit.jsonl"
    if harm == "rolled back":
        newest.unlink()
    elif harm == "altered":
        newest.write_bytes(newest.read_bytes().replace(b'"step"', b'"stop"', 1))
    else:
        for path in (suite.folder / "log").iterdir():
            path.unlink()
        log = AuditFile(newest)
        log.open()
        log.append({"event": "another"}, durable=True)
        log.close()
    here = {path.name: path.read_bytes() for path in (suite.folder / "log").iterdir()}
    assert suite.bring_back(backup) is True
    assert {path.name: path.read_bytes() for path in (suite.folder / "log" / STAMP).iterdir()} == here
    log = AuditFile(newest)
    log.open()
    assert log.verify().problems == []
    log.close()


class Stopped(Exception):
    """Something goes wrong."""


@pytest.mark.parametrize("replaces_log", [False, True])
@pytest.mark.parametrize("dies", [False, True])
def test_a_restore_that_fails_or_dies_anywhere_changes_nothing(
    suite: Suite, replaces_log: bool, dies: bool
) -> None:
    backup = suite.create()
    suite.work(2)
    suite.close()
    if replaces_log:
        (suite.folder / "log" / "audit.jsonl").unlink()
    before = kept(suite.folder)
    count = 0
    while not brought_back(suite, backup, count, dies):
        count += 1
        if dies:
            assert interrupted(suite.machine)
            take_back(suite.machine)
            take_back(suite.machine)
        assert kept(suite.folder) == before
        assert not interrupted(suite.machine)
    assert count >= 5


def brought_back(suite: Suite, backup: Path, count: int, dies: bool) -> bool:
    """Whether a restore was complete that is to fail, or to die, after so many exchanges."""
    steps: list[str] = []

    def step(what: str) -> None:
        steps.append(what)
        if len(steps) > count:
            if dies:
                os._exit(3)
            raise Stopped

    if not dies:
        try:
            suite.bring_back(backup, step)
        except Stopped:
            return False
        return True
    child = os.fork()
    if child == 0:
        suite.bring_back(backup, step)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("count", range(5))
def test_taking_back_is_safe_to_repeat_wherever_it_dies(suite: Suite, count: int) -> None:
    """The note goes last, so any name may be reversed more than once."""
    backup = suite.create()
    suite.work(2)
    suite.close()
    before = kept(suite.folder)
    assert not brought_back(suite, backup, count, dies=True)
    noted = json.loads((suite.folder / "state" / NOTE).read_text())
    for path, has_new in [*reversed(noted), *noted[:2]]:
        _reverse(Exchange(Path(path), has_new))
    take_back(suite.machine)
    assert kept(suite.folder) == before


def altered(backup: Path, change: Callable[[list[tuple[str, bytes]]], None]) -> Path:
    with tarfile.open(backup) as members:
        found = [(member.name, members.extractfile(member).read()) for member in members.getmembers()]  # type: ignore[union-attr] # files
    change(found)
    target = backup.with_name("altered")
    with tarfile.open(target, "w") as out:
        for name, data in found:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            out.addfile(entry, io.BytesIO(data))
    return target


def in_manifest(key: str, value: object, name: str = "") -> Callable[[list[tuple[str, bytes]]], None]:
    def change(found: list[tuple[str, bytes]]) -> None:
        manifest: dict[str, Any] = json.loads(found[0][1])
        if name:
            next(one for one in manifest["files"] if one["name"] == name)[key] = value
        else:
            manifest[key] = value
        found[0] = ("manifest.json", json.dumps(manifest).encode())

    return change


def with_another(name: str) -> Callable[[list[tuple[str, bytes]]], None]:
    def change(found: list[tuple[str, bytes]]) -> None:
        manifest = json.loads(found[0][1])
        first = {**manifest["files"][0], "name": name}
        manifest["files"].append(first)
        found[0] = ("manifest.json", json.dumps(manifest).encode())
        found.append((name, found[1][1]))

    return change


UNDO = "executor/undo.db"
ALTERATIONS: dict[str, tuple[Callable[[list[tuple[str, bytes]]], None], ErrorCode]] = {
    "a byte": (lambda found: found.__setitem__(2, (found[2][0], b"x" + found[2][1][1:])), ErrorCode.STATE_DAMAGED),
    "a missing file": (lambda found: found.__delitem__(2), ErrorCode.STATE_DAMAGED),
    "a file more": (lambda found: found.append(("executor/undo.db-wal", b"")), ErrorCode.STATE_DAMAGED),
    "no manifest": (lambda found: found.__delitem__(0), ErrorCode.INVALID_REQUEST),
    "a way out": (with_another("settings/conf.d/../../passwd"), ErrorCode.INVALID_REQUEST),
    "an absolute name": (with_another("/etc/passwd"), ErrorCode.INVALID_REQUEST),
    "twice the same": (with_another("settings/jarvisd.toml"), ErrorCode.STATE_DAMAGED),
    "a newer backup": (in_manifest("backup", 2), ErrorCode.FORMAT_NEWER),
    "a newer journal": (in_manifest("format", 99, UNDO), ErrorCode.FORMAT_NEWER),
    "newer memories": (in_manifest("format", 99, "memories/chroma.sqlite3"), ErrorCode.FORMAT_NEWER),
    "newer timers": (in_manifest("format", 99, "executor/timers.json"), ErrorCode.FORMAT_NEWER),
    "a newer log": (in_manifest("format", 99, "audit/audit.jsonl"), ErrorCode.FORMAT_NEWER),
    "another sum": (in_manifest("sha256", "0" * 64, UNDO), ErrorCode.STATE_DAMAGED),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_a_backup_that_was_altered_or_is_newer_is_refused_and_nothing_changes(suite: Suite, name: str) -> None:
    change, code = ALTERATIONS[name]
    backup = altered(suite.create(), change)
    before = kept(suite.folder)
    for act in (lambda: suite.bring_back(backup), archive.opened(backup).__enter__):
        with pytest.raises(JarvisError) as caught:
            act()
        assert caught.value.code is code
        assert kept(suite.folder) == before


def test_what_this_version_could_not_give_back_is_not_saved(suite: Suite) -> None:
    suite.close()
    with closing(sqlite3.connect(suite.folder / "state" / "executor" / "undo.db")) as store:
        store.execute("PRAGMA user_version=99")
    with pytest.raises(JarvisError) as caught:
        suite.create()
    assert caught.value.code is ErrorCode.FORMAT_NEWER
    assert not (suite.folder / "backup").exists()


def test_nothing_is_written_over_or_through_a_link(suite: Suite) -> None:
    (suite.folder / "backup").symlink_to(suite.folder / "elsewhere")
    with pytest.raises(JarvisError):
        suite.create()
    assert not (suite.folder / "elsewhere").exists()
    suite.create("other")
    with pytest.raises(JarvisError):
        suite.create("other")
    shutil.copy(suite.folder / "other", suite.folder / "roots")
    (suite.folder / "state" / "executor" / "timers.json").unlink()
    (suite.folder / "state" / "executor" / "timers.json").symlink_to(suite.folder / "roots")
    with pytest.raises(JarvisError):
        suite.create("through a link")


def test_the_commands_say_what_they_did(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    backup, config = str(suite.folder / "b"), ["--config", str(suite.main_file)]
    assert main(["backup", "create", backup, *config]) == 0
    assert "the mail password is not among them" in capsys.readouterr().out
    assert main(["backup", "verify", backup]) == 0
    assert f"executor/undo.db (format {contents.KNOWN[UNDO]})" in capsys.readouterr().out
    assert main(["backup", "verify", "--json", backup]) == 0
    assert json.loads(capsys.readouterr().out)["audit"] == {"records": suite.audit.head()[0], "intact": True}
    suite.close()
    assert main(["backup", "restore", backup, *config]) == 0
    assert "stays" in capsys.readouterr().out
    assert main(["backup", "create", backup, *config]) == 64
    assert main(["backup", "verify", str(suite.folder / "none")]) == 66


def test_root_restores_nothing_that_others_could_have_written(
    suite: Suite, capsys: pytest.CaptureFixture[str]
) -> None:
    """It brings a configuration, which root takes from nobody else either."""
    backup, config = suite.folder / "b", ["--config", str(suite.main_file)]
    assert main(["backup", "create", str(backup), *config]) == 0
    suite.close()
    backup.chmod(0o622)
    kept = suite.main_file.read_bytes()
    suite.main_file.write_bytes(kept + b"# since\n")
    capsys.readouterr()
    status = main(["backup", "restore", str(backup), *config])
    told = capsys.readouterr().err
    if os.geteuid() == 0:
        assert (status, "everybody can write" in told) == (77, True)
        assert suite.main_file.read_bytes() == kept + b"# since\n"
        backup.chmod(0o600)
        assert main(["backup", "restore", str(backup), *config]) == 0
    assert suite.main_file.read_bytes() == kept


def test_a_broken_log_is_saved_and_said(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    newest = suite.folder / "log" / "audit.jsonl"
    newest.write_bytes(newest.read_bytes().replace(b'"step"', b'"stop"', 1))
    backup = str(suite.folder / "b")
    assert main(["backup", "create", backup, "--config", str(suite.main_file)]) == 65
    assert main(["backup", "verify", backup]) == 65
    assert "BROKEN" in capsys.readouterr().out


def open_the_way_to(folder: Path) -> None:
    """Let anybody pass through it and the folders above, as a test's own are closed to others."""
    for path in (folder, *folder.parents):
        if os.geteuid() == 0 and path.stat().st_mode & 0o001 == 0:
            path.chmod(path.stat().st_mode | 0o711)


def test_work_in_a_folder_has_its_owners_rights_alone(tmp_path: Path) -> None:
    """As root; anybody else has no rights to lay down."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    open_the_way_to(tmp_path)
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    if os.geteuid() == 0:
        os.chown(theirs, 65534, 65534)

    def look() -> object:
        (theirs / "mine").touch()
        return [os.geteuid(), os.getegid(), (theirs / "mine").stat().st_uid, os.getgroups()]

    told = as_owner_of(theirs, look)
    assert isinstance(told, list)
    if os.geteuid() == 0:
        assert told == [65534, 65534, 65534, []]
        with pytest.raises(JarvisError) as caught:
            as_owner_of(theirs, lambda: secret.read_text())
        assert caught.value.code is ErrorCode.NOT_PERMITTED
    else:
        assert told[0] == os.geteuid()


def test_what_belongs_to_a_unit_comes_back_by_its_own_rights(suite: Suite) -> None:
    """Its owner can open neither the backup nor a copy of it: what is laid down was opened before."""
    backup = suite.create()
    suite.close()
    theirs = suite.folder / "state" / "executor"
    timers = theirs / "timers.json"
    timers.write_text("[]")
    if os.geteuid() == 0:
        open_the_way_to(theirs.parent)
        for path in (theirs, *theirs.iterdir()):
            os.chown(path, 65534, 65534)
    assert suite.bring_back(backup) is False
    assert '"1"' in timers.read_text()
    assert timers.stat().st_uid == theirs.stat().st_uid
