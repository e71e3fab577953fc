"""The plan reader: actions as they close (B1), one result however the text is cut, and no plan from garbage."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.brain.plan.only_object import MAX_PLAN_CHARS, only_object
from jarvisd.brain.plan.plan_parser import UNKNOWN_CONFIDENCE, ParsedPlan, PlanParser
from jarvisd.brain.ports import GeneratedText
from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.planning.plan import MAX_ACTIONS, Action
from jarvisd.lang.en.pack import ENGLISH

SINGLE = '{"intent":"file_read","args":{"path":"a } \\" ] {.txt"}}'
SEVERAL = (
    '{"intent":"several","actions":[{"tool":"file_write","args":{"path":"a","content":"{[\\\\\\""}},'
    '{"tool":"file_move","args":{"source":"a","destination":"b"},"depends_on":[0]}]}'
)
FULL = (
    '{"thought":"look, then read","confidence":0.25,"actions":['
    '{"tool":"search_files","args":{},"requires_confirmation":false,"depends_on":[]}],"reply":"On it."}'
)
CHAT = '{"intent":"chat","reply":"Hello!"}'


def read(text: str, *cuts: int) -> tuple[list[Action], ParsedPlan]:
    """The actions as they came, and the whole."""
    reader = PlanParser(ENGLISH.replies)
    edges = [0, *sorted(cuts), len(text)]
    actions = [action for start, end in pairwise(edges) for action in reader.feed(text[start:end])]
    return actions, reader.finish()


def consistent(text: str) -> bool:
    """Whether ``text`` is a plan whose streamed actions are those of the whole; False if it is no plan."""
    with suppress(EngineError):
        actions, reading = read(text)
        assert actions == list(reading.plan.actions)
        return True
    return False


def refused(text: str) -> bool:
    with suppress(EngineError):
        read(text)
        return False
    return True


def test_one_tool() -> None:
    actions, reading = read(SINGLE)
    assert actions == list(reading.plan.actions) == [Action("file_read", {"path": 'a } " ] {.txt'})]
    assert reading.reply == ""


def test_several_steps_with_a_dependency() -> None:
    actions, reading = read(SEVERAL)
    assert [(action.tool, action.depends_on) for action in actions] == [("file_write", ()), ("file_move", (0,))]
    assert actions == list(reading.plan.actions)


def test_the_full_form() -> None:
    """A7: thought, confidence, actions; what code decides is not taken from the model."""
    _, reading = read(FULL.replace("false", "true"))
    assert reading.plan.thought == "look, then read"
    assert reading.plan.confidence == 0.25
    assert reading.plan.actions[0].requires_confirmation is False
    assert reading.reply == "On it."


def test_words_alone() -> None:
    actions, reading = read(CHAT)
    assert (actions, reading.plan.actions, reading.reply) == ([], (), "Hello!")


def test_an_action_comes_as_soon_as_its_object_closes() -> None:
    """B1: long before the plan is complete."""
    reader = PlanParser(ENGLISH.replies)
    first_ends = SEVERAL.index('},{"tool":"file_move"') + 1
    assert reader.feed(SEVERAL[: first_ends - 1]) == []
    assert [action.tool for action in reader.feed(SEVERAL[first_ends - 1 : first_ends])] == ["file_write"]


@pytest.mark.parametrize("text", [SINGLE, SEVERAL, FULL, CHAT])
def test_any_single_cut_gives_the_same(text: str) -> None:
    """Exhaustive: every place, escapes included."""
    whole = read(text)
    for cut in range(len(text)):
        assert read(text, cut) == whole


@given(st.sampled_from([SINGLE, SEVERAL, FULL, CHAT]), st.lists(st.integers(0, 250), max_size=12))
def test_cutting_never_changes_the_result(text: str, cuts: list[int]) -> None:
    assert read(text, *(min(cut, len(text)) for cut in cuts)) == read(text)


names = st.text(max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda v: st.lists(v, max_size=3)
)
argument_objects = st.dictionaries(names, values, max_size=3)
TOOL_NAMES = ["alpha", "beta", "gamma"]
steps = st.builds(lambda tool, args: {"tool": tool, "args": args}, st.sampled_from(TOOL_NAMES), argument_objects)


@given(st.lists(steps, min_size=1, max_size=5), st.data())
def test_any_arguments_survive_and_cutting_does_not_matter(
    plan: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Whatever the strings hold, the actions are those of the JSON, each once."""
    text = json.dumps({"intent": "several", "actions": plan}, ensure_ascii=data.draw(st.booleans()))
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
    actions, reading = read(text, *cuts)
    assert actions == list(reading.plan.actions)
    unique = {json.dumps([step["tool"], step["args"]], sort_keys=True): step for step in plan}
    assert [(action.tool, dict(action.args)) for action in actions] == [
        (step["tool"], step["args"]) for step in unique.values()
    ]


