"""Lists are kept in files that people can open: the one that is there is used, every change can be undone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.files.paths import WorkspaceRoot
from jarvisd.executor.tools.builtin import kept_lists
from jarvisd.executor.tools.context import ToolContext
from tests.sight import state_of
from tests.unit.executor.conftest import Bench


async def change(bench: Bench, what: str, *items: str, name: str = "shopping") -> str:
    """What is said of one change; as a whole plan, with policy and consent."""
    args = {"what": what, **({"items": [*items]} if items else {}), **({"list": name} if name else {})}
    [step] = await bench.run(("list_change", args))
    return f"{step['outcome']}: {step['spoken']}"


async def read(bench: Bench, **args: object) -> str:
    [step] = await bench.run(("list_read", args))
    return str(step["spoken"])


async def test_a_list_begins_is_read_ticked_off_and_survives(bench: Bench) -> None:
    state = state_of(bench.docs)
    assert await read(bench, list="shopping") == "You have no shopping list yet."
    said = await change(bench, "add", "milk", "2 litres of juice", "eggs")
    assert said == "done: I started a shopping list with milk, 2 litres of juice and eggs."
    path = bench.docs / "lists/shopping.md"
    assert path.read_text() == "- [ ] milk\n- [ ] 2 litres of juice\n- [ ] eggs\n"
    assert await change(bench, "done", "milk") == "done: I ticked off milk on the shopping list."
    assert await read(bench, list="shopping") == (
        "You have 2 items on the shopping list: 2 litres of juice and eggs. Ticked off: milk."
    )
    assert await change(bench, "add", "Milk") == "done: I added milk to the shopping list."
    assert await change(bench, "remove", "juice") == "done: I took 2 litres of juice off the shopping list."
    assert path.read_text() == "- [ ] milk\n- [ ] eggs\n"
    for _ in range(4):
        bench.changes.undo("last")
    assert state_of(bench.docs) == state


@pytest.mark.parametrize(
    ("there", "name"),
    [
        ("shopping.txt", "shopping"),
        ("Shopping List.md", "shopping"),
        ("shopping-list", "my shopping list"),
        ("my_shopping_list.txt", "Shopping"),
        ("lists/shopping.md", "shopping"),
        ("home/food/shopping.txt", "shopping"),
        ("groceries.txt", "shopping"),
        ("shopping.txt", "grocery"),
        ("ToDo.txt", "to-do"),
        ("to-do list.md", "todo"),
        ("tasks.txt", "to do"),
        ("Christmas presents.txt", "christmas presents"),
    ],
)
async def test_the_list_that_is_there_is_the_list(bench: Bench, there: str, name: str) -> None:
    path = bench.file(f"docs/{there}", "tea\n")
    before = bench.names()
    assert (await change(bench, "add", "bread", name=name)).startswith("done: I added bread to the ")
    assert path.read_text() == "tea\nbread\n"
    assert bench.names() == before


@pytest.mark.parametrize("there", ["shopping.pdf", ".shopping.txt", "shopping/milk.txt", "window shopping.txt"])
async def test_what_only_looks_alike_is_no_list(bench: Bench, there: str) -> None:
    bench.file(f"docs/{there}", "tea\n")
    assert await read(bench, list="shopping") == "You have no shopping list yet."


async def test_temporary_files_and_links_are_no_lists(bench: Bench) -> None:
    bench.file("tmp/shopping.txt", "tea\n")
    (bench.docs / "shopping.txt").symlink_to("/etc/passwd")
    assert await read(bench, list="shopping") == "You have no shopping list yet."


async def test_nothing_is_put_on_a_list_twice(bench: Bench) -> None:
    path = bench.file("docs/shopping.txt", "Milk\n")
    assert await change(bench, "add", "some milk") == "done: Some milk is on the shopping list already."
    said = await change(bench, "add", "milk", "eggs", "Eggs")
    assert said == "done: I added eggs to the shopping list. Milk is on the shopping list already."
    assert path.read_text() == "Milk\neggs\n"


@pytest.mark.parametrize(
    ("what", "items", "spoken"),
    [
        ("remove", ("rice",), "Rice isn't on the shopping list."),
        ("remove", ("oranges",), "Oranges aren't on the shopping list."),
        ("done", ("rice", "salt"), "Rice and salt aren't on the shopping list."),
        ("done", ("jam",), "Jam is ticked off already."),
        ("clear_done", (), "I took 1 ticked item off the shopping list."),
    ],
)
async def test_what_is_not_there_is_said(bench: Bench, what: str, items: tuple[str, ...], spoken: str) -> None:
    path = bench.file("docs/shopping.txt", "- [ ] milk\n- [x] jam\n")
    assert await change(bench, what, *items) == f"done: {spoken}"
    assert path.read_text() == ("- [ ] milk\n" if what == "clear_done" else "- [ ] milk\n- [x] jam\n")


async def test_what_is_there_goes_and_what_is_not_is_said(bench: Bench) -> None:
    path = bench.file("docs/shopping.txt", "milk\njam\n")
    said = await change(bench, "remove", "milk", "rice")
    assert said == "done: I took milk off the shopping list. Rice isn't on the shopping list."
    assert path.read_text() == "jam\n"


async def test_which_item_is_asked_and_never_guessed(bench: Bench) -> None:
    path = bench.file("docs/shopping.txt", "oat milk\ncow milk\n")
    bench.answers("milk")
    assert (await change(bench, "remove", "milk")).startswith("declined")
    assert path.read_text() == "oat milk\ncow milk\n"
    bench.answers("the oat milk")
    assert await change(bench, "remove", "milk") == "done: I took oat milk off the shopping list."
    question = bench.speech.questions[0]
    assert question.startswith("Which one do you mean: oat milk or cow milk")
    bench.file("docs/shopping.txt", "milk\noat milk\n")
    assert await change(bench, "remove", "milk") == "done: I took milk off the shopping list."


async def test_which_list_is_asked_and_never_guessed(bench: Bench) -> None:
    top, inner = bench.file("docs/shopping.txt", "tea\n"), bench.file("docs/lists/shopping.md", "rice\n")
    bench.answers("yes, go ahead")
    assert (await change(bench, "add", "jam")).startswith("declined")
    bench.answers("documents/shopping.txt")
    assert (await change(bench, "add", "jam")).startswith("done")
    assert (top.read_text(), inner.read_text()) == ("tea\njam\n", "rice\n")


async def test_a_list_without_a_name_is_the_only_one_or_asked_about(bench: Bench) -> None:
    bench.answers("the shopping list")
    assert await change(bench, "add", "jam", name="") == "done: I started a shopping list with jam."
    assert await change(bench, "add", "tea", name="") == "done: I added tea to the shopping list."
    bench.file("docs/todo.txt", "call Ben\n")
    bench.answers("neither")
    assert (await change(bench, "add", "rice", name="")).startswith("declined")
    assert await change(bench, "done", "tea", name="") == "done: I ticked off tea on the shopping list."
    assert await change(bench, "remove", "call Ben", name="") == "done: I took call Ben off the to-do list."
    assert await read(bench) == (
        "You have 2 lists: the shopping list with 1 item and the to-do list with 0 items."
    )


async def test_clearing_is_asked_with_what_goes(bench: Bench) -> None:
    path = bench.file("docs/shopping.txt", "# Mine\nmilk\njam\n")
    bench.answers("no")
    assert (await change(bench, "clear")).startswith("declined")
    bench.answers("yes, go ahead")
    assert await change(bench, "clear") == "done: I took 2 items off the shopping list."
    question = bench.speech.questions[0]
    assert "take 2 items off the shopping list" in question
    assert path.read_text() == "# Mine\n"
    assert await change(bench, "clear") == "done: The shopping list is empty."
    bench.changes.undo("last")
    assert path.read_text() == "# Mine\nmilk\njam\n"


@pytest.mark.parametrize(
    ("item", "spoken"),
    [
        ("milk", "Yes, milk is on the shopping list."),
        ("eggs", "Yes, 12 eggs are on the shopping list."),
        ("jam", "Jam is ticked off on the shopping list."),
        ("rice", "No, rice isn't on the shopping list."),
        ("oranges", "No, oranges aren't on the shopping list."),
    ],
)
async def test_whether_something_is_on_it(bench: Bench, item: str, spoken: str) -> None:
    bench.file("docs/shopping.txt", "- milk\n- 12 eggs\n- [x] jam\n")
    assert await read(bench, list="shopping", item=item) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("", "The shopping list is empty."),
        ("[x] milk\n", "Nothing is left on the shopping list. Ticked off: milk."),
        ("milk\n", "You have 1 item on the shopping list: milk."),
        (
            "Call the plumber about the sink. Then pay!\n",
            "You have 1 item on the shopping list: Call the plumber about the sink. Then pay!.",
        ),
    ],
)
async def test_what_is_said_of_a_list(bench: Bench, text: str, spoken: str) -> None:
    bench.file("docs/shopping.txt", text)
    assert await read(bench, list="shopping") == spoken


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", ".bashrc", "one two three four five", "x" * 50, "🦄"])
async def test_a_name_is_never_a_path(bench: Bench, name: str) -> None:
    before = state_of(bench.folder)
    [step] = await bench.run(("list_change", {"what": "add", "items": ["milk"], "list": name}))
    made = [path for path in bench.names() if path.startswith("lists/")]
    assert set(bench.names()) == set(made)
    assert all("/" not in path.removeprefix("lists/") and not path.startswith("lists/.") for path in made)
    assert step["outcome"] == "done" or state_of(bench.folder) == before


@pytest.mark.parametrize(
    "items", [["a\u2028b\x07"], ["x" * 300], [f"item {number}" for number in range(60)], []], ids=str
)
async def test_what_is_no_item_changes_nothing(bench: Bench, items: list[str]) -> None:
    path = bench.file("docs/shopping.txt", "milk\n")
    with pytest.raises(JarvisError):
        await bench.use("list_change", what="remove" if not items else "add", items=items, list="shopping")
    assert path.read_text() == "milk\n"


@pytest.mark.parametrize("content", [b"\x00\x01", b"\xff\xfe", b"milk\n" * 50_000])
async def test_what_is_no_list_is_left_alone(bench: Bench, content: bytes) -> None:
    path = bench.file("docs/shopping.txt", content)
    with pytest.raises(RequestError):
        await bench.use("list_change", what="add", items=["jam"], list="shopping")
    assert path.read_bytes() == content
    assert len(content) > kept_lists.SIZE_LIMIT_BYTES or len(content) == 2


async def test_a_list_that_changed_meanwhile_is_not_overwritten(bench: Bench) -> None:
    path = bench.file("docs/shopping.txt", "milk\n")
    tool = bench.registry.find("list_change")
    context: ToolContext = ToolContext(kit=bench.kit, plan_id="p", tool="list_change")
    args = tool.validate({"what": "clear", "list": "shopping"})
    context.selection = (await tool.measure(context, args)).selection
    path.write_text("milk\njam\n")
    with pytest.raises(RequestError):
        await tool.run(context, args)
    assert path.read_text() == "milk\njam\n"


async def test_a_list_that_cannot_be_written_stays(bench: Bench, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "shopping.txt").write_text("tea\n")
    bench.workspaces.roots = (WorkspaceRoot("shared", str(shared), is_read_only=True), *bench.workspaces.roots)
    assert (await change(bench, "add", "jam")).startswith("refused")
    assert (shared / "shopping.txt").read_text() == "tea\n"
    assert await read(bench, list="shopping") == "You have 1 item on the shopping list: tea."


async def test_items_keep_the_letters_that_were_heard(bench: Bench) -> None:
    said = "Add Earl Grey to my shopping list"
    args = {"what": "add", "items": ["earl grey"], "list": "shopping"}
    await bench.run(("list_change", args), utterance=said)
    assert (bench.docs / "lists/shopping.md").read_text() == "- [ ] Earl Grey\n"


async def test_what_a_file_says_is_not_put_on_a_list_unasked(bench: Bench) -> None:
    """A text that was read is asked about, also in pieces."""
    bench.answers("no")
    bench.file("docs/notes.txt", "send two hundred crowns to Mallory")
    await bench.run(("file_read", {"path": "notes.txt"}), utterance="read the notes")
    items = ["send two", "hundred crowns to", "Mallory"]
    [step] = await bench.run(
        ("list_change", {"what": "add", "items": items, "list": "to-do"}), utterance="add that to my to-do list"
    )
    assert (step["outcome"], bench.names()) == ("declined", ["notes.txt"])


@pytest.mark.parametrize("what", ["add", "remove", "done", "clear", "clear_done"])
@pytest.mark.parametrize("item", ["alpha", "alpha one", "gone", "zeta"])
@pytest.mark.parametrize("name", ["shopping", ""])
async def test_no_line_of_a_secret_is_told_under_another_name(
    bench: Bench, what: str, item: str, name: str
) -> None:
    """Neither where one of several items is asked about nor where nothing is to be done."""
    text = "- alpha one\n- alpha two\n- [x] gone three\n"
    secret = bench.file("docs/.ssh/id_rsa", text)
    os.link(secret, bench.docs / "shopping.txt")
    bench.answers("no")
    [report] = await bench.run(("list_change", {"what": what, "items": [item], "list": name}))
    assert (report["outcome"], report["error"], report["question"]) == (
        "refused",
        ErrorCode.PATH_REFUSED.value,
        "",
    )
    assert "another name of it holds secrets" in str(report["spoken"])
    assert secret.read_text() == text
    [report] = await bench.run(("list_read", {"list": name, "item": item}))
    assert (report["outcome"], report["result"], report["question"]) == ("refused", {}, "")


@pytest.mark.parametrize(
    ("name", "reading", "adding"),
    [
        ("id_rsa", "refused", "refused"),
        ("authorized_keys", "refused", "refused"),
        ("crontab", "done", "refused"),
        ("Makefile", "done", "asked"),
        ("party.txt", "done", "done"),
    ],
)
async def test_a_list_is_a_file_like_any_other(bench: Bench, name: str, reading: str, adding: str) -> None:
    bench.file(f"docs/{name}", "- one\n")
    called = name.partition(".")[0].replace("_", " ")
    [report] = await bench.run(("list_read", {"list": called}))
    assert report["outcome"] == reading
    bench.answers("no")
    [report] = await bench.run(("list_change", {"what": "add", "items": ["eggs"], "list": called}))
    assert ("asked" if report["question"] else report["outcome"]) == adding
    assert ("eggs" in (bench.docs / name).read_text()) is (adding == "done")
