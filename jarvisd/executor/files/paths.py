"""Workspaces: which folders are in sight, and what a name means in them (decisions 6 and 18).

A name is relative to a workspace, or begins with the name of one, or is the real absolute path of something
inside one. Whatever it says, it is opened beneath the root by the kernel.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.executor.files import pathname
from jarvisd.executor.files.disk import Disk, Identity, fault

SCAN_LIMIT = 200_000
"""Most entries that one walk looks at."""

_TEMP_WORDS = frozenset({"tmp", "temp", "temps", "temporary"})
_VAGUE_WORDS = frozenset(
    {"file", "files", "folder", "folders", "directory", "stuff", "data", "items", "the", "my", "old"}
)


@dataclass(frozen=True, slots=True)
class WorkspaceRoot:
    """A workspace: a folder that an administrator declared."""

    name: str
    path: str
    """Its real path."""
    is_temp: bool = False
    is_read_only: bool = False


@dataclass(frozen=True, slots=True)
class WorkspacePath:
    """A place in a workspace; it need not exist."""

    root: WorkspaceRoot
    parts: tuple[str, ...]
    """Names from the root down; empty is the root itself."""

    @property
    def relative(self) -> str:
        """Path beneath the root."""
        return "/".join(self.parts)

    @property
    def folder(self) -> WorkspacePath:
        """The folder that holds it."""
        return WorkspacePath(self.root, self.parts[:-1])

    @property
    def name(self) -> str:
        """Last name, or the workspace's own."""
        return self.parts[-1] if self.parts else self.root.name

    @property
    def shown(self) -> str:
        """As it is told: ``workspace/path``."""
        return "/".join((self.root.name, *self.parts))

    def child(self, name: str) -> WorkspacePath:
        """Something inside it."""
        return WorkspacePath(self.root, (*self.parts, name))


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that a walk came upon."""

    place: WorkspacePath
    identity: Identity


class Workspaces:
    """The roots, and how names are resolved in them. Blocking."""

    engine = "openat2"
    """The system call that resolves; for reports."""

    def __init__(self, roots: Sequence[WorkspaceRoot], disk: Disk | None = None) -> None:
        self.roots = tuple(roots)
        self.disk = disk if disk is not None else Disk()

    def check(self) -> None:
        """Raise PATH_REFUSED with the reason when paths cannot be resolved safely here."""
        reason = self.disk.unsupported()
        if reason:
            raise RequestError(reason, code=ErrorCode.PATH_REFUSED)

    # --- opening ---------------------------------------------------------------------------------------

    @contextmanager
    def opened(
        self, place: WorkspacePath, flags: int = os.O_PATH | os.O_DIRECTORY, *, follow: bool = True
    ) -> Iterator[int]:
        """A descriptor of ``place``, a folder unless other ``flags`` are given, opened beneath its root."""
        try:
            root_fd = self.disk.open_root(place.root.path)
            fd = self.disk.open_beneath(root_fd, place.relative, flags, follow_links=follow, close_folder=True)
        except OSError as error:
            raise fault(error, place.shown) from error
        try:
            yield fd
        finally:
            os.close(fd)

    def identify(self, place: WorkspacePath) -> Identity | None:
        """What is at ``place`` now, a link itself and not its target; ``None`` when there is nothing."""
        try:
            if not place.parts:
                with self.opened(place) as fd:
                    return Identity.of(os.fstat(fd))
            with self.opened(place.folder) as fd:
                return self.disk.identify(fd, place.name)
        except RequestError as error:
            if error.code is ErrorCode.NOT_FOUND:
                return None
            raise

    def resolved(self, place: WorkspacePath) -> WorkspacePath:
        """The same place named without links: those among its folders are followed, beneath the root.

        What ``place`` ends with is kept, a link too, and folders that are not there. Raises PATH_REFUSED for a
        link that leads out.
        """
        if not place.parts:
            return place
        folder, missing = place.folder, place.parts[-1:]
        while True:
            try:
                with self.opened(folder) as fd:
                    return WorkspacePath(place.root, self._name_of(fd, folder) + missing)
            except RequestError as error:
                if error.code is not ErrorCode.NOT_FOUND or not folder.parts:
                    raise
            folder, missing = folder.folder, (folder.name, *missing)

    def end(self, place: WorkspacePath) -> Entry:
        """What ``place`` leads to, links followed beneath the root; its place is named without links."""
        with self.opened(place, os.O_PATH) as fd:
            return Entry(WorkspacePath(place.root, self._name_of(fd, place)), Identity.of(os.fstat(fd)))

    def count_of_names(self, place: WorkspacePath) -> int:
        """How many names the file at ``place`` has, here and elsewhere; 0 when it is gone."""
        try:
            with self.opened(place.folder, follow=False) as fd:
                return os.stat(place.name, dir_fd=fd, follow_symlinks=False).st_nlink
        except (RequestError, OSError):
            return 0

    # --- names -----------------------------------------------------------------------------------------

    def existing(self, text: str, *, search: bool = True) -> Entry:
        """The one thing that ``text`` names.

        With ``search`` a bare name is looked for in every folder, at last as it is spoken: "tax report" is also
        ``Tax-Report.pdf``. A name that fits several things is an error that lists them.
        """
        try:
            absolute, parts = pathname.split(text.strip())
        except RequestError:
            exact = self._exact(text)
            if exact is None:
                raise
            return exact
        found = self._direct(absolute, parts)
        if not found and search and len(parts) == 1 and not absolute:
            found = self._by_name(lambda item: item.place.name.casefold() == parts[0].casefold())
            spoken = pathname.spoken(parts[0])
            if spoken and not found:
                found = self._by_name(lambda item: spoken in pathname.spoken_forms(item.place.name))
            if spoken and not found:
                self._demand_none_like(spoken, text)
        only = _only(found, text)
        return Entry(self.resolved(only.place), only.identity)

    def _demand_none_like(self, spoken: str, text: str) -> None:
        """Raise where several names have all of the words that were said: which one is for a person to tell."""
        wanted = set(spoken.split())
        like = self._by_name(lambda item: wanted <= set(pathname.spoken(item.place.name).split()))
        if len(like) > 1:
            raise pathname.SeveralFit(text, [item.place.shown for item in like], code=ErrorCode.NOT_FOUND)

    def _exact(self, text: str) -> Entry | None:
        """What has exactly this name, where that is a name that nothing may be given: ``a\u29f8b``, ``~$a.docx``.

        A bare name is looked for in every folder. Raises REFUSED when there are several.
        """
        try:
            absolute, parts = pathname.split(text, any_sign=True)
        except RequestError:
            return None
        try:
            explicit = self._explicit(absolute, parts)
        except RequestError:
            return None
        places = [explicit] if explicit else [WorkspacePath(root, parts) for root in self.roots]
        found = [Entry(place, identity) for place in places if (identity := self.identify(place)) is not None]
        if not found and len(parts) == 1 and not absolute:
            found = self._by_name(lambda item: item.place.name == parts[0])
        if not found:
            return None
        only = _only(found, text)
        return Entry(self.resolved(only.place), only.identity)

    def new(self, text: str, *, near: WorkspaceRoot | None = None) -> WorkspacePath:
        """Where something called ``text`` is to be made: in the workspace it names, where its folder is, else
        ``near``, else in the first workspace that can be written. An existing thing of that name is also found.
        """
        absolute, parts = pathname.split(text.strip())
        if not parts:
            raise RequestError("a file name is needed")
        explicit = self._explicit(absolute, parts)
        if explicit is not None:
            spelled = self._spelled(explicit.root, explicit.parts[:-1]) + explicit.parts[-1:]
            return self.resolved(WorkspacePath(explicit.root, spelled))
        for root in ([near] if near else []) + [root for root in self.roots if not root.is_temp]:
            spelled = self._spelled(root, parts[:-1])
            if len(parts) > 1 and self.identify(WorkspacePath(root, spelled[:1])) is not None:
                return self.resolved(WorkspacePath(root, spelled + parts[-1:]))
        return self.resolved(WorkspacePath(near or self._default(), parts))

    def folders(self, text: str) -> list[WorkspacePath]:
        """The folders that a phrase names: all workspaces for an empty one, the temporary one for "temp files"."""
        phrase = " ".join(word for word in text.strip().split() if word.casefold() not in ("the", "my"))
        if not phrase:
            return [WorkspacePath(root, ()) for root in self.roots]
        if means_temporary(phrase):
            return [WorkspacePath(self.temporary(), ())]
        for name in dict.fromkeys((phrase, re.sub(r"(?i) (folder|directory|workspace)$", "", phrase))):
            found = self._folders_called(*pathname.split(name))
            if found:
                return [self.end(_only(found, text).place).place]
        raise RequestError(f"there is no folder {text!r}", code=ErrorCode.NOT_FOUND)

    def temporary(self) -> WorkspaceRoot:
        """The workspace that holds temporary files; the host's own /tmp is never in sight."""
        for root in self.roots:
            if root.is_temp:
                return root
        raise RequestError("no workspace for temporary files is declared", code=ErrorCode.NOT_FOUND)

    def writable(self, place: WorkspacePath) -> None:
        """Raise PATH_REFUSED for a place that must not change."""
        if place.root.is_read_only:
            raise RequestError(f"the workspace {place.root.name} is read-only", code=ErrorCode.PATH_REFUSED)
        if not place.parts:
            raise RequestError("a workspace itself is never changed", code=ErrorCode.PATH_REFUSED)

    # --- walking ---------------------------------------------------------------------------------------

    def walk(self, start: WorkspacePath, stop: Callable[[], None] = lambda: None) -> Iterator[Entry]:
        """Everything beneath a folder, top down, links not followed, the trash and other disks left out.

        ``stop`` is called for each folder and may raise. Raises REFUSED past :data:`SCAN_LIMIT` entries.
        """
        seen = 0
        waiting = [start]
        while waiting:
            stop()
            folder = waiting.pop()
            for found in self.entries(folder):
                seen += 1
                if seen > SCAN_LIMIT:
                    raise RequestError(f"{start.shown} has too many files", code=ErrorCode.REFUSED)
                if found.identity.is_folder and len(found.place.parts) <= pathname.MAX_DEPTH:
                    waiting.append(found.place)
                yield found

    def entries(self, folder: WorkspacePath) -> list[Entry]:
        """What is directly in a folder, in order; the trash and other disks left out."""
        found = []
        try:
            with self.opened(folder, os.O_RDONLY | os.O_DIRECTORY, follow=False) as fd, os.scandir(fd) as entries:
                device = os.fstat(fd).st_dev
                for entry in entries:
                    if entry.name.startswith(pathname.TRASH_PREFIX):
                        continue
                    identity = self.disk.identify(fd, entry.name)
                    if identity is not None and identity.device == device:
                        found.append(Entry(folder.child(entry.name), identity))
        except (RequestError, PermissionError):
            # A folder that vanished, became a link or is closed to us has nothing to show.
            return []
        return sorted(found, key=lambda item: item.place.parts)

    # --- private ---------------------------------------------------------------------------------------

    def _name_of(self, fd: int, place: WorkspacePath) -> tuple[str, ...]:
        """Where an open file or folder is, without links; raises PATH_REFUSED when nobody can tell any more."""
        with self.opened(WorkspacePath(place.root, ())) as root_fd:
            top, path = (str(Path(f"/proc/self/fd/{number}").readlink()) for number in (root_fd, fd))
        parts = tuple(part for part in path[len(top) :].split("/") if part)
        if path == top or path.startswith(f"{top.rstrip('/')}/"):
            try:
                with self.opened(WorkspacePath(place.root, parts), os.O_PATH, follow=False) as again:
                    if os.path.sameopenfile(fd, again):
                        return parts
            except RequestError:
                pass
        raise RequestError(f"{place.shown} has changed meanwhile", code=ErrorCode.PATH_REFUSED)

    def _direct(self, absolute: bool, parts: tuple[str, ...]) -> list[Entry]:
        explicit = self._explicit(absolute, parts)
        places = [explicit] if explicit else [WorkspacePath(root, parts) for root in self.roots]
        found = []
        for place in places:
            spelled = WorkspacePath(place.root, self._spelled(place.root, place.parts))
            identity = self.identify(spelled)
            if identity is not None:
                found.append(Entry(spelled, identity))
        return found

    def _explicit(self, absolute: bool, parts: tuple[str, ...]) -> WorkspacePath | None:
        """The place when the name itself says which workspace."""
        if not absolute:
            first = parts[0].casefold() if parts else ""
            for root in self.roots:
                if first == root.name.casefold() or (root.is_temp and first in _TEMP_WORDS):
                    return WorkspacePath(root, parts[1:])
            return None
        for root in sorted(self.roots, key=lambda root: -len(root.path)):
            prefix = tuple(part for part in root.path.split("/") if part)
            if parts[: len(prefix)] == prefix:
                return WorkspacePath(root, parts[len(prefix) :])
        raise RequestError("the path is outside the workspaces", code=ErrorCode.PATH_REFUSED)

    def _spelled(self, root: WorkspaceRoot, parts: tuple[str, ...]) -> tuple[str, ...]:
        """The same names with the case they have on disk, as far as that is unambiguous."""
        if not parts or self.identify(WorkspacePath(root, parts)) is not None:
            return parts
        spelled: tuple[str, ...] = ()
        for index, part in enumerate(parts):
            entries = self._names_in(WorkspacePath(root, spelled))
            same = [name for name in entries if name.casefold() == part.casefold()]
            if part not in entries and len(same) != 1:
                return spelled + parts[index:]
            spelled += (part if part in entries else same[0],)
        return spelled

    def _names_in(self, folder: WorkspacePath) -> list[str]:
        """What is in a folder, also where a link leads to it."""
        try:
            return [item.place.name for item in self.entries(self.end(folder).place)]
        except RequestError:
            return []

    def _folders_called(self, absolute: bool, parts: tuple[str, ...]) -> list[Entry]:
        found = [item for item in self._direct(absolute, parts) if self._is_folder(item)]
        if found or absolute or len(parts) != 1:
            return found
        wanted = parts[0].casefold()
        return self._by_name(lambda item: item.identity.is_folder and item.place.name.casefold() == wanted)

    def _by_name(self, matches: Callable[[Entry], bool]) -> list[Entry]:
        found = [item for root in self.roots for item in self.walk(WorkspacePath(root, ())) if matches(item)]
        return sorted(found, key=lambda item: item.place.shown)

    def _is_folder(self, found: Entry) -> bool:
        try:
            with self.opened(found.place):
                return True
        except RequestError:
            return False

    def _default(self) -> WorkspaceRoot:
        for root in self.roots:
            if not root.is_temp and not root.is_read_only:
                return root
        raise RequestError("no workspace can be written", code=ErrorCode.PATH_REFUSED)


def means_temporary(phrase: str) -> bool:
    """Whether a phrase means the temporary files: "tmp", "temp files", "temporary stuff"."""
    words = set(re.findall(r"\w+", phrase.casefold())) - _VAGUE_WORDS
    return bool(words) and words <= _TEMP_WORDS


def roots_from(workspaces: Iterable[tuple[str, str, str, bool]]) -> list[WorkspaceRoot]:
    """Roots from (name, path, kind, read_only) of the configuration, with links in the paths resolved."""
    return [
        WorkspaceRoot(name=name, path=os.path.realpath(path), is_temp=kind == "temp", is_read_only=read_only)
        for name, path, kind, read_only in workspaces
    ]


def _only(found: Sequence[Entry], text: str) -> Entry:
    if len(found) == 1:
        return found[0]
    if not found:
        raise RequestError(f"there is no {text!r}", code=ErrorCode.NOT_FOUND)
    raise pathname.SeveralFit(text, [item.place.shown for item in found])
