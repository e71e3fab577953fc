"""The trash of a workspace has the layout that desktops read: it is held against send2trash (decision 5)."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from jarvisd.executor.files.paths import WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.undo.operations import OperationRunner
from jarvisd.executor.undo.trash import Trash
from tests.fakes.clock import ScriptedClock

NAMES = ["plain.txt", "with space & ümlaut %.txt", "no-ending", ".hidden", "archive.tar.gz"]


@dataclass
class Trashed:
    """A trash folder with what was put there, and what its ``Path=`` is relative to."""

    folder: Path
    base: str


def by_jarvisd(root: Path, names: list[str]) -> Trashed:
    workspaces = Workspaces([WorkspaceRoot("documents", str(root))])
    trash, hand = Trash(workspaces), OperationRunner(workspaces)
    for name in names:
        place = WorkspacePath(workspaces.roots[0], tuple(name.split("/")))
        identity = workspaces.identify(place)
        assert identity is not None
        trash.prepare(place.root)
        hand.do(trash.move(place, identity, ScriptedClock(datetime.now()).now()))
    return Trashed(root / f".Trash-{os.getuid()}", "")


def by_send2trash(root: Path, names: list[str]) -> Trashed:
    """In a process of its own, because it reads where the home trash is when it is imported."""
    home = root.parent / "data"
    code = "import sys, send2trash; [send2trash.send2trash(name) for name in sys.argv[1:]]"
    paths = [str(root / name) for name in names]
    environment = {**os.environ, "XDG_DATA_HOME": str(home)}
    subprocess.run([sys.executable, "-c", code, *paths], check=True, env=environment)
    return Trashed(home / "Trash", f"{root}/")


@pytest.fixture(
    params=[by_jarvisd, pytest.param(by_send2trash, marks=pytest.mark.real)], ids=["jarvisd", "send2trash"]
)
def put(request: pytest.FixtureRequest) -> Callable[[Path, list[str]], Trashed]:
    return request.param


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def info_of(trashed: Trashed, name: str) -> dict[str, str]:
    lines = (trashed.folder / "info" / f"{name}.trashinfo").read_text().strip().splitlines()
    assert lines[0] == "[Trash Info]"
    return dict(line.split("=", 1) for line in lines[1:])


@pytest.mark.parametrize("name", NAMES)
def test_file_and_info_have_the_same_name(
    put: Callable[[Path, list[str]], Trashed], root: Path, name: str
) -> None:
    (root / name).write_text("content")
    trashed = put(root, [name])
    assert not (root / name).exists()
    assert (trashed.folder / "files" / name).read_text() == "content"
    info = info_of(trashed, name)
    assert set(info) == {"Path", "DeletionDate"}
    assert urllib.parse.unquote(info["Path"]) == trashed.base + name
    assert urllib.parse.quote(urllib.parse.unquote(info["Path"])) == info["Path"]
    age = datetime.now() - datetime.strptime(info["DeletionDate"], "%Y-%m-%dT%H:%M:%S")
    assert abs(age.total_seconds()) < 120


def test_a_second_file_of_a_name_is_numbered(put: Callable[[Path, list[str]], Trashed], root: Path) -> None:
    for folder in ("a", "b", "c"):
        (root / folder).mkdir()
        (root / folder / "note.txt").write_text(folder)
    trashed = put(root, ["a/note.txt", "b/note.txt", "c/note.txt"])
    files = {path.name: path.read_text() for path in (trashed.folder / "files").iterdir()}
    assert files == {"note.txt": "a", "note 1.txt": "b", "note 2.txt": "c"}
    assert urllib.parse.unquote(info_of(trashed, "note 1.txt")["Path"]) == f"{trashed.base}b/note.txt"


def test_a_folder_goes_as_a_whole(put: Callable[[Path, list[str]], Trashed], root: Path) -> None:
    (root / "box" / "deep").mkdir(parents=True)
    (root / "box" / "deep" / "a.txt").write_text("a")
    trashed = put(root, ["box"])
    assert (trashed.folder / "files" / "box" / "deep" / "a.txt").read_text() == "a"


def test_folders_are_private(put: Callable[[Path, list[str]], Trashed], root: Path) -> None:
    (root / "a.txt").write_text("a")
    trashed = put(root, ["a.txt"])
    assert (trashed.folder / "files").stat().st_mode & 0o077 == 0


def test_a_name_of_full_length_still_has_room_for_its_info(root: Path) -> None:
    """Where send2trash fails, the name in the trash is cut; ``Path=`` keeps the whole name."""
    name = "x" * 251 + ".txt"
    (root / name).write_text("long")
    trashed = by_jarvisd(root, [name])
    [kept] = (trashed.folder / "files").iterdir()
    assert kept.name == "x" * 241 + ".txt"
    assert info_of(trashed, kept.name)["Path"] == name
