"""System calls of our own: what they promise beyond what Python offers."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jarvisd.linux import boot, renameat2
from jarvisd.linux.durable import replace_file, sync_all, sync_folder
from jarvisd.linux.openat2 import HERE, RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, openat2


@contextmanager
def opened(path: Path) -> Iterator[int]:
    fd = os.open(path, os.O_PATH | os.O_DIRECTORY)
    try:
        yield fd
    finally:
        os.close(fd)


@pytest.mark.parametrize(
    ("path", "resolve", "code"),
    [
        ("../outside", RESOLVE_BENEATH, errno.EXDEV),
        ("out", RESOLVE_BENEATH, errno.EXDEV),
        ("in", RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS, errno.ELOOP),
        ("missing", RESOLVE_BENEATH, errno.ENOENT),
    ],
)
def test_a_path_never_leads_where_it_may_not(tmp_path: Path, path: str, resolve: int, code: int) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside").write_text("x")
    (folder / "file").write_text("y")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "in").symlink_to("file")
    with opened(folder) as fd:
        with pytest.raises(OSError, match=path) as caught:
            openat2(fd, path, os.O_RDONLY, resolve)
        assert caught.value.errno == code
        inside = openat2(fd, "in", os.O_RDONLY, RESOLVE_BENEATH)
    assert (os.read(inside, 9), os.get_inheritable(inside)) == (b"y", False)
    os.close(inside)
    os.close(openat2(HERE, str(folder), os.O_PATH, RESOLVE_NO_SYMLINKS))


def test_a_rename_replaces_nothing_and_an_exchange_loses_nothing(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    other.write_text("2")
    with opened(tmp_path) as fd:
        with pytest.raises(FileExistsError):
            renameat2.rename_new(fd, "one", fd, "other")
        renameat2.exchange(fd, "one", fd, "other")
        assert (one.read_text(), other.read_text()) == ("2", "1")
        renameat2.rename_new(fd, "one", fd, "third")
        sync_folder(".", beneath=fd)
        sync_all(fd)
    assert sorted(os.listdir(tmp_path)) == ["other", "third"]


def test_a_file_is_replaced_as_a_whole_with_its_mode(tmp_path: Path) -> None:
    """Also where a crash had left a part beside it, and never through a link that somebody put there."""
    target = tmp_path / "list.json"
    (tmp_path / ".list.json.partial").write_text("half of something much longer than what comes")
    for text in ("first", "second"):
        replace_file(target, text, 0o640)
        assert (target.read_text(), target.stat().st_mode & 0o7777) == (text, 0o640)
    other = tmp_path / "other"
    other.write_text("theirs")
    (tmp_path / ".list.json.partial").symlink_to(other)
    replace_file(target, "third", 0o640)
    assert (target.read_text(), other.read_text()) == ("third", "theirs")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "list.json"
    replace_file(target, "old", 0o600)
    with pytest.raises(UnicodeEncodeError):
        replace_file(target, "\udc80", 0o600)
    assert target.read_text() == "old"


def test_the_boot_has_one_name_and_a_clock_that_goes_on() -> None:
    assert boot.boot_id() == boot.boot_id() == Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    assert 0 < boot.boot_s() <= boot.boot_s()


def test_a_process_whose_parent_is_gone_is_told_so() -> None:
    """In a process of its own: the wish stays with the process that makes it."""
    code = (
        "import os, signal; from jarvisd.linux.parent_death import die_with_parent as die;"
        "print(die(os.getppid(), signal.SIGKILL), die(0, signal.SIGKILL))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
