"""Termination of Python loops, read off their shape: left, failing, waiting, growing. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_GROWING = frozenset(
    {"append", "extend", "fork", "Popen", "Thread", "Process", "write", "start_new_thread", "add", "open"}
)
_LEAVING = frozenset({"exit", "quit", "_exit", "abort", "execv"})
_FAILING = frozenset({"next", "input", "pop", "popleft", "popitem", "readline", "recv", "get_nowait", "send"})
"""Calls that end a loop by an error when there is nothing left."""
_WAITING = frozenset({"sleep", "wait", "input", "readline", "recv", "select", "get", "pause"})


def leaves(loop: ast.AST) -> bool:
    """Whether a loop can end from inside."""
    left = any(
        isinstance(node, (ast.Break, ast.Return, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await))
        for node in ast.walk(loop)
    )
    return left or not _LEAVING.isdisjoint(_called(loop))


def fails(loop: ast.AST, tries: int) -> bool:
    """Whether a loop can end by an error that it runs into, as people write it on purpose."""
    return tries > 0 or not _FAILING.isdisjoint(_called(loop))


def waits(loop: ast.AST) -> bool:
    """Whether a loop lets time pass."""
    return not _WAITING.isdisjoint(_called(loop))


def grows(loop: ast.AST) -> bool:
    """Whether each turn of a loop makes something that stays."""
    adds = any(
        isinstance(node, ast.AugAssign)
        and isinstance(node.op, (ast.Add, ast.Mult))
        and not isinstance(node.value, ast.Constant)
        for node in ast.walk(loop)
    )
    used = {node.attr for node in ast.walk(loop) if isinstance(node, ast.Attribute)}
    return adds or not _GROWING.isdisjoint(used | set(_called(loop)))


def _called(loop: ast.AST) -> Iterator[str]:
    for node in ast.walk(loop):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr
