"""What root runs writes nothing through links that somebody has planted in a folder of theirs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvisd.cli.main import main
from jarvisd.config.ownership import TrustedOwners, demand_config_owned
from jarvisd.config.schema import Workspace
from jarvisd.core.error_texts import EX_NOPERM
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.linux.durable import new_file, replace_file
from jarvisd.models.archive import ModelArchive, write_archive
from jarvisd.models.fetch import Fetcher
from jarvisd.models.manifest import Manifest, Model, ModelFile, Purpose
from jarvisd.models.store import ModelStore, load_manifest
from jarvisd.workspaces.declared import declare

ME = TrustedOwners({0, os.getuid()}, may_be_sticky=True)


@pytest.fixture
def roots(tmp_path: Path) -> Path:
    """A file that is none of their business."""
    path = tmp_path / "roots"
    path.write_text("as it was")
    return path


def planted(link: Path, roots: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(roots)


@pytest.mark.parametrize("name", ["workspaces.partial", ".workspaces.toml.partial", "workspaces.toml"])
def test_declaring_a_workspace_writes_no_file_but_its_own(tmp_path: Path, roots: Path, name: str) -> None:
    etc = tmp_path / "etc"
    planted(etc / "conf.d" / name, roots)
    # Drop-ins are read, through links too.
    roots.write_text("# as it was")
    before = roots.read_text()
    (etc / "jarvisd.toml").touch()
    declare([Workspace(name="docs", path=Path("/data/docs"))], etc / "jarvisd.toml")
    assert roots.read_text() == before
    assert not (etc / "conf.d" / "workspaces.toml").is_symlink()


@pytest.mark.parametrize("where", ["conf.d/10-profile.toml", "conf.d/.10-profile.toml.partial"])
def test_setup_writes_no_file_but_its_own(tmp_path: Path, roots: Path, where: str) -> None:
    etc = tmp_path / "etc"
    roots.write_text("")
    planted(etc / where, roots)
    (etc / "jarvisd.toml").write_text(f'[paths]\nmodels_dir = "{tmp_path}/models"\n')
    # Of the right size, so that nothing is fetched.
    for model in load_manifest().models:
        (tmp_path / "models" / model.id).mkdir(parents=True)
        for file in model.files:
            with (tmp_path / "models" / model.id / file.name).open("wb") as stream:
                stream.truncate(file.size)
    main(["setup", "--config", str(etc / "jarvisd.toml"), "--no-start", "--profile", "tiny"])
    assert roots.read_text() == ""
    assert "qwen" in (etc / "conf.d/10-profile.toml").read_text()


CONTENT = b"weights" * 100
MODEL = Model(
    "m",
    Purpose.LLM,
    ("default",),
    "MIT",
    "",
    False,
    "",
    (ModelFile("a.bin", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), ()),),
)


def store(folder: Path, *, full: bool) -> ModelStore:
    (folder / "m").mkdir(parents=True)
    if full:
        (folder / "m" / "a.bin").write_bytes(CONTENT)
    return ModelStore(folder, Manifest((MODEL,)))


@pytest.mark.parametrize("name", [".models.tar.partial", "models.tar"])
def test_an_export_writes_no_file_but_its_own(tmp_path: Path, roots: Path, name: str) -> None:
    planted(tmp_path / "theirs" / name, roots)
    target = tmp_path / "theirs" / "models.tar"
    write_archive(store(tmp_path / "store", full=True), [MODEL], target, lambda _: None)
    assert roots.read_text() == "as it was"
    assert not target.is_symlink()
    assert ModelArchive(target).models(Manifest((MODEL,))) == [MODEL]


@pytest.mark.parametrize("name", ["m/.a.bin.partial", ".lock"])
def test_a_fetch_writes_no_file_but_its_own(tmp_path: Path, roots: Path, name: str) -> None:
    archive = tmp_path / "models.tar"
    write_archive(store(tmp_path / "store", full=True), [MODEL], archive, lambda _: None)
    theirs = store(tmp_path / "theirs", full=False)
    planted(theirs.root / name, roots)
    try:
        Fetcher(theirs, lambda _: None, origin=ModelArchive(archive).source).fetch([MODEL])
    except (JarvisError, OSError):
        assert not (theirs.root / "m" / "a.bin").exists()
    else:
        assert (theirs.root / "m" / "a.bin").read_bytes() == CONTENT
    assert roots.read_text() == "as it was"


def test_a_file_that_is_replaced_is_written_beside_as_a_new_one(tmp_path: Path, roots: Path) -> None:
    """Also where the one that planted it holds it open."""
    theirs = tmp_path / ".file.partial"
    theirs.write_text("")
    with theirs.open() as held:
        replace_file(tmp_path / "file", "ours", 0o644)
        assert held.read() == ""
    theirs.symlink_to(roots)
    replace_file(tmp_path / "file", "ours again", 0o644)
    assert (roots.read_text(), (tmp_path / "file").read_text()) == ("as it was", "ours again")
    fd = new_file(tmp_path / "new")
    assert os.fstat(fd).st_mode & 0o777 == 0o600
    os.close(fd)


def open_folder(etc: Path) -> None:
    etc.chmod(0o777)


def group_folder(etc: Path) -> None:
    etc.chmod(0o775)


def open_drop_ins(etc: Path) -> None:
    (etc / "conf.d").chmod(0o777)


def open_file(etc: Path) -> None:
    (etc / "jarvisd.toml").chmod(0o666)


def open_drop_in(etc: Path) -> None:
    (etc / "conf.d/50-mine.toml").chmod(0o664)


def drop_ins_elsewhere(etc: Path) -> None:
    elsewhere = etc.parent / "elsewhere"
    (etc / "conf.d").rename(elsewhere)
    elsewhere.chmod(0o777)
    (etc / "conf.d").symlink_to(elsewhere)


def drop_in_elsewhere(etc: Path) -> None:
    elsewhere = etc.parent / "elsewhere.toml"
    elsewhere.touch()
    elsewhere.chmod(0o666)
    (etc / "conf.d/60-more.toml").symlink_to(elsewhere)


SPOILERS = (
    *(open_folder, group_folder, open_drop_ins, open_file),
    *(open_drop_in, drop_ins_elsewhere, drop_in_elsewhere),
)


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    folder = tmp_path / "etc"
    (folder / "conf.d").mkdir(parents=True, mode=0o755)
    (folder / "jarvisd.toml").touch(0o644)
    (folder / "conf.d/50-mine.toml").touch(0o644)
    for path in (tmp_path, folder, folder / "conf.d"):
        path.chmod(0o755)
    return folder


@pytest.mark.parametrize("spoil", SPOILERS)
def test_a_configuration_that_others_could_have_written_is_not_roots(
    etc: Path, spoil: Callable[[Path], None]
) -> None:
    demand_config_owned(etc / "jarvisd.toml", ME)
    spoil(etc)
    with pytest.raises(JarvisError) as caught:
        demand_config_owned(etc / "jarvisd.toml", ME)
    assert caught.value.code is ErrorCode.NOT_PERMITTED


def test_a_configuration_of_somebody_else_is_not_roots(etc: Path) -> None:
    with pytest.raises(JarvisError) as caught:
        demand_config_owned(etc / "jarvisd.toml", TrustedOwners({os.getuid() + 1}))
    assert caught.value.code is ErrorCode.NOT_PERMITTED


def test_root_does_nothing_by_the_configuration_of_others(etc: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`workspace add --config FILE` wrote where a link led."""
    open_folder(etc)
    for command in (["workspace", "add", "/tmp"], ["workspace", "remove", "x"], ["setup", "--no-start"]):
        status = main([*command, "--config", str(etc / "jarvisd.toml")])
        told = capsys.readouterr().err
        if os.geteuid() == 0:
            assert (status, "everybody can write" in told) == (EX_NOPERM, True)
        else:
            assert "everybody can write" not in told
