"""What people ask every assistant for and this box does not have is known by its words alone (decision 32)."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from jarvisd.brain.plan import prompt
from jarvisd.executor.policy import offline
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.scope.grammar import Form
from jarvisd.lang.en.scope.tables import domains
from jarvisd.lang.en.scope.word_lists import in_one_line
from tests.tables import each

DATA = Path(__file__).resolve().parents[4] / "data"
SAID_OF_OTHERS = {"Order me a pizza."}
"""What the prompt itself shows as out of reach."""


def read(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if not line.startswith("//")]


WORDINGS = read("outside.jsonl")
ASKED: dict[str, list[str]] = defaultdict(list)
NEAR: dict[str, list[str]] = defaultdict(list)
for row in WORDINGS:
    (ASKED if "domain" in row else NEAR)[row.get("domain") or row["near"]].append(row["say"])


@pytest.mark.parametrize("domain", sorted(ASKED))
def test_what_is_asked_for_is_known_however_it_is_said(domain: str) -> None:
    assert [say for say in ASKED[domain] if ENGLISH.scope.outside(say) is None] == []


@pytest.mark.parametrize("domain", sorted(NEAR))
def test_what_only_looks_like_it_is_left_to_the_planner(domain: str) -> None:
    assert [say for say in NEAR[domain] if ENGLISH.scope.apart(say).rest != say] == []


def test_nothing_that_the_box_can_do_is_called_out_of_reach() -> None:
    tools, *_ = offline.tools_and_reach()
    says = {row["say"] for row in (*read("everyday.jsonl"), *read("scope/within.jsonl"))}
    says |= {example.say for tool in tools.all() for example in tool.spec.examples}
    for shots in (prompt._CHAT_SHOTS, prompt._CALL_SHOTS):
        says |= {str(turn["say"]) for turn, _ in shots}
    caught = {say for say in says if ENGLISH.scope.apart(say).outside}
    assert caught - SAID_OF_OTHERS - {say for say in caught if ENGLISH.scope.apart(say).rest} == set()
    assert len(says) > 400


@pytest.mark.parametrize(
    ("say", "sentence"),
    [
        ("turn on the lights", "I can't turn on lights."),
        ("Hey Jarvis, would you mind switching the kitchen lamp off?", "I can't switch off lamps."),
        ("lock the front door", "I can't lock front doors."),
        ("is the garage door shut", "I can't tell whether garage doors are shut."),
        ("is the heating on", "I can't tell whether the heating is on."),
        ("which windows are open", "I can't tell which windows are open."),
        ("whats the whether like in London", "I can't tell the weather."),
        ("play Bohemian Rhapsody", "I can't play music or sounds."),
        ("call my mother", "I can't call people."),
        ("turn the bass up", "I can't turn up the bass."),
    ],
)
def test_it_is_said_with_the_verb_and_the_thing_of_the_request(say: str, sentence: str) -> None:
    found = ENGLISH.scope.outside(say)
    assert found is not None
    assert found.sentence == sentence


def test_every_sentence_is_one_and_plain() -> None:
    for say in (row["say"] for row in WORDINGS if "domain" in row):
        found = ENGLISH.scope.outside(say)
        assert found is not None, say
        assert re.fullmatch(r"I can't [a-zA-Z' -]+\.", found.sentence), say
        assert re.fullmatch(r"(?:[A-Z][a-zI ,-]+\.)?", found.remedy), say


def test_what_a_plugin_brings_is_no_longer_out_of_reach() -> None:
    assert ENGLISH.scope.outside("turn on the lights", {"light"}) is None
    assert ENGLISH.scope.outside("turn on the lights", {"fan"}) is not None
    assert ENGLISH.scope.outside("will it rain tomorrow", {"weather"}) is None
    assert ENGLISH.scope.apart("turn on the lights", {"lights"}).rest == "turn on the lights"


@pytest.mark.parametrize(
    ("say", "sentences", "rest"),
    [
        ("turn on the lights and tell me the time", "I can't turn on lights.", "tell me the time"),
        ("set a timer for ten minutes and play some music", "I can't play music.", "set a timer for ten minutes"),
        (
            "save buy stamps in errands.txt, then turn on the light and read poem.txt",
            "I can't turn on lights.",
            "save buy stamps in errands.txt and read poem.txt",
        ),
        ("call mom and tell her I'm late", "I can't call people.", ""),
        ("turn off the lights and lock the front door", "I can't turn off lights. I can't lock front doors.", ""),
        ("turn off the lights, no, the fan", "I can't turn off fans.", ""),
        ("if it gets dark turn on the lights", "I can't turn on lights.", ""),
        ("don't turn on the lights, tell me the time", "", "don't turn on the lights, tell me the time"),
        ("write a note that says turn on the lights", "", "write a note that says turn on the lights"),
        ("turn on the lights and the fan", "I can't turn on lights.", ""),
        ("Hey Jarvis, turn on the lights, please", "I can't turn on lights.", ""),
        ("", "", ""),
        ("turn on the", "", "turn on the"),
    ],
)
def test_of_several_parts_the_one_is_said_and_the_other_is_left(say: str, sentences: str, rest: str) -> None:
    found = ENGLISH.scope.apart(say)
    assert " ".join(part.sentence for part in found.outside) == sentences
    assert found.rest == rest


SMALL = frozenset(
    each(
        """a|an|the|my|our|your|this|that|these|those|any|all|some|it|i|we|you|is|are|was|were|be|do|does|did|has|
        have|had|will|would|can|could|should|may|might|what|what's|which|who|who's|when|when's|where|where's|how|how's|
        in|on|at|to|for|of|from|with|me|us|tell|give|show|get|let|said|say|set|put|make|go|take|add|find|check|and|or"""
    )
)
TELLING_TOGETHER = 3
"""So many small words in one order tell something: "how do I get to"."""
TELLING = {"where am|are i|we", "take|drive|guide|direct|lead|walk me|us home|to|back|there <...>"}


def test_every_form_holds_a_word_that_tells() -> None:
    """A pattern of small words alone, with what may be left out gone, would fit nearly everything."""
    for domain in domains():
        for rule in domain.rules:
            for line in rule.patterns if isinstance(rule, Form) else ():
                said = [part for part in in_one_line(line, {}).split() if not part.startswith(("[", "<"))]
                is_small = all(any(SMALL.issuperset(one.split("_")) for one in part.split("|")) for part in said)
                is_telling = "<np>" in line or "<ask>" in line or line in TELLING or len(said) >= TELLING_TOGETHER
                assert is_telling or not is_small, (domain.name, line)
