"""Each built-in tool does what its description says, on real files (A14, D5, D9)."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.files.selection import name_matcher
from jarvisd.executor.tools.builtin import get_time
from jarvisd.executor.tools.context import FILE_LANE, ToolContext
from jarvisd.executor.tools.registry import BUILT_IN
from jarvisd.executor.tools.spec import Effect, Registry, Tool, ToolResult, ToolSpec
from tests.unit.executor.conftest import Bench

DESCRIBED = Path(__file__).resolve().parents[4] / "data" / "tools.json"


def test_the_planner_is_told_exactly_what_the_data_file_says() -> None:
    """The file that the planner's prompts are tuned against is what ListTools answers."""
    assert [tool.to_json() for tool in BUILT_IN] == json.loads(DESCRIBED.read_text("utf-8"))


@pytest.mark.parametrize(
    ("what", "spoken"), [("time", "It is 4:05 PM."), ("date", "Today is Sunday, November 22, 2026.")]
)
async def test_time_and_date_are_spoken(bench: Bench, what: str, spoken: str) -> None:
    assert (await bench.use("get_time", what=what)).spoken == spoken


@pytest.mark.parametrize(
    ("utterance", "what", "spoken"),
    [
        ("What time is it in Tokyo?", "time", "In Tokyo it is 12:05 AM."),
        ("tell me the date in New York, please", "date", "In New York it is Sunday, November 22, 2026."),
        ("What's the time in Japan", "time", "In Japan it is 12:05 AM."),
        ("what time is it in São Paulo right now", "time", "In São Paulo it is 12:05 PM."),
        ("What time is it in Beijing?", "time", "In Beijing it is 11:05 PM."),
        ("how late is it in Mumbai", "time", "In Mumbai it is 8:35 PM."),
        ("could you tell me the time in San Francisco", "time", "In San Francisco it is 7:05 AM."),
        ("What time is it in Central Europe", "time", "In Central Europe it is 4:05 PM."),
        ("What time is it in Paris, Texas?", "time", "In Paris, Texas it is 9:05 AM."),
        ("and what might it say on the clocks in Tokyo", "time", "In Tokyo it is 12:05 AM."),
        ("what's the date in 3 days", "date", "That will be Wednesday, November 25, 2026."),
        ("What day is it tomorrow?", "date", "That will be Monday, November 23, 2026."),
        ("what day is Christmas", "date", "That will be Friday, December 25, 2026."),
        ("what day of the week was July 4th, 1976", "date", "That was Sunday, July 4, 1976."),
        ("what is tomorrow's date", "date", "That will be Monday, November 23, 2026."),
        ("what's the date today", "date", "Today is Sunday, November 22, 2026."),
        ("what's the date tomorrow in Auckland", "date", "In Auckland that will be Tuesday, November 24, 2026."),
        ("what time will it be in 3 hours", "time", "It will be 7:05 PM."),
        ("what time will it be in Tokyo in 3 hours", "time", "In Tokyo it will be 3:05 AM."),
        ("is it Saturday today", "date", "Today is Sunday, November 22, 2026."),
        ("how many days until Christmas", "date", "It is 33 days until Friday, December 25, 2026."),
        (
            "how long until midnight",
            "time",
            "It is 7 hours and 55 minutes until 12:00 AM on Monday, November 23, 2026.",
        ),
        ("how many minutes until 5 pm", "time", "It is 55 minutes until 5:00 PM."),
        ("how many weeks until Christmas", "date", "It is 4 weeks and 5 days until Friday, December 25, 2026."),
        ("how many months until March 3rd", "date", "It is 3 months and 9 days until Wednesday, March 3, 2027."),
        (
            "how many years since July 4th 2020",
            "date",
            "It is 6 years, 4 months and 18 days since Saturday, July 4, 2020.",
        ),
        ("how many days until tomorrow", "date", "It is 1 day until Monday, November 23, 2026."),
        ("how many days until November 22nd", "date", "Sunday, November 22, 2026 is today."),
        ("how many days since July 4th", "date", "It is 141 days since Saturday, July 4, 2026."),
        (
            "how many days between March 1st and April 15th",
            "date",
            "It is 45 days from Monday, March 1, 2027 to Thursday, April 15, 2027.",
        ),
        (
            "how old is someone born on 3 May 1980",
            "date",
            "Born on Saturday, May 3, 1980, somebody is 46 years old.",
        ),
        ("how old is someone born in 1980", "date", "Born in 1980, somebody is 45 or 46 years old."),
        ("what date was it two weeks ago", "date", "That was Sunday, November 8, 2026."),
        (
            "how many days until Christmas and what time is it",
            "date",
            "It is 33 days until Friday, December 25, 2026.",
        ),
        ("how many days until Christmas and what time is it", "time", "It is 4:05 PM."),
        ("what time is it in Tokyo and add milk to the list", "time", "In Tokyo it is 12:05 AM."),
        ("Is it Saturday?", "date", "Today is Sunday, November 22, 2026."),
        ("is tomorrow a Tuesday", "date", "That will be Monday, November 23, 2026."),
        ("What time is it", "time", "It is 4:05 PM."),
        ("is it a leap year", "date", "No, 2026 is not a leap year. The next leap year after it is 2028."),
        ("was 2000 a leap year", "date", "Yes, 2000 was a leap year."),
        ("was 1900 a leap year", "date", "No, 1900 was not a leap year."),
        ("when was the last leap year", "date", "The last leap year was 2024."),
        ("what week is it", "date", "It is calendar week 47, from Monday, November 16, to Sunday, November 22."),
        (
            "what week is new year's day",
            "date",
            "That will be calendar week 53, from Monday, December 28, 2026, to Sunday, January 3, 2027.",
        ),
        (
            "what week is the 3rd of March 2025",
            "date",
            "That was calendar week 10, from Monday, March 3, to Sunday, March 9, 2025.",
        ),
    ],
)
async def test_the_time_of_another_place_is_not_taken_for_ours(
    bench: Bench, utterance: str, what: str, spoken: str
) -> None:
    tool = bench.registry.find("get_time")
    context = ToolContext(kit=bench.kit, tool="get_time", utterance=utterance)
    assert (await tool.run(context, {"what": what})).spoken == spoken


