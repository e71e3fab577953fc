"""Requests that fit a sentence: what is taken, what is left to the planner, and why (decision 25)."""

from __future__ import annotations

import pytest

from jarvisd.core.planning.plan import Action
from jarvisd.executor.policy import offline
from jarvisd.lang.en.requests.intents import recognise
from jarvisd.lang.en.templates.fitting import body, book
from tests.plans.cases import OWN, filled, load

LEAST_BY_SENTENCE = 0.75
CASES = tuple(case for path in OWN for case in load(path) if not case.before)
OWN_EVERYDAY = tuple(case for case in CASES if case.tools and case.may_fit)
LEFT = tuple(case for case in CASES if not case.may_fit)
UNSURE = (
    "read me the weather forecast", "what's the weather like", "is it going to rain", "what's on my calendar",
    "what do you know", "remember to buy milk", "remember me", "do you remember me", "send Mark",
    "delete everything", "delete all my files", "create a password for me",
    "sort the words apple pear and fig", "write to me when you can", "note to self",
    "never mind that, delete draft.txt later", "if it rains move beach.jpg to photos",
    "delete draft.txt unless it is new", "forget the milk", "copy the idea and improve it",
    "tell Ruth I said hi", "do I have any meetings", "do I need an umbrella",
    "what does the document prove in court", "the invoice from May goes where",
    "find photos of Ruth taken in May at the beach and sort them", "move the budget meeting to Friday",
    "delete the meeting with Ruth", "remove Ruth from my contacts", "make a backup",
)  # fmt: skip
"""Wants that are not clear enough for anybody to say which step is right."""


def actions_of(said: str) -> tuple[Action, ...]:
    intent = recognise(said)
    return intent.plan.actions if intent is not None and intent.plan is not None else ()


def test_most_everyday_requests_fit_a_sentence_and_none_wrongly() -> None:
    assert len(OWN_EVERYDAY) >= 400
    taken, wrong = 0, []
    for case in OWN_EVERYDAY:
        intent, actions = recognise(case.say), actions_of(case.say)
        taken += intent is not None
        steps = [(action.tool, action.args) for action in actions]
        if intent is not None and intent.control is not None:
            steps = [(intent.control.value, {})]
        if intent is not None and not case.is_met_by(steps):
            wrong.append((case.say, steps))
    assert wrong == []
    assert taken >= LEAST_BY_SENTENCE * len(OWN_EVERYDAY)


def test_what_no_sentence_is_sure_of_is_thought_about() -> None:
    others = [*UNSURE, *(case.say for case in LEFT)]
    assert len(others) >= 100
    assert [say for say in others if recognise(say) is not None] == []


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("where is my bike", "bike"),
        ("Where are our skis?", "skis"),
        ("where did I put the spare key", "spare key"),
        ("do you know where my umbrella is", "umbrella"),
    ],
)
def test_where_things_are_is_remembered(text: str, query: str) -> None:
    assert actions_of(text) == (Action("recall", {"query": query}),)


@pytest.mark.parametrize(
    "text",
    [
        "where are my alarms",
        "where is my shopping list",
        "where is my tax document",
        "where did I put my vaccination record",
    ],
)
def test_where_the_suite_keeps_something_is_not_asked_of_memories(text: str) -> None:
    assert [step.tool for step in actions_of(text) if step.tool == "recall"] == []


def test_what_words_answer_no_sentence_makes_a_step_of() -> None:
    answered = [case.say for case in CASES if not case.tools]
    assert [say for say in answered if actions_of(say)] == []


def test_what_a_sentence_asks_for_its_tool_takes() -> None:
    """Templates name tools and arguments that there are, with values that these read."""
    registry, *_ = offline.tools_and_reach()
    assert book().tools <= {tool.name for tool in registry.all()}
    for case in OWN_EVERYDAY:
        for action in actions_of(case.say):
            registry.known(action.tool).validate(filled(action.args))


FILLED = {
    **{
        "document": "quagga report",
        "filename": "quagga.txt",
        "archive": "quagga.zip",
        "url": "quagga.example.com",
    },
    **{
        "label": "quagga",
        "theme": "quagga",
        "folder": "downloads",
        "folder_name": "quagga",
        "topic": "quaggas",
        "service": "nginx",
    },
    **{"text": "the quagga sleeps", "item": "a quagga", "told": "the quagga is here", "person": "Quentin"},
    **{"statement": "the quagga is here", "clause": "where the quagga is", "kept": "quagga code"},
    **{"belonging": "quagga key"},
    **{"duration": "two minutes", "moment": "tomorrow at nine", "day_range": "this week"},
    **{"occasion": "quagga show", "engagement": "dentist"},
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
