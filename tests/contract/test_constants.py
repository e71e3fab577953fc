"""Limits, deadlines and sizes say where their number comes from: a measurement, a standard, or a choice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "jarvisd"
LIMIT = re.compile(r"_(S|MS|US|BYTES|MB|CHARS|CHARACTERS|TOKENS|PERCENT|LIMIT)$|^_?(MAX|LEAST|MOST|LONGEST)_")
"""Names of constants with a unit, and of bounds."""
PLAIN = re.compile(r"^_?(MB|(DAY|HOUR|MINUTE)_S|(HASH_)?(CHUNK|BLOCK)_BYTES)$")
"""Units, and buffers of files: nobody asks why."""
NUMBER = (ast.Constant, ast.Tuple, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.expr_context)


def numbers_in(node: ast.stmt) -> list[str]:
    """Names to which ``node`` gives numbers that are written out."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return []
    parts = list(ast.walk(node.value))
    values = [part.value for part in parts if isinstance(part, ast.Constant)]
    if not all(isinstance(part, NUMBER) for part in parts) or not all(isinstance(v, (int, float)) for v in values):
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]


def unexplained(source: str) -> Iterator[str]:
    """Limits without a line of documentation; one that ends a row of numbers is for the row."""
    row: list[str] = []
    commented = set(re.findall(r"^(\w+) .*  # ", source, re.MULTILINE))
    for node in [*ast.parse(source).body, ast.Pass()]:
        numbers = numbers_in(node)
        if isinstance(node, ast.Expr):
            row = []
        elif not numbers:
            limits = (name for name in row if LIMIT.search(name) and not PLAIN.search(name))
            yield from (name for name in limits if name not in commented)
        row = [*row, *numbers] if numbers else []


def test_what_is_explained() -> None:
    row = 'A_S = 1\nB_S, C_MS = 2, 3\nOTHER = 4\n"""All."""\n'
    source = f"{row}MAX_D = 4 << 20\n\ndef e(): ...\n\nTEXT_LIMIT = 5\nF_S = 6  # why\nG = 'x'\n_DAY_S = 86_400"
    assert list(unexplained(source)) == ["MAX_D", "TEXT_LIMIT"]


def test_every_limit_says_where_its_number_comes_from() -> None:
    found = {path: list(unexplained(path.read_text("utf-8"))) for path in PACKAGE.rglob("*.py")}
    assert {path.relative_to(PACKAGE).as_posix(): names for path, names in found.items() if names} == {}