async def test_each_step_answers_its_own_part_of_a_request(bench: Bench) -> None:
    tool = bench.registry.find("get_time")
    said = "what day is it and is 2028 a leap year"
    contexts = (ToolContext(kit=bench.kit, tool="get_time", utterance=said, step=step) for step in range(2))
    spoken = [(await tool.run(context, {"what": "date"})).spoken for context in contexts]
    assert spoken == ["Today is Sunday, November 22, 2026.", "Yes, 2028 is a leap year."]


async def test_time_zones_are_read_beside_the_loop_and_beside_file_work(bench: Bench) -> None:
    """With both lanes held up, only that of the zones keeps an answer back."""
    context = ToolContext(kit=bench.kit, tool="get_time", utterance="what time is it in Lisbon")
    released = {lane: threading.Event() for lane in (FILE_LANE, get_time.LANE)}
    held = [
        bench.kit.start_task("held", bench.kit.workers.run(lane, event.wait)) for lane, event in released.items()
    ]
    answer = bench.kit.start_task("answer", bench.registry.find("get_time").run(context, {"what": "time"}))
    try:
        for _ in range(10):
            await asyncio.sleep(0)
        assert not answer.done()
        released[get_time.LANE].set()
        assert (await asyncio.wait_for(answer, 60)).spoken == "In Lisbon it is 3:05 PM."
    finally:
        for event in released.values():
            event.set()
        await asyncio.gather(*held)


