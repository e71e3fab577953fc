"""What is known of a dialogue: by asker, for ten minutes, bounded, and gone when somebody wants it gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jarvisd.brain.dialogue.context import ASKERS_KEPT, KEPT_US, DialogueContexts
from jarvisd.brain.turn.turn import Channel, Turn
from jarvisd.core.planning.plan import Action, Consent, Outcome, Plan, StepReport, Verdict, VerdictKind
from jarvisd.lang.dialogue import NOTHING_BEFORE, Clarification, Resolution, TopicKind
from jarvisd.lang.topics import NAME_CHARACTERS, NAMES_KEPT


def step(tool: str, outcome: Outcome = Outcome.DONE, question: str = "", **result: Any) -> StepReport:
    consent = Consent.NO if question else Consent.NOT_ASKED
    verdict = Verdict(VerdictKind.RUN, 1, 0.0, ("deletion 0.7",))
    return StepReport(0, tool, outcome, verdict, consent, question, result=result)


def turn(text: str, action: Action | None = None, report: StepReport | None = None, asker: str = "uid 1") -> Turn:
    made = Turn("t", Channel.DBUS, 0, asker=asker, utterance=text)
    if action is not None and report is not None:
        made.plan, made.steps = Plan("", 1.0, (action,)), [report]
    return made


def found(*names: str, count: int = 0) -> Turn:
    files = [{"path": name} for name in names]
    return turn(
        "find them",
        Action("search_files", {"name": "x"}),
        step("search_files", files=files, count=count or len(names)),
    )


def test_what_was_found_is_known_to_who_asked_for_ten_minutes() -> None:
    contexts = DialogueContexts()
    contexts.note(found("docs/a.txt"), 0)
    [topic] = contexts.of("uid 1", KEPT_US - 1).topics
    assert (topic.kind, topic.names, topic.is_foreign) == (TopicKind.FILES, ("docs/a.txt",), True)
    assert contexts.of("uid 2", 1) is NOTHING_BEFORE
    assert contexts.of("uid 1", KEPT_US) is NOTHING_BEFORE


def test_nothing_is_left_once_something_is_forgotten_or_others_have_spoken() -> None:
    contexts = DialogueContexts()
    contexts.note(found("docs/a.txt"), 0)
    contexts.forget()
    assert contexts.of("uid 1", 1) is NOTHING_BEFORE
    contexts.note(found("docs/a.txt"), 0)
    for number in range(ASKERS_KEPT):
        contexts.note(turn("hello", asker=f"uid 1{number}"), 1)
    assert contexts.of("uid 1", 2) is NOTHING_BEFORE


def test_a_record_of_a_turn_keeps_nothing_of_its_dialogue() -> None:
    contexts, over = DialogueContexts(), found("docs/a.txt")
    over.resolution = Resolution(request="find them")
    contexts.note(over, 0)
    assert (over.context, over.resolution) == (NOTHING_BEFORE, None)


def test_a_rehearsal_and_words_of_others_are_not_gone_on_from() -> None:
    contexts = DialogueContexts()
    contexts.note(replace(found("docs/a.txt"), is_dry_run=True), 0)
    contexts.note(replace(found("docs/a.txt"), is_pasted=True), 0)
    assert contexts.of("uid 1", 1) is NOTHING_BEFORE


def test_so_many_names_of_such_a_length_are_kept() -> None:
    contexts = DialogueContexts()
    contexts.note(found(*(f"docs/{number}.txt" for number in range(90)), "x" * (NAME_CHARACTERS + 1), count=91), 0)
    [topic] = contexts.of("uid 1", 1).topics
    assert (len(topic.names), topic.total, topic.only) == (NAMES_KEPT, 91, "")


def test_a_search_that_finds_nothing_leaves_nothing_to_refer_to() -> None:
    contexts = DialogueContexts()
    contexts.note(found("docs/a.txt"), 0)
    contexts.note(found(), 1)
    assert contexts.of("uid 1", 2).topics == ()


def test_what_was_moved_has_its_new_name_and_what_was_deleted_is_gone() -> None:
    contexts = DialogueContexts()
    contexts.note(found("docs/a.txt", "docs/b.txt"), 0)
    move = Action("file_move", {"source": "docs/b.txt", "destination": "old"})
    contexts.note(turn("move it", move, step("file_move", destination="old/b.txt")), 1)
    [topic] = contexts.of("uid 1", 2).topics
    assert (topic.names, topic.only) == (("docs/a.txt", "old/b.txt"), "old/b.txt")
    contexts.note(turn("delete it", Action("file_delete", {"path": "old/b.txt"}), step("file_delete")), 3)
    assert contexts.of("uid 1", 4).topics[0].names == ("docs/a.txt",)


def test_what_was_declined_is_still_spoken_about_and_accounted_for() -> None:
    contexts = DialogueContexts()
    delete = Action("file_delete", {"path": "docs/a.txt"})
    contexts.note(turn("delete a", delete, step("file_delete", Outcome.DECLINED, question="Shall I?")), 0)
    context = contexts.of("uid 1", 1)
    assert context.topics[0].only == "docs/a.txt"
    assert context.account is not None
    assert (context.account.is_done, context.account.question, context.account.reasons) == (
        False,
        "Shall I?",
        ("deletion 0.7",),
    )


def test_a_question_back_stays_open_with_the_words_that_it_goes_on_from() -> None:
    contexts, over = DialogueContexts(), turn("set a timer")
    over.resolution = Resolution(question=Clarification("For how long?", ("set a timer for {}",)))
    contexts.note(over, 0)
    pending = contexts.of("uid 1", 1).pending
    assert pending is not None
    assert (pending.question, pending.said) == ("For how long?", (("t", "set a timer"),))
    contexts.note(turn("thanks"), 2)
    assert contexts.of("uid 1", 3).pending is None


def test_which_of_several_files_nobody_has_said_may_still_be_said() -> None:
    contexts = DialogueContexts()
    report = step("file_delete", Outcome.DECLINED, unclear="report", choices=["docs/report-a", "docs/report-b"])
    contexts.note(turn("Delete the Report", Action("file_delete", {"path": "report"}), report), 0)
    pending = contexts.of("uid 1", 1).pending
    assert pending is not None
    assert (pending.completions, pending.names) == (("Delete the {}",), ("docs/report-a", "docs/report-b"))
