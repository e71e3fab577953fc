"""Dates and times of day as they are written. Pure."""

from __future__ import annotations

import re
from typing import Final

from babel.dates import get_month_names

from jarvisd.lang.en.speech.grammar import Section, SpeechRule, after, before
from jarvisd.lang.en.speech.numerals import DASH

MONTHS: Final = tuple(str(get_month_names("wide", locale="en")[month]) for month in range(1, 13))
_SHORT: Final = {
    str(name): MONTHS[number - 1] for number, name in get_month_names("abbreviated", locale="en").items()
}
_SHORT["Sept"] = "September"
_ON: Final = re.compile(r"\b(?:on|by|due|until|till)\s$|day,?\s$", re.I)
_CENTURY: Final = 70
"""Chosen: of two digits, a year before 1970 is one of this century."""
_SHORT_DAYS: Final = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
    "Thurs": "Thursday",
    "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip


def _date(year: str, month: str, day: str) -> str | None:
    if len(year) == 2:
        year = f"{'20' if int(year) < _CENTURY else '19'}{year}"
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return f"{MONTHS[int(month) - 1]} {int(day)}, {year}"


def _month_first(match: re.Match[str]) -> str | None:
    """ "On 11/28", which can be read in one order alone."""
    is_date = _ON.search(before(match)) and int(match[1]) <= 12 < int(match[2]) <= 31
    return f"{MONTHS[int(match[1]) - 1]} {match[2]}" if is_date else None


def _iso(match: re.Match[str]) -> str | None:
    date = _date(match[1], match[2], match[3])
    if date is None or not match[4]:
        return date
    zone = match[7] or ""
    zone = "UTC" if zone == "Z" else re.sub(r"^([+-])0?(\d+):?(?:00)?", _offset, zone)
    return f"{date}, {_clock(match[4], match[5])}{_seconds(match[6])} {zone}".strip()


def _offset(match: re.Match[str]) -> str:
    return f"UTC {'plus' if match[1] == '+' else 'minus'} {match[2]}"


def _seconds(seconds: str | None) -> str:
    if not seconds or seconds.lstrip(":") == "00":
        return ""
    value = seconds.lstrip(":").removeprefix("0")
    return f" and {value} second{'' if value == '1' else 's'}"


def _year_month(match: re.Match[str]) -> str:
    return f"{MONTHS[int(match[2]) - 1]} {match[1]}"


def _slashed(match: re.Match[str]) -> str | None:
    """Day and month in the order that alone is possible; where both are, as it is written."""
    first, second, year = match[1], match[2], match[3]
    if int(first) > 12:
        return _date(year, second, first) or f"{first} slash {second} slash {year}"
    if int(second) > 12 or int(first) == int(second):
        return _date(year, first, second) or f"{first} slash {second} slash {year}"
    return f"{int(first)} slash {int(second)} slash {year}"


def _year_first(match: re.Match[str]) -> str | None:
    return _date(match[1], match[2], match[3])


def _dotted(match: re.Match[str]) -> str | None:
    return _date(match[3], match[2], match[1])


def _month(match: re.Match[str]) -> str:
    return str(_SHORT[match[1]])


def _day(match: re.Match[str]) -> str:
    return _SHORT_DAYS[match[1]]


def _clock(hour: str, minute: str) -> str:
    shown = hour if hour == "00" and minute != "00" else str(int(hour))
    if minute == "00":
        return f"{shown} o'clock"
    return f"{shown} oh {minute[1]}" if minute[0] == "0" else f"{shown} {minute}"


def _half(text: str | None) -> str:
    return f" {text.strip()[0].upper()}M" if text else ""


def _time(match: re.Match[str]) -> str:
    half = match[4]
    if re.match(r"\s(?:scale|ratio|odds|mix|dilution|split)\b", after(match)):
        return f"{match[1]} to {match[2]}"
    if match[1] == "00" and match[3]:
        # No time of day but a length, as players show it.
        return f"{int(match[2])} minutes{_seconds(match[3])}"
    is_in_half = half or re.match(rf"\s?{DASH}\s?\d{{1,2}}(?::\d\d)?\s?[ap]\.?m", after(match), re.I)
    shown = _clock(match[1], match[2])
    if is_in_half:
        shown = shown.removesuffix(" o'clock")
    end = " to " if match[5] else "." if half and half.endswith(".") and _ends(after(match)) else ""
    return f"{shown}{_seconds(match[3])}{_half(half)}{end}"


def _ends(rest: str) -> bool:
    return not rest.strip() or re.match(r"\s+[A-Z]", rest) is not None


