"""Sorting a folder by type or by date: one step, measured, nothing lost, undoable as a whole (A14, D5)."""

from __future__ import annotations

import asyncio
import os
import random
from datetime import datetime, timezone

import pytest

from jarvisd.core.errors import RequestError
from jarvisd.executor.files import sorting
from jarvisd.executor.tools.context import ToolContext
from tests.figures import IS_FULL, Record
from tests.sight import state_of
from tests.unit.executor.conftest import Bench


async def test_documents_are_sorted_by_type_and_come_back(bench: Bench) -> None:
    """The whole step is asked about with what was measured, and undone with one word."""
    for name in (
        "report.pdf",
        "NOTES.TXT",
        "letter.docx",
        "a.jpg",
        "b.JPEG",
        "song.mp3",
        "x.zip",
        "data",
        "run.py",
    ):
        bench.file(f"docs/{name}", name, age_days=len(name))
    before = state_of(bench.docs)
    bench.answers("yes, go ahead")
    [step] = await bench.run(("organize_files", {"folder": "my documents", "by": "type"}))
    assert step["outcome"] == "done"
    assert bench.names() == [
        "Archives/x.zip", "Audio/song.mp3", "Code/run.py", "Images/a.jpg", "Images/b.JPEG", "Other/data",
        "PDFs/report.pdf", "Texts/NOTES.TXT", "Texts/letter.docx",
    ]  # fmt: skip
    assert str(step["spoken"]).startswith("I sorted 9 files in documents into 7 folders by type: 2 in Images,")
    await bench.dispatcher.undo("last")
    assert state_of(bench.docs) == before


async def test_the_question_has_the_counts(bench: Bench) -> None:
    """A10: measured facts in the question."""
    for number in range(12):
        bench.file(f"docs/{number}.pdf", "x" * 100)
    bench.file("docs/a.png", "x" * 300)
    bench.answers("no")
    [step] = await bench.run(("organize_files", {"folder": "documents"}))
    assert step["question"] == (
        "I'm about to sort 13 files, 1.5 kB, in documents into 2 folders by type. 12 in PDFs and 1 in Images. "
        "This can be undone. Say yes to proceed or no to cancel."
    )
    assert step["outcome"] == "declined"
    assert len(bench.names()) == 13


async def test_a_folder_is_sorted_by_month(bench: Bench) -> None:
    for name, age_days in (("a.txt", 0), ("b.jpg", 1), ("c.txt", 40), ("d.txt", 800)):
        bench.file(f"docs/pictures/{name}", age_days=age_days)
    result = await bench.use("organize_files", folder="the pictures folder", by="date")
    assert bench.names("docs/pictures") == ["2024-09/d.txt", "2026-10/c.txt", "2026-11/a.txt", "2026-11/b.jpg"]
    assert result.data["folders"] == {"2024-09": 1, "2026-10": 1, "2026-11": 2}


def test_months_are_those_of_the_zone() -> None:
    assert sorting.by_date(int(datetime(2026, 2, 28, 23, 59, 59, tzinfo=timezone.utc).timestamp()) * 10**9,
                           timezone.utc) == "2026-02"  # fmt: skip


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("a.PDF", "PDFs"),
        ("a.tar.gz", "Archives"),
        ("noending", "Other"),
        ("a.", "Other"),
        ("a.b.unknown", "Other"),
    ],
)
def test_types_are_told_by_the_last_ending(name: str, folder: str) -> None:
    assert sorting.by_type(name) == folder


async def test_what_is_no_visible_plain_file_stays(bench: Bench) -> None:
    """Dotfiles, downloads in progress, folders, links and pipes are left alone."""
    for name in (".bashrc", ".hidden.pdf", "film.mkv.part", "iso.crdownload", "work/inside.pdf"):
        bench.file(f"docs/{name}")
    (bench.docs / "link.pdf").symlink_to("work/inside.pdf")
    os.mkfifo(bench.docs / "pipe.pdf")
    before = state_of(bench.docs / "work")
    [step] = await bench.run(("organize_files", {"folder": "documents"}))
    assert (step["outcome"], step["spoken"]) == ("done", "There is nothing to sort in documents.")
    assert sorted(os.listdir(bench.docs)) == [
        ".bashrc", ".hidden.pdf", "film.mkv.part", "iso.crdownload", "link.pdf", "pipe.pdf", "work",
    ]  # fmt: skip
    assert state_of(bench.docs / "work") == before


async def test_sorting_twice_changes_nothing(bench: Bench) -> None:
    bench.file("docs/a.pdf")
    await bench.use("organize_files", folder="documents")
    before = state_of(bench.docs)
    [step] = await bench.run(("organize_files", {"folder": "documents"}))
    assert (step["spoken"], state_of(bench.docs)) == ("There is nothing to sort in documents.", before)


async def test_a_name_that_is_taken_gets_a_number(bench: Bench) -> None:
    for name in ("a.pdf", "PDFs/a.pdf", "PDFs/a 2.pdf", "b.pdf"):
        bench.file(f"docs/{name}", name)
    before = state_of(bench.docs)
    tool, context = bench.registry.find("organize_files"), ToolContext(kit=bench.kit)
    preview = await tool.measure(context, {"folder": "documents"})
    assert preview.consequence.endswith("1 file gets a number, because the name is taken there.")
    result = await bench.use("organize_files", folder="documents")
    assert bench.names() == ["PDFs/a 2.pdf", "PDFs/a 3.pdf", "PDFs/a.pdf", "PDFs/b.pdf"]
    assert (bench.docs / "PDFs/a 3.pdf").read_text() == "a.pdf"
    bench.changes.undo(str(result.undo_id))
    assert state_of(bench.docs) == before


