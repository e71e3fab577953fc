"""One odd piece does not fail the whole, and is always named: archives, file names, pages (issue 12)."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError
from jarvisd.courier.html_text import readable
from jarvisd.courier.packing import is_packed, unpacked
from tests.unit.executor.conftest import Bench

# --- archives -------------------------------------------------------------------------------------------------


def put_zip(path: Path, *odd: zipfile.ZipInfo) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("good.txt", b"good")
        for info in odd:
            archive.writestr(info, b"x")
        archive.writestr("box/better.txt", b"better")


def put_tar(path: Path, *odd: tarfile.TarInfo) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (("good.txt", b"good"), ("box/better.txt", b"better")):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in odd:
            archive.addfile(info, io.BytesIO(b"x" * info.size))


def zip_info(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def tar_info(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    info.size = 1 if kind == tarfile.REGTYPE else 0
    return info


ODD_NAMES = (
    "a\u2215b.txt",
    "C:\\temp\\a.txt",
    "tab\tname",
    "\u202egpj.exe",
    "x" * 300,
    "~/notes",
    "~me",
    "\uff0e\uff0e/a",
)


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("kind", ["zip", "tar"])
async def test_a_member_whose_name_cannot_be_used_is_left_out_and_named(
    bench: Bench, name: str, kind: str
) -> None:
    if kind == "zip":
        put_zip(bench.docs / "a.zip", zip_info(name))
    else:
        put_tar(bench.docs / "a.zip", tar_info(name))
    result = await bench.use("archive", action="extract", path="a.zip")
    assert bench.names() == ["a.zip", "a/box/better.txt", "a/good.txt"]
    [odd] = result.data["left_out"]  # type: ignore[misc]
    assert odd["name"] == name  # type: ignore[index,call-overload]
    assert "I left out" in result.spoken
    assert "has a name that I can't use" in result.spoken
    assert result.data["left_out_count"] == 1


ODD_KINDS = {
    "zip link": (lambda path: put_zip(path, zip_info("odd", 0o120777)), "is a link"),
    "zip pipe": (lambda path: put_zip(path, zip_info("odd", 0o010644)), "is a device or a pipe"),
    "tar link": (lambda path: put_tar(path, tar_info("odd", tarfile.SYMTYPE, "/etc")), "is a link"),
    "tar hard link": (lambda path: put_tar(path, tar_info("odd", tarfile.LNKTYPE, "good.txt")), "is a link"),
    "tar device": (lambda path: put_tar(path, tar_info("odd", tarfile.CHRTYPE)), "is a device or a pipe"),
    "tar pipe": (lambda path: put_tar(path, tar_info("odd", tarfile.FIFOTYPE)), "is a device or a pipe"),
}


@pytest.mark.parametrize("kind", ODD_KINDS)
async def test_a_member_that_is_no_file_is_left_out_and_named(bench: Bench, kind: str) -> None:
    make, reason = ODD_KINDS[kind]
    make(bench.docs / "a.zip")
    result = await bench.use("archive", action="extract", path="a.zip")
    assert bench.names() == ["a.zip", "a/box/better.txt", "a/good.txt"]
    assert result.data["left_out"] == [{"name": "odd", "reason": reason}]
    assert result.spoken.endswith(f"I left out odd, which {reason}.")


async def test_a_member_that_is_packed_in_another_way_or_encrypted_is_left_out_and_named(bench: Bench) -> None:
    with zipfile.ZipFile(bench.docs / "a.zip", "w") as archive:
        archive.writestr("good.txt", b"good")
        archive.writestr("odd", b"odd" * 50, compress_type=zipfile.ZIP_BZIP2)
        archive.writestr("shut", b"secret")
    raw = bytearray((bench.docs / "a.zip").read_bytes())
    raw[raw.rindex(b"PK\1\2") + 8] |= 1
    (bench.docs / "a.zip").write_bytes(bytes(raw))
    result = await bench.use("archive", action="extract", path="a.zip")
    assert bench.names() == ["a.zip", "a/good.txt"]
    assert result.data["left_out_count"] == 2
    assert result.spoken.endswith(
        "I left out 2 things: odd, which is packed by a method that I don't know (12)"
        " and shut, which is encrypted."
    )


async def test_what_is_left_out_is_said_before_it_is_unpacked(bench: Bench) -> None:
    put_tar(bench.docs / "a.zip", tar_info("odd", tarfile.SYMTYPE, "/etc"))
    tool = bench.registry.find("archive")
    from jarvisd.executor.tools.context import ToolContext

    preview = await tool.measure(
        ToolContext(kit=bench.kit, tool="archive"), {"action": "extract", "path": "a.zip"}
    )
    assert preview.consequence == "I leave out odd, which is a link."


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda path: put_zip(path, zip_info("../evil.txt")), "'../evil.txt' climbs out of its folder"),
        (lambda path: put_tar(path, tar_info("a/../../evil")), "'a/../../evil' climbs out of its folder"),
        (lambda path: put_zip(path, zip_info("/etc/evil")), "'/etc/evil' is an absolute name"),
        (lambda path: put_zip(path, zip_info("Good.txt")), "'Good.txt' is there twice"),
        (lambda path: put_zip(path, zip_info("good.txt/x")), "'good.txt/x' is in a file"),
        (lambda path: put_tar(path, tar_info("l", tarfile.SYMTYPE, ".."), tar_info("l/x")), "'l/x' is in a file"),
    ],
)
async def test_where_the_rest_would_mislead_it_is_refused_by_the_name_of_the_member(
    bench: Bench, make: object, named: str
) -> None:
    make(bench.docs / "a.zip")  # type: ignore[operator]
    with pytest.raises(JarvisError) as caught:
        await bench.use("archive", action="extract", path="a.zip")
    assert named in caught.value.message
    assert bench.names() == ["a.zip"]


async def test_an_archive_of_odd_members_alone_names_them(bench: Bench) -> None:
    with tarfile.open(bench.docs / "a.tar", "w") as archive:
        archive.addfile(tar_info("odd", tarfile.SYMTYPE, "/etc"))
    with pytest.raises(RequestError, match=r"nothing in documents/a\.tar that I can unpack: odd, which is a link"):
        await bench.use("archive", action="extract", path="a.tar")


async def test_names_of_other_systems_are_unpacked(bench: Bench) -> None:
    names = ["Screenshot at 9.41\u202fAM.png", "\U0001f469\u200d\U0001f4bb.txt", "~$report.docx", "a\u00a0b"]
    put_zip(bench.docs / "a.zip", *map(zip_info, names))
    result = await bench.use("archive", action="extract", path="a.zip")
    assert result.data["left_out_count"] == 0
    assert set(names) <= {path.name for path in (bench.docs / "a").iterdir()}


FOREIGN = [
    (b"7z\xbc\xaf\x27\x1c\0\4", "a 7-Zip archive"),
    (b"Rar!\x1a\x07\x00", "a RAR archive"),
    (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd\x04", "a Zstandard file"),
    (b"\x04\x22\x4d\x18", "an LZ4 file"),
    (b"LZIP\1", "an lzip file"),
    (b"\x1f\x9d\x90", "a file of the old compress"),
    (b"MSCF\0\0", "a Windows cabinet"),
    (b"!<arch>\ndebian-binary", "a Unix library or Debian package"),
    (b"\xed\xab\xee\xdb", "an RPM package"),
    (b"070701", "a cpio archive"),
    (b"xar!", "a xar archive"),
    (b"PK\7\x08", "a part of a zip archive in several files"),
]


@pytest.mark.parametrize(("head", "kind"), FOREIGN)
async def test_an_archive_that_cannot_be_opened_is_called_what_it_is(bench: Bench, head: bytes, kind: str) -> None:
    (bench.docs / "a.zip").write_bytes(head + b"\0" * 600)
    with pytest.raises(RequestError) as caught:
        await bench.use("archive", action="extract", path="a.zip")
    assert caught.value.message == f"I don't unpack this archive, because it is {kind}, which I cannot open"
    assert caught.value.code is ErrorCode.REFUSED


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7" + b"x" * 600, "it is a PDF document and no archive"),
        (b"\x89PNG\r\n" + b"x" * 600, "it is a picture and no archive"),
        (b"MZ" + b"x" * 600, "it is a program for Windows and no archive"),
        (b"", "it is empty"),
        (b"plain text " * 100, "it is damaged, or no archive at all"),
    ],
)
async def test_what_is_no_archive_is_called_what_it_is(bench: Bench, content: bytes, reason: str) -> None:
    (bench.docs / "a.zip").write_bytes(content)
    with pytest.raises(RequestError, match=reason):
        await bench.use("archive", action="extract", path="a.zip")


@pytest.mark.parametrize(
    ("name", "pack", "inner"),
    [
        ("notes.txt.gz", gzip.compress, "notes.txt"),
        ("notes.txt.bz2", bz2.compress, "notes.txt"),
        ("notes.txt.XZ", lzma.compress, "notes.txt"),
        ("notes", gzip.compress, "notes"),
    ],
)
@pytest.mark.parametrize("size", [0, 5, 300_000])
async def test_a_single_packed_file_is_unpacked(
    bench: Bench, name: str, pack: object, inner: str, size: int
) -> None:
    content = (b"0123456789" * 30_000)[:size]
    (bench.docs / name).write_bytes(pack(content))  # type: ignore[operator]
    result = await bench.use("archive", action="extract", path=name)
    folder = bench.docs / Path(str(result.data["path"])).name
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [(inner, content)]


async def test_a_single_packed_file_that_is_a_secret_or_a_bomb_stays_packed(bench: Bench) -> None:
    (bench.docs / "id_rsa.gz").write_bytes(gzip.compress(b"key"))
    with pytest.raises(JarvisError):
        await bench.use("archive", action="extract", path="id_rsa.gz")
    (bench.docs / "big.gz").write_bytes(gzip.compress(b"\0" * 30_000_000 + b"x"))
    with pytest.raises(JarvisError, match="unpack to far more"):
        await bench.use("archive", action="extract", path="big.gz")
    (bench.docs / "...gz").write_bytes(gzip.compress(b"x"))
    with pytest.raises(JarvisError):
        await bench.use("archive", action="extract", path="...gz")


# --- file names -----------------------------------------------------------------------------------------------

EXACT = [
    "Screenshot 2026-11-28 at 9.41.00\u202fAM.png",
    "a\u00a0b.txt",
    "9\u29f810.txt",
    "either\u2044or.md",
    "~$report.docx",
    "~$REPORT.docx",
    "\U0001f469\u200d\U0001f4bb plan.txt",
    "\u0441opy.txt",
    "three\u2026dots.txt",
]


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("folder", ["", "deep/er/"])
async def test_a_name_that_is_given_exactly_is_found_however_odd(bench: Bench, name: str, folder: str) -> None:
    bench.file(f"docs/{folder}{name}", "what it says")
    for given in (name, f"{folder}{name}", f"documents/{folder}{name}"):
        [step] = await bench.run(("file_read", {"path": given}))
        assert (step["outcome"], "what it says" in str(step["spoken"])) == ("done", True), step


@pytest.mark.parametrize("name", ["9\u29f810.txt", "a\u00a0b.txt", "\u0441opy.txt", "either\u2044or.md"])
async def test_an_odd_name_that_nothing_has_is_refused_as_before(bench: Bench, name: str) -> None:
    bench.file("docs/9-10.txt")
    [step] = await bench.run(("file_read", {"path": name}))
    assert step["outcome"] == "refused"
    [step] = await bench.run(("file_write", {"path": name, "content": "x"}))
    assert step["outcome"] == "refused"
    assert bench.names() == ["9-10.txt"]


async def test_an_odd_name_leads_to_no_secret(bench: Bench) -> None:
    for name in (".ssh/id\u00a0rsa", ".ssh/~$id_rsa", "a\u29f8b/.env"):
        bench.file(f"docs/{name}", "key")
        [step] = await bench.run(("file_read", {"path": name}))
        assert step["outcome"] == "refused", step


async def test_two_things_of_one_odd_name_are_asked_about(bench: Bench) -> None:
    bench.file("docs/one/a\u00a0b", "1")
    bench.file("docs/two/a\u00a0b", "2")
    with pytest.raises(RequestError, match="could be any of"):
        bench.workspaces.existing("a\u00a0b")


# --- pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packing", ["gzip", "x-gzip", "deflate", "", "identity"])
def test_a_page_that_is_packed_anyway_is_unpacked(packing: str) -> None:
    content = gzip.compress(b"hello") if packing != "deflate" else zlib.compress(b"hello")
    assert is_packed(content, packing)
    assert unpacked(content, packing, 100, is_cut=False) == (b"hello", False)
    assert unpacked(content, packing, 4, is_cut=False) == (b"hello", True)
    assert unpacked(content[:-9], packing, 100, is_cut=True)[1]


def test_bare_deflate_is_unpacked_too() -> None:
    coder = zlib.compressobj(wbits=-15)
    assert unpacked(coder.compress(b"hello") + coder.flush(), "deflate", 100, is_cut=False) == (b"hello", False)


@pytest.mark.parametrize("packing", ["br", "zstd", "compress", "gzip, gzip", "dcb"])
def test_a_packing_that_cannot_be_opened_is_named(packing: str) -> None:
    with pytest.raises(EngineError, match=f"packed with '{packing}'") as caught:
        unpacked(b"x", packing, 100, is_cut=False)
    assert caught.value.code is ErrorCode.WEB_UNREADABLE


def test_a_packed_page_that_is_damaged_is_said_to_be() -> None:
    with pytest.raises(EngineError, match="damaged"):
        unpacked(b"\xff\xff nonsense", "gzip", 100, is_cut=False)


HIDDEN = "<script>run()</script>"
LONG = "word " * 100


@pytest.mark.parametrize(
    ("html", "needs_script"),
    [
        (f"<body style='display:none'>{LONG}</body>{HIDDEN}", True),
        (f"<div style='opacity:0'>{LONG}</div><p>Loading</p>{HIDDEN}", True),
        (f"<div id=root></div>{HIDDEN}", True),
        (f"<noscript>You need to enable JavaScript to run this app.</noscript><p>Hi</p>{HIDDEN}", True),
        (f"<p>Please turn on JavaScript to see this.</p>{HIDDEN}", True),
        (f"<p>JavaScript is disabled in your browser.</p>{HIDDEN}", True),
        (f"<div hidden>{LONG}</div><p>wait</p>{HIDDEN}", True),
        (f"<p>{LONG}</p>{HIDDEN}", False),
        (f"<p>{LONG}</p><div hidden>{LONG}{LONG}</div>{HIDDEN}", False),
        (f"<p>It works!</p>{HIDDEN}", False),
        ("<p>It works!</p>", False),
        (f"<div hidden>{LONG}</div>", False),
        (f"<p>{LONG}</p><noscript>Enable JavaScript for comments.</noscript>{HIDDEN}", False),
        ("", False),
    ],
)
def test_a_page_that_hides_until_a_script_runs_says_so(html: str, needs_script: bool) -> None:
    page = readable(html.encode(), "utf-8", is_html=True)
    assert page.needs_script is needs_script
    assert "word" not in page.text or "<p>word" in html


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("", "shows nothing. Its text only appears once a program in the page runs, and I run none."),
        ("Loading", "says: Loading The rest only appears once a program in the page runs, and I run none."),
    ],
)
async def test_that_a_page_needs_a_script_is_said(bench: Bench, text: str, spoken: str) -> None:
    from jarvisd.core.network.courier_protocol import Page, page_from

    page = Page("https://pages.example.org/", "App", text, truncated=False, needs_script=True)
    assert page_from(page.to_json()) == page
    bench.courier.pages = {"https://pages.example.org/": page}
    result = await bench.use("web_fetch", url="pages.example.org")
    assert result.spoken == f"App {spoken}"
