"""Constant propagation: what expressions of a Python program come to, as far as it says so. Pure; nothing runs.

A value is a plain constant, :data:`UNKNOWN_VALUE` when it cannot be told, or a text in which :data:`UNKNOWN`
stands for the part that cannot.
"""

from __future__ import annotations

import ast
import operator
import posixpath
from collections.abc import Callable
from typing import Any

from jarvisd.codecheck.paths import UNKNOWN, WORKING_DIRECTORY
from jarvisd.codecheck.python.functions import (
    DECODERS,
    FUNCTIONS,
    SIZE_LIMIT,
    UNKNOWN_VALUE,
    PathText,
    as_bytes,
    as_text,
    codec,
    join,
)

DEPTH_LIMIT = 60
"""Chosen: well below Python's own limit of recursion."""


class TooLarge(Exception):
    """The program builds something enormous."""


_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Sub: operator.sub,
    ast.BitXor: operator.xor,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.FloorDiv: operator.floordiv,
    ast.RShift: operator.rshift,
}
_METHODS = frozenset(
    {"join", "replace", "lower", "upper", "strip", "lstrip", "rstrip", "split", "title", "swapcase", "casefold"}
    | {"removeprefix", "removesuffix", "zfill", "capitalize", "hex", "splitlines", "translate", "rsplit"}
)
_CONSTANTS = {
    "os.sep": "/",
    "os.pardir": "..",
    "os.curdir": ".",
    "sys.executable": "python3",
    "os.devnull": "/dev/null",
    "__file__": f"{WORKING_DIRECTORY}/program.py",
    "string.ascii_lowercase": "abcdefghijklmnopqrstuvwxyz",
    "string.ascii_uppercase": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.ascii_letters": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.digits": "0123456789",
}