@pytest.mark.parametrize("existing", ["pdfs", "PDFS", "PDFs"])
async def test_a_folder_of_that_name_in_any_case_is_used(bench: Bench, existing: str) -> None:
    bench.file(f"docs/{existing}/old.pdf")
    bench.file("docs/a.pdf")
    await bench.use("organize_files", folder="documents")
    assert bench.names() == [f"{existing}/a.pdf", f"{existing}/old.pdf"]


async def test_a_file_called_like_the_folder_is_in_nobodys_way(bench: Bench) -> None:
    for name in ("PDFs", "a.pdf", "Images"):
        bench.file(f"docs/{name}", name)
    (bench.docs / "Code").symlink_to("/etc")
    bench.file("docs/run.py")
    before = state_of(bench.docs)
    result = await bench.use("organize_files", folder="documents")
    assert bench.names() == ["Code 2/run.py", "Other/Images", "Other/PDFs", "PDFs 2/a.pdf"]
    bench.changes.undo(str(result.undo_id))
    assert state_of(bench.docs) == before


async def test_no_folder_is_called_like_a_workspace(bench: Bench) -> None:
    """A file in "documents/Images" could not be named if a workspace were called images."""
    from dataclasses import replace

    bench.workspaces.roots = (bench.workspaces.roots[0], replace(bench.workspaces.roots[1], name="images"))
    bench.file("docs/a.png")
    await bench.use("organize_files", folder="documents")
    assert bench.names() == ["Images files/a.png"]


async def test_without_a_folder_the_documents_are_meant(bench: Bench) -> None:
    bench.file("docs/a.pdf")
    bench.file("tmp/b.pdf")
    await bench.use("organize_files")
    assert (bench.names(), bench.names("tmp")) == (["PDFs/a.pdf"], ["b.pdf"])


async def test_a_folder_that_is_not_there_is_refused(bench: Bench) -> None:
    for folder in ("nowhere", "../..", "/etc"):
        with pytest.raises(RequestError):
            await bench.use("organize_files", folder=folder)


async def test_what_changes_after_the_question_stays_where_it_is(bench: Bench) -> None:
    bench.file("docs/a.pdf")
    bench.file("docs/b.pdf")
    tool, context = bench.registry.find("organize_files"), ToolContext(kit=bench.kit, tool="organize_files")
    context.selection = (await tool.measure(context, {"folder": "documents"})).selection
    bench.file("docs/b.pdf", "other content")
    result = await tool.run(context, {"folder": "documents"})
    assert bench.names() == ["PDFs/a.pdf", "b.pdf"]
    assert result.spoken.endswith("I left out 1 file that had changed since I looked.")


async def test_a_failure_in_the_middle_leaves_everything_where_it_was(bench: Bench) -> None:
    """D5: a bulk step that fails is rolled back as a whole."""
    for number in range(30):
        bench.file(f"docs/{number}.pdf")
    before = state_of(bench.docs)
    tool, context = bench.registry.find("organize_files"), ToolContext(kit=bench.kit, tool="organize_files")
    context.selection = (await tool.measure(context, {"folder": "documents"})).selection
    bench.file("docs/PDFs/17.pdf", "came meanwhile")
    with pytest.raises(RequestError):
        await tool.run(context, {"folder": "documents"})
    (bench.docs / "PDFs/17.pdf").unlink()
    (bench.docs / "PDFs").rmdir()
    assert (state_of(bench.docs), bench.staged()) == (before, [])


async def test_a_cancelled_sorting_leaves_everything_where_it_was(bench: Bench) -> None:
    for number in range(400):
        bench.file(f"docs/{number}.pdf")
    before = state_of(bench.docs)
    tool, context = bench.registry.find("organize_files"), ToolContext(kit=bench.kit, tool="organize_files")
    context.selection = (await tool.measure(context, {"folder": "documents"})).selection
    real, seen = bench.workspaces.disk.rename, 0

    def counting(*args: object) -> None:
        nonlocal seen
        seen += 1
        if seen == 100:
            running.get_loop().call_soon_threadsafe(running.cancel)
            assert context.stopping.wait(60)
        real(*args)  # type: ignore[arg-type]

    bench.workspaces.disk.rename = counting  # type: ignore[method-assign]
    running = bench.tasks.start("sorting", tool.run(context, {"folder": "documents"}))
    with pytest.raises(asyncio.CancelledError):
        await running
    assert seen >= 100
    assert (state_of(bench.docs), bench.staged()) == (before, [])


@pytest.mark.soak("files sorted in one step", 10_000, "one journal entry, nothing lost, all undone")
async def test_many_files_are_one_step(bench: Bench, record_property: Record) -> None:
    """Ten thousand when JARVISD_SOAK=1: one journal entry, nothing lost, all of it undone."""
    count = 10_000 if IS_FULL else 200
    chance = random.Random(4)
    for number in range(count):
        bench.file(f"docs/{number}.{chance.choice(['pdf', 'txt', 'jpg', 'zip', 'odd', 'mp3'])}", str(number))
    before = state_of(bench.docs)
    result = await bench.use("organize_files", folder="documents")
    assert (result.data["moved"], len(bench.names())) == (count, count)
    assert len(bench.journal.entries) == 1
    bench.changes.undo(str(result.undo_id))
    assert state_of(bench.docs) == before
    record_property("tried", count)
