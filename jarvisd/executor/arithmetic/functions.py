"""Operations on numbers that are exact (``Fraction``) as long as they can be, and decimals otherwise. Pure.

Decimals have the digits of the decimal context that the caller has entered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, getcontext, localcontext
from fractions import Fraction
from math import factorial as whole_factorial
from typing import Union

from jarvisd.core.errors import RequestError

Value = Union[Fraction, Decimal]  # noqa: UP007 - evaluated at run time on 3.10
MAX_DIGITS = 1000
"""Digits of a numerator or denominator, and the largest power of ten of a decimal."""
MAX_BITS = int(MAX_DIGITS * 3.3219) + 1
MAX_FACTORIAL = 449
"""449! is the last that has no more than 1,000 digits; more is refused before it is computed."""
MAX_PLACES = 50
"""Decimal places that ``round`` takes."""
MAX_ANGLE = Decimal(10) ** 9
"""Larger angles are refused: of their place in the circle too few digits would be left."""
_GUARD_DIGITS = 30
"""Digits with which series are summed beyond those that are wanted."""
_HALF = Fraction(1, 2)
_SINES: dict[int, Fraction] = {
    **{0: Fraction(0), 30: _HALF, 90: Fraction(1), 150: _HALF},
    **{180: Fraction(0), 210: -_HALF, 270: Fraction(-1), 330: -_HALF},
}
"""Every sine of a rational number of degrees that is rational itself (Niven's theorem)."""
_TANGENTS: dict[int, Fraction] = {0: Fraction(0), 45: Fraction(1), 135: Fraction(-1)}


def fits(value: Fraction) -> bool:
    """Whether numerator and denominator have no more than about :data:`MAX_DIGITS` digits."""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_BITS


def too_long() -> RequestError:
    """The refusal of a number that nobody wants to hear."""
    return RequestError(f"a number of this calculation would have more than {MAX_DIGITS:,} digits")


def decimal_of(value: Value) -> Decimal:
    """``value`` as a decimal."""
    return value if isinstance(value, Decimal) else Decimal(value.numerator) / Decimal(value.denominator)


def total(left: Value, right: Value) -> Value:
    """The sum."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left + right
    return decimal_of(left) + decimal_of(right)


def difference(left: Value, right: Value) -> Value:
    """The difference."""
    return total(left, -right)


def product(left: Value, right: Value) -> Value:
    """The product; of an exact zero and anything exactly zero."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left * right
    if any(isinstance(value, Fraction) and value == 0 for value in (left, right)):
        return Fraction(0)
    return decimal_of(left) * decimal_of(right)


def quotient(left: Value, right: Value) -> Value:
    """The quotient; nothing is divided by zero."""
    if right == 0:
        raise RequestError("nothing can be divided by zero")
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left / right
    return decimal_of(left) / decimal_of(right)


def whole_quotient(left: Value, right: Value) -> Value:
    """How often ``right`` goes into ``left``, rounded down."""
    return Fraction(floor(quotient(left, right)))


def remainder(left: Value, right: Value) -> Value:
    """What is left of ``left`` after :func:`whole_quotient`; it has the sign of ``right``."""
    return difference(left, product(right, whole_quotient(left, right)))


def power(base: Value, exponent: Value) -> Value:
    """``base`` to the power of ``exponent``; exact where a power or a root of fractions is a fraction."""
    if base == 0 and exponent == 0:
        raise RequestError("zero to the power of zero is not defined")
    if base == 0 and exponent < 0:
        raise RequestError("nothing can be divided by zero")
    if isinstance(base, Fraction) and isinstance(exponent, Fraction):
        exact = exact_power(base, exponent)
        if exact is not None:
            return exact
    is_whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    if base < 0 and not is_whole:
        raise RequestError("a number below zero has no real root")
    return decimal_of(base) ** decimal_of(exponent)


def exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """The power as a fraction of bounded length, or ``None``; raises for a whole number that is longer."""
    if exponent.denominator != 1:
        root = _root_of(base, exponent.denominator)
        return None if root is None else exact_power(root, Fraction(exponent.numerator))
    if base in (0, 1):
        return base
    if base == -1:
        return Fraction(-1 if exponent.numerator % 2 else 1)
    bits = max(base.numerator.bit_length(), base.denominator.bit_length()) - 1
    if max(bits, 1) * abs(exponent.numerator) <= MAX_BITS:
        return base**exponent.numerator
    if base.denominator == 1 and exponent > 0:
        raise too_long()
    return None


def _root_of(value: Fraction, degree: int) -> Fraction | None:
    """The exact root, or ``None`` where there is no such fraction."""
    if value < 0:
        return None
    top, bottom = _whole_root(value.numerator, degree), _whole_root(value.denominator, degree)
    return None if top is None or bottom is None else Fraction(top, bottom)


def _whole_root(value: int, degree: int) -> int | None:
    """By halving: at most one step for every bit of ``value``."""
    if value < 2:
        return value
    if degree >= value.bit_length():
        return None
    low, high = 1, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= value else (low, middle - 1)
    return low if low**degree == value else None


def factorial(value: Value) -> Value:
    """The factorial of a whole number that is not below zero."""
    if not isinstance(value, Fraction) or value.denominator != 1 or value < 0:
        raise RequestError("only whole numbers from zero on have a factorial")
    if value > MAX_FACTORIAL:
        raise too_long()
    return Fraction(whole_factorial(value.numerator))


def floor(value: Value) -> int:
    """The next whole number below; raises INVALID_REQUEST where the digits do not tell which one that is."""
    if isinstance(value, Fraction):
        return value.numerator // value.denominator
    digits = getcontext().prec
    nearest = value.to_integral_value()
    if value.adjusted() > digits // 2 or abs(value - nearest) < Decimal(10) ** -(digits // 4):
        raise RequestError("a number of this calculation is too close to a whole one to be rounded")
    return int(nearest) if nearest < value else int(nearest) - 1


def rounded(value: Value, places: Value = Fraction(0)) -> Value:
    """``value`` with ``places`` decimal places, halves away from zero as people round."""
    if not isinstance(places, Fraction) or places.denominator != 1 or not 0 <= places <= MAX_PLACES:
        raise RequestError(f"a number is rounded to 0 to {MAX_PLACES} decimal places")
    scale = Fraction(10) ** places.numerator
    size = Fraction(floor(total(product(_size(value), scale), _HALF))) / scale
    return -size if value < 0 else size


def _size(value: Value) -> Value:
    return -value if value < 0 else value


def logarithm(value: Value, base: Value) -> Value:
    """The logarithm; exact where it is a whole number of exact numbers."""
    if value <= 0 or base <= 0 or base == 1:
        raise RequestError("only numbers above zero have a logarithm, and its base is above zero and not 1")
    found = decimal_of(value).ln() / decimal_of(base).ln()
    if isinstance(value, Fraction) and isinstance(base, Fraction):
        nearest = Fraction(int(found.to_integral_value()))
        if abs(nearest) <= MAX_BITS and exact_power(base, nearest) == value:
            return nearest
    return found


def _natural(value: Value) -> Value:
    if value <= 0:
        raise RequestError("only numbers above zero have a logarithm")
    return Fraction(0) if value == 1 and isinstance(value, Fraction) else decimal_of(value).ln()


def _cube_root(value: Value) -> Value:
    return -_cube_root(-value) if value < 0 else power(value, Fraction(1, 3))


_ONE: dict[str, Callable[[Value], Value]] = {
    "sqrt": lambda value: power(value, _HALF),
    "cbrt": _cube_root,
    "abs": _size,
    "floor": lambda value: Fraction(floor(value)),
    "ceil": lambda value: Fraction(-floor(-value)),
    "round": rounded,
    "factorial": factorial,
    "exp": lambda value: Fraction(1) if value == 0 else decimal_of(value).exp(),
    "ln": _natural,
    "log2": lambda value: logarithm(value, Fraction(2)),
    "log10": lambda value: logarithm(value, Fraction(10)),
}
_TWO: dict[str, Callable[[Value, Value], Value]] = {"round": rounded, "log": logarithm, "pow": power}


def call(name: str, arguments: Sequence[Value]) -> Value:
    """A function that takes no angle, by its name, with as many arguments as the parser lets through."""
    if name in ("min", "max"):
        ordered = sorted(arguments, key=lambda value: Fraction(value))
        return ordered[0 if name == "min" else -1]
    return _ONE[name](arguments[0]) if len(arguments) == 1 else _TWO[name](arguments[0], arguments[1])


def of_angle(name: str, angle: Value, unit: str) -> Value:
    """Sine, cosine or tangent of an angle in ``deg`` or ``rad``."""
    if abs(decimal_of(angle)) > MAX_ANGLE:
        raise RequestError("an angle of this calculation is out of my range")
    exact = _exact_of_angle(name, angle) if isinstance(angle, Fraction) and (unit == "deg" or angle == 0) else None
    if exact is not None:
        return exact
    if name == "tan":
        return quotient(of_angle("sin", angle, unit), of_angle("cos", angle, unit))
    with localcontext() as working:
        working.prec += _GUARD_DIGITS
        circle = decimal_of(angle) if unit == "rad" else decimal_of(angle) * pi() / 180
        found = _sine((circle + pi() / 2 if name == "cos" else circle) % (2 * pi()))
    return +found


def _exact_of_angle(name: str, degrees: Fraction) -> Fraction | None:
    """The value where it is a fraction; raises INVALID_REQUEST where there is none at all."""
    if name == "tan":
        if degrees % 180 == 90:
            raise RequestError("a right angle has no tangent")
        return _TANGENTS.get(int(degrees % 180)) if degrees.denominator == 1 else None
    turned = (degrees + (90 if name == "cos" else 0)) % 360
    return _SINES.get(int(turned)) if turned.denominator == 1 else None


def pi() -> Decimal:
    """Pi by Machin's formula: 16 atan(1/5) - 4 atan(1/239)."""
    scale = 10 ** (getcontext().prec + _GUARD_DIGITS)
    return Decimal(16 * _inverse_tangent(5, scale) - 4 * _inverse_tangent(239, scale)) / Decimal(scale)


def _inverse_tangent(part: int, scale: int) -> int:
    """``scale`` times atan(1/``part``), by its series."""
    term = found = scale // part
    index, sign = 1, 1
    while term:
        term //= part * part
        index, sign = index + 2, -sign
        found += sign * (term // index)
    return found


def _sine(angle: Decimal) -> Decimal:
    """The sine of an angle within a circle, by its series."""
    term = found = angle
    index = 1
    while term and term.adjusted() > -getcontext().prec:
        index += 2
        term *= -angle * angle / ((index - 1) * index)
        found += term
    return found
