"""What a program did to its view of a workspace, judged: measured, or refused as a whole (decision 3). Pure.

The report is hostile. Only plain files, folders and links that stay inside are ever taken over, under names that
could also have been given to any other tool; everything else in a report makes it worth nothing.
"""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.files import pathname
from jarvisd.executor.files.disk import Identity
from jarvisd.executor.ports.sandbox import FolderItem, FolderReport
from jarvisd.lang.en import amounts

_SPECIAL_BITS = 0o7000
"""setuid, setgid and sticky."""
Content = Callable[[str], "bytes | None"]
"""Path to the content of the file that was seen there, nothing when it has changed."""


@dataclass(frozen=True, slots=True)
class MovedFile:
    """A file that has another name, and the same content and mode."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What would change. Paths are relative to the workspace."""

    folders: tuple[FolderItem, ...] = ()
    """New folders, outermost first."""
    created: tuple[FolderItem, ...] = ()
    """New files and links."""
    changed: tuple[FolderItem, ...] = ()
    """Files with another content or mode."""
    moved: tuple[MovedFile, ...] = ()
    deleted: tuple[str, ...] = ()
    """Files, links and folders; of a folder only itself, not what was in it."""
    deleted_files: int = 0
    """Files and links that are gone, those in folders that are gone among them."""
    kept_modes: tuple[str, ...] = ()
    """Folders with another mode, which is not taken over."""
    deleted_plain: int = 0
    """How many of ``deleted`` are no folders."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.folders or self.created or self.changed or self.moved or self.deleted)

    @property
    def files(self) -> int:
        """How many files and links are concerned."""
        return len(self.created) + len(self.changed) + len(self.moved) + self.deleted_files

    @property
    def deleted_folders(self) -> int:
        """How many folders are gone, not counting those inside."""
        return len(self.deleted) - self.deleted_plain

    @property
    def total_bytes(self) -> int:
        """How much would be written."""
        return sum(len(item.content) for item in (*self.created, *self.changed))

    def told(self) -> str:
        """The measured result as verbs: ``"create 1 file, change 3 files and delete 2 files"``."""
        parts = [
            _part("create", len(self.created), "file"),
            _part("make", len(self.folders), "folder"),
            _part("change", len(self.changed), "file"),
            _part("move or rename", len(self.moved), "file"),
            _part("delete", self.deleted_files, "file"),
            _part("remove", self.deleted_folders, "folder"),
        ]
        return amounts.listing([part for part in parts if part], limit=len(parts)) or "change nothing"


def compare(report: FolderReport, seen: Mapping[str, Identity], content: Content) -> Difference:
    """The difference that ``report`` makes to what was ``seen``; raises REFUSED with the name that spoils it."""
    items = {item.path: item for item in report.changed}
    if len(items) != len(report.changed):
        raise _refusal("the sandbox reported something twice")
    for item in items.values():
        _check(item)
    gone = {path for path in report.deleted if path in seen}
    fresh: list[FolderItem] = []
    changed: list[FolderItem] = []
    for path, item in items.items():
        if path not in seen or path in gone:
            fresh.append(item)
        elif _kind(seen[path]) != item.kind:
            raise _refusal(f"the program put another kind of thing in the place of {amounts.name(path)}")
        elif item.kind == "link":
            raise _refusal(f"the program made the link {amounts.name(path)} lead elsewhere")
        elif item.kind == "file" and _is_changed(item, seen[path], content):
            changed.append(item)
    moved = _moves(fresh, gone, seen, content)
    gone -= {move.source for move in moved}
    targets = {move.target for move in moved}
    folders = sorted((item for item in fresh if item.kind == "folder"), key=lambda item: item.path)
    created = [item for item in fresh if item.kind != "folder" and item.path not in targets]
    _check_parents(fresh, {item.path for item in folders}, seen, gone)
    top = sorted(path for path in gone if posixpath.dirname(path) not in gone)
    return Difference(
        folders=tuple(folders),
        created=tuple(created),
        changed=tuple(changed),
        moved=tuple(moved),
        deleted=tuple(top),
        deleted_files=sum(1 for path in gone if not seen[path].is_folder),
        kept_modes=tuple(item.path for item in report.changed if _has_other_mode(item, seen)),
        deleted_plain=sum(1 for path in top if not seen[path].is_folder),
    )


def _has_other_mode(item: FolderItem, seen: Mapping[str, Identity]) -> bool:
    before = seen.get(item.path)
    return item.kind == "folder" and before is not None and item.mode != stat.S_IMODE(before.mode)


def _check(item: FolderItem) -> None:
    shown = amounts.name(item.path)
    try:
        item.path.encode()
        is_absolute, parts = pathname.split(item.path)
    except (UnicodeEncodeError, JarvisError) as error:
        raise _refusal(f"the program left the odd name {shown}") from error
    if is_absolute or not parts or "/".join(parts) != item.path or any(part != part.strip() for part in parts):
        raise _refusal(f"the program left the odd name {shown}")
    if item.kind == "special":
        raise _refusal(f"the program left {shown}, which is a pipe, a socket or a device")
    if item.kind != "link" and item.mode & _SPECIAL_BITS:
        raise _refusal(f"the program gave special rights to {shown}")
    if item.kind == "link" and not _stays_inside(item):
        raise _refusal(f"the program left the link {shown}, which leads out of the workspace")


def _stays_inside(link: FolderItem) -> bool:
    """Whether a link leads inside whatever other links there are: it climbs only at its beginning."""
    try:
        target = link.content.decode()
    except UnicodeDecodeError:
        return False
    parts = target.split("/")
    climbs = 0
    while climbs < len(parts) and parts[climbs] == "..":
        climbs += 1
    rest = parts[climbs:]
    if not target or target.startswith("/") or ".." in rest or climbs > link.path.count("/"):
        return False
    try:
        pathname.split("/".join(rest))
    except JarvisError:
        return False
    return True


def _is_changed(item: FolderItem, before: Identity, content: Content) -> bool:
    if item.mode != stat.S_IMODE(before.mode) or len(item.content) != before.size:
        return True
    return content(item.path) != item.content


def _moves(
    fresh: list[FolderItem], gone: set[str], seen: Mapping[str, Identity], content: Content
) -> list[MovedFile]:
    """Files that only have another name now. Renaming keeps the time, so that tells the candidates."""
    lost: dict[tuple[int, int, int], list[str]] = {}
    for path in sorted(gone):
        before = seen[path]
        if before.is_file:
            key = (before.size, before.mtime_ns, stat.S_IMODE(before.mode))
            lost.setdefault(key, []).append(path)
    moves = []
    for item in sorted(fresh, key=lambda item: item.path):
        candidates = lost.get((len(item.content), item.mtime_ns, item.mode), []) if item.kind == "file" else []
        name = posixpath.basename(item.path)
        for path in sorted(candidates, key=lambda path: posixpath.basename(path) != name):
            if content(path) == item.content:
                candidates.remove(path)
                moves.append(MovedFile(path, item.path))
                break
    return moves


def _check_parents(fresh: list[FolderItem], made: set[str], seen: Mapping[str, Identity], gone: set[str]) -> None:
    for item in fresh:
        parent = posixpath.dirname(item.path)
        is_there = parent in seen and seen[parent].is_folder and parent not in gone
        if parent and parent not in made and not is_there:
            raise _refusal(f"the sandbox reported {amounts.name(item.path)} in a folder that is not there")


def _kind(identity: Identity) -> str:
    kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
    return kinds.get(stat.S_IFMT(identity.mode), "special")


def _part(verb: str, number: int, noun: str) -> str:
    return f"{verb} {amounts.counted(number, noun)}" if number else ""


def _refusal(reason: str) -> RequestError:
    return RequestError(reason, code=ErrorCode.REFUSED)
