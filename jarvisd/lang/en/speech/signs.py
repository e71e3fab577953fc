"""Every sign that is left: by what it stands for, by its CLDR name, or as what script it is. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anyascii import anyascii
from emoji import EMOJI_DATA

from jarvisd.lang.en.speech.grammar import Section, SpeechRule, after, before, fixed

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "§": "section", "¶": "paragraph", "©": "copyright", "®": "registered trademark", "™": "trademark",
        "№": "number", "†": "dagger", "‡": "double dagger", "‰": "per mille", "∞": "infinity", "∑": "the sum of",
        "∏": "the product of", "∫": "the integral of", "∂": "partial", "∇": "nabla", "∈": "is an element of",
        "∉": "is not an element of", "∪": "union", "∩": "intersection", "∅": "the empty set", "∀": "for all",
        "∃": "there is", "∧": "and", "∨": "or", "¬": "not", "⊂": "is a subset of",
        "⊆": "is a subset of or equal to",
        "⊃": "is a superset of", "∴": "therefore", "∵": "because", "∝": "is proportional to",
        "⊥": "perpendicular to",
        "∥": "parallel to", "∠": "angle", "↑": "up", "↓": "down", "°": "degrees", "′": "minutes", "″": "seconds",
        "µ": "micro", "Ω": "ohms", "℃": "degrees Celsius", "℉": "degrees Fahrenheit", "Å": "angstrom",
        "ª": "a", "º": "o",
        "✓": "check mark", "✔": "check mark", "✗": "cross mark", "✘": "cross mark", "∆": "delta",
        "☐": "open", "☑": "done", "☒": "crossed out",
        "★": "star", "☆": "star", "♀": "female", "♂": "male", "♯": "sharp", "♭": "flat", "×": "times",
        "÷": "divided by",
        "^": "caret", "~": "tilde", "\\": "backslash", "|": "pipe", "_": "underscore", "`": "backtick",
        "*": "star",
        "#": "hash", "@": "at", "&": "and", "/": "slash", "<": "less than", ">": "greater than", "=": "equals",
        "+": "plus", "$": "dollar", "%": "percent", "⁄": "over", "ß": "ss", "ﬁ": "fi", "ﬂ": "fl",
    }
)  # fmt: skip
_ELEMENTS: Final = frozenset(
    [
        "H",
        "He",
        "Li",
        "Be",
        "B",
        "C",
        "N",
        "O",
        "F",
        "Ne",
        "Na",
        "Mg",
        "Al",
        "Si",
        "P",
        "S",
        "Cl",
        "Ar",
        "K",
        "Ca",
        "Ti",
        "Cr",
        "Mn",
        "Fe",
        "Co",
        "Ni",
        "Cu",
        "Zn",
        "Br",
        "Ag",
        "Sn",
        "I",
        "Ba",
        "Pt",
        "Au",
        "Hg",
        "Pb",
        "U",
    ]
)
_SMILEYS: Final = {")": "smiley", "(": "sad smiley", "D": "laughing smiley", "P": "cheeky smiley"}
_IDEOGRAPHIC: Final = {"。": ". ", "、": ", ", "・": ", ", "،": ", ", "؟": "? ", "।": ". "}
_SILENT: Final = "\"“”„‟«»‹›‚‘’'()[]{}⟨⟩「」『』【】《》〈〉¿¡"
"""Quotes and brackets, which a voice makes heard by a pause at most."""
_COMPASS: Final = {"N": "north", "S": "south", "E": "east", "W": "west"}
_SCRIPTS: Final = (
    ("HIRAGANA", "Japanese"), ("KATAKANA", "Japanese"), ("CJK", "Chinese or Japanese"), ("ARABIC", "Arabic"),
    ("HEBREW", "Hebrew"), ("DEVANAGARI", "Hindi"), ("THAI", "Thai"), ("BENGALI", "Bengali"), ("TAMIL", "Tamil"),
    ("TELUGU", "Telugu"), ("GUJARATI", "Gujarati"), ("KANNADA", "Kannada"), ("MALAYALAM", "Malayalam"),
    ("GURMUKHI", "Punjabi"), ("SINHALA", "Sinhala"), ("KHMER", "Khmer"), ("LAO", "Lao"), ("MYANMAR", "Burmese"),
    ("TIBETAN", "Tibetan"), ("ETHIOPIC", "Ethiopic"), ("BOPOMOFO", "Chinese"),
)  # fmt: skip
"""Scripts whose letters do not say how a word sounds, or not to who reads English, and what is said for them."""
_LETTER: Final = r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]"


def _symbol(match: re.Match[str]) -> str:
    sign = match[0]
    if sign in _IDEOGRAPHIC:
        return _IDEOGRAPHIC[sign]
    if sign in _SILENT:
        return sign if sign in "'()\"" else " "
    return f" {_NAMES.get(sign) or _unicode_name(sign)} "


def _unicode_name(sign: str) -> str:
    """What the Unicode standard calls a sign that has no better name: "black right-pointing triangle"."""
    if unicodedata.category(sign) in ("Cn", "Co", "Cs", "Cc", "Cf", "Mn", "Me"):
        return ""
    name = unicodedata.name(sign, "").lower()
    return re.sub(r" (?:sign|symbol)$", "", name)


_SKIN: Final = "\U0001f3fb-\U0001f3ff"
_FIRST: Final = "".join(sorted({emoji[0] for emoji in EMOJI_DATA if not emoji[0].isascii()} - set("©®™")))
_PART: Final = rf"[{_FIRST}][\ufe0f{_SKIN}]*"
_EMOJI: Final = (
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PART}[\U000e0020-\U000e007f]*(?:\u200d{_PART})*"
)


def _emoji(match: re.Match[str]) -> str:
    """The English short name of CLDR: "thumbs up medium skin tone"."""
    text = match[0]
    forms = (text, text + "\ufe0f", text.replace("\ufe0f", ""))
    known = next((EMOJI_DATA[form]["en"] for form in forms if form in EMOJI_DATA), "")
    if known:
        kind = "flag: " if "\U0001f1e6" <= text[0] <= "\U0001f1ff" else ""
        return f", {kind}{str(known).strip(':').replace('_', ' ')}, "
    return "".join(f" {_unicode_name(character)} " for character in text)


def _script_of(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((language for script, language in _SCRIPTS if name.startswith(script)), "")


def _foreign(match: re.Match[str]) -> str | None:
    """Words in letters that have a sound are spelled in Latin ones; others are said to be there."""
    text = match[0]
    if len(text) == 1 and text in "µΩÅªº":
        return None
    name = unicodedata.name(text[0], "")
    if len(text) == 1 and name.startswith("GREEK") and "WITH" not in name:
        return name.split()[-1].lower().replace("lamda", "lambda") + " " * bool(re.match(r"\w", after(match)))
    if name.startswith("HANGUL"):
        return anyascii(text).capitalize()
    scripts = {script for letter in text if (script := _script_of(letter))}
    if not scripts:
        return anyascii(text)
    if "Japanese" in scripts:
        is_kana = not any(unicodedata.name(letter, "").startswith("CJK") for letter in text)
        return anyascii(text) if is_kana else " some Japanese text "
    if len(scripts) == 1:
        return f" some {scripts.pop()} text "
    return " some foreign text "


def _feet(match: re.Match[str]) -> str:
    feet, inches = match[1], match[2]
    said = f"{feet} {'foot' if feet == '1' else 'feet'}"
    return f"{said} {inches} {'inch' if inches == '1' else 'inches'}" if inches else said


def _inches(match: re.Match[str]) -> str | None:
    """27" is a length where no quotation is open."""
    if len(re.findall(r'(?<!\d)"', before(match))) % 2:
        return None
    is_single = re.search(r"(?<![\d.])1$|(?<!\d[ -])(?<!\d)\d{1,2}/\d+$", before(match)) or re.match(
        r" [a-wyz]", after(match)
    )
    return " inch" if is_single else " inches"


