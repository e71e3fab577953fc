"""Brings the mounts in line with the configuration; a workspace that cannot be had harms no other."""

from __future__ import annotations

import errno
import logging
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jarvisd.config.schema import Workspace
from jarvisd.core.workspace_mounts import EXECUTOR, PROGRAM_ID, SANDBOX, TOP
from jarvisd.linux import idmapped_mount
from jarvisd.linux.idmapped_mount import FileOwner
from jarvisd.workspaces.rules import refusal

logger = logging.getLogger(__name__)

COPIES = Path("/var/lib/jarvisd/workspaces")
COPY_LIMIT_BYTES = 1 << 30
"""Chosen: a copy takes as much of the disk again."""
SUBORDINATE = Path("/etc")
"""Folder of ``subuid`` and ``subgid``, which say what ids mean in the containers of a user."""
_NOT_HERE = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM})
"""What a kernel or a file system says that cannot translate ids."""
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class MountResult:
    """How it went with one workspace."""

    workspace: Workspace
    state: str
    """``"mounted"``, ``"copy"`` or ``"refused"``."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MountSite:
    """Where workspaces are shown, and for whom."""

    seen_as: Mapping[str, FileOwner]
    """Who sees them as theirs, by view; a view that is missing shows nothing."""
    top: Path = TOP
    copies: Path = COPIES

    def target(self, view: str, workspace: Workspace) -> Path:
        """What is mounted over."""
        return self.top / view / workspace.name


def up(workspaces: Iterable[Workspace]) -> list[MountResult]:
    """Mount what is declared and is not mounted, take away what is no longer declared."""
    seen_as = {EXECUTOR: _account(f"jarvisd-{EXECUTOR}")}
    try:
        seen_as[SANDBOX] = program_of(f"jarvisd-{SANDBOX}")
    except OSError as error:
        # Programs work on copies then.
        logger.warning("workspaces are not mounted for programs reason=%s", error)
    for view in (EXECUTOR, SANDBOX):
        folder, owner = TOP / view, _account(f"jarvisd-{view}")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(folder, owner.uid, owner.gid)
    TOP.chmod(0o755)
    return provide(list(workspaces), MountSite(seen_as))


def provide(wanted: Sequence[Workspace], site: MountSite) -> list[MountResult]:
    """Have exactly these mounted; each by itself, whatever becomes of the others and lies in the views."""
    names = {workspace.name for workspace in wanted}
    drop(site.top, lambda name: name not in names)
    return [_provide(workspace, site) for workspace in wanted]


def down() -> None:
    """Take every mount away."""
    drop(TOP, lambda name: True)


def drop(top: Path, is_meant: Callable[[str], bool]) -> None:
    """Take away the mounts below ``top`` whose name is meant; one that stays is told and keeps no other."""
    for target in list(_targets(top)):
        if not is_meant(target.name):
            continue
        try:
            while os.path.ismount(target):
                idmapped_mount.unmount(str(target))
            clear(target)
        except OSError as error:
            logger.warning("cannot be taken away target=%s reason=%s", target, error.strerror)


def clear(target: Path) -> None:
    """Remove the folder of a mount, or what somebody has put in its place; OSError when the folder is not empty.

    The views belong to those who look at them, so anything may be there. A link is removed, not followed.
    """
    try:
        target.rmdir()
    except NotADirectoryError:
        target.unlink()


def place_for(target: Path) -> None:
    """Make the folder that is mounted over, in place of a file or link that somebody has put there."""
    try:
        target.mkdir(mode=0o700)
    except FileExistsError:
        if target.is_symlink() or not target.is_dir():
            clear(target)
            target.mkdir(mode=0o700)


def _targets(top: Path) -> Iterator[Path]:
    for view in (EXECUTOR, SANDBOX):
        if (top / view).is_dir():
            yield from sorted((top / view).iterdir())


def _provide(workspace: Workspace, site: MountSite) -> MountResult:
    path = str(workspace.path)
    try:
        with idmapped_mount.opened(path) as folder:
            status = os.fstat(folder)
            on_disk = FileOwner(status.st_uid, status.st_gid)
            if reason := refusal(path, on_disk.uid, site.seen_as[EXECUTOR].uid):
                return _refuse(workspace, reason, site)
            try:
                _mount(folder, workspace, on_disk, site)
            except OSError as error:
                if error.errno not in _NOT_HERE:
                    raise
                return _provide_copy(workspace, on_disk, site)
    except (OSError, subprocess.SubprocessError) as error:
        if not isinstance(error, OSError):
            return _refuse(workspace, f"{path}: {error}", site)
        what = "it leads over a link" if error.errno == errno.ELOOP else error.strerror or str(error)
        return _refuse(workspace, f"{path}: {what}", site)
    return MountResult(workspace, "mounted")


def _refuse(workspace: Workspace, reason: str, site: MountSite) -> MountResult:
    drop(site.top, lambda name: name == workspace.name)
    return MountResult(workspace, "refused", reason)


def _mount(folder: int, workspace: Workspace, on_disk: FileOwner, site: MountSite) -> None:
    for view, seen_as in site.seen_as.items():
        target = site.target(view, workspace)
        read_only = workspace.read_only or view == SANDBOX
        if _is_there(target, folder, read_only, on_disk, seen_as):
            continue
        while os.path.ismount(target):
            idmapped_mount.unmount(str(target))
        place_for(target)
        idmapped_mount.mount(folder, str(target), on_disk=on_disk, seen_as=seen_as, read_only=read_only)


def _is_there(target: Path, folder: int, read_only: bool, on_disk: FileOwner, seen_as: FileOwner) -> bool:
    """Whether the same folder is mounted already, for the same user; it stays: somebody may work in it."""
    if not os.path.ismount(target):
        return False
    have, want = target.stat(), os.fstat(folder)
    if FileOwner(want.st_uid, want.st_gid) == on_disk and FileOwner(have.st_uid, have.st_gid) != seen_as:
        return False
    is_read_only = bool(os.statvfs(target).f_flag & os.ST_RDONLY)
    return (have.st_dev, have.st_ino, is_read_only) == (want.st_dev, want.st_ino, read_only)


def _provide_copy(workspace: Workspace, on_disk: FileOwner, site: MountSite) -> MountResult:
    """Give the executor a copy of its own, made with the owner's rights; nothing flows back by itself."""
    copy, executor = site.copies / workspace.name, site.seen_as[EXECUTOR]
    if not copy.exists():
        site.copies.mkdir(mode=0o755, parents=True, exist_ok=True)
        partial = site.copies / f".{workspace.name}"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        os.chown(partial, executor.uid, executor.gid)
        if reason := _copy(workspace.path, partial, on_disk, executor):
            shutil.rmtree(partial)
            return _refuse(workspace, reason, site)
        partial.rename(copy)
    target = site.target(EXECUTOR, workspace)
    if not os.path.ismount(target):
        place_for(target)
    if not os.path.ismount(target):
        with idmapped_mount.opened(str(copy)) as folder:
            idmapped_mount.mount(
                folder, str(target), on_disk=executor, seen_as=executor, read_only=workspace.read_only
            )
    return MountResult(workspace, "copy", f"{copy}: this kernel or file system cannot translate ids")


