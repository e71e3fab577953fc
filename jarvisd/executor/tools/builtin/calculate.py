"""The tool calculate: what an expression comes to. It asks nothing and starts nothing (decision 23)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from jarvisd.executor.arithmetic.evaluation import Result, evaluate
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec

SPOKEN_PLACES = 6
"""Decimal places up to which an exact number is read out whole."""
SPOKEN_DIGITS = 15
"""Digits up to which a whole number is read out whole."""
ROUNDED_DIGITS = 4
"""Decimal places, or digits of what is less than one, of a number that is read out as "about"."""
WRITTEN_PLACES = 50
"""Decimal places up to which the result holds a decimal number and no fraction."""
_SHOWN_DIGITS = 15

SPEC = ToolSpec(
    name="calculate",
    description="Compute an expression: + - * / ^ mod, percent, sqrt, factorial, logarithms, sin(30 deg).",
    effects=(Effect.READ,),
    examples=(
        Example("What is 18 multiplied by 23 minus 4?", {"expression": "18 * 23 - 4"}),
        Example("How much is 15 percent of 80?", {"expression": "15% of 80"}),
        Example("What's the cosine of 60 degrees?", {"expression": "cos(60 deg)"}),
    ),
    deadline_s=5,
)


async def run(context: ToolContext, *, expression: str) -> ToolResult:
    """Tell the value: all of it, or "about" and its first digits."""
    result = evaluate(expression)
    exact = result.exact
    data = {
        "expression": expression,
        "exact": None if exact is None else _written(exact),
        "rounded": _shown(result.rounded),
    }
    return ToolResult(dict(data), f"The result is {_spoken(result)}.")


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
    if exact is not None and abs(exact) < 10**SPOKEN_DIGITS:
        places = _places(exact)
        if places is not None and places <= SPOKEN_PLACES:
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
