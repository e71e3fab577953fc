"""Requests that fit a sentence: what is taken, what is left to the planner, and why (decision 25)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jarvisd.core.planning.plan import Action
from jarvisd.executor.policy import offline
from jarvisd.lang.en.requests.intents import recognise
from jarvisd.lang.en.templates.fitting import body, book

pytest.importorskip("hassil", reason="the environment is older than its lock: make setup")

DATA = Path(__file__).resolve().parents[4] / "data" / "sentences"
LEAST_BY_SENTENCE = 0.75


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def actions_of(said: str) -> tuple[Action, ...]:
    intent = recognise(said)
    return intent.plan.actions if intent is not None and intent.plan is not None else ()


def is_right(wanted: Mapping[str, Any], action: Action) -> bool:
    """Whether an action is the one that a case describes in the form of ``make eval-plans``."""
    as_json = json.dumps(dict(action.args), ensure_ascii=False)
    return action.tool in wanted["name"].split("|") and all(
        any(
            re.search(pattern, as_json if each == "~" else str(action.args.get(each, "")), re.IGNORECASE)
            for each in name.split("|")
        )
        for name, pattern in wanted["args"].items()
    )


def test_most_everyday_requests_fit_a_sentence_and_none_wrongly() -> None:
    everyday = cases("everyday.jsonl")
    assert len(everyday) >= 200
    taken, wrong = 0, []
    for case in everyday:
        actions = actions_of(case["say"])
        taken += bool(actions)
        is_same = len(actions) == len(case["tools"]) and all(map(is_right, case["tools"], actions))
        if actions and not is_same:
            wrong.append((case["say"], [(action.tool, dict(action.args)) for action in actions]))
    assert wrong == []
    assert taken >= LEAST_BY_SENTENCE * len(everyday)


def test_what_no_sentence_is_sure_of_is_thought_about() -> None:
    others = cases("planner.jsonl")
    assert len(others) >= 100
    assert [case["say"] for case in others if recognise(case["say"]) is not None] == []


def test_what_a_sentence_asks_for_its_tool_takes() -> None:
    """Templates name tools and arguments that there are, with values that these read."""
    registry, *_ = offline.tools_and_reach()
    assert book().tools <= {tool.name for tool in registry.all()}
    for case in cases("everyday.jsonl"):
        for action in actions_of(case["say"]):
            registry.known(action.tool).validate(action.args)


FILLED = {
    **{
        "document": "quagga report",
        "filename": "quagga.txt",
        "archive": "quagga.zip",
        "url": "quagga.example.com",
    },
    **{"label": "quagga", "folder": "downloads", "folder_name": "quagga", "topic": "quaggas", "service": "nginx"},
    **{"text": "the quagga sleeps", "item": "a quagga", "told": "the quagga is here", "person": "Quentin"},
    **{"statement": "the quagga is here", "clause": "where the quagga is", "kept": "quagga code"},
    **{"theirs": "Anna's birthday", "age": "two weeks", "size": "two megabytes", "expression": "2 plus 2"},
}


def test_no_template_takes_what_another_tool_is_asked_for() -> None:
    """Whatever else a wording of a template fits, it is done as that template says, or thought about."""
    samples = list(book().samples(FILLED, 1))
    found = [(sample, actions_of(sample.text)) for sample in samples]
    assert [
        (sample.tool, sample.text, actions)
        for sample, actions in found
        if actions and [action.tool for action in actions] != [sample.tool]
    ] == []
    assert sum(bool(actions) for _, actions in found) > 0.9 * len(samples)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Hey Jarvis, could you please read Notes.txt to me, thanks.", "read Notes.txt to me"),
        ("I'd like you to zip the Letters folder", "zip the Letters folder"),
        ("What's in /srv/jarvisd/docs/plan.md?", "What's in /srv/jarvisd/docs/plan.md"),
        ("find *.txt", "find *.txt"),
        ("please", "please"),
    ],
)
def test_courtesy_is_taken_off_and_the_rest_stays_as_written(said: str, left: str) -> None:
    assert body(said) == left


def test_the_reading_with_the_fewest_free_words_counts() -> None:
    [action] = actions_of("find the tax invoice files in documents")
    assert action.args == {"name": "tax invoice", "folder": "documents"}


@pytest.mark.parametrize(
    "said",
    [
        "remember that the car is on level 3 and delete draft.txt",
        "email Ruth that lunch is ready and tell me the time",
        "add milk to the shopping list and read it",
        "create a file a.txt that says hello, then delete b.txt",
        "remember that my badge is 12, then tell me the date",
        "how full is the disk, remember that the car is on level 3 and delete draft.txt",
        "create a.csv with the text call the bank and afterwards move it to photos",
    ],
)
def test_free_words_that_may_hold_another_errand_are_thought_about(said: str) -> None:
    assert recognise(said) is None


def test_errands_are_joined_and_know_what_they_need() -> None:
    first, second = actions_of("create a folder called garden, then copy roses.md to the garden folder")
    assert (first.tool, second.tool, second.depends_on) == ("mkdir", "file_copy", (0,))
    first, second = actions_of("is nginx running and how full is the disk")
    assert (first.tool, second.tool, second.depends_on) == ("service_status", "system_info", ())


def test_what_was_made_or_read_can_be_named_again_in_the_same_breath() -> None:
    first, second = actions_of("make a folder called insurance and move poem.txt into it")
    assert (second.tool, second.args["destination"], second.depends_on) == ("file_move", "insurance", (0,))
    first, second = actions_of("read letter.txt, then delete it")
    assert (first.tool, second.tool, second.args) == ("file_read", "file_delete", {"path": "letter.txt"})
    for said in ("delete it", "move poem.txt there", "find the notes and delete it", "mail Ruth a summary"):
        assert recognise(said) is None


def test_free_words_keep_their_marks() -> None:
    [action] = actions_of("Email Ruth that lunch is at 12:30, not at one.")
    assert action.args["body"] == "lunch is at 12:30, not at one"
    [action] = actions_of("read me https://blog.example.net/today?x=1")
    assert action.args == {"url": "https://blog.example.net/today?x=1"}


@pytest.mark.parametrize(
    "said", ["read notes.txt and stop", "mute, then read notes.txt", "undo and delete draft.txt"]
)
def test_a_control_is_no_part_of_several_errands(said: str) -> None:
    assert recognise(said) is None