def _hour(match: re.Match[str]) -> str:
    end = " to " if match[3] else "." if match[2].endswith(".") and _ends(after(match)) else ""
    return f"{match[1]}{_half(match[2])}{end}"


def _days(match: re.Match[str]) -> str:
    return f"{_SHORT_DAYS[match[1]]} to {_SHORT_DAYS[match[2]]}"


def _attached(match: re.Match[str]) -> str:
    return _half(match[0])


def _length(match: re.Match[str]) -> str:
    """ "1h30m" and "5m30s", lengths of time without spaces."""
    counts = zip(match.groups(), ("hour", "minute", "second"), strict=True)
    return " ".join(f"{count} {unit}{'' if count == '1' else 's'}" for count, unit in counts if count)


def _o_clock(match: re.Match[str]) -> str:
    return f"{_clock(match[1], match[2])}"


_HALF: Final = r"(\s?[apAP]\.[mM]\.|\s?[apAP][mM]\b)"
_UNTIL: Final = rf"(\s?{DASH}\s?(?=\d{{1,2}}(?::\d\d|\s?[apAP]\.?[mM])))?"
_MONTH: Final = "|".join(sorted((name for name in _SHORT if name != "May"), key=len, reverse=True))
_DAY: Final = "|".join(sorted(_SHORT_DAYS, key=len, reverse=True))

_RULES: Final = (
    SpeechRule(
        r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})"
        r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?(?![\w-]|\.\d)",
        _iso,
    ),
    SpeechRule(r"(?<![\w-])((?:19|20)\d\d)-(0[1-9]|1[0-2])(?![\w-])", _year_month),
    SpeechRule(r"(?<![\w/.])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\w/])", _slashed),
    SpeechRule(r"(?<![\w/])(\d{4})/(\d{1,2})/(\d{1,2})(?![\w/])", _year_first),
    SpeechRule(r"(?<![\w.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\w]|\.\d)", _dotted),
    SpeechRule(rf"(?<!\w)({_MONTH})\b\.?(?=\s\d{{1,2}}(?:st|nd|rd|th)?\b|\s\d{{4}}\b)", _month),
    SpeechRule(rf"(?<=\d )({_MONTH})\b\.?(?!\w)", _month),
    SpeechRule(rf"(?<=\dst |\dnd |\drd |\dth )({_MONTH})\b\.?(?!\w)", _month),
    SpeechRule(
        rf"(?<!\w)({_DAY})\b(?:\.(?!\w)|(?=,?\s(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?(?:{_MONTH}|{'|'.join(MONTHS)})\b))",
        _day,
    ),
    SpeechRule(rf"(?<!\w)({_DAY})\b(?=\s(?:at\s)?\d{{1,2}}(?::\d\d|\s?[ap]m\b))", _day),
    SpeechRule(rf"(?<!\w)({_DAY})\s?{DASH}\s?({_DAY})(?!\w)", _days),
    SpeechRule(rf"(?<!\w)({_DAY})\b(?=(?:,| and) (?:{_DAY})\b)", _day),
    SpeechRule(rf"(?<=(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )({_DAY})(?!\w)", _day),
    SpeechRule(rf"(?<=(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) and )({_DAY})(?!\w)", _day),
    SpeechRule(
        rf"(?<![\w:.,])([01]?\d|2[0-4]):([0-5]\d)(:[0-5]\d)?{_HALF}?(?![:\w]|\.\d)(?: h(?!\w))?{_UNTIL}", _time
    ),
    SpeechRule(rf"(?<![\w:.,])(0?\d|1[0-2])\.([0-5]\d)(){_HALF}(?!\w){_UNTIL}", _time),
    SpeechRule(r"(?<![\w/.])(\d{1,2})/(\d{1,2})(?![\w/])", _month_first),
    SpeechRule(rf"(?<![\w:.,$€£])(1[0-2]|0?[1-9]){_HALF}(?!\w){_UNTIL}", _hour),
    SpeechRule(r"(?<=\d)\s?[ap]m(?!\w)", _attached),
    SpeechRule(r"(?<![\w:.])(\d+)h\s?(\d+)m(?:in)?(?:\s?(\d+)s)?(?!\w)", _length),
    SpeechRule(r"(?<![\w:.])()(\d+)m\s?(\d+)s(?!\w)", _length),
    SpeechRule(r"(?<![\w:])([01]?\d|2[0-4])h([0-5]\d)(?!\w)", _o_clock),
)
TIMES: Final = Section(r"(?=\d|[JFMASOND][a-z]{2}|[MTWFS][a-z]{2}|\s?[ap]m)", _RULES)
