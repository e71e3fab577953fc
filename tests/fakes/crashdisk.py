"""A disk that records what is done to it, and every state in which a power cut could leave it.

What counts as safe is only what a sync has made so. A file's content that was not synced may be whole, half or
gone; a change of names that was not synced may have happened or not, whatever came after it. One change of names,
a rename between two folders included, is all or nothing, as on every journalling file system; it is safe when all
folders concerned have been synced since.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.disk import Disk, Identity
from jarvisd.executor.ports.journal import EntryState, JournalEntry, Span
from tests.fakes.executor import ScriptedJournal

EXHAUSTIVE_CHANGES = 6
"""With so many unsafe changes every subset of them is tried; with more, each alone, all but each, and a sample."""


@dataclass(frozen=True)
class Change:
    """One entry of the log."""

    kind: str
    folders: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    inode: int = 0
    other: int = 0
    content: bytes | None = None
    mode: int = 0
    mtime_ns: int = 0
    entries: tuple[JournalEntry, ...] = ()
    is_durable: bool = False


class RecordingDisk(Disk):
    """Does everything, and notes what would have to survive."""

    def __init__(self, log: list[Change]) -> None:
        super().__init__()
        self.log = log

    def rename(self, source_fd: int, source: str, target_fd: int, target: str) -> None:
        super().rename(source_fd, source, target_fd, target)
        inode = os.stat(target, dir_fd=target_fd, follow_symlinks=False).st_ino
        self.log.append(Change("rename", (number(source_fd), number(target_fd)), (source, target), inode))

    def exchange(self, one_fd: int, one: str, other_fd: int, other: str) -> None:
        super().exchange(one_fd, one, other_fd, other)
        inodes = [
            os.stat(name, dir_fd=fd, follow_symlinks=False).st_ino
            for fd, name in ((one_fd, one), (other_fd, other))
        ]
        self.log.append(Change("exchange", (number(one_fd), number(other_fd)), (one, other), *inodes))

    def _made(self, folder_fd, name, fill, mode, durable):  # type: ignore[no-untyped-def]
        identity = super()._made(folder_fd, name, fill, mode, durable)
        fd = os.open(name, os.O_RDONLY, dir_fd=folder_fd)
        content = os.read(fd, 1 << 20)
        os.close(fd)
        self.log.append(
            Change(
                "create",
                (number(folder_fd),),
                (name,),
                identity.inode,
                0,
                content,
                identity.mode,
                identity.mtime_ns,
            )
        )
        if durable:
            self.log.append(Change("fsync", inode=identity.inode))
        return identity

    def make_folder(self, folder_fd: int, name: str, mode: int) -> Identity:
        identity = super().make_folder(folder_fd, name, mode)
        self.log.append(Change("mkdir", (number(folder_fd),), (name,), identity.inode, mode=identity.mode))
        return identity

    def unlink(self, folder_fd: int, name: str) -> None:
        super().unlink(folder_fd, name)
        self.log.append(Change("remove", (number(folder_fd),), (name,)))

    def remove_folder(self, folder_fd: int, name: str) -> None:
        super().remove_folder(folder_fd, name)
        self.log.append(Change("remove", (number(folder_fd),), (name,)))

    def sync(self, folder_fd: int) -> None:
        super().sync(folder_fd)
        self.log.append(Change("sync", (number(folder_fd),)))

    def sync_all(self, folder_fd: int) -> None:
        super().sync_all(folder_fd)
        self.log.append(Change("sync_all"))


class RecordingJournal(ScriptedJournal):
    """A journal in memory that notes each of its states in the log of the disk."""

    def __init__(self, log: list[Change]) -> None:
        super().__init__()
        self.log = log

    def begin(self, entry: JournalEntry) -> int:
        entry_id = super().begin(entry)
        self.log.append(Change("journal", entries=tuple(self.entries.values()), is_durable=True))
        return entry_id

    def mark(
        self,
        entry_id: int,
        state: EntryState,
        operations: Sequence[JsonObject] | None = None,
        spans: Sequence[Span] = (),
    ) -> None:
        super().mark(entry_id, state, operations, spans)
        is_durable = state is EntryState.UNDOING or operations is not None
        self.log.append(Change("journal", entries=tuple(self.entries.values()), is_durable=is_durable))


@dataclass
class Tree:
    """What is on a disk, by inode numbers."""

    root: int
    names: dict[tuple[int, str], int] = field(default_factory=dict)
    files: dict[int, tuple[bytes | None, int, int]] = field(default_factory=dict)
    """Content (``None`` for a folder), mode and modification time."""

    @classmethod
    def of(cls, path: Path) -> Tree:
        """What is at ``path`` now."""
        tree = cls(path.stat().st_ino)
        for found in sorted(path.rglob("*")):
            status = found.lstat()
            content = None if found.is_dir() else found.read_bytes()
            tree.names[found.parent.stat().st_ino, found.name] = status.st_ino
            tree.files[status.st_ino] = (content, status.st_mode, status.st_mtime_ns)
        return tree

    def copy(self) -> Tree:
        return Tree(self.root, dict(self.names), dict(self.files))

    def apply(self, change: Change) -> None:
        """Do one change of names if it is possible in this state."""
        exists = all(folder == self.root or folder in self.files for folder in change.folders)
        ends = list(zip(change.folders, change.names, strict=True))
        if not exists:
            return
        if change.kind == "rename" and self.names.get(ends[0]) == change.inode and ends[1] not in self.names:
            self.names[ends[1]] = self.names.pop(ends[0])
        elif change.kind == "exchange" and {self.names.get(end) for end in ends} == {change.inode, change.other}:
            self.names[ends[0]], self.names[ends[1]] = self.names[ends[1]], self.names[ends[0]]
        elif change.kind in ("create", "mkdir") and ends[0] not in self.names:
            self.names[ends[0]] = change.inode
            self.files[change.inode] = (change.content, change.mode, change.mtime_ns)
        elif change.kind == "remove":
            self.names.pop(ends[0], None)

    def build(self, path: Path) -> dict[int, int]:
        """Make this state at the empty folder ``path``; inode numbers of the model to the real ones."""
        real = {self.root: path.stat().st_ino}
        where = {self.root: path}
        waiting = [self.root]
        while waiting:
            folder = waiting.pop()
            for (parent, name), inode in self.names.items():
                if parent != folder:
                    continue
                target = where[folder] / name
                content, _, mtime_ns = self.files[inode]
                if inode in where:
                    os.link(where[inode], target)
                elif content is None:
                    target.mkdir()
                    waiting.append(inode)
                else:
                    target.write_bytes(content)
                    os.utime(target, ns=(mtime_ns, mtime_ns))
                where[inode] = target
                real[inode] = target.stat().st_ino
        for inode, target in where.items():
            if inode != self.root:
                target.chmod(self.files[inode][1] & 0o7777)
        return real


@dataclass(frozen=True)
class Crash:
    """A state after a power cut."""

    at: int
    """How many entries of the log had been reached."""
    tree: Tree
    entries: tuple[JournalEntry, ...]


def crashes(before: Tree, log: Sequence[Change], *, first: int, seed: int, sample: int) -> Iterator[Crash]:
    """Every state in which a cut after ``first`` or more entries of ``log`` can leave the disk, each once."""
    seen: set[object] = set()
    for at in range(first, len(log) + 1):
        for crash in _crashes_at(before, log[:at], random.Random(f"{seed} {at}"), sample):
            key = (
                frozenset(crash.tree.names.items()),
                frozenset(crash.tree.files.items()),
                tuple((entry.id, entry.state) for entry in crash.entries),
                at == len(log),
            )
            if key not in seen:
                seen.add(key)
                yield crash


def _crashes_at(before: Tree, log: Sequence[Change], chance: random.Random, sample: int) -> Iterator[Crash]:
    unsafe = [index for index, change in enumerate(log) if _is_name(change) and not _is_safe(log, index)]
    fluid = [
        change.inode
        for index, change in enumerate(log)
        if change.kind == "create" and not _is_synced(log[index:], change.inode)
    ]
    for lost in _subsets(unsafe, chance, sample):
        tree = before.copy()
        for index, change in enumerate(log):
            if _is_name(change) and index not in lost:
                tree.apply(change)
        for entries, kept in product(_journals(log), (1.0, 0.5, 0.0) if fluid else (1.0,)):
            cut = tree.copy()
            for inode in fluid:
                if inode in cut.files:
                    content, mode, mtime_ns = cut.files[inode]
                    assert content is not None
                    cut.files[inode] = (content[: int(len(content) * kept)], mode, mtime_ns)
            yield Crash(len(log), cut, entries)


def _subsets(unsafe: list[int], chance: random.Random, sample: int) -> Iterator[frozenset[int]]:
    everything = frozenset(unsafe)
    if len(unsafe) <= EXHAUSTIVE_CHANGES:
        for choice in product((False, True), repeat=len(unsafe)):
            yield frozenset(index for index, is_lost in zip(unsafe, choice, strict=True) if is_lost)
        return
    yield from (frozenset(), everything)
    for index in chance.sample(unsafe, min(sample, len(unsafe))):
        yield from (frozenset({index}), everything - {index})
    for _ in range(sample):
        yield frozenset(index for index in unsafe if chance.random() < 0.5)


def _journals(log: Sequence[Change]) -> list[tuple[JournalEntry, ...]]:
    """States of the journal that may have survived: from the last durable one on."""
    states: list[tuple[JournalEntry, ...]] = [()]
    for change in log:
        if change.kind == "journal":
            states = [change.entries] if change.is_durable else [*states, change.entries]
    return states


def _is_name(change: Change) -> bool:
    return change.kind in ("rename", "exchange", "create", "mkdir", "remove")


def _is_safe(log: Sequence[Change], index: int) -> bool:
    waiting = set(log[index].folders)
    for change in log[index + 1 :]:
        if change.kind == "sync_all":
            return True
        if change.kind == "sync":
            waiting -= set(change.folders)
    return not waiting


def _is_synced(log: Sequence[Change], inode: int) -> bool:
    return any(change.kind == "sync_all" or (change.kind == "fsync" and change.inode == inode) for change in log)


def number(fd: int) -> int:
    """Inode number of an open folder."""
    return os.fstat(fd).st_ino


def moved(entry: JournalEntry, old_root: str, new_root: str, device: int, real: dict[int, int]) -> JournalEntry:
    """``entry`` as it would read on the disk that was built: other root, other inode numbers."""
    operations = []
    for operation in entry.operations:
        value = dict(operation)
        for key in ("source", "target", "place", "aside"):
            if key in value:
                name, path, relative = value[key]  # type: ignore[misc] # three texts
                value[key] = [name, str(path).replace(old_root, new_root), relative]
        for key in ("identity", "old", "new"):
            if key in value:
                was = Identity.from_json(value[key])
                value[key] = was._replace(device=device, inode=real.get(was.inode, 0))
        operations.append(value)
    return replace(entry, operations=tuple(operations))
