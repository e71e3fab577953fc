"""What belongs to a backup, where it has its place on a machine, and which format each thing is in."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from jarvisd.config.schema import Paths
from jarvisd.core import formats
from jarvisd.core.audit_chain import NEWEST_FILE, OLDER_FILES, parse
from jarvisd.core.errors import ErrorCode, RequestError

SETTINGS, AUDIT = "settings", "audit"
_NAME = re.compile(
    r"settings/(?:jarvisd\.toml|conf\.d/[A-Za-z0-9][\w.+-]{0,99}\.toml)|executor/(?:undo\.db|timers\.json|service-time\.json)"
    r"|memories/chroma\.sqlite3|audit/audit(?:-\d{12})?\.jsonl"
)
KNOWN: Mapping[str, int] = MappingProxyType(
    {
        "settings": 1,
        "executor/undo.db": formats.JOURNAL,
        "executor/timers.json": formats.TIMERS,
        "executor/service-time.json": formats.LISTS,
        "memories": formats.MEMORIES,
        "audit": formats.AUDIT,
    }
)
"""Name, or its beginning, to the highest format that this version reads."""
_FORMAT_OF_MEMORIES = (
    "SELECT int_value FROM collection_metadata JOIN collections ON collection_id = collections.id"
    " WHERE name = 'memories' AND key = 'format'"
)
COPY_TIMEOUT_S = 10.0
"""Chosen: many times what the longest commit of a unit takes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something of a backup is on this machine."""

    name: str
    """Its name in a backup."""
    path: Path

    @property
    def folder(self) -> Path:
        """The folder whose owner it belongs to."""
        return self.path.parent


@dataclass(frozen=True, slots=True)
class Machine:
    """The folders of one suite."""

    main_file: Path
    paths: Paths

    def place(self, name: str) -> Place:
        """Where ``name`` belongs; RequestError for a name that no backup has."""
        if not is_known(name):
            raise RequestError(f"{name!r} does not belong to a backup")
        kind, _, rest = name.partition("/")
        top = {
            "settings": self.main_file.parent,
            "executor": self.paths.state_dir / "executor",
            "memories": self.paths.state_dir / "brain" / "memories" / "chroma",
            "audit": self.paths.log_dir,
        }[kind]
        return Place(name, self.main_file if name == "settings/jarvisd.toml" else top / rest)

    def everything(self) -> Iterator[Place]:
        """What is here of all that belongs to a backup; the audit log's files oldest first."""
        drop_ins = sorted((self.main_file.parent / "conf.d").glob("*.toml"))
        names = ["settings/jarvisd.toml", *(f"settings/conf.d/{path.name}" for path in drop_ins)]
        names += ["executor/undo.db", "executor/timers.json", "executor/service-time.json"]
        names += ["memories/chroma.sqlite3"]
        older = sorted(self.paths.log_dir.glob(OLDER_FILES))
        names += [f"audit/{path.name}" for path in (*older, self.paths.log_dir / NEWEST_FILE)]
        yield from (place for place in map(self.place, names) if place.path.exists())


def is_known(name: str) -> bool:
    """Whether a backup may hold something of that name."""
    return _NAME.fullmatch(name) is not None


def newest_format(name: str) -> int:
    """The highest format of ``name`` that this version reads."""
    return KNOWN.get(name) or KNOWN[name.partition("/")[0]]


def copy_of(place: Place, target: int) -> int:
    """Write a consistent copy of what is there to the descriptor ``target``; its format. Others may go on writing.

    A database is copied by SQLite's own means, beside its writer; of the audit log only whole lines are taken.
    """
    if place.path.suffix in (".db", ".sqlite3"):
        return _copy_database(place, target)
    fd = os.open(place.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as source, os.fdopen(os.dup(target), "wb") as out:
        if place.name.startswith(f"{AUDIT}/"):
            version = 1
            for line in source:
                if line.endswith(b"\n"):
                    out.write(line)
                    record = parse(line.decode("utf-8", "replace")) or {}
                    told = record.get("v", 1)
                    version = max(version, told if isinstance(told, int) else 1)
            return version
        content = source.read()
        out.write(content)
    return _format_of_list(content) if place.path.suffix == ".json" else 1


def _copy_database(place: Place, target: int) -> int:
    with tempfile.TemporaryDirectory(prefix="jarvisd-backup-") as folder:
        copy = Path(folder) / "copy"
        with (
            closing(sqlite3.connect(f"{place.path.as_uri()}?mode=ro", uri=True, timeout=COPY_TIMEOUT_S)) as source,
            closing(sqlite3.connect(copy)) as taken,
        ):
            try:
                source.backup(taken)
                # One file, without a log beside it.
                taken.execute("PRAGMA journal_mode=DELETE")
                version = _format_of_database(place, taken)
            except sqlite3.Error as error:
                message = f"{place.path} cannot be copied: {error}"
                raise RequestError(message, code=ErrorCode.STATE_DAMAGED) from error
        with copy.open("rb") as made, os.fdopen(os.dup(target), "wb") as out:
            shutil.copyfileobj(made, out)
    return version


def _format_of_database(place: Place, store: sqlite3.Connection) -> int:
    if place.name == "executor/undo.db":
        return max(1, int(store.execute("PRAGMA user_version").fetchone()[0]))
    row = store.execute(_FORMAT_OF_MEMORIES).fetchone()
    return int(row[0]) if row is not None and isinstance(row[0], int) else 1


def _format_of_list(content: bytes) -> int:
    try:
        kept = json.loads(content)
    except (ValueError, RecursionError):
        return 1
    last = kept[-1] if isinstance(kept, list) and kept else None
    version = last.get("format") if isinstance(last, dict) and set(last) == {"format"} else 1
    return version if isinstance(version, int) else 1
