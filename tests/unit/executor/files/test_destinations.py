"""Where something goes, as it is said, and whether there is room for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.files import destinations
from jarvisd.executor.files.disk import Disk
from jarvisd.executor.files.paths import WorkspacePath, Workspaces
from tests.unit.executor.conftest import Bench


@pytest.mark.parametrize(
    ("source", "text", "said", "goal"),
    [
        ("report.pdf", "box", "", "box/report.pdf"),
        ("report.pdf", "new/", "", "new/report.pdf"),
        ("report.pdf", "new", "", "new"),
        ("report.pdf", "new", "report", "new.pdf"),
        ("report.pdf", "box/new", "report", "box/new.pdf"),
        ("report.pdf", "box/deep/new", "report", "box/deep/new.pdf"),
        ("report.pdf", "new", "Report.PDF ", "new"),
        ("report.pdf", "new.txt", "report", "new.txt"),
        ("a.tar.gz", "b", "a", "b.tar.gz"),
        ("a.tar.gz", "b", "a.gz", "b.tar.gz"),
        ("a.tar.gz", "b", "a.tar.gz", "b"),
        ("report", "new", "report", "new"),
    ],
)
def test_a_target_keeps_the_name_or_the_suffix_that_nobody_said(
    bench: Bench, source: str, text: str, said: str, goal: str
) -> None:
    bench.file("docs/box/deep/x")
    root = bench.workspaces.roots[0]
    found = destinations.destination(bench.workspaces, WorkspacePath(root, (source,)), text, said)
    assert found == WorkspacePath(root, tuple(goal.split("/")))


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("box", "box/in", ErrorCode.INVALID_REQUEST),
        ("box", "box", ErrorCode.INVALID_REQUEST),
        ("box", "boxes", None),
        ("box/a", "box/b", None),
        ("box/a", "a.txt", ErrorCode.REFUSED),
        ("box", "", ErrorCode.PATH_REFUSED),
    ],
)
def test_a_place_must_be_free_and_outside(bench: Bench, source: str, target: str, code: ErrorCode | None) -> None:
    bench.file("docs/box/a")
    bench.file("docs/a.txt")
    root = bench.workspaces.roots[0]
    places = [WorkspacePath(root, tuple(filter(None, path.split("/")))) for path in (source, target)]
    if code is None:
        destinations.demand_free(bench.workspaces, *places)
        return
    with pytest.raises(JarvisError) as caught:
        destinations.demand_free(bench.workspaces, *places)
    assert caught.value.code is code


def test_one_place_may_lie_in_another_workspace_under_the_same_name(bench: Bench) -> None:
    root, other = bench.workspaces.roots[0], bench.workspaces.temporary()
    destinations.demand_free(bench.workspaces, WorkspacePath(root, ("box",)), WorkspacePath(other, ("box", "in")))


def test_nothing_of_a_name_is_none_and_a_bad_name_is_an_error(bench: Bench) -> None:
    bench.file("docs/a.txt")
    bench.file("docs/b/twin.txt")
    bench.file("docs/c/twin.txt")
    found = destinations.existing_or_none(bench.workspaces, "a.txt", search=False)
    assert found is not None
    assert destinations.existing_or_none(bench.workspaces, "none.txt", search=True) is None
    with pytest.raises(JarvisError):
        destinations.existing_or_none(bench.workspaces, "twin.txt", search=True)


def test_some_room_is_always_left(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    place = WorkspacePath(bench.workspaces.roots[0], ("a",))
    found = os.statvfs(bench.docs)
    destinations.demand_room(bench.workspaces, place, 0)
    # All of what is kept free and as much again is needed together, not the larger of the two.
    monkeypatch.setattr(destinations, "KEPT_FREE_BYTES", found.f_bavail * found.f_frsize * 2 // 3)
    with pytest.raises(JarvisError):
        destinations.demand_room(bench.workspaces, place, found.f_bavail * found.f_frsize * 2 // 3)
    monkeypatch.setattr(destinations, "KEPT_FREE_BYTES", found.f_blocks * found.f_frsize + 1)
    with pytest.raises(JarvisError) as caught:
        destinations.demand_room(bench.workspaces, place, 2_000_000)
    assert caught.value.code is ErrorCode.DISK_FULL
    assert caught.value.message.startswith("2 MB are needed and documents has ")


class Mounted(Disk):
    """A disk on which another one is mounted at ``usb``."""

    def mount_of(self, folder_fd: int) -> int:
        return 2 if "usb" in Path(f"/proc/self/fd/{folder_fd}").readlink().parts else 1


def test_what_is_to_be_made_is_on_the_mount_of_the_nearest_folder_that_is_there(bench: Bench) -> None:
    (bench.docs / "usb" / "photos").mkdir(parents=True)
    workspaces = Workspaces(bench.workspaces.roots, Mounted())
    here = WorkspacePath(workspaces.roots[0], ("a.txt",))
    for parts, is_one in (
        (("new", "a.txt"), True),
        (("usb", "a.txt"), False),
        (("usb", "photos", "a.txt"), False),
        (("usb", "new", "deep", "a.txt"), False),
    ):
        assert destinations.is_one_mount(workspaces, here, WorkspacePath(here.root, parts)) is is_one
