"""Units of measurement, by the names and plural forms of CLDR. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, Literal

from babel import Locale
from babel.units import format_unit

from jarvisd.lang.en.speech.grammar import Section, SpeechRule, after, before, fixed
from jarvisd.lang.en.speech.numerals import fraction, is_one

LOCALE: Final = Locale("en")

_KINDS: Final = (
    *("area-hectare", "area-square-centimeter", "area-square-foot", "area-square-kilometer", "area-square-meter"),
    *(
        "area-square-mile",
        "acceleration-meter-per-square-second",
        "concentr-part-per-1e6",
        "consumption-mile-per-gallon",
    ),
    *("digital-gigabit", "digital-kilobit", "digital-megabit", "digital-terabit", "duration-hour"),
    *("duration-microsecond", "duration-millisecond", "duration-minute", "duration-nanosecond", "duration-second"),
    *("electric-ampere", "electric-ohm", "electric-volt", "energy-calorie", "energy-joule", "energy-electronvolt"),
    *(
        "frequency-hertz",
        "graphics-dot-per-inch",
        "graphics-megapixel",
        "graphics-pixel",
        "graphics-pixel-per-inch",
    ),
    *("length-foot", "length-light-year", "length-meter", "length-mile", "length-nautical-mile", "length-yard"),
    *("light-lumen", "light-lux", "mass-gram", "mass-ounce", "mass-pound", "mass-tonne", "power-horsepower"),
    *(
        "power-watt",
        "pressure-bar",
        "pressure-atmosphere",
        "pressure-pascal",
        "pressure-pound-force-per-square-inch",
        "pressure-millimeter-ofhg",
        "force-newton",
    ),
    *("speed-knot", "speed-mile-per-hour", "temperature-kelvin", "torque-newton-meter", "volume-cubic-centimeter"),
    *("volume-cubic-foot", "volume-cubic-meter", "volume-cubic-kilometer", "volume-fluid-ounce", "volume-gallon"),
    *("volume-liter", "volume-tablespoon", "volume-teaspoon", "volume-quart", "digital-byte"),
    *("concentr-mole", "energy-becquerel", "energy-sievert", "electric-farad"),
)
"""What CLDR calls the units that are written by a sign of their own; a sign that is a word as well is left out."""
_PREFIXES: Final = {
    "p": "pico", "n": "nano", "μ": "micro", "m": "milli", "c": "centi", "d": "deci", "h": "hecto", "k": "kilo",
    "M": "mega", "G": "giga", "T": "tera", "P": "peta",
}  # fmt: skip
_PREFIXED: Final = {
    "m": "pnμmcdk", "g": "nμmk", "s": "pnμm", "W": "mkMGT", "V": "μmkM", "A": "μm", "Hz": "kMGT", "J": "mkMG",
    "Pa": "hkMG", "Ω": "mkMG", "L": "μmcdh", "l": "μmcdh", "eV": "kMGT", "cal": "k", "bar": "m", "N": "kM",
    "Bq": "kMGT", "Sv": "μm", "B": "kMGTP", "bit": "kMGT", "Wh": "mkMGT", "Ah": "m", "b": "kMG", "F": "pnμm",
    "bps": "kMGT", "mol": "μm",
}  # fmt: skip
"""Which prefixes are written before a sign. The International System has more that nobody writes."""
_MORE: Final = {
    "Wh": ("watt-hour", "watt-hours"), "Ah": ("ampere-hour", "ampere-hours"), "dB": ("decibel", "decibels"),
    "bps": ("bit per second", "bits per second"), "rpm": ("revolution per minute", "revolutions per minute"),
    "fps": ("frame per second", "frames per second"), "bpm": ("beat per minute", "beats per minute"),
    "tbsp": ("tablespoon", "tablespoons"),
    "mcg": ("microgram", "micrograms"),
    "l": ("liter", "liters"), "bit": ("bit", "bits"), "b": ("bit", "bits"), "B": ("byte", "bytes"),
    "ml": ("milliliter", "milliliters"), "KB": ("kilobyte", "kilobytes"), "hrs": ("hour", "hours"),
    "kph": ("kilometer per hour", "kilometers per hour"), "lbs": ("pound", "pounds"), "h": ("hour", "hours"),
    "s": ("second", "seconds"), "min": ("minute", "minutes"), "sec": ("second", "seconds"),
    "°C": ("degree Celsius", "degrees Celsius"), "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°K": ("kelvin", "kelvins"), "Ω": ("ohm", "ohms"), "VA": ("volt-ampere", "volt-amperes"),
}  # fmt: skip
"""What CLDR has no sign for, or another one."""
_BINARY: Final = {"Ki": "kibi", "Mi": "mebi", "Gi": "gibi", "Ti": "tebi", "Pi": "pebi"}
_LONE: Final = frozenset({"A", "N", "J", "K", "F", "b", "B", "T", "t", "d", "cal", "bar", "L"})
"""Signs that are words or names too: behind a number they count only where no other word follows at once."""


@cache
def units() -> Mapping[str, tuple[str, str]]:
    """Sign to its name for one and for many."""
    found: dict[str, tuple[str, str]] = {}
    for kind in _KINDS:
        names = _form(kind, 1, "long"), _form(kind, 2, "long")
        for length in _LENGTHS:
            sign = _form(kind, 2, length)
            if sign not in "′″#°":
                found.setdefault(sign, names)
    found = {**found, **_MORE, "m": (_form("length-meter", 1, "long"), _form("length-meter", 2, "long"))}
    for sign, prefixes in _PREFIXED.items():
        one, many = found[sign]
        found.update({prefix + sign: (_with(prefix, one), _with(prefix, many)) for prefix in prefixes})
    for prefix, name in _BINARY.items():
        found[prefix + "B"] = (name + "byte", name + "bytes")
        found[prefix + "bit"] = (name + "bit", name + "bits")
    return {sign: names for sign, names in found.items() if sign not in _WORDS}


_LENGTHS: Final[tuple[Literal["short", "narrow"], ...]] = ("short", "narrow")
_WORDS: Final = frozenset({"in", "a", "c", "pt", "st", "gr", "ch", "dot", "part", "light", "pm", "items", "dec"})


def _with(prefix: str, name: str) -> str:
    """ "kilohm" loses the vowel that "kilometer" has."""
    return (_PREFIXES[prefix][:-1] if name.startswith("ohm") else _PREFIXES[prefix]) + name


def _form(kind: str, count: int, length: Literal["short", "long", "narrow"]) -> str:
    """What CLDR writes behind a number."""
    return format_unit(count, kind, length, locale=LOCALE).removeprefix(str(count)).strip()


def _any_of(signs: Iterable[str]) -> str:
    return "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))


_DEGREES: Final = re.compile("º(?=[CF])")


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Each sign of a compound unit with the power behind it."""
    for part in text.split("/"):
        match = re.fullmatch(r"(\d*\s?)(.+?)(\^?[23]|[²³])?", part.strip())
        if match is not None:
            yield match[1] + match[2], (match[3] or "").strip("^").translate(str.maketrans("²³", "23"))


