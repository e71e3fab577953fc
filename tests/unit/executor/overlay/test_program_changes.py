"""A program that may write works on a view; what it did is measured, asked, applied as one step, and undone.

Decision 3 and requirement D5. The view is a copy here; what only Podman can show is in ``tests/ports``.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvisd.bus.signals.executor import StepOutput
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.disk import Identity
from jarvisd.executor.overlay.diff import compare
from jarvisd.executor.plan.output import OutputBatcher
from jarvisd.executor.ports.sandbox import FolderItem, FolderReport, SandboxJob, SandboxResult
from tests.fakes.viewed_folder import worked_on
from tests.sight import state_of
from tests.unit.executor.conftest import Bench

WRITES = {"language": "python", "code": "work()", "workspace": "documents", "mode": "write"}


def fill(bench: Bench) -> None:
    for name in ("a.txt", "b.pdf", "c.pdf", "old/x.txt", "old/deep/y.txt", "keep.txt"):
        bench.file(f"docs/{name}", name * 3, age_days=len(name))


def everything(folder: Path) -> None:
    """One of each kind of change."""
    (folder / "a.txt").write_text("other")
    (folder / "PDFs").mkdir()
    (folder / "b.pdf").rename(folder / "PDFs" / "b.pdf")
    (folder / "c.pdf").rename(folder / "PDFs" / "renamed.pdf")
    shutil.rmtree(folder / "old")
    (folder / "keep.txt").chmod(0o600)
    (folder / "new.txt").write_text("new")
    (folder / "latest").symlink_to("PDFs/b.pdf")


async def ran(bench: Bench, program: Callable[[Path], object], answer: str = "yes, go ahead") -> JsonObject:
    bench.sandbox.answer_with(worked_on(bench.folder / "view", program))
    bench.answers(answer)
    [step] = await bench.run(("execute_code", WRITES))
    shutil.rmtree(bench.folder / "view", ignore_errors=True)
    return step


async def test_what_a_program_did_is_asked_with_measured_facts_applied_and_undone(bench: Bench) -> None:
    fill(bench)
    before = state_of(bench.docs)
    step = await ran(bench, everything)
    assert step["question"] == (
        "I'm about to apply what the program did in documents: create 2 files, make 1 folder, change 2 files, "
        "move or rename 2 files, delete 2 files and remove 1 folder. It ran on a copy, so nothing has changed "
        "yet. Deleted files go to the trash. This can be undone. Say yes to proceed or no to cancel."
    )
    assert step["outcome"] == "done", step
    assert bench.names() == ["PDFs/b.pdf", "PDFs/renamed.pdf", "a.txt", "keep.txt", "latest", "new.txt"]
    assert (bench.docs / "a.txt").read_text() == "other"
    assert (bench.docs / "keep.txt").stat().st_mode & 0o777 == 0o600
    assert (bench.docs / "latest").readlink() == Path("PDFs/b.pdf")
    result = step["result"]
    assert isinstance(result, dict)
    assert (result["workspace_by"], result["conflicts"]) == ("copy", [])
    await bench.dispatcher.undo("last")
    assert state_of(bench.docs) == before


async def test_no_throws_the_view_away(bench: Bench) -> None:
    fill(bench)
    before = state_of(bench.docs)
    step = await ran(bench, everything, "no")
    assert step["outcome"] == "declined"
    assert state_of(bench.docs) == before
    assert bench.journal.entries == {}


async def test_a_program_that_changes_nothing_is_not_asked_about(bench: Bench) -> None:
    fill(bench)
    step = await ran(bench, lambda folder: os.utime(folder / "a.txt"))
    assert (step["outcome"], step["question"]) == ("done", "")
    assert str(step["spoken"]).startswith("The program changed nothing in documents.")
    assert isinstance(step["result"], dict)
    assert step["result"]["exit_code"] == 0


async def test_a_program_that_fails_changes_nothing(bench: Bench) -> None:
    fill(bench)
    before = state_of(bench.docs)
    bench.sandbox.answer_with(worked_on(bench.folder / "view", everything, exit_code=1))
    [step] = await bench.run(("execute_code", WRITES))
    assert (step["outcome"], step["error"], step["question"]) == ("failed", "ToolFailed", "")
    assert "Nothing in documents has changed" in str(step["spoken"])
    assert state_of(bench.docs) == before


async def test_a_dry_run_runs_nothing_and_shows_the_profile(bench: Bench) -> None:
    fill(bench)
    [step] = await bench.run(("execute_code", WRITES), dry_run=True)
    assert bench.sandbox.jobs == []
    assert step["outcome"] == "dry_run"
    assert isinstance(step["profile"], dict)
    assert step["profile"]["files"] == "documents write"
    verdict = await bench.dispatcher.check(
        '{"tool": "execute_code", "args": ' + repr(WRITES).replace("'", '"') + "}"
    )
    assert verdict["verdict"] == "ask"
    assert bench.sandbox.jobs == []


@pytest.mark.parametrize(
    ("touch", "conflict"),
    [
        (lambda docs: (docs / "a.txt").write_text("mine"), "a.txt"),
        (lambda docs: (docs / "a.txt").unlink(), "a.txt"),
        (lambda docs: (docs / "b.pdf").write_text("mine"), "b.pdf"),
        (lambda docs: (docs / "new.txt").write_text("mine"), "new.txt"),
        (lambda docs: (docs / "old" / "mine.txt").write_text("mine"), "old"),
        (lambda docs: (docs / "old" / "deep" / "y.txt").write_text("mine"), "old"),
        (lambda docs: (docs / "keep.txt").chmod(0o640), "keep.txt"),
        (lambda docs: (docs / "latest").write_text("mine"), "latest"),
    ],
)
async def test_what_the_owner_touched_since_stays_and_is_told(
    bench: Bench, touch: Callable[[Path], object], conflict: str
) -> None:
    fill(bench)
    work = worked_on(bench.folder / "view", everything)
    touched: dict[str, object] = {}

    def answer(job: SandboxJob) -> SandboxResult:
        result = work(job)
        touch(bench.docs)
        touched.update(state_of(bench.docs))
        return result

    bench.sandbox.answer_with(answer)
    bench.answers("yes, go ahead")
    [step] = await bench.run(("execute_code", WRITES))
    assert step["outcome"] == "done", step
    assert isinstance(step["result"], dict)
    assert step["result"]["conflicts"] == [conflict]
    assert conflict in str(step["spoken"])
    now = state_of(bench.docs)
    for path, state in touched.items():
        if path == conflict or path.startswith(f"{conflict}/"):
            assert now[path] == state
    await bench.dispatcher.undo("last")
    assert state_of(bench.docs) == touched


def odd(name: bytes) -> Callable[[Path], object]:
    return lambda folder: Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x")


def link(target: str, name: str = "link") -> Callable[[Path], object]:
    return lambda folder: (folder / name).symlink_to(target)


SPOILS: dict[str, Callable[[Path], object]] = {
    "a pipe": lambda folder: os.mkfifo(folder / "pipe"),
    "a setuid file": lambda folder: (folder / "a.txt").chmod(0o4755),
    "a setgid file": lambda folder: (folder / "a.txt").chmod(0o2755),
    "a sticky folder": lambda folder: (folder / "old").chmod(0o1777),
    "an absolute link": link("/etc/passwd"),
    "a link to the root": link("/"),
    "a link that climbs out": link("../secret"),
    "a link that climbs out from below": link("../../secret", "old/link"),
    "a link that climbs later": link("old/../../secret"),
    "a link without sense": link("a\nb"),
    "a link into the trash": link(".Trash-0/files"),
    "a newline in a name": odd(b"a\nb"),
    "an escape in a name": odd(b"\x1b[31m"),
    "a name that is no text": odd(b"\xff\xfe"),
    "a name that turns around": odd("gpj.\u202etxt".encode()),
    "a name with a hidden slash": odd("a\u2215b".encode()),
    "a backslash": odd(b"a\\b"),
    "spaces around a name": odd(b" a"),
    "a trash folder": lambda folder: (folder / ".Trash-5").mkdir(),
    "a folder instead of a file": lambda folder: ((folder / "a.txt").unlink(), (folder / "a.txt").mkdir()),
    "a link instead of a folder": lambda folder: (
        shutil.rmtree(folder / "old"),
        (folder / "old").symlink_to("PDFs"),
    ),
}


@pytest.mark.parametrize("what", SPOILS)
async def test_one_bad_thing_makes_everything_worth_nothing(bench: Bench, what: str) -> None:
    fill(bench)
    before = state_of(bench.docs)

    def program(folder: Path) -> None:
        (folder / "harmless.txt").write_text("x")
        SPOILS[what](folder)

    step = await ran(bench, program)
    assert (step["outcome"], step["question"]) == ("refused", ""), what
    assert state_of(bench.docs) == before


async def test_a_file_with_another_name_outside_is_not_changed(bench: Bench) -> None:
    fill(bench)
    os.link(bench.docs / "a.txt", bench.tmp / "same")
    step = await ran(bench, lambda folder: (folder / "a.txt").write_text("other"))
    assert step["outcome"] == "refused"
    assert "another name" in str(step["spoken"])
    assert (bench.tmp / "same").read_text() == "a.txt" * 3


async def test_permissions_of_folders_stay_and_that_is_said(bench: Bench) -> None:
    fill(bench)
    before = (bench.docs / "old").stat().st_mode

    def program(folder: Path) -> None:
        (folder / "old").chmod(0o700)
        (folder / "a.txt").write_text("other")

    step = await ran(bench, program)
    assert "The permissions of 1 folder stay as they are." in str(step["question"])
    assert (step["outcome"], (bench.docs / "old").stat().st_mode) == ("done", before)


async def test_trash_is_neither_seen_nor_counted(bench: Bench) -> None:
    fill(bench)
    await bench.use("file_delete", path="documents/keep.txt")
    names: list[str] = []
    step = await ran(bench, lambda folder: names.extend(path.name for path in folder.iterdir()))
    assert step["outcome"] == "done"
    assert sorted(names) == ["a.txt", "b.pdf", "c.pdf", "old"]
    [job] = bench.sandbox.jobs
    assert job.folder is not None
    assert [name.split("-")[0] for name in job.folder.hidden] == [".Trash"]
    assert "keep.txt" not in job.folder.top


async def test_workspaces_are_named_and_read_only_ones_stay_so(bench: Bench) -> None:
    for args, code in (
        ({"workspace": "attic"}, "NotFound"),
        ({"mode": "write"}, "InvalidRequest"),
        ({"workspace": "documents", "mode": "append"}, "InvalidRequest"),
        ({"workspace": "../documents"}, "Refused"),
    ):
        [step] = await bench.run(("execute_code", {"language": "python", "code": "1", **args}))
        assert step["error"] == code
    assert bench.sandbox.jobs == []


async def test_a_program_that_reads_is_given_the_workspace_and_changes_nothing(bench: Bench) -> None:
    fill(bench)
    bench.answers("yes, go ahead")
    args = {"language": "bash", "code": "ls", "workspace": "Documents"}
    [step] = await bench.run(("execute_code", args))
    assert step["outcome"] == "done"
    assert "It can read documents, change nothing and reach no network." in str(step["question"])
    [job] = bench.sandbox.jobs
    assert job.folder is not None
    assert not job.folder.may_write
    assert [item.path for item in job.folder.items()] == sorted(
        ["a.txt", "b.pdf", "c.pdf", "keep.txt", "old", "old/deep", "old/deep/y.txt", "old/x.txt"]
    )


async def test_a_workspace_too_large_to_be_copied_is_refused(bench: Bench) -> None:
    with (bench.docs / "big").open("wb") as file:
        file.truncate(65 << 20)
    step = await ran(bench, lambda folder: None)
    assert step["outcome"] == "refused"
    assert "can only be copied here" in str(step["spoken"])


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_a_program_does_is_applied_exactly_and_undone_exactly(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(12):
        bench.file(f"docs/{chance.choice(['', 'p/', 'q/', 'p/r/'])}{number}.txt", str(number), age_days=number)
    before = state_of(bench.docs)
    wanted: dict[str, object] = {}

    def program(folder: Path) -> None:
        for turn in range(10):
            files = [path for path in folder.rglob("*") if path.is_file()]
            path = chance.choice(files)
            match chance.randrange(5):
                case 0:
                    path.write_text(f"changed {turn}")
                case 1:
                    path.unlink()
                case 2:
                    path.rename(path.with_name(f"renamed{turn}"))
                case 3:
                    (folder / f"made{turn}").mkdir()
                    path.rename(folder / f"made{turn}" / path.name)
                case 4:
                    if path.parent != folder and chance.random() < 0.5:
                        shutil.rmtree(path.parent)
                    else:
                        path.chmod(chance.choice([0o600, 0o640]))
        wanted.update(contents(folder))

    step = await ran(bench, program)
    assert step["outcome"] == "done", step
    assert contents(bench.docs) == wanted
    await bench.dispatcher.undo("last")
    assert state_of(bench.docs) == before


def contents(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(".Trash-"):
            found[name] = (path.read_bytes(), path.stat().st_mode) if path.is_file() else None
    return found


def test_a_report_about_places_that_are_not_there_is_refused() -> None:
    new = FolderItem("nowhere/new", "file", 0o644, 1, b"x")
    for items in (
        (new,),
        (new, new),
        (FolderItem("../new", "file", 0o644, 1),),
        (FolderItem("", "file", 0o644, 1),),
    ):
        with pytest.raises(JarvisError) as caught:
            compare(FolderReport("copy", items), {}, lambda path: None)
        assert caught.value.code is ErrorCode.REFUSED


def test_a_lie_about_a_rename_is_no_rename() -> None:
    """Time and size say only where to look: the content decides."""
    seen = {"a": Identity(1, 2, 0o100644, 3, 77)}
    report = FolderReport("copy", (FolderItem("b", "file", 0o644, 77, b"abc"),), ("a", "never seen"))
    assert compare(report, seen, lambda path: b"abc").moved
    other = compare(report, seen, lambda path: b"xyz")
    assert (other.moved, other.deleted, len(other.created)) == ((), ("a",), 1)


async def test_output_is_told_while_the_program_runs(bench: Bench) -> None:
    def answer(job: SandboxJob) -> SandboxResult:
        assert job.on_output is not None
        for letter in "he\0llo":
            job.on_output("stdout", letter)
        job.on_output("stderr", "oops")
        return SandboxResult(0, "hello", "oops", False, False, 1.0)

    bench.sandbox.answer_with(answer)
    bench.answers("yes, go ahead")
    await bench.run(("execute_code", {"language": "python", "code": "1"}))
    told = [(event.stream, event.text) for event in bench.events if isinstance(event, StepOutput)]
    assert told == [("stdout", "he\ufffdllo"), ("stderr", "oops")]


async def test_much_output_comes_in_pieces() -> None:
    told: list[str] = []
    live = OutputBatcher(lambda stream, text: told.append(text))
    live.write("stdout", "x" * 10_000)
    assert told == []
    live.flush()
    assert [len(text) for text in told] == [4096, 4096, 1808]
