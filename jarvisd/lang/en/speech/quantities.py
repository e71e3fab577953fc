"""Units and money, by the names and plural forms of CLDR. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, Literal

from babel import Locale
from babel.numbers import get_currency_name, list_currencies
from babel.units import format_unit

from jarvisd.lang.en.speech.grammar import Section, SpeechRule, after, before, fixed
from jarvisd.lang.en.speech.numerals import DASH, GROUPED, fraction, is_one, plain

_LOCALE: Final = Locale("en")

# --- units --------------------------------------------------------------------------------------------------

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
    return format_unit(count, kind, length, locale=_LOCALE).removeprefix(str(count)).strip()


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
        stands_alone = re.match(r"\s?(?:[.,;:)/=+−-]|$)", after(match)) is not None
        return stands_alone and not (is_apart and text in "FTBd") and (is_apart or text not in "KA")
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
    is_portion = _is_portion(before(match))
    said = _compound(text, singular=is_one(before(match)) or is_portion)
    if said is None or not is_portion:
        return said and f" {said}"
    return f" of {'an' if said[0] in 'aeiou' or said.startswith('hour') else 'a'} {said}"


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

# --- money --------------------------------------------------------------------------------------------------

_SUBUNITS: Final = {"dollar": ("cent", "cents"), "euro": ("cent", "cents"), "pound": ("penny", "pence")}
_UNINFLECTED: Final = frozenset({"yen", "won", "baht", "dong", "kip"})
_MAGNITUDES: Final = {
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "Mn": "million",
    "mio": "million",
    "Mio": "million", "b": "billion", "B": "billion", "bn": "billion", "Bn": "billion", "T": "trillion",
    "tn": "trillion", "trn": "trillion",
}  # fmt: skip
_AMOUNT: Final = (
    rf"(?:{GROUPED}|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}|\d{{1,3}}(?: \d{{3}})+(?!\d)"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d{2})?|\d+(?:[.,]\d{1,2}(?!\d)|\.\d+)?|\.\d+)"
)
"""An amount of money as it is written in English, Indian, Swiss and continental text."""
_SHORT: Final = "|".join(sorted(_MAGNITUDES, key=len, reverse=True))
_BIG: Final = rf"(?:\s?-?\s?(thousand|million|billion|trillion|hundred|{_SHORT})(?!\w))?"
_PREFIXED_DOLLARS: Final = {"US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "HK$": "HKD",
                            "NZ$": "NZD", "S$": "SGD", "R$": "BRL", "MX$": "MXN", "NT$": "TWD"}  # fmt: skip
_SYMBOLS: Final = r"(?:(?:US|AU|CA|HK|NZ|MX|NT|A|C|S|R)\$|[$€£¥₹₽₩₺₪₴₫₱₦₡₲₵₸₿฿₾₼])"


@cache
def _codes() -> str:
    return "|".join(sorted(code for code in list_currencies() if code.isascii()))


@cache
def _currency(sign: str) -> tuple[str, str]:
    """The name of one and of many; a sign that several countries use is said without a country."""
    code = _PREFIXED_DOLLARS.get(sign, sign)
    if code.isalpha():
        return get_currency_name(code, 1, _LOCALE), get_currency_name(code, 2, _LOCALE)
    name = unicodedata.name(sign).removesuffix(" SIGN").removesuffix(" CURRENCY").split()[-1].lower()
    name = {"sheqel": "shekel"}.get(name, name)
    return name, name if name in _UNINFLECTED else f"{name}s"


def _value(written: str) -> str:
    """An amount as digits with a decimal point."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d{2})?|\d+,\d{1,2}", written):
        return written.replace(".", "").replace(",", ".")
    return re.sub(r"[, ](?=\d{2})", "", plain(written))


