"""Money: amounts by the sign or the code of their currency, as CLDR calls it. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from babel.numbers import get_currency_name, list_currencies

from jarvisd.lang.en.speech.grammar import Section, SpeechRule, after, before, fixed
from jarvisd.lang.en.speech.numerals import DASH, GROUPED, plain
from jarvisd.lang.en.speech.quantities import ANY_UNIT, LOCALE, UNITS_ALONE, units

_SUBUNITS: Final = {"dollar": ("cent", "cents"), "euro": ("cent", "cents"), "pound": ("penny", "pence")}
_UNINFLECTED: Final = frozenset({"yen", "won", "baht", "dong", "kip"})
_MAGNITUDES: Final = {
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "Mn": "million",
    "mio": "million",
    "Mio": "million", "b": "billion", "B": "billion", "bn": "billion", "Bn": "billion", "T": "trillion",
    "tn": "trillion", "trn": "trillion",
}  # fmt: skip
_AMOUNT: Final = (
    rf"(?:{GROUPED}|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}|\d{{1,3}}(?: \d{{3}})+(?:,\d{{2}})?(?!\d)"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d{2})?|\d+(?:[.,]\d{1,2}(?!\d)|\.\d+)?|\.\d+)"
)
"""An amount of money as it is written in English, Indian, Swiss and continental text."""
_SHORT: Final = "|".join(sorted(_MAGNITUDES, key=len, reverse=True))
_BIG: Final = rf"(?:\s?-?\s?(thousand|million|billion|trillion|hundred|{_SHORT})(?!\w)(?:(?<=io)\.)?)?"
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
        return get_currency_name(code, 1, LOCALE), get_currency_name(code, 2, LOCALE)
    name = unicodedata.name(sign).removesuffix(" SIGN").removesuffix(" CURRENCY").split()[-1].lower()
    name = {"sheqel": "shekel"}.get(name, name)
    return name, name if name in _UNINFLECTED else f"{name}s"


def _value(written: str) -> str:
    """An amount as digits with a decimal point."""
    if re.fullmatch(r"\d{1,3}(?:[. ]\d{3})+(?:,\d{2})?|\d+,\d{1,2}", written):
        return re.sub("[. ]", "", written).replace(",", ".")
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
    lead = "minus " * len((minus or "").strip())
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
    # Two of them are no more likely than none, and each is said.
    return _amount(
        f"{match[1] or ''}{match[3] or ''}", (match[4], match[5]), (match[6] or "", match[7]), match[2].strip()
    )


def _trailing(match: re.Match[str]) -> str | None:
    return _amount(match[1], (match[2], match[3]), (match[4] or "", match[5]), match[6].strip())


def _per_unit(match: re.Match[str]) -> str | None:
    """A price "per pound"; a unit that is no unit elsewhere, as in "1/m"."""
    return f" per {units()[match[1]][0]}" if re.search("[$€£¥]", before(match)) else None


def _cents(match: re.Match[str]) -> str:
    return f"{match[1]} {'cent' if match[1] == '1' else 'cents'}"


def _symbol(match: re.Match[str]) -> str:
    """A sign without an amount, as in "€/month" or "prices in $".

    Directly before a letter or a bracket it is no money, as in "$HOME", "${HOME}" and "$(date)".
    """
    one, many = _currency(match[0])
    if re.match(r"[A-Za-z_{]|[(\[](?!\d)", after(match)):
        return f"{one} "
    return f" {one if re.search(r'(?:per|/) ?$', before(match)) else many} "


_LEAD: Final = rf"(?<![\w.])({DASH}\s?)?"
_UNTIL: Final = r"(?:[-–—]|\s[-–—]\s)"
_TWO: Final = rf"(?:{_UNTIL}(?:{_SYMBOLS})?\s?({_AMOUNT}){_BIG})?"
_TAIL: Final = r"(?![\w]|[.,]\d)"

_MONEY: Final = (
    SpeechRule(rf"{_LEAD}({_SYMBOLS}|(?:{_codes()})\s)\s?({DASH})?({_AMOUNT}){_BIG}{_TWO}{_TAIL}", _leading),
    SpeechRule(
        rf"(?<![\w.,$€£])({DASH})?({_AMOUNT}){_BIG}(?:{_UNTIL}({_AMOUNT}){_BIG})?\s?({_SYMBOLS}|(?:{_codes()})(?!\w))(?!\d)",
        _trailing,
    ),
    SpeechRule(r"(?<![\w.])(\d+)\s?¢", _cents),
    SpeechRule(
        rf"(?<=[$€£¥₹₽¢])\s?/\s?(?=[A-Za-z])(?!(?:hr?|s|sec|min|mo|yr)(?!\w))|(?<=\w)\s?/\s?(?=(?:{UNITS_ALONE})(?!\w))",
        fixed(" per "),
    ),
    SpeechRule(rf"(?<=[\d$€£¥])\s?/\s?({ANY_UNIT})(?!\w)", _per_unit),
    SpeechRule(_SYMBOLS, _symbol),
)
MONEY: Final = Section(rf"(?={DASH}|\.?\d|[A-Z]{{3}} |{_SYMBOLS}|\s?/)", _MONEY)
