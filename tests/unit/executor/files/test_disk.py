"""The system calls beneath every file effect: what they make, what they leave, what an error is called."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from jarvisd.core.errors import ErrorCode
from jarvisd.executor.files.disk import Disk, Identity, fault


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    fd = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield fd
    os.close(fd)


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [
        (errno.ENOSPC, ErrorCode.DISK_FULL, "no space left for x"),
        (errno.EDQUOT, ErrorCode.DISK_FULL, "no space left for x"),
        (errno.EFBIG, ErrorCode.DISK_FULL, "no space left for x"),
        (errno.EXDEV, ErrorCode.PATH_REFUSED, "x leads out of its workspace or to another disk"),
        (errno.ELOOP, ErrorCode.PATH_REFUSED, "x leads out of its workspace or to another disk"),
        (errno.ENOENT, ErrorCode.NOT_FOUND, "there is no x"),
        (errno.ENOTDIR, ErrorCode.NOT_FOUND, "there is no x"),
        (errno.EEXIST, ErrorCode.REFUSED, "x already exists"),
        (errno.ENOSYS, ErrorCode.PATH_REFUSED, "this kernel cannot resolve paths safely"),
        (errno.EIO, ErrorCode.TOOL_FAILED, "x: input/output error"),
    ],
)
def test_each_error_is_what_a_person_is_told(number: int, code: ErrorCode, told: str) -> None:
    error = fault(OSError(number, os.strerror(number)), "x")
    assert (error.code, error.message) == (code, told)


def test_an_error_without_words_is_told_all_the_same() -> None:
    assert fault(OSError("Odd"), "x").message == "x: odd"


@pytest.mark.parametrize("durable", [True, False])
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o777])
def test_a_file_is_made_with_exactly_its_content_and_mode(
    folder: int, tmp_path: Path, mode: int, durable: bool
) -> None:
    content = os.urandom(200_000)
    made = Disk().create(folder, "a", content, mode, durable=durable)
    assert (tmp_path / "a").read_bytes() == content
    assert (tmp_path / "a").stat().st_mode & 0o7777 == mode
    assert made == Identity.of((tmp_path / "a").stat())
    with pytest.raises(FileExistsError):
        Disk().create(folder, "a", b"other", mode, durable=durable)
    assert (tmp_path / "a").read_bytes() == content


def called(action: Callable[[], object]) -> list[object]:
    """Functions of the system that something calls."""
    seen: list[object] = []
    sys.setprofile(lambda frame, event, function: seen.append(function) if event == "c_call" else None)
    try:
        action()
    finally:
        sys.setprofile(None)
    return seen


@pytest.mark.parametrize(
    ("how", "is_durable"), [({}, True), ({"durable": True}, True), ({"durable": False}, False)]
)
def test_a_file_is_durable_unless_it_is_told_not_to_be(
    folder: int, how: dict[str, bool], is_durable: bool
) -> None:
    disk = Disk()
    for made in (
        called(lambda: disk.create(folder, "a", b"x", 0o600, **how)),
        called(lambda: disk.write(folder, "b", lambda file: file.write(b"x"), 0o600, **how)),
    ):
        assert (os.fsync in made) is is_durable


def test_whatever_goes_wrong_leaves_no_file(folder: int, tmp_path: Path) -> None:
    def fail(file: BinaryIO) -> None:
        file.write(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Disk().write(folder, "a", fail, 0o600)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_passes_its_group_on_and_has_exactly_its_mode(folder: int, tmp_path: Path) -> None:
    tmp_path.chmod(0o2755)
    made = Disk().make_folder(folder, "box", 0o770)
    assert made.is_folder
    assert (tmp_path / "box").stat().st_mode & 0o7777 == 0o2770
    tmp_path.chmod(0o755)
    Disk().make_folder(folder, "other", 0o777)
    assert (tmp_path / "other").stat().st_mode & 0o7777 == 0o777


def test_what_is_gone_already_is_removed(folder: int, tmp_path: Path) -> None:
    disk = Disk()
    (tmp_path / "a").touch()
    (tmp_path / "box").mkdir()
    for _ in range(2):
        disk.unlink(folder, "a")
        disk.remove_folder(folder, "box")
    assert list(tmp_path.iterdir()) == []
    assert disk.identify(folder, "a") is None


def test_nothing_is_replaced_by_renaming(folder: int, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    with pytest.raises(FileExistsError):
        Disk().rename(folder, "a", folder, "b")
    Disk().exchange(folder, "a", folder, "b")
    assert ((tmp_path / "a").read_text(), (tmp_path / "b").read_text()) == ("b", "a")


def test_nothing_is_opened_above_or_behind_a_link(folder: int, tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    (tmp_path / "in").symlink_to("box")
    (tmp_path / "out").symlink_to("/")
    (tmp_path / "magic").symlink_to("/proc/self/root")
    disk = Disk()
    for path in ("..", "/", "out", "box/../..", "magic"):
        with pytest.raises(OSError, match=r".") as caught:
            disk.open_beneath(folder, path, os.O_PATH)
        assert caught.value.errno in (errno.EXDEV, errno.ELOOP), path
    os.close(disk.open_beneath(folder, "in", os.O_PATH))
    os.close(disk.open_beneath(folder, "", os.O_PATH))
    with pytest.raises(OSError, match=r".") as linked:
        disk.open_beneath(folder, "in", os.O_PATH | os.O_DIRECTORY, follow_links=False)
    assert linked.value.errno == errno.ELOOP


def test_a_folder_is_closed_where_that_is_wanted(tmp_path: Path) -> None:
    for closes in (True, False):
        fd = os.open(tmp_path, os.O_PATH)
        os.close(Disk().open_beneath(fd, ".", os.O_PATH, close_folder=closes))
        assert os.path.exists(f"/proc/self/fd/{fd}") is not closes
        if not closes:
            os.close(fd)


def test_a_machine_without_the_call_is_told() -> None:
    assert Disk().unsupported() == ""
    assert Disk("pdp11").unsupported() == "no safe path resolution on pdp11"


class Old(Disk):
    """A kernel before Linux 5.6."""

    def open_beneath(self, *args: object, **kwargs: object) -> int:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


def test_an_old_kernel_is_told() -> None:
    assert Old().unsupported() == "the kernel has no openat2: Function not implemented"


def test_identity_is_that_of_the_object_and_its_state(folder: int, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("1")
    disk = Disk()
    first = disk.identify(folder, "a")
    assert first is not None
    assert (first.is_file, first.is_folder, first.size) == (True, False, 1)
    assert first.ctime_ns == path.stat().st_ctime_ns
    assert Identity.from_json(first.to_json()) == first._replace(ctime_ns=0)
    (tmp_path / "b").hardlink_to(path)
    twin = disk.identify(folder, "b")
    assert twin is not None
    assert twin.ctime_ns == 0
    assert twin.is_unchanged(first)
    for change in ({"inode": 1}, {"device": 1}):
        assert not first._replace(**change).is_same_object(first)
        assert not first._replace(**change).is_unchanged(first)
    for change in ({"size": 2}, {"mtime_ns": 1}, {"mode": 0o120777}):
        assert first._replace(**change).is_same_object(first)
        assert not first._replace(**change).is_unchanged(first)
    assert first._replace(mode=first.mode ^ 0o111).is_unchanged(first)
    box = disk.make_folder(folder, "box", 0o700)
    assert box.ctime_ns == 0
    assert box._replace(mtime_ns=1, size=9).is_unchanged(box)
    link = disk.link(folder, "l", "a")
    assert (link.is_file, link.is_folder) == (False, False)
    for nonsense in (None, 7, "12345"):
        with pytest.raises(ValueError, match="no identity"):
            Identity.from_json(nonsense)


def test_mounts_are_told_apart(folder: int) -> None:
    proc = os.open("/proc", os.O_PATH)
    assert Disk().mount_of(folder) == Disk().mount_of(folder)
    assert Disk().mount_of(folder) != Disk().mount_of(proc)
    os.close(proc)


def test_what_is_beneath_may_be_another_file_system() -> None:
    """Workspaces are mounted into sight one by one; whoever walks a tree leaves other disks out by itself."""
    root = os.open("/", os.O_PATH)
    for follow in (True, False):
        os.close(Disk().open_beneath(root, "proc/version", os.O_PATH, follow_links=follow))
    os.close(root)


def test_another_kind_of_object_is_never_the_same(tmp_path: Path) -> None:
    """A number may be given again to something else."""
    (tmp_path / "a").write_text("x")
    file = Identity.of((tmp_path / "a").stat())
    folder = file._replace(mode=stat.S_IFDIR | 0o644)
    assert file.is_unchanged(file)
    assert not file.is_unchanged(folder)
    assert not folder.is_unchanged(file)


def test_nothing_stays_open_of_trying_the_kernel() -> None:
    before = len(os.listdir("/proc/self/fd"))
    assert Disk().unsupported() == ""
    assert len(os.listdir("/proc/self/fd")) == before
