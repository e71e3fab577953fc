"""The signs, numbers and words that an expression is made of. Pure.

What several readers would take differently is refused with the part in question: ``1,5``, ``max(1,000)``, ``007``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from jarvisd.core.errors import RequestError

MAX_CHARACTERS = 400
"""Longer expressions are refused unread."""
MAX_EXPONENT_DIGITS = 3
"""Digits after the ``e`` of ``1e6``."""
SHOWN_CHARACTERS = 20
"""How much of what was not understood is said."""

_ASKING = re.compile(r"[\s=?]+\Z")
_SPACE = re.compile(r"\s+")
_NUMBER, _LISTED = (
    re.compile(rf"(?P<whole>\d+{groups})?(?P<part>\.\d+)?(?:[eE](?P<power>[+-]?\d+))?", re.ASCII)
    for groups in (r"(?:,\d+)*", r"")
)
"""Within brackets a comma parts numbers."""
_UNCLEAR_LIST = re.compile(r"(?<![\d.])\d{1,3},\d{3}(?!\d)", re.ASCII)
"""One number in thousands, or two numbers."""
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)
_WORD = re.compile(r"(?:math\.)?(?P<word>[A-Za-z]+(?:\d+(?=\())?|[π°])")
_SIGNS = ("**", "//", "+", "-", "*", "/", "^", "%", "!", "(", ")", ",", "√")
_SAME_SIGN = {
    **dict.fromkeys("×·⋅∙", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("−–", "-"),
    "**": "^",
}  # fmt: skip
_SAME_WORD = {
    **{"percent": "%", "plus": "+", "minus": "-", "times": "*", "mod": "mod", "of": "of", "π": "pi"},
    **{"°": "deg", "degree": "deg", "degrees": "deg", "radian": "rad"},
}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True, slots=True)
class Token:
    """A sign, a word or a number of an expression. ``at`` is where it begins."""

    kind: str
    """The sign itself, ``name``, ``number``, ``raised`` for a raised number, ``end``."""
    text: str
    at: int
    value: Fraction = Fraction(0)


def not_understood(text: str, at: int) -> RequestError:
    """The refusal of an expression that names the part which was not understood."""
    part = text[at:].strip()
    if not part:
        return RequestError("the calculation ends too early")
    return RequestError(f"I don't understand this part of the calculation: {part[:SHOWN_CHARACTERS]}")


def tokens(text: str) -> list[Token]:
    """The tokens of ``text`` and one of kind ``end``; raises INVALID_REQUEST for anything else in it."""
    if len(text) > MAX_CHARACTERS:
        raise RequestError(f"a calculation has at most {MAX_CHARACTERS} characters")
    text = _ASKING.sub("", text)
    found: list[Token] = []
    at, depth = 0, 0
    while at < len(text):
        if (space := _SPACE.match(text, at)) is not None:
            at = space.end()
            continue
        if depth and (unclear := _UNCLEAR_LIST.match(text, at)) is not None:
            raise RequestError(f"I cannot tell what the comma in {unclear[0]} means")
        token, at = _token(text, at, is_in_brackets=depth > 0)
        depth += {"(": 1, ")": -1}.get(token.kind, 0)
        found.append(token)
    return [*found, Token("end", "", len(text))]


def _token(text: str, at: int, *, is_in_brackets: bool) -> tuple[Token, int]:
    if text[at] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
        end = at + 1
        while end < len(text) and text[end] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
            end += 1
        raised = text[at:end]
        return Token("raised", raised, at, Fraction(int(raised.translate(_RAISED)))), end
    number = (_LISTED if is_in_brackets else _NUMBER).match(text, at)
    if number is not None and (number["whole"] or number["part"]):
        return _number(text, number)
    word = _WORD.match(text, at)
    if word is not None:
        said = word["word"].casefold()
        same = _SAME_WORD.get(said, said)
        kind = same if same in (*_SIGNS, "mod", "of") else "name"
        return Token(kind, same, at), word.end()
    for sign in _SIGNS:
        if text.startswith(sign, at):
            return Token(_SAME_SIGN.get(sign, sign), sign, at), at + len(sign)
    if text[at] in _SAME_SIGN:
        return Token(_SAME_SIGN[text[at]], text[at], at), at + 1
    raise not_understood(text, at)


def _number(text: str, found: re.Match[str]) -> tuple[Token, int]:
    whole, part, power = found["whole"] or "0", found["part"] or "", found["power"] or "0"
    if "," in whole and _GROUPED.fullmatch(whole) is None:
        raise RequestError(f"I cannot tell what the comma in {whole[:SHOWN_CHARACTERS]} means")
    if len(whole) > 1 and whole[0] == "0":
        raise not_understood(text, found.start())
    if len(power.lstrip("+-")) > MAX_EXPONENT_DIGITS:
        raise RequestError(f"the number {found[0][:SHOWN_CHARACTERS]} is out of my range")
    value = Fraction(whole.replace(",", "") + part) * Fraction(10) ** int(power)
    return Token("number", found[0], found.start(), value), found.end()