class Values:
    """Evaluates expressions. ``names`` holds the values that a name may have; ``resolve`` tells dotted names."""

    def __init__(self, resolve: Callable[[ast.AST], str]) -> None:
        self.names: dict[str, list[Any]] = {}
        self.has_decoded = False
        """Whether any text was decoded: what is run then is a hidden program, whatever it says (D7)."""
        self._resolve = resolve
        self._depth = 0

    def all(self, node: ast.AST) -> list[Any]:
        """Every value that an expression may have; at least one, which may be UNKNOWN_VALUE."""
        if isinstance(node, ast.Name) and len(self.names.get(node.id, ())) > 1:
            return list(self.names[node.id])
        if isinstance(node, ast.IfExp):
            return [*self.all(node.body), *self.all(node.orelse)]
        if isinstance(node, ast.BoolOp):
            return [value for item in node.values for value in self.all(item)]
        return [self.of(node)]

    def of(self, node: ast.AST) -> Any:
        """The value of an expression, or UNKNOWN_VALUE."""
        self._depth += 1
        try:
            if self._depth > DEPTH_LIMIT:
                return UNKNOWN_VALUE
            evaluate = _KINDS.get(type(node))
            value = evaluate(self, node) if evaluate else UNKNOWN_VALUE
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
            return UNKNOWN_VALUE
        finally:
            self._depth -= 1
        if isinstance(value, (str, bytes, list, tuple)) and len(value) > SIZE_LIMIT:
            return UNKNOWN_VALUE
        return value

    def text(self, node: ast.AST) -> str:
        """An expression as text; :data:`UNKNOWN` where it cannot be told."""
        value = self.of(node)
        return UNKNOWN if value is UNKNOWN_VALUE else as_text(value)

    # --- kinds of expressions --------------------------------------------------------------------------

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        values = self.names.get(node.id)
        return values[-1] if values else _CONSTANTS.get(node.id, UNKNOWN_VALUE)

    def _attribute(self, node: ast.Attribute) -> Any:
        value = self.of(node.value)
        if isinstance(value, PathText):
            return {"parent": PathText(posixpath.dirname(value)), "name": posixpath.basename(value)}.get(
                node.attr, UNKNOWN_VALUE
            )
        return _CONSTANTS.get(self._resolve(node), UNKNOWN_VALUE)

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Any:
        values: list[Any] = []
        for item in node.elts:
            if isinstance(item, ast.Starred):
                inner = self.of(item.value)
                values += [UNKNOWN] if inner is UNKNOWN_VALUE else list(inner)
            else:
                value = self.of(item)
                values.append(UNKNOWN if value is UNKNOWN_VALUE else value)
        return values

    def _dictionary(self, node: ast.Dict) -> Any:
        return {
            self.of(key): self.of(value)
            for key, value in zip(node.keys, node.values, strict=True)
            if key is not None
        }

    def _joined(self, node: ast.JoinedStr) -> Any:
        return "".join(self.text(part) for part in node.values)

    def _formatted(self, node: ast.FormattedValue) -> Any:
        value = self.of(node.value)
        if value is UNKNOWN_VALUE or node.format_spec is not None:
            return UNKNOWN
        return repr(value) if node.conversion == ord("r") else as_text(value)

    def _operation(self, node: ast.BinOp) -> Any:
        left, right = self.of(node.left), self.of(node.right)
        if isinstance(node.op, ast.Add) and (isinstance(left, str) or isinstance(right, str)):
            return _added(left, right)
        if isinstance(node.op, ast.Div) and isinstance(left, PathText):
            return PathText(posixpath.join(left, UNKNOWN if right is UNKNOWN_VALUE else str(right)))
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            return (
                UNKNOWN if right is UNKNOWN_VALUE else left % (tuple(right) if isinstance(right, list) else right)
            )
        if left is UNKNOWN_VALUE or right is UNKNOWN_VALUE:
            return UNKNOWN_VALUE
        return _computed(node.op, left, right)

    def _subscript(self, node: ast.Subscript) -> Any:
        value = self.of(node.value)
        if value is UNKNOWN_VALUE:
            return "~" if self._environment(node) else UNKNOWN_VALUE
        if isinstance(node.slice, ast.Slice):
            bounds = [None if part is None else self.of(part) for part in _bounds(node.slice)]
            return UNKNOWN_VALUE if UNKNOWN_VALUE in bounds else value[slice(*bounds)]
        return value[self.of(node.slice)]

    def _environment(self, node: ast.Subscript) -> bool:
        return self._resolve(node.value) == "os.environ" and self.of(node.slice) == "HOME"

    def _unary(self, node: ast.UnaryOp) -> Any:
        value = self.of(node.operand)
        return -value if isinstance(node.op, ast.USub) else UNKNOWN_VALUE

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Any:
        generator = node.generators[0]
        items = self.of(generator.iter)
        if len(node.generators) != 1 or items is UNKNOWN_VALUE or len(items) > 5000:
            return UNKNOWN_VALUE
        before = dict(self.names)
        values = []
        for item in items:
            self.bind(generator.target, item)
            values.append(self.of(node.elt))
        self.names = before
        return UNKNOWN_VALUE if any(value is UNKNOWN_VALUE for value in values) else values

    def _walrus(self, node: ast.NamedExpr) -> Any:
        value = self.of(node.value)
        self.bind(node.target, value)
        return value

    def _call(self, node: ast.Call) -> Any:
        function = self._resolve(node.func)
        arguments = [UNKNOWN if (value := self.of(item)) is UNKNOWN_VALUE else value for item in node.args]
        if function in ("map", "filter") and len(node.args) == 2:
            inner = FUNCTIONS.get(self._resolve(node.args[0]))
            return (
                [inner(item) for item in arguments[1]] if inner and UNKNOWN not in arguments[1:] else UNKNOWN_VALUE
            )
        if function in ("os.getenv", "os.environ.get") and arguments[:1] == ["HOME"]:
            return "~"
        self.has_decoded = self.has_decoded or function.startswith(DECODERS)
        known = FUNCTIONS.get(function)
        if known is not None:
            partial = function.startswith(("os.path", "pathlib", "os.fspath", "str"))
            if not partial and any(isinstance(item, str) and UNKNOWN in item for item in arguments):
                return UNKNOWN_VALUE
            return known(*arguments)
        return self._method(node, arguments)

    def _method(self, node: ast.Call, arguments: list[Any]) -> Any:
        if not isinstance(node.func, ast.Attribute):
            return UNKNOWN_VALUE
        owner, name = self.of(node.func.value), node.func.attr
        if isinstance(owner, PathText) and name in ("joinpath", "expanduser", "resolve", "absolute", "with_name"):
            return PathText(join(owner, *arguments)) if name == "joinpath" else owner
        if isinstance(owner, (bytes, bytearray)) and name == "decode":
            return codec(owner, *arguments)
        if isinstance(owner, str) and name == "encode":
            return as_bytes(owner)
        if isinstance(owner, str) and name == "format":
            values = {key.arg: self.text(key.value) for key in node.keywords if key.arg}
            return owner.format(*arguments, **values)
        if isinstance(owner, dict) and name == "get":
            return owner.get(*arguments)
        if isinstance(owner, (str, bytes)) and name in _METHODS:
            return getattr(owner, name)(*arguments)
        return UNKNOWN_VALUE

    def bind(self, target: ast.AST, value: Any, *, also: bool = False) -> None:
        """Give a name, or each of several names, a value; with ``also`` the earlier ones stay possible."""
        if isinstance(target, ast.Name):
            before = self.names.get(target.id, []) if also else []
            self.names[target.id] = [*before[-5:], value]
        elif isinstance(target, (ast.Tuple, ast.List)):
            items = value if isinstance(value, (list, tuple)) and len(value) == len(target.elts) else None
            for index, inner in enumerate(target.elts):
                self.bind(inner, UNKNOWN_VALUE if items is None else items[index], also=also)


