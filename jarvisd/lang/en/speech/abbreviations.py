"""Abbreviations, initials and roman numbers in full. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from jarvisd.lang.en.speech.grammar import Section, SpeechRule, after, before

_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Dr": "Doctor", "Prof": "Professor", "St": "Saint",
        "Mt": "Mount", "Gen": "General", "Col": "Colonel", "Lt": "Lieutenant", "Sgt": "Sergeant",
        "Capt": "Captain", "Rev": "Reverend", "Hon": "Honorable", "Gov": "Governor", "Sen": "Senator",
        "Rep": "Representative", "Pres": "President", "Maj": "Major", "Cmdr": "Commander", "Ft": "Fort",
        "Fr": "Father", "Messrs": "Messieurs",
    }
)  # fmt: skip
"""What is one before a name alone."""
_BEFORE_NUMBERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "no": "number", "nos": "numbers", "fig": "figure", "figs": "figures", "p": "page", "pp": "pages",
        "vol": "volume", "vols": "volumes", "ch": "chapter", "chap": "chapter", "sec": "section",
        "eq": "equation", "eqs": "equations", "art": "article", "par": "paragraph", "para": "paragraph",
        "ext": "extension", "tel": "telephone", "apt": "apartment", "ver": "version", "rev": "revision",
        "ll": "lines", "ca": "circa", "c": "circa", "max": "maximum", "min": "minimum", "nr": "number",
        "ep": "episode", "op": "opus",
    }
)  # fmt: skip
_AFTER_NUMBERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hrs": "hours", "hr": "hours", "mins": "minutes", "min": "minutes", "secs": "seconds", "sec": "seconds",
        "yrs": "years", "yr": "years", "wks": "weeks", "wk": "weeks", "mos": "months", "in": "inches",
        "ft": "feet", "lbs": "pounds", "lb": "pounds", "oz": "ounces", "yd": "yards", "yds": "yards",
        "mi": "miles", "gal": "gallons", "pt": "pints", "qt": "quarts", "tbsp": "tablespoons",
        "tsp": "teaspoons", "cu": "cubic", "sq": "square", "ed": "edition", "pcs": "pieces", "pp": "pages",
    }
)  # fmt: skip
_ANYWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Jr": "Junior", "Sr": "Senior", "Inc": "Incorporated", "Ltd": "Limited", "Corp": "Corporation",
        "Co": "Company", "Bros": "Brothers", "etc": "et cetera", "vs": "versus", "approx": "approximately",
        "est": "established", "dept": "department", "Dept": "Department", "govt": "government",
        "Govt": "Government", "incl": "including", "excl": "excluding", "misc": "miscellaneous",
        "temp": "temperature", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road", "Hwy": "Highway",
        "Univ": "University", "univ": "university", "Assn": "Association", "Intl": "International",
        "cf": "compare", "viz": "namely", "ibid": "ibidem", "al": "al", "hrs": "hours", "mins": "minutes",
        "max": "maximum", "min": "minimum", "avg": "average", "qty": "quantity", "Qty": "quantity",
        "resp": "respectively", "abbr": "abbreviation", "ref": "reference", "refs": "references",
        "Esq": "Esquire", "tel": "telephone", "Tel": "telephone", "ext": "extension", "Ext": "extension",
        "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July",
        "Aug": "August", "Sep": "September", "Sept": "September", "Oct": "October", "Nov": "November",
        "Dec": "December", "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday",
        "Thu": "Thursday", "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday",
    }
)  # fmt: skip
_SPELLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "e.g.": "for example", "i.e.": "that is", "a.k.a.": "also known as", "N.B.": "note well",
        "Ph.D.": "PhD", "w/o": "without", "w/": "with ", "b/c": "because", "c/o": "care of",
        "n/a": "not available",
        "N/A": "not available", "p.a.": "per annum", "a/c": "air conditioning", "I/O": "I O",
        "and/or": "and or", "he/she": "he or she",
        "she/he": "she or he", "his/her": "his or her", "him/her": "him or her", "s/he": "she or he",
        "St.": "Street",
    }
)  # fmt: skip
_STARTERS: Final = frozenset(
    {
        *(
            "A",
            "An",
            "The",
            "This",
            "That",
            "These",
            "Those",
            "He",
            "She",
            "It",
            "We",
            "You",
            "They",
            "I",
            "There",
        ),
        *("In", "On", "At", "By", "For", "From", "But", "And", "Or", "So", "Then", "Now", "Here", "My", "Your"),
        *(
            "His",
            "Her",
            "Its",
            "Our",
            "Their",
            "If",
            "When",
            "While",
            "As",
            "After",
            "Before",
            "Please",
            "No",
            "Yes",
        ),
        *("What", "Who", "Where", "Why", "How", "See", "Next", "Later", "Also", "However", "Is", "Are", "Do"),
    }
)
"""Words that begin a sentence far more often than a name."""


def stop(match: re.Match[str]) -> str:
    """The full stop of an abbreviation that ends its sentence as well, else nothing."""
    rest = after(match)
    word = re.match(r"[\"')\]]*\s+[\"'(]*([A-Z][a-z']*)\b", rest)
    ends = not rest.strip(" \"')]") or (word is not None and word[1].split("'")[0] in _STARTERS)
    return "." if ends and match[0].endswith(".") else ""


def _as_written(short: str, full: str) -> str:
    return full[:1].upper() + full[1:] if short[:1].isupper() and full.islower() else full


def _title(match: re.Match[str]) -> str:
    return _TITLES[match[1]]


def _number(match: re.Match[str]) -> str | None:
    full = _BEFORE_NUMBERS.get(match[1].lower())
    if len(match[1]) == 1 and match[1].isupper():
        # "C.V." and "P. 5" are initials.
        return None
    return None if full is None else _as_written(match[1], full) + " "


def _unit(match: re.Match[str]) -> str:
    full = _AFTER_NUMBERS[match[1]]
    is_one = re.search(r"(?<![\d.,/])1\s?$", before(match)) is not None
    singular = {"feet": "foot", "inches": "inch", "cubic": "cubic", "square": "square"}.get(full, full.rstrip("s"))
    return f" {singular if is_one else full}{stop(match)}"


def _short(match: re.Match[str]) -> str:
    return _ANYWHERE[match[1]] + stop(match)


def _spelled(words: str) -> Callable[[re.Match[str]], str]:
    def say(match: re.Match[str]) -> str:
        said = words[:1].upper() + words[1:] if match[0][0].isupper() and not before(match).strip() else words
        return said + ("," if words in ("for example", "that is") else "" if words == "PhD" else stop(match))

    return say


def _initials(match: re.Match[str]) -> str:
    letters = match[0].replace(".", " ").split()
    is_name = re.match(r"\s*[A-Z][a-z]", after(match)) is not None and not stop(match)
    if is_name:
        return " ".join(letters) + " "
    # An engine spells these by itself; others it might take for a word.
    return ("" if "".join(letters) in _SPELLED_BY_ENGINES else " ").join(letters) + stop(match)


def _degree(match: re.Match[str]) -> str:
    """ "M.Sc.", "B.Eng."."""
    return match[0].replace(".", "") + stop(match)


def _initial(match: re.Match[str]) -> str | None:
    word = re.match(r"\s+([A-Z][a-z]+)", after(match))
    return None if word is None or word[1] in _STARTERS else match[1]


# --- roman numbers ------------------------------------------------------------------------------------------

_ROMAN: Final = r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_VALUES: Final[Mapping[str, int]] = MappingProxyType(
    {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
)
_DIVISIONS: Final = frozenset(
    [
        "chapter",
        "vol",
        "ch",
        "sec",
        "fig",
        "part",
        "act",
        "scene",
        "volume",
        "book",
        "section",
        "article",
        "appendix",
        "figure",
        "table",
        "type",
        "phase",
        "stage",
        "grade",
        "class",
        "level",
        "title",
        "war",
        "bowl",
        "olympiad",
        "episode",
        "season",
        "division",
        "unit",
        "canto",
        "verse",
        "psalm",
        "apollo",
        "group",
        "schedule",
        "annex",
        "step",
    ]
)
"""What is numbered in roman style."""
_RULERS: Final = frozenset(
    [
        "Henry",
        "Louis",
        "Elizabeth",
        "George",
        "Edward",
        "William",
        "James",
        "Charles",
        "Richard",
        "Mary",
        "Philip",
        "Frederick",
        "Napoleon",
        "Paul",
        "Benedict",
        "Pius",
        "Francis",
        "Leo",
        "Gregory",
        "Clement",
        "Innocent",
        "Urban",
        "Alexander",
        "Ivan",
        "Catherine",
        "Peter",
        "Nicholas",
        "Otto",
        "Wilhelm",
        "Friedrich",
        "Karl",
        "Ludwig",
        "Ramses",
        "Ramesses",
        "Xerxes",
        "Darius",
        "Juan",
        "Carlos",
        "Felipe",
        "Alfonso",
        "Ferdinand",
        "Robert",
        "David",
        "Kenneth",
        "Sixtus",
        "Julius",
        "Boniface",
        "Adrian",
        "Celestine",
        "Christian",
        "Haakon",
        "Harald",
        "Olaf",
        "Gustav",
        "Margaret",
        "Leopold",
        "Albert",
        "Baldwin",
        "Rudolf",
        "Rudolph",
        "Maximilian",
        "Franz",
        "Joseph",
        "Vittorio",
        "Emmanuel",
        "Umberto",
        "Pedro",
        "Afonso",
        "Cleopatra",
        "Ptolemy",
        "Mehmed",
        "Murad",
        "Selim",
        "Suleiman",
        "Constantine",
        "Theodosius",
        "Justinian",
        "John",
        "Stephen",
        "Thutmose",
        "Amenhotep",
        "Antiochus",
        "Philippe",
        "Henri",
    ]
)
"""Names of kings, queens, emperors and popes, whose numbers are ordinals."""


def _value(roman: str) -> int:
    values = [_VALUES[letter] for letter in roman]
    return sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))


def _ordinal(number: int) -> str:
    tail = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{tail}"


def _roman(match: re.Match[str]) -> str | None:
    """A roman number by the word before it: "Chapter IV", "Henry VIII", "Rocky II"."""
    roman, word = match[0], re.search(r"(\w+)\.? $", before(match))
    if word is None or not re.fullmatch(_ROMAN, roman):
        return None
    rest, value = after(match), _value(roman)
    if re.search(r"World War (?:I+ (?:and|or|to) )?$", before(match)):
        return str(value)
    if re.match(r"\s(?:century|anniversary|dynasty|Olymp)", rest):
        return _ordinal(value)
    # "Then Charles I think", against "Charles I was".
    goes_on = re.match(r"\s+(?!(?:and|of|is|was|to|in|on|has|had|reigned|ruled|died|became)\b)[a-z]", rest)
    if word[1] in _RULERS:
        return None if roman == "I" and goes_on else f"the {_ordinal(value)}"
    if word[1].lower() in _DIVISIONS:
        is_pronoun = roman == "I" and (goes_on or word[1].islower())
        return None if is_pronoun or (len(roman) == 1 and roman not in "IVX") else str(value)
    return str(value) if word[1].istitle() and len(roman) > 1 and value < 40 else None


def _small_roman(match: re.Match[str]) -> str | None:
    """ "Scene ii", after a word that is numbered so alone."""
    word, roman = re.search(r"(\w+) $", before(match)), match[0].upper()
    is_numbered = word is not None and word[1].lower() in _DIVISIONS and re.fullmatch(_ROMAN, roman)
    return str(_value(roman)) if is_numbered else None


def _year(match: re.Match[str]) -> str | None:
    return str(_value(match[0])) if re.fullmatch(_ROMAN, match[0]) else None


_SPELLED_BY_ENGINES: Final = frozenset(
    {"US", "USA", "UK", "UN", "EU", "DC", "PS", "AM", "PM", "UAE", "USSR", "TV", "PC"}
)
_EDGE: Final = r"(?<![\w@./-])"

_RULES: Final = (
    SpeechRule(r"(?<![\w@./])e\.\s?g\.,?", _spelled("for example")),
    SpeechRule(r"(?<![\w@./])i\.\s?e\.,?", _spelled("that is")),
    *(
        SpeechRule(rf"(?<![\w@./]){re.escape(short)}(?![\w/])", _spelled(full))
        for short, full in _SPELLED.items()
        if short not in ("e.g.", "i.e.", "w/", "St.")
    ),
    SpeechRule(r"(?<![\w@./])w/(?=\s?\w)\s?", _spelled("with ")),
    SpeechRule(rf"{_EDGE}({'|'.join(_TITLES)})\.(?=\s+[A-Z])", _title),
    SpeechRule(r"(?<=[A-Z][a-z] )St\.|(?<=[a-z]{3} )St\.|(?<=\dst |\dnd |\drd |\dth )St\.", _spelled("Street")),
    SpeechRule(rf"{_EDGE}(?<!\d )([A-Za-z]{{1,4}})\.\s?(?=[#\d]|\(\d|[IVX]+\b)", _number),
    SpeechRule(rf"(?<=\d)\s?({'|'.join(sorted(_AFTER_NUMBERS, key=len, reverse=True))})\.(?!\w)", _unit),
    SpeechRule(r"(?<!\w)([AaPp])\.\s?[Mm]\.", lambda match: f"{match[1].upper()}M{stop(match)}"),
    SpeechRule(rf"{_EDGE}({'|'.join(sorted(_ANYWHERE, key=len, reverse=True))})\.(?!\w)", _short),
    SpeechRule(rf"{_EDGE}(?:[A-Z]\.\s?){{1,3}}[A-Z]\.(?!\w)", _initials),
    SpeechRule(rf"{_EDGE}(?:[A-Z][a-z]{{0,2}}\.){{2,3}}(?!\w)", _degree),
    SpeechRule(rf"{_EDGE}(?<!Plan )(?<!Part )(?<!Vitamin )([A-Z])\.(?=\s+[A-Z][a-z])", _initial),
    SpeechRule(r"(?<=[\w.] )[MDCLXVI]{1,8}(?![\w-])", _roman),
    SpeechRule(r"(?<=\w )[ivxl]{2,6}(?![\w-])", _small_roman),
    SpeechRule(r"(?<![\w.])vs(?![\w.])", _spelled("versus")),
    SpeechRule(r"(?<!\w)(Mr|Mrs|Ms|Dr|Prof|Messrs)\.(?=\s)", _title),
    SpeechRule(rf"(?<![\w-])(?=[MDCLXVI]{{5,}}(?![\w-])|MM[XVI]{{2,}}|MCM){_ROMAN}(?![\w-])", _year),
)
ABBREVIATIONS: Final = Section(r"(?=\s?\w{1,8}\.|\w+/|(?:[MDCLXVI]{1,9}|[ivxl]{2,6}|vs)(?!\w))", _RULES)
