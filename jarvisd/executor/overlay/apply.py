"""Takes over what a program did on its view of a workspace, as one step that can be undone (decisions 3 and 5).

What the owner has touched since the program began is a conflict: it stays as it is and is told. Blocking.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.files.paths import WorkspacePath, Workspaces
from jarvisd.executor.overlay.diff import Difference
from jarvisd.executor.overlay.snapshot import Snapshot, has_other_names
from jarvisd.executor.ports.sandbox import FolderItem
from jarvisd.executor.undo.changes import BULK_OPERATIONS, Changes, StepControl
from jarvisd.executor.undo.operations import Move, Operation, Swap
from jarvisd.executor.undo.staging import Staged
from jarvisd.lang.en import amounts


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a difference."""

    undo_id: int
    done: int
    """Operations that were carried out."""
    conflicts: tuple[str, ...]
    """Paths that the owner has touched since, which stay as they are."""


def check_links(workspaces: Workspaces, view: Snapshot, difference: Difference) -> None:
    """Raise REFUSED for a change to a file that has another name, which may be outside (a hard link)."""
    for item in difference.changed:
        if has_other_names(workspaces, view, item.path):
            reason = f"{amounts.name(item.path)} has another name elsewhere and is not changed by programs"
            raise RequestError(reason, code=ErrorCode.REFUSED)


def apply(changes: Changes, doing: StepControl, view: Snapshot, difference: Difference, summary: str) -> Applied:
    """Journal and apply ``difference``; on any error nothing has changed."""
    work = _Work(changes, doing, view, difference)
    try:
        for operation in work.operations():
            doing.stop_here()
            work.prepared.append(operation)
    except JarvisError:
        changes.discard(work.prepared)
        raise
    if not work.prepared:
        return Applied(0, 0, tuple(work.conflicts))
    done = changes.carry_out(doing, summary, work.prepared, leave_out_changed=True)
    late = [_place(operation).relative for operation in done.left_out]
    changes.discard(done.left_out)
    return Applied(done.entry_id, len(done.done), (*work.conflicts, *late))


@dataclass(slots=True)
class _Work:
    changes: Changes
    doing: StepControl
    view: Snapshot
    difference: Difference
    prepared: list[Operation] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    def operations(self) -> Iterator[Operation]:
        """Each operation once all that it needs has been yielded; what conflicts is noted instead."""
        yield from self._folders()
        for move in self.difference.moved:
            if self._is_as_seen(move.source) and self._is_free(move.target):
                identity = self.view.seen[move.source]
                yield Move(self.view.place(move.source), self.view.place(move.target), identity)
        yield from self._deletions()
        for item in self.difference.created:
            if self._is_free(item.path):
                staged = self._staged(item)
                yield Move(staged.place, self.view.place(item.path), staged.identity)
        for item in self.difference.changed:
            if self._is_as_seen(item.path):
                staged = self._staged(item)
                yield Swap(self.view.place(item.path), staged.place, self.view.seen[item.path], staged.identity)

    def _folders(self) -> Iterator[Operation]:
        for item in self.difference.folders:
            now = self.changes.workspaces.identify(self.view.place(item.path))
            if now is not None and now.is_folder:
                continue
            if now is not None:
                self.conflicts.append(item.path)
                continue
            staged = self.changes.stage_folder(self.view.root, item.mode & 0o777 | 0o700)
            yield Move(staged.place, self.view.place(item.path), staged.identity, must_be_empty=True)

    def _deletions(self) -> Iterator[Operation]:
        taken: set[str] = set()
        leaving = {move.source for move in self.difference.moved}
        if self.difference.deleted:
            self.changes.trash.prepare(self.view.root)
        for path in self.difference.deleted:
            if self._is_as_seen(path) and self._holds_nothing_else(path, leaving):
                place = self.view.place(path)
                move = self.changes.trash.move(place, self.view.seen[path], self.changes.clock.now(), taken)
                taken.add(move.target.name)
                yield move

    def _staged(self, item: FolderItem) -> Staged:
        changes, root = self.changes, self.view.root
        if item.kind == "link":
            return changes.stage_link(root, item.content.decode())
        is_bulk = self.difference.files > BULK_OPERATIONS
        return changes.stage_file(root, item.content, item.mode & 0o777, durable=not is_bulk)

    def _is_as_seen(self, path: str) -> bool:
        before = self.view.seen[path]
        now = self.changes.workspaces.identify(self.view.place(path))
        is_same = now is not None and now.is_unchanged(before)
        if is_same and now is not None and stat.S_IMODE(now.mode) == stat.S_IMODE(before.mode):
            return True
        self.conflicts.append(path)
        return False

    def _is_free(self, path: str) -> bool:
        if self.changes.workspaces.identify(self.view.place(path)) is None:
            return True
        self.conflicts.append(path)
        return False

    def _holds_nothing_else(self, path: str, leaving: set[str]) -> bool:
        """Whether what is in a folder that goes is what was seen there; what else there is would go with it."""
        if not self.view.seen[path].is_folder:
            return True
        for found in self.changes.workspaces.walk(self.view.place(path), self.doing.stop_here):
            before = self.view.seen.get(found.place.relative)
            if before is None or not found.identity.is_unchanged(before):
                self.conflicts.append(path)
                return False
        # A file that was to move out and cannot would go along.
        staying = [source for source in leaving & set(self.conflicts) if source.startswith(f"{path}/")]
        return not staying


def _place(operation: Operation) -> WorkspacePath:
    """What a person would name: the file that changes, comes or goes."""
    if isinstance(operation, Swap):
        return operation.place
    return operation.source if operation.info else operation.target
