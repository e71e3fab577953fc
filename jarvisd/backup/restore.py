"""Puts a backup in its place: everything is written beside first, then the names are exchanged, or nothing is.

What is to be exchanged is noted in a file of root's before the first exchange. While that file is there, executor
and brain do not start; the next restore first takes back what was begun.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jarvisd.backup.archive import BackupManifest, Saved, chain_in, content_of
from jarvisd.backup.contents import AUDIT, Machine, Place
from jarvisd.backup.rights import as_owner_of
from jarvisd.core.audit_chain import NEWEST_FILE, OLDER_FILES, ChainVerifier
from jarvisd.core.errors import EngineError, ErrorCode, RequestError
from jarvisd.linux.durable import new_file, replace_file, sync_folder

NOTE = "restoring.json"
"""In the folder of all state, which is root's."""
_CHUNK_BYTES = 1 << 20
_FRESH, _BEFORE = ".restoring", ".before-restore"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A name that gets another content; ``has_new`` is False for what only goes away."""

    path: Path
    has_new: bool

    @property
    def fresh(self) -> Path:
        """Where the new content lies until then."""
        return self.path.with_name(f"{_FRESH}-{self.path.name}")

    @property
    def before(self) -> Path:
        """Where the old content lies afterwards."""
        return self.path.with_name(f"{_BEFORE}-{self.path.name}")


def interrupted(machine: Machine) -> bool:
    """Whether a restore was begun here and neither finished nor taken back."""
    return (machine.paths.state_dir / NOTE).exists()


def begin(machine: Machine) -> None:
    """Take back what an interrupted restore has left, and keep executor and brain from starting until the end.

    The message bus starts them for whoever calls them.
    """
    take_back(machine)
    replace_file(machine.paths.state_dir / NOTE, "[]", 0o600)


def take_back(machine: Machine) -> None:
    """Undo what an interrupted restore has exchanged, and remove what it had staged; safe to repeat."""
    note = machine.paths.state_dir / NOTE
    try:
        noted = json.loads(note.read_text("utf-8"))
    except FileNotFoundError:
        return
    exchanges = [Exchange(Path(path), bool(has_new)) for path, has_new in noted]
    for exchange in reversed(exchanges):
        _by_owner(exchange, _reverse)
    note.unlink()
    sync_folder(note.parent)
    for exchange in exchanges:
        _by_owner(exchange, _drop_fresh)


def restore(
    machine: Machine,
    manifest: BackupManifest,
    archive: tarfile.TarFile,
    kept_folder: str,
    step: Callable[[str], None],
) -> bool:
    """Put everything of a checked backup in its place, all or nothing; whether the audit log was replaced.

    The log here stays where it goes on from that of the backup. One that does not is moved into ``kept_folder``
    beside it, never removed. ``step`` is told of each exchange before it happens. :func:`begin` comes first.
    """
    replaces_audit = not _goes_on_from(machine, chain_in(archive))
    wanted = [saved for saved in manifest.files if replaces_audit or not saved.name.startswith(f"{AUDIT}/")]
    exchanges = _exchanges(machine, [machine.place(saved.name) for saved in wanted], replaces_audit)
    note = machine.paths.state_dir / NOTE
    kept = {machine.paths.log_dir: kept_folder}
    for exchange in exchanges:
        # Of a restore that was complete but for this.
        _by_owner(exchange, lambda one: _let_go(one, kept.get(one.path.parent, "")))
    try:
        for saved in wanted:
            _stage(machine.place(saved.name), saved, archive)
        replace_file(note, json.dumps([[str(one.path), one.has_new] for one in exchanges]), 0o600)
        for exchange in exchanges:
            step(str(exchange.path))
            _by_owner(exchange, _exchange)
    except BaseException:
        take_back(machine)
        for exchange in exchanges:
            _by_owner(exchange, _drop_fresh)
        raise
    # From here on it counts: what is left to do is to let go of the old.
    note.unlink()
    sync_folder(note.parent)
    for exchange in exchanges:
        _by_owner(exchange, lambda one: _let_go(one, kept.get(one.path.parent, "")))
    return replaces_audit


def _by_owner(exchange: Exchange, work: Callable[[Exchange], None]) -> None:
    if exchange.path.parent.is_dir():
        as_owner_of(exchange.path.parent, lambda: work(exchange))


def _goes_on_from(machine: Machine, saved: ChainVerifier) -> bool:
    """Whether the audit log that is here holds, and has the last record of ``saved`` at its place."""
    log = machine.paths.log_dir

    def goes_on() -> bool:
        here = ChainVerifier()
        here.known.hashes[saved.count] = {saved.head}
        for path in (*sorted(log.glob(OLDER_FILES)), log / NEWEST_FILE):
            if path.is_file():
                with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
                    here.follow(path.name, (line.rstrip("\n") for line in file))
        here.end()
        return not here.problems and here.count >= saved.count

    return saved.count == 0 or (log.is_dir() and bool(as_owner_of(log, goes_on)))


def _exchanges(machine: Machine, places: Sequence[Place], replaces_audit: bool) -> list[Exchange]:
    exchanges = [Exchange(_unit_of(place), has_new=True) for place in places]
    paths = {exchange.path for exchange in exchanges}
    # What SQLite had beside the old file belongs to the old file.
    beside = [
        path.with_name(path.name + end) for path in paths if path.suffix == ".db" for end in ("-wal", "-shm")
    ]
    log = machine.paths.log_dir
    gone = [*beside, *(log.glob(OLDER_FILES) if replaces_audit else ())]
    gone += [log / NEWEST_FILE] if replaces_audit else []
    return exchanges + [Exchange(path, has_new=False) for path in gone if path not in paths and path.exists()]


def _unit_of(place: Place) -> Path:
    """What is exchanged: of the memories the whole folder, because there are files of an index beside."""
    return place.folder if place.name.startswith("memories/") else place.path


def _stage(place: Place, saved: Saved, archive: tarfile.TarFile) -> None:
    unit = _unit_of(place)
    fresh = Exchange(unit, has_new=True).fresh
    if place.name.startswith("settings/"):
        unit.parent.mkdir(mode=0o755, exist_ok=True)
    if not unit.parent.is_dir():
        message = f"{unit.parent} is not there; start the suite once, so that its folders are made"
        raise RequestError(message, code=ErrorCode.NOT_FOUND)
    mode = 0o644 if place.name.startswith("settings/") else 0o640 if place.name.startswith(f"{AUDIT}/") else 0o600

    def write() -> None:
        _remove(fresh)
        target = fresh
        if unit != place.path:
            fresh.mkdir(0o700)
            target = fresh / place.path.name
        with os.fdopen(new_file(target), "wb") as out:
            # Without moving the place that is read from, which this may share with another process; and without
            # opening anything anew, for which the owner of the folder has no right.
            offset = 0
            while chunk := os.pread(spool.fileno(), _CHUNK_BYTES, offset):
                out.write(chunk)
                offset += len(chunk)
            os.fchmod(out.fileno(), mode)
            out.flush()
            os.fsync(out.fileno())
        sync_folder(target.parent)

    with tempfile.TemporaryFile() as spool:
        shutil.copyfileobj(content_of(archive, archive.getmember(place.name)), spool)
        spool.seek(0)
        if hashlib.sha256(spool.read()).hexdigest() != saved.sha256:
            # Somebody writes to the backup while it is read.
            raise EngineError(f"{place.name} is not what was saved", code=ErrorCode.STATE_DAMAGED)
        spool.seek(0)
        as_owner_of(unit.parent, write)


def _exchange(exchange: Exchange) -> None:
    if _is_there(exchange.before):
        raise EngineError(f"{exchange.before} is in the way", code=ErrorCode.STATE_DAMAGED)
    if _is_there(exchange.path):
        exchange.path.rename(exchange.before)
    if exchange.has_new:
        exchange.fresh.rename(exchange.path)
    sync_folder(exchange.path.parent)


def _reverse(exchange: Exchange) -> None:
    """To how it was when all was staged, wherever a crash came, and as often as one comes."""
    if exchange.has_new and not _is_there(exchange.fresh):
        exchange.path.rename(exchange.fresh)
    if _is_there(exchange.before):
        exchange.before.rename(exchange.path)
    sync_folder(exchange.path.parent)


def _drop_fresh(exchange: Exchange) -> None:
    _remove(exchange.fresh)


def _let_go(exchange: Exchange, kept_folder: str) -> None:
    if not kept_folder:
        _remove(exchange.before)
    elif _is_there(exchange.before):
        kept = exchange.path.parent / kept_folder
        kept.mkdir(0o750, exist_ok=True)
        exchange.before.rename(kept / exchange.path.name)
    sync_folder(exchange.path.parent)


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
