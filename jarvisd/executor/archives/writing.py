"""Writing archives: zip, and tar packed with gzip, bzip2, xz or not at all. Blocking."""

from __future__ import annotations

import stat
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, BinaryIO

from jarvisd.executor.files.paths import Entry, Workspaces
from jarvisd.executor.undo.building import FileTree, Stop, chunks, reading

TAR_MODES: Mapping[str, str] = MappingProxyType(
    {
        ".tar": "w:",
        ".tar.gz": "w:gz",
        ".tgz": "w:gz",
        ".tar.bz2": "w:bz2",
        ".tbz2": "w:bz2",
        ".tar.xz": "w:xz",
        ".txz": "w:xz",
    }
)
"""End of a name to how it is packed."""
ENDINGS = (".zip", *sorted(TAR_MODES, key=len, reverse=True))
_EARLIEST_ZIP_YEAR, _LATEST_ZIP_YEAR = 1980, 2107
"""What a date of MS-DOS can say (APPNOTE.TXT, 4.4.6)."""


def ending(name: str) -> str:
    """The end of an archive's name: ``.zip``, ``.tar.gz`` ...; empty for any other name."""
    folded = name.casefold()
    return next((end for end in ENDINGS if folded.endswith(end) and len(folded) > len(end)), "")


def pack(workspaces: Workspaces, source: FileTree, file: BinaryIO, end: str, stop: Stop) -> None:
    """Write ``source`` into ``file`` as an archive of the kind ``end``; links are left out."""
    if end == ".zip":
        _pack_zip(workspaces, source, file, stop)
    else:
        _pack_tar(workspaces, source, file, TAR_MODES[end], stop)


def packed(source: FileTree) -> Sequence[Entry]:
    """What of a tree goes into an archive: files and folders."""
    return [item for item in (source.top, *source.inside) if not stat.S_ISLNK(item.identity.mode)]


def _members(source: FileTree, stop: Stop) -> Iterator[tuple[Entry, str]]:
    above = len(source.top.place.parts) - 1
    for item in packed(source):
        stop()
        yield item, "/".join(item.place.parts[above:])


def _pack_zip(workspaces: Workspaces, source: FileTree, file: BinaryIO, stop: Stop) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for item, name in _members(source, stop):
            changed = datetime.fromtimestamp(item.identity.mtime_ns // 10**9)
            year = min(max(changed.year, _EARLIEST_ZIP_YEAR), _LATEST_ZIP_YEAR)
            date = (year, changed.month, changed.day, changed.hour, changed.minute, changed.second)
            info = zipfile.ZipInfo(f"{name}/" if item.identity.is_folder else name, date)
            info.external_attr = item.identity.mode << 16 | (0x10 if item.identity.is_folder else 0)
            info.compress_type = zipfile.ZIP_DEFLATED
            if item.identity.is_folder:
                archive.writestr(info, b"")
                continue
            info.file_size = item.identity.size
            with reading(workspaces, item) as content, archive.open(info, "w") as target:
                for chunk in chunks(content, stop):
                    target.write(chunk)


def _pack_tar(workspaces: Workspaces, source: FileTree, file: BinaryIO, mode: str, stop: Stop) -> None:
    with tarfile.open(fileobj=file, mode=mode, format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
        for item, name in _members(source, stop):
            info = tarfile.TarInfo(name)
            info.mode = stat.S_IMODE(item.identity.mode) & 0o777
            info.mtime = item.identity.mtime_ns // 10**9
            if item.identity.is_folder:
                info.type = tarfile.DIRTYPE
                archive.addfile(info)
                continue
            info.size = item.identity.size
            with reading(workspaces, item) as content:
                archive.addfile(info, _Stopping(content, stop))


class _Stopping:
    """A file whose every read is a place to stop."""

    def __init__(self, file: BinaryIO, stop: Stop) -> None:
        self._file = file
        self._stop = stop

    def read(self, count: int = -1) -> Any:
        """Read, unless the step is to stop."""
        self._stop()
        return self._file.read(count)
