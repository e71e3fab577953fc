"""Written text to speakable text: no markup, no emoji, no code; numbers, names and addresses as they are said.

Pure. The result is plain text whose lines are to be spoken one after the other; splitting it is
:mod:`jarvisd.tts.chunking`' task.
"""

from __future__ import annotations

import re
import unicodedata
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
KEPT_SYMBOLS: Final = frozenset("%'\"")
"""Symbols that an engine pronounces well as they stand, beside sentence punctuation."""


def speakable(text: str) -> str:
    """``text`` as it is to be said; empty when nothing in it can be said.

    Each line of the result is spoken by itself. Digits stay digits, without thousands separators.
    """
    text = unicodedata.normalize("NFC", text).replace("\r", "\n")
    written = re.sub("[\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]", "'", text)
    return "\n".join(_unwrapped(_apply(_BLOCKS, written).split("\n")))


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit to pronounce."""
    return any(character.isalnum() for character in text)


def _apply(rules: tuple[Rule, ...], text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def _line(line: str) -> str:
    line = " ".join(line.split())
    for rules in (_LINE_MARKUP, _INLINE_MARKUP, _ABBREVIATIONS, _ADDRESSES, _NUMBERS, _SIGNS):
        line = _apply(rules, line)
    line = "".join(character if _is_spoken(character) else " " for character in line)
    return _apply(_SPACING, line).strip(" ,;:-")


def _unwrapped(written: list[str]) -> list[str]:
    """The lines to speak; one that was only wrapped in the middle of a sentence continues the one before it."""
    spoken: list[str] = []
    may_continue = False
    for raw in written:
        line = _line(raw)
        if not has_words(line):
            may_continue = False
            continue
        if may_continue and line[0].islower() and not _MARKER.match(raw) and spoken[-1][-1] not in ".!?":
            spoken[-1] += " " + line
        else:
            spoken.append(line)
        may_continue = not raw.lstrip().startswith("#")
    return spoken


def _is_spoken(character: str) -> bool:
    category = unicodedata.category(character)
    if category[0] in "LNZ" or category in ("Mn", "Mc"):
        # A variation selector belongs to an emoji.
        return not "\ufe00" <= character <= "\ufe0f" and character != "\u20e3"
    return category[0] == "P" or character in KEPT_SYMBOLS


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
_MARKER: Final = re.compile(r"\s*(?:[-*+•>#|]|\d{1,3}[.)]\s)")

_BLOCKS: Final = _rules(
    (r"(?ms)^[ \t]*(```|~~~).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", "\n"),
    (r"(?s)```.*?(?:```|\Z)", " "),
    (r"(?s)<!--.*?-->", " "),
    (r"</?(?!https?:|ftp:|mailto:)[A-Za-z][^<>\n]*>", " "),
)
_LINE_MARKUP: Final = _rules(
    # Rules and the separator rows of tables.
    (r"^[-*_=|: ]+$", ""),
    (r"^(?:> ?)+", ""),
    (r"^#{1,6} ", ""),
    (r"^[-*+•] (?:\[[ xX]\] )?", ""),
    (r"^(\d{1,3})[.)] ", r"\1, "),
)
_INLINE_MARKUP: Final = _rules(
    (r"!?\[([^\[\]]*)\]\([^()\s]*(?: \"[^\"]*\")?\)", r"\1"),
    (r"\[([^\[\]]+)\]\[[^\[\]]*\]", r"\1"),
    (r"`+|~~", ""),
    (r"\*+(?=\S)|(?<=\S)\*+", ""),
    (r"(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)", ""),
    # Piper reads double brackets as raw phonemes.
    (r"[\[\]{}]+", " "),
    (r" ?\| ?", ", "),
)
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
_SPACING: Final = _rules(
    (r"\s+", " "),
    (r"\(\s*\)", ""),
    (r"\s+([.,;:!?])", r"\1"),
    (r"([!?])[.!?]+", r"\1"),
    (r"[,;:]+(?=[.!?])|,+(?=,)", ""),
)
