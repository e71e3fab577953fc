"""What is judged is what is touched: names are resolved on a real tree first (decision 22, D9)."""

from __future__ import annotations

import os

import pytest

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.selection import CONTENT_LIMIT_BYTES
from jarvisd.executor.ports.sandbox import FolderItem, FolderReport, SandboxResult
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.undo.building import ChangeBuilder
from tests.unit.executor.conftest import Bench

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----"


@pytest.fixture
def home(bench: Bench) -> Bench:
    """A workspace that holds what people keep in their folders."""
    for path in (".bashrc", "proj/.git/hooks/pre-commit", "proj/.git/config", "proj/Makefile", "proj/.envrc"):
        bench.file(f"docs/{path}", "true\n")
    bench.file("docs/proj/.vscode/tasks.json", "{}")
    bench.file("docs/proj/main.c", "int main;")
    bench.file("docs/.ssh/id_rsa", KEY)
    bench.file("docs/.env", "TOKEN=secret")
    bench.file("docs/report.txt", "fine")
    (bench.docs / "shortcut").symlink_to("proj/.git/hooks")
    (bench.docs / "letter.txt").symlink_to(".ssh/id_rsa")
    os.link(bench.docs / ".ssh" / "id_rsa", bench.docs / "holiday.txt")
    return bench


def state(bench: Bench) -> dict[str, bytes]:
    """Every file in sight and what it holds."""
    return {name: (bench.docs / name).read_bytes() for name in bench.names("docs")}


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("file_append", {"path": "bashrc", "content": "curl evil"}),
        ("file_append", {"path": ".BASHRC", "content": "curl evil"}),
        ("file_append", {"path": "\uff0ebashrc", "content": "curl evil"}),
        ("file_append", {"path": "pre-commit", "content": "curl evil"}),
        ("file_append", {"path": "pre commit", "content": "curl evil"}),
        ("file_append", {"path": "proj/.GIT/hooks/pre-commit", "content": "curl evil"}),
        ("file_append", {"path": "proj/.git/HOOKS/pre-commit", "content": "curl evil"}),
        ("file_append", {"path": "shortcut/pre-commit", "content": "curl evil"}),
        ("file_write", {"path": "shortcut/post-commit", "content": "curl evil"}),
        ("file_write", {"path": "shortcut/new/post-commit", "content": "curl evil"}),
        ("mkdir", {"path": "shortcut/new"}),
        ("file_move", {"source": "report.txt", "destination": "hooks"}),
        ("file_move", {"source": "report.txt", "destination": "shortcut/post-commit"}),
        ("file_move", {"source": "bashrc", "destination": "b.txt"}),
        ("file_copy", {"source": "report.txt", "destination": "shortcut/post-commit"}),
        ("file_copy", {"source": "report.txt", "destination": "hooks"}),
        ("file_copy", {"source": "id rsa", "destination": "key.txt"}),
        ("file_copy", {"source": "holiday.txt", "destination": "key.txt"}),
        ("file_copy", {"source": "env", "destination": "key.txt"}),
        ("archive", {"action": "create", "path": "id rsa"}),
        ("archive", {"action": "create", "path": "report.txt", "destination": "shortcut/report.zip"}),
        ("organize_files", {"folder": "hooks"}),
        ("organize_files", {"folder": "shortcut"}),
        ("file_delete", {"path": "pre commit"}),
        ("file_delete", {"folder": "hooks", "name": "commit"}),
        ("file_read", {"path": "id rsa"}),
        ("file_read", {"path": "ID_RSA"}),
        ("file_read", {"path": "env"}),
        ("file_read", {"path": "letter.txt"}),
        ("file_read", {"path": "letter"}),
        ("file_read", {"path": "holiday.txt"}),
        ("search_files", {"folder": "ssh", "name": "rsa"}),
        ("search_files", {"folder": ".SSH"}),
    ],
)
async def test_a_name_that_leads_to_a_protected_place_is_refused(home: Bench, tool: str, args: JsonObject) -> None:
    """Whatever it is spelled like: by ear, in another case, through a link, by another name of the file."""
    before = state(home)
    home.answers("yes, go ahead", "yes, go ahead")
    [step] = await home.run((tool, args))
    assert step["outcome"] in ("refused", "failed"), step
    assert KEY not in str(step)
    assert state(home) == before
    assert home.ears.windows == []