@given(st.text(max_size=200))
def test_garbage_is_refused_and_never_breaks_the_reader(text: str) -> None:
    refused(text)


@given(st.sampled_from([SINGLE, SEVERAL, FULL, CHAT]), st.data())
def test_damaged_plans_are_refused_or_consistent(text: str, data: st.DataObject) -> None:
    """One character changed: either no plan, or the actions that were streamed are those of the plan."""
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + data.draw(st.sampled_from('{}[]",:\\ax0 ')) + text[at + 1 :]
    consistent(damaged)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        CHAT[:-1],
        CHAT + CHAT,
        f"{CHAT}\n{CHAT}",
        f"{SINGLE} or rather {CHAT}",
        f"[{SINGLE},{CHAT}]",
        f"First {{this}}, then {CHAT}",
        f"{CHAT} {{",
        "```json\n```",
        f'{{"plan":{SINGLE}}}',
        json.dumps(SINGLE),
        "x" * MAX_PLAN_CHARS + CHAT,
        CHAT + "x" * MAX_PLAN_CHARS,
        '{"intent":"chat","reply":""}',
        '{"intent":"chat","reply":7}',
        '{"intent":"several","actions":{}}',
        '{"intent":"several","actions":{"a":{"tool":"x","args":{}}}}',
        '{"intent":"several","actions":[7]}',
        '{"intent":"several","actions":[{"tool":7,"args":{}}]}',
        '{"intent":"several","actions":[{"tool":"x","args":[]}]}',
        '{"intent":"x"}',
        '{"intent":"x","args":[]}',
        '{"args":{},"intent":"chat"}',
        '{"args":{},"intent":"several","actions":[]}',
        '{"args":{},"args":{"a":1},"intent":"x"}',
        '{"args":{}}',
        '{"intent":"chat","args":{},"reply":"x"}',
        '{"intent":"x","args":{},"args":{"a":1}}',
        '{"intent":"x","args":{"a":NaN}}',
        '{"intent":"x","args":{"a":"\\ud800"}}',
        '{"intent":"\\u0078","args":{}}',
        '{"intent":"several","\\u0061ctions":[{"tool":"x","args":{}}]}',
        '{"intent":"x","args":{},"actions":[{"tool":"y","args":{}}]}',
        '{"intent":"x","args":{},"sudo":true}',
        '{"intent":"x","args":' + '{"a":' * 20 + "1" + "}" * 20 + "}",
        '{"intent":"x","args":{"a":"' + "x" * MAX_PLAN_CHARS + '"}}',
    ],
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(EngineError) as caught:
        read(text)
    assert caught.value.code is ErrorCode.PLAN_UNREADABLE


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "holds no"),
        ("{", "does not end"),
        ("{}{}", "more than one"),
        ("{} {", "more than one"),
        ('"{', "not end"),
    ],
)
def test_why_it_is_not_the_one_object_is_told(text: str, why: str) -> None:
    """The model is told likewise when it is asked once more."""
    with pytest.raises(EngineError, match=why):
        only_object(text)


@pytest.mark.parametrize("text", [SINGLE, SEVERAL, FULL, CHAT])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\ufeff", ""),
        ("```json\n", "\n```"),
        ("```\n", "\n```\n"),
        ("Sure! Here is the plan:\n\n", "\n\nAnything else?"),
        ("[", "]"),
        ('"', '"'),
        ("<|start|>assistant<|channel|>final<|message|>", "<|return|>"),
        (" \r\n\t", "\0"),
    ],
)
def test_text_around_the_object_is_not_read(text: str, before: str, after: str) -> None:
    """Servers wrap what they were to write alone; early steps come all the same."""
    whole = f"{before}{text}{after}"
    assert read(whole) == read(text)
    for cut in range(len(whole)):
        assert read(whole, cut) == read(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('{"args":{"path":"a"},"intent":"file_read"}', '{"intent":"file_read","args":{"path":"a"}}'),
        ('{"reply":"Hello!","intent":"chat"}', CHAT),
        ('{"actions":[{"args":{},"tool":"x"}],"intent":"several"}', '{"actions":[{"tool":"x","args":{}}]}'),
        ('{"args":{"part":"fly"},"intent":"none"}', '{"intent":"none","args":{"part":"fly"}}'),
        ('{ "intent" : "chat" ,\n "reply" : "Hello!" }', CHAT),
        ('{"intent":"chat","reply":"<think>Greet.</think> Hello!"}', CHAT),
    ],
)
def test_the_same_in_another_form(text: str, same: str) -> None:
    assert read(text) == read(same)
    for cut in range(len(text)):
        assert read(text, cut) == read(same)


