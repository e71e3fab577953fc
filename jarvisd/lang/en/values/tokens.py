"""The tokens of a text that says a value, and the cursor that all grammars of this room share. Pure.

Nothing is dropped: what is no word and no number is a sign, and a hyphen inside of a word ("forty-five") is kept
as what stands before its second half. A grammar is a function of a :class:`Reader` that returns a value, or
``None`` when nothing of its kind stands there; :func:`read` runs one and refuses whatever it leaves over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cache, wraps
from typing import TypeVar, cast

from jarvisd.lang.values import Unreadable, UnreadableReason

MAX_CHARACTERS = 300
"""Chosen: longer texts say more than a value."""
MAX_DIGITS = 30
"""Of one number. Chosen: beyond any size in bytes."""

T = TypeVar("T")

_MERIDIEM = re.compile(r"([ap])(?:\.\s?m\.?|m\.)(?![^\W_])", re.IGNORECASE)
_LETTER = r"[^\W\d_\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2150-\u2189]"
"""Fractions and raised digits are no letters."""
_WORD = re.compile(rf"{_LETTER}+(?:['’ʼ]{_LETTER}+)*")
_ORDINAL = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)(?![^\W_])", re.IGNORECASE | re.ASCII)
_NUMBERS = (
    re.compile(r"(?P<whole>\d+)(?P<part>\.\d+)?[eE](?P<power>[+-]?\d{1,2})(?![\w.])", re.ASCII),
    re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+)(?P<part>\.\d+)?(?![\d])(?!,\d)", re.ASCII),
    re.compile(
        r"(?P<whole>[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f']\d{3})+)(?P<part>\.\d+)?(?![\d])(?!,\d)", re.ASCII
    ),
    # Of decimal commas only those that can be nothing else: "2,5 hours", and not "5,10 minutes".
    re.compile(r"(?P<whole>\d+)(?P<part>,(?:5|25|75))(?![\d])(?!,\d)", re.ASCII),
    re.compile(r"(?P<whole>\d+)(?P<part>\.\d+)?", re.ASCII),
    re.compile(r"(?P<whole>)(?<![\w.])(?P<part>\.\d+)", re.ASCII),
)
_SAME_SIGN = {
    **dict.fromkeys("‐‑‒–—−", "-"),
    **dict.fromkeys("⁄∕", "/"),
    **dict.fromkeys("’‘ʼ`", "'"),
    **dict.fromkeys("“”„‟", '"'),
}
_HYPHENS = "-‐‑"
_JOINING = frozenset({"and", "or", "of", "a", "an", "to", ",", "&", "+"})
"""Words that a refusal counts to what follows them."""
_CLOSING_SIGNS = (".", "!", "?", ",", ";")


class TokenKind(Enum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    """Written in digits: 7, 1,414,021, 1 414 021, 3.14, .77."""
    FRACTION = "fraction"
    """A single character: ½."""
    ORDINAL = "ordinal"
    """Written in digits: 20th."""
    SIGN = "sign"
    """Any other character."""
    END = "end"


@dataclass(frozen=True, slots=True)
class SpokenToken:
    """A word, a number or a sign of a text."""

    kind: TokenKind
    text: str
    """As it was written."""
    said: str
    """In small letters; dashes, slashes and quotes each in one form, "a.m." as "am"."""
    start: int
    end: int
    before: str
    """What stands between it and the token before: a space, a hyphen inside of a word, or nothing."""
    value: Fraction | None = None
    """Of a number, a fraction or an ordinal."""

    @property
    def is_attached(self) -> bool:
        """Whether it follows without a space or a hyphen: of "7pm" the "pm"."""
        return self.before == ""

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole number in digits, grouped or not, and written without a point."""
        is_number = self.kind is TokenKind.NUMBER and self.value is not None and self.value.denominator == 1
        return is_number and "." not in self.text

    @property
    def whole(self) -> int | None:
        """The value of a whole number written in plain digits, without point and groups."""
        return int(self.text) if self.kind is TokenKind.NUMBER and self.text.isdigit() else None


def tokenise(text: str) -> tuple[SpokenToken, ...]:
    """The tokens of ``text`` and one of kind END; raises :class:`Unreadable` for a text or number too long."""
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(UnreadableReason.NOT_UNDERSTOOD, text)
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[SpokenToken]:
    at, before = 0, " "
    while at < len(text):
        if text[at].isspace():
            at, before = at + 1, " "
            continue
        if before == "" and _is_joint(text, at):
            at, before = at + 1, "-"
            continue
        token = _token(text, at, before)
        yield token
        at, before = token.end, ""
    yield SpokenToken(TokenKind.END, "", "", at, at, " ")


def _is_joint(text: str, at: int) -> bool:
    """Whether there is a hyphen that joins two halves of a word; one in front of digits may be a sign."""
    if text[at] not in _HYPHENS or at + 1 >= len(text) or not text[at + 1].isalpha():
        return False
    return text[at - 1].isalnum()


