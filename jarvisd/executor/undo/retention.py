"""What was kept so that steps can be undone goes when it is old or too much (decision 17). Blocking; file lane.

Nothing goes silently: each step that can no longer be undone is returned, so that it can be told.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass

from jarvisd.core.errors import JarvisError
from jarvisd.executor.files.paths import Entry, WorkspacePath, Workspaces
from jarvisd.executor.ports.journal import EntryState, Journal, JournalEntry
from jarvisd.executor.undo import operations as effects
from jarvisd.executor.undo.change_times import OpenSpans
from jarvisd.executor.undo.operations import Operation, OperationRunner, Swap, is_staged

logger = logging.getLogger(__name__)

DAY_S = 86_400
_SETTLED = frozenset({EntryState.UNDONE, EntryState.ROLLED_BACK, EntryState.EXPIRED, EntryState.DAMAGED})


@dataclass(frozen=True, slots=True)
class KeepLimits:
    """How long and how much is kept."""

    keep_days: float = 30.0
    keep_bytes: int = 10_000_000_000


class Retention:
    """Removes what steps have kept, the oldest first."""

    def __init__(self, journal: Journal, workspaces: Workspaces, limits: KeepLimits) -> None:
        self._journal = journal
        self._workspaces = workspaces
        self._limits = limits
        self._work = OpenSpans()

    def prune(self) -> list[JournalEntry]:
        """Remove what is beyond the limits; the steps that can no longer be undone, oldest first.

        Only objects that a step of ours put aside are removed, and only while they are still the same objects.
        """
        limit_s = self._limits.keep_days * DAY_S
        expired: list[JournalEntry] = []
        kept: list[tuple[JournalEntry, int]] = []
        forgotten: list[int] = []
        for entry_id, state, age_s in self._journal.outline():
            is_old = age_s > limit_s
            if state in _SETTLED and is_old:
                forgotten.append(entry_id)
            elif state is EntryState.DONE:
                entry = self._journal.find(entry_id)
                if entry is None or not self._is_readable(entry):
                    continue
                if is_old:
                    expired.append(entry)
                else:
                    kept.append((entry, self._size(entry)))
        total_bytes = sum(size for _, size in kept)
        for entry, size in kept:
            if total_bytes <= self._limits.keep_bytes:
                break
            if size:
                expired.append(entry)
                total_bytes -= size
        for entry in expired:
            self._expire(entry)
        self._journal.forget(forgotten)
        return expired

    def _is_readable(self, entry: JournalEntry) -> bool:
        if entry.state is EntryState.DAMAGED:
            return False
        try:
            _operations(entry)
        except ValueError as error:
            self._journal.set_aside(entry.id, str(error))
            return False
        return True

    def _expire(self, entry: JournalEntry) -> None:
        operations = _operations(entry)
        # First the note: a crash in between leaves files in the trash, which is no harm.
        self._journal.mark(entry.id, EntryState.EXPIRED, [])
        hand = OperationRunner(self._workspaces)
        for operation in operations:
            found = self._kept(operation)
            if found is not None:
                self._remove(found)
                hand.drop_info(operation)
        if self._work.spans():
            self._journal.mark(entry.id, EntryState.EXPIRED, None, self._work.spans())
            self._work.written()
        logger.warning("can no longer be undone entry=%d tool=%s created=%s", entry.id, entry.tool, entry.created)

    def _size(self, entry: JournalEntry) -> int:
        total_bytes = 0
        for operation in _operations(entry):
            found = self._kept(operation)
            if found is not None and found.identity.is_folder:
                inside = self._workspaces.walk(found.place)
                total_bytes += sum(item.identity.size for item in inside if not item.identity.is_folder)
            elif found is not None:
                total_bytes += found.identity.size
        return total_bytes

    def _kept(self, operation: Operation) -> Entry | None:
        """What an operation put aside, if it is still there: deleted, replaced, or moved to another disk."""
        if isinstance(operation, Swap):
            place, identity = operation.aside, operation.old
        elif operation.info or is_staged(operation.target):
            place, identity = operation.target, operation.identity
        else:
            return None
        try:
            now = self._workspaces.identify(place)
        except JarvisError:
            return None
        return Entry(place, now) if now is not None and now.is_same_object(identity) else None

    def _remove(self, found: Entry) -> None:
        inside = list(self._workspaces.walk(found.place)) if found.identity.is_folder else []
        for item in (*reversed(inside), found):
            self._remove_one(item.place, is_folder=item.identity.is_folder)

    def _remove_one(self, place: WorkspacePath, *, is_folder: bool) -> None:
        disk = self._workspaces.disk
        try:
            with self._workspaces.opened(place.folder, follow=False) as fd:
                if is_folder:
                    disk.remove_folder(fd, place.name)
                else:
                    self._unlink(fd, place.name)
        except (OSError, JarvisError) as error:
            logger.warning("cannot remove what was kept workspace=%s detail=%s", place.root.name, error)

    def _unlink(self, folder_fd: int, name: str) -> None:
        """Remove a file. For its other names, if it has any, that is a change, and it is ours."""
        fd = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder_fd)
        try:
            self._workspaces.disk.unlink(folder_fd, name)
            status = os.fstat(fd)
        finally:
            os.close(fd)
        if status.st_nlink:
            self._work.note(status.st_ctime_ns)


def _operations(entry: JournalEntry) -> list[Operation]:
    return [effects.from_json(value) for value in entry.operations]
