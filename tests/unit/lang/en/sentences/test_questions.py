"""What is said of a step that was not done (A11, A13)."""

from __future__ import annotations

from jarvisd.core.planning.plan import Consent
from jarvisd.executor.tools.registry import with_built_in_tools
from jarvisd.lang.en.sentences import questions


def test_what_was_not_done_is_said_with_its_cause() -> None:
    """A11, A13."""
    assert questions.not_done("delete it", Consent.NO) == "Okay, I did not delete it."
    assert questions.not_done("delete it", Consent.SILENCE) == "I heard no answer, so I did not delete it."
    assert "no microphone" in questions.not_done("delete it", Consent.UNAVAILABLE, "no microphone")
    assert questions.skipped("file_delete", 0).endswith("because step 1 was not done.")


def test_what_is_refused_is_said_in_plain_english() -> None:
    """Every tool that comes with the product has words of its own; the name of another is said as a name."""
    said = {tool.name: questions.refused(tool.name, "no") for tool in with_built_in_tools().all()}
    assert [name for name, text in said.items() if text.startswith("I won't use ")] == []
    assert said["set_timer"] == "I won't set the timer: no."
    assert questions.refused("slow_vet", "not this gate") == "I won't use slow vet: not this gate."
