"""Which files a request means: by name, age, size, kind and content, measured in the workspaces. Blocking."""

from __future__ import annotations

import fnmatch
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from jarvisd.codecheck.protected import PlaceClass, place_class, telling_name
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.files.disk import Identity
from jarvisd.executor.files.paths import Entry, WorkspacePath, Workspaces
from jarvisd.executor.files.targets import Act, TargetList, has_hard_links

KINDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "document": frozenset(
            {"txt", "md", "rst", "pdf", "doc", "docx", "odt", "rtf", "tex", "csv", "xls", "xlsx", "ods", "ppt"}
            | {"pptx", "odp", "epub", "org", "log"}
        ),
        "image": frozenset({"jpg", "jpeg", "png", "gif", "bmp", "svg", "webp", "tif", "tiff", "heic", "raw"}),
        "audio": frozenset({"mp3", "wav", "flac", "ogg", "oga", "opus", "m4a", "aac", "wma"}),
        "video": frozenset({"mp4", "mkv", "avi", "mov", "webm", "mpg", "mpeg", "m4v", "wmv"}),
        "archive": frozenset({"zip", "tar", "gz", "tgz", "bz2", "xz", "7z", "rar", "zst"}),
        "code": frozenset(
            {"py", "sh", "c", "h", "cpp", "rs", "go", "java", "js", "ts", "html", "css", "json", "toml", "yaml"}
            | {"yml", "sql", "rb", "pl", "lua"}
        ),
        "pdf": frozenset({"pdf"}),
    }
)
"""Kinds of files by the end of their name."""

CONTENT_LIMIT_BYTES = 2_000_000
"""Larger files are not searched for words inside."""


@dataclass(frozen=True, slots=True)
class SelectionQuery:
    """What is looked for; empty fields do not restrict."""

    name: str = ""
    contains: str = ""
    kind: str = "any"
    older_than_s: float | None = None
    larger_than_bytes: float | None = None

    @property
    def restricts(self) -> bool:
        """Whether anything at all is asked of a file."""
        return bool(
            self.name or self.contains or self.kind != "any" or self.older_than_s or self.larger_than_bytes
        )


class Unread(str, Enum):
    """Why a file was not looked into for words."""

    SEVERAL_NAMES = "several_names"
    """It may hold what another of its names keeps secret; whoever asks for the file itself is told."""
    TOO_LARGE = "too_large"
    PROTECTED = "protected"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Selection:
    """What was found: regular files and links, never folders."""

    files: tuple[Entry, ...]
    unread: Mapping[Unread, int] = field(default_factory=dict)
    """How many files, of those that fit by all else, were not looked into for words."""

    @property
    def total_bytes(self) -> int:
        """Sum of the sizes."""
        return sum(found.identity.size for found in self.files)


def select(
    workspaces: Workspaces,
    folders: Sequence[WorkspacePath],
    wanted: SelectionQuery,
    now_s: float,
    stop: Callable[[], None] = lambda: None,
) -> Selection:
    """The files in ``folders`` that fit, ordered by workspace and path."""
    matches = place_matcher(wanted.name)
    found: list[Entry] = []
    unread: Counter[Unread] = Counter()
    for folder in folders:
        for item in workspaces.walk(folder, stop):
            if item.identity.is_folder or not matches(item.place) or not _fits(item, wanted, now_s):
                continue
            holds = _holds(workspaces, item, wanted.contains) if wanted.contains else True
            if isinstance(holds, Unread):
                unread[holds] += 1
            elif holds:
                found.append(item)
    return Selection(tuple(sorted(found, key=lambda item: (item.place.root.name, item.place.parts))), unread)


def measure_folder(
    workspaces: Workspaces, folder: WorkspacePath, stop: Callable[[], None]
) -> tuple[int, int, int]:
    """Files, folders beneath it, and bytes of a whole folder."""
    files = folders = total_bytes = 0
    for item in workspaces.walk(folder, stop):
        if item.identity.is_folder:
            folders += 1
        else:
            files += 1
            total_bytes += item.identity.size
    return files, folders, total_bytes


