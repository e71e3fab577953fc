"""Expressions are computed exactly, to sure digits, or refused with the part in question; nothing runs long."""

from __future__ import annotations

import ast
import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.executor.arithmetic import functions
from jarvisd.executor.arithmetic.evaluation import MAX_OPERATIONS, PRECISIONS, evaluate
from jarvisd.executor.arithmetic.functions import MAX_DIGITS
from jarvisd.executor.arithmetic.tokens import MAX_CHARACTERS

EXACT = {
    # four operations, brackets, signs
    "18 * 23 - 4": "410", "2+3*4": "14", "(2+3)*4": "20", "2*(3+4)*5": "70", "10-4-3": "3", "100/10/2": "5",
    "7/2": "3.5", "1/3": "1/3", "1/3+1/6": "1/2", "0.1+0.2": "0.3", "1.1*1.1": "1.21", "-5+3": "-2", "--5": "5",
    "-(2+3)": "-5", "+7": "7", "2*-3": "-6", "2--3": "5", "2-+3": "-1", "6/-4": "-3/2", "0/5": "0", ".5*4": "2",
    "1e3+1": "1001", "2.5E-3*4": "0.01", "1,000*2": "2000", "1,234,567+1": "1234568", "1,000.5+1": "1001.5",
    "  3   +4 ": "7", "((((1))))": "1", "1/7*7": "1", "12345678901234567890*10": "123456789012345678900",
    "999999999999*999999999999": "999999999998000000000001", "1-0.9": "0.1", "3*(1/3)": "1",
    # signs and words as people write them
    "3 × 4": "12", "8 ÷ 2": "4", "5 − 7": "-2", "3 · 4": "12", "5 – 2": "3", "9∕3": "3", "2 plus 2": "4",
    "9 minus 4": "5", "6 times 7": "42", "2 + 2 =": "4", "2 + 2 = ?": "4", "6 TIMES 7": "42",
    # percent
    "15% of 80": "12", "15 percent of 80": "12", "15 % of 80": "12", "0.15*80": "12", "15%*80": "12",
    "80*15%": "12", "15%": "0.15", "20%+5%": "0.25", "20%-5%": "0.15", "100*(1-15%)": "85", "100*(1+19%)": "119",
    "80+15% of 80": "92", "15% of 80+20": "32", "15% of (80+20)": "15", "50% of 20% of 80": "8",
    "100/10% of 50": "20", "12.5% of 64": "8", "200% of 7": "14", "-10% of 50": "-5", "10% of 2^3": "0.8",
    "50%^2": "0.25", "4^50%": "2", "0.5% of 1,000": "5", "7/28*100": "25", "3% of 3% of 10000": "9",
    # powers and their order
    "2^10": "1024", "2**10": "1024", "2^3^2": "512", "(2^3)^2": "64", "-2^2": "-4", "(-2)^2": "4", "2^-1": "0.5",
    "2^-2*8": "2", "3*2^2": "12", "2²": "4", "2³+1": "9", "2¹⁰": "1024", "-3²": "-9", "10^0": "1", "0^3": "0",
    "(2/3)^3": "8/27", "(-1)^1000000001": "-1", "1^999999999": "1", "5²×2": "50", "pow(2, 8)": "256",
    "2^100": "1267650600228229401496703205376", "(3+4)²": "49",
    # roots
    "sqrt(16)": "4", "√16": "4", "√16+9": "13", "√(16+9)": "5", "√√16": "2", "sqrt(0.25)": "0.5", "sqrt(0)": "0",
    "sqrt(4/9)": "2/3", "4^0.5": "2", "8^(1/3)": "2", "16^(3/4)": "8", "16^-0.5": "0.25", "cbrt(27)": "3",
    "cbrt(-8)": "-2", "√4²": "4", "math.sqrt(81)": "9", "sqrt(10^100)": "1" + "0" * 50,
    # factorials, division with a rest, rounding
    "5!": "120", "0!": "1", "factorial(6)": "720", "2^3!": "64", "-3!": "-6", "3!^2": "36", "5!/3!": "20",
    "17 mod 5": "2", "-7 mod 3": "2", "7 // 2": "3", "-7 // 2": "-4", "7.5 mod 2": "1.5", "round(2.5)": "3",
    "round(-2.5)": "-3", "round(3.14159, 2)": "3.14", "round(2.675, 2)": "2.68", "floor(-1.5)": "-2",
    "ceil(1.2)": "2", "floor(sqrt(10))": "3", "ceil(pi)": "4", "round(pi, 4)": "3.1416", "abs(-3)": "3",
    "min(3, 2, 5)": "2", "max(3, 2, 5)": "5", "max(1/3, 0.3)": "1/3", "min(1,2)": "1", "max(1000, 2)": "1000",
    # logarithms and angles that are exact
    "log10(1000)": "3", "log2(8)": "3", "log(8, 2)": "3", "log(8,2)": "3", "log10(0.01)": "-2", "ln(1)": "0",
    "exp(0)": "1", "sin(30 deg)": "0.5", "cos(60 deg)": "0.5", "cos(60°)": "0.5", "cos(radians(60))": "0.5",
    "sin(-30 degrees)": "-0.5", "tan(45°)": "1", "tan(135 deg)": "-1", "cos(180 deg)": "-1", "sin(0 rad)": "0",
    "sin(750 deg)": "0.5",
}  # fmt: skip
"""Expression to its exact value."""