def _copy(source: Path, target: Path, reader: FileOwner, writer: FileOwner) -> str:
    """Why it did not work; empty if it did. Each side has only its own user's rights."""
    take = ["tar", "--create", "--one-file-system", "--file=-", "."]
    give = ["tar", "--extract", "--no-same-owner", "--file=-"]
    taken = subprocess.Popen(
        take, cwd=source, stdout=subprocess.PIPE, user=reader.uid, group=reader.gid, extra_groups=[]
    )
    given = subprocess.Popen(
        give, cwd=target, stdin=subprocess.PIPE, user=writer.uid, group=writer.gid, extra_groups=[]
    )
    assert taken.stdout is not None  # noqa: S101 - asked for above
    assert given.stdin is not None  # noqa: S101 - asked for above
    moved = 0
    while moved <= COPY_LIMIT_BYTES and (block := taken.stdout.read(_BLOCK_BYTES)):
        given.stdin.write(block)
        moved += len(block)
    taken.stdout.close()
    given.stdin.close()
    taken.wait()
    given.wait()
    if moved > COPY_LIMIT_BYTES:
        return f"{source} is too large to be copied, and this kernel or file system cannot translate ids"
    return "" if taken.returncode == given.returncode == 0 else f"{source} could not be copied"


def program_of(name: str, folder: Path = SUBORDINATE) -> FileOwner:
    """Who a program in a container of the user ``name`` is on this machine.

    The first range of each file stands for the ids from 1 on in the container; id 0 there is the user.
    Raises OSError when there is no such range, because then no container can be made.
    """
    ids = []
    for file in ("subuid", "subgid"):
        rows = [line.split(":") for line in (folder / file).read_text("ascii", "replace").splitlines()]
        ranges = [(int(row[1]), int(row[2])) for row in rows if len(row) == 3 and row[0] == name]
        if not ranges or ranges[0][1] < PROGRAM_ID:
            raise OSError(errno.ENOENT, f"no range of {PROGRAM_ID} ids for {name}", str(folder / file))
        ids.append(ranges[0][0] + PROGRAM_ID - 1)
    return FileOwner(*ids)


def _account(name: str) -> FileOwner:
    entry = pwd.getpwnam(name)
    return FileOwner(entry.pw_uid, entry.pw_gid)
