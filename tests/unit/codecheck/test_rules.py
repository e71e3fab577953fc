"""Every rule and every reason that the code can give is given for a row, and not for that row's harmless twin."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from jarvisd.codecheck import program, text
from jarvisd.codecheck.commands import dispatch
from jarvisd.codecheck.commands.tables import FORBIDDEN as COMMANDS
from jarvisd.codecheck.finding import Finding
from jarvisd.codecheck.python.tables import FORBIDDEN as NAMES
from tests.unit.codecheck import test_paths, test_program, test_text
from tests.unit.codecheck.bash import test_builtin_commands, test_environment, test_evaluator
from tests.unit.codecheck.commands import test_dispatch, test_embedded, test_files, test_system
from tests.unit.codecheck.python import test_calls, test_visitor
from tests.unit.codecheck.rows import Row

PACKAGE = Path(program.__file__).parent
BASH: list[Row] = [
    *test_evaluator.EVALUATED,
    *test_evaluator.BOUNDS,
    *test_environment.STEERED,
    *test_builtin_commands.BUILTINS_TOLD,
    *test_dispatch.DISPATCHED,
    *test_files.FILES,
    *test_system.SYSTEM,
    *test_embedded.EMBEDDED,
    *test_paths.TOUCHED,
    *test_text.HIDDEN,
    *test_program.WHOLE,
    *((f"{name} x", "", f"echo {name} x", "") for name in sorted(COMMANDS)),
]
PYTHON: list[Row] = [
    *test_visitor.VISITED,
    *test_visitor.BOUNDS,
    *test_calls.CALLED,
    *((f"import {name.partition('.')[0]}\n{name}", "", f"print('about {name}')", "") for name in sorted(NAMES)),
]
Reason = tuple[str, str, str]
"""Severity ``!`` or ``?`` (``*`` where the code decides), rule, and a pattern of the sentence."""


def reasons() -> Iterator[Reason]:
    """All that the code can find, read off its calls and its tables."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 2:
                severity = {"refusing": "!", "asking": "?", "found": "*"}.get(node.func.id)
                rule, detail = node.args
                if severity and isinstance(rule, ast.Constant) and isinstance(rule.value, str):
                    yield severity, rule.value, _pattern(detail)
    for rule, detail in {*COMMANDS.values(), *NAMES.values()}:
        yield "!", rule, re.escape(detail)
    for rule, detail, _ in dispatch.IN_SCRIPTS:
        yield "!", rule, re.escape(detail)


def _pattern(detail: ast.expr) -> str:
    if isinstance(detail, ast.Constant):
        return re.escape(str(detail.value))
    parts = detail.values if isinstance(detail, ast.JoinedStr) else []
    return (
        "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in parts) or ".*"
    )


REASONS = sorted(set(reasons()))


def gives(findings: Iterable[Finding], reason: Reason) -> bool:
    """Whether one of ``findings`` is ``reason``."""
    severity, rule, pattern = reason
    return any(
        finding.rule == rule
        and severity in ("*", "!" if finding.refuses else "?")
        and re.fullmatch(pattern, finding.detail, re.S)
        for finding in findings
    )


@cache
def tried() -> list[tuple[tuple[Finding, ...], tuple[Finding, ...]]]:
    """The findings of every row and of its twin."""
    rows = [("bash", row) for row in BASH] + [("python", row) for row in PYTHON]
    found = [(program.read(language, row[0]), program.read(language, row[2])) for language, row in rows]
    orders = [(tuple(text.orders(order)), tuple(text.orders(sentence))) for order, sentence in test_text.ORDERS]
    return found + orders


def test_there_are_rules() -> None:
    assert {rule for _, rule, _ in REASONS} == {
        *("attack", "deceptive_text", "destructive", "device", "encoded_payload", "exfiltration", "injection"),
        *("network", "opaque", "path_traversal", "persistence", "privilege", "recursive", "resource", "secret"),
        *("self_referential", "system", "system_path"),
    }


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: f"{reason[1]}{reason[0]} {reason[2]}")
def test_every_reason_is_given_for_a_row_and_not_for_its_twin(reason: Reason) -> None:
    assert any(gives(found, reason) and not gives(of_twin, reason) for found, of_twin in tried())
