"""A sandbox's copy-on-write view without a container: a function works on a copy, and what it did is reported."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from jarvisd.executor.ports.sandbox import FolderItem, FolderReport, SandboxFolder, SandboxJob, SandboxResult

Status = tuple[str, int, int, int, int]


def worked_on(
    folder: Path, program: Callable[[Path], object], exit_code: int = 0, stdout: str = ""
) -> Callable[[SandboxJob], SandboxResult]:
    """What a sandbox answers whose program does to a copy in ``folder`` what ``program`` does."""

    def answer(job: SandboxJob) -> SandboxResult:
        assert job.folder is not None
        lay_out(job.folder, folder)
        before = scan(folder)
        program(folder)
        after = scan(folder)
        changed = tuple(item(folder, path, now) for path, now in after.items() if before.get(path) != now)
        deleted = tuple(path for path in before if path not in after)
        report = FolderReport("copy", changed, deleted)
        return SandboxResult(exit_code, stdout, "", False, False, 1.0, report)

    return answer


def lay_out(viewed: SandboxFolder, folder: Path) -> None:
    folder.mkdir()
    for entry in viewed.items():
        place = folder / entry.path
        if entry.kind == "link":
            place.symlink_to(os.fsdecode(entry.content))
            continue
        if entry.kind == "folder":
            place.mkdir()
        else:
            place.write_bytes(entry.content)
            place.chmod(entry.mode)
        os.utime(place, ns=(entry.mtime_ns, entry.mtime_ns))


def scan(folder: Path) -> dict[str, Status]:
    found = {}
    for place in sorted(folder.rglob("*")):
        status = place.lstat()
        kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
        kind = kinds.get(stat.S_IFMT(status.st_mode), "special")
        mode = stat.S_IMODE(status.st_mode)
        times = (0, 0, 0) if kind == "folder" else (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        found[place.relative_to(folder).as_posix()] = (kind, mode, *times)
    return found


def item(folder: Path, path: str, status: Status) -> FolderItem:
    place = folder / path
    content = b""
    if status[0] == "link":
        content = os.fsencode(place.readlink())
    elif status[0] == "file":
        content = place.read_bytes()
    kind, mode = status[0], status[1]
    return FolderItem(path, kind, mode, place.lstat().st_mtime_ns, content)  # type: ignore[arg-type] # one of four
