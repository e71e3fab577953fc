"""The tokens of a text that says a value: nothing of it is dropped."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.lang.en.sentences.values import refusal
from jarvisd.lang.en.values.tokens import MAX_CHARACTERS, Reader, TokenKind, read, tokenise
from jarvisd.lang.values import Unreadable, UnreadableReason


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("forty-five", ["forty", "-five"]),
        ("1h30m", ["1", "~h", "~30", "~m"]),
        ("7pm", ["7", "~pm"]),
        ("7 p.m. sharp", ["7", "pm", "sharp"]),
        ("7:30a.m.", ["7", "~:", "~30", "~am"]),
        ("5-10 minutes", ["5", "~-", "~10", "minutes"]),
        ("a 10-minute nap", ["a", "10", "-minute", "nap"]),
        ("-504", ["-", "~504"]),
        ("\u2212504 or minus 4", ["-", "~504", "or", "minus", "4"]),
        ("1\u00bd hours", ["1", "~\u00bd", "hours"]),
        ("3\u20444", ["3", "~/", "~4"]),
        ("seven o\u2019clock", ["seven", "o'clock"]),
        ("in ten minutes' time", ["in", "ten", "minutes", "~'", "time"]),
        ("March 20th, 2026", ["march", "20th", "~,", "2026"]),
        ("$5.50", ["$", "~5.50"]),
        ("1.2.3", ["1.2", "~.", "~3"]),
        ("10 minutes \U0001f642", ["10", "minutes", "\U0001f642"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    marks = {"": "~", "-": "-", " ": ""}
    assert [marks[token.before] + token.said for token in tokenise(text)[:-1]] == tokens


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,414,021", 1_414_021),
        ("1 414 021", 1_414_021),
        ("1\u202f414\u202f021.5", Fraction("1414021.5")),
        ("1'000", 1000),
        ("3.14", Fraction("3.14")),
        (".77", Fraction("0.77")),
        ("2,5", Fraction("2.5")),
        ("\u2153", Fraction(1, 3)),
        ("20th", 20),
        ("007", 7),
        ("\u00bd", Fraction(1, 2)),
    ],
)
def test_a_number_is_one_token(text: str, value: Fraction) -> None:
    [token, end] = tokenise(text)
    assert (token.value, end.kind) == (value, TokenKind.END)


@pytest.mark.parametrize("text", ["5,10", "1,2345", "12,34,56", "1 4140 021", "2026 100", "1.5.2", "4 5", "0 100"])
def test_what_can_be_several_numbers_is_not_made_one(text: str) -> None:
    assert len(tokenise(text)) > 2


@given(st.text(max_size=60))
def test_nothing_of_a_text_is_dropped(text: str) -> None:
    """Between two tokens there is nothing but space, or the hyphen that the second one tells of."""
    tokens = tokenise(text)
    assert text[: tokens[0].start].isspace() or tokens[0].start == 0
    for left, right in itertools.pairwise(tokens):
        assert text[left.start : left.end] == left.text
        between = text[left.end : right.start]
        assert not between.strip() or (between in "-\u2010\u2011" and right.before == "-")


@pytest.mark.parametrize("text", ["9" * 31, "9" * 5000, "a " * MAX_CHARACTERS])
def test_what_is_too_long_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        tokenise(text)


def test_a_refusal_names_the_part_and_what_was_understood() -> None:
    def rule(reader: Reader) -> int | None:
        reader.skip("for", "about")
        return 5 if reader.said("five") and reader.said("minutes") else None

    assert read("for about five minutes.", rule) == 5
    for text, understood, part in [
        ("for five Blorps", "five", "Blorps"),
        ("Five minutes and change", "Five minutes", "and change"),
        ("for", "", "for"),
        ("Blorps", "", "Blorps"),
    ]:
        with pytest.raises(Unreadable) as refused:
            read(text, rule)
        assert (refused.value.understood, refused.value.part) == (understood, part)


SENTENCES = [
    (Unreadable(UnreadableReason.MISSING), "you did not say how much or when"),
    (
        Unreadable(UnreadableReason.NOT_UNDERSTOOD, "blorps", understood="5"),
        "I understood '5', but not 'blorps'",
    ),
    (Unreadable(UnreadableReason.NOT_UNDERSTOOD, "blorps"), "I don't understand 'blorps'"),
    (
        Unreadable(UnreadableReason.AMBIGUOUS, "5-10 minutes", choices=("5 minutes", "10 minutes")),
        "'5-10 minutes' can mean more than one thing: say 5 minutes or 10 minutes",
    ),
    (
        Unreadable(UnreadableReason.NO_UNIT, "5", choices=("5 seconds", "5 minutes", "5 hours")),
        "I understood '5', but not of what: 5 seconds, 5 minutes or 5 hours",
    ),
    (
        Unreadable(UnreadableReason.IMPLAUSIBLE, "1900 hours", choices=("19:00",)),
        "'1900 hours' is not likely to be what you mean; perhaps you mean 19:00",
    ),
]


@pytest.mark.parametrize(("error", "sentence"), SENTENCES, ids=lambda value: str(value)[:40])
def test_a_refusal_says_its_cause(error: Unreadable, sentence: str) -> None:
    assert refusal(error) == sentence


def test_each_cause_has_a_sentence_of_its_own() -> None:
    sentences = {refusal(Unreadable(reason, "x")) for reason in UnreadableReason}
    assert len(sentences) == len(UnreadableReason)