@pytest.mark.parametrize(
    ("utterance", "what", "said"),
    [
        ("What time is it in Entenhausen?", "time", "I do not know 'entenhausen'"),
        ("what's the time in Springfield", "time", "'springfield' can mean more than one thing: say Springfield,"),
        ("what time is it in Brazil", "time", "'brazil' can mean more than one thing: say Sao Paulo, Manaus or"),
        ("what day is Easter", "date", "I do not know 'easter'"),
        ("what day is 3/4", "date", "'3/4' can mean more than one thing: say March 4 or April 3"),
        ("what's the date in 3 fnords", "date", "I do not know '3 fnords'"),
        ("what week is 3/4", "date", "'3/4' can mean more than one thing: say March 4 or April 3"),
        ("what week is my holiday", "date", "I do not know 'holiday'"),
    ],
)
async def test_an_unknown_place_or_day_is_never_taken_for_here_and_now(
    bench: Bench, utterance: str, what: str, said: str
) -> None:
    context = ToolContext(kit=bench.kit, tool="get_time", utterance=utterance)
    with pytest.raises(RequestError) as refused:
        await bench.registry.find("get_time").run(context, {"what": what})
    assert said in str(refused.value)


@pytest.mark.parametrize("topic", ["disk", "memory", "cpu", "uptime", "all"])
async def test_the_machine_is_measured(bench: Bench, topic: str) -> None:
    result = await bench.use("system_info", topic=topic)
    assert set(result.data) == ({"disk", "memory", "cpu", "uptime"} if topic == "all" else {topic})
    assert result.spoken.endswith(".")


async def test_files_are_found_by_every_criterion(bench: Bench) -> None:
    bench.file("docs/Holiday Rome.JPG", b"x" * 3_000_000)
    bench.file("docs/deep/holiday-plan.txt", "Fly to ROME on Friday", age_days=40)
    bench.file("docs/deep/.Trash-0/files/holiday.txt")
    bench.file("tmp/holiday.bin", b"\0Rome")
    found = {
        "name": {"name": "holiday"},
        "two words": {"name": "HOLIDAY rome"},
        "glob": {"name": "*.jpg"},
        "kind": {"kind": "image"},
        "contains": {"contains": "rome friday"},
        "age": {"older_than": "a month"},
        "size": {"larger_than": "two megabytes"},
        "folder": {"folder": "the deep folder", "name": "holiday"},
    }
    results = {key: (await bench.use("search_files", **args)).data for key, args in found.items()}
    assert {key: data["count"] for key, data in results.items()} == {
        "name": 3, "two words": 1, "glob": 1, "kind": 1, "contains": 1, "age": 1, "size": 1, "folder": 1,
    }  # fmt: skip
    assert results["age"]["files"][0]["path"] == "documents/deep/holiday-plan.txt"  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("projects/*.md", 2),
        ("projects/**/*.md", 2),
        ("documents/projects/*.md", 2),
        ("Projects/deep/?.MD", 1),
        ("x/*", 0),
    ],
)
async def test_a_glob_with_a_slash_means_the_path(bench: Bench, pattern: str, count: int) -> None:
    for name in ("projects/a.md", "projects/deep/b.md", "projects/c.txt", "d.md"):
        bench.file(f"docs/{name}")
    assert (await bench.use("search_files", name=pattern)).data["count"] == count


async def test_a_search_names_three_and_counts_all(bench: Bench) -> None:
    for number in range(5):
        bench.file(f"docs/report-{number}.txt", "x" * 100)
    result = await bench.use("search_files", name="report")
    assert result.spoken == ("I found 5 files, 500 bytes: report-0.txt, report-1.txt, report-2.txt and 2 more.")
    assert (await bench.use("search_files", name="nothing")).spoken == "I found no such files."


async def test_searching_for_temporary_files_looks_where_they_are(bench: Bench) -> None:
    bench.file("docs/temporary.txt")
    bench.file("tmp/a.bin")
    for args in ({"name": "temporary files"}, {"folder": "temp"}, {"folder": "temporary files"}):
        assert (await bench.use("search_files", **args)).data["count"] == 1


