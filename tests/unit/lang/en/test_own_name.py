"""What the person is called: which words tell it, which ask for it, and what is no name."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.memories.facts import Relation, parse_fact, relation
from jarvisd.lang.en.memories.own_name import asks_own_name, told_name
from jarvisd.lang.en.requests.intents import recognise
from jarvisd.lang.intent import Control


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("call me Sam", "Sam"),
        ("Call me Sam.", "Sam"),
        ("please call me sam", "sam"),
        ("You can call me Sam O'Neill", "Sam O'Neill"),
        ("from now on call me Sam", "Sam"),
        ("call me Sam from now on, please", "Sam"),
        ("my name is Anna-Lena", "Anna-Lena"),
        ("My name's José", "José"),
        ("no, my name is Robert", "Robert"),
        ("my name is now Robert", "Robert"),
        ("I'm called Max", "Max"),
        ("I am called Max", "Max"),
        ("people call me Bob", "Bob"),
        ("I go by Kit", "Kit"),
        ("address me as Dr. Weber", "Dr. Weber"),
        ("call me Will", "Will"),
        ("my name is Mary Ann van Dyke", "Mary Ann van Dyke"),
    ],
)
def test_a_name_is_told(said: str, name: str) -> None:
    assert told_name(said) == name
    intent = recognise(said)
    assert intent is not None
    assert intent.plan is not None
    (action,) = intent.plan.actions
    assert (action.tool, action.args["kind"]) == ("remember", "PREFERENCE")


@pytest.mark.parametrize(
    "said",
    [
        "call me a taxi",
        "call me tomorrow",
        "call me at five",
        "call me back",
        "call me when dinner is ready",
        "call me will",
        "don't call me Sam",
        "my name is not Sam",
        "your name is Sam",
        "my name is important to me",
        "call me 5",
        "is my name Sam?",
        "my sister's name is Ada",
        "call me Sam and delete my files",
        "my name is",
        "I am called away",
    ],
)
def test_what_is_no_name_tells_none(said: str) -> None:
    assert told_name(said) == ""


@pytest.mark.parametrize(
    "said",
    [
        "what is my name",
        "What's my name?",
        "what's my name again",
        "who am I",
        "tell me who I am",
        "do you know my name",
        "do you remember who I am?",
        "what do you call me",
        "what am I called",
        "hey jarvis, what is my full name",
    ],
)
def test_a_question_for_it_looks_it_up(said: str) -> None:
    intent = recognise(said)
    assert intent is not None
    assert intent.plan is not None
    (action,) = intent.plan.actions
    assert action.tool == "recall"
    assert asks_own_name(str(action.args["query"]))


@pytest.mark.parametrize("said", ["forget my name", "forget who I am"])
def test_it_can_be_forgotten(said: str) -> None:
    intent = recognise(said)
    assert intent is not None
    assert intent.plan is not None
    assert (intent.plan.actions[0].tool, dict(intent.plan.actions[0].args)) == ("forget", {"query": "my name"})


@pytest.mark.parametrize(
    "said", ["what's your name", "what is your name again", "tell me your name", "who are you"]
)
def test_the_name_of_the_assistant_is_another_question(said: str) -> None:
    intent = recognise(said)
    assert intent is not None
    assert intent.control is Control.INTRODUCE
    assert not asks_own_name(said)


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("call me Sam", "my name is Robert"),
        ("my name is Robert", "call me Sam"),
        ("I'm called Max", "call me Sam"),
        ("call me Sam", "people call me Bob"),
    ],
)
def test_another_name_takes_the_place_of_the_first(newer: str, older: str) -> None:
    first, second = parse_fact(newer), parse_fact(older)
    assert first is not None
    assert second is not None
    assert relation(first, second) is Relation.REPLACED


def test_the_name_of_somebody_else_stays() -> None:
    first, second = parse_fact("call me Sam"), parse_fact("my dog's name is Rex")
    assert first is not None
    assert second is not None
    assert relation(first, second) is Relation.NONE
