"""Who sees a workspace as theirs: the executor, and programs in the sandbox's containers (decision 18)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvisd.core.workspace_mounts import EXECUTOR, PROGRAM_ID, SANDBOX
from jarvisd.linux.idmapped_mount import FileOwner
from jarvisd.workspaces.mounts import drop, place_for, program_of


def ids(folder: Path, subuid: str, subgid: str) -> Path:
    (folder / "subuid").write_text(subuid)
    (folder / "subgid").write_text(subgid)
    return folder


def test_a_program_is_a_subordinate_id_of_the_sandbox(tmp_path: Path) -> None:
    folder = ids(tmp_path, "alice:1:9\njarvisd-sandbox:100000:65536\n", "jarvisd-sandbox:300000:65536\n")
    assert program_of("jarvisd-sandbox", folder) == FileOwner(100_000 + PROGRAM_ID - 1, 300_000 + PROGRAM_ID - 1)


@pytest.mark.parametrize(
    "text", ["", "jarvisd-sandbox:100000:1000\n", "jarvisd-sandbox2:100000:65536\n", "jarvisd-sandbox:100000\n"]
)
def test_without_enough_ids_nothing_is_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(OSError, match="no range"):
        program_of("jarvisd-sandbox", ids(tmp_path, text, text))


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for view in (EXECUTOR, SANDBOX):
        for name in ("docs", "tmp"):
            (tmp_path / view / name).mkdir(parents=True)
    return tmp_path


def plant_file(place: Path) -> None:
    place.write_text("not a folder")


def plant_full_folder(place: Path) -> None:
    place.mkdir()
    (place / "file").touch()


def plant_link(place: Path) -> None:
    place.symlink_to(place.parent.parent.parent)


def plant_pipe(place: Path) -> None:
    os.mkfifo(place)


@pytest.mark.parametrize("plant", [plant_file, plant_full_folder, plant_link, plant_pipe])
@pytest.mark.parametrize("view", [EXECUTOR, SANDBOX])
def test_what_is_planted_in_a_view_keeps_no_other_workspace(
    top: Path, view: str, plant: Callable[[Path], None]
) -> None:
    """The views belong to who looks at them: one of them must not end the mounter for all."""
    plant(top / view / "a planted one")
    drop(top, lambda name: True)
    left = {str(path.relative_to(top)) for path in top.rglob("*")}
    stays = {f"{view}/a planted one", f"{view}/a planted one/file"} if plant is plant_full_folder else set()
    assert left == {EXECUTOR, SANDBOX} | stays
    assert top.is_dir()


@pytest.mark.parametrize("plant", [plant_file, plant_link, plant_pipe])
def test_a_folder_is_mounted_over_where_something_else_was_planted(
    top: Path, plant: Callable[[Path], None]
) -> None:
    place = top / SANDBOX / "docs"
    place.rmdir()
    plant(place)
    for _ in range(2):
        place_for(place)
        assert (place.is_dir(), place.is_symlink(), list(place.iterdir())) == (True, False, [])
