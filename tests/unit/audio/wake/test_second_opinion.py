"""A second model only ever makes a doubtful score count, and hears what was said before it was asked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from jarvisd.audio.wake.second_opinion import TOGETHER, OpinionRules, SecondOpinion
from jarvisd.audio.wake.vad_gate import BACKLOG_MS
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.core.pcm import CHUNK_MS

FLOOR, AGREES, RAISED = 0.05, 0.7, 0.3
BACKLOG = BACKLOG_MS // CHUNK_MS


class Scores:
    """Scores by the number of the chunk, which is its sound."""

    def __init__(self, scores: dict[int, float], failure: JarvisError | None = None) -> None:
        self.scores = scores
        self.failure = failure
        self.heard: list[int] = []
        self.resets = 0
        self.needs_verification, self.engine = False, "scores"

    def load(self) -> None:
        if self.failure is not None:
            raise self.failure

    def score(self, pcm: bytes) -> float:
        self.heard.append(int(pcm))
        if self.failure is not None:
            raise self.failure
        return self.scores.get(int(pcm), 0.0)

    def reset(self) -> None:
        self.resets += 1


def both(first: dict[int, float], second: dict[int, float]) -> tuple[SecondOpinion, Scores]:
    asked = Scores(second)
    opinion = SecondOpinion(Scores(first), asked, lambda: OpinionRules(FLOOR, AGREES, RAISED))
    opinion.load()
    return opinion, asked


def scored(opinion: SecondOpinion, chunks: Sequence[int]) -> dict[int, float]:
    found = {number: opinion.score(b"%d" % number) for number in chunks}
    return {number: score for number, score in found.items() if score}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {50: 1.0}, {}),
        ({50: 0.04}, {50: 1.0}, {50: 0.04}),
        ({50: 0.06}, {50: 0.6}, {50: 0.06}),
        ({50: 0.06}, {50: 0.8}, dict.fromkeys(range(50, 50 + TOGETHER), RAISED)),
        ({50: 0.06}, {53: 0.8}, {50: 0.06, **dict.fromkeys(range(53, 50 + TOGETHER), RAISED)}),
        ({50: 0.06}, {50 + TOGETHER: 0.8}, {50: 0.06}),
        # It has faded for as long as the first may take to rise: what was played in the past counts as well.
        ({50: 0.06}, {46: 0.8}, dict.fromkeys(range(50, 54), RAISED)),
        ({50: 0.06}, {50 - TOGETHER: 0.8}, {50: 0.06}),
        # It never lowers what the first is sure of.
        ({50: 0.99}, {}, {50: 0.99}),
        ({50: 0.99}, {50: 1.0}, {50: 0.99, **dict.fromkeys(range(51, 50 + TOGETHER), RAISED)}),
    ],
)
def test_both_within_two_thirds_of_a_second(
    first: dict[int, float], second: dict[int, float], expected: dict[int, float]
) -> None:
    opinion, _ = both(first, second)
    assert scored(opinion, range(100)) == expected


def test_it_sleeps_until_there_is_a_suspicion_and_then_hears_what_it_has_missed() -> None:
    opinion, asked = both({50: 0.06, 54: 0.06, 90: 0.06}, {})
    scored(opinion, range(50))
    assert asked.heard == []
    scored(opinion, range(50, 89))
    awake = 4 + TOGETHER
    assert asked.heard == list(range(50 - BACKLOG, 50 + awake))
    asked.heard.clear()
    scored(opinion, range(89, 91))
    assert asked.heard == list(range(90 - BACKLOG, 91))
    assert asked.resets == 2


def test_after_a_reset_it_hears_nothing_of_before() -> None:
    opinion, asked = both({50: 0.06}, {49: 0.9})
    scored(opinion, range(50))
    opinion.reset()
    assert scored(opinion, [50]) == {50: 0.06}
    assert asked.heard == [50]


def test_without_it_the_first_hears_alone_and_says_why() -> None:
    first = Scores({50: 0.06, 60: 0.4})
    missing = Unavailable("no such model", code=ErrorCode.MODEL_MISSING)
    opinion = SecondOpinion(first, Scores({50: 1.0}, missing), lambda: OpinionRules(FLOOR, AGREES, RAISED))
    opinion.load()
    assert opinion.problem is missing
    assert opinion.engine == "scores"
    assert scored(opinion, range(100)) == {50: 0.06, 60: 0.4}


def test_one_that_breaks_takes_nothing_away() -> None:
    opinion, asked = both({50: 0.06, 52: 0.4}, {})
    asked.failure = EngineError("it broke")
    assert scored(opinion, range(100)) == {50: 0.06, 52: 0.4}
    assert opinion.problem is asked.failure


def test_what_the_first_raises_while_it_loads_is_raised() -> None:
    missing = Unavailable("no such model", code=ErrorCode.MODEL_MISSING)
    opinion = SecondOpinion(Scores({}, missing), Scores({}), lambda: OpinionRules(FLOOR, AGREES, RAISED))
    with pytest.raises(Unavailable):
        opinion.load()
