"""What is said comes from measured facts, in order, with what was left out (A11, A13)."""

from __future__ import annotations

from jarvisd.brain.turn import reply
from jarvisd.core.planning.plan import Outcome
from jarvisd.lang.en.pack import ENGLISH
from tests.fakes.brain import step_report

SENTENCES = ENGLISH.replies


def test_the_steps_speak_for_themselves() -> None:
    steps = [step_report(spoken="I found 3 files."), step_report()]
    assert reply.summary(steps, SENTENCES) == "I found 3 files. Done."


def test_what_was_left_out_is_said() -> None:
    steps = [step_report(Outcome.DECLINED, "I did not delete them."), step_report(Outcome.SKIPPED)]
    assert reply.summary(steps, SENTENCES) == "I did not delete them. So I left out the step that depends on it."
    assert "the 2 steps that depend on it" in reply.summary([*steps, step_report(Outcome.SKIPPED)], SENTENCES)


def test_an_error_without_words_gets_its_sentence() -> None:
    full = step_report(Outcome.FAILED, error="DiskFull")
    assert reply.summary([full], SENTENCES) == "The disk is full, so I changed nothing."
    assert reply.apology("no such code", SENTENCES) == "Something went wrong inside me."


def test_nothing_done_is_said_too() -> None:
    assert reply.summary([], SENTENCES) == SENTENCES.nothing_to_do()


def test_only_what_changed_something_is_kept() -> None:
    """A12: outcomes are remembered, looking things up is not."""
    looked = step_report(spoken="I found 3 files.")
    moved = step_report(spoken="I moved a file.", undo_id=7)
    refused = step_report(Outcome.DECLINED, "I did not.", undo_id=8)
    assert reply.lasting([looked, moved, refused], SENTENCES) == "I moved a file."


def test_what_follows_a_list_is_no_part_of_it() -> None:
    steps = [step_report(spoken="List.txt says:\n- milk\n- eggs"), step_report()]
    assert reply.summary(steps, SENTENCES) == "List.txt says:\n- milk\n- eggs\nDone."


def test_what_is_told_early_is_what_was_done_before_anything_else() -> None:
    """A later round may do what failed, and what was told is not taken back."""
    first, second = step_report(spoken="I found 2."), step_report(spoken="I read it.")
    failed = step_report(Outcome.FAILED, spoken="There is none.")
    assert reply.so_far([], ENGLISH.replies) == ""
    assert reply.so_far([first, second], ENGLISH.replies) == "I found 2. I read it."
    assert reply.so_far([first, failed, second], ENGLISH.replies) == "I found 2."
    for steps in ([first, second], [first, failed, second], [failed, first]):
        assert reply.summary(steps, ENGLISH.replies).startswith(reply.so_far(steps, ENGLISH.replies))


def test_what_was_heard_of_a_reply_ends_where_it_was_cut_off() -> None:
    parts = [("u1", "One two."), ("u2", "Three four."), ("u3", "Five.")]
    chars = {"u1": 8, "u2": 5}
    assert reply.heard(parts, lambda name: chars.get(name, 0)) == "One two. Three"
    chars["u1"] = 0
    assert reply.heard(parts, lambda name: chars.get(name, 0)) == ""
    assert reply.heard(parts[:1], {"u1": 8}.__getitem__) is None
    assert reply.heard([], chars.__getitem__) is None


def test_what_goes_on_is_the_rest_of_it() -> None:
    parts = [("u1", "One two."), ("u2", "Three four."), ("u3", "Five.")]
    chars = {"u1": 8, "u2": 5, "u4": 11}
    after = reply.gone_on(parts, lambda name: chars.get(name, 0), "u4")
    assert after == [("u1", "One two."), ("u4", "Three four. Five.")]
    assert reply.heard(after, chars.__getitem__) == "One two. Three four."
