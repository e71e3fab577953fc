"""Other ways to put a request are understood as the plain one, and no more than that."""

from __future__ import annotations

import pytest

from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.requests.intents import recognise
from jarvisd.lang.en.templates.wordings import wordings


def steps(said: str) -> tuple[Action, ...]:
    intent = recognise(said)
    return intent.plan.actions if intent is not None and intent.plan is not None else ()


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("I'd like to know how full the disk is", "how full is the disk"),
        ("could you find out whether nginx is running right now", "is nginx running"),
        ("let me hear roses.md", "read me roses.md"),
        ("I want to see the photos in the garden folder", "show me the photos in the garden folder"),
        ("quickly zip the letters folder for me", "zip the letters folder"),
        ("let's tidy up the downloads folder now", "tidy up the downloads folder"),
        ("do you happen to know what day it is", "what day is it"),
        ("would you be so kind as to delete draft.txt", "delete draft.txt"),
    ],
)
def test_another_wording_is_the_plain_request(said: str, plain: str) -> None:
    assert steps(said) == steps(plain) != ()


@pytest.mark.parametrize(
    "said",
    [
        "let me know that my badge is 12",
        "I want to remember that the car is on level 3 now",
        "I'd like to see the sea",
        "can I see you again",
        "let me hear from you",
        "I wonder who is my match",
        "delete draft.txt tomorrow",
        "just delete everything now",
        "find big files",
        "find huge files in downloads",
        "delete the empty files in downloads",
        "turn off the smoke alarm",
        "stop the car alarm",
    ],
)
def test_what_the_plain_request_does_not_say_is_thought_about(said: str) -> None:
    assert steps(said) == ()


def test_wordings_come_to_an_end() -> None:
    said = "just " * 40 + "let me see " * 40 + "now " * 40
    assert len(list(wordings(said))) < 40


def test_old_files_are_those_that_are_old() -> None:
    [action] = steps("get rid of the old files in downloads")
    assert (action.tool, action.args) == ("file_delete", {"folder": "downloads", "older_than": "old"})
    [action] = steps("find old files in downloads")
    assert (action.tool, action.args) == ("search_files", {"folder": "downloads", "older_than": "old"})


def test_more_time_on_a_timer_is_no_new_timer() -> None:
    [action] = steps("give me five more minutes on the egg timer")
    assert (action.tool, dict(action.args)) == (
        "change_timer", {"what": "add", "which": "egg timer", "by": "five minutes"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "expression"),
    [
        ("multiply 14 by 6", "14 * 6"),
        ("what do you get when you divide 81 by 9", "81 / 9"),
        ("add 45 and 67", "45 + 67"),
        ("subtract nineteen from a hundred", "100 - 19"),
        ("what's half of 90", "90 / 2"),
        ("how much is two thirds of 90", "2 * 90 / 3"),
        ("take 20 percent off 250", "250 - 20% of 250"),
    ],
)
def test_an_order_between_numbers_is_a_sum(said: str, expression: str) -> None:
    [action] = steps(said)
    assert (action.tool, action.args) == ("calculate", {"expression": expression})


@pytest.mark.parametrize(
    "said", ["add milk and eggs", "double trouble", "divide the cake by two", "half a pound of it"]
)
def test_an_order_between_things_is_none(said: str) -> None:
    assert all(action.tool != "calculate" for action in steps(said))


def test_what_is_needed_is_put_on_the_list_that_is_named_with_it() -> None:
    [action] = steps("we're out of salt, put it on the shopping list")
    assert (action.tool, action.args) == ("list_change", {"what": "add", "items": ["salt"], "list": "shopping"})
    assert steps("we need to talk put it on the list") == ()
    [action] = steps("I need a reminder at noon to call the school")
    assert dict(action.args) == {"when": "noon", "label": "call the school", "kind": "reminder"}


def test_several_files_are_looked_for_by_what_the_name_of_each_holds() -> None:
    assert [
        action.args for said in ("find the invoices", "where are my tax returns") for action in steps(said)
    ] == [
        {"name": "invoice"},
        {"name": "tax return"},
    ]
    [action] = steps("find the meeting notes")
    assert action.args == {"name": "meeting notes"}