ABOUT = {
    "sqrt(2)": math.sqrt(2), "pi": math.pi, "π*2": math.tau, "e": math.e, "e^2": math.e**2, "2^0.5": math.sqrt(2),
    "√2": math.sqrt(2), "ln(10)": math.log(10), "log10(2)": math.log10(2), "log2(10)": math.log2(10),
    "log(10, 3)": math.log(10, 3), "exp(1)": math.e, "sin(1 rad)": math.sin(1), "cos(1 rad)": math.cos(1),
    "tan(1 rad)": math.tan(1), "sin(10 deg)": math.sin(math.radians(10)), "cos(45 deg)": math.sqrt(0.5),
    "tan(30°)": math.tan(math.radians(30)), "sin(225 deg)": -math.sqrt(0.5), "cos(1000 rad)": math.cos(1000),
    "sin(-2 rad)": math.sin(-2), "cos(pi/3 rad)": 0.5,
    "(1+0.05/365)^3650": math.exp(3650 * math.log1p(0.05 / 365)),
    "pi*3^2": math.pi * 9, "4/3*pi*2^3": 32 / 3 * math.pi, "sqrt(2)*sqrt(2)": 2.0, "cbrt(10)": 10 ** (1 / 3),
    "pi^-2": math.pi**-2, "2^pi": 2**math.pi, "pi mod 1": math.pi - 3, "max(pi, 3)": math.pi, "min(e, 3)": math.e,
    "abs(-pi)": math.pi, "(-pi)^3": -(math.pi**3), "100*1.05^0.5": 100 * 1.05**0.5, "-sqrt(2)": -math.sqrt(2),
    "sqrt(2)^2-2": 0.0, "sin(pi rad)": 0.0, "pi%": math.pi / 100, "ln(sqrt(e))": 0.5,
}  # fmt: skip

