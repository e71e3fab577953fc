"""Units of measure by the words for them, with exact factors. Pure.

Inch and pound are those of the international agreement of 1959, the units of volume those of NIST Handbook 44
(US) and of the UK Units of Measurement Regulations 1995 (imperial); everything else is SI. What has no one size,
such as a month, a calorie or a currency, is not here. ADR 3 says why this is a table and no library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

INCH_M = Fraction("0.0254")
POUND_KG = Fraction("0.45359237")
POUND_FORCE_N = POUND_KG * Fraction("9.80665")
GALLON_L = Fraction("3.785411784")
IMPERIAL_GALLON_L = Fraction("4.54609")


@dataclass(frozen=True, slots=True)
class UnitOfMeasure:
    """A unit: ``size`` in the base unit of its kind, after ``offset`` was added to a number of it."""

    noun: str
    plural: str
    kind: str
    """What it measures: "length"."""
    size: Fraction
    offset: Fraction = Fraction(0)
    system: str = ""
    """"US" or "imperial" where the other has one of the same name."""

    def called(self, *, is_one: bool, with_system: bool) -> str:
        """How one or several of it are called."""
        said = self.noun if is_one else self.plural
        return f"{self.system} {said}" if self.system and with_system else said


_TABLE = """
length
millimeter, millimeters, mm: 0.001
centimeter, centimeters, cm: 0.01
meter, meters, m: 1
kilometer, kilometers, km, kms, k: 1000
inch, inches, in: 0.0254
foot, feet, ft: 0.3048
yard, yards, yd, yds: 0.9144
mile, miles, mi: 1609.344
nautical mile, nautical miles, nmi: 1852
mass
milligram, milligrams, mg: 0.000001
gram, grams, g, gramme, grammes: 0.001
kilogram, kilograms, kg, kgs, kilo, kilos: 1
metric ton, metric tons, tonne, tonnes: 1000
ounce, ounces, oz: 0.028349523125
pound, pounds, lb, lbs: 0.45359237
stone, stone, st, stones: 6.35029318
volume
milliliter, milliliters, ml, mls: 0.001
centiliter, centiliters, cl: 0.01
deciliter, deciliters, dl: 0.1
liter, liters, l: 1
cubic meter, cubic meters, m3, m³: 1000
cubic centimeter, cubic centimeters, cm3, cm³, cc, ccs: 0.001
cubic inch, cubic inches: 0.016387064
cubic foot, cubic feet: 28.316846592
cubic yard, cubic yards: 764.554857984
area
square centimeter, square centimeters, cm2, cm²: 0.0001
square meter, square meters, m2, m², sqm: 1
square kilometer, square kilometers, km2, km²: 1000000
square inch, square inches, sq in: 0.00064516
square foot, square feet, sq ft, sqft: 0.09290304
square yard, square yards, sq yd: 0.83612736
square mile, square miles, sq mi: 2589988.110336
acre, acres: 4046.8564224
hectare, hectares, ha: 10000
time
millisecond, milliseconds, ms: 0.001
second, seconds, sec, secs, s: 1
minute, minutes, min, mins: 60
hour, hours, hr, hrs, h: 3600
day, days: 86400
week, weeks: 604800
speed
meter per second, meters per second, m/s: 1
kilometer per hour, kilometers per hour, km/h, kmh, kph: 5/18
mile per hour, miles per hour, mph: 0.44704
foot per second, feet per second, ft/s: 0.3048
knot, knots: 463/900
data
bit, bits: 1/8
byte, bytes: 1
kilobyte, kilobytes, kb: 1000
megabyte, megabytes, mb, meg, megs: 1000000
gigabyte, gigabytes, gb, gig, gigs: 1000000000
terabyte, terabytes, tb: 1000000000000
kibibyte, kibibytes, kib: 1024
mebibyte, mebibytes, mib: 1048576
gibibyte, gibibytes, gib: 1073741824
tebibyte, tebibytes, tib: 1099511627776
kilobit, kilobits: 125
megabit, megabits: 125000
gigabit, gigabits: 125000000
pressure
pascal, pascals, pa: 1
hectopascal, hectopascals, hpa: 100
kilopascal, kilopascals, kpa: 1000
bar, bars: 100000
millibar, millibars, mbar: 100
atmosphere, atmospheres, atm: 101325
energy
joule, joules, j: 1
kilojoule, kilojoules, kj: 1000
kilocalorie, kilocalories, kcal, kcals: 4184
watt hour, watt hours, wh: 3600
kilowatt hour, kilowatt hours, kwh: 3600000
power
watt, watts, w: 1
kilowatt, kilowatts, kw: 1000
"""
"""Under each kind: a unit, several of it, other words; and its size in the base unit."""
_GALLONS: Mapping[tuple[str, ...], tuple[int, int]] = MappingProxyType(
    {
        ("gallon", "gallons", "gal"): (1, 1),
        ("quart", "quarts", "qt", "qts"): (4, 4),
        ("pint", "pints", "pt", "pts"): (8, 8),
        ("cup", "cups"): (16, 0),
        ("fluid ounce", "fluid ounces", "fl oz", "ounce", "ounces", "oz"): (128, 160),
        ("tablespoon", "tablespoons", "tbsp"): (256, 0),
        ("teaspoon", "teaspoons", "tsp"): (768, 0),
    }
)
"""Words, and how many make a gallon of the US and an imperial one; 0 where the latter has none."""
_TONS_POUNDS = (2000, 2240)
"""How many pounds make a ton of the US and an imperial one."""
_PREFIXES = {"US": ("us", "american", "short"), "imperial": ("imperial", "uk", "british", "long")}
CELSIUS = UnitOfMeasure("degree Celsius", "degrees Celsius", "temperature", Fraction(1), Fraction("273.15"))
FAHRENHEIT = UnitOfMeasure(
    "degree Fahrenheit", "degrees Fahrenheit", "temperature", Fraction(5, 9), Fraction("459.67")
)
KELVIN = UnitOfMeasure("kelvin", "kelvins", "temperature", Fraction(1))
_OTHERS = (
    (CELSIUS, ("celsius", "degrees celsius", "°c", "c", "degrees c", "centigrade", "degrees centigrade")),
    (FAHRENHEIT, ("fahrenheit", "degrees fahrenheit", "°f", "f", "degrees f")),
    (CELSIUS, ("degree", "degrees", "°", "degree celsius")),
    (FAHRENHEIT, ("degree", "degrees", "°", "degree fahrenheit")),
    (KELVIN, ("kelvin", "kelvins", "degrees kelvin", "k")),
    (
        UnitOfMeasure("pound per square inch", "pounds per square inch", "pressure", POUND_FORCE_N / INCH_M**2),
        ("psi", "pound per square inch", "pounds per square inch"),
    ),
    (
        UnitOfMeasure(
            "mechanical horsepower", "mechanical horsepower", "power", 550 * 12 * INCH_M * POUND_FORCE_N
        ),
        ("horsepower", "hp", "mechanical horsepower"),
    ),
)


def _rows() -> Iterator[tuple[str, UnitOfMeasure]]:
    """Every word with a unit that it may mean, the likeliest first; British spellings besides."""
    kind = ""
    for line in _TABLE.strip().splitlines():
        names, colon, size = line.partition(": ")
        if not colon:
            kind = line
            continue
        words = tuple(names.split(", "))
        unit = UnitOfMeasure(words[0], words[1], kind, Fraction(size))
        yield from ((word, unit) for word in words)
        yield from ((word.replace("meter", "metre").replace("liter", "litre"), unit) for word in words)
    for words, counts in _GALLONS.items():
        for system, gallon_l, count in zip(_PREFIXES, (GALLON_L, IMPERIAL_GALLON_L), counts, strict=True):
            if count:
                yield from _of_system(system, words, "volume", gallon_l / count)
    for system, pounds in zip(_PREFIXES, _TONS_POUNDS, strict=True):
        yield from _of_system(system, ("ton", "tons"), "mass", pounds * POUND_KG)
    yield from ((word, unit) for unit, words in _OTHERS for word in words)


def _of_system(
    system: str, words: tuple[str, ...], kind: str, size: Fraction
) -> Iterator[tuple[str, UnitOfMeasure]]:
    unit = UnitOfMeasure(words[0], words[1], kind, size, system=system)
    yield from ((word, unit) for word in words)
    yield from ((f"{prefix} {word}", unit) for prefix in _PREFIXES[system] for word in words)


def _units() -> Mapping[str, tuple[UnitOfMeasure, ...]]:
    found: dict[str, tuple[UnitOfMeasure, ...]] = {}
    for word, unit in _rows():
        if unit not in found.setdefault(word, ()):
            found[word] += (unit,)
    return MappingProxyType(found)


UNITS: Mapping[str, tuple[UnitOfMeasure, ...]] = _units()
"""Every word, in small letters, to the units that it may mean, the likeliest first."""