def test_too_many_steps_are_refused() -> None:
    step = '{{"tool":"x","args":{{"n":{}}}}}'
    for count, is_refused in ((MAX_ACTIONS, False), (MAX_ACTIONS + 1, True)):
        text = '{"intent":"several","actions":[' + ",".join(step.format(n) for n in range(count)) + "]}"
        assert refused(text) is is_refused


def steps_of(*plan: dict[str, Any]) -> ParsedPlan:
    return read(json.dumps({"intent": "several", "actions": list(plan)}))[1]


def test_a_part_that_no_tool_can_do_is_said() -> None:
    """Honesty: it becomes words, not a misused tool, and the rest keeps its order."""
    reading = steps_of(
        {"tool": "none", "args": {"part": "call your brother."}},
        {"tool": "a", "args": {}},
        {"tool": "b", "args": {}, "depends_on": [1]},
    )
    assert [(action.tool, action.depends_on) for action in reading.plan.actions] == [("a", ()), ("b", (0,))]
    assert reading.reply == "I can't call your brother."


@pytest.mark.parametrize(
    ("args", "reply"),
    [
        ({"part": "turn on the hall lamp"}, "I can't turn on the hall lamp."),
        ({"part": " . "}, "I can't do that."),
        ({}, "I can't do that."),
    ],
)
def test_a_request_that_no_tool_can_do_is_said(args: dict[str, Any], reply: str) -> None:
    """The way out of the grammar: words instead of the nearest tool."""
    _, reading = read(json.dumps({"intent": "none", "args": args}))
    assert (reading.plan.actions, reading.reply) == ((), reply)


def test_a_part_without_a_name_is_nothing_beside_a_step() -> None:
    reading = steps_of({"tool": "a", "args": {}}, {"tool": "none", "args": {"part": ""}})
    assert (len(reading.plan.actions), reading.reply) == (1, "")


def test_what_depends_on_an_impossible_part_is_left_out() -> None:
    reading = steps_of(
        {"tool": "none", "args": {"part": "take a photo"}},
        {"tool": "file_move", "args": {}, "depends_on": [0]},
        {"tool": "a", "args": {}},
    )
    assert [action.tool for action in reading.plan.actions] == ["a"]


def test_a_repeated_step_is_done_once() -> None:
    """Small models repeat themselves; what depends on the repetition depends on the first."""
    reading = steps_of(
        {"tool": "a", "args": {"x": 1}},
        {"tool": "a", "args": {"x": 1}},
        {"tool": "b", "args": {}, "depends_on": [1]},
    )
    assert [(action.tool, action.depends_on) for action in reading.plan.actions] == [("a", ()), ("b", (0,))]


def test_references_ahead_and_to_itself_mean_nothing() -> None:
    reading = steps_of({"tool": "a", "args": {}, "depends_on": [0, 1, -1, 99]}, {"tool": "b", "args": {}})
    assert [action.depends_on for action in reading.plan.actions] == [(), ()]


class TestConfidence:
    """The geometric mean of the probabilities of the choice, not of the words around it."""

    def confidence(self, *pieces: str) -> float:
        reader = PlanParser(ENGLISH.replies)
        for piece in pieces:
            reader.feed(piece)
        return reader.finish().plan.confidence

    def test_only_the_choice_counts(self) -> None:
        pieces = [
            GeneratedText('{"intent":"', 0.01),
            GeneratedText("file", 0.5),
            GeneratedText("_read", 0.5),
            GeneratedText('","args":{"path":"', 0.01),
            GeneratedText("x", 0.01),
            GeneratedText('"}}', 0.01),
        ]
        assert self.confidence(*pieces) == 0.5

    def test_without_probabilities_the_model_may_say_itself(self) -> None:
        assert self.confidence(FULL) == 0.25

    def test_otherwise_it_is_unknown(self) -> None:
        assert self.confidence(SINGLE) == UNKNOWN_CONFIDENCE
