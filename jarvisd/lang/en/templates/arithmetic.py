"""Arithmetic as it is spoken, as the signs that the calculator reads: "twelve times 3" is "12 * 3". Pure."""

from __future__ import annotations

import re

from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.en.words import APOSTROPHES
from jarvisd.lang.values import Unreadable

_BETWEEN = (
    (r"divided by|over|÷|/", "/"),
    (r"multiplied by|multiplied with|times|x|×|\*", "*"),
    (r"to the power of|to the|raised to the power of|raised to|\^|\*\*", "^"),
    (r"modulo|mod", "mod"),
    (r"plus|added to|\+", "+"),
    (r"minus|less|-|−|–", "-"),
)
_PERCENT = re.compile(r"(?P<share>.+?)\s*(?:percent|per cent|%)\s+of\s+(?P<whole>.+)")
_SHARE = re.compile(r"(?P<share>.+?)\s*(?:percent|per cent|%)")
_ROOT = re.compile(r"(?:the )?(?P<kind>square|cube)? ?root of (?P<of>.+)")
_POWER = re.compile(r"(?P<base>.+?) (?P<power>squared|cubed)")
_ANGLE = re.compile(r"(?:the )?(?P<kind>sine|cosine|tangent) of (?P<of>.+?)(?P<unit> degrees?)")
_FACTORIAL = re.compile(r"(?:the )?factorial of (?P<of>.+)|(?P<before>.+) factorial")
_SPLIT = re.compile("|".join(rf"(?:(?<=\s)|(?<=\d))(?:{said})(?=\s|\d)" for said, _ in _BETWEEN))


_ORDERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"multiply (?P<a>.+?) (?:by|with|and|times) (?P<b>.+)"), "{a} times {b}"),
    (re.compile(r"divide (?P<a>.+?) by (?P<b>.+)"), "{a} divided by {b}"),
    (re.compile(r"add (?P<a>.+?) (?:and|to|plus) (?P<b>.+)"), "{a} plus {b}"),
    (re.compile(r"(?:subtract|take|deduct) (?P<b>.+?) from (?P<a>.+)"), "{a} minus {b}"),
    (re.compile(r"(?:the )?sum of (?P<a>.+?) and (?P<b>.+)"), "{a} plus {b}"),
    (re.compile(r"(?:the )?difference (?:between|of) (?P<a>.+?) and (?P<b>.+)"), "{a} minus {b}"),
    (re.compile(r"(?:the )?product of (?P<a>.+?) and (?P<b>.+)"), "{a} times {b}"),
    (re.compile(r"(?:double|twice) (?P<a>.+)"), "2 times {a}"),
    (re.compile(r"(?:one )?half (?:of )?(?P<a>.+)"), "{a} divided by 2"),
    (re.compile(r"(?:a|one) third of (?P<a>.+)"), "{a} divided by 3"),
    (re.compile(r"(?:a|one) (?:quarter|fourth) of (?P<a>.+)"), "{a} divided by 4"),
    (re.compile(r"two thirds of (?P<a>.+)"), "2 times {a} divided by 3"),
    (re.compile(r"three quarters of (?P<a>.+)"), "3 times {a} divided by 4"),
    (re.compile(r"(?:take )?(?P<a>.+?) (?:percent|per cent|%) off (?P<b>.+)"), "{b} - {a}% of {b}"),
)
"""What is to be done with two numbers, as the sum that it is."""


def read_expression(said: str) -> str | None:
    """The expression that the whole of ``said`` is, or ``None``; a single number, or percentage, is none."""
    text = " ".join(said.translate(APOSTROPHES).casefold().split()).rstrip("?.=! ")
    found = _ordered(text) or _expression(text)
    return found if found is not None and re.search(r"[^\d.%]", found) else None


def _expression(text: str) -> str | None:
    pieces, signs, at = [], [], 0
    for found in _SPLIT.finditer(text):
        pieces.append(text[at : found.start()])
        signs.append(next(sign for said, sign in _BETWEEN if re.fullmatch(said, found[0])))
        at = found.end()
    operands = [_operand(piece.strip()) for piece in [*pieces, text[at:]]]
    if any(operand is None for operand in operands):
        return None
    pairs = zip(operands, [*signs, ""], strict=True)
    return " ".join(part for pair in pairs for part in pair if part)


def _ordered(text: str) -> str | None:
    """The expression of an order between plain numbers: "multiply 14 by 6"."""
    for pattern, plain in _ORDERS:
        parts = found.groupdict() if (found := pattern.fullmatch(text)) else {}
        numbers = {name: _number(value) for name, value in parts.items()}
        if numbers and all(numbers.values()):
            sum_of = plain.format(**numbers)
            return sum_of if "%" in plain else _expression(sum_of)
    return None


def _operand(text: str) -> str | None:
    if share := _PERCENT.fullmatch(text):
        # Of what of a longer sum, the calculator says.
        part, whole = _number(share["share"]), _number(share["whole"])
        return f"{part}% of {whole}" if part and whole else None
    if root := _ROOT.fullmatch(text):
        inner = _number(root["of"])
        return f"{'cbrt' if root['kind'] == 'cube' else 'sqrt'}({inner})" if inner else None
    if angle := _ANGLE.fullmatch(text):
        inner = _number(angle["of"])
        return f"{angle['kind'][:3]}({inner} deg)" if inner else None
    if power := _POWER.fullmatch(text):
        base = _number(power["base"])
        return f"{base} ^ {2 if power['power'] == 'squared' else 3}" if base else None
    if share := _SHARE.fullmatch(text):
        # Of what, the calculator asks: "80 plus 15 percent" is no 80.15.
        part = _number(share["share"])
        return f"{part}%" if part else None
    if factorial := _FACTORIAL.fullmatch(text):
        inner = _number(factorial["of"] or factorial["before"])
        return f"factorial({inner})" if inner else None
    return _number(text)


def _number(text: str) -> str | None:
    """The digits of a number that is not negative."""
    if _SHARE.fullmatch(text.strip()):
        return None
    try:
        number = read_number(re.sub(r"^(?:the )?number ", "", text.strip()))
    except Unreadable:
        return None
    return f"{number:f}" if number >= 0 else None