def _added(left: Any, right: Any) -> Any:
    if left is UNKNOWN_VALUE and right is UNKNOWN_VALUE:
        return UNKNOWN_VALUE
    return (UNKNOWN if left is UNKNOWN_VALUE else left) + (UNKNOWN if right is UNKNOWN_VALUE else right)


def _computed(kind: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(kind, ast.Add):
        return left + right
    if isinstance(kind, ast.Mult):
        size = max(len(left) if hasattr(left, "__len__") else 1, 1) * max(
            len(right) if hasattr(right, "__len__") else 1, 1
        )
        times = next((value for value in (left, right) if isinstance(value, int)), 1)
        if hasattr(left, "__len__") != hasattr(right, "__len__"):
            if size * times > 1_000_000_000:
                raise TooLarge
            return left * right if size * times <= SIZE_LIMIT else UNKNOWN_VALUE
        return left * right if abs(left) < 10**30 and abs(right) < 10**30 else UNKNOWN_VALUE
    if isinstance(kind, ast.Pow):
        if isinstance(left, int) and isinstance(right, int) and right > 100_000 and abs(left) > 1:
            raise TooLarge
        return left**right if 0 <= right <= 64 and abs(left) <= 10**6 else UNKNOWN_VALUE
    if isinstance(kind, ast.LShift):
        return left << right if 0 <= right <= 128 else UNKNOWN_VALUE
    function = _ARITHMETIC.get(type(kind))
    return function(left, right) if function else UNKNOWN_VALUE


def _bounds(part: ast.Slice) -> tuple[ast.expr | None, ast.expr | None, ast.expr | None]:
    return part.lower, part.upper, part.step


_KINDS: dict[type[ast.AST], Callable[[Values, Any], Any]] = {
    ast.Constant: Values._constant,
    ast.Name: Values._name,
    ast.Attribute: Values._attribute,
    ast.List: Values._sequence,
    ast.Tuple: Values._sequence,
    ast.Set: Values._sequence,
    ast.Dict: Values._dictionary,
    ast.JoinedStr: Values._joined,
    ast.FormattedValue: Values._formatted,
    ast.BinOp: Values._operation,
    ast.Subscript: Values._subscript,
    ast.UnaryOp: Values._unary,
    ast.ListComp: Values._comprehension,
    ast.GeneratorExp: Values._comprehension,
    ast.SetComp: Values._comprehension,
    ast.NamedExpr: Values._walrus,
    ast.Call: Values._call,
}
