"""Numbers in every written form; plain digits stay, since engines read them right (ADR 10). Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from jarvisd.lang.en.speech.addresses import is_formula, spelled
from jarvisd.lang.en.speech.grammar import Section, SpeechRule, after, before, fixed
from jarvisd.lang.en.values.number_words import NUMBERS, ORDINAL_WORDS, TENS

GROUPED: Final = r"\d{1,3}(?:[,\u00a0\u202f\u2009']\d{3})+(?!\d)(?:\.\d+)?"
NUMBER: Final = rf"(?:{GROUPED}|\d+(?:\.\d+)?)"
"""An unsigned number as it is written in English, Swiss or typeset text."""
DASH: Final = "[-‐‑–—−]"
_LONGEST_COUNT: Final = 9
"""Digits without a separator that are a count; more are a code, which is said digit by digit."""
_OF: Final = re.compile(
    r"\b(?:page|step|part|episode|chapter|batch|test|item|slide|day|round|level|question)s?\s?$", re.I
)
_CALL: Final = re.compile(
    r"(?:\b(?:call|phone|tel|telephone|fax|dial|number|mobile|cell|ring|text)\b\W*(?:\w+\W+){0,2})$", re.I
)
_REFERENCE: Final = re.compile(
    r"\b(?:no\.|number|invoice|order|ref|id|code|ticket|case|part|model|serial)\s?#?$", re.I
)
_WORDS: Final = {value: word for word, value in {**NUMBERS, **TENS}.items()}
_ORDINALS: Final = {value: word for word, value in ORDINAL_WORDS.items()}
_BEFORE_DECADE: Final = re.compile(r"\b(?:the|her|his|my|your|our|their|mid|early|late|low|high)[ -]$", re.I)
_SAID_DENOMINATORS: Final = frozenset({25, 30, 32, 40, 50, 60, 64, 100, 1000})
"""Above twenty; of others people say "over"."""
_ON: Final = re.compile(r"\b(?:on|by|due|until|till)\s$|day,?\s$", re.I)
_POWERS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ", "0123456789+-ni")


def plain(number: str) -> str:
    """``number`` without thousands separators."""
    return re.sub(r"[,\u00a0\u202f\u2009'](?=\d{3})", "", number)


def word(number: int) -> str:
    """A number below one hundred in words."""
    if number in _WORDS:
        return _WORDS[number]
    return f"{_WORDS[number - number % 10]}-{_WORDS[number % 10]}"


def ordinal(number: int) -> str:
    """``ordinal(20)`` is "twentieth"; of a number below one hundred."""
    if number in _ORDINALS:
        return _ORDINALS[number]
    return f"{_WORDS[number - number % 10]}-{_ORDINALS[number % 10]}"


def fraction(numerator: int, denominator: int) -> str | None:
    """ "three quarters"; ``None`` when nobody says it like that."""
    names = {2: "half", 4: "quarter", 100: "hundredth", 1000: "thousandth"}
    if denominator > 20 and denominator not in _SAID_DENOMINATORS:
        return None
    if not 0 < numerator < min(denominator, 100) or (denominator > 99 and denominator not in names):
        return None
    name = names.get(denominator) or ordinal(denominator)
    return f"{word(numerator)} {name}" if numerator == 1 else f"{word(numerator)} {_many(name)}"


def _many(name: str) -> str:
    return "halves" if name == "half" else f"{name}s"


def is_one(text: str) -> bool:
    """Whether ``text`` ends with a one that asks for the singular."""
    return re.search(r"(?<![\d.,/:\w])[-−+]?1\s?-?$", text) is not None


def digits(text: str) -> str:
    """The digits of ``text`` one by one, with a pause where there was none between two."""
    return ", ".join(" ".join(group) for group in re.findall(r"\d+", text))


def power(exponent: str) -> str:
    """What is said behind the base of a power."""
    exponent = exponent.translate(_POWERS).strip("(){}").replace("−", "-")
    if exponent in ("2", "3"):
        return "squared" if exponent == "2" else "cubed"
    sign = "minus " if exponent.startswith("-") else "plus " if exponent.startswith("+") else ""
    return f"to the power of {sign}{exponent.lstrip('+-')}"


# --- pieces -------------------------------------------------------------------------------------------------


def _grouped(match: re.Match[str]) -> str:
    return plain(match[0])


def _indian(match: re.Match[str]) -> str:
    return match[0].replace(",", "")


def _scientific(match: re.Match[str]) -> str:
    sign = "minus " if match[2] in ("-", "−") else ""
    return f"{match[1]} times 10 to the power of {sign}{match[3].lstrip('0') or '0'}"


def _hexadecimal(match: re.Match[str]) -> str:
    kind = {"x": "hex", "b": "binary", "o": "octal"}[match[1].lower()]
    return f"{kind} {spelled(match[2].upper())}"


def _point(match: re.Match[str]) -> str:
    return f"point {' '.join(match[1])}"


def _mixed(match: re.Match[str]) -> str | None:
    said = fraction(int(match[2]), int(match[3]))
    return None if said is None else f"{match[1]} and {_after_whole(said)}"


def _after_whole(said: str) -> str:
    return f"a {said.removeprefix('one ')}" if said.startswith("one ") else said


def _vulgar(match: re.Match[str]) -> str:
    """ "½", and "2½" where a whole number stands before it."""
    numerator, _, denominator = unicodedata.normalize("NFKC", match[2]).partition("⁄")
    said = fraction(int(numerator), int(denominator)) if denominator else None
    said = said or f"{numerator} over {denominator}"
    return f"{match[1]} and {_after_whole(said)}" if match[1] else said


def _fraction(match: re.Match[str]) -> str | None:
    first, second = match[1], match[2]
    above, below = int(first), int(second)
    if f"{first}/{second}" in ("24/7", "9/11") or (above + below == 100 and len(second) == 2):
        return f"{first} {second}"
    if _ON.search(before(match)):
        # A date in an order that nobody can know.
        return f"{first} slash {second}"
    if len(first) == 4 and int(first[2:]) + 1 == below % 100:
        # A season or a school year.
        return f"{first} to {second}"
    if _OF.search(before(match)):
        return f"{first} of {second}"
    if is_formula(match.string) and re.search(r"[=+*×÷^]", match.string):
        return fraction(above, below) or f"{first} divided by {second}"
    followed = re.match(r"\s?(?:of an?|of the|cup|inch|mile|tea|table|hour|pound|full|price|off|\")", after(match))
    if re.match(r"\s?(?:stars?|★|points?)", after(match)):
        return f"{first} out of {second}"
    if below in (10, 20, 100) and 1 < above <= below and not followed:
        return f"{first} out of {second}"
    return fraction(above, below) or f"{first} over {second}"


def _divided(match: re.Match[str]) -> str:
    return f"{match[1]} divided by {match[2]}"


def _size(match: re.Match[str]) -> str:
    """ "1920x1080" and "3x4x5": extents are said with "by"."""
    return re.sub(r"\s?[x×]\s?", " by ", match[0])


def _product(match: re.Match[str]) -> str | None:
    """ "1920×1080" is an extent as well; "3 × 4" a product."""
    if min(int(match[1]), int(match[2])) >= 100 and not is_formula(match.string.replace(match[0], "")):
        return f"{match[1]} by {match[2]}"
    return None


def _fold(match: re.Match[str]) -> str | None:
    return None if is_formula(match.string) else " times"


def _ratio(match: re.Match[str]) -> str:
    return plain(match[0]).replace(":", " to ")


def _verses(match: re.Match[str]) -> str:
    return f"{match[1]} {match[2]} to {match[3]}"


def _version(match: re.Match[str]) -> str:
    lead = "version " if match[1] else ""
    tail = re.sub(r"(?<=[a-z])(?=\d)|^(?=[a-z])", " ", match[3].replace(".", " point "))
    tail = re.sub(r"[-+_]", lambda sign: " plus " if sign[0] == "+" else " dash ", tail)
    return f"{lead}{match[2].replace('.', ' point ')}{tail}"


def _european(match: re.Match[str]) -> str:
    whole, _, rest = match[0].partition(",")
    return whole.replace(".", "") + (f" point {' '.join(rest)}" if rest else "")


def _range(match: re.Match[str]) -> str | None:
    """ "5-10" and "2-1": bounds, scores and years are said alike; "5 - 3" with spaces is a difference."""
    first, sign, second = match[1], match[2], match[3]
    if sign == "-" and (_REFERENCE.search(before(match)) or re.match(r"0\d", second)):
        return f"{first} dash {_spaced_zeros(second)}"
    is_spaced = sign != sign.strip()
    low, high = float(plain(first)), float(plain(second))
    if "−" in sign or (is_spaced and "-" in sign and low >= high) or (is_formula(match.string) and "-" in sign):
        return f"{plain(first)} minus {plain(second)}"
    return f"{plain(first)} to {plain(second)}"


def _spaced_zeros(number: str) -> str:
    return " ".join(number) if number.startswith("0") else number


def _phone(match: re.Match[str]) -> str | None:
    text = match[0].strip()
    count = sum(character.isdigit() for character in text)
    if not 7 <= count <= 15 or (re.search(r"\d\.\d+$", text) and text.count(".") == 1):
        return None
    return f" {'plus ' if text.startswith('+') else ''}{digits(text)}"


def _local_phone(match: re.Match[str]) -> str | None:
    is_range = int(match[2]) > int(match[1]) and match[2].endswith("0") and not match[2].startswith("0")
    if is_range and not _CALL.search(before(match)):
        return None
    return digits(match[0])


def _called(match: re.Match[str]) -> str | None:
    return digits(match[0]) if _CALL.search(before(match)) else None


def _decimal_comma(match: re.Match[str]) -> str:
    return f"{match[1]}.{match[2]}"


def _listed(match: re.Match[str]) -> str:
    return match[0].replace(",", ", ")


def _number_of_groups(match: re.Match[str]) -> str | None:
    return digits(match[0]) if sum(character.isdigit() for character in match[0]) > 6 else None


def _grouped_code(match: re.Match[str]) -> str:
    return digits(match[0])


def _long(match: re.Match[str]) -> str | None:
    if len(match[0]) <= _LONGEST_COUNT and not (match[0].startswith("0") and len(match[0]) > 3):
        return None
    return spelled(match[0])


def _decade(match: re.Match[str]) -> str:
    century, ten = match[1] or "", int(match[2])
    tens = {0: "hundreds", 10: "tens"}.get(ten) or f"{word(ten)[:-1]}ies"
    if century == "20" and ten == 0:
        return "two thousands"
    if century == "20":
        return f"twenty {tens}"
    return f"{word(int(century))} {tens}" if century else tens


def _bare_decade(match: re.Match[str]) -> str | None:
    """ "The 80s" and "in her 30s", against a length of "80s"."""
    return _decade(match) if _BEFORE_DECADE.search(before(match)) else None


def _zeros(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")


_END: Final = r"(?![\w]|[.,]\d)"
_START: Final = r"(?<![\w.,])"

_RULES: Final = (
    SpeechRule(
        rf"{_START}\d{{1,3}}(?:\.\d{{3}})+,\d{{1,2}}{_END}|{_START}\d{{1,3}}(?:\.\d{{3}}){{2,}}{_END}", _european
    ),
    SpeechRule(r"\s?(?<![\w.])\+\d{1,3}[\d\s()./-]{5,}\d(?!\w)", _phone),
    SpeechRule(r"(?<![\w.])\(\d{2,5}\)[\s-]?\d{2,4}[\s-]?\d{2,6}(?!\w)", _phone),
    SpeechRule(r"(?<![\w.+-])(?:1-)?\d{3}-\d{3}-\d{4}(?![\w-])", _grouped_code),
    SpeechRule(r"(?<![\w.+-])\d{3}\.\d{3}\.\d{4}(?![\w-])", _grouped_code),
    SpeechRule(r"(?<![\w.+-])\d{3}-\d{2}-\d{4}(?![\w-])", _grouped_code),
    SpeechRule(r"(?<![\w.+-])\d{4}[ -]\d{4}[ -]\d{4}(?:[ -]\d{1,4})*(?![\w-])", _grouped_code),
    SpeechRule(r"(?<![\w.+-])(?!\d{4}-\d\d-\d\d(?!\d))\d+(?:-\d+){2,}(?![\w-])", _number_of_groups),
    SpeechRule(r"(?<![\w.+-])0\d{1,4}[\s/-]\d{3,}(?:[\s-]?\d{2,})*(?![\w-])", _phone),
    SpeechRule(r"(?<![\w.,+-])([2-9]\d\d)-(\d{4})(?![\w-])", _local_phone),
    SpeechRule(r"(?<![\w.,+-])(\d{5})-(\d{4})(?![\w-])", lambda match: f"{match[1]} dash {match[2]}"),
    SpeechRule(r"(?<![\w.,/])(\d+\.\d+)/(5|10|20|100)(?![\w/])", lambda match: f"{match[1]} out of {match[2]}"),
    SpeechRule(r"(?<![\w.,+-])\d{2,4}(?:[ .-]\d{2,4}){1,4}(?![\w-])", _called),
    SpeechRule(rf"(?<![\w.])(\d+(?:\.\d+)?)[eE]([-−+]?)(\d+){_END}", _scientific),
    SpeechRule(r"(?<!\w)0([xX](?=[0-9a-fA-F])|[bB](?=[01])|[oO](?=[0-7]))([0-9a-fA-F]+)(?!\w)", _hexadecimal),
    SpeechRule(
        r"(?<![\w.])(?:([vV])\.?\s?)?(\d+(?:\.\d+){2,})((?:[-+_]?(?:alpha|beta|rc|dev|post|pre|a|b)[.-]?\d*)?)(?![\w])",
        _version,
    ),
    SpeechRule(
        r"(?<![\w.])([vV])\.?(\d+(?:\.\d+)+)((?:[-+_]?(?:alpha|beta|rc|dev|post|pre|a|b)[.-]?\d*)?)(?![\w])",
        _version,
    ),
    SpeechRule(rf"{_START}\d{{1,3}}(?: 000)+{_END}", _zeros),
    SpeechRule(rf"{_START}[1-9]\d{{0,2}}(?: \d{{3}}){{2,}}{_END}", _zeros),
    SpeechRule(r"(?<![\w.])(?:\d{1,3})(?:,\d{2})+,\d{3}(?!\d)", _indian),
    SpeechRule(rf"{_START}(\d{{1,3}})[ -]([1-9]\d?)[/⁄]([1-9]\d?)(?![\w/])", _mixed),
    SpeechRule(r"(?:(?<![\w.,])(\d+)\s?)?([¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])", _vulgar),
    SpeechRule(r"(?<![\w.,/])(\d{1,4})[/⁄](\d{1,4})(?![\w/]|[.,]\d)", _fraction),
    SpeechRule(rf"{_START}({NUMBER}) / ({NUMBER}){_END}", _divided),
    SpeechRule(r"(?<![\w.:])(\d{1,3}):(\d)[-–](\d{1,3})(?![\w:])", _verses),
    SpeechRule(rf"{_START}\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)+(?![\w])", _size),
    SpeechRule(
        rf"{_START}\d+(?:\.\d+)?(?:\s?[x×]\s?\d+(?:\.\d+)?){{2,}}(?=\s?(?:[mck]?m|in|ft|inches|feet)\b)", _size
    ),
    SpeechRule(rf"{_START}(\d+)\s?[x×]\s?(\d+)(?!\s?[x×\w])", _product),
    SpeechRule(r"(?<=\d)[x×](?!\w)", _fold),
    SpeechRule(r"(?<=\d)M(?= [a-z]{3,})", fixed(" million")),
    SpeechRule(r"(?<=[a-z])-(?=\d+(?:st|nd|rd|th)\b)", fixed(" to ")),
    SpeechRule(
        r"(?<![\w.:])\d{1,4}(?::\d(?!\d)|:\d{3,4}(?!\d))(?![:\w])|(?<![\w.:])(?:16|21|32):\d{1,2}(?![:\w])"
        r"|(?<![\w.:])1:\d{1,3}(?:,\d{3})+(?!\w)",
        _ratio,
    ),
    SpeechRule(rf"(?<![\w.,-])({NUMBER})(\s?{DASH}\s?)({NUMBER})(?![\w-]*[-/:]\w|\w*[A-Za-z]{{3}}\w|,\d)", _range),
    SpeechRule(rf"{_START}{GROUPED}", _grouped),
    SpeechRule(
        r"(?<![\w.,])(\d+),(\d{1,2})(?=\s?(?:[mckMGT]?[mglWVABJ]|kWh|°C|%|Hz|[kMG]Hz|h)(?!\w))", _decimal_comma
    ),
    SpeechRule(r"(?<![\w.,])\d+(?:,\d+)+(?![\w.])", _listed),
    SpeechRule(r"(?<![\w.])(?:(\d\d)|['’])([2-9]0|10|00)'?s(?!\w)", _decade),
    SpeechRule(r"(?<!\w)()([2-9]0)'?s(?!\w)", _bare_decade),
    SpeechRule(r"(?<![\w.,])\d{5,}(?![\w]|\.\d|,\d{3})", _long),
    SpeechRule(r"(?<![\w.,])\.(\d+)(?![\w.])", _point),
)
NUMERALS: Final = Section(r"(?=\s\+\d|[-\d+(.vVxM×'’¼½¾⅐-⅞])", _RULES)