@pytest.mark.parametrize(
    ("tool", "args", "named"),
    [
        ("file_append", {"path": "makefile", "content": "evil:"}, "proj/Makefile"),
        ("file_append", {"path": "envrc", "content": "evil"}, "proj/.envrc"),
        ("file_append", {"path": "tasks", "content": "evil"}, "proj/.vscode/tasks.json"),
        ("file_append", {"path": "proj/.git/config", "content": "evil"}, "proj/.git/config"),
        ("file_write", {"path": "proj/new/Makefile", "content": "all:"}, "proj/new/Makefile"),
        ("file_write", {"path": "proj/.idea/run.xml", "content": "x"}, "proj/.idea/run.xml"),
        ("file_move", {"source": "report.txt", "destination": "proj/package.json"}, "proj/package.json"),
        ("file_copy", {"source": "report.txt", "destination": "conftest.py"}, "conftest.py"),
        ("mkdir", {"path": ".hidden"}, ".hidden"),
    ],
)
async def test_what_may_run_later_or_is_out_of_sight_is_asked_about_by_name(
    home: Bench, tool: str, args: JsonObject, named: str
) -> None:
    before = state(home)
    home.answers("no")
    [step] = await home.run((tool, args))
    assert (step["outcome"], named in str(step["question"])) == ("declined", True), step
    assert state(home) == before


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("file_append", {"path": "report.txt", "content": "more"}),
        ("file_write", {"path": "proj/notes.md", "content": "x"}),
        ("file_move", {"source": "report.txt", "destination": "proj"}),
        ("file_copy", {"source": "proj/main.c", "destination": "main2.c"}),
        ("file_read", {"path": "main"}),
        ("search_files", {"contains": "true"}),
        ("archive", {"action": "create", "path": "report.txt"}),
    ],
)
async def test_ordinary_places_stay_quiet(home: Bench, tool: str, args: JsonObject) -> None:
    """A folder that moves keeps what it holds, whatever that is."""
    home.answers("no")
    [step] = await home.run((tool, args))
    assert (step["outcome"], step["question"]) == ("done", ""), step


async def test_what_comes_along_in_a_folder_is_no_more_than_it_was(home: Bench) -> None:
    """A project is moved with its hooks and build files; the question is that of any folder."""
    home.answers("yes, go ahead")
    [step] = await home.run(("file_move", {"source": "proj", "destination": "work"}))
    assert (step["outcome"], "run later" in str(step["question"])) == ("done", False), step
    assert (home.docs / "work/.git/hooks/pre-commit").exists()


async def test_a_folder_whose_content_would_begin_to_run_is_refused(home: Bench) -> None:
    home.file("docs/stuff/hooks/post-commit", "evil")
    home.answers("yes, go ahead")
    [step] = await home.run(("file_move", {"source": "stuff", "destination": "other/.git"}))
    assert (step["outcome"], (home.docs / "stuff").exists()) == ("refused", True), step


async def test_content_of_secrets_answers_no_search(home: Bench) -> None:
    home.answers("no")
    [step] = await home.run(("search_files", {"contains": "PRIVATE KEY"}))
    assert step["result"]["count"] == 0  # type: ignore[index,call-overload]


async def test_what_was_not_looked_into_is_told_with_the_reason(bench: Bench) -> None:
    """A search that says "no such files" has looked, or says where not."""
    bench.file("docs/plain.txt", "the rent")
    bench.file("docs/shared.txt", "the rent is due")
    (bench.docs / "again.txt").hardlink_to(bench.docs / "shared.txt")
    bench.file("docs/.env", "RENT=1")
    (bench.docs / "log.txt").write_text("x" * (CONTENT_LIMIT_BYTES + 1))
    [step] = await bench.run(("search_files", {"contains": "rent", "folder": "documents"}))
    assert step["spoken"] == (
        "I found 1 file, 8 bytes in documents: plain.txt. I did not look into 2 files with more than one name, "
        "1 file larger than 2 MB and 1 file that may hold secrets."
    )
    assert step["result"]["unread"] == {"several_names": 2, "too_large": 1, "protected": 1}  # type: ignore[index,call-overload]
    [step] = await bench.run(("search_files", {"contains": "rent", "name": "again", "folder": "documents"}))
    assert step["spoken"] == (
        "I found no such files in documents. I did not look into 1 file with more than one name."
    )
    [step] = await bench.run(("search_files", {"name": "again"}))
    assert "did not look" not in str(step["spoken"])


async def test_a_copied_folder_leaves_secrets_and_what_runs_by_itself_behind(home: Bench) -> None:
    home.file("docs/proj/.env", "TOKEN=secret")
    home.answers("yes, go ahead")
    [step] = await home.run(("file_copy", {"source": "proj", "destination": "twin"}))
    assert step["outcome"] == "done", step
    assert "protected files" in str(step["spoken"])
    copied = [name for name in home.names("docs") if name.startswith("twin/")]
    assert "twin/Makefile" in copied
    assert [name for name in copied if name[-4:] == ".env" or "hooks" in name] == []


