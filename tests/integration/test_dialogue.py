"""Dialogues of two and three turns by the real daemons, and no model: what "it", "also" and an answer mean."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from demo.suite import Suite
from tests.integration.conftest import SCRIPTED, Home, at_home

SETTINGS = {**SCRIPTED, "brain": {"sentences": True}}
FOLDER = Path(__file__).parents[1] / "data" / "dialogue"
CASES = [json.loads(line) for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("dialogue")
    with Suite(folder, folder / "models", SETTINGS) as running:
        yield running


@pytest.fixture
async def home(suite: Suite) -> AsyncIterator[Home]:
    async with at_home(suite) as house:
        await house.link.brain.call("ForgetEverything")
        [timers] = await house.link.executor.call("ListTimers")
        for kind in {timer["kind"] for timer in json.loads(timers)}:
            # The suite is that of all dialogues, and one may leave what another would be asked about.
            await _turn(house, {"say": f"cancel all {kind}s", "answer": "yes"})
        house.forget()
        yield house


def _prepared(home: Home, files: Mapping[str, str]) -> None:
    """These files in the workspaces and no others."""
    for name in ("documents", "downloads", "tmp"):
        for path in sorted(home.workspace(name).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    for name, text in files.items():
        place = home.workspace(name.partition("/")[0]) / name.partition("/")[2]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


async def _turn(home: Home, turn: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The report of one request, each question of consent answered as the case says, and those questions."""
    turn_id = await home.ask(turn["say"], ask_in_reply=True)
    asked: list[str] = []
    seen: set[str] = set()
    while not any(name == "TurnFinished" and body[0] == turn_id for name, body in home.events):
        home._changed.clear()
        for _, body in [event for event in home.events if event[0] == "ConfirmRequested"]:
            if body[2] not in seen:
                seen.add(body[2])
                asked.append(body[3])
                answer = "Confirm" if turn.get("answer") == "yes" else "Deny"
                await home.link.executor.call(answer, "s", [body[2]])
        if not any(name == "TurnFinished" and body[0] == turn_id for name, body in home.events):
            await home._changed.wait()
    return await home.report(turn_id), asked


def _faults(home: Home, turn: Mapping[str, Any], report: Mapping[str, Any], asked: list[str]) -> list[str]:
    tools = ",".join(step["tool"] for step in report["steps"] if step["outcome"] == "done")
    found = []
    if "tool" in turn and not re.search(turn["tool"], tools):
        found.append(f"tools {tools!r}")
    if "reply" in turn and not re.search(turn["reply"], report["reply"]):
        found.append("reply")
    if "reply_not" in turn and re.search(turn["reply_not"], report["reply"]):
        found.append("reply_not")
    if "asked" in turn and bool(asked) is not turn["asked"]:
        found.append(f"asked {asked}")
    if "question" in turn and not any(re.search(turn["question"], text) for text in asked):
        found.append(f"question {asked}")
    for key, is_there in (("there", True), ("gone", False)):
        name = turn.get(key, "")
        if name and (home.workspace(name.partition("/")[0]) / name.partition("/")[2]).exists() is not is_there:
            found.append(f"not {key}: {name}")
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"].replace(" ", "-"))
async def test_dialogues(home: Home, case: Mapping[str, Any]) -> None:
    _prepared(home, case["files"])
    for turn in case["turns"]:
        report, asked = await _turn(home, turn)
        steps = [(step["tool"], step["outcome"], step["spoken"], step["licence"]) for step in report["steps"]]
        assert not _faults(home, turn, report, asked), (turn["say"], report["route"], report["reply"], steps)


async def _asked_back(home: Home, text: str) -> tuple[str, list[Any]]:
    turn_id = await home.ask(text)
    return turn_id, await home.event("ConfirmRequested", lambda body: body[0] == turn_id)


async def test_over_the_bus_a_question_is_put_within_the_turn_and_an_answer_is_no_consent(home: Home) -> None:
    """A2, A10: AWAITING_CONFIRM, kind clarify; then the risk gate asks as always."""
    _prepared(home, {"documents/tax-1.txt": "x", "documents/tax-2.txt": "y"})
    turn_id, asked = await _asked_back(home, "delete it")
    assert (asked[5], asked[6]) == ("clarify", [])
    await home.link.executor.call("Answer", "ss", [asked[2], "tax-1.txt"])
    consent = await home.event("ConfirmRequested", lambda body: body[0] == turn_id and body[5] == "consent")
    assert "tax-1.txt" in consent[3]
    await home.link.executor.call("Confirm", "s", [consent[2]])
    report = await home.report(turn_id)
    assert report["steps"][0]["outcome"] == "done"
    assert not (home.workspace("documents") / "tax-1.txt").exists()
    path = ["REASONING", "AWAITING_CONFIRM", "REASONING", "EXECUTING", "AWAITING_CONFIRM", "EXECUTING"]
    assert home.path(turn_id) == [*path, "RESPONDING", "IDLE"]


