"""What ``bench/spoken.py`` counts: answers by sentence, each beside the same request on the side of before."""

from __future__ import annotations

from typing import Any

from bench.spoken import figures, missed


def answered(side: str, say: str, route: str, first_word_s: float | None) -> dict[str, Any]:
    return {"side": side, "say": say, "route": route, "first_word_s": first_word_s, "acknowledged_s": None}


def test_the_first_word_counts_where_a_sentence_answered() -> None:
    found = figures(
        [
            answered("now", "what time is it", "control", 0.5),
            answered("before", "what time is it", "control", 2.0),
            answered("now", "read my notes", "sentence", 0.6),
            answered("now", "translate it", "chat", 9.0),
            answered("before", "translate it", "chat", 9.0),
            answered("now", "go quiet", "sentence", None),
            {"side": "now", "say": "call", "route": "unheard", "problem": "no wake word was heard"},
        ]
    )
    assert (found["by_sentence_s"]["value"], found["by_sentence_s"]["n"]) == (0.55, 2)
    assert (found["of_before"]["value"], found["of_before"]["n"]) == (0.25, 1)
    assert found["routes"] == {"chat": 1, "control": 1, "sentence": 2, "unheard": 1}
    assert missed(found) == []


def test_what_was_not_measured_is_missed() -> None:
    assert missed(figures([answered("now", "translate it", "chat", 1.0)])) == ["by_sentence_s", "of_before"]
