"""Models in one file: what is written is read back, and nothing else gets in (decision 16)."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest

from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError
from jarvisd.models.archive import ModelArchive, write_archive
from jarvisd.models.fetch import Fetcher
from jarvisd.models.manifest import Manifest, Model, ModelFile, Purpose
from jarvisd.models.store import ModelState, ModelStore

CONTENT = {"a.bin": b"weights" * 100, "a.json": b"{}"}


def model(model_id: str = "m") -> Model:
    files = tuple(
        ModelFile(name, hashlib.sha256(data).hexdigest(), len(data), ()) for name, data in CONTENT.items()
    )
    return Model(model_id, Purpose.LLM, ("default",), "MIT", "", False, "", files)


MANIFEST = Manifest((model("m"), model("n")))


@pytest.fixture
def full(tmp_path: Path) -> ModelStore:
    """A store that has everything."""
    store = ModelStore(tmp_path / "full", MANIFEST)
    for entry in MANIFEST.models:
        (store.root / entry.id).mkdir(parents=True)
        for name, data in CONTENT.items():
            (store.root / entry.id / name).write_bytes(data)
    return store


@pytest.fixture
def empty(tmp_path: Path) -> ModelStore:
    """A store on another machine."""
    return ModelStore(tmp_path / "empty", MANIFEST)


def take(store: ModelStore, path: Path) -> list[Model]:
    archive = ModelArchive(path)
    return Fetcher(store, lambda _: None, origin=archive.source).fetch(archive.models(store.manifest))


def test_what_is_exported_is_imported(full: ModelStore, empty: ModelStore, tmp_path: Path) -> None:
    archive = tmp_path / "models.tar"
    size = write_archive(full, MANIFEST.models, archive, lambda _: None)
    assert size == archive.stat().st_size
    assert take(empty, archive) == list(MANIFEST.models)
    assert [empty.state(entry, full=True) for entry in MANIFEST.models] == [ModelState.PRESENT] * 2
    assert take(empty, archive) == []


def test_an_archive_tells_nothing_about_the_machine_it_comes_from(full: ModelStore, tmp_path: Path) -> None:
    write_archive(full, MANIFEST.models[:1], tmp_path / "models.tar", lambda _: None)
    with tarfile.open(tmp_path / "models.tar") as archive:
        assert [(m.name, m.uid, m.uname, m.mtime, m.mode) for m in archive] == [
            ("m/a.bin", 0, "", 0, 0o644),
            ("m/a.json", 0, "", 0, 0o644),
        ]


def test_an_interrupted_import_goes_on(full: ModelStore, empty: ModelStore, tmp_path: Path) -> None:
    write_archive(full, MANIFEST.models, tmp_path / "models.tar", lambda _: None)
    (empty.root / "m").mkdir(parents=True)
    (empty.root / "m" / ".a.bin.partial").write_bytes(CONTENT["a.bin"][:50])
    assert take(empty, tmp_path / "models.tar") == list(MANIFEST.models)
    assert (empty.root / "m" / "a.bin").read_bytes() == CONTENT["a.bin"]


def test_a_damaged_model_is_not_exported(full: ModelStore, tmp_path: Path) -> None:
    (full.root / "m" / "a.bin").write_bytes(b"x" * len(CONTENT["a.bin"]))
    with pytest.raises(EngineError) as caught:
        write_archive(full, MANIFEST.models, tmp_path / "models.tar", lambda _: None)
    assert caught.value.code is ErrorCode.MODEL_CORRUPT
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_an_archive_takes_the_place_of_a_file_only(full: ModelStore, tmp_path: Path) -> None:
    """Root named a device, which was gone then."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for target in (pipe, tmp_path):
        with pytest.raises(RequestError, match="no regular file"):
            write_archive(full, MANIFEST.models, target, lambda _: None)
    assert pipe.is_fifo()


def test_nothing_is_left_of_an_archive_that_was_interrupted(full: ModelStore, tmp_path: Path) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_archive(full, MANIFEST.models, tmp_path / "models.tar", interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def write(path: Path, *members: tarfile.TarInfo) -> None:
    with tarfile.open(path, "w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size) if member.isfile() else None)


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    member.size = len(CONTENT["a.bin"]) if kind == tarfile.REGTYPE else 0
    return member


@pytest.mark.parametrize(
    "member",
    [
        entry("m/other.bin"),
        entry("../m/a.bin"),
        entry("/etc/passwd"),
        entry("m/a.bin", tarfile.SYMTYPE, "/etc/passwd"),
        entry("m/a.bin", tarfile.LNKTYPE, "m/a.json"),
        entry("m/a.bin", tarfile.FIFOTYPE),
    ],
    ids=["unknown", "parent", "absolute", "symlink", "hardlink", "fifo"],
)
def test_a_hostile_member_is_refused_before_anything_is_written(
    empty: ModelStore, tmp_path: Path, member: tarfile.TarInfo
) -> None:
    write(tmp_path / "bad.tar", member)
    with pytest.raises(RequestError):
        take(empty, tmp_path / "bad.tar")
    assert not empty.root.exists()


def test_other_bytes_of_the_right_size_are_refused(empty: ModelStore, tmp_path: Path) -> None:
    write(tmp_path / "bad.tar", entry("m/a.bin"))
    with pytest.raises(JarvisError) as caught:
        take(empty, tmp_path / "bad.tar")
    assert caught.value.code is ErrorCode.MODEL_FETCH_FAILED
    assert not (empty.root / "m" / "a.bin").exists()


@pytest.mark.parametrize("content", [b"", b"no tar at all" * 100])
def test_a_file_that_is_no_archive_is_refused(empty: ModelStore, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.tar").write_bytes(content)
    with pytest.raises(RequestError) as caught:
        take(empty, tmp_path / "bad.tar")
    assert caught.value.code is ErrorCode.INVALID_REQUEST