def _direction(match: re.Match[str]) -> str:
    return f" degrees {_COMPASS[match[1]]}"


def _degrees(match: re.Match[str]) -> str:
    return " degree " if re.search(r"(?<![\d.,/])1\s?$", before(match)) else " degrees "


def _sections(match: re.Match[str]) -> str:
    count = len(match[0].strip())
    return "sections " if count == 2 else "section " * count


def _pipe(match: re.Match[str]) -> str:
    """Between commands it is said; between the parts of a title it is a pause."""
    return ", " if re.match(r"\s?[A-Z]", after(match)) and match[0].strip() != match[0] else " pipe "


def _index(match: re.Match[str]) -> str:
    return f" open bracket {match[1].replace('-', 'minus ')} close bracket "


def _rating(match: re.Match[str]) -> str:
    given, most = len(match[1]), len(match[0])
    return f"{given} out of {most} stars" if given < most else f"{most} stars"


def _formula(match: re.Match[str]) -> str | None:
    """ "CO2", letter by letter: engines take it for a word."""
    parts = re.findall(r"[A-Z][a-z]?|\d+", unicodedata.normalize("NFKC", match[0]))
    elements = [part for part in parts if not part.isdigit()]
    if len(elements) < 2 or not set(elements) <= _ELEMENTS:
        return None
    return " ".join(" ".join(part) if part.isalpha() else part for part in parts)


def _grade(match: re.Match[str]) -> str:
    return f"{match[1]} minus"


def _spaced(match: re.Match[str]) -> str:
    return match[0][0] + " "


def _or(match: re.Match[str]) -> str:
    return f"{match[1]} or {match[2]}"


def _per(match: re.Match[str]) -> str:
    return f" per {_SPANS.get(match[1], match[1])}"


