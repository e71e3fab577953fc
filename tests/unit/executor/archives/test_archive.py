"""Packing and unpacking: what comes out is what went in, and no archive gets anything else past (D5, D9)."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.archives import reading
from tests.figures import IS_FULL, Record
from tests.sight import state_of
from tests.unit.executor.conftest import Bench

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


def contents(folder: Path) -> dict[str, object]:
    """Content, mode and whole seconds of every file."""
    return {
        name: (value[0], value[1], int(str(value[2])) // 10**9 // 2) if len(value) > 1 else value
        for name, value in state_of(folder, exactly=False).items()
    }


@pytest.mark.parametrize("ending", ENDINGS)
async def test_what_is_packed_is_what_comes_out(bench: Bench, ending: str) -> None:
    for number in range(20):
        bench.file(f"docs/letters/{number % 3}/{number} ä.txt", os.urandom(number * 999), age_days=number)
    (bench.docs / "letters/empty").mkdir()
    before = state_of(bench.docs)
    packed = await bench.use("archive", action="create", path="letters", destination=f"out{ending}")
    assert packed.data["files"] == 20
    unpacked = await bench.use("archive", action="extract", path=f"out{ending}")
    assert unpacked.data["path"] == "documents/out"
    assert contents(bench.docs / "out/letters") == contents(bench.docs / "letters")
    bench.changes.undo(str(unpacked.undo_id))
    bench.changes.undo(str(packed.undo_id))
    assert state_of(bench.docs) == before


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        ("", "letters.zip"),
        ("old.tar.gz", "old.tar.gz"),
        ("backup", "backup.zip"),
        ("box", "box/letters.zip"),
        ("documents/box/a.TGZ", "box/a.TGZ"),
    ],
)
async def test_an_archive_is_made_where_it_is_said(bench: Bench, destination: str, expected: str) -> None:
    bench.file("docs/letters/a.txt")
    (bench.docs / "box").mkdir()
    await bench.use("archive", action="create", path="letters", destination=destination)
    assert [name for name in bench.names() if not name.startswith("letters/")] == [expected]


async def test_a_single_file_is_packed_beside_itself(bench: Bench) -> None:
    bench.file("docs/notes/a.txt", "hello")
    result = await bench.use("archive", action="create", path="a.txt")
    assert result.data["path"] == "documents/notes/a.txt.zip"
    with zipfile.ZipFile(bench.docs / "notes/a.txt.zip") as packed:
        assert packed.read("a.txt") == b"hello"


async def test_links_and_pipes_are_left_out_of_an_archive(bench: Bench) -> None:
    bench.file("docs/box/a.txt")
    (bench.docs / "box/link").symlink_to("/etc/passwd")
    os.mkfifo(bench.docs / "box/pipe")
    await bench.use("archive", action="create", path="box", destination="box.tar")
    with tarfile.open(bench.docs / "box.tar") as packed:
        assert packed.getnames() == ["box", "box/a.txt"]


@pytest.mark.parametrize(
    ("destination", "expected"),
    [("", "photos 2"), ("here", "here"), ("albums", "albums/photos"), ("tmp", "photos")],
)
async def test_an_archive_is_unpacked_into_a_new_folder(bench: Bench, destination: str, expected: str) -> None:
    _zip(bench.docs / "photos.zip", {"a.jpg": b"a"})
    for folder in ("photos", "albums"):
        (bench.docs / folder).mkdir()
    result = await bench.use("archive", action="extract", path="photos.zip", destination=destination)
    root = bench.tmp if destination == "tmp" else bench.docs
    assert (root / expected / "a.jpg").read_bytes() == b"a"
    assert result.spoken.startswith("I unpacked 1 file, 1 byte, into ")


async def test_an_existing_folder_is_never_unpacked_into(bench: Bench) -> None:
    _zip(bench.docs / "a.zip", {"x": b""})
    bench.file("docs/here/deep/file")
    with pytest.raises(RequestError):
        await bench.use("archive", action="extract", path="a.zip", destination="documents/a.zip")


async def test_a_program_stays_one_but_no_other_mode_is_taken(bench: Bench) -> None:
    with tarfile.open(bench.docs / "a.tar", "w") as archive:
        for name, mode in (("run", 0o4755), ("open", 0o666), ("shut", 0o000)):
            info = tarfile.TarInfo(name)
            info.mode = mode
            archive.addfile(info)
    await bench.use("archive", action="extract", path="a.tar")
    modes = {path.name: oct(path.stat().st_mode & 0o7777) for path in (bench.docs / "a").iterdir()}
    assert modes == {"run": "0o755", "open": "0o644", "shut": "0o644"}


# --- hostile archives ------------------------------------------------------------------------------------


def _zip(path: Path, members: dict[str, bytes], attributes: dict[str, int] | None = None) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (attributes or {}).get(name, 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


def _tar(path: Path, *members: tuple[str, bytes] | tarfile.TarInfo) -> None:
    with tarfile.open(path, "w") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))


def _special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


BAD_NAMES = (
    "../evil", "a/../../evil", "/etc/evil", "..", "a\\..\\evil", "C:\\evil", "a\nb", "a\x1bb", "\u202egpj.exe",
    "a\u2215b", ".Trash-0/files/x", "x" * 300, "/".join("d" * 60), "~/evil", "\uff0e\uff0e/evil",
)  # fmt: skip


def _lying_zip(path: Path) -> None:
    """Its directory says that the member is small."""
    _zip(path, {"a": b"x" * 100_000})
    raw = path.read_bytes()
    path.write_bytes(raw.replace(struct.pack("<L", 100_000), struct.pack("<L", 10)))


def _overlapping_zip(path: Path) -> None:
    """Two names for the same packed bytes."""
    _zip(path, {"a": b"x" * 1000, "b": b"y" * 1000})
    raw = bytearray(path.read_bytes())
    second = raw.rindex(b"PK\1\2")
    raw[second + 42 : second + 46] = struct.pack("<L", 0)
    path.write_bytes(bytes(raw))


def _quoting_zip(path: Path) -> None:
    """One member is hidden in the bytes of another, so that both unpack the same bytes."""
    _zip(path, {"b": b"y" * 1000})
    raw = path.read_bytes()
    inner = raw[: raw.index(b"PK\1\2")]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("a"), inner)
        info = zipfile.ZipInfo("b")
        info.external_attr, info.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
        archive.writestr(info, b"y" * 1000)
    changed = bytearray(path.read_bytes())
    second = changed.rindex(b"PK\1\2")
    changed[second + 42 : second + 46] = struct.pack("<L", changed.index(inner))
    path.write_bytes(bytes(changed))


def _boasting_zip(path: Path) -> None:
    """Its directory says that the member is larger than it is."""
    _zip(path, {"a": b"x" * 100_000})
    raw = path.read_bytes()
    path.write_bytes(raw.replace(struct.pack("<L", 100_000), struct.pack("<L", 100_001)))


def _encrypted_zip(path: Path) -> None:
    _zip(path, {"a": b"secret"})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(bytes(raw))


def _zero_byte_zip(path: Path) -> None:
    _zip(path, {"evil#.txt": b"x"})
    path.write_bytes(path.read_bytes().replace(b"evil#.txt", b"evil\0.txt"))


def _headers_without_end(path: Path) -> None:
    """One extended header that says it is larger than any memory."""
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 1 << 32
    path.write_bytes(gzip.compress(info.tobuf(tarfile.USTAR_FORMAT) + b"1" * (9 << 20)))


def _nested_headers(path: Path) -> None:
    """Extended headers that belong to extended headers, thousands deep."""
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 512
    path.write_bytes(gzip.compress((info.tobuf(tarfile.USTAR_FORMAT) + b"9 a=bcde\n" + b"\0" * 503) * 5000))


def _sparse(path: Path) -> None:
    info = tarfile.TarInfo("sparse")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 40),
                        "GNU.sparse.name": "sparse"}  # fmt: skip
    body = b"1\n1099511627775\n1\n".ljust(512, b"\0") + b"x".ljust(512, b"\0")
    info.size = len(body)
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(body))


HOSTILE: dict[str, Callable[[Path], None]] = {
    **{f"zip name {name[:20]!r}": lambda path, name=name: _zip(path, {name: b"x"}) for name in BAD_NAMES},  # type: ignore[misc]
    **{f"tar name {name[:20]!r}": lambda path, name=name: _tar(path, (name, b"x")) for name in BAD_NAMES},  # type: ignore[misc]
    "zip symlink": lambda path: _zip(path, {"a": b"/etc/passwd"}, {"a": 0o120777}),
    "zip device": lambda path: _zip(path, {"a": b""}, {"a": 0o020666}),
    "zip pipe": lambda path: _zip(path, {"a": b""}, {"a": 0o010666}),
    "zip folder with content": lambda path: _zip(path, {"a/": b"content"}),
    "zip bomb": lambda path: _zip(path, {"a": b"\0" * 30_000_000}),
    "zip bomb in pieces": lambda path: _zip(path, {str(n): b"\0" * 3_000_000 for n in range(40)}),
    "zip lying about size": _lying_zip,
    "zip overlapping": _overlapping_zip,
    "zip quoting": _quoting_zip,
    "zip boasting": _boasting_zip,
    "zip encrypted": _encrypted_zip,
    "zip zero byte": _zero_byte_zip,
    "zip damaged": lambda path: path.write_bytes(b"PK\3\4" + b"damaged" * 99) and None,
    "zip empty": lambda path: _zip(path, {}),
    "zip duplicate by case": lambda path: _zip(path, {"Readme": b"1", "README": b"2"}),
    "zip duplicate by form": lambda path: _zip(path, {"\u00e4": b"1", "a\u0308": b"2"}),
    "zip file as folder": lambda path: _zip(path, {"a": b"1", "a/b": b"2"}),
    "zip folder as file": lambda path: _zip(path, {"a/b": b"1", "a": b"2"}),
    "tar duplicate": lambda path: _tar(path, ("a", b"1"), ("./a", b"2")),
    "tar symlink": lambda path: _tar(path, _special("a", tarfile.SYMTYPE, "/etc")),
    "tar symlink then file": lambda path: _tar(path, _special("a", tarfile.SYMTYPE, ".."), ("a/evil", b"x")),
    "tar hard link": lambda path: _tar(path, _special("a", tarfile.LNKTYPE, "b")),
    "tar device": lambda path: _tar(path, _special("a", tarfile.CHRTYPE)),
    "tar block device": lambda path: _tar(path, _special("a", tarfile.BLKTYPE)),
    "tar pipe": lambda path: _tar(path, _special("a", tarfile.FIFOTYPE)),
    "tar sparse": _sparse,
    "tar header without end": _headers_without_end,
    "tar headers nested": _nested_headers,
    "tar cut short": lambda path: path.write_bytes(gzip.compress(_tar_bytes())[:-20]) and None,
    "tar cut in the data": lambda path: path.write_bytes(_tar_bytes()[:700]) and None,
    "tar with more behind": lambda path: path.write_bytes(_tar_bytes() + b"behind" * 99) and None,
    "gzip bomb": lambda path: path.write_bytes(gzip.compress(_tar_bytes(40_000_000))) and None,
    "gzip bomb in streams": lambda path: path.write_bytes(gzip.compress(b"\0" * 9_000_000) * 4) and None,
    "gzip bomb behind the end": lambda path: (
        path.write_bytes(gzip.compress(_tar_bytes() + bytes(40_000_000))) and None
    ),
    "bzip2 bomb": lambda path: path.write_bytes(bz2.compress(_tar_bytes(40_000_000))) and None,
    "xz bomb": lambda path: path.write_bytes(lzma.compress(_tar_bytes(40_000_000))) and None,
    "no archive": lambda path: path.write_bytes(b"plain text" * 200) and None,
    "nothing": lambda path: path.write_bytes(b"") and None,
}


def _tar_bytes(size: int = 1000) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("zeros")
        info.size = size
        archive.addfile(info, io.BytesIO(bytes(size)))
    return buffer.getvalue()


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_archive_is_refused_as_a_whole(bench: Bench, kind: str) -> None:
    HOSTILE[kind](bench.docs / "evil.zip")
    before = (state_of(bench.docs), state_of(bench.tmp))
    with pytest.raises(JarvisError) as caught:
        await bench.use("archive", action="extract", path="evil.zip")
    assert caught.value.code in (ErrorCode.REFUSED, ErrorCode.PATH_REFUSED)
    assert ((state_of(bench.docs), state_of(bench.tmp)), bench.staged()) == (before, [])


@pytest.mark.parametrize("ending", [".zip", ".tar.gz"])
async def test_too_many_members_are_refused(bench: Bench, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        bench.file(f"docs/box/{number}")
    await bench.use("archive", action="create", path="box", destination=f"box{ending}")
    monkeypatch.setattr(reading, "MEMBERS_LIMIT", 30)
    with pytest.raises(RequestError, match="more than 30 members"):
        await bench.use("archive", action="extract", path=f"box{ending}")


async def test_an_archive_that_changes_after_the_question_is_not_unpacked(bench: Bench) -> None:
    from jarvisd.executor.tools.context import ToolContext

    _zip(bench.docs / "a.zip", {"good": b"1"})
    tool, context = bench.registry.find("archive"), ToolContext(kit=bench.kit, tool="archive")
    args = {"action": "extract", "path": "a.zip"}
    context.selection = (await tool.measure(context, args)).selection
    _zip(bench.docs / "a.zip", {"bad": b"2", "worse": b"3"})
    with pytest.raises(RequestError, match="changed meanwhile"):
        await tool.run(context, args)
    assert (bench.names(), bench.staged()) == (["a.zip"], [])


@pytest.mark.soak("damaged archives", 3_000, "refused or unpacked honestly, nothing outside")
async def test_damaged_archives_never_do_harm(bench: Bench, record_property: Record) -> None:
    """Random damage gives a refusal or an honest result, never a fault, and nothing outside the new folder."""
    count = 3_000 if IS_FULL else 60
    chance = random.Random(11)
    for number in range(6):
        bench.file(f"docs/box/{number}.txt", chance.randbytes(number * 700))
    originals = []
    for ending in ENDINGS:
        await bench.use("archive", action="create", path="box", destination=f"box{ending}")
        originals.append((bench.docs / f"box{ending}").read_bytes())
        (bench.docs / f"box{ending}").unlink()
    unpacked = 0
    for _ in range(count):
        raw = bytearray(chance.choice(originals))
        for _ in range(chance.choice((1, 1, 3, 20))):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        (bench.docs / "broken.zip").write_bytes(
            bytes(raw[: chance.choice((len(raw), chance.randrange(len(raw))))])
        )
        before = {name: value for name, value in state_of(bench.docs).items()}
        try:
            result = await bench.use("archive", action="extract", path="broken.zip")
        except JarvisError:
            assert bench.staged() == []
        else:
            unpacked += 1
            bench.changes.undo(str(result.undo_id))
            for path in bench.staged():
                path.rmdir() if path.is_dir() else path.unlink()
        assert state_of(bench.docs) == before
    assert unpacked < count
    record_property("tried", count)
