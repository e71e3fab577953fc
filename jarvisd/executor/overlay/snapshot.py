"""What a workspace was like when a program began to see it: the base that its changes are measured against.

Blocking. The trash is no part of it, nor are other disks that are mounted inside.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jarvisd.codecheck.protected import PlaceClass, place_class
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.files.disk import Identity, fault
from jarvisd.executor.files.pathname import TRASH_PREFIX
from jarvisd.executor.files.paths import Entry, WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.files.targets import has_hard_links
from jarvisd.executor.ports.sandbox import FolderItem, SandboxFolder
from jarvisd.lang.en import amounts


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything in a workspace at one time, by its path."""

    root: WorkspaceRoot
    seen: Mapping[str, Identity]
    hidden: tuple[str, ...]
    """Trash folders at its top."""
    is_deep: bool = True
    """Whether what is in folders was seen as well."""
    has_secrets: bool = False
    """Whether there are files that hold secrets; they are not among ``seen``, and no program sees them."""

    def place(self, path: str) -> WorkspacePath:
        """Where ``path`` is."""
        return WorkspacePath(self.root, tuple(path.split("/")))


def workspace(workspaces: Workspaces, name: str, *, may_write: bool) -> WorkspaceRoot:
    """The workspace called ``name``; raises NOT_FOUND, and PATH_REFUSED when it must not change."""
    for root in workspaces.roots:
        if root.name.casefold() == name.strip().casefold():
            if may_write:
                workspaces.writable(WorkspacePath(root, ("any",)))
            return root
    known = amounts.listing([root.name for root in workspaces.roots], limit=8)
    raise RequestError(
        f"there is no workspace {amounts.name(name)!r}; there are: {known}", code=ErrorCode.NOT_FOUND
    )


def look(
    workspaces: Workspaces, root: WorkspaceRoot, stop: Callable[[], None], *, is_deep: bool = True
) -> Snapshot:
    """What is in ``root`` now, or only at its top."""
    with workspaces.opened(WorkspacePath(root, ()), os.O_RDONLY | os.O_DIRECTORY) as fd:
        hidden = tuple(sorted(name for name in os.listdir(fd) if name.startswith(TRASH_PREFIX)))  # noqa: PTH208 - by descriptor
    found = list(workspaces.walk(WorkspacePath(root, ()), stop))
    secret = _secrets(workspaces, found, stop)
    seen = {
        item.place.relative: item.identity
        for item in found
        if item.place not in secret and (is_deep or len(item.place.parts) == 1)
    }
    return Snapshot(root, seen, hidden, is_deep, has_secrets=bool(secret))


def _secrets(workspaces: Workspaces, found: Sequence[Entry], stop: Callable[[], None]) -> set[WorkspacePath]:
    """What holds secrets by its name, or by another name of the same file, in whichever workspace that is."""
    secret = {item.place for item in found if _is_secret(item)}
    if any(has_hard_links(item.identity) for item in found):
        roots = (WorkspacePath(root, ()) for root in workspaces.roots)
        every = (item for root in roots for item in workspaces.walk(root, stop))
        files = {_file(item) for item in every if has_hard_links(item.identity) and _is_secret(item)}
        secret |= {item.place for item in found if _file(item) in files}
    return secret


def _is_secret(item: Entry) -> bool:
    return place_class(item.place.parts) is PlaceClass.SECRET


def _file(item: Entry) -> tuple[int, int]:
    return item.identity.device, item.identity.inode


def folder_of(
    workspaces: Workspaces, view: Snapshot, limit_bytes: int, stop: Callable[[], None], *, may_write: bool
) -> SandboxFolder:
    """What the sandbox is told of the workspace; at most ``limit_bytes`` of it are ever copied."""
    top = {
        path: None if identity.is_folder else (identity.size, identity.mtime_ns)
        for path, identity in view.seen.items()
        if "/" not in path
    }
    return SandboxFolder(
        view.root.name,
        may_write,
        top,
        view.hidden,
        lambda: _items(workspaces, view, limit_bytes, stop),
        must_copy=view.has_secrets,
    )


def read(workspaces: Workspaces, view: Snapshot, path: str) -> bytes | None:
    """Content of the file at ``path`` if it is still the one that was seen."""
    try:
        with workspaces.opened(view.place(path), os.O_RDONLY | os.O_NONBLOCK, follow=False) as fd:
            if not Identity.of(os.fstat(fd)).is_unchanged(view.seen[path]):
                return None
            with os.fdopen(os.dup(fd), "rb") as file:
                return file.read()
    except (JarvisError, OSError):
        return None


def has_other_names(workspaces: Workspaces, view: Snapshot, path: str) -> bool:
    """Whether the file at ``path`` can also be reached by another name, here or elsewhere (a hard link)."""
    place = view.place(path)
    try:
        with workspaces.opened(place.folder, follow=False) as fd:
            return os.stat(place.name, dir_fd=fd, follow_symlinks=False).st_nlink > 1
    except FileNotFoundError:
        return False
    except OSError as error:
        raise fault(error, place.shown) from error


def _items(
    workspaces: Workspaces, view: Snapshot, limit_bytes: int, stop: Callable[[], None]
) -> Sequence[FolderItem]:
    """Folders, files and links, each folder before what is in it; what cannot be read is left out."""
    if not view.is_deep:
        view = look(workspaces, view.root, stop)
    total_bytes = sum(identity.size for identity in view.seen.values() if identity.is_file)
    if total_bytes > limit_bytes:
        why = "holds secrets, so only a copy without them can be shown," if view.has_secrets else ""
        text = f"{view.root.name} {why or 'can only be copied here,'} of {amounts.size(total_bytes)}; the limit is"
        raise RequestError(f"{text} {amounts.size(limit_bytes)}", code=ErrorCode.REFUSED)
    items: list[FolderItem] = []
    for path in sorted(view.seen):
        stop()
        identity = view.seen[path]
        mode = stat.S_IMODE(identity.mode) & 0o777
        if identity.is_folder:
            items.append(FolderItem(path, "folder", mode, identity.mtime_ns))
        elif identity.is_file:
            content = read(workspaces, view, path)
            if content is not None:
                items.append(FolderItem(path, "file", mode, identity.mtime_ns, content))
        elif stat.S_ISLNK(identity.mode):
            target = _target(workspaces, view.place(path))
            items.append(FolderItem(path, "link", mode, identity.mtime_ns, target))
    return items


def _target(workspaces: Workspaces, place: WorkspacePath) -> bytes:
    """Where the link at ``place`` leads."""
    try:
        with workspaces.opened(place.folder, follow=False) as fd:
            return os.fsencode(os.readlink(place.name, dir_fd=fd))
    except OSError as error:
        raise fault(error, place.shown) from error
