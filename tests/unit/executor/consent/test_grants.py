"""Who may answer, and that consent is used once (A10, decision 2)."""

from __future__ import annotations

import pytest

from jarvisd.executor.consent.grants import Answerer, AnswerRight, Grant, Ledger, right_of


@pytest.mark.parametrize(
    ("uid", "channel", "asker", "admin", "expected"),
    [
        (1000, "dbus", 1000, None, AnswerRight.ALLOWED),
        (1001, "dbus", 1000, None, AnswerRight.REFUSED),
        (0, "dbus", 1000, None, AnswerRight.ALLOWED),
        (1000, "voice", 1000, None, AnswerRight.BY_LEAVE),
        (0, "voice", None, None, AnswerRight.ALLOWED),
        (1000, "voice", None, 1000, AnswerRight.ALLOWED),
        (1000, "dbus", None, None, AnswerRight.REFUSED),
        (None, "dbus", None, None, AnswerRight.REFUSED),
        (None, "voice", None, None, AnswerRight.REFUSED),
    ],
)
def test_a_question_is_answered_on_its_own_channel(
    uid: int | None, channel: str, asker: int | None, admin: int | None, expected: AnswerRight
) -> None:
    """Decision 2: over D-Bus its user or root; a voice turn the room, root, or whom polkit lets."""
    answerer = Answerer(":1.9", uid)
    assert right_of(answerer, channel=channel, asker_uid=asker, admin_uid=admin, brain=":1.5") is expected


@pytest.mark.parametrize("channel", ["voice", "dbus"])
def test_the_brain_never_answers_even_as_root(channel: str) -> None:
    """Consent does not pass through the language model's process."""
    brain = Answerer(":1.5", 0)
    found = right_of(brain, channel=channel, asker_uid=0, admin_uid=0, brain=":1.5")
    assert found is AnswerRight.REFUSED


def test_consent_is_bound_to_plan_and_step_and_used_once() -> None:
    """A consent works for exactly its plan, step and question, one time."""
    ledger = Ledger()
    grant = Grant("hash", 1, "q1")
    ledger.give(grant)
    assert not ledger.spend(Grant("other", 1, "q1"))
    assert not ledger.spend(Grant("hash", 2, "q1"))
    assert not ledger.spend(Grant("hash", 1, "q2"))
    assert ledger.spend(grant)
    assert not ledger.spend(grant)