def _subscript(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


_SPEECHLESS: Final = (
    r"[\u0590-\u06ff\u0900-\u0fff\u1000-\u109f\u1200-\u137f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)
_SPANS: Final = {
    "h": "hour",
    "hr": "hour",
    "s": "second",
    "sec": "second",
    "min": "minute",
    "mo": "month",
    "yr": "year",
}
_TIMES_OF: Final = (
    "day|week|month|year|hour|minute|second|night|person|head|user|unit|item|piece|hr|h|sec|s|min|mo|yr"
)

_RULES: Final = (
    SpeechRule(r"[\u200b\u200e\u200f\u2060\ufeff\u00ad]", fixed("")),
    SpeechRule(r"(?<![\w.°])(\d+)['′](?:\s?(\d+)(?:\"|″|''))?(?![\w'])", _feet),
    SpeechRule(r"(?<=°\d)['′]|(?<=°\d\d)['′]|(?<=° \d\d)['′]", fixed(" minutes ")),
    SpeechRule(r"(?<=['′]\d)[\"″]|(?<=['′]\d\d)[\"″]|(?<=['′] \d\d)[\"″]", fixed(" seconds ")),
    SpeechRule(r"(?<=\d)\s?(?:\"|″)(?!\w)", _inches),
    SpeechRule(r"µ(?!\w)", fixed("mu")),
    SpeechRule(r"(?<=copyright) ©", fixed("")),
    SpeechRule(r"(?<=[a-z]\.[a-z]):(?=\d)|(?<=[a-z]\.\w[a-z]):(?=\d)|(?<=localhost):(?=\d)", fixed(" colon ")),
    SpeechRule(r"\s?°\s?([NSEW])(?!\w)", _direction),
    SpeechRule(r"(?<=\d)\s?[°º](?![CF])", _degrees),
    SpeechRule(r"(?<=[\d½¼¾)])\s?%", fixed(" percent")),
    SpeechRule(r"%", fixed(" percent ")),
    SpeechRule(r"§+\s?", _sections),
    SpeechRule(r"(?<!\w)[#№]\s?(?=\d)", fixed("number ")),
    SpeechRule(r"(?<!\w)~\s?(?=[$€£]?[\d.])", fixed("about ")),
    SpeechRule(r"(?<=\d)\*(?= (?:hotel|restaurant|review|rating))", fixed(" star")),
    SpeechRule(r"(?<!\w)([A-D])[-−](?!\w)", _grade),
    SpeechRule(rf"(?<=[\w%$€£¥])\s?/\s?({_TIMES_OF})(?!\w)", _per),
    SpeechRule(r"(?<=\w)\[([\w:-]+)\]", _index),
    SpeechRule(r"\s*(?:\s[–—-]+\s|—|―|\s[•·▪◦‣]\s)\s*", fixed(", ")),
    SpeechRule(r"(?<=\d)\s?★", fixed(" stars")),
    SpeechRule(r"(★+)☆*", _rating),
    SpeechRule(r"(?<!\S):-?([)(DP])(?!\w)", lambda match: f", {_SMILEYS[match[1]]},"),
    SpeechRule(r"(?<!\S);-?\)(?!\w)", fixed(", winking smiley,")),
    SpeechRule(
        r"(?<!\w)(?=[A-Z][A-Za-z]*[\d₀-₉])(?:[A-Z][a-z]?[\d₀-₉]*){2,}(?!\w)",
        _formula,
    ),
    SpeechRule(r"(?<=[a-z]{2})–(?=[a-z]{2})", fixed(", ")),
    SpeechRule(r"(?<=\S)–(?=\S)", fixed(" to ")),
    SpeechRule(r"\s*[–‒]\s*", fixed(", ")),
    SpeechRule(r"(?<=\d)\s?(?:…|\.{3})\s?(?=[+−-]?\d)", fixed(" to ")),
    SpeechRule(r"(?<=\w),(?=[A-Za-z])|(?<=[A-Za-z]),(?=\d)", _spaced),
    SpeechRule(r"(?<=[A-Za-z])[;:](?=\w)", _spaced),
    SpeechRule(r"(?<=\w)\.\.(?=\w)", fixed(" dot dot ")),
    SpeechRule(r"…|\.{2,}(?=\s+[a-z])", fixed(", ")),
    SpeechRule(r"\.{2,}", fixed(".")),
    SpeechRule(r"\s*\|\s*", _pipe),
    SpeechRule(_EMOJI, _emoji),
    SpeechRule(r"[₀-₉₊₋⁰¹²³⁴-⁹]+", _subscript),
    SpeechRule(
        rf"{_LETTER}(?:{_LETTER}|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f])*(?:\s(?:{_SPEECHLESS})+)*", _foreign
    ),
    SpeechRule(r"[^\w\s.,;:!?'()\"-]", _symbol),
)
SIGNS: Final = Section(r"(?=\s*[^A-Za-z\s]|[A-Z])", _RULES)
