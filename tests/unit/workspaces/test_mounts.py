"""Who sees a workspace as theirs: the executor, and programs in the sandbox's containers (decision 18)."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvisd.core.workspace_mounts import PROGRAM_ID
from jarvisd.linux.idmapped_mount import FileOwner
from jarvisd.workspaces.mounts import program_of


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