async def test_a_search_says_how_age_and_size_were_understood(bench: Bench) -> None:
    """Who hears what was looked for notices when it is not what was meant."""
    bench.file("docs/small.txt")
    limits = {"older_than": "half a year", "larger_than": "1½ gigs"}
    told = (await bench.use("search_files", **limits)).spoken
    assert told == "I found no such files larger than 1.5 GB and older than 182 days and 12 hours."
    bench.file("docs/large.txt", "x" * 2_048)
    told = (await bench.use("search_files", larger_than="two kilobytes")).spoken
    assert told == "I found 1 file, 2 kB, larger than 2 kB: large.txt."


@pytest.mark.parametrize(
    ("tool", "limit", "phrase", "why"),
    [
        (
            "file_delete",
            "older_than",
            "5-10 days",
            "'5-10 days' can mean more than one thing: say 5 days or 10 days",
        ),
        ("file_delete", "older_than", "blue moons", "I don't understand 'blue moons'"),
        ("file_delete", "older_than", "3 blue moons", "I understood '3', but not 'blue moons'"),
        (
            "file_delete",
            "older_than",
            "less than a week",
            "'less than a week' is an upper limit, and I can only look for more than that",
        ),
        ("file_delete", "older_than", "three", "I understood 'three', but not of what: three days"),
        ("search_files", "larger_than", "two", "I understood 'two', but not of what: two kilobytes"),
        ("search_files", "larger_than", "huge", "I don't understand 'huge'"),
        ("search_files", "larger_than", "2 GB per day", "I understood '2 GB', but not 'per day'"),
    ],
)
async def test_a_limit_that_was_not_understood_is_named_and_nothing_is_done(
    bench: Bench, tool: str, limit: str, phrase: str, why: str
) -> None:
    file = bench.file("tmp/a.bin")
    with pytest.raises(RequestError) as refused:
        await bench.use(tool, **{limit: phrase})
    assert refused.value.message.startswith(why)
    assert file.exists()


def test_names_match_by_words_or_glob() -> None:
    assert name_matcher("tax report")("2025-TAX-Report.pdf")
    assert not name_matcher("tax report")("tax.pdf")
    assert name_matcher("*.pd?")("A.PDF")
    assert name_matcher("")("anything")


async def test_a_file_is_read_by_its_bare_name_in_any_case(bench: Bench) -> None:
    bench.file("docs/lists/Groceries.txt", "milk\nand  eggs")
    result = await bench.use("file_read", path="groceries.txt")
    assert result.spoken == "Groceries.txt says:\nmilk\nand  eggs"
    assert result.data["path"] == "documents/lists/Groceries.txt"


@pytest.mark.parametrize("rights", [0o700, 0o755, 0o2770])
async def test_what_is_new_is_as_open_as_its_workspace(bench: Bench, rights: int) -> None:
    """People who share a folder share what is made in it, whatever the umask; others see no more."""
    bench.docs.chmod(rights)
    before = os.umask(0o077)
    try:
        await bench.use("file_write", path="plans/fence.md", content="paint the fence")
    finally:
        os.umask(before)
    folder, file = bench.docs / "plans", bench.docs / "plans/fence.md"
    assert stat.S_IMODE(file.stat().st_mode) == rights & 0o666
    assert stat.S_IMODE(folder.stat().st_mode) & 0o777 == rights & 0o777


async def test_a_file_is_found_as_it_is_spoken(bench: Bench) -> None:
    """Speech has no dots, dashes or endings."""
    bench.file("docs/2025/Tax_Report-final.pdf", "numbers")
    bench.file("docs/tax.txt", "other")
    assert (await bench.use("file_read", path="tax report final")).data[
        "path"
    ] == "documents/2025/Tax_Report-final.pdf"


async def test_a_long_file_is_cut(bench: Bench) -> None:
    bench.file("docs/long.txt", "word " * 20_000)
    result = await bench.use("file_read", path="long.txt")
    assert result.data["truncated"] is True
    assert len(json.dumps(result.data)) <= bench.kit.limits.output_limit_bytes
    assert result.spoken.endswith("It goes on.")


async def test_two_files_of_one_name_are_named_instead_of_guessed(bench: Bench) -> None:
    bench.file("docs/a/note.txt")
    bench.file("docs/b/note.txt")
    with pytest.raises(RequestError, match=r"documents/a/note\.txt, documents/b/note\.txt"):
        await bench.use("file_read", path="note.txt")


