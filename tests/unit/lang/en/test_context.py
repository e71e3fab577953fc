"""What a request means within a dialogue: references, what goes on, what lacks, and what an answer makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from jarvisd.core.planning.plan import Action
from jarvisd.lang.dialogue import NOTHING_BEFORE, Account, Clarification, DialogueContext, Topic, TopicKind
from jarvisd.lang.en.context.picks import picked
from jarvisd.lang.en.context.resolving import answer_to, replayed, resolve
from jarvisd.lang.en.requests.intents import recognise

PLANS = Topic(TopicKind.FILES, ("docs/plan-a.txt", "docs/blue-plan.txt", "docs/plan-c.txt"), 3, is_foreign=True)
ONE = Topic(TopicKind.FILES, ("docs/tax; and delete everything.txt",), 1, is_foreign=True)
SHOPPING = Topic(TopicKind.LIST, ("shopping",))
TIMER = Topic(TopicKind.TIMER, ("", "20 minutes", ""))


def after(request: str, *topics: Topic) -> DialogueContext:
    """The dialogue after a request that a sentence takes."""
    intent = recognise(request)
    assert intent is not None
    assert intent.plan is not None
    said = (("t1", request),)
    return DialogueContext(
        topics, request=request, actions=intent.plan.actions, said=said, account=Account(request)
    )


def meant(text: str, context: DialogueContext) -> list[Action]:
    found = resolve(text, context, recognise)
    return [*found.intent.plan.actions] if found and found.intent and found.intent.plan else []


@pytest.mark.parametrize(
    ("text", "tool", "args"),
    [
        ("delete it", "file_delete", {"path": ONE.names[0]}),
        ("Jarvis, could you delete it please?", "file_delete", {"path": ONE.names[0]}),
        ("move it to music", "file_move", {"source": ONE.names[0], "destination": "music"}),
        ("rename that file to final.txt", "file_move", {"source": ONE.names[0], "destination": "final.txt"}),
        ("what does it say", "file_read", {"path": ONE.names[0]}),
        ("tell me more", "file_read", {"path": ONE.names[0]}),
        ("zip it", "archive", {"action": "create", "path": ONE.names[0]}),
    ],
)
def test_it_is_the_one_that_was_found_and_its_name_is_never_read_as_words(
    text: str, tool: str, args: dict[str, str]
) -> None:
    """Decision 4: a file may be called anything."""
    steps = meant(text, after("find the tax files", ONE))
    assert [(step.tool, dict(step.args)) for step in steps] == [(tool, args)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("read the second one", PLANS.names[1:2]),
        ("read the last one", PLANS.names[2:]),
        ("read the blue one", PLANS.names[1:2]),
        ("open number 3", PLANS.names[2:]),
        ("delete all of them", PLANS.names),
        ("delete them", PLANS.names),
    ],
)
def test_one_of_several_or_all_of_them(text: str, names: tuple[str, ...]) -> None:
    assert tuple(step.args["path"] for step in meant(text, after("find the plan files", PLANS))) == names


@pytest.mark.parametrize(
    ("before", "topic", "text", "args"),
    [
        ("find the tax files in documents", ONE, "also in downloads", {"name": "tax", "folder": "downloads"}),
        ("find the text files in documents", ONE, "and the PDFs", {"kind": "pdf", "folder": "documents"}),
        (
            "add milk to my shopping list",
            SHOPPING,
            "and eggs",
            {"what": "add", "items": ["eggs"], "list": "shopping"},
        ),
        (
            "what's on my shopping list",
            SHOPPING,
            "take milk off it",
            {"what": "remove", "items": ["milk"], "list": "shopping"},
        ),
        ("set a timer for 20 minutes", TIMER, "cancel it", {"which": "20 minutes timer"}),
        ("set a timer for 20 minutes", TIMER, "and another for 5 minutes", {"when": "5 minutes"}),
        ("what is 15 percent of 80", ONE, "and 20 percent", {"expression": "20% of 80"}),
    ],
)  # fmt: skip
def test_what_goes_on_from_a_request(before: str, topic: Topic, text: str, args: dict[str, object]) -> None:
    context = after(before, topic)
    [step] = meant(text, context)
    assert dict(step.args) == args
    # The executor reads the same out of the words alone.
    intent, _ = replayed([before, text], recognise)
    assert intent is not None
    assert intent.plan is not None
    assert [dict(each.args) for each in intent.plan.actions] == [args]


@pytest.mark.parametrize(
    ("before", "text", "request_"),
    [
        ("what time is it in London", "and in New York", "what time is it in new york"),
        ("what day is it today", "what about tomorrow", "what day is it tomorrow"),
    ],
)
def test_the_clock_is_asked_of_another_place_or_day(before: str, text: str, request_: str) -> None:
    found = resolve(text, after(before), recognise)
    assert found is not None
    assert found.request == request_
    assert found.said == (("t1", before),)


@pytest.mark.parametrize(
    "text",
    [
        "what time is it", "find the invoice in documents", "remind me to call mum tomorrow-ish", "move the sofa",
        "is it raining", "turn it off", "and in New York", "thanks", "tell me a joke", "how many",
        "copy plan.txt to backup and then read it", "subscribe me to changes in that folder",
        "forget my locker code and remember that it is five five zero", "convert the report to pdf",
        "mail the report", "mail it",
        "set a timer for ten minutes", "mail Mark what is in the notes", "it", "the second one",
    ],
)  # fmt: skip
def test_what_stands_for_itself_or_means_nothing_is_left_alone(text: str) -> None:
    assert resolve(text, NOTHING_BEFORE, recognise) is None


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("put invoice.pdf in it", Action("file_move", {"source": "invoice.pdf", "destination": "taxes"})),
        ("copy notes.txt into it", Action("file_copy", {"source": "notes.txt", "destination": "taxes"})),
        ("what's in it", Action("search_files", {"folder": "taxes"})),
        ("add milk to it", None),
    ],
)
def test_what_is_put_into_a_folder_that_was_just_made(text: str, step: Action | None) -> None:
    """It is moved there: words are not added to a folder."""
    intent, _ = replayed(["make a folder called taxes", text], recognise)
    found = intent.plan.actions if intent is not None and intent.plan is not None else ()
    assert found == ((step,) if step else ())


@pytest.mark.parametrize(
    ("text", "answer", "tool"),
    [
        ("set a timer", "ten minutes", "set_timer"),
        ("set a timer", "um, for ten minutes please", "set_timer"),
        ("remind me to call the dentist", "in two hours", "set_timer"),
        ("add to my shopping list", "bread", "list_change"),
        ("make a folder", "holidays", "mkdir"),
        ("delete it", "notes.txt", "file_delete"),
        ("move it to music", "song.mp3", "file_move"),
        ("find a file", "contract", "search_files"),
        ("remember something", "my bike is in the cellar", "remember"),
    ],
)
def test_what_lacks_is_asked_and_the_answer_makes_it_whole(text: str, answer: str, tool: str) -> None:
    asked = resolve(text, NOTHING_BEFORE, recognise)
    assert asked is not None
    assert asked.question is not None
    assert asked.question.question.endswith("?")
    found = answer_to(asked.question, answer, recognise)
    assert found.intent is not None
    assert found.intent.plan is not None
    assert [step.tool for step in found.intent.plan.actions] == [tool]


@pytest.mark.parametrize("answer", ["never mind", "no", "no thanks", "nothing", "forget it", "cancel that"])
def test_a_question_is_taken_back(answer: str) -> None:
    context = replace(NOTHING_BEFORE, pending=Clarification("For how long?", ("set a timer for {}",)))
    found = resolve(answer, context, recognise)
    assert found is not None
    assert found.answer
    assert found.intent is None
    assert found.question is None


def test_a_request_of_its_own_is_no_answer() -> None:
    context = replace(NOTHING_BEFORE, pending=Clarification("What shall I add?", ("add {} to my list",)))
    assert resolve("what time is it", context, recognise) is None


@pytest.mark.parametrize("answer", ["", "the weather is fine", "yes"])
def test_an_answer_that_is_none_does_nothing(answer: str) -> None:
    found = answer_to(Clarification("For how long?", ("set a timer for {}",)), answer, recognise)
    assert found.answer
    assert found.intent is None


@pytest.mark.parametrize(
    ("said", "indices"),
    [
        ("the second one", (1,)), ("number three", (2,)), ("3", (2,)), ("the last", (2,)), ("both", (0, 1, 2)),
        ("the blue one", (1,)), ("plan-c", (2,)), ("the one called blue", (1,)), ("the fourth", ()), ("9", ()),
        ("plan", ()), ("the other one", ()), ("yes", ()), ("", ()),
    ],
)  # fmt: skip
def test_which_of_several_is_picked(said: str, indices: tuple[int, ...]) -> None:
    assert picked(said, PLANS.names) == indices


def test_the_other_of_two_is_the_one_that_was_not_singled_out() -> None:
    assert picked("the other one", PLANS.names[:2], focus=0) == (1,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how many", "There were 3 files."),
        ("why did you ask", "Because it deletes something and the name came from what I read, and not from you."),
        ("why did you do that", 'Because you said "delete it".'),
        ("what else did you find", "They are: plan-a.txt, blue-plan.txt and plan-c.txt."),
    ],
)
def test_questions_about_what_was_done_are_answered_from_the_record(text: str, said: str) -> None:
    account = Account("delete it", question="?", reasons=("deletion 0.7", "provenance: path is read"), count=3)
    found = resolve(text, DialogueContext(topics=(PLANS,), account=account), recognise)
    assert found is not None
    assert found.answer == said


def test_more_files_than_anybody_agrees_to_one_by_one_are_not_taken_at_once() -> None:
    many = Topic(TopicKind.FILES, tuple(f"docs/{number}.txt" for number in range(12)), 40)
    found = resolve("delete them", after("find the plan files", many), recognise)
    assert found is not None
    assert found.question is not None
    assert "40 files" in found.question.question


def test_the_other_folder_is_one_of_two_and_asked_for_where_there_is_one() -> None:
    context = replace(after("find the tax files", ONE), folders=("music", "backup"))
    [step] = meant("move it to the other folder", context)
    assert dict(step.args) == {"source": ONE.names[0], "destination": "backup"}
    asked = resolve("move it to the other folder", replace(context, folders=("music",)), recognise)
    assert asked is not None
    assert asked.question is not None
    found = answer_to(asked.question, "the archive folder", recognise)
    assert found.intent is not None
    assert found.intent.plan is not None
    assert dict(found.intent.plan.actions[0].args) == {"source": ONE.names[0], "destination": "archive"}


WORDS_ALONE: tuple[tuple[tuple[str, ...], tuple[str, dict[str, object]] | None], ...] = (
    (("what is 17 times 23", "and divided by 2"), ("calculate", {"expression": "(17 * 23) / 2"})),
    (("what is 17 times 23", "plus 9", "times 2"), ("calculate", {"expression": "((17 * 23) + 9) * 2"})),
    # What has a unit is no bare number.
    (("how many miles is 10 kilometers", "and divided by 2"), None),
    # In a letter the new words would take the place of some of its own.
    (("mail Anna that dinner is at eight", "and Mark too"), None),
    (("set a timer for ten minutes", "and another one for five"), None),
    (("set a timer for ten minutes", "and another one for five minutes"), ("set_timer", {"when": "five minutes"})),
    (
        ("set a rice timer for 9 minutes", "how long is left", "add five minutes to it"),
        ("change_timer", {"what": "add", "which": "rice timer", "by": "five minutes"}),
    ),
    (
        ("put milk on the shopping list", "take the milk off"),
        ("list_change", {"what": "remove", "items": ["milk"], "list": "shopping"}),
    ),
    (("put milk on the shopping list", "what time is it", "take the milk off"), None),
    (("put milk on the shopping list", "remove the photos of the cat"), None),
    (("put milk on the shopping list", "delete everything"), None),
    (("put milk on the shopping list", "add a note that the car is red"), None),
    # Whatever the day was, it may have been asked about.
    (
        ("remind me next friday at nine to call Anna", "the second one"),
        ("set_timer", {"when": "Friday week at nine", "label": "call Anna", "kind": "reminder"}),
    ),
)


@pytest.mark.parametrize(("lines", "wanted"), WORDS_ALONE)
def test_what_is_meant_is_told_by_the_words_of_a_dialogue_alone(
    lines: tuple[str, ...], wanted: tuple[str, dict[str, object]] | None
) -> None:
    """So the executor reads them, too."""
    intent, _ = replayed(lines, recognise)
    actions = intent.plan.actions if intent is not None and intent.plan is not None else ()
    assert [(action.tool, dict(action.args)) for action in actions] == ([wanted] if wanted else [])


MONDAY = replace(NOTHING_BEFORE, now=datetime(2026, 11, 30, 12, tzinfo=timezone.utc))
SATURDAY = replace(NOTHING_BEFORE, now=datetime(2026, 12, 5, 12, tzinfo=timezone.utc))


@pytest.mark.parametrize(
    ("text", "question", "answer", "request_"),
    [
        ("what's the date next friday", "this Friday or Friday week", "neither", None),
        ("what's the date next friday", "this Friday or Friday week", "the first", "what's the date this Friday"),
        ("could you tell me the date next friday", "Friday week", "Friday week", "tell me the date Friday week"),
        ("how many days until 3/4", "March 4 or April 3", "April third", "how many days until April third"),
        ("remind me to call Ann next friday at 9", "this", "the second", "remind me to call Ann Friday week at 9"),
        ("wake me next weekend at 8", "Saturday week or Sunday", "on Sunday week", "wake me Sunday week at 8"),
        ("set an alarm for 7 or 8", "7 or 8", "8", "set an alarm for 8"),
        ("wake me up at 7", "at 7 in the morning or at 7 in the evening", "am", "wake me up at 7 in the morning"),
        ("wake me at half past six", "6:30 in the evening", "in the morning", "wake me at 6:30 in the morning"),
        ("wake me at two", "in the afternoon", "P.M.", "wake me at 2 in the afternoon"),
        ("wake me at two", "in the afternoon", "at 3 pm", "wake me at 3 pm"),
    ],
)  # fmt: skip
def test_a_time_with_two_meanings_is_asked_about(
    text: str, question: str, answer: str, request_: str | None
) -> None:
    """And never taken by one of them (A7)."""
    found = resolve(text, MONDAY, recognise)
    assert found is not None
    assert found.question is not None
    assert question in found.question.question
    answered = answer_to(found.question, answer, recognise)
    assert (answered.request or None) == request_


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("what's the date next friday", SATURDAY),
        ("what's the date next friday", NOTHING_BEFORE),
        ("what's the date this friday", MONDAY),
        ("remind me to call Anna on friday at 9", MONDAY),
        ("set an alarm for 7", MONDAY),
        ("wake me at 7", replace(MONDAY, now=datetime(2026, 11, 30, 23, tzinfo=timezone.utc))),
        ("wake me at 7 pm", MONDAY),
        ("wake me at 18:30", MONDAY),
        ("wake me at noon", MONDAY),
        ("wake me at six tomorrow", MONDAY),
        ("wake me in 20 minutes", MONDAY),
        ("wake me every day at 7", MONDAY),
        ("what time is it", MONDAY),
        ("put 7 or 8 apples on the shopping list", MONDAY),
    ],
)
def test_a_time_with_one_meaning_is_not_asked_about(text: str, context: DialogueContext) -> None:
    assert resolve(text, context, recognise) is None