REFUSED = {
    "": "ends too early", "2 +": "ends too early", "(2": "ends too early", "sqrt(": "ends too early",
    "2)": ")", "()": ")", "* 3": "* 3", "2 ** * 3": "* 3", "2 3": "3", "2(3)": "(3)", "2pi": "pi", "(2)(3)": "(3)",
    "33 1/3": "1/3", "x + 1": "x + 1", "2 x 3": "x 3", "fifteen": "fifteen", "15 percent of eighty": "eighty",
    "100 km": "km", "5 deg": "deg", "2 = 3": "= 3", "2 < 3": "< 3", "1; 2": "; 2", "0x1f": "x1f", "007": "007",
    "1_000": "_000", "1.2.3": ".3", "٣ + 1": "٣ + 1", "import os": "import os", "__import__('os')": "__import__",
    "(lambda: 1)()": ": 1)()", "3√4": "√4", "what": "what", "[1][0]": "[1][0]", "2 if 1 else 3": "if 1 else 3",
    "open('a')": "'a')",
    "open(1)": "open(1)", "1j": "j",
    "sqrt 4": "4", "sqrt(1, 2)": "does not take 2", "round(1, 2, 3)": "does not take 3", "sqrt()": ")",
    "1,5": "comma in 1,5", "1,00": "comma in 1,00", "12,3456": "comma", "max(1,000)": "comma in 1,000",
    "(1,500 + 2) * 3": "comma in 1,500", "80 + 15%": "of what the percentage is", "80 - 15%": "of what",
    "80 - -15%": "of what", "80 + (15%)": "of what", "10 % 3": "3", "10 % (3)": "(3)", "5%%": "%", "3!!": "!",
    "√9!": "!", "√50%": "%", "5!%": "%", "1/3 of 90": "goes with percent only", "half of 90": "half",
    "log(5)": "needs its base", "sin(30)": "needs its unit", "cos(pi/3)": "needs its unit", "sin 30 deg": "30 deg",
    "1/0": "divided by zero", "1/(2-2)": "divided by zero", "5 mod 0": "divided by zero", "5 // 0": "by zero",
    "0^-1": "divided by zero", "0^0": "not defined", "sqrt(-1)": "no real root", "(-8)^(1/3)": "no real root",
    "(-8)^0.5": "no real root", "ln(0)": "above zero", "log10(-1)": "above zero", "log(5, 1)": "not 1",
    "1.5!": "factorial", "(-3)!": "factorial", "pi!": "factorial", "tan(90 deg)": "no tangent",
    "round(1.5, 0.5)": "decimal places", "round(1.5, 1000)": "decimal places",
    "floor(sqrt(2)^2)": "too close to a whole one", "1/(sqrt(7)^2-7)": "cancel out",
}  # fmt: skip
"""What is refused, and what the reason must name."""

HOSTILE = {
    "9**9**9": "1,000 digits", "9^9^9^9^9": "1,000 digits", "10^1001": "1,000 digits", "450!": "1,000 digits",
    "9!!": "!", "(9!)!": "1,000 digits", "((3!)!)!": "1,000 digits", "2^(2^(2^(2^2)))": "1,000 digits",
    "(2^3000)^(2^3000)": "1,000 digits", "1e999*1e999": "1,000 digits", "1e1000": "out of my range",
    "1e999999999999": "out of my range", "exp(exp(100))": "out of my range", "exp(-10000)": "out of my range",
    "1.5^1e9": "out of my range", "pi^pi^pi^pi": "out of my range", "sin(1e300 deg)": "out of my range",
    "(" * 150 + "1" + ")" * 150: "too deeply", "-" * 300 + "1": "too deeply", "√" * 300 + "1": "too deeply",
    "2^" * 150 + "1": "too deeply", "50% of " * 50 + "1": "too deeply", "abs(" * 60 + "1" + ")" * 60: "too deeply",
    "+".join("1" * 150): f"{MAX_OPERATIONS} steps", "1" * 500: f"{MAX_CHARACTERS} characters",
    "1" * MAX_CHARACTERS + "+1": f"{MAX_CHARACTERS} characters", "*".join(["1e99"] * 30): "1,000 digits",
    "!".join("9" * 100): "!", "%" * 300: "%", "mod " * 90: "mod",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), EXACT.items())
def test_what_has_an_exact_value_is_given_it(text: str, value: str) -> None:
    """Decision 23: fractions, never floats."""
    assert evaluate(text).exact == Fraction(value)


@pytest.mark.parametrize(("text", "value"), ABOUT.items())
def test_what_has_none_is_rounded_and_says_so(text: str, value: float) -> None:
    found = evaluate(text)
    assert found.exact is None
    assert float(found.rounded) == pytest.approx(value, rel=1e-13, abs=1e-29)