async def test_what_is_no_text_or_no_file_is_not_read(bench: Bench) -> None:
    bench.file("docs/a.bin", b"\0\1\2")
    os.mkfifo(bench.docs / "pipe")
    for name in ("a.bin", "pipe", "missing.txt"):
        with pytest.raises(JarvisError):
            await bench.use("file_read", path=name)


async def test_writing_makes_folders_and_undo_takes_everything_back(bench: Bench) -> None:
    """D5: a new file in new folders, and not a trace of it after undo."""
    result = await bench.use("file_write", path="plans/2027/fence.md", content="paint the fence")
    assert (bench.docs / "plans/2027/fence.md").read_text() == "paint the fence"
    assert result.spoken == "I wrote documents/plans/2027/fence.md."
    bench.changes.undo(str(result.undo_id))
    assert not (bench.docs / "plans").exists()


async def test_overwriting_is_asked_and_undone_to_the_old_inode(bench: Bench) -> None:
    """Decision 5: the old content comes back with its mode, times and identity."""
    path = bench.file("docs/plan.md", "old", age_days=3)
    path.chmod(0o640)
    before = path.stat()
    bench.answers("yes, go ahead")
    [step] = await bench.run(("file_write", {"path": "plan.md", "content": "new text"}))
    assert (step["outcome"], step["tier"]) == ("done", 3)
    assert "replace what is in documents/plan.md, now 3 bytes," in bench.speech.questions[0]
    assert path.read_text() == "new text"
    assert path.stat().st_mode == before.st_mode
    await bench.dispatcher.undo("last")
    after = path.stat()
    assert path.read_text() == "old"
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (before.st_ino, before.st_mode, before.st_mtime_ns)


async def test_a_new_file_is_written_without_a_question(bench: Bench) -> None:
    """Everyday requests stay quiet."""
    [step] = await bench.run(("file_write", {"path": "note.txt", "content": "x"}))
    assert (step["outcome"], step["tier"]) == ("done", 1)


async def test_a_file_that_appears_between_look_and_write_is_not_replaced(bench: Bench) -> None:
    tool = bench.registry.find("file_write")
    context = ToolContext(kit=bench.kit, tool="file_write")
    args = {"path": "note.txt", "content": "mine"}
    context.selection = (await tool.measure(context, args)).selection
    bench.file("docs/note.txt", "theirs")
    with pytest.raises(JarvisError):
        await tool.run(context, args)
    assert (bench.docs / "note.txt").read_text() == "theirs"
    assert bench.staged() == []


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        ("projects", "projects/summary.odt"),
        ("the projects folder", "projects/summary.odt"),
        ("projects/", "projects/summary.odt"),
        ("projects/summary.odt", "projects/summary.odt"),
        ("Projects/final.odt", "projects/final.odt"),
        ("new/deep/final.odt", "new/deep/final.odt"),
        ("renamed.odt", "renamed.odt"),
        ("documents/renamed.odt", "renamed.odt"),
    ],
)
async def test_moving_goes_where_it_is_said(bench: Bench, destination: str, expected: str) -> None:
    bench.file("docs/summary.odt", "text")
    (bench.docs / "projects").mkdir()
    result = await bench.use("file_move", source="summary.odt", destination=destination)
    assert bench.names() == [expected]
    bench.changes.undo(str(result.undo_id))
    assert bench.names() == ["summary.odt"]


@pytest.mark.parametrize(
    ("source", "destination"), [("a.txt", "b.txt"), ("box", "box/inner"), ("none.txt", "c.txt"), ("box", "box")]
)
async def test_a_move_never_replaces_or_nests(bench: Bench, source: str, destination: str) -> None:
    bench.file("docs/a.txt", "a")
    bench.file("docs/b.txt", "b")
    bench.file("docs/box/c.txt", "c")
    before = bench.names()
    with pytest.raises(JarvisError):
        await bench.use("file_move", source=source, destination=destination)
    assert bench.names() == before


