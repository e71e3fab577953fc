"""Parts: each change is told once, and a unit is ready when all of it is (decision 10)."""

from __future__ import annotations

import pytest

from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.states import PartState, PartStatus
from jarvisd.runtime.parts import Parts


def test_a_unit_is_ready_when_every_part_is() -> None:
    parts = Parts()
    assert not parts.is_ready, "a unit that has told no part yet is only beginning"
    parts.declare("stt")
    parts.declare("wake")
    parts.ready("stt", "engine one")
    assert not parts.is_ready
    parts.ready("wake", "engine two")
    assert parts.is_ready
    assert parts.engines() == {"stt": "engine one", "wake": "engine two"}


def test_a_failure_says_its_code_and_reason() -> None:
    parts = Parts()
    parts.failed("stt", Unavailable("no such file", code=ErrorCode.MODEL_MISSING))
    assert parts.states() == {"stt": "failed: ModelMissing: no such file"}
    assert parts.state("stt") is PartState.FAILED
    assert parts.state("unheard of") is PartState.FAILED


def test_a_part_that_stands_still_counts_as_failed_until_it_moves() -> None:
    """D1: shown before the watchdog acts, whatever the part said last."""
    parts = Parts()
    parts.ready("stt", "engine")
    heard: list[dict[str, str]] = []
    parts.subscribe(lambda: heard.append(parts.states()))
    parts.stalled(["stt"])
    parts.stalled(["stt"])
    assert (parts.is_ready, parts.state("stt")) == (False, PartState.FAILED)
    parts.stalled([])
    assert (parts.is_ready, parts.state("stt")) == (True, PartState.READY)
    assert heard == [{"stt": "failed: Timeout: makes no progress"}, {"stt": "ready"}]


def test_subscribers_hear_of_changes_only() -> None:
    parts = Parts()
    heard: list[dict[str, str]] = []
    parts.subscribe(lambda: heard.append(parts.states()))
    parts.declare("stt")
    parts.declare("stt")
    parts.ready("stt")
    parts.ready("stt")
    assert heard == [{"stt": "loading"}, {"stt": "ready"}]


def test_how_far_a_part_has_come_is_told_while_it_does_not_work() -> None:
    parts = Parts()
    parts.declare("llm")
    told = []
    for change in (
        lambda: parts.loading("llm", "40 %"),
        lambda: parts.failed("llm", Unavailable("gone", code=ErrorCode.LLM_GONE)),
        lambda: parts.loading("llm", "50 %"),
        lambda: parts.ready("llm"),
        lambda: parts.loading("llm", "60 %"),
    ):
        change()
        told.append(parts.states()["llm"])
    assert told == ["loading: 40 %", "failed: LlmGone: gone", "loading: 50 %", "ready", "ready"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("ready", PartStatus(PartState.READY)),
        ("loading", PartStatus(PartState.LOADING)),
        ("loading: part 1: 40 %", PartStatus(PartState.LOADING, reason="part 1: 40 %")),
        ("degraded: Timeout: slow: very", PartStatus(PartState.DEGRADED, "Timeout", "slow: very")),
        ("failed: ModelMissing", PartStatus(PartState.FAILED, "ModelMissing")),
    ],
)
def test_a_state_is_read_as_it_was_published(text: str, status: PartStatus) -> None:
    assert PartStatus.parse(text) == status
    assert str(status) == text


def test_a_state_that_nobody_knows_counts_as_failed() -> None:
    assert PartStatus.parse("dreaming: Code: why") == PartStatus(PartState.FAILED, "Code", "why")