def _compound(text: str, *, singular: bool) -> str | None:
    said = []
    known = units()
    if text in known:
        return known[text][0 if singular else 1]
    for place, (sign, power) in enumerate(_parts(text)):
        number, sign = re.fullmatch(r"(\d*)\s?(.+)", sign).groups()  # type: ignore[union-attr]
        if sign not in known:
            return None
        name = known[sign][0 if (singular or place) and not number else 1]
        kind = {"2": "square ", "3": "cubic "}.get(power, "")
        said.append(
            f"{number} {kind}{name}".strip()
            if not place or sign != "s" or not kind
            else f"second {'squared' if power == '2' else 'cubed'}"
        )
    return " per ".join(said)


def _is_unit(text: str, match: re.Match[str]) -> bool:
    """Whether a sign that may be a word or a letter is one here: not in "3 A levels", "4K" or "$5m"."""
    if text in _LONE:
        is_apart = match[0] != match[1]
        stands_alone = re.match(r"\s?(?:[.,;:)](?!\w)|[/=+−-]|$)", after(match)) is not None
        return stands_alone and not (is_apart and text in "FTBd") and (is_apart or text not in "KABb")
    is_money = text in ("m", "h", "s", "b") and re.search(r"[$€£¥][\d.,]+$", before(match)) is not None
    return not is_money