async def test_the_file_that_is_named_is_the_one_that_is_asked_about(home: Home) -> None:
    _prepared(home, {"documents/report-a.txt": "x", "documents/report-b.txt": "y"})
    turn_id, asked = await _asked_back(home, "delete the report")
    assert (asked[5], asked[6]) == ("clarify", ["documents/report-a.txt", "documents/report-b.txt"])
    await home.link.executor.call("Answer", "ss", [asked[2], "the second one"])
    consent = await home.event("ConfirmRequested", lambda body: body[0] == turn_id and body[5] == "consent")
    assert "report-b.txt" in consent[3]
    await home.link.executor.call("Confirm", "s", [consent[2]])
    assert (await home.report(turn_id))["steps"][0]["outcome"] == "done"
    assert (home.workspace("documents") / "report-a.txt").exists()
    assert not (home.workspace("documents") / "report-b.txt").exists()


async def test_who_denies_a_question_back_gets_a_clear_end_and_may_still_say_it(home: Home) -> None:
    turn_id, asked = await _asked_back(home, "set a timer")
    await home.link.executor.call("Deny", "s", [asked[2]])
    report = await home.report(turn_id)
    assert (report["outcome"], report["steps"]) == ("answered", [])
    assert "did nothing" in report["reply"]
    report = await home.report(await home.ask("twenty minutes"))
    assert report["steps"][0]["tool"] == "set_timer"
    await home.report(await home.ask("cancel it"))


async def test_a_turn_that_is_stopped_takes_its_question_back(home: Home) -> None:
    turn_id, asked = await _asked_back(home, "set a timer")
    await home.link.brain.call("Cancel", "s", [turn_id])
    closed = await home.event("ConfirmResolved", lambda body: body[2] == asked[2])
    assert closed[3] == "cancelled"


async def test_in_the_room_a_question_is_answered_without_the_wake_word_in_the_same_turn(home: Home) -> None:
    """Issue 14: one turn, one answer that is signalled to nobody, and the plan is held against its words."""
    turn_id = await home.request("set a timer")
    asked = await home.event("ConfirmRequested", lambda body: body[0] == turn_id)
    assert (asked[3:6]) == ["For how long?", "voice", "clarify"]
    await home.event("AnswerWindow", lambda body: body[0] == asked[2] and body[2])
    await home.say("twenty minutes")
    report = await home.report(turn_id)
    assert (report["steps"][0]["tool"], report["steps"][0]["outcome"]) == ("set_timer", "done")
    path = ["LISTENING", "TRANSCRIBING", "REASONING", "AWAITING_CONFIRM", "REASONING", "EXECUTING", "RESPONDING"]
    assert home.path(turn_id) == [*path, "IDLE"]
    assert [body[2] for name, body in home.events if name == "Transcript"] == ["Set a timer"]
    # That was an answer and no question: what comes next needs the wake word, by default.
    await home.event("ReplySpoken", lambda body: body[0] == turn_id and body[2] is False)
    report = await home.report(await home.request("cancel it"))
    assert (report["steps"][0]["tool"], report["steps"][0]["outcome"]) == ("cancel_timer", "done")
    assert not any(name == "FollowUpWindow" for name, _ in home.events)


async def test_silence_after_a_question_is_quiet_and_it_may_still_be_answered(home: Home) -> None:
    turn_id = await home.request("set a timer")
    report = await home.report(turn_id)
    assert (report["outcome"], report["reply"], report["steps"]) == ("answered", "", [])
    [question] = [body[3] for name, body in home.events if name == "ClauseStarted"]
    assert question == "For how long?"
    report = await home.report(await home.request("twenty minutes"))
    assert (report["steps"][0]["tool"], report["steps"][0]["outcome"]) == ("set_timer", "done")
    await home.report(await home.request("cancel it"))


async def test_what_is_forgotten_is_not_spoken_about_any_more(home: Home) -> None:
    _prepared(home, {"documents/tax-1.txt": "x"})
    await home.report(await home.ask("find the tax files"))
    await home.link.brain.call("ForgetEverything")
    report = await home.report(await home.ask("delete it", ask_in_reply=True))
    assert (report["reply"], report["steps"]) == ("Which file do you mean?", [])


async def test_the_command_line_asks_in_its_reply_where_nobody_can_answer(home: Home) -> None:
    asked = home.jarvisctl("ask", "set", "a", "timer")
    assert asked.stdout.strip() == "For how long?"
    answered = home.jarvisctl("ask", "--json", "20 minutes")
    assert json.loads(answered.stdout)["steps"][0]["tool"] == "set_timer", answered.stderr
    home.jarvisctl("ask", "cancel it")
