"""Reads an expression into a closed tree: what is no part of its grammar is refused, never skipped. Pure.

From the loosest to the tightest, as in mathematics and in Python: ``+ -``; ``* / // mod``; ``15% of``; signs;
``^``, from the right; ``% !`` and raised numbers; roots, calls, brackets. Where customs differ nothing is
computed: ``80 + 15%``, ``10 % 3``, ``2(3)``, ``log(5)``, an angle without its unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Union

from jarvisd.core.errors import RequestError
from jarvisd.executor.arithmetic.tokens import Token, not_understood, tokens

MAX_DEPTH = 40
"""How deep brackets, signs and powers may be nested."""
CONSTANTS = frozenset({"pi", "e"})
ARGUMENTS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("sqrt", "cbrt", "abs", "floor", "ceil", "factorial", "exp", "ln"), (1, 1)),
    **dict.fromkeys(("log2", "log10", "sin", "cos", "tan"), (1, 1)),
    **{"round": (1, 2), "log": (2, 2), "pow": (2, 2), "min": (1, 20), "max": (1, 20)},
}
"""Function to the least and the largest number of its arguments."""
ANGLES = frozenset({"sin", "cos", "tan"})
_SUMS = frozenset({"+", "-"})
_PRODUCTS = frozenset({"*", "/", "//", "mod"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Constant:
    """``pi`` or ``e``."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """``operator`` on one or two operands: ``+ - * / // ^ mod of``, and ``neg``, ``%`` and ``!`` on one."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of :data:`ARGUMENTS`; ``unit`` is ``deg`` or ``rad`` for those that take an angle."""

    function: str
    arguments: tuple[Node, ...]
    unit: str = ""


Node = Union[Number, Constant, Operation, Call]  # noqa: UP007 - evaluated at run time on 3.10
_Reading = Callable[[], "Node"]


def parse(text: str) -> Node:
    """The tree of ``text``; raises INVALID_REQUEST with the part that was not understood."""
    reader = _Parser(text)
    tree = reader.sum()
    reader.take("end")
    return tree


class _Parser:
    """Recursive descent, one method for each line of the grammar."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def take(self, *kinds: str) -> Token:
        """The next token, which must be one of ``kinds``."""
        token = self._next
        if token.kind not in kinds:
            raise not_understood(self._text, token.at)
        self._at += 1
        return token

    def sum(self) -> Node:
        """Products that are added and subtracted."""
        left = self._product()
        while self._next.kind in _SUMS:
            left = Operation(self.take(*_SUMS).kind, (left, self._product()))
        return left

    def _product(self) -> Node:
        left = self._share()
        while self._next.kind in _PRODUCTS:
            left = Operation(self.take(*_PRODUCTS).kind, (left, self._share()))
        return left

    def _share(self) -> Node:
        left = self._signed()
        if self._next.kind != "of":
            return left
        if not is_percentage(left):
            raise RequestError('"of" goes with percent only; write a fraction of something as a product')
        self.take("of")
        return Operation("of", (left, self._deeper(self._share)))

    def _deeper(self, inner: _Reading) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise RequestError("the calculation is nested too deeply")
        node = inner()
        self._depth -= 1
        return node

    def _signed(self) -> Node:
        if self._next.kind in _SUMS:
            sign = self.take(*_SUMS).kind
            operand = self._deeper(self._signed)
            return operand if sign == "+" else Operation("neg", (operand,))
        return self._power()

    def _power(self) -> Node:
        base = self._marked()
        if self._next.kind != "^":
            return base
        self.take("^")
        return Operation("^", (base, self._deeper(self._signed)))

    def _marked(self) -> Node:
        is_root = self._next.kind == "√"
        node = self._atom()
        if is_root and self._next.kind in ("!", "%"):
            raise not_understood(self._text, self._next.at)
        if self._next.kind in ("!", "%"):
            node = Operation(self.take("!", "%").kind, (node,))
        if self._next.kind == "raised":
            node = Operation("^", (node, Number(self.take("raised").value)))
        if self._next.kind in ("!", "%", "raised"):
            raise not_understood(self._text, self._next.at)
        if self._next.kind in ("number", "(", "√", "name") and not self._is_unit():
            raise not_understood(self._text, self._next.at)
        return node

    def _is_unit(self) -> bool:
        return self._next.kind == "name" and self._next.text in ("deg", "rad", "radians")

    def _atom(self) -> Node:
        token = self.take("number", "(", "√", "name")
        if token.kind == "number":
            return Number(token.value)
        if token.kind == "√":
            return Call("sqrt", (self._deeper(self._atom),))
        if token.kind == "(":
            inner = self._deeper(self.sum)
            self.take(")")
            return inner
        return Constant(token.text) if token.text in CONSTANTS else self._call(token)

    def _call(self, token: Token) -> Node:
        name = token.text
        if name == "log" and self._is_natural_or_decimal():
            raise RequestError("a logarithm needs its base; write ln, log2 or log10")
        if name not in ARGUMENTS:
            raise not_understood(self._text, token.at)
        self.take("(")
        unit = ""
        if name in ANGLES:
            argument, unit = self._angle(name)
            arguments = [argument]
        else:
            arguments = [self._deeper(self.sum)]
        while self._next.kind == ",":
            self.take(",")
            arguments.append(self._deeper(self.sum))
        least, most = ARGUMENTS[name]
        if not least <= len(arguments) <= most:
            raise RequestError(f"{name} does not take {len(arguments)} numbers")
        self.take(")")
        return Call(name, tuple(arguments), unit)

    def _is_natural_or_decimal(self) -> bool:
        """Whether the call that begins here has one argument: by custom, either base is meant."""
        depth = 0
        for token in self._tokens[self._at :]:
            depth += {"(": 1, ")": -1}.get(token.kind, 0)
            if token.kind == "," and depth == 1:
                return False
            if depth == 0:
                break
        return True

    def _angle(self, name: str) -> tuple[Node, str]:
        """The argument of a function of angles: ``60 deg``, ``1.2 rad``, or ``radians(60)`` as in Python."""
        if self._is_unit() and self._next.text == "radians":
            self.take("name")
            self.take("(")
            argument = self._deeper(self.sum)
            self.take(")")
            return argument, "deg"
        argument = self._deeper(self.sum)
        if not self._is_unit():
            raise RequestError(f"an angle needs its unit: {name} of degrees or of radians")
        return argument, "deg" if self.take("name").text == "deg" else "rad"


def is_percentage(node: Node) -> bool:
    """Whether a node is a number of percent, which alone says nothing of what it is a part of."""
    if isinstance(node, Operation) and node.operator == "neg":
        return is_percentage(node.operands[0])
    return isinstance(node, Operation) and node.operator == "%"
