"""What is said comes from measured facts, in order, with what was left out (A11, A13)."""

from __future__ import annotations

from jarvisd.brain.turn import reply


def test_the_steps_speak_for_themselves() -> None:
    steps = [{"outcome": "done", "spoken": "I found 3 files."}, {"outcome": "done", "spoken": ""}]
    assert reply.summary(steps) == "I found 3 files. Done."


def test_what_was_left_out_is_said() -> None:
    steps = [{"outcome": "declined", "spoken": "I did not delete them."}, {"outcome": "skipped"}]
    assert reply.summary(steps) == "I did not delete them. So I left out the step that depends on it."
    assert "the 2 steps that depend on it" in reply.summary([*steps, {"outcome": "skipped"}])


def test_an_error_without_words_gets_its_sentence() -> None:
    assert reply.summary([{"outcome": "failed", "error": "DiskFull"}]) == "The disk is full, so I changed nothing."
    assert reply.apology("no such code") == "Something went wrong inside me."


def test_nothing_done_is_said_too() -> None:
    assert reply.summary([]) == reply.NOTHING_TO_DO


def test_only_what_changed_something_is_kept() -> None:
    """A12: outcomes are remembered, looking things up is not."""
    looked = {"outcome": "done", "spoken": "I found 3 files.", "undo_id": 0}
    moved = {"outcome": "done", "spoken": "I moved a file.", "undo_id": 7}
    refused = {"outcome": "declined", "spoken": "I did not.", "undo_id": 8}
    assert reply.lasting([looked, moved, refused]) == "I moved a file."
