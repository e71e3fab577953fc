"""Kinds of files by the end of their names, and where each goes when a folder is sorted."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.files import selection, sorting
from jarvisd.executor.files.destinations import numbered
from jarvisd.executor.files.paths import WorkspacePath, WorkspaceRoot
from jarvisd.executor.files.selection import SelectionQuery, Unread, name_matcher, place_matcher, select
from tests.unit.executor.conftest import Bench

KINDS = {
    "document": "txt md rst pdf doc docx odt rtf tex csv xls xlsx ods ppt pptx odp epub org log",
    "image": "jpg jpeg png gif bmp svg webp tif tiff heic raw",
    "audio": "mp3 wav flac ogg oga opus m4a aac wma",
    "video": "mp4 mkv avi mov webm mpg mpeg m4v wmv",
    "archive": "zip tar gz tgz bz2 xz 7z rar zst",
    "code": "py sh c h cpp rs go java js ts html css json toml yaml yml sql rb pl lua",
    "pdf": "pdf",
}
SORTED = {
    "PDFs": "pdf",
    "Texts": "txt md markdown rst doc docx odt rtf tex org log epub",
    "Tables": "csv tsv xls xlsx ods",
    "Slides": "ppt pptx odp",
    "Images": "jpg jpeg png gif bmp svg webp tif tiff heic raw ico psd xcf dng cr2 nef avif",
    "Audio": "mp3 wav flac ogg oga opus m4a aac wma mid midi aiff",
    "Videos": "mp4 mkv avi mov webm mpg mpeg m4v wmv flv ogv 3gp",
    "Archives": "zip tar gz tgz bz2 xz txz tbz2 7z rar zst iso deb rpm",
    "Code": "py sh c h cpp hpp rs go java js ts html htm css json toml yaml yml sql rb pl lua xml ini ipynb",
}
ROOT = WorkspaceRoot("documents", "/srv/docs")


def all_endings() -> list[str]:
    return sorted({ending for endings in KINDS.values() for ending in endings.split()} | {"bin"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_endings_and_no_others(bench: Bench, kind: str) -> None:
    for ending in all_endings():
        bench.file(f"docs/A.{ending.upper()}")
    found = select(
        bench.workspaces, [WorkspacePath(bench.workspaces.roots[0], ())], SelectionQuery(kind=kind), 0.0
    )
    assert [item.place.name[2:].lower() for item in found.files] == sorted(KINDS[kind].split())


@pytest.mark.parametrize("folder", SORTED)
def test_each_ending_has_its_folder(folder: str) -> None:
    assert {sorting.by_type(f"A.{ending.upper()}") for ending in SORTED[folder].split()} == {folder}


@pytest.mark.parametrize("name", ["a", "pdf", ".pdf", "a.bin", "a."])
def test_what_has_no_known_ending_is_other(name: str) -> None:
    assert sorting.by_type(name) == "Other"


def test_what_is_hidden_or_unfinished_stays() -> None:
    unfinished = [f"a.{ending}" for ending in ("part", "crdownload", "download", "partial", "PART")]
    assert [name for name in [".a", *unfinished, "a.txt", "part"] if sorting.is_sorted_at_all(name)] == [
        "a.txt",
        "part",
    ]


def test_the_month_is_that_of_the_zone() -> None:
    last_second_ns = 1_764_547_199_000_000_000
    assert sorting.by_date(last_second_ns, timezone.utc) == "2025-11"
    assert sorting.by_date(last_second_ns, timezone(timedelta(hours=1))) == "2025-12"


@pytest.mark.parametrize(
    ("query", "restricts"),
    [
        (SelectionQuery(), False),
        (SelectionQuery(name="a"), True),
        (SelectionQuery(contains="a"), True),
        (SelectionQuery(kind="pdf"), True),
        (SelectionQuery(older_than_s=1.0), True),
        (SelectionQuery(larger_than_bytes=1.0), True),
    ],
)
def test_whether_anything_is_asked_of_a_file(query: SelectionQuery, restricts: bool) -> None:
    assert query.restricts is restricts


@pytest.mark.parametrize(
    ("wanted", "name", "fits"),
    [
        ("tax report", "Report-TAX.pdf", True),
        ("tax report", "tax.pdf", False),
        ("*.TXT", "a.txt", True),
        ("?.txt", "ab.txt", False),
        ("?.txt", "a.txt", True),
        (" a ", "cat", True),
    ],
)
def test_a_name_fits_by_its_words_or_as_a_glob(wanted: str, name: str, fits: bool) -> None:
    assert name_matcher(wanted)(name) is fits


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("projects/**/*.md", True),
        ("/Projects/*.MD", True),
        ("documents/projects/*", True),
        ("projects/?.md", False),
        ("*.md", True),
        ("projects/a.md", False),
        ("other/*.md", False),
    ],
)
def test_a_glob_with_a_slash_is_about_the_path(wanted: str, fits: bool) -> None:
    assert place_matcher(wanted)(WorkspacePath(ROOT, ("projects", "robot", "a.md"))) is fits


def test_size_and_age_are_those_of_the_file(bench: Bench) -> None:
    path = bench.file("docs/a.bin", "12345")
    now_s = path.stat().st_mtime + 10.0

    def count(**wanted: float) -> int:
        folders = [WorkspacePath(bench.workspaces.roots[0], ())]
        return len(select(bench.workspaces, folders, SelectionQuery(**wanted), now_s).files)  # type: ignore[arg-type] # numbers alone

    assert [count(larger_than_bytes=size) for size in (4, 5, 6)] == [1, 0, 0]
    assert [count(older_than_s=age) for age in (9.0, 11.0)] == [1, 0]


def test_words_inside_are_looked_for_in_texts_that_are_not_too_large(bench: Bench) -> None:
    bench.file("docs/a.txt", "The Invoice of May")
    bench.file("docs/b.txt", "the invoice\0of may")
    (bench.docs / "c.txt").write_text("x" * selection.CONTENT_LIMIT_BYTES + "invoice may")
    (bench.docs / "d.txt").write_text("invoice may" + "x" * (selection.CONTENT_LIMIT_BYTES - 11))
    (bench.docs / "e.txt").symlink_to("a.txt")
    bench.file("docs/f.txt", "invoice may")
    (bench.docs / "g.txt").hardlink_to(bench.docs / "f.txt")
    found = select(
        bench.workspaces,
        [WorkspacePath(bench.workspaces.roots[0], ())],
        SelectionQuery(contains="may INVOICE"),
        0.0,
    )
    assert [item.place.name for item in found.files] == ["a.txt", "d.txt"]
    assert found.unread == {Unread.SEVERAL_NAMES: 2, Unread.TOO_LARGE: 1}
    assert found.total_bytes == 18 + selection.CONTENT_LIMIT_BYTES


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("a.txt", (), "a.txt"),
        ("a.txt", ("a.txt",), "a 2.txt"),
        ("a.txt", ("a.txt", "a 2.txt", "a 3.txt"), "a 4.txt"),
        (".a", (".a",), ".a 2"),
        ("a", ("a",), "a 2"),
        ("x" * 255, ("x" * 255,), "x" * 253 + " 2"),
        ("x" * 251 + ".txt", ("x" * 251 + ".txt",), "x" * 249 + " 2.txt"),
    ],
)
def test_a_name_that_is_taken_gets_a_number(name: str, taken: tuple[str, ...], free: str) -> None:
    assert numbered(name, taken) == free


def test_a_file_that_was_exchanged_since_it_was_measured_is_not_read(bench: Bench) -> None:
    bench.file("docs/a.txt", "0123456789")
    entry = bench.workspaces.existing("a.txt")
    assert [selection.read_entry(bench.workspaces, entry, limit) for limit in (0, 4, 100)] == [
        (b"", 10),
        (b"0123", 10),
        (b"0123456789", 10),
    ]
    bench.file("docs/b.txt", "another")
    (bench.docs / "b.txt").replace(bench.docs / "a.txt")
    with pytest.raises(JarvisError) as caught:
        selection.read_entry(bench.workspaces, entry, 100)
    assert caught.value.code is ErrorCode.TOOL_FAILED
    for name, code in ((".env", ErrorCode.PATH_REFUSED), ("box", ErrorCode.INVALID_REQUEST)):
        bench.file("docs/.env")
        (bench.docs / "box").mkdir(exist_ok=True)
        with pytest.raises(JarvisError) as refused:
            selection.read_entry(bench.workspaces, bench.workspaces.existing(name), 100)
        assert refused.value.code is code
