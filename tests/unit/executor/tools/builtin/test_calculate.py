"""A calculation asks nothing, starts nothing, and says whether its result is exact (decision 23)."""

from __future__ import annotations

import pytest

from jarvisd.core.errors import RequestError
from tests.unit.executor.conftest import Bench


@pytest.mark.parametrize(
    ("expression", "spoken", "exact", "rounded"),
    [
        ("15% of 80", "The result is 12.", "12", "12"),
        ("18 × 23 − 4", "The result is 410.", "410", "410"),
        ("2^40", "The result is 1,099,511,627,776.", "1099511627776", "1099511627776"),
        ("7/2", "The result is 3.5.", "3.5", "3.5"),
        ("3-10", "The result is minus 7.", "-7", "-7"),
        ("1234.5*2+0.25", "The result is 2,469.25.", "2469.25", "2469.25"),
        ("sqrt(2)", "The result is about 1.4142.", None, "1.4142135623731"),
        ("-sqrt(2)", "The result is about minus 1.4142.", None, "-1.4142135623731"),
        ("1/3", "The result is about 0.3333.", "1/3", "0.333333333333333"),
        ("1/300", "The result is about 0.003333.", "1/300", "0.00333333333333333"),
        ("2/3*1e6", "The result is about 666,666.6667.", "2000000/3", "666666.666666667"),
        ("0.1234567", "The result is about 0.1235.", "0.1234567", "0.1234567"),
        ("0.99999999", "The result is about 1.", "0.99999999", "0.99999999"),
        (
            "2^100",
            "The result is about 1.2677 times 10 to the power of 30.",
            str(2**100),
            None,
        ),
        ("1/10^9", "The result is about 1 times 10 to the power of minus 9.", "0.000000001", "1e-9"),
        ("2^-3000", "The result is about 8.1285 times 10 to the power of minus 904.", None, None),
        ("sqrt(2)^2-2", "The result is about 0.", None, "0"),
        ("0*5", "The result is 0.", "0", "0"),
    ],
)
async def test_the_result_is_a_sentence_and_both_forms(
    bench: Bench, expression: str, spoken: str, exact: str | None, rounded: str | None
) -> None:
    [step] = await bench.run(("calculate", {"expression": expression}), utterance=f"calculate {expression}")
    assert (step["outcome"], step["tier"], step["spoken"]) == ("done", 1, spoken)
    result = step["result"]
    assert isinstance(result, dict)
    if expression != "2^-3000":
        assert result["exact"] == exact
    if rounded is not None:
        assert result["rounded"] == rounded
    assert (bench.speech.questions, bench.speech.said, bench.sandbox.jobs) == ([], [], [])


@pytest.mark.parametrize(
    ("expression", "spoken", "of_all"),
    [
        (
            "20% of 60 + 5",
            "With 20 percent of 60 alone, the result is 17. With 20 percent of all that follows, it is 13.",
            "13",
        ),
        (
            "100 - 20 % of 100 - 20",
            "With 20 percent of 100 alone, the result is 60. With 20 percent of all that follows, it is 84.",
            "84",
        ),
        ("5 + 20% of 60", "The result is 17.", None),
        ("20% of 60 * 5", "The result is 60.", None),
        ("20% of (60 + 5)", "The result is 13.", None),
        ("(20% of 60) + 5", "The result is 17.", None),
        ("20% of 60 + 10% of 50", "The result is 17.", None),
        ("1 / 20% of 5 - 5", "The result is minus 4.", None),
    ],
)
async def test_of_what_a_percentage_is_taken_is_said_where_it_may_be_more(
    bench: Bench, expression: str, spoken: str, of_all: str | None
) -> None:
    [step] = await bench.run(("calculate", {"expression": expression}), utterance=f"calculate {expression}")
    result = step["result"]
    assert isinstance(result, dict)
    assert (step["spoken"], result.get("of_all")) == (spoken, of_all)


async def test_what_is_not_understood_is_refused_with_the_part(bench: Bench) -> None:
    [step] = await bench.run(("calculate", {"expression": "2 apples + 3"}))
    assert (step["outcome"], step["error"]) == ("refused", "InvalidRequest")
    assert step["spoken"] == "I won't calculate that: I don't understand this part of the calculation: apples + 3."


async def test_what_would_never_end_is_refused(bench: Bench) -> None:
    [step] = await bench.run(("calculate", {"expression": "9**9**9"}))
    assert (
        step["spoken"] == "I won't calculate that: a number of this calculation would have more than 1,000 digits."
    )


@pytest.mark.parametrize(
    ("expression", "spoken"),
    [
        ("200 grams in ounces", "200 grams are about 7.0548 ounces."),
        ("a mile in feet", "1 mile is 5,280 feet."),
        ("5 miles to kilometers", "5 miles are 8.04672 kilometers."),
        ("20 celsius in fahrenheit", "20 degrees Celsius are 68 degrees Fahrenheit."),
        ("350 degrees in celsius", "350 degrees Fahrenheit are about 176.6667 degrees Celsius."),
        ("minus 40 fahrenheit in celsius", "Minus 40 degrees Fahrenheit are minus 40 degrees Celsius."),
        ("2 gallons in liters", "2 US gallons are about 7.5708 liters."),
        ("5 foot 11 in cm", "That is 180.34 centimeters."),
        ("1000 milliliters in liters", "1,000 milliliters are 1 liter."),
    ],
)
async def test_an_amount_is_told_in_the_units_that_were_meant(bench: Bench, expression: str, spoken: str) -> None:
    assert (await bench.use("calculate", expression=expression)).spoken == spoken


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("3 kg in meters", "kilograms measure mass and meters length"),
        ("2 hours in miles", "hours measure time and miles length"),
        ("minus 300 celsius in fahrenheit", "nothing is so cold"),
        ("100 dollars in euros", "dollar"),
        ("20 degrees in kelvin", "degrees"),
    ],
)
async def test_what_is_no_amount_of_the_other_is_refused(bench: Bench, expression: str, reason: str) -> None:
    with pytest.raises(RequestError, match=reason):
        await bench.use("calculate", expression=expression)
