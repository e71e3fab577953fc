"""What a step does, asks, says and writes down because of the words of its request (decision 32)."""

from __future__ import annotations

import json

import pytest

from jarvisd.core.json_types import JsonObject
from tests.unit.executor.conftest import Bench
from tests.unit.executor.plan.test_prefetch import begin, settle

CANCEL = ("cancel_timer", {"which": "egg timer"})
MAKE = ("mkdir", {"path": "moon"})
FIND: JsonObject = {"tool": "search_files", "args": {"name": "lights"}}


async def test_what_nobody_asked_for_is_neither_done_nor_asked(bench: Bench) -> None:
    await bench.run(("set_timer", {"when": "ten minutes", "label": "egg"}))
    [report] = await bench.run(CANCEL, utterance="lock the egg timer")
    assert (report["outcome"], report["question"], report["consent"]) == ("refused", "", "not_asked")
    assert str(report["spoken"]).startswith("I can't lock the egg timer. I can ")
    assert len(await bench.timers.listed()) == 1
    [report] = await bench.run(CANCEL, utterance="cancel the egg timer")
    assert (report["outcome"], await bench.timers.listed()) == ("done", [])


async def test_a_look_that_nobody_asked_for_is_no_answer(bench: Bench) -> None:
    [report] = await bench.run(("get_time", {"what": "date"}), utterance="is the garage door shut")
    assert (report["outcome"], report["result"]) == ("refused", {})
    assert report["spoken"] == "I can't answer: is the garage door shut."


async def test_a_change_that_leaves_words_over_is_asked_about_with_what_was_heard(bench: Bench) -> None:
    bench.answers("no", "yes, go ahead")
    for outcome in ("declined", "done"):
        [report] = await bench.run(MAKE, utterance="make a folder moon on the roof of the barn")
        assert report["outcome"] == outcome
        assert "I heard: make a folder moon" in str(report["question"])
        assert "leaves out roof and barn" in str(report["question"])
        assert report["licence"]["doubt"] == ["roof", "barn"]  # type: ignore[index, call-overload]


async def test_a_look_that_leaves_words_over_runs(bench: Bench) -> None:
    bench.file("docs/moon.txt", "round")
    [report] = await bench.run(("file_read", {"path": "moon.txt"}), utterance="read the file moon from the barn")
    assert (report["outcome"], report["question"]) == ("done", "")


async def test_a_rehearsal_shows_the_licence(bench: Bench) -> None:
    [asked, other] = await bench.run(
        MAKE, CANCEL, utterance="make a folder called moon and pause the egg timer", dry_run="true"
    )
    assert asked["licence"] == {
        "kind": "licensed",
        "words": ["make", "folder"],
        "doubt": [],
        "parts": [0],
        "why": "",
    }
    assert (asked["outcome"], other["outcome"]) == ("dry_run", "refused")
    assert other["licence"]["kind"] == "unlicensed"  # type: ignore[index, call-overload]
    assert bench.names() == []


async def test_the_words_of_the_ear_count_and_not_what_is_reported(bench: Bench) -> None:
    bench.dispatcher.heard("t1", "what time is it")
    [report] = await bench.run(MAKE, utterance="make a folder called moon")
    assert report["outcome"] == "refused"


async def test_an_early_read_begins_only_where_the_request_asks_for_it(bench: Bench) -> None:
    bench.dispatcher.heard("spoken", "turn on the lights")
    claimed: JsonObject = {**FIND, "utterance": "find the lights file"}
    for turn_id, action in (("written", {**FIND, "utterance": "turn on the lights"}), ("spoken", claimed)):
        verdict = await begin(bench, turn_id, 0, action)
        await settle()
        assert (verdict["verdict"], verdict["licence"]["kind"]) == ("refuse", "unlicensed")  # type: ignore[index, call-overload]
    assert (await begin(bench, "asked", 0, claimed))["verdict"] == "run"
    [report] = await bench.run(FIND, turn="asked", utterance="find the lights file")
    assert report["outcome"] == "done"


async def test_an_early_read_is_kept_for_the_same_words(bench: Bench) -> None:
    await begin(bench, "t1", 0, {**FIND, "utterance": "find the lights file"})
    [report] = await bench.run(FIND, turn="t1", utterance="turn on the lights")
    assert report["outcome"] == "refused"


async def test_a_check_with_a_request_shows_its_licence(bench: Bench) -> None:
    action: JsonObject = {"tool": CANCEL[0], "args": CANCEL[1]}
    found = await bench.dispatcher.check(json.dumps({**action, "utterance": "pause the egg timer"}))
    assert (found["verdict"], found["reasons"]) == ("refuse", ["not asked for"])
    assert found["licence"]["kind"] == "unlicensed"  # type: ignore[index, call-overload]
    assert (await bench.dispatcher.check(json.dumps(action)))["licence"] == {}


@pytest.mark.parametrize("with_content", [False, True])
async def test_the_audit_log_holds_the_kind_and_the_words_only_where_they_are_wanted(
    bench: Bench, *, with_content: bool
) -> None:
    bench.with_content = with_content
    bench.answers("no")
    await bench.run(MAKE, utterance="make a folder moon on the roof of the barn")
    await bench.run(CANCEL, utterance="pause the egg timer")
    doubtful, refused = [record for record in bench.audit.records if record["event"] == "step"]
    assert (doubtful["licence"], refused["licence"], refused["outcome"]) == ("doubtful", "unlicensed", "refused")
    assert ("barn" in json.dumps(doubtful)) is with_content
    shown = {key: value for key, value in doubtful.items() if key != "content"}
    assert "barn" not in json.dumps(shown)
