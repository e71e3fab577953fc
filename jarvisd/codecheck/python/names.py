"""Name resolution: what names in a Python program stand for, also when reached in a roundabout way. Pure."""

from __future__ import annotations

import ast
import io
import tokenize
import unicodedata

from jarvisd.codecheck.python import tables
from jarvisd.codecheck.python.functions import UNKNOWN_VALUE
from jarvisd.codecheck.python.values import Values

NAMESPACES = frozenset({"globals", "locals", "vars", "__builtins__", "builtins"})


class Resolver:
    """Names of one program: ``aliases`` are other names for functions and modules, ``values`` those of data."""

    def __init__(self) -> None:
        self.aliases: dict[str, str] = {}
        self.values = Values(self.resolve)

    def resolve(self, node: ast.AST) -> str:
        """The dotted name that an expression stands for, else nothing."""
        if isinstance(node, ast.Name):
            return self.aliases.get(node.id, "" if node.id in self.values.names else node.id)
        if isinstance(node, ast.Attribute):
            owner = self.resolve(node.value)
            return plain(f"{owner}.{node.attr}") if owner else ""
        if isinstance(node, ast.Call):
            return self._resolve_call(node)
        if isinstance(node, ast.Subscript):
            return self._resolve_item(node)
        if isinstance(node, ast.NamedExpr):
            return self.resolve(node.value)
        return ""

    def _resolve_call(self, node: ast.Call) -> str:
        function = self.resolve(node.func)
        first = self.values.of(node.args[0]) if node.args else UNKNOWN_VALUE
        if function in tables.IMPORT:
            return first if isinstance(first, str) else ""
        if function == "getattr" and len(node.args) > 1:
            owner, name = self.resolve(node.args[0]), self.values.of(node.args[1])
            return plain(f"{owner}.{name}") if owner and isinstance(name, str) else ""
        if function in ("functools.partial", "staticmethod", "operator.attrgetter"):
            return self.resolve(node.args[0]) if node.args else ""
        if function in ("globals", "locals", "vars", "dir"):
            return self.resolve(node.args[0]) if node.args else "builtins"
        if function.endswith((".__getattribute__", ".get", ".__getitem__")) and isinstance(first, str):
            owner = function.rpartition(".")[0].removesuffix(".__dict__")
            return plain(f"{owner}.{first}") if owner in NAMESPACES | tables.RISKY_MODULES else ""
        return ""

    def _resolve_item(self, node: ast.Subscript) -> str:
        owner, key = self.resolve(node.value), self.values.of(node.slice)
        if not owner or not isinstance(key, str):
            return ""
        owner = owner.removesuffix(".__dict__")
        if owner == "sys.modules":
            return key
        if owner in ("builtins", "globals", "locals", "__builtins__"):
            return self.aliases.get(key, plain(key))
        return plain(f"{owner}.{key}")


def plain(name: str) -> str:
    """A dotted name without detours."""
    return (
        name.removeprefix("builtins.")
        .removeprefix("__builtins__.")
        .replace(".__dict__.", ".")
        .replace("os.path.os.", "os.")
    )


def disguised_names(code: str) -> bool:
    """Whether a name is written in letters that Python takes for others: ``os.\uff53ystem`` is ``os.system``."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return False
    names = [token.string for token in tokens if token.type == tokenize.NAME]
    return any(not name.isascii() and unicodedata.normalize("NFKC", name).isascii() for name in names)