async def test_deleting_a_folder_measures_what_is_in_it(bench: Bench) -> None:
    for number in range(4):
        bench.file(f"docs/box/inner/{number}.txt", "x" * 500)
    bench.answers("yes, go ahead")
    [step] = await bench.run(("file_delete", {"path": "box"}))
    assert "the folder documents/box with 4 files, 2 kB" in bench.speech.questions[0]
    assert step["verdict"]["reasons"][:2] == ["deletion 0.7", "recursive 0.5"]  # type: ignore[index,call-overload]
    assert bench.names() == []
    await bench.dispatcher.undo("last")
    assert len(bench.names()) == 4


@pytest.mark.parametrize(
    "args",
    [
        {"folder": "tmp", "older_than": "old"},
        {"folder": "temporary files", "older_than": "old"},
        {"folder": "Temp", "older_than": "seven days"},
        {"name": "temporary", "older_than": "old"},
        {"older_than": "a week"},
        {"folder": "tmp", "name": "temp files", "older_than": "old"},
    ],
)
async def test_old_temporary_files_are_understood(bench: Bench, args: dict[str, str]) -> None:
    """Decision 18: "temporary files" means the workspace of kind temp, chosen by age."""
    bench.file("tmp/old.bin", age_days=10)
    bench.file("tmp/new.bin", age_days=1)
    bench.file("docs/old.txt", age_days=99)
    await bench.use("file_delete", **args)
    assert (bench.names("tmp"), bench.names()) == (["new.bin"], ["old.txt"])


async def test_files_of_a_folder_are_deleted_by_name(bench: Bench) -> None:
    bench.file("docs/projects/a.backup.txt")
    bench.file("docs/projects/deep/backup-b.txt")
    bench.file("docs/projects/keep.txt")
    bench.file("docs/backup.txt")
    await bench.use("file_delete", folder="projects", name="backup")
    assert bench.names() == ["backup.txt", "projects/keep.txt"]


async def test_deleting_a_link_deletes_the_link(bench: Bench) -> None:
    bench.file("docs/real.txt", "keep me")
    (bench.docs / "link.txt").symlink_to("real.txt")
    await bench.use("file_delete", path="link.txt")
    assert bench.names() == ["real.txt"]


async def test_a_read_only_workspace_never_changes(bench: Bench) -> None:
    bench.file("docs/a.txt")
    bench.workspaces.roots = (replace(bench.workspaces.roots[0], is_read_only=True), bench.workspaces.roots[1])
    for name, args in (
        ("file_delete", {"path": "a.txt"}),
        ("file_write", {"path": "documents/b.txt", "content": ""}),
        ("file_move", {"source": "a.txt", "destination": "b.txt"}),
    ):
        with pytest.raises(RequestError) as caught:
            await bench.use(name, **args)
        assert caught.value.code is ErrorCode.PATH_REFUSED
    assert bench.names() == ["a.txt"]


def test_the_registry_refuses_bad_tools() -> None:
    """Unsupported argument types and wrong examples fail when a tool is registered, not when it is called."""

    async def odd(context: ToolContext, *, thing: object) -> ToolResult:
        return ToolResult({}, "")

    async def positional(context: ToolContext, thing: str) -> ToolResult:
        return ToolResult({}, "")

    for run in (odd, positional):
        with pytest.raises(ValueError, match="odd_tool"):
            Tool(ToolSpec("odd_tool", "", (Effect.READ,)), run)
    with pytest.raises(ValueError, match="identifier"):
        Tool(ToolSpec("rm -rf", "", ()), odd)


def test_the_registry_tells_of_changes_and_keeps_names_apart() -> None:
    """D6."""
    registry, changes = Registry(), []
    registry.subscribe(lambda: changes.append(len(registry.all())))
    registry.register(BUILT_IN[0])
    with pytest.raises(RequestError):
        registry.register(BUILT_IN[0])
    registry.unregister("get_time")
    with pytest.raises(RequestError):
        registry.unregister("get_time")
    assert changes == [1, 0]
