"""What is being made lies where nobody sees it, and a disk that fails is told by its code (decision 5)."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.files.disk import Disk, Identity
from jarvisd.executor.files.paths import WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.undo.operations import Move
from jarvisd.executor.undo.staging import Staging


class Full(Disk):
    """A disk without room once ``is_full``; the folders of the trash are there by then."""

    is_full = False

    def write(self, *args: object, **kwargs: object) -> Identity:
        raise OSError(errno.ENOSPC, "no room")

    def link(self, folder_fd: int, name: str, target: str) -> Identity:
        raise OSError(errno.ENOSPC, "no room")

    def make_folder(self, folder_fd: int, name: str, mode: int) -> Identity:
        if self.is_full:
            raise OSError(errno.ENOSPC, "no room")
        return super().make_folder(folder_fd, name, mode)

    def sync_all(self, folder_fd: int) -> None:
        raise OSError(errno.ENOSPC, "no room")


def staging_in(folder: Path, disk: Disk | None = None) -> tuple[Staging, WorkspaceRoot]:
    root = WorkspaceRoot("space", str(folder))
    return Staging(Workspaces([root], disk or Disk())), root


@pytest.mark.parametrize(
    "act",
    [
        lambda staging, root: staging.stage_file(root, b"text"),
        lambda staging, root: staging.stage_link(root, "a"),
        lambda staging, root: staging.stage_folder(root),
        lambda staging, root: staging._sync_all(root),
    ],
)
def test_a_full_disk_is_told_as_one(tmp_path: Path, act: Callable[[Staging, WorkspaceRoot], object]) -> None:
    disk = Full()
    staging, root = staging_in(tmp_path, disk)
    staging.trash.prepare(root)
    disk.is_full = True
    with pytest.raises(JarvisError) as caught:
        act(staging, root)
    assert caught.value.code is ErrorCode.DISK_FULL


def test_what_no_step_speaks_of_goes_and_the_rest_stays(tmp_path: Path) -> None:
    staging, root = staging_in(tmp_path)
    known, other = staging.stage_file(root, b"kept"), staging.stage_file(root, b"gone")
    folder = staging.stage_folder(root)
    with staging.workspaces.opened(folder.place) as fd:
        os.mkdir("inner", dir_fd=fd)
    staging._sweep(lambda name: name == known.place.name)
    left = [path.name for path in tmp_path.glob(".Trash-*/staged/*")]
    assert left == [known.place.name] != [other.place.name]


def test_a_folder_with_a_file_in_it_is_never_swept_away(tmp_path: Path) -> None:
    """Only folders of ours are empty."""
    staging, root = staging_in(tmp_path)
    folder = staging.stage_folder(root)
    inside = tmp_path / folder.place.relative / "box"
    inside.mkdir()
    (inside / "somebody's").write_text("kept")
    staging._sweep(lambda name: False)
    assert (inside / "somebody's").read_text() == "kept"


def test_a_swept_trash_folder_is_made_again(tmp_path: Path) -> None:
    staging, root = staging_in(tmp_path)
    staged = staging.stage_file(root, b"a")
    staging.discard([Move(staged.place, WorkspacePath(root, ("a",)), staged.identity)])
    for path in sorted(tmp_path.glob(".Trash-*/**/*"), reverse=True):
        path.rmdir()
    assert (tmp_path / staging.stage_file(root, b"b").place.relative).read_bytes() == b"b"


def test_nothing_but_what_is_staged_is_discarded(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("kept")
    staging, root = staging_in(tmp_path)
    place = WorkspacePath(root, ("a",))
    identity = staging.workspaces.identify(place)
    assert identity is not None
    staging.discard([Move(place, WorkspacePath(root, ("b",)), identity)])
    assert (tmp_path / "a").read_text() == "kept"


class Noting(Disk):
    """A disk that notes which files were synced one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.synced: list[bool] = []

    def write(self, *args: Any, durable: bool, **kwargs: Any) -> Identity:
        self.synced.append(durable)
        return super().write(*args, durable=durable, **kwargs)


def test_a_file_alone_is_durable_before_it_is_moved_and_one_of_many_need_not_be(tmp_path: Path) -> None:
    disk = Noting()
    staging, root = staging_in(tmp_path, disk)
    staging.stage_file(root, b"alone")
    staging.stage_file(root, b"one of many", durable=False)
    assert disk.synced == [True, False]


def linked(folder: Path) -> Path:
    """The staging folder in ``folder`` exchanged for a link to another one, which is returned."""
    [staged] = folder.glob(".Trash-*/staged")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    staged.rename(folder / "before")
    staged.symlink_to("../elsewhere")
    return elsewhere


@pytest.mark.parametrize(
    "act",
    [
        lambda staging, root: staging.stage_file(root, b"text"),
        lambda staging, root: staging.stage_link(root, "a"),
        lambda staging, root: staging.stage_folder(root),
    ],
)
def test_nothing_is_made_behind_a_link_that_took_the_place_of_the_folder(
    tmp_path: Path, act: Callable[[Staging, WorkspaceRoot], object]
) -> None:
    """D9: the folder was made right, and whoever may write to the workspace has put a link there since."""
    staging, root = staging_in(tmp_path)
    act(staging, root)
    elsewhere = linked(tmp_path)
    with pytest.raises(JarvisError) as caught:
        act(staging, root)
    assert caught.value.code is ErrorCode.PATH_REFUSED
    assert list(elsewhere.iterdir()) == []


def test_nothing_is_removed_behind_such_a_link(tmp_path: Path) -> None:
    staging, root = staging_in(tmp_path)
    staged = staging.stage_file(root, b"text")
    other = linked(tmp_path) / staged.place.name
    other.write_text("kept")
    staging.discard([Move(staged.place, WorkspacePath(root, ("a",)), staged.identity)])
    assert other.read_text() == "kept"
