"""Computes a tree: with fractions while that is exact, else with decimals at two precisions that must agree. Pure.

Every operation is counted and every number bounded before it is made, so that nothing runs long. A value is exact,
or its first digits are; one that comes out otherwise with more digits is refused.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from jarvisd.core.errors import RequestError
from jarvisd.executor.arithmetic import functions
from jarvisd.executor.arithmetic.functions import MAX_DIGITS, Value
from jarvisd.executor.arithmetic.parser import Call, Constant, Node, Number, Operation, is_percentage, parse
from jarvisd.executor.arithmetic.series import closed

MAX_OPERATIONS = 200
"""Nodes of a tree that are computed, numbers included."""
PRECISIONS = (60, 120)
"""Digits of the first and of the second way of computing what is not exact."""
AGREED_DIGITS = 20
"""Digits in which both must agree."""
_NOTHING = Decimal("1e-30")
"""Both below this and without a digit in common: zero, as far as anybody can tell."""


@dataclass(frozen=True, slots=True)
class Result:
    """The value of an expression: ``exact``, or where that is ``None`` its first digits in ``rounded``."""

    exact: Fraction | None
    rounded: Decimal
    """With :data:`AGREED_DIGITS` digits."""
    operations: int
    """How many were computed, at all precisions together."""


def evaluate(text: str) -> Result:
    """The value of an expression; raises INVALID_REQUEST with the reason why it has none or is out of bounds."""
    tree = parse(closed(text))
    first, second = (_Evaluator(digits) for digits in PRECISIONS)
    value = first.evaluate(tree)
    if isinstance(value, Fraction):
        return exactly(value, first.operations)
    short = Context(prec=AGREED_DIGITS)
    again = second.evaluate(tree)
    with localcontext() as wide:
        wide.prec = PRECISIONS[1]
        better = functions.decimal_of(again)
        is_sure = abs(value - better) <= abs(better) * Decimal(10) ** -AGREED_DIGITS
        is_nothing = not is_sure and max(abs(value), abs(better)) < _NOTHING
    if not is_sure and not is_nothing:
        raise RequestError("its digits cancel out, so that I cannot compute it well enough")
    return Result(None, Decimal(0) if is_nothing else short.plus(better), first.operations + second.operations)


def exactly(value: Fraction, operations: int = 0) -> Result:
    """The result that ``value`` is."""
    rounded = Context(prec=AGREED_DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    return Result(value, rounded, operations)


class _Evaluator:
    """One pass over a tree, with ``digits`` digits where a number is not exact."""

    def __init__(self, digits: int) -> None:
        traps = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.Underflow]
        self._context = Context(prec=digits, Emax=MAX_DIGITS, Emin=-MAX_DIGITS, traps=traps)
        self.operations = 0

    def evaluate(self, tree: Node) -> Value:
        """The value of a whole tree."""
        try:
            with localcontext(self._context):
                return self._value(tree)
        except decimal.DecimalException as error:
            raise RequestError("a number of this calculation is out of my range") from error

    def _value(self, node: Node) -> Value:
        self.operations += 1
        if self.operations > MAX_OPERATIONS:
            raise RequestError(f"a calculation has at most {MAX_OPERATIONS} steps")
        if isinstance(node, Number):
            found: Value = node.value
        elif isinstance(node, Constant):
            found = functions.pi() if node.name == "pi" else Decimal(1).exp()
        elif isinstance(node, Call):
            found = self._called(node)
        else:
            found = self._operation(node)
        if isinstance(found, Fraction) and not functions.fits(found):
            raise functions.too_long()
        return found

    def _called(self, node: Call) -> Value:
        arguments = [self._value(argument) for argument in node.arguments]
        if node.unit:
            return functions.of_angle(node.function, arguments[0], node.unit)
        return functions.call(node.function, arguments)

    def _operation(self, node: Operation) -> Value:
        operands = [self._value(operand) for operand in node.operands]
        if len(operands) == 1:
            return _UNARY[node.operator](operands[0])
        if node.operator in ("+", "-") and is_percentage(node.operands[1]):
            _demand_whole(node, operands[0])
        return _BINARY[node.operator](operands[0], operands[1])


def _demand_whole(node: Operation, left: Value) -> None:
    """A percentage is added to another one or to 1; of anything else it is not said what it is a part of."""
    if not is_percentage(node.operands[0]) and left != 1:
        word = "plus" if node.operator == "+" else "minus"
        raise RequestError(f"it must say of what the percentage is, as in 80 {word} 15 percent of 80")


_UNARY: dict[str, Callable[[Value], Value]] = {
    "neg": lambda value: -value,
    "%": lambda value: functions.product(value, Fraction(1, 100)),
    "!": functions.factorial,
}
_BINARY: dict[str, Callable[[Value, Value], Value]] = {
    "+": functions.total,
    "-": functions.difference,
    "*": functions.product,
    "of": functions.product,
    "/": functions.quotient,
    "//": functions.whole_quotient,
    "mod": functions.remainder,
    "^": functions.power,
}
