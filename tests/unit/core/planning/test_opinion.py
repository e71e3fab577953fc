"""A9: whatever is no clear answer is no opinion."""

from __future__ import annotations

import pytest

from jarvisd.core.planning.opinion import RiskOpinion, parse_opinion


def test_a_clear_answer() -> None:
    opinion = parse_opinion('{"reason":"deletes files","risk":0.8}')
    assert opinion == RiskOpinion(0.8, "deletes files")
    assert parse_opinion(opinion.to_text()) == opinion


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0.5",
        "[]",
        "{}",
        '{"risk":"low"}',
        '{"risk":true}',
        '{"risk":-0.1}',
        '{"risk":1.1}',
        '{"risk":NaN}',
        '{"risk":Infinity}',
        '{"risk":0.5,"reason":7}',
        '{"risk":0.5',
        "[" * 100_000,
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert parse_opinion(text) is None