def _money(written: str, magnitude: str | None, sign: str) -> str:
    """ "5 dollars", "1 euro and 50 cents", "3.5 million pounds"."""
    value, (one, many) = _value(written), _currency(sign)
    if magnitude:
        return f"{value} {_MAGNITUDES.get(magnitude, magnitude)} {many}"
    whole, _, part = value.partition(".")
    small = _SUBUNITS.get(one.split()[-1].lower())
    if part and (len(part) > 2 or small is None):
        return f"{value} {many}"
    cents = part.ljust(2, "0") if part else ""
    told = f"{whole} {one if whole == '1' else many}" if whole.strip("0") or not cents.strip("0") else ""
    if small is not None and cents.strip("0"):
        count = cents.lstrip("0")
        told += f"{' and ' if told else ''}{count} {small[0 if count == '1' else 1]}"
    return told


def _amount(
    minus: str | None, first: tuple[str, str | None], second: tuple[str, str | None], sign: str
) -> str | None:
    lead = "minus " if minus else ""
    if not second[0]:
        return f"{lead}{_money(*first, sign)}"
    shared = first[1] or second[1]
    many = _currency(sign)[1]
    first_said = _value(first[0]) + (f" {_MAGNITUDES.get(first[1], first[1])}" if first[1] else "")
    said = _value(second[0]) + (
        f" {_MAGNITUDES.get(second[1] or '', second[1] or '')}" if shared and second[1] else ""
    )
    return f"{lead}{first_said} to {said} {many}"


def _leading(match: re.Match[str]) -> str | None:
    minus = match[1] or match[3]
    return _amount(minus, (match[4], match[5]), (match[6] or "", match[7]), match[2].strip())


def _trailing(match: re.Match[str]) -> str | None:
    return _amount(match[1], (match[2], match[3]), (match[4] or "", match[5]), match[6].strip())


def _cents(match: re.Match[str]) -> str:
    return f"{match[1]} {'cent' if match[1] == '1' else 'cents'}"


def _symbol(match: re.Match[str]) -> str:
    """A sign without an amount, as in "€/month", "prices in $" or "$HOME"."""
    one, many = _currency(match[0])
    if re.match(r"\{?[A-Za-z_]", after(match)):
        return f"{one} "
    return f" {one if re.search(r'(?:per|/) ?$', before(match)) else many} "


_LEAD: Final = rf"(?<![\w.])({DASH}\s?)?"
_UNTIL: Final = r"(?:[-–—]|\s[-–—]\s)"
_TWO: Final = rf"(?:{_UNTIL}(?:{_SYMBOLS})?\s?({_AMOUNT}){_BIG})?"
_TAIL: Final = r"(?![\w]|[.,]\d)"

_MONEY: Final = (
    SpeechRule(rf"{_LEAD}({_SYMBOLS}|(?:{_codes()})\s)\s?({DASH})?({_AMOUNT}){_BIG}{_TWO}{_TAIL}", _leading),
    SpeechRule(
        rf"(?<![\w.,$€£])({DASH})?({_AMOUNT}){_BIG}(?:{_UNTIL}({_AMOUNT}){_BIG})?\s?({_SYMBOLS}|(?:{_codes()})(?!\w))(?!\s?\d)",
        _trailing,
    ),
    SpeechRule(r"(?<![\w.])(\d+)\s?¢", _cents),
    SpeechRule(
        rf"(?<=[$€£¥₹₽¢])\s?/\s?(?=[A-Za-z])|(?<=\w)\s?/\s?(?=(?:{_any_of(_CERTAIN)})(?!\w))", fixed(" per ")
    ),
    SpeechRule(_SYMBOLS, _symbol),
)
_UNITS: Final = (
    SpeechRule(
        rf"(?<=[\d½¼¾⅓⅔⅛)])[\s-]?((?:{_any_of(units())}|µ[mgslLAVF]|º[CF])(?:\^?[23²³](?!\d))?(?:\s?/\s?\d*\s?(?:{_any_of(units())})[²³]?)*)"
        r"(?![\w²³°])",
        _unit,
    ),
    SpeechRule(
        rf"(?<![\w.-])(?<!\w/)(?:{_any_of(_CERTAIN)})(?![\w/.²³-]\w|\w)",
        _lone_unit,
    ),
)
MONEY: Final = Section(rf"(?={DASH}|\.?\d|[A-Z]{{3}} |{_SYMBOLS}|\s?/)", _MONEY)
UNITS: Final = Section(r"(?=[\s-]?[A-Za-zÅµμΩ°º])", _UNITS)
