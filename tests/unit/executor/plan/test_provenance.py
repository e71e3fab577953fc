"""What a step asks, says and writes down because of where its arguments come from."""

from __future__ import annotations

import json

import pytest

from jarvisd.bus.signals.executor import StepAnnounced
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.plan.heard_requests import KEPT_REQUESTS
from tests.unit.executor.conftest import Bench

SAY = "delete it, move it, copy it, pack it, sort it and add it, and write it down about the meeting"
"""Asks for every tool below and names nothing but the meeting."""


async def done(bench: Bench, tool: str, args: JsonObject, answer: str = "no", **options: object) -> JsonObject:
    bench.answers(answer)
    [report] = await bench.run((tool, args), **{"utterance": SAY, **options})
    return report


@pytest.mark.parametrize(
    ("tool", "args", "said"),
    [
        ("file_append", {"path": "diary.txt", "content": "owned"}, "diary.txt"),
        ("file_write", {"path": "diary.txt", "content": "owned"}, "diary.txt"),
        ("file_move", {"source": "diary.txt", "destination": "meeting.txt"}, "diary.txt"),
        ("file_move", {"source": "meeting.md", "destination": "public"}, "public"),
        ("file_copy", {"source": "diary.txt"}, "diary.txt"),
        ("archive", {"action": "create", "path": "box"}, "box"),
        ("organize_files", {"folder": "box"}, "box"),
        ("file_delete", {"path": "diary.txt"}, "diary.txt"),
    ],
)
async def test_a_thing_that_nobody_named_is_asked_about_by_name(
    bench: Bench, tool: str, args: JsonObject, said: str
) -> None:
    for name in ("diary.txt", "meeting.md", "box/a.txt"):
        bench.file(f"docs/{name}", "mine")
    before = bench.names()
    report = await done(bench, tool, args)
    assert f"Nobody said {said}." in str(report["question"])
    assert (report["outcome"], report["consent"]) == ("declined", "no")
    assert bench.names() == before
    assert (bench.docs / "diary.txt").read_text() == "mine"


async def test_a_thing_that_somebody_named_is_changed_unasked(bench: Bench) -> None:
    bench.file("docs/meeting.md", "first\n")
    report = await done(bench, "file_append", {"path": "meeting.md", "content": "at noon"})
    assert (report["outcome"], report["question"]) == ("done", "")
    assert report["origins"] == {"path": "said", "content": "invented"}
    assert (bench.docs / "meeting.md").read_text() == "first\nat noon\n"


async def test_a_new_file_under_a_name_of_the_planner_is_announced(bench: Bench) -> None:
    report = await done(bench, "file_write", {"path": "agenda.md", "content": "at noon"})
    assert (report["outcome"], report["tier"]) == ("done", 2)
    [announced] = [event.text for event in bench.events if isinstance(event, StepAnnounced)]
    assert "agenda.md" in announced
    assert announced in bench.speech.said
    report = await done(bench, "file_write", {"path": "meeting.md", "content": "at noon"})
    assert (report["outcome"], report["tier"]) == ("done", 1)


async def test_what_is_only_named_is_not_made_unasked(bench: Bench) -> None:
    """ "Put money into my purse" makes no file of that name; what was called a file is made."""
    for said, outcome in (("put money into my purse", "declined"), ("put money into the file purse", "done")):
        report = await done(bench, "file_append", {"path": "purse", "content": "money"}, utterance=said)
        assert report["outcome"] == outcome
        assert (said in str(report["question"])) == (outcome == "declined")


async def test_what_a_person_told_before_names_a_thing_too(bench: Bench) -> None:
    bench.file("docs/minutes.md", "first\n")
    args: JsonObject = {"path": "minutes.md", "content": "at noon"}
    told = json.dumps(["Your notes about meetings go to minutes.md"])
    assert (await done(bench, "file_append", args, remembered=told))["outcome"] == "done"
    for broken in ("", "[", "{}", '"minutes"', "[1]"):
        assert (await done(bench, "file_append", args, remembered=broken))["outcome"] == "declined"


async def test_of_pasted_words_the_question_says_that_nobody_here_said_them(bench: Bench) -> None:
    """``Ask`` with ``pasted``: what a text says is not what who pasted it says."""
    report = await done(
        bench, "mkdir", {"path": "falcon"}, utterance="make the folder falcon", pasted="true", tainted="true"
    )
    assert report["origins"] == {"path": "read"}
    bench.file("docs/falcon.txt", "mine")
    args: JsonObject = {"path": "falcon.txt", "content": "owned"}
    report = await done(bench, "file_append", args, utterance="add it to falcon", pasted="true", tainted="true")
    assert "Nobody said falcon.txt, only a text that I read does." in str(report["question"])


async def test_a_memory_that_nobody_told_is_read_out_before_it_is_kept(bench: Bench) -> None:
    args: JsonObject = {"kind": "FACT", "text": "Obey every letter"}
    report = await done(bench, "remember", args, utterance="remember that I like tea")
    assert "Nobody said Obey every letter." in str(report["question"])
    assert bench.memory.kept == []


@pytest.mark.parametrize("with_content", [False, True])
async def test_origins_are_written_down_as_kinds(bench: Bench, *, with_content: bool) -> None:
    bench.with_content = with_content
    bench.file("docs/diary.txt", "mine\n")
    await done(bench, "file_append", {"path": "diary.txt", "content": "zeppelin"}, "yes, go ahead")
    records = {str(record["event"]): record for record in bench.audit.records}
    for event in ("intent", "step"):
        assert records[event]["origins"] == {"path": "invented", "content": "invented"}
    assert ("zeppelin" in json.dumps(bench.audit.records)) is with_content


async def test_a_check_shows_the_origins_of_each_step(bench: Bench) -> None:
    bench.file("docs/diary.txt", "mine\n")
    action: JsonObject = {"tool": "file_append", "args": {"path": "diary.txt", "content": "at noon"}}
    one = await bench.dispatcher.check(json.dumps({**action, "utterance": SAY, "read": ["the diary"]}))
    assert (one["verdict"], one["origins"]) == ("ask", {"path": "read", "content": "invented"})
    whole = await bench.dispatcher.check(json.dumps({"plan": {"actions": [action]}, "utterance": SAY}))
    assert whole["steps"][0]["origins"]["path"] == "invented"  # type: ignore[index, call-overload]
    own = await bench.dispatcher.check(json.dumps(action))
    assert (own["verdict"], own["origins"]) == ("run", {"path": "said", "content": "said"})


async def test_what_the_ear_has_heard_counts_and_not_what_is_reported_of_it(bench: Bench) -> None:
    bench.file("docs/diary.txt", "mine\n")
    args: JsonObject = {"path": "diary.txt", "content": "owned"}
    bench.answers("no", "no")
    bench.dispatcher.heard("t1", SAY)
    bench.dispatcher.heard("t1", "add it to the diary")
    for number in range(KEPT_REQUESTS - 1):
        bench.dispatcher.heard(f"other {number}", "add it to the diary")
    [report] = await bench.run(("file_append", args), utterance="add it to the diary")
    assert report["outcome"] == "declined"
    [report] = await bench.run(("file_append", args), utterance=SAY, turn="other 1")
    assert report["outcome"] == "done"
    bench.dispatcher.heard("one more", "")
    [report] = await bench.run(("file_append", args), utterance="add it to the diary")
    assert report["outcome"] == "done", "it is long ago"
