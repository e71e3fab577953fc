"""A line of written English as it is said: abbreviations, addresses, numbers and signs in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

Rule = tuple[re.Pattern[str], "str | Callable[[re.Match[str]], str]"]

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
UNITS: Final = {
    "kB": "kilobyte",
    "KB": "kilobyte",
    "MB": "megabyte",
    "GB": "gigabyte",
    "TB": "terabyte",
    "KiB": "kibibyte",
    "MiB": "mebibyte",
    "GiB": "gibibyte",
    "TiB": "tebibyte",
    "ms": "millisecond",
    "km": "kilometre",
    "cm": "centimetre",
    "mm": "millimetre",
    "kg": "kilogram",
}
CURRENCIES: Final = {"$": "dollar", "€": "euro", "£": "pound"}


def said(line: str) -> str:
    """``line``, which holds no markup any more, as it is to be said; digits stay digits."""
    for rules in (_ABBREVIATIONS, _ADDRESSES, _NUMBERS, _SIGNS):
        for pattern, replacement in rules:
            line = pattern.sub(replacement, line)
    return line


def _rules(*pairs: tuple[str, str | Callable[[re.Match[str]], str]]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


def _signed(part: str) -> str:
    """A part of an e-mail address with every sign said, because people agree to an address by ear."""
    for sign, word in ((".", "dot"), ("-", "dash"), ("_", "underscore"), ("+", "plus")):
        part = part.replace(sign, f" {word} ")
    return part


def _dotted(name: str) -> str:
    """A file or host name with its dots and separators said."""
    name = re.sub(r"[_-]+", " ", name)
    return re.sub(r"\s*\.\s*", " dot ", name).strip()


def _file_name(match: re.Match[str]) -> str:
    """A name with an extension, or a version or decimal number that stays as it is."""
    name = match.group()
    stem, _, extension = name.rpartition(".")
    is_name = _EXTENSION.fullmatch(extension) and any(character.isalpha() for character in stem)
    return _dotted(name) if is_name else name


def _path(match: re.Match[str]) -> str:
    path = match.group()
    parts = [part for part in path.split("/") if part]
    is_path = path[0] in "/~" or len(parts) > 2 or _EXTENSION.fullmatch(parts[-1].rpartition(".")[2])
    if not is_path or all(part.isdigit() for part in parts) or ("." not in path and path[0] not in "/~"):
        return path
    said = " slash ".join(_dotted(part.replace("~", "home")) for part in parts)
    return f"slash {said}" if path[0] == "/" else said


def _time(match: re.Match[str]) -> str:
    hour, minute = match.group(1), match.group(2)
    if minute == "00":
        return (
            str(int(hour))
            if re.match(r"\s?[ap]\.?m", match.string[match.end() :], re.I)
            else f"{int(hour)} o'clock"
        )
    return f"{int(hour)} oh {minute[1]}" if minute[0] == "0" else f"{int(hour)} {minute}"


def _date(match: re.Match[str]) -> str:
    year, month, day = (int(part) for part in match.groups())
    return f"{MONTHS[month - 1]} {day}, {year}" if 1 <= month <= 12 and 1 <= day <= 31 else match.group()


def _plural(number: str, word: str) -> str:
    return f"{number} {word}" if number == "1" else f"{number} {word}s"


_EXTENSION: Final = re.compile(r"[a-z][a-z0-9]{0,8}|[A-Z]{2,4}|7z")

_ABBREVIATIONS: Final = _rules(
    (r"\be\.\s?g\.,?", "for example,"),
    (r"\bi\.\s?e\.,?", "that is,"),
    (r"\betc\.(?=\s+[A-Z]|\s*$)", "et cetera."),
    (r"\betc\.", "et cetera"),
    (r"(?<![\w.@+-])vs\.(?=\s|$)", "versus"),
    (r"\bapprox\.", "approximately"),
    (r"\bMr\.", "Mister"),
    (r"\bMrs\.", "Missus"),
    (r"\bMs\.", "Miz"),
    (r"\bDr\.(?=\s+[A-Z])", "Doctor"),
    (r"\bProf\.", "Professor"),
    (r"\bSt\.(?=\s+[A-Z])", "Saint"),
    (r"\b[Nn]o\.(?=\s*\d)", "number"),
    (r"\b([AaPp])\.\s?[Mm]\.(?=\s+[A-Z]|\s*$)", lambda m: f"{m.group(1).upper()}M."),
    (r"\b([AaPp])\.\s?[Mm]\.", lambda m: f"{m.group(1).upper()}M"),
    (r"\b(?:[A-Z]\.){2,}", lambda m: m.group().replace(".", "")),
)
_ADDRESSES: Final = _rules(
    (
        r"<?\b(?:https?|ftp)://(?:[^\s/@]*@)?([\w.-]*\w)(?::\d+)?(?:[/?#][^\s<>]*[\w/])?>?",
        lambda match: _dotted(match.group(1)),
    ),
    (
        r"<?(?:mailto:)?\b([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)>?",
        lambda match: f"{_signed(match.group(1))} at {_signed(match.group(2))}",
    ),
    (r"(?<![\w/.])(?:~?/)?[\w.-]*\w(?:/[\w.-]*\w)+/?|(?<!\S)~?/[\w.-]*\w/?", _path),
    (r"(?<![\w.-])[\w-]+(?:\.[\w-]+)+", _file_name),
    (r"(?<![\w.])\.(?=[A-Za-z]{2})", "dot "),
    (r"(?<=\w)_+(?=\w)", " "),
)
_NUMBERS: Final = _rules(
    (r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,]*\d)", lambda m: m.group().replace(",", "")),
    (r"\b(\d{4})-(\d{2})-(\d{2})\b", _date),
    (r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?![:\d])", _time),
    (r"([$€£])\s?(\d+(?:\.\d+)?)", lambda m: _plural(m.group(2), CURRENCIES[m.group(1)])),
    (r"(\d)\s?°\s?C\b", r"\1 degrees Celsius"),
    (r"(\d)\s?°\s?F\b", r"\1 degrees Fahrenheit"),
    (r"(\d)\s?°", r"\1 degrees"),
    (rf"(?<![\w.])(\d+(?:\.\d+)?)\s?({'|'.join(UNITS)})\b", lambda m: _plural(m.group(1), UNITS[m.group(2)])),
    (r"/s\b", " per second"),
    (r"/h\b", " per hour"),
    (r"(?<!\w)[-−](?=\d)", "minus "),
    (r"(?<=\d)\s?[–—]\s?(?=\d)", " to "),
    (r"(?<=\d)\s?[x×]\s?(?=\d)", " times "),
    (r"(?<=\d)\s?\*\s?(?=\d)", " times "),
)
_SIGNS: Final = _rules(
    (r"\s*&\s*", " and "),
    (r"(?<!\w)~(?=\d)", "about "),
    (r"#(?=\d)", "number "),
    (r"\s*(?:->|→|⇒|=>)\s*", " to "),
    (r"(?<=\w) < (?=\w)", " less than "),
    (r"(?<=\w) > (?=\w)", " greater than "),
    (r"\s*\+\s*(?=\w)", " plus "),
    (r"(?<=\w)\s*=+\s*(?=\w)", " equals "),
    (r"\s+[–—-]+\s+|—", ", "),
    (r"[\"“”„«»*#@\\]+", " "),
    (r"…|\.{2,}(?=\s+[a-z])", ","),
    (r"\.{2,}", "."),
)
