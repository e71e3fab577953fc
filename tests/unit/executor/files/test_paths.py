"""Names are refused when they could mean something else, and the kernel holds every path beneath its root."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.files import pathname, paths
from jarvisd.executor.files.disk import Disk
from jarvisd.executor.files.paths import WorkspacePath, WorkspaceRoot, Workspaces, means_temporary, roots_from
from tests.unit.executor.conftest import Bench

HOSTILE = [
    "../etc/passwd",
    "a/../../b",
    "....//....//etc/passwd",
    "..",
    "~/x",
    "~root/.ssh",
    "a\0b",
    "a\nb",
    "a\tb",
    "a\x1b[2Jb",
    "a\u202eb",
    "a\u200bb",
    "a\u2028b",
    "a\u00a0b",
    "..\\..\\windows",
    "a\uff0fb",
    "a\u2215b",
    "\u2024\u2024/x",
    "\uff0e\uff0e/x",
    "p\u0430ssword.txt",
    "\u0440aypal.txt",
    "x" * 256,
    "/".join("x" * 41),
    "x/" * 3000,
    ".Trash-0/files/x",
    "a/.Trash-1000/info",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_refused(text: str) -> None:
    """D9: traversal, controls, invisible and look-alike characters, size and depth."""
    with pytest.raises((RequestError, UnicodeEncodeError)) as caught:
        pathname.split(text)
    assert isinstance(caught.value, RequestError)
    assert caught.value.code is ErrorCode.PATH_REFUSED


@pytest.mark.parametrize(
    "sign", "\u2044\u2215\u29f8\uff0f\u29f5\uff3c\u2024\u2025\u2026\uff0e\u2216\u1735\u3164\u115f\u1160\uffa0"
)
def test_signs_that_only_look_like_others_are_refused(sign: str) -> None:
    with pytest.raises(RequestError, match="only looks like a dot or a slash"):
        pathname.split(f"a{sign}b")


@pytest.mark.parametrize("letter", ["\u0430", "\u03b1", "\u0561", "\u13a0", "\u2c81", "\ua4d0"])
def test_letters_that_look_latin_are_not_mixed_with_latin_ones(letter: str) -> None:
    with pytest.raises(RequestError, match="mixes letters that look alike"):
        pathname.split(f"p{letter}y.txt")
    assert pathname.split(f"{letter}{letter}-pay.txt") == (False, (f"{letter}{letter}-pay.txt",))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a" * 4097, "the path is too long"),
        ("~a", "home folders are not in sight"),
        ("/".join("a" * 41), "the path is too deep"),
        ("a" * 256, "a name in the path is too long"),
        ("a/ . /b", "the name is made of dots alone"),
        ("...", "the name is made of dots alone"),
        ("a/..", "the path climbs out of its folder"),
        ("a\u00a0b", "the name has an unusual space"),
        ("a\\b", "the name has a backslash"),
        ("a\u2028b", "the name has invisible or control characters"),
        ("a\x7fb", "the name has invisible or control characters"),
        (".Trash-5", "the trash is not in sight"),
        ("a\u2025b", "the name has a character that only looks like a dot or a slash"),
        ("a\u2100b", "the name stands for another path"),
    ],
)
def test_why_a_name_is_refused_is_said(text: str, reason: str) -> None:
    with pytest.raises(RequestError, match=f"^{reason}$"):
        pathname.split(text)


def test_what_is_just_within_the_limits_is_taken() -> None:
    longest = "/".join(["a" * 255] * 15 + ["b" * 251, "c" * 4])
    assert len(longest) == 4096
    for text in (longest, "/".join("a" * 40), "a" * 255, "a~", "Trash-5", "a/.b/./c//"):
        absolute, parts = pathname.split(text)
        assert not absolute
        assert parts == tuple(part for part in text.split("/") if part not in ("", "."))
    assert pathname.split("/a") == (True, ("a",))


@pytest.mark.parametrize(
    "text",
    [
        "Müller.txt",
        "отчёт.txt",
        "日本.pdf",
        "a b.txt",
        ".hidden",
        "a...b",
        "50 % off.txt",
        "-a",
        "(1)",
        "\ufb01x",
        "\u00fc..b",
    ],
)
def test_ordinary_names_of_any_language_are_taken(text: str) -> None:
    assert pathname.split(text) == (False, (text,))


@pytest.mark.parametrize(("text", "expected"), [("tmp", True), ("temp files", True), ("my temporary stuff", True)])
def test_temporary_is_understood(text: str, expected: bool) -> None:
    assert means_temporary(text) is expected
    assert not means_temporary(f"{text} template")
    assert not means_temporary("files")


@pytest.mark.parametrize(
    "text", ["note.txt", "documents/note.txt", "Documents/NOTE.TXT", "{docs}/note.txt", " note.txt "]
)
def test_a_name_is_found_however_it_is_given(bench: Bench, text: str) -> None:
    bench.file("docs/note.txt")
    found = bench.workspaces.existing(text.format(docs=bench.docs))
    assert found.place.shown == "documents/note.txt"


def test_an_absolute_path_outside_is_refused(bench: Bench) -> None:
    for text in ("/etc/passwd", str(bench.folder / "elsewhere"), "/"):
        with pytest.raises(RequestError) as caught:
            bench.workspaces.existing(text)
        assert caught.value.code is ErrorCode.PATH_REFUSED


LINKS = ["/etc", "..", "../tmp", "/proc/self/root", "/proc/self/cwd", "loop"]


@pytest.mark.parametrize("target", LINKS)
def test_links_that_lead_out_are_never_followed(bench: Bench, target: str) -> None:
    """Decision 6: whatever a name says, it is opened beneath the root by the kernel."""
    (bench.docs / "loop").symlink_to(target)
    place = WorkspacePath(bench.workspaces.roots[0], ("loop", "passwd"))
    with pytest.raises(JarvisError) as caught, bench.workspaces.opened(place, os.O_RDONLY):
        pass
    assert caught.value.code in (ErrorCode.PATH_REFUSED, ErrorCode.NOT_FOUND)
    assert [
        found.place.parts for found in bench.workspaces.walk(WorkspacePath(bench.workspaces.roots[0], ()))
    ] == [("loop",)]


def test_a_link_inside_the_workspace_may_be_read(bench: Bench) -> None:
    bench.file("docs/real/note.txt")
    (bench.docs / "short").symlink_to("real")
    assert bench.workspaces.existing("short/note.txt", search=False).identity.is_file


def test_a_folder_swapped_for_a_link_never_leads_out(bench: Bench) -> None:
    """While another process swaps a folder for a link to the outside, nothing outside is ever opened."""
    outside = bench.folder / "outside"
    outside.mkdir()
    (outside / "secret").write_text("outside")
    (bench.docs / "real").mkdir()
    (bench.docs / "real" / "secret").write_text("inside")
    (bench.docs / "link").symlink_to(outside)
    stop = threading.Event()
    disk = Disk()
    swaps = 0

    def swap() -> None:
        nonlocal swaps
        fd = os.open(bench.docs, os.O_PATH)
        while not stop.is_set():
            disk.exchange(fd, "real", fd, "link")
            swaps += 1
        os.close(fd)

    thread = threading.Thread(target=swap)
    thread.start()
    seen: set[bytes] = set()
    tries = 0
    try:
        while tries < 2000 or swaps < 2000:
            tries += 1
            try:
                with bench.workspaces.opened(
                    WorkspacePath(bench.workspaces.roots[0], ("real", "secret")), os.O_RDONLY
                ) as fd:
                    seen.add(os.read(fd, 100))
            except JarvisError:
                seen.add(b"refused")
    finally:
        stop.set()
        thread.join()
    assert seen <= {b"inside", b"refused"}


def test_without_openat2_every_path_is_refused(bench: Bench) -> None:
    """Decision 6: no safe resolution, no file tools."""
    bench.file("docs/note.txt")
    workspaces = Workspaces(bench.workspaces.roots, Disk(machine="a machine of another kind"))
    for act in (workspaces.check, lambda: workspaces.existing("note.txt")):
        with pytest.raises(RequestError) as caught:
            act()
        assert caught.value.code is ErrorCode.PATH_REFUSED


def test_a_missing_workspace_is_not_found(tmp_path: Path) -> None:
    workspaces = Workspaces([WorkspaceRoot("gone", str(tmp_path / "gone"))])
    with pytest.raises(RequestError) as caught:
        workspaces.existing("note.txt")
    assert caught.value.code is ErrorCode.NOT_FOUND


def test_undecodable_names_on_disk_do_no_harm(bench: Bench) -> None:
    (bench.docs / os.fsdecode(b"bad\xff\n.txt")).write_text("x")
    [found] = bench.workspaces.walk(WorkspacePath(bench.workspaces.roots[0], ()))
    move = bench.changes.trash.move(found.place, found.identity, bench.clock.now())
    assert "%FF%0A" in move.info


def test_a_name_in_another_case_is_found_behind_a_link_too(bench: Bench) -> None:
    """Or a second file of nearly the same name would be made beside the one that is meant."""
    bench.file("docs/notes/Plan.md", "x")
    (bench.docs / "recent").symlink_to("notes")
    assert bench.workspaces.existing("RECENT/plan.md").place.parts == ("notes", "Plan.md")


@pytest.mark.parametrize("word", ["tmp", "temp", "temps", "temporary"])
def test_whatever_is_vague_beside_temporary_means_the_temporary_files(word: str) -> None:
    assert means_temporary(word)
    for vague in ("file", "files", "folder", "folders", "directory", "stuff", "data", "items"):
        assert means_temporary(f"{word} {vague}")
        assert means_temporary(f"the old {word} {vague}")
        assert means_temporary(f"my {word} {vague}")
        assert not means_temporary(vague)
    assert not means_temporary(f"{word} report")


def test_names_of_a_file_are_counted_and_one_that_is_gone_has_none(bench: Bench) -> None:
    bench.file("docs/box/a.txt")
    (bench.docs / "b.txt").hardlink_to(bench.docs / "box/a.txt")
    root = bench.workspaces.roots[0]
    count = bench.workspaces.count_of_names
    assert [count(WorkspacePath(root, parts)) for parts in (("box", "a.txt"), ("b.txt",))] == [2, 2]
    assert [count(WorkspacePath(root, parts)) for parts in (("box", "c"), ("none", "c"))] == [0, 0]
    (bench.docs / "link").symlink_to("b.txt")
    assert count(WorkspacePath(root, ("link",))) == 1


@pytest.mark.parametrize("text", ["", " ", "/", "."])
def test_what_is_made_needs_a_name(bench: Bench, text: str) -> None:
    with pytest.raises(RequestError, match="a file name is needed"):
        bench.workspaces.new(text)


def test_a_folder_with_too_much_in_it_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    start = WorkspacePath(bench.workspaces.roots[0], ())
    for name in "abc":
        bench.file(f"docs/{name}")
    for limit, is_walked in ((3, True), (2, False)):
        monkeypatch.setattr(paths, "SCAN_LIMIT", limit)
        if is_walked:
            assert len(list(bench.workspaces.walk(start))) == 3
        else:
            with pytest.raises(RequestError, match="too many files"):
                list(bench.workspaces.walk(start))


def test_a_folder_that_became_a_link_shows_nothing(bench: Bench) -> None:
    bench.file("docs/box/a")
    (bench.docs / "link").symlink_to("box")
    root = bench.workspaces.roots[0]
    assert bench.workspaces.entries(WorkspacePath(root, ("link",))) == []
    assert len(bench.workspaces.entries(WorkspacePath(root, ("box",)))) == 1


def test_of_many_things_that_may_be_meant_the_first_five_are_named(bench: Bench) -> None:
    for number in range(7):
        bench.file(f"docs/{number}/a.txt")
    with pytest.raises(RequestError) as caught:
        bench.workspaces.existing("a.txt")
    assert caught.value.message.count("a.txt") == 1 + 5


@pytest.mark.parametrize("kind", ["temp", "documents"])
@pytest.mark.parametrize("is_read_only", [True, False])
def test_a_workspace_is_what_the_configuration_says(tmp_path: Path, kind: str, is_read_only: bool) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    [root] = roots_from([("a", str(tmp_path / "link"), kind, is_read_only)])
    assert root == WorkspaceRoot("a", str(tmp_path.resolve()), is_temp=kind == "temp", is_read_only=is_read_only)


@pytest.mark.parametrize("text", ["/etc/a\u2025b", "\u2025" + "x" * 256])
def test_of_a_name_that_is_wrong_twice_its_look_is_said(bench: Bench, text: str) -> None:
    """It may be the exact name of something all the same; where it cannot, nothing else is said than before."""
    with pytest.raises(RequestError, match="only looks like a dot or a slash") as caught:
        bench.workspaces.existing(text)
    assert caught.value.code is ErrorCode.PATH_REFUSED


def test_names_that_have_all_words_are_told_where_there_are_several(bench: Bench) -> None:
    bench.file("docs/tax-report-2024.pdf")
    for said in ("report tax", "rapport tax"):
        with pytest.raises(RequestError, match=f"there is no '{said}'") as caught:
            bench.workspaces.existing(said)
        assert not isinstance(caught.value, pathname.SeveralFit)
    bench.file("docs/tax-report-2025.pdf")
    with pytest.raises(pathname.SeveralFit) as several:
        bench.workspaces.existing("report tax")
    assert several.value.code is ErrorCode.NOT_FOUND
    assert several.value.choices == ("documents/tax-report-2024.pdf", "documents/tax-report-2025.pdf")


def test_what_is_new_is_made_where_its_folder_is_or_where_it_may(tmp_path: Path) -> None:
    for folder in ("kept", "first", "second/Plans/old", "tmp/Box"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "second/short").symlink_to("Plans/old")
    roots = [
        WorkspaceRoot("kept", str(tmp_path / "kept"), is_read_only=True),
        WorkspaceRoot("first", str(tmp_path / "first")),
        WorkspaceRoot("second", str(tmp_path / "second")),
        WorkspaceRoot("tmp", str(tmp_path / "tmp"), is_temp=True),
    ]
    new = Workspaces(roots).new
    near = {
        "a.txt": "first/a.txt",
        "box/a.txt": "first/box/a.txt",
        "plans/a.txt": "second/Plans/a.txt",
        "plans/new/deep/a.txt": "second/Plans/new/deep/a.txt",
        "short/a.txt": "second/Plans/old/a.txt",
        "second/plans/OLD/A.txt": "second/Plans/old/A.txt",
        "kept/a.txt": "kept/a.txt",
    }
    assert {text: new(text).shown for text in near} == near
    assert new("a.txt", near=roots[3]).shown == "tmp/a.txt"
    assert new("box/a.txt", near=roots[3]).shown == "tmp/Box/a.txt"
    assert new("plans/a.txt", near=roots[3]).shown == "second/Plans/a.txt"


class Swapping(Disk):
    """A disk on which somebody acts right before a name is looked up without links."""

    act: Callable[[], object] = staticmethod(lambda: None)

    def open_beneath(
        self, folder_fd: int, path: str, flags: int, *, follow_links: bool = True, close_folder: bool = False
    ) -> int:
        if not follow_links:
            self.act()
        return super().open_beneath(folder_fd, path, flags, follow_links=follow_links, close_folder=close_folder)


def test_a_folder_that_became_a_link_meanwhile_is_no_name_without_links(bench: Bench) -> None:
    """What is judged by its name has to be what that name leads to, letter by letter."""
    bench.file("docs/box/a.txt")
    disk = Swapping()
    workspaces = Workspaces(bench.workspaces.roots, disk)
    place = WorkspacePath(workspaces.roots[0], ("box", "a.txt"))
    assert workspaces.end(place).place == place

    def swap() -> None:
        (bench.docs / "box").rename(bench.docs / "other")
        (bench.docs / "box").symlink_to("other")

    disk.act = swap
    with pytest.raises(RequestError, match="has changed meanwhile") as caught:
        workspaces.end(place)
    assert caught.value.code is ErrorCode.PATH_REFUSED


def test_a_path_is_not_looked_for_by_its_first_name(bench: Bench) -> None:
    """Only a bare name is looked for in every folder; else the folder would be taken for what is in it."""
    bench.file("docs/inner/box/other.txt")
    assert bench.workspaces.existing("box").place.parts == ("inner", "box")
    with pytest.raises(RequestError, match=r"there is no 'box/note\.txt'") as caught:
        bench.workspaces.existing("box/note.txt")
    assert caught.value.code is ErrorCode.NOT_FOUND


def test_a_name_that_leads_out_is_none_without_links(bench: Bench) -> None:
    """Nor is one of a workspace that is not there; a folder that is missing in it is made later."""
    root = bench.workspaces.roots[0]
    (bench.docs / "out").symlink_to("/etc")
    (bench.docs / "in").symlink_to("box")
    (bench.docs / "box").mkdir()
    resolved = bench.workspaces.resolved
    assert resolved(WorkspacePath(root, ("in", "new", "a"))).parts == ("box", "new", "a")
    assert resolved(WorkspacePath(root, ("out",))).parts == ("out",)
    for parts in (("out", "a"), ("out", "new", "a")):
        with pytest.raises(RequestError) as caught:
            resolved(WorkspacePath(root, parts))
        assert caught.value.code is ErrorCode.PATH_REFUSED
    with pytest.raises(RequestError) as gone:
        resolved(WorkspacePath(WorkspaceRoot("gone", str(bench.folder / "gone")), ("a",)))
    assert gone.value.code is ErrorCode.NOT_FOUND
