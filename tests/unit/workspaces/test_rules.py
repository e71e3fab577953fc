"""Which folders become workspaces, and what the configuration says afterwards (decision 18)."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvisd.cli.workspace import state_of, without
from jarvisd.config.schema import DEFAULT_WORKSPACES, Workspace
from jarvisd.core.errors import ConfigError, RequestError
from jarvisd.workspaces.declared import declare, declared
from jarvisd.workspaces.rules import name_for, refusal

ALICE, EXECUTOR = 1000, 990


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/home/alice/docs", ALICE),
        ("/home/alice/My docs/2026", ALICE),
        ("/srv/jarvisd/documents", EXECUTOR),
        ("/data", ALICE),
    ],
)
def test_folders_of_people_are_taken(path: str, owner: int) -> None:
    assert refusal(path, owner, EXECUTOR) == ""


REFUSED = """
/ /home /home/alice /etc /etc/x /usr/local/x /var/lib/x /root/x /tmp/x /proc/1 /run/x
/home/alice/.ssh /home/alice/.config/x /home/alice/docs/.git docs /srv/../etc /srv/a/
"""


@pytest.mark.parametrize("path", [*REFUSED.split(), "/srv/a\nb"])
def test_places_that_hold_more_than_documents_are_refused(path: str) -> None:
    assert refusal(path, ALICE, EXECUTOR)


@pytest.mark.parametrize("owner", [0, 1, 999, 60_001, 65_534])
def test_folders_of_the_system_are_refused(owner: int) -> None:
    assert "no person" in refusal("/srv/docs", owner, EXECUTOR)


def test_names_come_from_the_folder_and_are_not_taken_twice() -> None:
    assert name_for("/home/alice/My Docs!", frozenset()) == "my-docs"
    assert name_for("/home/alice/docs", frozenset({"docs", "docs-2"})) == "docs-3"
    assert name_for("/home/alice/---", frozenset()) == "folder"


def test_the_list_is_written_whole_and_read_back(tmp_path: Path) -> None:
    main = tmp_path / "jarvisd.toml"
    main.write_text("")
    new = Workspace(name="docs", path=Path('/home/alice/a "b" \\ ü'), read_only=True)
    declare([*DEFAULT_WORKSPACES, new], main)
    assert declared(main) == (*DEFAULT_WORKSPACES, new)


def test_a_wrong_list_leaves_the_old_one(tmp_path: Path) -> None:
    main = tmp_path / "jarvisd.toml"
    main.write_text("")
    good = [Workspace(name="docs", path=Path("/data"))]
    declare(good, main)
    with pytest.raises(ConfigError):
        declare([*good, *good], main)
    assert declared(main) == tuple(good)


def test_a_list_without_effect_is_an_error(tmp_path: Path) -> None:
    main = tmp_path / "jarvisd.toml"
    main.write_text("")
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "zz.toml").write_text('[[workspaces]]\nname = "z"\npath = "/z"\n')
    with pytest.raises(RequestError):
        declare([Workspace(name="docs", path=Path("/data"))], main)
    assert not (tmp_path / "conf.d" / "workspaces.toml").exists()


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ("", "not mounted"),
        ("1 2 8:1 /home/alice/docs /run/jarvisd/workspaces/executor/docs rw - ext4 /dev/x rw", "mounted"),
        (
            "1 2 8:1 /var/lib/jarvisd/workspaces/docs /run/jarvisd/workspaces/executor/docs rw - ext4 /dev/x rw",
            "copy",
        ),
    ],
)
def test_the_state_is_what_is_mounted(row: str, state: str) -> None:
    assert state_of(Workspace(name="docs", path=Path("/home/alice/docs")), row) == state


@pytest.mark.parametrize("name", ["\N{FILE FOLDER} x", 'a"b\\c', "é", "a\x7fb\n"])
def test_a_folder_is_declared_by_any_name_that_it_can_have(tmp_path: Path, name: str) -> None:
    main = tmp_path / "jarvisd.toml"
    main.touch()
    declare([Workspace(name="a", path=Path("/data") / name)], main)
    assert [workspace.path.name for workspace in declared(main)] == [name]


def test_a_workspace_is_let_go_by_its_name_or_by_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a shell completes it, and never two at once."""
    (tmp_path / "pictures").mkdir()
    monkeypatch.chdir(tmp_path)
    here = Workspace(name="here", path=tmp_path / "pictures")
    pictures = Workspace(name="pictures", path=Path("/data"))
    assert without("pictures", (here, pictures)) == [here]
    for which in ("pictures/", f"{tmp_path}/pictures/", f"{tmp_path}/pictures", "here"):
        assert without(which, (here, pictures)) == [pictures]
    with pytest.raises(RequestError):
        without("nope", (here, pictures))