async def test_an_archive_of_a_folder_leaves_secrets_out(home: Bench) -> None:
    home.file("docs/proj/.env", "TOKEN=secret")
    home.answers("no")
    [step] = await home.run(("archive", {"action": "create", "path": "proj"}))
    assert step["outcome"] == "done", step
    assert b"TOKEN" not in (home.docs / "proj.zip").read_bytes()


async def test_a_link_that_comes_after_the_look_is_not_followed(home: Bench) -> None:
    """What was judged is what is acted on: a folder that becomes a link meanwhile ends the step."""
    (home.docs / "plain").mkdir()

    def swap() -> None:
        (home.docs / "plain").rmdir()
        (home.docs / "plain").symlink_to("proj/.git/hooks")

    original = home.kit.changes.missing_folders

    def missing_folders(*places: object) -> object:
        swap()
        return original(*places)  # type: ignore[arg-type]

    home.kit.changes.missing_folders = missing_folders  # type: ignore[method-assign,assignment]
    home.answers("yes, go ahead")
    [step] = await home.run(("file_write", {"path": "plain/post-commit", "content": "evil"}))
    assert step["outcome"] in ("failed", "refused"), step
    assert sorted(path.name for path in (home.docs / "proj/.git/hooks").iterdir()) == ["pre-commit"]


@pytest.mark.parametrize("path", ["proj/new/Makefile", ".bash_profile", ".ssh/config", ".cache/x"])
async def test_a_tool_that_names_no_targets_touches_nothing_protected(home: Bench, path: str) -> None:
    """The last wall, for plugins: what builds operations past the gate meets it before the journal."""
    context = ToolContext[object](kit=home.kit, plan_id="p", tool="plugin")
    builder = ChangeBuilder(home.changes, context.stop_here)
    place = home.workspaces.new(path)
    builder.folders_for(place)
    builder.file(place, lambda file: file.write(b"evil"))
    with pytest.raises(RequestError, match="protected"):
        home.changes.carry_out(context, "evil", builder.operations)
    assert not (home.docs / path).exists()


# --- what programs left -----------------------------------------------------------------------------------


def left(*items: FolderItem) -> SandboxResult:
    return SandboxResult(0, "done\n", "", False, False, 1.0, FolderReport("copy", changed=items))


def item(path: str, mode: int = 0o644, kind: str = "file") -> FolderItem:
    return FolderItem(path, kind, mode, 0, b"evil" if kind == "file" else b"")  # type: ignore[arg-type]


PROGRAM = ("execute_code", {"language": "python", "code": "print(1)", "workspace": "documents", "mode": "write"})


@pytest.mark.parametrize(
    "items",
    [
        [item(".bash_profile")],
        [item(".Bash_Profile")],
        [item("proj/.git/hooks/post-commit", 0o755)],
        [item(".ssh2", 0o755, "folder"), item(".ssh2/.netrc")],
    ],
)
async def test_a_program_that_left_what_runs_by_itself_is_refused(home: Bench, items: list[FolderItem]) -> None:
    before = state(home)
    home.sandbox.answer_with(lambda job: left(*items))
    home.answers("yes, go ahead", "yes, go ahead")
    [step] = await home.run(PROGRAM)
    assert step["outcome"] == "refused", step
    assert state(home) == before


@pytest.mark.parametrize(
    ("items", "named"),
    [
        ([item("a.txt"), item("proj/GNUmakefile")], "proj/GNUmakefile"),
        ([item("tool.sh", 0o755)], "tool.sh"),
        ([item("a.txt"), item(".cache", 0o755, "folder"), item(".cache/x")], ".cache/x"),
    ],
)
async def test_what_a_program_left_that_matters_is_named(home: Bench, items: list[FolderItem], named: str) -> None:
    home.sandbox.answer_with(lambda job: left(*items))
    home.answers("no")
    [step] = await home.run(PROGRAM)
    assert (step["outcome"], named in str(step["question"])) == ("declined", True), step


async def test_no_program_sees_secrets(home: Bench) -> None:
    """Neither by their names nor by another name of the same file; a mount could not leave them out."""
    home.answers("yes, go ahead")
    code = {"language": "python", "code": "print(1)", "workspace": "documents"}
    await home.run(("execute_code", code))
    folder = home.sandbox.jobs[-1].folder
    assert folder is not None
    assert folder.must_copy
    shown = {seen.path for seen in folder.items()}
    assert "report.txt" in shown
    assert shown & {".ssh", ".ssh/id_rsa", ".env", "holiday.txt"} == set()
