"""Addresses, names of files and codes: every sign that another person would need to write them down. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from jarvisd.lang.en.speech.grammar import Section, SpeechRule, before

_SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".": "dot", "-": "dash", "_": "underscore", "+": "plus", "/": "slash", "\\": "backslash", "~": "tilde",
        ":": "colon", "@": "at", "#": "hash", "?": "question mark", "=": "equals", "&": "and", "%": "percent",
        "*": "star", "$": "dollar", "!": "exclamation mark", "'": "apostrophe", ",": "comma", ";": "semicolon",
        "(": "open parenthesis", ")": "close parenthesis", "|": "pipe", "^": "caret", "[": "open bracket",
        "]": "close bracket", "{": "open brace", "}": "close brace", "<": "less than", ">": "greater than",
        '"': "quote", "`": "backtick",
    }
)  # fmt: skip
"""Every sign on a keyboard by the name it has when it is dictated."""
_SPELLED_LENGTH: Final = 4
"""Characters of a code that are said in one go."""
_EXTENSION: Final = re.compile(r"[a-z][a-z0-9]{0,8}|[A-Z][A-Z0-9]{1,4}|7z|mp[34]")
_DIRECTIVES: Final = frozenset(
    {"include", "define", "undef", "if", "ifdef", "ifndef", "endif", "else", "pragma", "error"}
)
_URL_LENGTH: Final = 120
"""Chosen: who hears more of an address keeps none of it in mind."""
_FORMULA: Final = re.compile(r"(?<![-=<>!+*/|&])[=^√≤≥≠±×÷²³](?![=>])|(?<=[\w)])\s?[+*]\s?(?=[\w(])")


def is_formula(line: str) -> bool:
    """Whether there is a sign in ``line`` that stands in formulas alone."""
    return _FORMULA.search(line) is not None


def dictated(text: str) -> str:
    """``text`` with every sign in words, since it is to be written down or agreed to by ear."""
    parts = (f" {_SIGNS[char]} " if char in _SIGNS else char for char in text)
    return " ".join("".join(parts).split())


def spelled(code: str) -> str:
    """``code`` character by character, with a pause after every few."""
    groups = [code[place : place + _SPELLED_LENGTH] for place in range(0, len(code), _SPELLED_LENGTH)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return ", ".join(" ".join(group) for group in groups)


def _url(match: re.Match[str]) -> str:
    scheme = match[1].lower()
    kept, end = _without_end(match[2])
    left = len(kept) - _URL_LENGTH
    address = dictated((kept.removesuffix("/") if kept.count("/") == 1 else kept)[:_URL_LENGTH])
    if scheme not in ("http", "https", "mailto", ""):
        address = f"{scheme} {address}"
    return f"{address}, and {left} more characters{end}" if left > 0 else address + end


def _without_end(text: str) -> tuple[str, str]:
    """An address and the punctuation of the sentence that stands behind it."""
    kept = text.rstrip(".,;:!?'\"*_")
    if kept.endswith(")") and kept.count("(") < kept.count(")"):
        kept = kept[:-1].rstrip(".,;:!?")
    return kept, text[len(kept) :]


def _email(match: re.Match[str]) -> str:
    return dictated(match[1])


def _dotted_quad(match: re.Match[str]) -> str | None:
    if any(int(part) > 255 for part in match[1].split(".")):
        return None
    return " ".join(filter(None, (match[1].replace(".", " dot "), dictated(match[2] or ""))))


def _colons(match: re.Match[str]) -> str | None:
    """An IPv6 or hardware address; a time has digits alone and is none."""
    groups = match[0].split(":")
    if not re.search(r"[a-fA-F]|::", match[0]) and len(groups) < 5:
        return None
    said = (" ".join(group) if group else "" for group in groups)
    return " ".join(" colon ".join(said).split())


def _uuid(match: re.Match[str]) -> str:
    return " dash ".join(spelled(group) for group in match[0].split("-"))


def _hash(match: re.Match[str]) -> str | None:
    code = match[0]
    if not re.search(r"[a-f]", code.lower()) or not re.search(r"\d", code):
        return None
    # "1990ad" and "20feed" are rare; "5e10" is a number.
    return None if re.fullmatch(r"\d+[eE]\d+", code) else spelled(code)


def _colour(match: re.Match[str]) -> str | None:
    code = match[1]
    # "Room #12B" has a number.
    is_colour = len(code) == 6 or code.isalpha() or re.search(r"colou?r\W+$", before(match), re.I)
    return f"hash {' '.join(code)}" if is_colour else None


def _path(match: re.Match[str]) -> str | None:
    path = match[0]
    parts = [part for part in path.split("/") if part]
    if not parts:
        return None
    starts = path[0] in "/~" or path.startswith(("./", "../"))
    is_file = bool(_EXTENSION.fullmatch(parts[-1].rpartition(".")[2])) and "." in parts[-1]
    if not starts and not is_file and len(parts) < 3 and not path.endswith("/") and "_" not in path:
        return None
    if all(re.fullmatch(r"[\d.]+", part) for part in parts):
        return None
    if path.startswith("~/"):
        return " ".join(("home slash", dictated(path[2:])))
    return dictated(path)


def _windows(match: re.Match[str]) -> str:
    return dictated(match[0])


def _file(match: re.Match[str]) -> str | None:
    """A name with an extension or a host name; a version or a decimal number is none."""
    name = match[0]
    stem, _, extension = name.rpartition(".")
    has_letter = any(character.isalpha() or character == "*" for character in stem)
    if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", name) or re.fullmatch(r"v?\d+(?:\.\w+)*", name, re.I):
        return dictated(name) if _is_numbered_file(name, extension) else None
    if not _EXTENSION.fullmatch(extension) or not has_letter:
        return None
    # A full stop without a space behind it: "end.Then" has a capital, "end.then" is taken for a name.
    return dictated(name)


def _is_numbered_file(name: str, extension: str) -> bool:
    """ "3.txt" and "2026.pdf", against "3.11rc1" and "1.5x"."""
    return re.fullmatch(r"\d+(?:\.\d+)*\.[a-z]{2,4}\d?", name) is not None and not extension.isdigit()


def _option(match: re.Match[str]) -> str | None:
    """ "-v" and "--help"; letters behind one dash are options each."""
    text = match[0]
    if re.fullmatch(r"-[A-Za-z]", text) and is_formula(match.string):
        return None
    return f"dash {' '.join(text[1:])}" if re.fullmatch(r"-[A-Za-z]{1,3}", text) else dictated(text)


def _joined(match: re.Match[str]) -> str:
    return dictated(match[0])


def _handle(match: re.Match[str]) -> str:
    return f"at {dictated(match[1])}"


def _hashtag(match: re.Match[str]) -> str:
    kind = "hash" if match[1] in _DIRECTIVES else "hashtag"
    return f"{kind} {dictated(match[1])}"


def _dot_name(match: re.Match[str]) -> str:
    return f"dot {dictated(match[1])}"


_RULES: Final = (
    SpeechRule(
        r"<?\b(https?|ftps?|ssh|sftp|file|git|smb|ws|wss|mailto)(?:://|(?<=mailto):)([^\s<>\"]*[^\s<>\"])>?", _url
    ),
    SpeechRule(r"(?<![\w.@-])()(www\.[\w-]+(?:\.[\w-]+)+(?:/[^\s<>\"]*)?)", _url),
    SpeechRule(r"(?<![\w.+-])([\w.-]+@[\w.-]+:[\w./~-]*\w)", _email),
    SpeechRule(r"(?:<(?=[\w.+'@-]+>))?(?<![\w.+-])([\w.+'-]*[\w+]@[\w-]+(?:\.[\w-]+)+)>?", _email),
    SpeechRule(r"(?<![\w.@-])([\w.-]+@[\w-]+)(?![\w.-]*@)", _email),
    SpeechRule(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})((?:/\d{1,2}|:\d{2,5})?)(?![\w.]*\w)", _dotted_quad),
    SpeechRule(r"(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])", _colons),
    SpeechRule(r"(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])", _uuid),
    SpeechRule(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?!\w)", _colour),
    SpeechRule(r"(?<![\w.-])(?:[0-9a-f]{7,128}|[0-9A-F]{7,128})(?![\w-]|\.\w)", _hash),
    SpeechRule(
        r"(?<![\w\\])[A-Za-z]:\\[^\s\\/:*?\"<>|]*(?:\\[^\s\\/:*?\"<>|]+)*\\?|\\\\[\w.-]+(?:\\[\w.$-]+)+", _windows
    ),
    SpeechRule(
        r"(?<![^\s\"'(=:,\[<])(?:~|\.{1,2})?/(?:[\w.@+~*-]*[\w*](?:/[\w.@+~*-]*[\w*])*)?/?(?![\w/])"
        r"|(?<![\w/.~-])[\w.+-]*\w(?:/[\w.@+~*-]*[\w*])+/?(?![\w/])",
        _path,
    ),
    SpeechRule(
        r"(?<![\w.-])[\w*][\w*+-]*(?:\.[\w-]+)*\.[A-Za-z]\w*(?:\.\w+)*(?![\w-])|(?<![\w.-])[\w-]*_[\w-]*\.\w+",
        _file,
    ),
    SpeechRule(r"(?<![\w.])\.([A-Za-z][\w-]*(?:\.\w+)*)", _dot_name),
    SpeechRule(r"(?<![\w-])--?[A-Za-z][\w-]*(?:=[\w./~:-]*\w)?(?![\w-])", _option),
    SpeechRule(r"(?<![\w@.])@([A-Za-z_][\w.]*\w)", _handle),
    SpeechRule(r"(?<![\w#&])#([A-Za-z]\w+)", _hashtag),
    SpeechRule(r"(?<![\w-])(?=\w*_)(?=\w*[A-Za-z0-9])\w+(?:-\w+)*", _joined),
)
ADDRESSES: Final = Section(r"(?=[^\s.,]*[@:/\\._#~-]\S|\S*[:/]|[0-9a-fA-F]{7})", _RULES)
