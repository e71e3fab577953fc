"""The lean form of a plan: fewer words for the same, and back again as the model writes it."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.brain.models.lean_answers import LeanReader, closed, lean, lean_grammar
from jarvisd.brain.plan.plan_parser import ParsedPlan, PlanParser
from jarvisd.brain.ports import GeneratedText
from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.pack import ENGLISH

PLANS: list[tuple[dict[str, Any], str]] = [
    ({"intent": "search_files", "args": {"name": "warranty"}}, 'search_files {"name":"warranty"}'),
    ({"intent": "list_timers", "args": {}}, "list_timers {}"),
    ({"intent": "chat", "reply": 'Say "} ] ,".'}, 'chat "Say \\"} ] ,\\"."'),
    ({"intent": "none", "args": {"part": "fly"}}, 'none "fly"'),
    (
        {
            "intent": "several",
            "actions": [
                {"tool": "a", "args": {"x": ["[,", {"y": "]"}]}},
                {"tool": "b", "args": {}, "depends_on": [0]},
                {"tool": "none", "args": {"part": "c, \\"}},
            ],
        },
        'several [["a",{"x":["[,",{"y":"]"}]}],["b",{},[0]],["none","c, \\\\"]]',
    ),
]


def read(text: str, *cuts: int) -> str:
    reader = LeanReader()
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [part for start, end in pairwise(edges) for part in reader.feed(text[start:end])]
    return "".join(pieces)


@pytest.mark.parametrize(("plan", "text"), PLANS)
def test_it_says_the_same_in_fewer_words(plan: dict[str, Any], text: str) -> None:
    assert lean(plan) == text
    for cut in range(len(text)):
        assert json.loads(read(text, cut)) == plan


names = st.sampled_from(["alpha", "beta_2", "none"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
)


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    def step(key: str) -> dict[str, Any]:
        name = draw(names)
        args = {"part": draw(st.text(max_size=9))} if name == "none" else draw(st.dictionaries(names, values))
        return {key: name, "args": args}

    kind = draw(st.sampled_from(["one", "several", "chat"]))
    if kind == "one":
        return step("intent")
    if kind == "chat":
        return {"intent": "chat", "reply": draw(st.text())}
    steps = [step("tool") for _ in range(draw(st.integers(1, 4)))]
    for each in steps:
        if each["tool"] != "none" and draw(st.booleans()):
            each["depends_on"] = draw(st.lists(st.integers(0, 3), max_size=2))
    return {"intent": "several", "actions": steps}


@given(plans(), st.lists(st.integers(0, 200), max_size=8))
def test_any_plan_comes_back_however_it_is_cut(plan: dict[str, Any], cuts: list[int]) -> None:
    assert json.loads(read(lean(plan), *cuts)) == plan


@given(st.text(alphabet='chat several{}[]",:\\01\n', max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_garbage_is_the_same_however_it_is_cut(text: str, cuts: list[int]) -> None:
    assert read(text, *cuts) == read(text)


def parsed(pieces: list[str]) -> tuple[list[list[Action]], ParsedPlan]:
    reader, plan = LeanReader(), PlanParser(ENGLISH.replies)
    actions = [[a for part in reader.feed(piece) for a in plan.feed(part)] for piece in pieces]
    return actions, plan.finish()


def test_an_action_comes_as_soon_as_its_step_closes() -> None:
    """B1: what is written behind it is not waited for."""
    actions, _ = parsed(['several [["get_time",{"what":"date"}', "],", '["b",{}]', "]"])
    assert [[action.tool for action in each] for each in actions] == [[], ["get_time"], ["b"], []]
    actions, _ = parsed(["get", '_time {"what":"date"', "}"])
    assert [[action.tool for action in each] for each in actions] == [[], [], ["get_time"]]
    assert LeanReader().feed("get") == ['{"intent":"get'], "and the first word is given at once"


def test_the_choice_keeps_its_probability() -> None:
    """A plan's confidence is that of the choice, not of the words around it."""
    pieces = [("file", 0.5), ("_read", 0.5), (' {"', 0.01), ("path", 0.01), ('":"x"}', 0.01)]
    _, plan = parsed([GeneratedText(text, sure) for text, sure in pieces])
    assert plan.plan.confidence == 0.5
    pieces = [("sev", 0.9), ("eral", 0.9), (' [["', 0.01), ("a", 0.4), ('",{}]]', 0.1)]
    _, plan = parsed([GeneratedText(text, sure) for text, sure in pieces])
    assert plan.plan.confidence == round((0.9 * 0.9 * 0.4) ** (1 / 3), 3)


@pytest.mark.parametrize(
    "text",
    ["", "chat", "chat ", "chat Hello", "a {}{}", "a {} b {}", 'none {"part":"x"} {}', "several []",
     'several [["a",{}]', 'several [["none","x",[0],"y"]]', "several [[]]", 'several {"a":1}', "several [7]"],
)  # fmt: skip
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(EngineError) as caught:
        parsed(list(text))
    assert caught.value.code is ErrorCode.PLAN_UNREADABLE


def test_the_grammar_names_every_tool_with_closed_arguments() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "object", "properties": {}}}}
    grammar = lean_grammar([("one", schema), ("two", {"type": "object"})])
    assert '"one " args_0' in grammar
    assert '"[\\"two\\"," args_1 end' in grammar
    assert grammar.count('"additionalProperties":false') == 2
    assert closed({"anyOf": [schema]}) == {"anyOf": [closed(schema)]}