@pytest.mark.parametrize(("text", "part"), [*REFUSED.items(), *HOSTILE.items()])
def test_anything_else_is_refused_and_the_reason_names_it(text: str, part: str) -> None:
    """Read whole or not at all: what was not understood is never skipped, and what would run long is not begun."""
    with pytest.raises(RequestError) as caught:
        evaluate(text)
    assert caught.value.code is ErrorCode.INVALID_REQUEST
    assert part in caught.value.message
    assert len(caught.value.message) < 120


def test_the_digits_are_those_of_the_number_and_not_of_a_float() -> None:
    assert evaluate("sqrt(2)").rounded == Decimal("1.4142135623730950488")
    assert evaluate("pi").rounded == Decimal("3.1415926535897932385")
    assert evaluate("cos(1 rad)").rounded == Decimal("0.54030230586813971740")


@pytest.mark.parametrize(
    "text", ["+".join("1" * 100), "*".join(["sqrt(2)"] * 49), "449!", "2^3300", "1.5^5000", "+".join(["pi"] * 90)]
)
def test_the_longest_that_is_computed_is_bounded(text: str) -> None:
    """Counted in operations and digits: time is the machine's."""
    found = evaluate(text)
    assert found.operations <= MAX_OPERATIONS * len(PRECISIONS)
    if found.exact is not None:
        assert len(str(found.exact.numerator)) <= MAX_DIGITS


def test_a_factorial_is_bounded_before_it_is_computed() -> None:
    """The function itself refuses, not only who looks at its result."""
    with pytest.raises(RequestError, match="1,000 digits"):
        functions.factorial(Fraction(450))


LEAVES = st.one_of(
    st.integers(0, 999).map(ast.Constant),
    st.sampled_from([0.5, 0.25, 1.5, 12.75, 0.1]).map(ast.Constant),
)
OPERATORS = st.sampled_from([ast.Add(), ast.Sub(), ast.Mult(), ast.Div(), ast.FloorDiv()])


def _joined(inner: st.SearchStrategy[ast.expr]) -> st.SearchStrategy[ast.expr]:
    return st.one_of(
        st.builds(ast.BinOp, inner, OPERATORS, inner),
        st.builds(ast.UnaryOp, st.sampled_from([ast.USub(), ast.UAdd()]), inner),
        st.builds(ast.BinOp, inner, st.just(ast.Pow()), st.integers(0, 4).map(ast.Constant)),
    )


def _value(node: ast.expr) -> Fraction:
    """The value by Python's own fractions."""
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand)
        return -inner if isinstance(node.op, ast.USub) else inner
    assert isinstance(node, ast.BinOp)
    left, right = _value(node.left), _value(node.right)
    if isinstance(node.op, ast.Pow):
        if left == right == 0:
            raise ZeroDivisionError
        return Fraction(left ** int(right))
    if isinstance(node.op, ast.FloorDiv):
        return Fraction(left // right)
    if isinstance(node.op, ast.Div):
        return left / right
    if isinstance(node.op, ast.Mult):
        return left * right
    return left + right if isinstance(node.op, ast.Add) else left - right


@given(st.recursive(LEAVES, _joined, max_leaves=12))
def test_trees_by_chance_have_the_value_of_pythons_fractions(tree: ast.expr) -> None:
    """Written by Python with as few brackets as it needs, so that the order of operations is tried as well."""
    text = ast.unparse(tree)
    try:
        value = _value(tree)
    except ZeroDivisionError:
        with pytest.raises(RequestError):
            evaluate(text)
        return
    try:
        found = evaluate(text)
    except RequestError as error:
        assert any(bound in error.message for bound in ("digits", "characters", "deeply", "steps"))  # noqa: PT017
        return
    assert found.exact == value


@given(st.text(alphabet="0123456789.,+-*/^%!()√²×÷ eidgrof\n", max_size=40))
def test_any_text_has_a_value_or_a_reason(text: str) -> None:
    """No fault, and no endless work, whatever is written."""
    try:
        found = evaluate(text)
    except RequestError as error:
        assert error.code is ErrorCode.INVALID_REQUEST  # noqa: PT017
        return
    assert found.operations <= MAX_OPERATIONS * len(PRECISIONS)
