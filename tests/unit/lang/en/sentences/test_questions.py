"""What is said of a step that was not done (A11, A13)."""

from __future__ import annotations

from jarvisd.core.planning.plan import Consent
from jarvisd.lang.en.sentences import questions


def test_what_was_not_done_is_said_with_its_cause() -> None:
    """A11, A13."""
    assert questions.not_done("delete it", Consent.NO) == "Okay, I did not delete it."
    assert questions.not_done("delete it", Consent.SILENCE) == "I heard no answer, so I did not delete it."
    assert "no microphone" in questions.not_done("delete it", Consent.UNAVAILABLE, "no microphone")
    assert questions.skipped("file_delete", 0).endswith("because step 1 was not done.")
