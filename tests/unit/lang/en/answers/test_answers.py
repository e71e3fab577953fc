"""What counts as a yes, on answers of seven kinds: nothing but a plain or restated assent (A10).

``tests/data/answers.jsonl`` has an answer a line: its kind, the question, what was heard, and whether it is a yes.
"""

from __future__ import annotations

import json
from pathlib import Path

from jarvisd.lang.en.answers.assent import judge
from jarvisd.lang.en.answers.confirmation_code import judge_to

ANSWERS = [
    json.loads(line)
    for line in (Path(__file__).parents[4] / "data" / "answers.jsonl").read_text("utf-8").splitlines()
]
KINDS = {"assent", "restated", "refusal", "doubt", "side", "broadcast", "language"}
LEAST_SHARE = 0.97
"""Of plain assents that must be understood; the others are asked about again."""


def test_no_other_answer_is_a_yes() -> None:
    assert {answer["kind"] for answer in ANSWERS} == KINDS
    assert len(ANSWERS) >= 480
    wrong = [
        answer for answer in ANSWERS if not answer["yes"] and judge_to(answer["question"], answer["heard"]).is_yes
    ]
    assert wrong == []


def test_plain_assents_are_understood() -> None:
    assents = [answer for answer in ANSWERS if answer["yes"]]
    missed = [answer for answer in assents if not judge_to(answer["question"], answer["heard"]).is_yes]
    assert len(missed) <= (1 - LEAST_SHARE) * len(assents), missed


def test_a_plain_okay_is_a_yes_only_where_it_is_configured() -> None:
    """``consent.okay_is_yes``; with anything beside it, it stays what it was."""
    for heard, expected in (
        ("Okay.", True),
        ("ok", True),
        ("Okay then.", False),
        ("Fine.", False),
        ("Okay?", False),
    ):
        assert judge(ANSWERS[0]["question"], heard, okay_is_yes=True).is_yes is expected
        assert not judge(ANSWERS[0]["question"], heard).is_yes
