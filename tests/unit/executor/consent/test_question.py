"""The question is composed by code from measured facts (A10)."""

from __future__ import annotations

from jarvisd.executor.consent.question import again, compose
from jarvisd.executor.tools.spec import Preview, Reversal
from jarvisd.lang.en.pack import ENGLISH

SENTENCES = ENGLISH.questions


def test_the_question_has_the_shape_of_the_requirement() -> None:
    """A10: what will happen with measured facts, whether it can be undone, how to answer."""
    preview = Preview("delete 2,347 files, 450 MB, from tmp", consequence="They go to the trash.")
    assert compose(SENTENCES, preview) == (
        "I'm about to delete 2,347 files, 450 MB, from tmp. They go to the trash. This can be undone. "
        "Say yes to proceed or no to cancel."
    )


def test_what_cannot_be_undone_is_said_before_consent() -> None:
    """Decision 5."""
    assert "This cannot be undone." in compose(SENTENCES, Preview("send it", reversal=Reversal.NEVER))
    assert "undone" not in compose(SENTENCES, Preview("run it", reversal=Reversal.HARMLESS))


def test_every_form_of_the_question_tells_how_to_answer_it() -> None:
    """A10: with digits they are asked for instead of a yes."""
    preview, digits = Preview("delete it"), "Say confirm seven four to proceed or no to cancel."
    assert compose(SENTENCES, preview, "74").endswith(digits)
    assert again(SENTENCES, preview, "74").endswith(f"Shall I delete it? {digits}")
    assert again(SENTENCES, preview).endswith("Say yes to proceed or no to cancel.")
