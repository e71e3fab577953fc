"""Units: exact, of the unit that was meant, and refused where one is no amount of the other."""

from __future__ import annotations

from fractions import Fraction

import pytest

from jarvisd.lang.en.everyday.conversion import read_conversion
from jarvisd.lang.en.everyday.units import UNITS
from jarvisd.lang.en.requests.intents import recognise
from tests.tables import each

CONVERTED = [
    ("how many ounces are 200 grams", Fraction(320000000, 45359237), "ounces"),
    ("convert 5 miles to kilometers", Fraction("8.04672"), "kilometers"),
    ("20 celsius in fahrenheit", Fraction(68), "degrees Fahrenheit"),
    ("What's 72°F in Celsius?", Fraction(200, 9), "degrees Celsius"),
    ("350 degrees in celsius", Fraction(1590, 9), "degrees Celsius"),
    ("20 degrees in fahrenheit", Fraction(68), "degrees Fahrenheit"),
    ("minus 40 celsius in fahrenheit", Fraction(-40), "degrees Fahrenheit"),
    ("how many feet are in a mile", Fraction(5280), "feet"),
    ("how many ounces in a cup", Fraction(8), "fluid ounces"),
    ("how many ounces are in 2 pounds", Fraction(32), "ounces"),
    ("how many cups are in a gallon", Fraction(16), "cups"),
    ("how many pints are in 2 imperial gallons", Fraction(16), "pints"),
    ("how many fluid ounces are in an imperial pint", Fraction(20), "fluid ounces"),
    ("how many tablespoons make half a cup", Fraction(8), "tablespoons"),
    ("5 foot 11 in centimeters", Fraction("180.34"), "centimeters"),
    ("5'11\" in cm", Fraction("180.34"), "centimeters"),
    ("what is 6 feet 2 inches in meters", Fraction("1.8796"), "meters"),
    ("how much is 10 stone 4 in kilograms", 144 * Fraction("0.45359237"), "kilograms"),
    ("Hey Jarvis, can you convert 10 inches into centimetres, please?", Fraction("25.4"), "centimeters"),
    ("200g to oz", Fraction(320000000, 45359237), "ounces"),
    ("how many seconds are there in an hour", Fraction(3600), "seconds"),
    ("how many days in 3 weeks", Fraction(21), "days"),
    ("two and a half kilos in grams", Fraction(2500), "grams"),
    ("1,500 meters in kilometers", Fraction("1.5"), "kilometers"),
    ("1/2 cup in ml", Fraction("118.29411825"), "milliliters"),
    ("100 km/h in m/s", Fraction(250, 9), "meters per second"),
    ("how many megabytes are 2 gigabytes", Fraction(2000), "megabytes"),
    ("what is 2 metric tons in pounds", 2000 / Fraction("0.45359237"), "pounds"),
    ("how many square feet are in an acre", Fraction(43560), "square feet"),
]
NO_CONVERSIONS = each(
    """how much is 5 pounds in dollars | convert 100 euros to dollars | how many days in a year
    | 20 degrees in kelvin | how many files are in documents | convert the file to pdf
    | find 3 files in documents | what is 15 percent of 80 | how many people are in a car
    | how many timers are in the list | 200 smoots in meters | how many kilojoules are 200 calories
    | turn 5 lights to red | remind me in 5 minutes to stand up | put 200 grams in the bowl
    | how many grams are in the cupboard | what is a meter | set a timer for 5 minutes in seconds"""
)


@pytest.mark.parametrize(("say", "value", "plural"), CONVERTED)
def test_an_amount_is_turned_into_another_unit_without_a_model(say: str, value: Fraction, plural: str) -> None:
    intent = recognise(say)
    assert intent is not None
    assert intent.plan is not None
    [action] = intent.plan.actions
    assert action.tool == "calculate"
    found = read_conversion(str(action.args["expression"]))
    assert found is not None
    assert (found.value, found.target.plural, found.is_possible) == (value, plural, True)


def test_what_is_no_conversion_is_left_to_others() -> None:
    assert [say for say in NO_CONVERSIONS if read_conversion(say) is not None] == []
    plans = {say: found.plan for say in NO_CONVERSIONS if (found := recognise(say)) and found.plan}
    wrong = [say for say, plan in plans.items() if " in " in str(plan.actions[0].args.get("expression", ""))]
    assert wrong == []


@pytest.mark.parametrize(("word", "other"), [("grams", "meters"), ("cups", "pounds"), ("hours", "miles")])
def test_what_measures_another_thing_is_told_apart(word: str, other: str) -> None:
    found = read_conversion(f"3 {word} in {other}")
    assert found is not None
    assert not found.is_possible


def test_every_unit_comes_back_from_every_other_of_its_kind() -> None:
    units = {unit for found in UNITS.values() for unit in found}
    assert len(units) > 80
    assert len({(unit.noun, unit.system) for unit in units}) == len(units)
    for unit in units:
        assert unit.size > 0
        for other in units:
            if other.kind == unit.kind:
                there = (7 + unit.offset) * unit.size / other.size - other.offset
                assert (there + other.offset) * other.size / unit.size - unit.offset == 7
