"""What a model thinks aloud is no answer: not read, not spoken, not counted."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.brain.models.monitored_model import MonitoredModel
from jarvisd.brain.models.thoughts import ThoughtFilter, without_thoughts
from jarvisd.brain.ports import Completion, GeneratedText, Message
from jarvisd.runtime.heartbeat import Heartbeat
from tests.fakes.language_model import Rule, ScriptedModel

CASES = [
    ("", ""),
    ("Hello!", "Hello!"),
    ("<think>Hm {not this}.</think>\n\n{}", "\n\n{}"),
    ("<think></think>{}", "{}"),
    ("<thinking>a</thinking><reasoning>b</reasoning>{}", "{}"),
    ("[THINK]Hm[/THINK]{}", "{}"),
    ("<|channel|>analysis<|message|>Hm<|end|><|start|>assistant{}", "<|start|>assistant{}"),
    ("Hm.</think>{}", "Hm.{}"),
    ("<think>never ends {}", ""),
    ("<think>one <think> two</think>{}", "{}"),
    ('{"reply":"a <think> is a tag"}', '{"reply":"a <think> is a tag"}'),
    ('{"reply":"\\"}<think>"}<think>x</think>', '{"reply":"\\"}<think>"}'),
    ('say "<think>x</think>', 'say "'),
    ("a < b, [TH, <thin", "a < b, [TH, <thin"),
    ("<think>< /think></think>}", "}"),
]


def filtered(text: str, *cuts: int) -> str:
    thoughts = ThoughtFilter()
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    return "".join(thoughts.feed(text[a:b]) for a, b in pairwise(edges)) + thoughts.finish()


@pytest.mark.parametrize(("text", "answer"), CASES)
def test_what_stands_between_tags_is_no_answer(text: str, answer: str) -> None:
    assert without_thoughts(text) == answer
    for cut in range(len(text)):
        assert filtered(text, cut) == answer


@given(st.lists(st.sampled_from(["<think>", "</think>", "{", "}", '"', "\\", "<", "[TH", "x"])), st.data())
def test_cutting_makes_no_difference(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
    assert filtered(text, *cuts) == filtered(text)


def test_an_answer_is_given_at_once() -> None:
    """B1: nothing waits for what cannot be a tag."""
    thoughts = ThoughtFilter()
    given_at_once = [thoughts.feed(piece) for piece in ("<th", "ink>x</think>", '{"a', '<think>":')]
    assert given_at_once == ["", "", '{"a', '<think>":']
    piece = ThoughtFilter().feed(GeneratedText("a", 0.25))
    assert isinstance(piece, GeneratedText)
    assert piece.probability == 0.25


async def _answer(text: str, max_tokens: int) -> list[str]:
    made = ScriptedModel([Rule("", text)], piece_chars=1)

    async def choose() -> ScriptedModel:
        await made.start()
        return made

    model = MonitoredModel(choose, Heartbeat("llm", 1_000_000, lambda: 0), lambda error: None)
    await model.start()
    request = Completion((Message("user", "x"),), max_tokens=max_tokens)
    return [piece async for piece in model.stream(request)]


@pytest.mark.parametrize(
    ("text", "max_tokens", "answer"),
    [
        ("<think>a long thought</think>{}", 2, "{}"),
        ("<think>a long thought</think>endless", 3, "end"),
        ("short", 100, "short"),
        ("ends in <", 100, "ends in <"),
    ],
)
async def test_thoughts_take_nothing_of_the_limit(text: str, max_tokens: int, answer: str) -> None:
    assert "".join(await _answer(text, max_tokens)) == answer
