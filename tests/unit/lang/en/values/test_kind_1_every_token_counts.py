"""Kind 1 of what went wrong: a part of a text was dropped, or numbers were added up.

Every token counts: a text is a value as a whole, or it is refused with the part that was not understood.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.lang.en.values.durations import read_age, read_duration
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.en.values.sizes import read_size
from jarvisd.lang.values import Unreadable, UnreadableReason

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
NOT, TWO, MUCH, UNIT = (
    UnreadableReason.NOT_UNDERSTOOD,
    UnreadableReason.AMBIGUOUS,
    UnreadableReason.IMPLAUSIBLE,
    UnreadableReason.NO_UNIT,
)
LESS = UnreadableReason.UPPER_BOUND

NUMBERS = [
    # A sign is never lost.
    ("-504", "-504"),
    ("−504", "-504"),
    ("minus five", "-5"),
    ("negative twelve point five", "-12.5"),
    ("-.5", "-0.5"),
    ("minus one half", "-0.5"),
    ("minus twenty percent", "-0.2"),
    ("+5", "5"),
    # Nor a point.
    (".77", "0.77"),
    ("point five", "0.5"),
    ("zero point zero five", "0.05"),
    ("three point one four", "3.14"),
    ("three point fourteen", "3.14"),
    ("3 point 14", "3.14"),
    ("ten point oh one", "10.01"),
    ("3.0", "3"),
    # Parts are no sums of their digits.
    ("3/4", "0.75"),
    ("3⁄4", "0.75"),
    ("½", "0.5"),
    ("1½", "1.5"),
    ("1 ½", "1.5"),
    ("1 1/2", "1.5"),
    ("2 and 3/4", "2.75"),
    ("two and a half", "2.5"),
    ("two and a quarter", "2.25"),
    ("one and three quarters", "1.75"),
    ("two thirds", "0.666666666666667"),
    ("a third", "0.333333333333333"),
    ("five eighths", "0.625"),
    ("a twenty-fifth", "0.04"),
    ("three hundredths", "0.03"),
    ("three over four", "0.75"),
    # Groups of digits are one number.
    ("1,414,021", "1414021"),
    ("1 414 021", "1414021"),
    ("1\u202f414\u202f021.5", "1414021.5"),
    ("1'000", "1000"),
    ("20 000", "20000"),
    ("2,5", "2.5"),
    # What is read digit by digit or in pairs is not added up.
    ("one twenty two", "122"),
    ("one two three", "123"),
    ("nineteen eighty four", "1984"),
    ("nineteen oh five", "1905"),
    ("twenty twenty six", "2026"),
    ("two fifty", "250"),
    # What is said twice counts once.
    ("forty-five (45)", "45"),
    ("45 (forty five)", "45"),
    # Scales.
    ("1.5 million", "1500000"),
    ("one and a half million", "1500000"),
    ("half a million", "500000"),
    ("2 1/2 million", "2500000"),
    ("1/2 million", "500000"),
    ("two and three quarter million", "2750000"),
    ("one over two million", NOT),
    ("a quarter of a million", "250000"),
    ("3k", "3000"),
    ("twenty-five hundred", "2500"),
    ("two hundred thousand", "200000"),
    ("five hundred million three hundred thousand and one", "500300001"),
    ("a thousand and five and a half", "1005.5"),
    ("1,000 and a half", "1000.5"),
    ("2 thousand 5 hundred", "2500"),
    ("two dozen", "24"),
    ("a hundred thousand", "100000"),
    ("two hundred million", "200000000"),
    ("twenty twenty", "2020"),
    ("no. 5", "5"),
    ("1.5e3", "1500"),
    ("322 hundred", "32200"),
    ("three dozens", "36"),
    ("10G", "10000000000"),
    ("one hundred and three and two thirds", "103.666666666667"),
    ("half a dozen", "6"),
    ("20 %", "0.2"),
    ("half a percent", "0.005"),
    ("the twenty-first", "21"),
    ("one hundred and second", "102"),
    ("3rd", "3"),
    # What is left over, or may be two things, is no number.
    ("forty-five (54)", TWO),
    ("5-10", TWO),
    ("5 to 10", TWO),
    ("five or ten", TWO),
    ("between 5 and 10", TWO),
    ("five, ten", TWO),
    ("5,10", TWO),
    ("five ten", TWO),
    ("fifty fifty", TWO),
    ("a million and a half", TWO),
    ("two hundred and a quarter", TWO),
    ("ninety forty", TWO),
    ("sixty two ten", TWO),
    ("thirty and nine", NOT),
    ("sixty and million", NOT),
    ("zero ninety seven", NOT),
    ("3-1/3", TWO),
    ("ten fifteen", TWO),
    ("one two", TWO),
    ("one hundredth", TWO),
    ("100 and 5", NOT),
    ("two hundred million thousand", NOT),
    ("2:3", NOT),
    ("1e6e6", NOT),
    ("1/2/3", NOT),
    ("-3/-4", NOT),
    ("over 9000", NOT),
    ("five blorps", NOT),
    ("two hundred and", NOT),
    ("two hundred fifty thousand thousand", NOT),
    ("twenty thirty forty", NOT),
    ("twenty eleven five", NOT),
    ("one million million", NOT),
    ("192.168.1.1", NOT),
    ("1/0", NOT),
    ("10:30", NOT),
    ("5 apples", NOT),
    ("five and", NOT),
    ("minus minus five", NOT),
    ("zero zero seven", NOT),
    ("1,2345", TWO),
    ("12,34,56", NOT),
    ("five!!", NOT),
    ("a", NOT),
    ("and", NOT),
    ("half of it", NOT),
    ("five percent of ten", NOT),
    ("9" * 40, MUCH),
    ("", UnreadableReason.MISSING),
]
DURATIONS = [
    ("1/2 an hour", 30 * MINUTE_S),
    ("1½ hours", 90 * MINUTE_S),
    ("1 1/2 hours", 90 * MINUTE_S),
    ("¾ of an hour", 45 * MINUTE_S),
    ("3/4 hour", 45 * MINUTE_S),
    (".5 hours", 30 * MINUTE_S),
    ("2,5 hours", 150 * MINUTE_S),
    ("10 000 seconds", 10_000),
    ("ten point five minutes", 630),
    ("two thirds of an hour", 40 * MINUTE_S),
    ("1.5 hours", 90 * MINUTE_S),
    ("1:30:00", 90 * MINUTE_S),
    ("twenty-five minutes", 25 * MINUTE_S),
    ("one hundred and twenty minutes", 120 * MINUTE_S),
    ("5-10 minutes", TWO),
    ("5–10 min", TWO),
    ("five to ten minutes", TWO),
    ("5 or 10 minutes", TWO),
    ("between five and ten minutes", TWO),
    ("ten fifteen minutes", TWO),
    ("two three days", TWO),
    ("an hour or two", TWO),
    ("half an hour or an hour", TWO),
    ("one twenty minutes", TWO),
    ("1:30", TWO),
    ("2/3 days", TWO),
    ("5/10 minutes", TWO),
    ("90:00", TWO),
    ("14.30 hours", TWO),
    ("1.30 hours", TWO),
    ("14.45 hours", TWO),
    ("12.25 hours", 735 * MINUTE_S),
    ("0.50 hours", 30 * MINUTE_S),
    ("seven hundred hours", TWO),
    ("fourteen thirty hours", TWO),
    ("3/4 hours", 45 * MINUTE_S),
    ("1/2 hours", 30 * MINUTE_S),
    ("forty-five (45) minutes", 45 * MINUTE_S),
    ("1.25 hours", 75 * MINUTE_S),
    ("10.5 hours", 630 * MINUTE_S),
    ("700 hours", 700 * HOUR_S),
    ("1900 hours", MUCH),
    ("0730 hours", MUCH),
    ("nineteen hundred hours", MUCH),
    ("14:00h", MUCH),
    ("100000 hours", MUCH),
    ("ten million minutes", MUCH),
    ("every ten minutes", UnreadableReason.REPEATS),
    ("two half hours", NOT),
    ("1h:30m", NOT),
    ("30m1h", NOT),
    ("an hour less ten minutes", NOT),
    ("5", UNIT),
    ("two and a half", UNIT),
    ("5 blorps", NOT),
    ("banana days", NOT),
    ("10 minutes and 5 minutes", NOT),
    ("ten minutes and two hours", NOT),
    ("minus five minutes", NOT),
    ("-5 minutes", NOT),
    ("5 minutes 10 20", NOT),
    ("2 days 5", NOT),
    ("2 minutes 75", NOT),
    ("1.2.3 hours", NOT),
    ("5 minutes before six", NOT),
    ("two hours minus ten minutes", NOT),
    ("5 minutes per hour", NOT),
    ("second", NOT),
    ("forever", NOT),
    ("an hour and", NOT),
    ("3 days ago", UnreadableReason.PAST),
    ("", UnreadableReason.MISSING),
    ("  ", UnreadableReason.MISSING),
]
AGES = [
    ("older than 1/2 year", 182.5 * DAY_S),
    ("older than half a year", 182.5 * DAY_S),
    ("older than 1½ years", 547.5 * DAY_S),
    ("over two and a half weeks old", 17.5 * DAY_S),
    ("older than 5-10 days", TWO),
    ("a year or two", TWO),
    ("6m", TWO),
    ("older than 3", UNIT),
    ("old", NOT),
    ("old days", NOT),
    ("from before last month", NOT),
    ("older than last week's backup", NOT),
    ("yesterday", NOT),
    ("since January", NOT),
    ("weeks old", NOT),
    ("older than minus five days", NOT),
    ("a week old at most", LESS),
    ("30 days or less", LESS),
    ("≤ 30 days", LESS),
    ("less than two days", LESS),
    ("newer than a week", LESS),
    ("no older than 3 days", LESS),
    ("in the last two weeks", LESS),
    ("last week", LESS),
    ("not older than a month", LESS),
]
SIZES = [
    ("1½ GB", 1_500_000_000),
    ("½ gig", 500_000_000),
    (".5 GB", 500_000_000),
    ("1 414 021 bytes", 1_414_021),
    ("1,024 bytes", 1024),
    ("2,5 GB", 2_500_000_000),
    ("5-10 MB", TWO),
    ("five or ten gigabytes", TWO),
    ("500", UNIT),
    ("huge", NOT),
    ("blue megabytes", NOT),
    ("minus 5 MB", NOT),
    ("half a byte", NOT),
    ("100 megabits", NOT),
    ("2 GB per day", NOT),
    ("two", UNIT),
    ("larger than 1 GB but smaller than 2 GB", NOT),
    ("2 GB of photos", NOT),
    ("500 MB 2 GB", NOT),
    ("8 bits", NOT),
    ("100 MB or less", LESS),
    ("100 MB max", LESS),
    ("under 5 MB", LESS),
    ("at most 2 gigabytes", LESS),
    ("smaller than a gig", LESS),
    ("ten billion gigabytes", MUCH),
    ("", UnreadableReason.MISSING),
]
READERS: dict[str, Callable[[str], Decimal | int]] = {
    "number": read_number,
    "duration": read_duration,
    "age": read_age,
    "size": read_size,
}
TABLES = {"number": NUMBERS, "duration": DURATIONS, "age": AGES, "size": SIZES}
ROWS = [(kind, text, expected) for kind, rows in TABLES.items() for text, expected in rows]


@pytest.mark.parametrize(("kind", "text", "expected"), ROWS, ids=lambda value: str(value)[:40])
def test_every_token_counts(kind: str, text: str, expected: object) -> None:
    if isinstance(expected, UnreadableReason):
        with pytest.raises(Unreadable) as refused:
            READERS[kind](text)
        assert refused.value.reason is expected
        assert refused.value.part in text
    else:
        assert READERS[kind](text) == Decimal(str(expected))


@pytest.mark.parametrize(
    ("kind", "text", "understood", "part"),
    [
        ("duration", "5 blorps", "5", "blorps"),
        ("duration", "for 5 minutes and change", "5 minutes", "and change"),
        ("duration", "about two hours of sleep", "two hours", "of sleep"),
        ("number", "Five apples", "Five", "apples"),
        ("size", "over 2 GB per day", "2 GB", "per day"),
        ("age", "older than my car", "", "my car"),
    ],
)
def test_a_refusal_names_the_part(kind: str, text: str, understood: str, part: str) -> None:
    with pytest.raises(Unreadable) as refused:
        READERS[kind](text)
    assert (refused.value.understood, refused.value.part) == (understood, part)


@pytest.mark.parametrize(
    ("kind", "text", "choices"),
    [
        ("duration", "5-10 minutes", ("5 minutes", "10 minutes")),
        ("duration", "1:30", ("1 hour 30 minutes", "1 minute 30 seconds")),
        ("duration", "an hour or two", ("an hour", "two hours")),
        ("duration", "one or two days", ("one day", "two days")),
        ("duration", "ten", ("ten seconds", "ten minutes", "ten hours")),
        ("duration", "1900 hours", ("19:00",)),
        ("age", "6m", ("6 minutes", "6 months")),
        ("size", "5-10 MB", ("5 megabytes", "10 MB")),
        ("number", "five or ten", ("five", "ten")),
        ("number", "five ten", ("5", "10", "510")),
    ],
)
def test_what_may_be_meant_is_offered_and_readable(kind: str, text: str, choices: tuple[str, ...]) -> None:
    with pytest.raises(Unreadable) as refused:
        READERS[kind](text)
    assert refused.value.choices == choices
    if refused.value.reason is not UnreadableReason.IMPLAUSIBLE:
        assert len({READERS[kind](choice) for choice in choices}) == len(choices)


VALUES = [(kind, text) for kind, text, expected in ROWS if not isinstance(expected, UnreadableReason)]


@pytest.mark.parametrize(("kind", "text"), VALUES)
@pytest.mark.parametrize("word", ["blorps", "|", "\N{SNOWMAN}"])
def test_a_word_that_means_nothing_is_dropped_nowhere(kind: str, text: str, word: str) -> None:
    pieces = text.split(" ")
    for place in range(len(pieces) + 1):
        with pytest.raises(Unreadable):
            READERS[kind](" ".join([*pieces[:place], word, *pieces[place:]]))


@given(
    st.sampled_from(VALUES),
    st.sampled_from(["blorps", "17", "x", "§", "and", "🙂", "of it", "until noon"]),
)
def test_what_is_left_over_is_never_dropped(row: tuple[str, str], more: str) -> None:
    """Whatever stands behind a value changes the answer or refuses it."""
    kind, text = row
    value = READERS[kind](text)
    with suppress(Unreadable):
        assert READERS[kind](f"{text} {more}") != value


@given(st.sampled_from(sorted(READERS)), st.text(max_size=60))
def test_no_text_breaks_a_reader(kind: str, text: str) -> None:
    with suppress(Unreadable):
        READERS[kind](text)