def _token(text: str, at: int, before: str) -> SpokenToken:
    if found := _MERIDIEM.match(text, at):
        return SpokenToken(TokenKind.WORD, found[0], found[1].casefold() + "m", at, found.end(), before)
    if found := _WORD.match(text, at):
        said = found[0].translate(_APOSTROPHES).casefold()
        return SpokenToken(TokenKind.WORD, found[0], said, at, found.end(), before)
    if found := _ORDINAL.match(text, at):
        value = _value(found[0], found[1], "")
        return SpokenToken(TokenKind.ORDINAL, found[0], found[0].casefold(), at, found.end(), before, value)
    for pattern in _NUMBERS:
        if found := pattern.match(text, at):
            power = int(found.groupdict().get("power") or 0)
            value = _value(found[0], found["whole"], found["part"] or "") * Fraction(10) ** power
            return SpokenToken(TokenKind.NUMBER, found[0], found[0], at, found.end(), before, value)
    sign = text[at]
    if "VULGAR FRACTION" in unicodedata.name(sign, ""):
        value = Fraction(unicodedata.numeric(sign)).limit_denominator(100)
        return SpokenToken(TokenKind.FRACTION, sign, sign, at, at + 1, before, value)
    return SpokenToken(TokenKind.SIGN, sign, _SAME_SIGN.get(sign, sign), at, at + 1, before)


_APOSTROPHES = str.maketrans("’ʼ", "''")


def _value(text: str, whole: str, part: str) -> Fraction:
    digits = re.sub(r"\D", "", whole)
    if len(digits) + len(part) > MAX_DIGITS:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, text)
    return Fraction(f"{digits or 0}{part.replace(',', '.')}")


class Reader:
    """A cursor over the tokens of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenise(text)
        self.at = 0
        self._furthest = 0
        self._skipped = 0
        self.found: dict[tuple[object, int], tuple[object, int]] = {}
        """What rules found that were :func:`remembered`, and where they ended, by where they began."""

    @property
    def token(self) -> SpokenToken:
        """The next token; at the end one of kind END."""
        return self.tokens[self.at]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left but the sign at the end of a sentence."""
        rest = self.tokens[self.at : -1]
        return not rest or (len(rest) == 1 and self.at > 0 and rest[0].said in _CLOSING_SIGNS)

    def ahead(self, count: int = 1) -> SpokenToken:
        """The token ``count`` behind the next one."""
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    def take(self) -> SpokenToken:
        """The next token, taken."""
        token = self.token
        self.at = min(self.at + 1, len(self.tokens) - 1)
        self._furthest = max(self._furthest, self.at)
        return token

    def said(self, *options: str) -> str:
        """The next token's word or sign, taken, if it is one of these; else nothing."""
        return (
            self.take().said
            if self.token.kind in (TokenKind.WORD, TokenKind.SIGN) and self.token.said in options
            else ""
        )

    def phrase(self, words: str) -> bool:
        """Whether these words come next, one after another; then they are taken."""
        if not words.startswith(self.token.said):
            return False
        wanted = words.split()
        found = [token.said for token in self.tokens[self.at : self.at + len(wanted)]]
        if found != wanted:
            return False
        for _ in wanted:
            self.take()
        return True

    def skip(self, *phrases: str) -> bool:
        """Take any of these in front of a value, as often as they come; whether there was one.

        A refusal does not count them among what was understood.
        """
        skipped = False
        while any(self.phrase(phrase) for phrase in _longest_first(phrases)):
            skipped = True
            self._skipped = max(self._skipped, self.at)
        return skipped

    def first(self, *rules: Callable[[Reader], T | None]) -> T | None:
        """What the first rule finds that finds anything; a rule that finds nothing takes nothing."""
        for rule in rules:
            start = self.at
            if (found := rule(self)) is not None:
                return found
            self.at = start
        return None

    def entire(self, *rules: Callable[[Reader], T | None]) -> T | None:
        """What the first rule finds that leaves nothing over; else the reader stays where it is."""
        start = self.at
        for rule in rules:
            self.at = start
            if (found := rule(self)) is not None and self.is_done:
                return found
        self.at = start
        return None

    def between(self, start: int, end: int | None = None) -> str:
        """The text from token ``start`` up to token ``end``, or up to the next one."""
        end = self.at if end is None else end
        return self.text[self.tokens[start].start : self.tokens[end - 1].end] if end > start else ""

    def not_understood(self) -> Unreadable:
        """The refusal that names what stands where no rule came further."""
        last = len(self.tokens) - 1
        at = self._furthest if self._furthest < last else self._skipped
        at = at if at < last else 0
        while at > self._skipped and self.tokens[at - 1].said in _JOINING:
            at -= 1
        understood = self.between(self._skipped, at) if at > self._skipped else ""
        return Unreadable(
            UnreadableReason.NOT_UNDERSTOOD, self.text[self.tokens[at].start :].strip(), understood=understood
        )


def remembered(rule: Callable[[Reader], T | None]) -> Callable[[Reader], T | None]:
    """``rule``, run once at each place of a text, however many rules begin with it."""

    @wraps(rule)
    def recalled(reader: Reader) -> T | None:
        key = (rule, reader.at)
        if key not in reader.found:
            reader.found[key] = (rule(reader), reader.at)
        found, reader.at = reader.found[key]
        return cast("T | None", found)

    return recalled


@cache
def _longest_first(phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(phrases, key=len, reverse=True))


def read(text: str, rule: Callable[[Reader], T | None]) -> T:
    """What ``rule`` finds in the whole of ``text``; raises :class:`Unreadable` when it does not take all of it."""
    reader = Reader(text)
    if reader.token.kind is TokenKind.END:
        raise Unreadable(UnreadableReason.MISSING)
    found = reader.first(rule)
    if found is None or not reader.is_done:
        raise reader.not_understood()
    return found
