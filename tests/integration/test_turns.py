"""Whole turns through four real daemons: heard, planned, asked, done, said (requirements A1 to A13)."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import variants
from jarvisd.core.errors import ErrorCode, JarvisError
from tests.fakes.stranger import lie
from tests.integration.conftest import Home

OLD_S = 20 * 86400


@pytest.fixture
def old_files(home: Home) -> list[Path]:
    """Three old temporary files and a fresh one."""
    folder = home.workspace("tmp")
    for index in range(3):
        path = folder / f"old-{index}.tmp"
        path.write_text("x" * 100)
        os.utime(path, (time.time() - OLD_S, time.time() - OLD_S))
    (folder / "fresh.tmp").write_text("x")
    return [folder / f"old-{index}.tmp" for index in range(3)]


async def test_a_spoken_request_goes_round(home: Home) -> None:
    """A1 to A5, A13: wake, words, plan, step, reply, and every state on the bus."""
    (home.workspace("documents") / "invoice-7.txt").write_text("7")
    turn_id = await home.request("find the invoice")
    report = await home.report(turn_id)
    assert report["utterance"] == "Find the invoice"
    assert "invoice-7.txt" in report["reply"]
    assert home.path(turn_id) == ["LISTENING", "TRANSCRIBING", "REASONING", "EXECUTING", "RESPONDING", "IDLE"]
    assert any(name == "SpeakingStarted" and body[0] == turn_id for name, body in home.events)


async def test_the_executor_hears_itself_what_was_said_in_the_room(home: Home) -> None:
    """Decision 32: a plan of a turn is held against what the ear has heard, whatever is reported of it."""
    diary = home.workspace("documents") / "diary.txt"
    diary.write_text("mine")
    turn_id = await home.request("find the invoice")
    await home.report(turn_id)
    plan = {"actions": [{"tool": "file_append", "args": {"path": "diary.txt", "content": "owned"}}]}
    options = variants(turn=turn_id, channel="dbus", utterance="add it to the diary", dry_run=True)
    [plan_id] = await home.link.executor.call("Submit", "sa{sv}", [json.dumps(plan), options])
    await home.event("PlanFinished", lambda body: bool(body[2] == plan_id))
    [text] = await home.link.executor.call("Result", "s", [plan_id])
    [step] = json.loads(text)["steps"]
    assert (step["verdict"]["verdict"], step["licence"]["kind"]) == ("refuse", "unlicensed")


async def test_the_time_needs_no_model(home: Home) -> None:
    report = await home.report(await home.request("what time is it"))
    assert report["plan"]["actions"][0]["tool"] == "get_time"
    assert report["steps"][0]["outcome"] == "done"


async def test_a_list_needs_no_model_and_is_a_file_that_can_be_taken_back(home: Home) -> None:
    """A3, D5: the shopping list that is there is the shopping list, and what is on it is the answer."""
    path = home.workspace("documents") / "shopping.txt"
    path.write_text("tea\n")
    report = await home.report(await home.request("add milk and eggs to my shopping list"))
    assert (report["steps"][0]["tool"], report["steps"][0]["outcome"]) == ("list_change", "done")
    assert path.read_text() == "tea\nmilk\neggs\n"
    report = await home.report(await home.request("what's on my shopping list"))
    assert report["reply"] == "You have 3 items on the shopping list: tea, milk and eggs."
    await home.report(await home.request("undo that"))
    assert path.read_text() == "tea\n"


async def test_what_is_remembered_is_recalled(home: Home) -> None:
    """A6."""
    await home.report(await home.request("remember that my locker code is 4417"))
    report = await home.report(await home.request("what is my locker code"))
    assert "4417" in report["reply"]


async def test_yes_deletes_what_was_asked_about_and_undo_brings_it_back(home: Home, old_files: list[Path]) -> None:
    """A10, D5: the question has the measured facts, consent is voice, nothing is lost."""
    turn_id = await home.request("delete the old temporary files")
    request_id = (await home.event("AnswerWindow", lambda body: body[2]))[0]
    await home.say("yes go ahead")
    report = await home.report(turn_id)
    [step] = report["steps"]
    assert (step["tier"], step["consent"], step["outcome"]) == (3, "yes", "done")
    assert "3 " in step["question"]
    assert (await home.event("ConfirmRequested"))[2] == request_id
    assert not any(path.exists() for path in old_files)
    assert (home.workspace("tmp") / "fresh.tmp").exists()
    assert "AWAITING_CONFIRM" in home.path(turn_id)
    await home.report(await home.request("undo that"))
    assert all(path.read_text() == "x" * 100 for path in old_files)


@pytest.mark.parametrize("answer", ["no", "yes but not those", "what did you say", ""])
async def test_anything_but_yes_keeps_the_files(home: Home, old_files: list[Path], answer: str) -> None:
    """A10: deny wins, unclear and silence are no."""
    turn_id = await home.request("delete the old temporary files")
    report = await home.answered(turn_id, answer)
    assert report["steps"][0]["outcome"] == "declined"
    assert report["steps"][0]["consent"] in ("no", "silence")
    assert all(path.exists() for path in old_files)


async def test_forged_answers_confirm_nothing(home: Home, old_files: list[Path]) -> None:
    """Decision 2: signals carry no consent, from whoever, whenever."""
    forger = Connection(home.suite.address)
    await forger.connect()
    owner = await forger.owner_of(UnitName.EXECUTOR.bus_name)
    turn_id = await home.request("delete the old temporary files")
    await home.event("AnswerWindow", lambda body: body[2])
    for destination in (None, owner):
        said = [turn_id, 1, "yes go ahead", variants(confidence=1.0)]
        await forger._live().send(lie(UnitName.AUDIO, "Transcript", "stsa{sv}", said, destination))
    for member, signature, body in (
        ("ListenForAnswer", "sd", ["x", 1.0]),
        ("ReserveAnswer", "s", ["x"]),
        ("ReleaseAnswer", "s", ["x"]),
    ):
        with pytest.raises(JarvisError) as refused:
            await forger.call(UnitName.AUDIO.bus_name, UnitName.AUDIO.path, member, signature, body)
        assert refused.value.code is ErrorCode.NOT_PERMITTED
    report = await home.report(turn_id)
    assert report["steps"][0]["consent"] == "silence"
    assert all(path.exists() for path in old_files)
    await forger.disconnect()


async def test_an_answer_starts_no_turn_and_is_not_signalled(home: Home, old_files: list[Path]) -> None:
    """Decision 2: what is said in the window belongs to the executor alone."""
    turn_id = await home.request("delete the old temporary files")
    await home.event("AnswerWindow", lambda body: body[2])
    await home.say("hey jarvis", "no")
    await home.report(turn_id)
    assert [body[0] for name, body in home.events if name == "WakeDetected"] == [turn_id]
    assert [body[2] for name, body in home.events if name == "Transcript"] == ["Delete the old temporary files"]
    told = {body[2] for name, body in home.events if name == "PartialTranscript"}
    assert told <= {"Delete the old temporary files"}


async def test_a_written_request_is_never_asked_in_the_room(home: Home, old_files: list[Path]) -> None:
    """Decision 2: a question belongs to the channel that asked."""
    turn_id = await home.ask("delete the old temporary files")
    _, _, request_id, question, channel, *_ = await home.event("ConfirmRequested")
    assert channel == "dbus"
    assert "proceed" in question
    await home.link.executor.call("Confirm", "s", [request_id])
    report = await home.report(turn_id)
    assert report["steps"][0]["consent"] == "yes"
    assert not any(path.exists() for path in old_files)
    assert not any(name == "AnswerWindow" for name, _ in home.events)
    with pytest.raises(JarvisError) as used:
        await home.link.executor.call("Confirm", "s", [request_id])
    assert used.value.code is ErrorCode.NOT_FOUND


async def test_a_written_question_that_nobody_answers_is_a_no(home: Home, old_files: list[Path]) -> None:
    report = await home.report(await home.ask("delete the old temporary files"))
    assert report["steps"][0]["consent"] == "silence"
    assert all(path.exists() for path in old_files)


async def test_stop_ends_a_question(home: Home, old_files: list[Path]) -> None:
    """Decision 21."""
    turn_id = await home.ask("delete the old temporary files")
    await home.event("ConfirmRequested")
    await home.link.brain.call("Cancel", "s", [""])
    report = await home.report(turn_id)
    assert report["outcome"] == "cancelled"
    assert all(path.exists() for path in old_files)
    assert (await home.report(await home.ask("what time is it")))["outcome"] == "done"


async def test_a_second_request_names_the_turn_in_progress(home: Home, old_files: list[Path]) -> None:
    turn_id = await home.ask("delete the old temporary files")
    await home.event("ConfirmRequested")
    with pytest.raises(JarvisError) as busy:
        await home.link.brain.call("Ask", "sa{sv}", ["what time is it", {}])
    assert busy.value.code is ErrorCode.BUSY
    assert turn_id in busy.value.message
    await home.link.brain.call("Cancel", "s", [turn_id])
    await home.report(turn_id)


async def test_a_rehearsal_changes_nothing(home: Home, old_files: list[Path]) -> None:
    report = await home.report(await home.ask("delete the old temporary files", dry_run=True))
    assert report["steps"][0]["verdict"]["verdict"] == "ask"
    assert "3 " in report["steps"][0]["question"]
    assert all(path.exists() for path in old_files)


async def test_code_with_nothing_in_reach_is_announced_and_runs(home: Home) -> None:
    """Decision 23: no folder, no network, nothing that reading it found."""
    report = await home.report(await home.request("calculate 6 times 7"))
    [step] = report["steps"]
    assert (step["tool"], step["outcome"]) == ("execute_code", "done")
    assert (step["verdict"]["tier"], step["consent"]) == (2, "not_asked")


async def test_silence_after_the_wake_word_starts_nothing(home: Home) -> None:
    home.forget()
    await home.say("hey jarvis")
    turn_id = (await home.event("WakeDetected"))[0]
    report = await home.report(turn_id)
    assert (report["outcome"], report["code"]) == ("nothing_heard", "NothingHeard")


async def test_nothing_that_was_said_is_in_the_logs(home: Home) -> None:
    """Decision 17: content is logged only when it is wanted."""
    await home.report(await home.request("find the xylophone"))
    texts = [path.read_text("utf-8") for path in home.suite.folder.rglob("*") if path.suffix in (".log", ".jsonl")]
    texts += [path.read_text("utf-8") for path in (home.suite.folder / "state" / "log").rglob("*.json")]
    assert len(texts) > 4
    assert [text for text in texts if "xylophone" in text] == []


async def test_what_is_out_of_reach_is_said_and_nothing_near_it_is_done(home: Home) -> None:
    """Decision 32: the model would look for files called "nearest" and "phone", and read a list."""
    for say in ("find the nearest pharmacy", "find my phone", "read the news"):
        report = await home.report(await home.request(say))
        assert report["reply"].startswith("I can't "), say
        assert (report["steps"], report["code"]) == ([], ""), say
        assert [span["stage"] for span in report["spans"]].count("outside") == 1, say


async def test_of_two_parts_the_one_is_done_and_the_other_is_said(home: Home) -> None:
    (home.workspace("documents") / "invoice-8.txt").write_text("8")
    report = await home.report(await home.request("turn on the lights and find the invoice"))
    assert "invoice-8.txt" in report["reply"]
    assert report["reply"].endswith("I can't turn on lights.")
