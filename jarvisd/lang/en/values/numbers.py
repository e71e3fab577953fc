"""Numbers as they are said and written: "minus five", "two and a quarter", "¾", ".77", "1.5 million". Pure."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction

from jarvisd.lang.en.values.number_words import (
    DOZEN,
    ORDINAL_WORDS,
    SCALES,
    below_hundred,
    cardinal,
    digit,
    ordinal,
    scale,
    short_cardinal,
)
from jarvisd.lang.en.values.tokens import MAX_DIGITS, Reader, TokenKind, read, remembered
from jarvisd.lang.values import Unreadable, UnreadableReason

SIGNIFICANT_DIGITS = 15
"""Of a number without an end, such as a third."""
_ABOUT = (
    *("about", "around", "approximately", "approx .", "approx", "roughly", "exactly", "circa", "nearly", "almost"),
    *("just", "only", "some", "~", "≈", "say", "number", "no .", "#"),
)
_PERCENT = ("%", "percent", "per cent", "a percent", "of a percent", "of one percent")
_LETTER_SCALES = {
    **{"k": 10**3, "K": 10**3, "M": 10**6, "mn": 10**6, "bn": 10**9},
    **{"B": 10**9, "G": 10**9, "T": 10**12},
}
_SCALED = {"hundred": 100, **SCALES}
"""Of "a million and a half" the half may be one of a million."""
_YEAR_HUNDREDS = (18, 19, 20)
_SAME_PAIR = 3
"""Chosen: "ten twenty" may be ten to twenty, "one twenty" may not."""


def read_number(text: str) -> Decimal:
    """The number that the whole of ``text`` says; raises :class:`Unreadable`. A percentage is a part of one."""
    return decimal(read(text, _bare))


def decimal(value: Fraction) -> Decimal:
    """``value`` in full, or with :data:`SIGNIFICANT_DIGITS` where it has no end; never with a power of ten."""
    if value.denominator == 1:
        return Decimal(value.numerator)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    places = Context(prec=200 if rest == 1 else SIGNIFICANT_DIGITS)
    return Decimal(f"{places.divide(Decimal(value.numerator), Decimal(value.denominator)):f}")


@remembered
def quantity(reader: Reader) -> Fraction | None:
    """A number that counts something, without a sign: "ten", "2.5", "one and a half", "three quarters"."""
    return reader.first(_scaled_part, _part, _dozens, couple, _whole)


def quantity_said_twice(reader: Reader) -> Fraction | None:
    """A quantity and the same in brackets, as in letters: "forty-five (45)"."""
    first = quantity(reader)
    if first is None or not reader.said("("):
        return None
    second = quantity(reader)
    if second is None or not reader.said(")"):
        return None
    if first != second:
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.text, choices=(_shown(first), _shown(second)))
    return first


@remembered
def fraction(reader: Reader) -> Fraction | None:
    """A part: "a half", "three quarters", "2/3", "¾"."""
    return reader.first(_sign_fraction, _slash_fraction, _half_or_quarter, _word_fraction)


# --- alone ---------------------------------------------------------------------------------------------------


def _bare(reader: Reader) -> Fraction | None:
    reader.skip(*_ABOUT)
    return reader.entire(_signed, _lettered, quantity_said_twice, _ordinal, _range, _digit_by_digit, _juxtaposed)


def signed(reader: Reader) -> Fraction | None:
    """A number with its sign and percent: "minus five", "-0.5 %"."""
    sign = -1 if reader.said("minus", "negative", "-") else 1
    if sign > 0:
        reader.said("plus", "+")
    size = quantity(reader)
    if size is None:
        return None
    return sign * size / (100 if any(reader.phrase(words) for words in _PERCENT) else 1)


def _signed(reader: Reader) -> Fraction | None:
    found = signed(reader)
    if found is not None:
        for ending in ("or so", "exactly", "in total", "ish"):
            if reader.phrase(ending):
                break
    return found


def _lettered(reader: Reader) -> Fraction | None:
    """ "3k", "1.5M"."""
    sign = -1 if reader.said("minus", "-") else 1
    token = reader.token
    if token.kind is not TokenKind.NUMBER or reader.ahead().text not in _LETTER_SCALES:
        return None
    reader.take()
    return sign * (token.value or Fraction()) * _LETTER_SCALES[reader.take().text]


def _ordinal(reader: Reader) -> Fraction | None:
    found = ordinal(reader)
    return None if found is None else Fraction(found)


def _range(reader: Reader) -> Fraction | None:
    pair = either(reader, signed)
    if pair is not None and reader.is_done:
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.text.strip(), choices=tuple(dict.fromkeys(pair)))
    return None


def either(reader: Reader, rule: Callable[[Reader], Fraction | None]) -> tuple[str, str] | None:
    """The texts of two values of which one may be meant: "5-10", "five or ten", "between 5 and 10"."""
    is_between = reader.said("between")
    _ = is_between or reader.said("from", "either")
    start = reader.at
    if rule(reader) is None:
        return None
    first = reader.between(start)
    if not _joins(reader, is_between=bool(is_between)):
        return None
    start = reader.at
    return None if rule(reader) is None else (first, reader.between(start))


def _joins(reader: Reader, *, is_between: bool) -> bool:
    if is_between and reader.said("and"):
        return True
    return bool(
        reader.phrase(". .")
        or reader.phrase("or maybe")
        or reader.said("to", "or", "-", "through", ",", "till", "…")
    )


def _digit_by_digit(reader: Reader) -> Fraction | None:
    """ "one two three" is 123. Two digits may be two numbers, and a leading zero would be lost."""
    digits = ""
    while found := digit(reader):
        digits += found
    if len(digits) > MAX_DIGITS:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.text.strip())
    return Fraction(digits) if len(digits) > 2 and digits[0] != "0" else None


def _juxtaposed(reader: Reader) -> Fraction | None:
    """ "one twenty two" is 122, "nineteen oh five" 1905; "five ten" may be two numbers."""
    hundreds = below_hundred(reader)
    if hundreds is None:
        return None
    has_zero = reader.said("oh", "o")
    rest = below_hundred(reader)
    if rest is None or not reader.is_done or (has_zero and rest > 9):
        return None
    together = str(hundreds * 100 + rest) if has_zero or rest > 9 else f"{hundreds}{rest}"
    if not has_zero and _may_be_two(hundreds, rest):
        choices = (str(hundreds), str(rest), together)
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.text.strip(), choices=choices)
    return Fraction(together)


def _may_be_two(first: int, second: int) -> bool:
    if second < 10 or first > _YEAR_HUNDREDS[-1]:
        return True
    if first == _YEAR_HUNDREDS[-1]:
        return False
    most = first + 2 if first in _YEAR_HUNDREDS else _SAME_PAIR * first
    return first <= second <= most


def _shown(value: Fraction) -> str:
    return f"{decimal(value):f}"


# --- parts ---------------------------------------------------------------------------------------------------


def _whole(reader: Reader) -> Fraction | None:
    found = cardinal(reader)
    return None if found is None else Fraction(found)


def _part(reader: Reader) -> Fraction | None:
    return reader.first(_mixed, fraction, _point)


def _scaled_part(reader: Reader) -> Fraction | None:
    """ "half a million", "1.5 billion", "two and a half thousand", "half a dozen"."""
    part = _part(reader)
    if part is None:
        return None
    reader.said("of")
    reader.said("a")
    times = scale(reader)
    return None if times is None else part * times


def _dozens(reader: Reader) -> Fraction | None:
    count = 1 if reader.said("a") or reader.token.said == "dozen" else reader.first(cardinal)
    return None if count is None or not reader.said("dozen", "dozens") else Fraction(DOZEN * count)


def couple(reader: Reader) -> Fraction | None:
    """ "a couple", "a couple of thousand"."""
    if not (reader.phrase("a couple") or reader.said("couple")):
        return None
    start = reader.at
    reader.said("of")
    times = scale(reader)
    if times is None:
        reader.at = start
    return Fraction(2 * (times or 1))


def _mixed(reader: Reader) -> Fraction | None:
    """ "two and a half", "1½", "2 3/4", "one and three quarters"."""
    whole = cardinal(reader)
    if whole is None or reader.tokens[reader.at - 1].said == ".":
        return None
    scaled = _SCALED.get(reader.tokens[reader.at - 1].said, 0)
    if not reader.said("and", "&"):
        part = reader.first(_sign_fraction, _slash_fraction)
    elif (part := fraction(reader)) is not None and part < 1 and scaled:
        choices = (_shown(whole + part * scaled), _shown(whole + part))
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.text.strip(), choices=choices)
    return None if part is None or part >= 1 else whole + part


def _point(reader: Reader) -> Fraction | None:
    """ "3.14", "three point one four", "point five", "one point twenty five"."""
    token = reader.token
    if token.kind is TokenKind.NUMBER and token.value is not None and not token.is_whole:
        reader.take()
        return token.value
    whole = 0 if reader.said("oh") else (reader.first(cardinal) or 0)
    if not reader.said("point"):
        return None
    places = reader.first(_places)
    return None if places is None else Fraction(f"{whole}.{places}")


def _places(reader: Reader) -> str | None:
    token = reader.token
    if token.whole is not None and len(token.text) > 1:
        return reader.take().text
    digits = ""
    while found := digit(reader):
        digits += found
    if digits:
        return digits
    tens = below_hundred(reader)
    return None if tens is None else str(tens)


def _sign_fraction(reader: Reader) -> Fraction | None:
    return reader.take().value if reader.token.kind is TokenKind.FRACTION else None


def _slash_fraction(reader: Reader) -> Fraction | None:
    """ "3/4", "1/3rd", "three over four"; the scale of "1/2 million" is not one of the two."""
    over = short_cardinal(reader)
    sign = reader.said("/", "over")
    if over is None or not sign:
        return None
    is_ordinal = reader.token.kind is TokenKind.ORDINAL
    under = int(reader.take().value or 0) if is_ordinal else short_cardinal(reader)
    if not under or (sign == "over" and scale(reader) is not None):
        return None
    return Fraction(over, under)


def _half_or_quarter(reader: Reader) -> Fraction | None:
    reader.said("a", "an", "one")
    word = reader.said("half", "quarter")
    return Fraction(1, 2 if word == "half" else 4) if word else None


def _word_fraction(reader: Reader) -> Fraction | None:
    """ "two thirds", "a tenth", "five twenty-fifths"."""
    start = reader.at
    over = 1 if reader.said("a", "an") else reader.first(_numerator)
    if over is None:
        return None
    tens = 0
    if reader.ahead().before == "-" and (reader.token.said in ("twenty", "thirty", "forty", "fifty")):
        tens = below_hundred(reader) or 0
    under = _denominator(reader.token.said, is_one=over == 1, over=over)
    if under is None or (tens and under > 9):
        return None
    reader.take()
    if under >= 100 and over == 1 and reader.tokens[start].said in ("one", "1"):
        choices = (f"{under}th", f"1/{under}")
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.between(start), choices=choices)
    return Fraction(over, tens + under)


def _numerator(reader: Reader) -> int | None:
    """A number that is one piece: "twenty two sevenths" may be twenty and two sevenths."""
    if (digits := reader.token.whole) is not None:
        reader.take()
        return digits
    found = below_hundred(reader)
    is_loose = reader.tokens[reader.at - 1].before == " " and found is not None and found > 20 and found % 10
    return None if is_loose else found


def _denominator(word: str, *, is_one: bool, over: int) -> int | None:
    if word in ("quarter", "quarters"):
        return 4 if (word == "quarter") == is_one or over == 3 else None
    if word == "halves":
        return None if is_one else 2
    single = word if is_one else word.removesuffix("s") if word.endswith("s") else ""
    return None if single == "second" else ORDINAL_WORDS.get(single)