def place_matcher(text: str) -> Callable[[WorkspacePath], bool]:
    """Whether a place fits: by its path for a glob with a slash (``projects/**/*.md``), else by its name."""
    if "/" in text and is_glob(text):
        folded = text.casefold().strip().lstrip("/").replace("**/", "*")
        return lambda place: any(
            fnmatch.fnmatchcase(path.casefold(), folded) for path in (place.relative, place.shown)
        )
    by_name = name_matcher(text)
    return lambda place: by_name(place.name)


def name_matcher(text: str) -> Callable[[str], bool]:
    """Whether a file name fits: a glob when ``text`` has ``*`` or ``?``, else every word of it in any case."""
    folded = text.casefold().strip()
    if is_glob(folded):
        return lambda name: fnmatch.fnmatchcase(name.casefold(), folded)
    needed = folded.split()
    return lambda name: all(word in name.casefold() for word in needed)


def is_glob(text: str) -> bool:
    """Whether a name is a pattern, which may hold folders itself."""
    return "*" in text or "?" in text


def _fits(item: Entry, wanted: SelectionQuery, now_s: float) -> bool:
    if wanted.kind != "any" and item.place.name.rpartition(".")[2].casefold() not in KINDS[wanted.kind]:
        return False
    if wanted.larger_than_bytes is not None and item.identity.size <= wanted.larger_than_bytes:
        return False
    return wanted.older_than_s is None or now_s - item.identity.mtime_ns / 1e9 > wanted.older_than_s


def _holds(workspaces: Workspaces, item: Entry, text: str) -> bool | Unread:
    """Whether every word of ``text`` stands in a file, or why nobody looked."""
    if not item.identity.is_file:
        return False
    if has_hard_links(item.identity):
        return Unread.SEVERAL_NAMES
    if item.identity.size > CONTENT_LIMIT_BYTES:
        return Unread.TOO_LARGE
    try:
        content = read_entry(workspaces, item, CONTENT_LIMIT_BYTES)[0]
    except (JarvisError, OSError) as error:
        is_secret = isinstance(error, JarvisError) and error.code is ErrorCode.PATH_REFUSED
        return Unread.PROTECTED if is_secret else Unread.UNREADABLE
    if b"\0" in content:
        return False
    folded = content.decode("utf-8", "replace").casefold()
    return all(word in folded for word in text.casefold().split())


def has_exactly(workspaces: Workspaces, text: str) -> bool:
    """Whether there is one thing whose name is ``text`` letter by letter, however odd it looks."""
    try:
        found = workspaces.existing(text)
    except RequestError:
        return False
    return found.place.name == text.rstrip("/").rpartition("/")[2]


def read_file(workspaces: Workspaces, place: WorkspacePath, limit_bytes: int) -> tuple[bytes, int]:
    """The first ``limit_bytes`` of the regular file that ``place`` leads to, and its whole size.

    Anything but a file is refused, and with PATH_REFUSED what holds secrets by any of its names.
    """
    return read_entry(workspaces, workspaces.end(place), limit_bytes)


def read_entry(workspaces: Workspaces, entry: Entry, limit_bytes: int) -> tuple[bytes, int]:
    """As :func:`read_file`, of exactly the file that was measured; TOOL_FAILED when there is another one now."""
    place = entry.place
    if place_class(place.parts) is PlaceClass.SECRET:
        raise RequestError(f"{telling_name(place.parts)[:40]} holds secrets", code=ErrorCode.PATH_REFUSED)
    with workspaces.opened(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY, follow=False) as fd:
        status = os.fstat(fd)
        if status.st_mode & 0o170000 != 0o100000:
            raise RequestError(f"{place.shown} is not a plain file")
        found = Identity.of(status)
        if not found.is_same_object(entry.identity):
            raise RequestError(f"{place.shown} has changed meanwhile", code=ErrorCode.TOOL_FAILED)
        [target] = TargetList(workspaces).add(Act.READ, [Entry(place, found)]).all()
        if target.place_class is PlaceClass.SECRET:
            # Whoever reads: what is measured may be told before it is judged.
            raise RequestError("another name of it holds secrets", code=ErrorCode.PATH_REFUSED)
        pieces: list[bytes] = []
        left = limit_bytes
        while left > 0 and (piece := os.read(fd, min(left, 1 << 16))):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces), status.st_size