def _is_portion(lead: str) -> bool:
    """Whether a fraction without a whole number stands before a unit: "half of a kilometer"."""
    portion = re.search(r"(?<![\d.\w])(?:(\d+)[/⁄](\d+)|[½¼¾⅓⅔⅛])\s?$", lead)
    if portion is None or re.search(r"\d[ -]?$", lead[: portion.start()]):
        return False
    return portion[1] is None or fraction(int(portion[1]), int(portion[2])) is not None


def _unit(match: re.Match[str]) -> str | None:
    text = match[1].replace("µ", "μ").replace("º", "°").replace("·", "⋅")
    if not _is_unit(text, match):
        return None
    if match[0].startswith("-"):
        # "A 64-bit system", "a 5-km run".
        said = _compound(text, singular=True)
        return said and f"-{said}"
    is_portion = _is_portion(before(match))
    said = _compound(text, singular=is_one(before(match)) or is_portion)
    if said is None or not is_portion:
        return said and f" {said}"
    if re.match(r"\s[a-z]{2,}", after(match)):
        # "Half a teaspoon salt" is a measure of what follows, as recipes have it.
        return f" {said}"
    return f" of {'an' if said[0] in 'aeiou' or said.startswith('hour') else 'a'} {said}"


def _inches(match: re.Match[str]) -> str:
    return " inch" if is_one(before(match)) else " inches"


def _lone_unit(match: re.Match[str]) -> str | None:
    """A unit that no number stands before, as in "price per kWh" or a heading "Speed (km/h)"."""
    is_single = re.search(r"\b(?:per|each|a|an|one)\s?$|/$", before(match)) is not None
    return _compound(match[0].replace("µ", "μ").replace("º", "°"), singular=is_single)


_CERTAIN: Final = (
    *(
        "kWh",
        "MWh",
        "GWh",
        "Wh",
        "mAh",
        "km/h",
        "m/s",
        "kHz",
        "MHz",
        "GHz",
        "Hz",
        "kW",
        "MW",
        "kV",
        "mV",
        "mA",
        "kB",
    ),
    *(
        "MB",
        "GB",
        "TB",
        "KB",
        "KiB",
        "MiB",
        "GiB",
        "TiB",
        "Mbps",
        "Gbps",
        "kbps",
        "Mbit/s",
        "Gbit/s",
        "MB/s",
        "GB/s",
    ),
    *(
        "km",
        "cm",
        "mm",
        "kg",
        "mg",
        "ml",
        "mL",
        "m²",
        "m³",
        "km²",
        "cm²",
        "cm³",
        "hPa",
        "kPa",
        "kcal",
        "kJ",
        "°C",
        "°F",
    ),
    *("µg", "µm", "µs", "μg", "μm", "μs", "kg/m³", "m/s²", "mph", "rpm", "dB", "kΩ", "MΩ"),
)
"""Signs that are nothing but units, also without a number."""
UNITS_ALONE: Final = _any_of(_CERTAIN)
ANY_UNIT: Final = _any_of(units())
"""Patterns for those, and for all."""

_UNITS: Final = (
    SpeechRule(r"(?<=\d)d(?=\s?\d+\s?h)", fixed(" days")),
    SpeechRule(r"(?<=\d) in(?=\s*(?:$|[;)=x×]))|(?<=ft \d) in(?!\w)|(?<=ft \d\d) in(?!\w)", _inches),
    SpeechRule(
        rf"(?<=[\d½¼¾⅓⅔⅛)])[\s-]?((?:{_any_of(units())}|µ[mgslLAVF]|º[CF])(?:\^?[23²³](?!\.?\d))?(?:\s?/\s?\d*\s?(?:{_any_of(units())})[²³]?)*)"
        r"(?![\w²³°])",
        _unit,
    ),
    SpeechRule(
        rf"(?<![\w.-])(?<![A-Za-z]/)(?:{UNITS_ALONE})(?![\w/.²³-]\w|\w)",
        _lone_unit,
    ),
)
UNITS: Final = Section(r"(?=[\s-]?[A-Za-zÅµμΩ°º])", _UNITS)
