"""Who may not do something is told what helps, which is the group for most commands and root for some."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvisd.cli.main import main
from jarvisd.core.error_texts import EX_NOPERM

NOBODY = 65534


@pytest.fixture
def nobody() -> Iterator[None]:
    """Not root; what the command needs is loaded, because nobody may read where Python is."""
    main(["workspace", "list"])
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    yield
    if is_root:
        os.seteuid(0)


@pytest.fixture
def private(tmp_path: Path) -> Path:
    folder = tmp_path / "private"
    folder.mkdir(mode=0)
    return folder


def test_what_is_for_root_names_sudo_and_not_the_group(
    private: Path, nobody: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["workspace", "add", "/tmp"], ["trace", "list", "--folder", str(private / "traces")]):
        capsys.readouterr()
        assert main(command) == EX_NOPERM
        told = capsys.readouterr().err
        assert told.endswith(f"try: sudo jarvisctl {command[0]}\n")
        assert "usermod" not in told
