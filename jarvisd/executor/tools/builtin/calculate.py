"""The tool calculate: what an expression comes to. It asks nothing and starts nothing (decision 23)."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from jarvisd.core.errors import RequestError
from jarvisd.executor.arithmetic.evaluation import Result, evaluate, exactly
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en.everyday.conversion import Conversion, read_conversion
from jarvisd.lang.en.licences import knowledge

SPOKEN_PLACES = 6
"""Decimal places up to which an exact number is read out whole."""
SPOKEN_DIGITS = 15
"""Digits up to which a whole number is read out whole."""
ROUNDED_DIGITS = 4
"""Decimal places, or digits of what is less than one, of a number that is read out as "about"."""
WRITTEN_PLACES = 50
"""Decimal places up to which the result holds a decimal number and no fraction."""
_SHOWN_DIGITS = 15
_SHARE_OF_A_SUM = re.compile(
    r"(?P<before>[^()]*?(?P<share>[\d.,]+)\s*(?:%|percent)\s*of\s+)(?P<sum>(?P<first>[^\s()+*/^-]+)[^()%]*[+-][^()%]*)",
    re.IGNORECASE,
)
"""Without brackets or another percentage: who says those says what is meant."""

SPEC = ToolSpec(
    name="calculate",
    description=(
        "Compute an expression: + - * / ^ mod, percent, sqrt, factorial, logarithms, sin(30 deg); convert units."
    ),
    effects=(Effect.READ,),
    examples=(
        Example("What is 18 multiplied by 23 minus 4?", {"expression": "18 * 23 - 4"}),
        Example("How much is 15 percent of 80?", {"expression": "15% of 80"}),
        Example("What's the cosine of 60 degrees?", {"expression": "cos(60 deg)"}),
        Example("How many pounds are 80 kilos?", {"expression": "80 kilos in pounds"}),
    ),
    deadline_s=5,
    words=knowledge.CALCULATE,
)


async def run(context: ToolContext, *, expression: str) -> ToolResult:
    """Tell the value: all of it, or "about" and its first digits."""
    conversion = read_conversion(expression)
    if conversion is not None:
        return _converted(expression, conversion)
    result = evaluate(expression)
    exact = result.exact
    data = {
        "expression": expression,
        "exact": None if exact is None else _written(exact),
        "rounded": _shown(result.rounded),
    }
    if (other := _otherwise(expression, result)) is not None:
        found, of_all = other
        share, first = found["share"], found["first"]
        told = f"With {share} percent of {first} alone, the result is {_spoken(result)}."
        return ToolResult(
            {**data, "of_all": _shown(of_all.rounded)},
            f"{told} With {share} percent of all that follows, it is {_spoken(of_all)}.",
        )
    return ToolResult(dict(data), f"The result is {_spoken(result)}.")


def _otherwise(expression: str, result: Result) -> tuple[re.Match[str], Result] | None:
    """What a percentage of a sum comes to, if all of that was meant: "20 percent of 60 plus 5" is said of both."""
    found = _SHARE_OF_A_SUM.fullmatch(expression)
    if found is None:
        return None
    try:
        of_all = evaluate(f"{found['before']}({found['sum']})")
    except RequestError:
        return None
    return None if of_all.rounded == result.rounded else (found, of_all)


def _converted(expression: str, asked: Conversion) -> ToolResult:
    """Tell an amount in another unit, and which units were meant; raises INVALID_REQUEST for what has none."""
    source, target = asked.source, asked.target
    if not asked.is_possible:
        measured = f"{source.plural} measure {source.kind} and {target.plural} {target.kind}"
        raise RequestError(f"{measured}, and one is no amount of the other")
    if asked.is_below_nothing:
        raise RequestError("nothing is so cold: absolute zero is at minus 273.15 degrees Celsius")
    result, amount = exactly(asked.value), exactly(asked.amount)
    data = {
        "expression": expression,
        "exact": _written(asked.value),
        "rounded": _shown(result.rounded),
        "from": source.plural,
        "to": target.plural,
    }
    said = f"{_spoken(result)} {target.called(is_one=asked.value == 1, with_system=True)}"
    if not is_told_whole(asked.amount):
        return ToolResult(dict(data), f"That is {said}.")
    is_one = asked.amount == 1
    it = f"{_spoken(amount)} {source.called(is_one=is_one, with_system=True)}"
    return ToolResult(dict(data), f"{it[:1].upper()}{it[1:]} {'is' if is_one else 'are'} {said}.")


def is_told_whole(value: Fraction) -> bool:
    """Whether a number is read out with all of its digits."""
    places = _places(value)
    return abs(value) < 10**SPOKEN_DIGITS and places is not None and places <= SPOKEN_PLACES


def _places(value: Fraction) -> int | None:
    """Decimal places that write ``value`` whole; ``None`` where it has no end."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _written(value: Fraction) -> str:
    """As a decimal number where it ends soon, else as a fraction: ``"0.375"``, ``"1/3"``."""
    places = _places(value)
    if places is None or places > WRITTEN_PLACES:
        return f"{value.numerator}/{value.denominator}"
    sign = "-" if value < 0 else ""
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def _shown(value: Decimal) -> str:
    digits, sign, power = f"{value:.{_SHOWN_DIGITS}g}".partition("e")
    return f"{_bare(digits)}{sign}{power}"


def _spoken(result: Result) -> str:
    exact = result.exact
    if exact is not None and is_told_whole(exact):
        whole, dot, part = _written(abs(exact)).partition(".")
        return _signed(exact, f"{int(whole):,}{dot}{part}")
    return f"about {_signed(result.rounded, _about(abs(result.rounded)))}"


def _signed(value: Fraction | Decimal, size: str) -> str:
    return f"minus {size}" if value < 0 else size


def _about(size: Decimal) -> str:
    """The first digits; of very large and very small numbers with the power of ten."""
    if size == 0:
        return "0"
    if not Decimal("1e-6") <= size < Decimal(10) ** SPOKEN_DIGITS:
        digits, _, power = f"{size:.{ROUNDED_DIGITS}e}".partition("e")
        return f"{_bare(digits)} times 10 to the power of {_signed(Decimal(power), str(abs(int(power))))}"
    if size >= 1:
        return _bare(f"{size:,.{ROUNDED_DIGITS}f}")
    return _bare(f"{size:.{ROUNDED_DIGITS - 1 - size.adjusted()}f}")


def _bare(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


TOOL = Tool(SPEC, run)
