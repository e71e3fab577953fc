"""What a program is shown of a workspace: no secret, by whatever name."""

from __future__ import annotations

import os

import pytest

from jarvisd.executor.overlay.snapshot import folder_of, look
from tests.unit.executor.conftest import Bench


def shown(bench: Bench, *, is_deep: bool = True) -> tuple[bool, list[str]]:
    """Whether a copy must be made of the documents, and what is in it."""
    view = look(bench.workspaces, bench.workspaces.roots[0], lambda: None, is_deep=is_deep)
    folder = folder_of(bench.workspaces, view, 1_000_000, lambda: None, may_write=False)
    return folder.must_copy, [item.path for item in folder.items()]


def test_where_nothing_is_secret_all_of_it_is_shown(bench: Bench) -> None:
    bench.file("docs/a.txt")
    os.link(bench.docs / "a.txt", bench.docs / "b.txt")
    bench.file("tmp/.ssh/id_rsa")
    assert shown(bench) == (False, ["a.txt", "b.txt"])


@pytest.mark.parametrize("is_deep", [True, False])
@pytest.mark.parametrize("secret", [".ssh/key", "id_rsa", "project/.env", ".aws/credentials", ".bash_history"])
def test_a_secret_is_not_shown_by_its_name(bench: Bench, secret: str, is_deep: bool) -> None:
    bench.file("docs/a.txt")
    bench.file(f"docs/{secret}")
    must_copy, names = shown(bench, is_deep=is_deep)
    assert must_copy
    assert [name for name in names if name != "project"] == ["a.txt"]


@pytest.mark.parametrize("secret", ["docs/.ssh/key", "docs/.env", "tmp/.ssh/key", "tmp/deep/.env"])
def test_a_secret_is_not_shown_by_another_name_whichever_workspace_it_is_in(bench: Bench, secret: str) -> None:
    bench.file("docs/a.txt")
    os.link(bench.file(secret), bench.docs / "notes.txt")
    assert shown(bench) == (True, ["a.txt"])
