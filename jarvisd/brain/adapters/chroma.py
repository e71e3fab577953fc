"""The memory store: an embedded Chroma collection in a folder of its own.

Chroma keeps texts in SQLite and vectors in index files beside it. A damaged index file can crash the process or
lose vectors silently, so the index is never written: vectors stay in SQLite's log, and Chroma builds the index
from it when it opens (about 0.5 s for 1000 memories). SQLite is checked before it is opened. Nor is the index
asked: it is approximate, and a memory that it does not reach is one that is never recalled
(:class:`~jarvisd.brain.adapters.nearest_vectors.NearestVectors`).

What is deleted stays in that log word for word, and the log may not be purged since the vectors are in it. So
whatever is left is copied into a new store that takes the old one's place before a deletion returns: about 1 s for
1000 memories, 16 s for 10,000 (measured on two busy cores). Memories are few and forgetting is rare, and so
"forgotten" is true when it is said.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from jarvisd.brain.adapters.folder_exchange import FolderExchange
from jarvisd.brain.adapters.nearest_vectors import NearestVectors
from jarvisd.brain.ports import Memory, MemoryKind, Recollection
from jarvisd.core import formats
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)
LANE = "memory"
COLLECTION = "memories"
DATA, DAMAGED = "chroma", "damaged-"
"""The store within its folder, and how the name of one that was moved aside begins."""
COPIED_AT_ONCE = 500
RESERVE_BYTES = 16 << 20
"""Nothing is added when less is free on the disk: Chroma cannot open a store that it could not finish writing."""
_NEVER = 1_000_000_000
"""More changes than ever come: the threshold for writing the index."""


class ChromaStore:
    """:class:`~jarvisd.brain.ports.MemoryStore` in ``folder``, for one process at a time.

    Errors carry MEMORY_GONE or DISK_FULL. A damaged store is moved aside and a new one begun; ``notice`` then says
    so. It is kept until something is forgotten, since nobody can say whether that is in it.
    """

    def __init__(self, folder: Path, workers: Workers, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._folder = folder
        self._data = folder / DATA
        self._exchange = FolderExchange(folder, DATA)
        self._workers = workers
        self._reserve_bytes = reserve_bytes
        self._client: Any = None
        self._collection: Any = None
        self._vectors = NearestVectors()
        self._lock_fd = -1
        self._engine = "chromadb"
        self.notice = ""
        """What the operator must know about the store as it was found; empty when all was well."""

    @property
    def engine(self) -> str:
        """Library and version, for reports."""
        return self._engine

    async def start(self) -> None:
        """Open the store, making it if there is none."""
        await self._workers.run(LANE, self._open)

    async def check(self) -> None:
        """Ask the store how many memories it has."""
        await self._workers.run(LANE, self._check)

    async def add(self, memory: Memory, vector: Sequence[float]) -> None:
        """Store durably; an existing id is replaced."""
        await self._workers.run(LANE, self._add, memory, list(vector))

    async def nearest(self, vector: Sequence[float], count: int) -> list[Recollection]:
        """The ``count`` nearest memories, nearest first."""
        return await self._workers.run(LANE, self._nearest, list(vector), count)

    async def delete(self, ids: Sequence[str]) -> int:
        """Forget; returns how many existed, when none of their bytes is left in the folder."""
        return await self._workers.run(LANE, self._delete, list(ids))

    async def wipe(self) -> int:
        """Forget everything, also what is in damaged stores; returns how many memories there were."""
        return await self._workers.run(LANE, self._wipe)

    async def everything(self) -> list[Memory]:
        """All memories, oldest first."""
        return await self._workers.run(LANE, self._everything)

    async def close(self) -> None:
        """Release the store; safe to call twice."""
        await self._workers.run(LANE, self._close)

    def _open(self) -> None:
        with self._translated("opening the memory store"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            self._lock()
        try:
            # Before anything that writes: what is newer stays as it is.
            if (version := _format(self._data / "chroma.sqlite3")) > formats.MEMORIES:
                message = f"the memories have format {version}; known here are those up to {formats.MEMORIES}"
                raise Unavailable(message, code=ErrorCode.FORMAT_NEWER)
            with self._translated("finishing what was being forgotten"):
                is_pending = self._exchange.settle()
            if reason := _damage(self._data / "chroma.sqlite3"):
                self._move_aside(reason)
                self._exchange.abandon()
                is_pending = False
            is_old = (self._data / "chroma.sqlite3").exists()
            with self._translated("opening the memory store"):
                self._connect()
                if not is_old:
                    self._exchange.adopt()
            if is_pending or not self._exchange.is_adopted:
                self._finish_forgetting()
        except JarvisError:
            self._close()
            raise

    def _finish_forgetting(self) -> None:
        """Rebuild a store that a deletion left unfinished, or that is of a version that erased nothing."""
        try:
            with self._translated("finishing what was being forgotten"):
                self._exchange.announce()
                self._rebuild()
        except JarvisError as error:
            # What is left can be used; the next start and the next deletion try again.
            self.notice = f"words of what was forgotten are still on the disk: {error.message}"
            logger.error("not erased code=%s detail=%s", error.code, error.message)
            if self._collection is None:
                raise

    def _lock(self) -> None:
        if self._lock_fd < 0:
            self._lock_fd = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._unlock()
            text = f"another process has the memory store {self._folder} open"
            raise Unavailable(text, code=ErrorCode.MEMORY_GONE) from error

    def _unlock(self) -> None:
        if self._lock_fd >= 0:
            os.close(self._lock_fd)
            self._lock_fd = -1

    def _move_aside(self, reason: str) -> None:
        stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S.%fZ")
        aside = self._folder / f"{DAMAGED}{stamp}"
        with self._translated("moving the damaged memory store aside"):
            self._data.rename(aside)
        self.notice = f"the memory store was damaged ({reason}): it is kept in {aside}, and a new one was begun"
        logger.error("memory store damaged reason=%s moved_to=%s", reason, aside)

    def _connect(self) -> None:
        self._client, self._collection = self._connected(self._data)
        there = self._collection.get(include=["embeddings"])
        self._vectors = NearestVectors()
        for id_, vector in zip(there["ids"], there["embeddings"], strict=True):
            self._vectors.put(id_, vector)
        _empty_index(self._data)

    def _connected(self, data: Path) -> tuple[Any, Any]:
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings

        self._engine = f"chromadb {chromadb.__version__}"
        client = None
        try:
            client = chromadb.PersistentClient(str(data), settings=Settings(anonymized_telemetry=False))
        finally:
            if client is None:
                # What it could not open it would hand out again, half open, to the next who asks.
                SharedSystemClient.clear_system_cache()
        index = {"space": "cosine", "sync_threshold": _NEVER, "batch_size": _NEVER // 10}
        collection = client.get_or_create_collection(
            COLLECTION,
            metadata={"format": formats.MEMORIES},
            configuration={"hnsw": index},
            embedding_function=None,
        )
        if (collection.metadata or {}).get("format") != formats.MEMORIES:
            collection.modify(metadata={"format": formats.MEMORIES})
        for path in data.iterdir():
            path.chmod(0o700 if path.is_dir() else 0o600)
        return client, collection

    def _opened(self) -> Any:
        if self._collection is None:
            raise Unavailable("the memory store is not open", code=ErrorCode.MEMORY_GONE)
        return self._collection

    def _check(self) -> None:
        collection = self._opened()
        with self._translated("looking at the memories"):
            collection.count()

    def _add(self, memory: Memory, vector: list[float]) -> None:
        collection = self._opened()
        if self._disk_is_full():
            raise EngineError(f"no space left for memories in {self._folder}", code=ErrorCode.DISK_FULL)
        fields = {
            "kind": memory.kind.value,
            "importance": memory.importance,
            "created": memory.created,
            "tainted": memory.tainted,
            "replaced_by": memory.replaced_by,
        }
        with self._translated("remembering"):
            collection.upsert(ids=[memory.id], embeddings=[vector], documents=[memory.text], metadatas=[fields])
            _empty_index(self._data)
        self._vectors.put(memory.id, vector)

    def _nearest(self, vector: list[float], count: int) -> list[Recollection]:
        collection = self._opened()
        near = dict(self._vectors.nearest(vector, max(0, count)))
        if not near:
            return []
        with self._translated("recalling"):
            found = collection.get(ids=list(near), include=["documents", "metadatas"])
        rows = zip(found["ids"], found["documents"], found["metadatas"], strict=True)
        recollections = [Recollection(_memory(id_, text, row), near[id_]) for id_, text, row in rows]
        return sorted(recollections, key=lambda item: item.distance)

    def _delete(self, ids: list[str]) -> int:
        collection = self._opened()
        if not ids:
            return 0
        with self._translated("forgetting"):
            present = collection.get(ids=ids, include=[])["ids"]
            if present or self._exchange.is_pending:
                self._exchange.announce()
                # Not found any more from here on, even if the disk has no room for the rest.
                if present:
                    collection.delete(ids=present)
                    self._vectors.drop(present)
                self._rebuild()
        return len(present)

    def _wipe(self) -> int:
        with self._translated("forgetting everything"):
            there = self._opened().get(include=[])["ids"]
            self._exchange.announce()
            if there:
                self._collection.delete(ids=there)
                self._vectors.drop(there)
            self._rebuild()
        self.notice = ""
        return len(there)

    def _rebuild(self) -> None:
        """Replace the store, as announced, by a new one of what is in it; it goes, and so do all damaged ones."""
        target = self._exchange.begin()
        fresh, copy = self._connected(target)
        try:
            there = self._collection.get(include=[])["ids"]
            for first in range(0, len(there), COPIED_AT_ONCE):
                rows = self._collection.get(
                    ids=there[first : first + COPIED_AT_ONCE], include=["embeddings", "documents", "metadatas"]
                )
                copy.add(**{name: rows[name] for name in ("ids", "embeddings", "documents", "metadatas")})
        finally:
            fresh.close()
        _empty_index(target)
        for damaged in self._folder.glob(f"{DAMAGED}*"):
            shutil.rmtree(damaged)
        self._disconnect()
        try:
            self._exchange.complete()
        finally:
            self._connect()

    def _everything(self) -> list[Memory]:
        collection = self._opened()
        with self._translated("reading all memories"):
            found = collection.get(include=["documents", "metadatas"])
        rows = zip(found["ids"], found["documents"], found["metadatas"], strict=True)
        memories = [_memory(id_, text, row) for id_, text, row in rows]
        return sorted(memories, key=lambda memory: datetime.fromisoformat(memory.created).timestamp())

    def _disk_is_full(self) -> bool:
        return shutil.disk_usage(self._folder).free < self._reserve_bytes

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        from chromadb.errors import ChromaError

        try:
            yield
        # An opening that fails stumbles over its own clearing up: the AttributeError.
        except (ChromaError, OSError, ValueError, RuntimeError, AttributeError) as error:
            reason = " ".join(str(error).split())[:300]
            # Chroma seldom says that the disk was the reason.
            is_full = self._folder.is_dir() and self._disk_is_full()
            code = ErrorCode.DISK_FULL if is_full else ErrorCode.MEMORY_GONE
            raise EngineError(f"{doing} failed: {reason}", code=code) from error

    def _close(self) -> None:
        self._disconnect()
        self._unlock()

    def _disconnect(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None
        self._vectors = NearestVectors()


def _memory(id_: str, text: str | None, row: Mapping[str, Any]) -> Memory:
    kind = MemoryKind(row["kind"])
    return Memory(
        id_,
        kind,
        text or "",
        float(row["importance"]),
        str(row["created"]),
        bool(row["tainted"]),
        # Earlier versions replaced nothing and told nothing of it.
        str(row.get("replaced_by") or ""),
    )


def _empty_index(data: Path) -> None:
    """Empty the index files, which nothing reads.

    Chroma begins them with 160 kB of the process's memory as it finds it, so with anything that has been in it:
    also with what was forgotten (seen when a store is opened and when it gets its first memory).
    """
    for path in data.glob("*/*.bin"):
        if path.stat().st_size:
            os.truncate(path, 0)


def _format(database: Path) -> int:
    """Which format the memories have, before Chroma opens, and may change, the file; 1 when none is told."""
    if not database.is_file():
        return formats.MEMORIES
    query = (
        "SELECT int_value FROM collection_metadata JOIN collections ON collection_id = collections.id"
        " WHERE name = ? AND key = 'format'"
    )
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            row = connection.execute(query, (COLLECTION,)).fetchone()
    except sqlite3.Error:
        # A file that Chroma has only begun, or of a version that keeps it elsewhere: Chroma will say.
        return 1
    return int(row[0]) if row is not None and isinstance(row[0], int) else 1


def _damage(database: Path) -> str:
    """Why SQLite cannot use the file, or nothing. Only damage counts: a lock or a missing right does not."""
    if not database.is_file() or database.stat().st_size == 0:
        return ""
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            answer = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        return ""
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if answer == "ok" else answer
